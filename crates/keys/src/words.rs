//! Recovery words (BIP-0039), in English.

use std::fmt;

use bip39::Language;
use bitcoin::hashes::{Hash, sha256};
use satchel_secrets::{SecretBytes, SecretText, SecretVec, scrub_stack_after};

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

    /// Returns the 2048 words there are, sorted; a public list.
    pub fn list() -> &'static [&'static str] {
        Language::English.word_list()
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

    /// Returns the 16 bytes behind twelve words; `None`: there are more words.
    pub fn entropy16(&self) -> Option<SecretBytes<16>> {
        SecretBytes::from_slice(self.entropy.expose())
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Result<RecoveryWords, WordsError> {
        RecoveryWords::parse(&SecretText::new(text.to_owned()))
    }

    fn text(words: &RecoveryWords) -> String {
        (0..words.word_count())
            .map(|i| words.word(i))
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn entropy_and_words_are_those_of_bip_0039() {
        let vectors = include_str!("vectors/bip39_english.txt");
        let mut tried = 0;
        for line in vectors.lines().filter(|line| !line.starts_with('#')) {
            let mut parts = line.split(" | ");
            let (Some(entropy), Some(words)) = (parts.next(), parts.next()) else {
                panic!("a vector has three parts: {line}");
            };
            let entropy = hex::decode(entropy).expect("valid hex");
            let made = RecoveryWords::from_entropy(&entropy).expect("a valid length");
            assert_eq!(text(&made), words);
            assert_eq!(parse(words).expect("valid").entropy().expose(), entropy);
            tried += 1;
        }
        assert_eq!(tried, 24);
    }

    const VALID: &str =
        "legal winner thank year wave sausage worth useful legal winner thank yellow";

    #[test]
    fn case_and_white_space_do_not_matter() {
        let typed = format!("  {} \n", VALID.to_uppercase().replace(' ', "\t \n"));
        assert_eq!(text(&parse(&typed).expect("valid")), VALID);
    }

    #[test]
    fn a_wrong_count_is_told_first() {
        for (typed, got) in [("", 0), ("nonsense", 1), (&VALID[6..], 11)] {
            assert_eq!(
                parse(typed).expect_err("too few"),
                WordsError::WordCount { got }
            );
        }
    }

    #[test]
    fn an_unknown_word_is_told_by_its_position_alone() {
        let error = parse(&VALID.replace("wave", "wavy")).expect_err("unknown");
        assert_eq!(error, WordsError::UnknownWord { position: 5 });
        assert!(!format!("{error} {error:?}").contains("wavy"));
    }

    #[test]
    fn words_that_do_not_belong_together_are_refused() {
        for wrong in [
            VALID.replace("yellow", "year"),
            VALID.replace("legal winner thank year", "winner legal thank year"),
        ] {
            assert_eq!(parse(&wrong).expect_err("wrong"), WordsError::Checksum);
        }
    }

    #[test]
    fn entropy_of_another_length_is_refused() {
        for got in [0, 15, 17, 33] {
            assert_eq!(
                RecoveryWords::from_entropy(&vec![0; got]).expect_err("no such length"),
                WordsError::EntropyLength { got }
            );
        }
    }

    proptest! {
        #[test]
        fn words_of_any_entropy_parse_back(quarters in 4_usize..=8, bytes: [u8; 32]) {
            let entropy = &bytes[..quarters * 4];
            let words = RecoveryWords::from_entropy(entropy).expect("a valid length");
            let parsed = parse(&text(&words)).expect("just made");
            prop_assert_eq!(parsed.entropy().expose(), entropy);
        }

        #[test]
        fn any_text_is_read_without_panic(typed: String) {
            let _ = parse(&typed);
        }

        #[test]
        fn any_twelve_listed_words_are_valid_or_a_checksum_error(at in prop::collection::vec(0_usize..2048, 12)) {
            let list = Language::English.word_list();
            let typed = at.iter().map(|i| list[*i]).collect::<Vec<_>>().join(" ");
            let ours = parse(&typed).map(|words| words.entropy().expose().to_vec());
            let theirs = bip39::Mnemonic::parse_in_normalized(Language::English, &typed);
            match (ours, theirs) {
                (Ok(ours), Ok(theirs)) => prop_assert_eq!(ours, theirs.to_entropy()),
                (Err(error), Err(_)) => prop_assert_eq!(error, WordsError::Checksum),
                (ours, theirs) => prop_assert!(false, "{:?} {:?}", ours.is_ok(), theirs.is_ok()),
            }
        }
    }
}
