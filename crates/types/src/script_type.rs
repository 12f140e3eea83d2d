//! The four single-key script types, each with its derivation standard.

use std::fmt;
use std::str::FromStr;

/// How a single-key wallet's outputs are locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum ScriptType {
    /// Pay to taproot, key path, BIP-0086. The default.
    #[default]
    Taproot,
    /// Pay to witness public key hash, BIP-0084.
    Segwit,
    /// The same nested in pay to script hash, BIP-0049.
    NestedSegwit,
    /// Pay to public key hash, BIP-0044.
    Legacy,
}

impl ScriptType {
    /// All four, the default first.
    pub const ALL: [Self; 4] = [
        Self::Taproot,
        Self::Segwit,
        Self::NestedSegwit,
        Self::Legacy,
    ];

    /// Returns the hardened purpose number of the derivation path (BIP-0043).
    pub const fn purpose(self) -> u32 {
        match self {
            Self::Taproot => 86,
            Self::Segwit => 84,
            Self::NestedSegwit => 49,
            Self::Legacy => 44,
        }
    }

    /// Returns the name used in files, JSON and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Taproot => "taproot",
            Self::Segwit => "segwit",
            Self::NestedSegwit => "nested_segwit",
            Self::Legacy => "legacy",
        }
    }
}

impl fmt::Display for ScriptType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a text names no script type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("script type is one of taproot, segwit, nested_segwit, legacy")]
pub struct UnknownScriptTypeError;

impl FromStr for ScriptType {
    type Err = UnknownScriptTypeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(UnknownScriptTypeError)
    }
}
