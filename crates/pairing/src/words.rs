//! Eight words for a device that cannot scan: 88 random bits, 11 a word.

use std::fmt;

use satchel_secrets::{SecretBytes, SecretText, wipe};

/// How many there are.
pub const WORDS: usize = 8;
/// Bytes that they say.
pub const WORDS_LEN: usize = 11;
/// Bits a word.
const BITS: usize = 11;
/// Words in the list: 2^11.
const LIST: usize = 2048;
/// Longest word of the list with a space, with room.
const LONGEST: usize = 12;

/// Why words were not taken. It never says which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WordsError {
    /// There are eight.
    #[error("there are eight words, got {got}")]
    Count {
        /// Words given.
        got: usize,
    },
    /// A word that is not in the list.
    #[error("word {position} is not in the list")]
    Unknown {
        /// Which one, counted from 1.
        position: usize,
    },
}

/// What eight words say.
pub struct PairingWords(pub(crate) SecretBytes<WORDS_LEN>);

impl PairingWords {
    /// Makes words of random bytes.
    pub fn new(drawn: SecretBytes<WORDS_LEN>) -> Self {
        Self(drawn)
    }

    /// Reads words as a person typed them: any white space between, any case. `list` is BIP-0039's,
    /// sorted.
    ///
    /// # Errors
    /// See [`WordsError`].
    pub fn read(typed: &SecretText, list: &[&str]) -> Result<Self, WordsError> {
        let words = || typed.expose().split_whitespace();
        let got = words().count();
        if got != WORDS {
            return Err(WordsError::Count { got });
        }
        SecretBytes::init_with(|out: &mut [u8; WORDS_LEN]| {
            for (n, word) in words().enumerate() {
                let index = list
                    .iter()
                    .position(|known| known.eq_ignore_ascii_case(word))
                    .ok_or(WordsError::Unknown { position: n + 1 })?;
                for bit in (0..BITS).filter(|bit| index >> (BITS - 1 - bit) & 1 == 1) {
                    let at = n * BITS + bit;
                    out[at / 8] |= 0x80 >> (at % 8);
                }
            }
            Ok(())
        })
        .map(Self)
    }

    /// Returns the words with spaces between. `list` is BIP-0039's, sorted.
    ///
    /// # Panics
    /// If the list has not 2048 words.
    pub fn text(&self, list: &[&str]) -> SecretText {
        assert_eq!(list.len(), LIST, "a list has 2048 words");
        // Never grows, so that no copy is left behind.
        let mut text = String::with_capacity(WORDS * LONGEST);
        let bytes = self.0.expose();
        for n in 0..WORDS {
            let index = (n * BITS..(n + 1) * BITS).fold(0, |index, at| {
                index << 1 | usize::from(bytes[at / 8] >> (7 - at % 8) & 1)
            });
            if n > 0 {
                text.push(' ');
            }
            text.push_str(list[index]);
        }
        SecretText::new(text)
    }

    /// Returns the bytes at the front of zeros.
    pub(crate) fn secret(&self) -> SecretBytes<32> {
        filled(self.0.expose())
    }
}

/// Returns a secret filled up with zeros.
pub(crate) fn filled(secret: &[u8]) -> SecretBytes<32> {
    let mut bytes = [0; 32];
    bytes[..secret.len()].copy_from_slice(secret);
    let filled = SecretBytes::from_slice(&bytes).expect("32 bytes");
    wipe(&mut bytes);
    filled
}

impl fmt::Debug for PairingWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PairingWords(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use satchel_keys::words::RecoveryWords;

    use super::*;

    fn words(bytes: &[u8; WORDS_LEN]) -> PairingWords {
        PairingWords::new(SecretBytes::from_slice(bytes).expect("11 bytes"))
    }

    fn read(text: &str) -> Result<PairingWords, WordsError> {
        PairingWords::read(&SecretText::new(text.to_owned()), RecoveryWords::list())
    }

    #[test]
    fn bits_are_words_most_significant_first() {
        let list = RecoveryWords::list();
        assert_eq!(
            words(&[0; 11]).text(list).expose(),
            ["abandon"; 8].join(" ")
        );
        assert_eq!(words(&[0xff; 11]).text(list).expose(), ["zoo"; 8].join(" "));
        let mut bytes = [0; 11];
        bytes[1] = 0x20; // bit 10, the last of the first word
        let text = format!("ability {}", ["abandon"; 7].join(" "));
        assert_eq!(words(&bytes).text(list).expose(), text);
    }

    #[test]
    fn other_words_are_refused_by_their_place() {
        assert_eq!(read("zoo").err(), Some(WordsError::Count { got: 1 }));
        let nine = ["zoo"; 9].join(" ");
        assert_eq!(read(&nine).err(), Some(WordsError::Count { got: 9 }));
        let text = "zoo zoo zooo zoo zoo zoo zoo zoo";
        assert_eq!(read(text).err(), Some(WordsError::Unknown { position: 3 }));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_in_any_case(bytes: [u8; WORDS_LEN], upper: bool) {
            let text = words(&bytes).text(RecoveryWords::list());
            let typed = if upper { text.expose().to_uppercase() } else { text.expose().to_owned() };
            let read = read(&format!("  {typed}\n")).expect("they are in the list");
            prop_assert_eq!(read.0.expose(), &bytes);
        }
    }
}
