//! Scenarios: what happens on one node or several, line by line, from a file.
//!
//! `docs/sandbox.md` has the grammar for people. All chance comes from one number, so that a run that went
//! wrong goes wrong again.

mod parse;
mod run;

use std::time::Duration;

use bitcoin::{Amount, ScriptBuf};
use thiserror::Error;

use crate::faults::{Fault, Route};
pub use run::{Ended, RunError};

/// Largest file in bytes.
pub const MAX_BYTES: usize = 1_000_000;
/// Most lines.
pub const MAX_LINES: usize = 10_000;
/// Longest line in bytes.
pub const MAX_LINE: usize = 1_000;
/// The node that is there from the beginning.
pub const MAIN: &str = "main";

/// Why a file is no scenario.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ScenarioError {
    /// It is too large.
    #[error("a scenario has at most {MAX_BYTES} bytes and {MAX_LINES} lines")]
    TooLarge,
    /// A line is wrong.
    #[error("line {line}: {fault}")]
    Line {
        /// Which, from 1.
        line: usize,
        /// What is wrong with it.
        fault: LineFault,
    },
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LineFault {
    /// It is too long.
    #[error("a line has at most {MAX_LINE} bytes")]
    TooLong,
    /// Its first word means nothing.
    #[error("there is no step {0:?}")]
    Step(String),
    /// It ends too early.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A word is not what it must be.
    #[error("{word:?} is no {expected}")]
    Word {
        /// The word.
        word: String,
        /// What it must be.
        expected: &'static str,
    },
    /// It goes on where it should end.
    #[error("{0:?} is one word too many")]
    Extra(String),
}

/// From one to another, both included; mostly the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span<T> {
    /// The least.
    pub least: T,
    /// The most.
    pub most: T,
}

/// Somebody who has coins or gets them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// The faucet.
    Faucet,
    /// A wallet in the node, made when it is first named.
    Wallet(String),
    /// An address.
    Script(ScriptBuf),
}

/// Where a transaction is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TxIs {
    /// In the pool.
    Waiting,
    /// In the chain, with at least so many blocks on it.
    Confirmed(u32),
    /// Neither.
    Gone,
}

/// What may be so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// The tip's height.
    Height(u32),
    /// Where a named transaction is.
    Tx(String, TxIs),
    /// How many wait.
    Pool(usize),
    /// What a wallet or the faucet can spend.
    Balance(Who, Amount),
    /// What the next block costs at least, in satoshis per 1000 virtual bytes.
    Fee(u64),
    /// The same tip as on another node.
    Same(String),
}

/// One thing that happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Blocks are mined.
    Mine {
        /// How many.
        count: Span<u32>,
        /// For whom.
        to: Who,
    },
    /// Somebody is paid; no block is mined.
    Pay {
        /// Who.
        to: Who,
        /// How much, in satoshis.
        amount: Span<u64>,
        /// Satoshis per 1000 virtual bytes.
        rate: Option<u64>,
        /// By which wallet.
        from: String,
        /// What the payment is called from here on.
        name: Option<String>,
    },
    /// A payment's coins are spent once more, for a higher fee.
    DoubleSpend {
        /// Which payment.
        tx: String,
        /// Satoshis per 1000 virtual bytes, at least.
        rate: Option<u64>,
        /// Whether a miner takes it past the pool.
        mined: bool,
        /// What the second is called.
        name: Option<String>,
    },
    /// The last blocks are replaced by others.
    Reorg {
        /// How many.
        depth: u32,
        /// By how many; one more when nothing is said.
        blocks: Option<u32>,
    },
    /// The pool is filled.
    Spike {
        /// With transactions that pay this, in satoshis per 1000 virtual bytes.
        rate: u64,
        /// For so many blocks.
        blocks: usize,
    },
    /// A wallet gets a long history.
    Fill {
        /// Payments.
        count: usize,
        /// The wallet.
        wallet: String,
    },
    /// Answers go wrong.
    Fault(Route, Fault),
    /// They go right again, on a route or on all.
    Heal(Option<Route>),
    /// It goes on when something is so.
    Wait(Condition, Duration),
    /// Something must be so.
    Expect(Condition),
    /// Another node starts.
    Node(String),
    /// Two nodes are linked.
    Connect(String, String),
    /// Their link is cut.
    Disconnect(String, String),
    /// A text is printed.
    Say(String),
    /// Nothing happens for a while.
    Pause(Duration),
    /// The nodes go on until they are stopped.
    Serve,
}

/// A step and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 1.
    pub number: usize,
    /// On which node.
    pub node: String,
    /// What happens.
    pub step: Step,
}

/// A whole scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    lines: Vec<Line>,
}

impl Scenario {
    /// Its steps, in order.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }
}
