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

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Result<Passphrase, PassphraseError> {
        Passphrase::new(SecretText::new(text.to_owned()))
    }

    #[test]
    fn the_same_letter_typed_differently_is_the_same_passphrase() {
        let composed = typed("caf\u{e9} \u{fb01}sh").expect("valid");
        let decomposed = typed("cafe\u{301} fish").expect("valid");
        assert_eq!(composed.expose(), decomposed.expose());
    }

    #[test]
    fn case_and_spaces_are_kept() {
        assert_eq!(typed(" A b ").expect("valid").expose(), " A b ");
    }

    #[test]
    fn length_is_checked_in_bytes_as_typed() {
        assert_eq!(typed("").map(|_| ()), Err(PassphraseError::Empty));
        assert!(typed(&"x".repeat(1024)).is_ok());
        let too_long = Err(PassphraseError::TooLong { max: 1024 });
        assert_eq!(typed(&"x".repeat(1025)).map(|_| ()), too_long);
        assert_eq!(typed(&"é".repeat(513)).map(|_| ()), too_long);
    }

    #[test]
    fn a_new_passphrase_has_eight_characters_as_typed() {
        let strong = |text| typed(text).expect("valid").check_strength_for_new();
        assert_eq!(strong("1234567"), Err(PassphraseError::TooShort { min: 8 }));
        assert_eq!(strong("12345678"), Ok(()));
        // Seven letters, although their normal form has fourteen characters.
        assert_eq!(
            strong(&"\u{e9}".repeat(7)),
            Err(PassphraseError::TooShort { min: 8 })
        );
    }

    #[test]
    fn normalizing_allocates_once() {
        // One letter of three bytes that becomes eighteen characters.
        let text = nfkd(&"\u{fdfa}".repeat(300));
        assert_eq!(text.expose().chars().count(), 300 * 18);
    }
}
