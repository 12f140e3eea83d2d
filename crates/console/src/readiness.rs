//! Whether what the node says can be relied upon right now.

use crate::health::Health;
use crate::{AskError, Console};

impl Console {
    /// Looks at the node, and says what is known then: it is ready when the look went well and nothing serious is
    /// wrong.
    ///
    /// # Errors
    /// [`AskError::Settings`].
    pub async fn readiness(&self) -> Result<(bool, Health), AskError> {
        let looked = Box::pin(self.look()).await;
        let health = self.health()?;
        let serious = health
            .problems
            .iter()
            .any(|problem| problem.kind.is_serious());
        Ok((looked.is_ok() && !serious, health))
    }
}
