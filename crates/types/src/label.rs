//! Labels (BIP-0329).

use bitcoin::{OutPoint, Txid};

use crate::wallet::is_disguise;

/// What a label is on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum LabelTarget {
    /// A transaction.
    Tx(Txid),
    /// An address.
    Address(String),
    /// An output.
    Output(OutPoint),
}

/// Why a text is no label.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a label has at most {max} characters, got {length}")]
pub struct LabelError {
    /// Characters given.
    pub length: usize,
    /// Characters allowed.
    pub max: usize,
}

/// A label's text: at most 255 characters (BIP-0329), trimmed; empty means none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label(String);

impl Label {
    /// Longest label, in characters.
    pub const MAX: usize = 255;

    /// Checks and trims a label; `None` if nothing is left.
    pub fn new(text: &str) -> Result<Option<Self>, LabelError> {
        let text: String = text.trim().chars().filter(|c| !is_disguise(*c)).collect();
        let length = text.chars().count();
        if length > Self::MAX {
            return Err(LabelError {
                length,
                max: Self::MAX,
            });
        }
        Ok((!text.is_empty()).then_some(Self(text)))
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
