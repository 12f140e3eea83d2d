//! What the plugin's words mean.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use satchel_keychain::BridgeError;
use satchel_secrets::{SecretText, SecretVec};

/// The codes with which the plugin refuses. Whatever else it says is [`BridgeError::Broken`].
pub(crate) const CODES: [(&str, BridgeError); 6] = [
    ("absent", BridgeError::Absent),
    ("keyInvalidated", BridgeError::KeyInvalidated),
    ("deviceLocked", BridgeError::DeviceLocked),
    ("cancelled", BridgeError::Cancelled),
    ("noBiometry", BridgeError::NoBiometry),
    ("broken", BridgeError::Broken),
];

/// Bytes of 32 in base64: 11 groups of 3, the last one with one byte of padding.
const TEXT_LEN: usize = 44;
/// What such a text may decode to before its padding is looked at.
const DECODED: usize = 33;

/// Returns what a refusal means.
pub(crate) fn meaning(code: Option<&str>) -> BridgeError {
    let known = CODES.iter().find(|(word, _)| Some(*word) == code);
    known.map_or(BridgeError::Broken, |(_, meaning)| *meaning)
}

/// Writes a secret as what crosses.
pub(crate) fn written(secret: &[u8; 32]) -> SecretText {
    SecretText::new(STANDARD.encode(secret))
}

/// Reads a secret from what crossed. Its length is the keychain's matter; a text that 32 bytes cannot
/// have made is refused.
pub(crate) fn read(text: &SecretText) -> Result<SecretVec, BridgeError> {
    let text = text.expose();
    if text.len() > TEXT_LEN {
        return Err(BridgeError::Broken);
    }
    let mut len = 0;
    let padded = SecretVec::init_with(DECODED, |out| {
        len = STANDARD
            .decode_slice(text, out)
            .map_err(|_| BridgeError::Broken)?;
        Ok(())
    })?;
    let bytes = padded.expose().get(..len).ok_or(BridgeError::Broken)?;
    Ok(SecretVec::from_slice(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<Vec<u8>, BridgeError> {
        read(&SecretText::new(text.to_owned())).map(|secret| secret.expose().to_vec())
    }

    #[test]
    fn a_secret_comes_back_as_it_went() {
        for byte in [0, 1, 0x7f, 0xff] {
            let secret = [byte; 32];
            assert_eq!(written(&secret).expose().len(), TEXT_LEN);
            assert_eq!(read(&written(&secret)).expect("32 bytes").expose(), secret);
        }
    }

    #[test]
    fn what_is_no_base64_or_too_long_is_refused_and_never_panics() {
        for text in ["=", "a", "....", "é", &"A".repeat(45), &"A".repeat(1 << 20)] {
            assert_eq!(read_text(text), Err(BridgeError::Broken), "{text:.8}");
        }
        assert_eq!(read_text(""), Ok(Vec::new()));
        assert_eq!(read_text(&"A".repeat(44)), Ok(vec![0; 33]));
    }

    #[test]
    fn each_code_has_its_meaning_and_whatever_else_is_broken() {
        for (code, expected) in CODES {
            assert_eq!(meaning(Some(code)), expected);
        }
        for code in [None, Some(""), Some("Absent"), Some("ok")] {
            assert_eq!(meaning(code), BridgeError::Broken);
        }
    }
}
