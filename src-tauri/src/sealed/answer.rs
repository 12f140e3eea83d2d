//! What the sealed page answers.

use std::fmt;
use std::marker::PhantomData;

use satchel_secrets::SecretText;
use satchel_wire::wallet::ScriptType;
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// Longest text taken, in bytes: the longest passphrase is 1024, 24 words are fewer than 240.
const LONGEST: usize = 4096;
/// Most texts taken in one answer: as many as the longest recovery words. Each lies in locked pages
/// of its own, however short it is.
const MOST: usize = 24;

/// A text that a person typed. Wiped when dropped.
#[derive(Debug)]
pub struct Typed(SecretText);

impl Typed {
    /// Returns the text.
    pub fn into_secret(self) -> SecretText {
        self.0
    }

    /// Returns whether nothing was typed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'de> Deserialize<'de> for Typed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_string(TypedVisitor)
    }
}

struct TypedVisitor;

impl Visitor<'_> for TypedVisitor {
    type Value = Typed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Typed, E> {
        self.visit_string(text.to_owned())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Typed, E> {
        let text = SecretText::new(text);
        if text.expose().len() > LONGEST {
            // Says nothing of the text but its length.
            return Err(E::invalid_length(
                text.expose().len(),
                &"at most 4096 bytes",
            ));
        }
        Ok(Typed(text))
    }
}

/// Reads no more than [`MOST`] texts.
fn few<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Typed>, D::Error> {
    deserializer.deserialize_seq(Few::<Typed, MOST>(PhantomData))
}

/// Reads no more script types than there are.
fn kinds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<ScriptType>, D::Error> {
    deserializer.deserialize_seq(Few::<ScriptType, 4>(PhantomData))
}

/// A list of no more than `N`.
struct Few<T, const N: usize>(PhantomData<T>);

impl<'de, T: Deserialize<'de>, const N: usize> Visitor<'de> for Few<T, N> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at most {N} of them")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut each: A) -> Result<Self::Value, A::Error> {
        let mut few = Vec::new();
        while let Some(one) = each.next_element()? {
            if few.len() == N {
                return Err(A::Error::invalid_length(N + 1, &self));
            }
            few.push(one);
        }
        Ok(few)
    }
}

/// An answer of the sealed page.
///
/// Tagged from outside, `{"passphrase": "…"}`: other ways of tagging keep a copy of the content
/// while they look for the tag.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields, remote = "Self")]
pub enum Answer {
    /// A passphrase, new or existing.
    Passphrase(Typed),
    /// The current passphrase and a new one.
    Change {
        /// The current one.
        current: Typed,
        /// The new one.
        new: Typed,
    },
    /// Recovery words, and the extra passphrase of BIP-0039 if there is one.
    Words {
        /// The words, with spaces between.
        words: Typed,
        /// The extra passphrase; empty: none.
        extra: Typed,
    },
    /// Recovery words that are all there, to hear whether they fit together.
    Verify(Typed),
    /// Another extra passphrase for the words that were given; empty: none.
    Extra(Typed),
    /// The wallets to bring back, by script type.
    Choose(#[serde(deserialize_with = "kinds")] Vec<ScriptType>),
    /// Stops looking, to choose without.
    Stop,
    /// Looks again.
    Look,
    /// Goes back to the words.
    Back,
    /// The words that were asked back, in the order asked.
    Check(#[serde(deserialize_with = "few")] Vec<Typed>),
    /// Asks to see the words.
    Reveal,
    /// The person is done reading.
    Done,
    /// The person wants to stop.
    Cancel,
}

impl<'de> Deserialize<'de> for Answer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // What serde says of a name or value that it does not know quotes it, however long it is, and
        // it may be what somebody typed.
        Self::deserialize(deserializer).map_err(|_| D::Error::custom("this is no answer"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_from_the_page_s_json() {
        let read = |text| serde_json::from_str::<Answer>(text).expect("an answer");
        assert!(matches!(
            read(r#"{"passphrase":"correct horse"}"#),
            Answer::Passphrase(typed) if typed.0.expose() == "correct horse"
        ));
        assert!(matches!(
            read(r#"{"change":{"current":"a","new":"b"}}"#),
            Answer::Change { .. }
        ));
        assert!(matches!(read(r#"{"check":["a","b"]}"#), Answer::Check(words) if words.len() == 2));
        assert!(matches!(read(r#""reveal""#), Answer::Reveal));
    }

    #[test]
    fn no_more_texts_are_taken_than_there_are_words() {
        let check = |count: usize| {
            let texts = vec![r#""""#; count].join(",");
            serde_json::from_str::<Answer>(&format!(r#"{{"check":[{texts}]}}"#))
        };
        assert!(check(24).is_ok());
        assert!(check(25).is_err());
        let choose =
            |list: &str| serde_json::from_str::<Answer>(&format!(r#"{{"choose":[{list}]}}"#));
        assert!(choose(r#""taproot","legacy""#).is_ok());
        assert!(choose(r#""multisig""#).is_err());
        assert!(choose(&[r#""taproot""#; 5].join(",")).is_err());
    }

    #[test]
    fn neither_debug_nor_an_error_shows_what_was_typed() {
        let typed: Answer = serde_json::from_str(r#"{"passphrase":"hunter2"}"#).expect("fine");
        assert!(!format!("{typed:?}").contains("hunter2"));
        let long = format!(r#"{{"passphrase":"{}"}}"#, "hunter2".repeat(1000));
        for wrong in [
            &long,
            r#""hunter2""#,
            r#"{"hunter2":"x"}"#,
            r#"{"check":"hunter2"}"#,
        ] {
            let error = serde_json::from_str::<Answer>(wrong).expect_err("no answer");
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
    }
}
