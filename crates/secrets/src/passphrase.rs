//! Passphrases.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use crate::SecretText;

/// Why a text is no passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PassphraseError {
    /// Nothing was given.
    #[error("a passphrase is not empty")]
    Empty,
    /// Longer than is ever stretched.
    #[error("a passphrase has at most {max} bytes")]
    TooLong {
        /// Bytes allowed.
        max: usize,
    },
    /// Too short to guard a new vault or file.
    #[error("a new passphrase has at least {min} characters")]
    TooShort {
        /// Characters needed.
        min: usize,
    },
}

/// A passphrase: 1 to 1024 bytes as typed. What is stretched is its NFKD form (Unicode Standard
/// Annex 15), so that keyboards which write the same letter differently open the same vault.
pub struct Passphrase {
    normalized: SecretText,
    /// Characters as typed.
    chars: usize,
}

impl Passphrase {
    /// Longest passphrase, in bytes as typed.
    pub const MAX_BYTES: usize = 1024;
    /// Fewest characters of a new passphrase.
    pub const MIN_NEW_CHARS: usize = 8;

    /// Checks the length and normalizes.
    ///
    /// # Errors
    /// [`PassphraseError::Empty`] and [`PassphraseError::TooLong`].
    pub fn new(text: SecretText) -> Result<Self, PassphraseError> {
        let typed = text.expose();
        if typed.is_empty() {
            return Err(PassphraseError::Empty);
        }
        if typed.len() > Self::MAX_BYTES {
            return Err(PassphraseError::TooLong {
                max: Self::MAX_BYTES,
            });
        }
        Ok(Self {
            normalized: nfkd(typed),
            chars: typed.chars().count(),
        })
    }

    /// Checks that this is long enough to guard something new. What exists is opened by whatever
    /// it was made with.
    ///
    /// # Errors
    /// [`PassphraseError::TooShort`] under 8 characters.
    pub fn check_strength_for_new(&self) -> Result<(), PassphraseError> {
        if self.chars < Self::MIN_NEW_CHARS {
            return Err(PassphraseError::TooShort {
                min: Self::MIN_NEW_CHARS,
            });
        }
        Ok(())
    }

    /// Returns the NFKD form, which is what is stretched.
    pub fn expose(&self) -> &str {
        self.normalized.expose()
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

/// Returns the NFKD form of a secret text. The buffer is sized before anything is written: a
/// string that grows leaves its old bytes behind.
pub fn nfkd(text: &str) -> SecretText {
    let size = text.nfkd().map(char::len_utf8).sum();
    let mut normalized = String::with_capacity(size);
    normalized.extend(text.nfkd());
    SecretText::new(normalized)
}
