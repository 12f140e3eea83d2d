//! Labels (BIP-0329).

use bitcoin::{OutPoint, Txid};

use crate::wallet::is_disguise;

/// What a label is on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LabelTarget {
    /// A transaction.
    Tx(Txid),
    /// An address.
    Address(String),
    /// An output.
    Output(OutPoint),
    /// An input, named by the transaction it is in and its index there. Kept for other wallets.
    Input(OutPoint),
    /// A public key or an extended one, as text. Kept for other wallets.
    Key(String),
}

impl LabelTarget {
    /// Longest text of a key, in bytes.
    pub const MAX_KEY: usize = 200;
    /// Longest text of an address, in bytes.
    pub const MAX_ADDRESS: usize = 100;

    /// Takes a key as text: 1 to [`Self::MAX_KEY`] letters and digits, which is what a wallet file holds.
    pub fn key(text: &str) -> Option<Self> {
        is_plain(text, Self::MAX_KEY).then(|| Self::Key(text.to_owned()))
    }

    /// Takes an address as text, of whichever network: 1 to [`Self::MAX_ADDRESS`] letters and digits.
    pub fn address(text: &str) -> Option<Self> {
        is_plain(text, Self::MAX_ADDRESS).then(|| Self::Address(text.to_owned()))
    }
}

fn is_plain(text: &str, max: usize) -> bool {
    (1..=max).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
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
        let text: String = text.chars().filter(|c| !is_disguise(*c)).collect();
        // Last, since what was taken out may have stood before white space.
        let text = text.trim();
        let length = text.chars().count();
        if length > Self::MAX {
            return Err(LabelError {
                length,
                max: Self::MAX,
            });
        }
        Ok((!text.is_empty()).then(|| Self(text.to_owned())))
    }

    /// Takes a label of another wallet: what is too long for a label here is cut, as BIP-0329 has it.
    pub fn cut(text: &str) -> Option<Self> {
        let text: String = text.chars().filter(|c| !is_disguise(*c)).collect();
        let text: String = text.trim().chars().take(Self::MAX).collect();
        let text = text.trim_end();
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_that_was_taken_is_taken_again_as_it_is() {
        for text in [
            "rent",
            " rent ",
            "\u{1} rent",
            "rent \u{1}",
            "\u{200b} \u{1}rent\n \0",
        ] {
            let label = Label::new(text).expect("short").expect("not empty");
            assert_eq!(label.as_str(), "rent");
            assert_eq!(Label::new(label.as_str()), Ok(Some(label)));
        }
        assert_eq!(Label::new("\u{1} \u{61c}"), Ok(None));
    }

    #[test]
    fn a_target_as_text_is_what_a_wallet_file_holds() {
        for (take, max) in [
            (LabelTarget::key as fn(&str) -> _, LabelTarget::MAX_KEY),
            (LabelTarget::address, LabelTarget::MAX_ADDRESS),
        ] {
            assert!(take("a").is_some() && take(&"a".repeat(max)).is_some());
            for refused in ["", "a b", "a-b", "\u{e4}", &"a".repeat(max + 1)] {
                assert_eq!(take(refused), None, "{refused:?}");
            }
        }
    }

    #[test]
    fn a_label_of_another_wallet_is_cut_and_then_stays() {
        let long = format!(" {} end", "ä".repeat(254));
        assert!(Label::new(&long).is_err());
        let cut = Label::cut(&long).expect("not empty");
        assert_eq!(
            cut.as_str().chars().count(),
            254,
            "no white space is left at the end"
        );
        assert_eq!(Label::new(cut.as_str()), Ok(Some(cut)));
        assert_eq!(Label::cut(" \u{200b}"), None);
    }
}
