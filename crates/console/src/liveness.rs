//! Whether the node answers right now.

use std::time::Instant;

use satchel_types::Timestamp;

use crate::{AskError, Console};

/// Whether it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Liveness {
    /// Why it does not.
    pub error: Option<AskError>,
    /// How long it took to know, in milliseconds.
    pub took_ms: u32,
    /// When it was asked.
    pub at: Timestamp,
}

impl Console {
    /// Asks the node for the least there is to ask. That it has too much to do, or says no, is an answer of one that
    /// lives.
    pub async fn liveness(&self) -> Liveness {
        let at = self.now();
        let begun = Instant::now();
        let answer = self
            .asked(|node| async move { node.glances.ping().await })
            .await;
        let error = answer.err().filter(|error| match error {
            AskError::Node(error) => !error.is_refusal() && *error != crate::NodeError::Busy,
            _ => true,
        });
        let took_ms = u32::try_from(begun.elapsed().as_millis()).unwrap_or(u32::MAX);
        Liveness { error, took_ms, at }
    }
}
