//! Secret text.

use std::fmt;

use zeroize::Zeroize;

/// Secret text, wiped when dropped.
pub struct SecretText(String);

impl SecretText {
    /// Takes a text over; its buffer is wiped when this is dropped.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// Returns the text. Copies made of it are no longer wiped.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Returns whether it is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Drop for SecretText {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(…)")
    }
}
