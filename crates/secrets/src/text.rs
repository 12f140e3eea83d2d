//! Secret text.

use std::fmt;

use zeroize::Zeroize;

use crate::locked::Locked;

/// Secret text, in memory of its own, wiped when dropped.
pub struct SecretText(Locked);

impl SecretText {
    /// Takes a text over: copies it to where it will stay and wipes the original.
    pub fn new(mut text: String) -> Self {
        let secret = Self(Locked::copy_of(text.as_bytes()));
        text.zeroize();
        secret
    }

    /// Returns the text. Copies made of it are no longer wiped.
    pub fn expose(&self) -> &str {
        std::str::from_utf8(self.0.as_slice()).expect("it was made of a text and never changed")
    }

    /// Returns whether it is empty.
    pub fn is_empty(&self) -> bool {
        self.0.as_slice().is_empty()
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(…)")
    }
}
