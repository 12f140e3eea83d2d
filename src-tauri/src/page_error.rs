//! Faults of the page.

use serde::{Deserialize, Serialize};
use specta::Type;

/// A fault of the page: an error that nobody caught, or a breach of the content policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct PageError {
    /// `error`, `unhandledrejection` or `securitypolicyviolation`.
    pub kind: String,
    /// What the page says happened.
    pub message: String,
}
