//! Recovery words (BIP-0039), in English.

use std::fmt;

use bip39::Language;
use bitcoin::hashes::{Hash, sha256};
use satchel_secrets::{SecretText, SecretVec, scrub_stack_after};

/// Why words are no recovery words. It never says which words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WordsError {
    /// There are 12, 15, 18, 21 or 24 words.
    #[error("there are 12, 15, 18, 21 or 24 recovery words, got {got}")]
    WordCount {
        /// Words given.
        got: usize,
    },
    /// A word that is not in the list.
    #[error("word {position} is not one of the 2048 recovery words")]
    UnknownWord {
        /// Which one, counted from 1.
        position: usize,
    },
    /// All words exist, but they do not belong together.
    #[error("the recovery words do not fit together: one is wrong or two are swapped")]
    Checksum,
    /// Entropy has 16, 20, 24, 28 or 32 bytes.
    #[error("entropy has 16, 20, 24, 28 or 32 bytes, got {got}")]
    EntropyLength {
        /// Bytes given.
        got: usize,
    },
}

/// Recovery words. Only their entropy is kept; words are looked up when asked for.
pub struct RecoveryWords {
    entropy: SecretVec,
}

impl RecoveryWords {
    /// Makes the words of 16, 20, 24, 28 or 32 bytes of entropy; new wallets use 16 or 32.
    ///
    /// # Errors
    /// [`WordsError::EntropyLength`].
    pub fn from_entropy(entropy: &[u8]) -> Result<Self, WordsError> {
        if !matches!(entropy.len(), 16 | 20 | 24 | 28 | 32) {
            return Err(WordsError::EntropyLength { got: entropy.len() });
        }
        Ok(Self {
            entropy: SecretVec::from_slice(entropy),
        })
    }

    /// Reads words as a person typed them: any white space between, any case.
    ///
    /// # Errors
    /// See [`WordsError`]; the first problem in this order: count, unknown word, checksum.
    pub fn parse(text: &SecretText) -> Result<Self, WordsError> {
        scrub_stack_after(|| Self::parse_text(text.expose()))
    }

    fn parse_text(text: &str) -> Result<Self, WordsError> {
        let count = text.split_whitespace().count();
        if !matches!(count, 12 | 15 | 18 | 21 | 24) {
            return Err(WordsError::WordCount { got: count });
        }
        // 11 bits a word: the entropy, then its checksum of one bit for each four bytes.
        let list = Language::English.word_list();
        let bits = SecretVec::init_with((count * 11).div_ceil(8), |bits| {
            for (n, word) in text.split_whitespace().enumerate() {
                let index = list
                    .iter()
                    .position(|known| known.eq_ignore_ascii_case(word))
                    .ok_or(WordsError::UnknownWord { position: n + 1 })?;
                for bit in (0..11).filter(|bit| index >> (10 - bit) & 1 == 1) {
                    let at = n * 11 + bit;
                    bits[at / 8] |= 0x80 >> (at % 8);
                }
            }
            Ok(())
        })?;
        let entropy_len = count * 4 / 3;
        let (entropy, checksum) = bits.expose().split_at(entropy_len);
        if checksum != [checksum_byte(entropy)] {
            return Err(WordsError::Checksum);
        }
        Self::from_entropy(entropy)
    }

    /// Returns how many words there are.
    pub fn word_count(&self) -> usize {
        self.entropy.len() * 3 / 4
    }

    /// Returns a word, counted from 0.
    ///
    /// # Panics
    /// If there are not that many; see [`RecoveryWords::word_count`].
    pub fn word(&self, i: usize) -> &'static str {
        assert!(i < self.word_count(), "there is no such word");
        let entropy = self.entropy.expose();
        let checksum = checksum_byte(entropy);
        let index = (i * 11..i * 11 + 11).fold(0, |index, at| {
            let byte = entropy.get(at / 8).copied().unwrap_or(checksum);
            index << 1 | usize::from(byte >> (7 - at % 8) & 1)
        });
        Language::English.word_list()[index]
    }

    /// Returns the entropy.
    pub(crate) fn entropy(&self) -> &SecretVec {
        &self.entropy
    }
}

impl fmt::Debug for RecoveryWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryWords(…)")
    }
}

/// Returns the checksum's bits, left-aligned, the rest zero.
fn checksum_byte(entropy: &[u8]) -> u8 {
    let bits = entropy.len() / 4;
    sha256::Hash::hash(entropy).to_byte_array()[0] & !(0xff_u16 >> bits) as u8
}
