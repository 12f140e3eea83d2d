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

impl PageError {
    /// Writes the kind to the log. The message is the page's words and may hold an address, so it
    /// goes there in builds for tests alone.
    pub fn note(&self) {
        let kind = match self.kind.as_str() {
            kind @ ("error" | "unhandledrejection" | "securitypolicyviolation") => kind,
            _ => "other",
        };
        #[cfg(feature = "dangerous-e2e")]
        tracing::warn!(kind, message = %self.message.escape_debug(), "the page reports a fault");
        #[cfg(not(feature = "dangerous-e2e"))]
        tracing::warn!(kind, "the page reports a fault");
    }
}
