//! What is known of the node, how old it is, and what is wrong. Asks nothing.

use bitcoin::{BlockHash, Network};
use satchel_types::Timestamp;

use crate::problems::{Problem, ProblemKind};
use crate::{AskError, Console};

pub use crate::watch::Line;

/// What is known of the node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// Whether a node is set.
    pub is_set: bool,
    /// How the line is.
    pub line: Line,
    /// What is wrong, the serious first.
    pub problems: Vec<Problem>,
    /// When it last answered well.
    pub last_answer: Option<Timestamp>,
    /// How many seconds ago that was.
    pub age: Option<u64>,
    /// How long it took, in milliseconds.
    pub took_ms: Option<u32>,
    /// The network.
    pub network: Option<Network>,
    /// Height and hash of the newest block.
    pub tip: Option<(u32, BlockHash)>,
    /// Height of the newest header.
    pub headers: Option<u32>,
    /// How much of the chain was checked, in millionths.
    pub progress_ppm: Option<u32>,
    /// Transactions that wait.
    pub pooled: Option<u32>,
    /// Questions put to it.
    pub asked: u32,
    /// How many of them failed.
    pub failed: u32,
}

impl Console {
    /// Says what is known of the node.
    ///
    /// # Errors
    /// [`AskError::Settings`].
    pub fn health(&self) -> Result<Health, AskError> {
        let is_set = self.settings()?.url.is_some() || self.config.given.is_some();
        let now = self.now();
        let picture = self.picture();
        let glance = picture.glance.as_deref();
        let mut problems = picture.problems.clone();
        if !is_set && problems.is_empty() {
            let message = "No node is set.".to_owned();
            problems.push(Problem {
                kind: ProblemKind::NotSet,
                message,
                since: now,
            });
        }
        Ok(Health {
            is_set,
            line: picture.line,
            problems,
            last_answer: picture.last_answer,
            age: picture
                .last_answer
                .map(|at| now.as_secs().saturating_sub(at.as_secs())),
            took_ms: picture
                .took
                .map(|took| u32::try_from(took.as_millis()).unwrap_or(u32::MAX)),
            network: glance.map(|glance| glance.chain.network),
            tip: glance.map(|glance| (glance.chain.blocks, glance.chain.best)),
            headers: glance.map(|glance| glance.chain.headers),
            progress_ppm: glance.map(|glance| glance.chain.progress.ppm()),
            pooled: glance
                .and_then(|glance| glance.mempool.as_ref())
                .map(|pool| pool.count),
            asked: picture.asked,
            failed: picture.failed,
        })
    }
}
