//! A text that asks for a payment (BIP-0021), as another program hands it over.

/// The scheme of BIP-0021, in any case, since codes write it in capitals.
const SCHEME: &str = "bitcoin:";

/// Longest link that is taken, in bytes: an address with a label, a message and an invoice is a tenth of it.
pub const MAX_LINK: usize = 8 * 1024;

/// A link that asks for a payment. What it says was not looked at yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentLink(String);

impl PaymentLink {
    /// Takes a text that is a `bitcoin:` link; `None`: it is none, it is longer than [`MAX_LINK`], or it has characters
    /// that no address bar shows.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let begins = text
            .get(..SCHEME.len())
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case(SCHEME));
        let fits = text.len() > SCHEME.len() && text.len() <= MAX_LINK;
        (begins && fits && !text.chars().any(char::is_control)).then(|| Self(text.to_owned()))
    }

    /// Returns its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
