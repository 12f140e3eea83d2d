//! What a wallet is, apart from its coins.

use bitcoin::Network;
use bitcoin::bip32::Fingerprint;

use crate::{ScriptType, Timestamp, WalletId};

/// A pair of public output descriptors with checksums (BIP-0380), receive and change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicDescriptors {
    /// Descriptor of receive addresses, ending in `/0/*`.
    pub external: String,
    /// Descriptor of change addresses, ending in `/1/*`.
    pub internal: String,
    /// Fingerprint of the master key (BIP-0032).
    pub fingerprint: Fingerprint,
}

/// Where a wallet came from; it decides how far the first scan looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Made here from new entropy.
    Created,
    /// From recovery words.
    Restored,
    /// From a wallet file.
    Imported,
}

/// Why a text is no wallet name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WalletNameError {
    /// Nothing but white space.
    #[error("a wallet needs a name")]
    Empty,
    /// Longer than a screen can show.
    #[error("a wallet name has at most {max} characters, got {length}")]
    TooLong {
        /// Characters given.
        length: usize,
        /// Characters allowed.
        max: usize,
    },
    /// A control character, which could disguise one wallet as another.
    #[error("a wallet name has no control characters")]
    ControlCharacter,
}

/// Returns whether a character is not seen but changes what is seen around it: controls, and the
/// format characters that hide or turn text around.
pub fn is_disguise(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A name people gave a wallet: 1 to 64 characters, trimmed, no control characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WalletName(String);

impl WalletName {
    /// Longest name, in characters.
    pub const MAX: usize = 64;

    /// Checks and trims a name.
    pub fn new(text: &str) -> Result<Self, WalletNameError> {
        let text = text.trim();
        let length = text.chars().count();
        if length == 0 {
            return Err(WalletNameError::Empty);
        }
        if length > Self::MAX {
            return Err(WalletNameError::TooLong {
                length,
                max: Self::MAX,
            });
        }
        if text.chars().any(is_disguise) {
            return Err(WalletNameError::ControlCharacter);
        }
        Ok(Self(text.to_owned()))
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A wallet on this device: what the list shows and what the engine needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalletRecord {
    /// Its id.
    pub id: WalletId,
    /// Its name.
    pub name: WalletName,
    /// Its network; never changes.
    pub network: Network,
    /// Its script type; never changes.
    pub script_type: ScriptType,
    /// Its public descriptors; never change.
    pub descriptors: PublicDescriptors,
    /// Account number of the derivation path (BIP-0044), usually 0.
    pub account: u32,
    /// Where it came from.
    pub origin: Origin,
    /// Whether this device holds the recovery words.
    pub has_seed: bool,
    /// When it came to this device.
    pub created_at: Timestamp,
    /// When its owner last proved to have written the words down; `None`: never.
    pub words_proven_at: Option<Timestamp>,
    /// When a backup file was last written and read back; `None`: never.
    pub backed_up_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_taken_shows_what_it_says() {
        for hidden in [
            "Savings\u{61c}",
            "Sav\u{202e}ings",
            "Sav\u{2028}ings",
            "\u{2060}Savings",
        ] {
            assert_eq!(
                WalletName::new(hidden),
                Err(WalletNameError::ControlCharacter),
                "{hidden:?}"
            );
        }
        assert!(WalletName::new("Épargne ₿ خزانة").is_ok());
    }
}
