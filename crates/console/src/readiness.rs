//! Whether what the node says can be relied upon right now.

use satchel_types::Timestamp;

use crate::health::Health;
use crate::{AskError, Console};

/// Whether the node can be relied upon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readiness {
    /// Whether the look went well and nothing serious is wrong.
    pub ready: bool,
    /// What is known after it.
    pub health: Health,
    /// When it was looked at.
    pub at: Timestamp,
}

impl Console {
    /// Looks at the node, and says what is known then.
    ///
    /// # Errors
    /// [`AskError::Settings`].
    pub async fn readiness(&self) -> Result<Readiness, AskError> {
        let at = self.now();
        let looked = Box::pin(self.look()).await;
        let health = self.health()?;
        let serious = health
            .problems
            .iter()
            .any(|problem| problem.kind.is_serious());
        let ready = looked.is_ok() && !serious;
        Ok(Readiness { ready, health, at })
    }
}
