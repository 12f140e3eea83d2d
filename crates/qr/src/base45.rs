//! Base45 (RFC 9285): bytes in the 45 characters that QR codes pack tightest.
//!
//! Strict: what is read is what would be written. A text never ends with a space, since the last digit
//! of a group is at most 32, so that trimming does no harm.

const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// Returns how many bytes fit into a number of characters.
pub const fn bytes_in(chars: usize) -> usize {
    let rest = if chars % 3 == 2 { 1 } else { 0 };
    chars / 3 * 2 + rest
}

/// Writes bytes.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(2) * 3);
    let mut put = |digit: usize| text.push(char::from(ALPHABET[digit]));
    for pair in bytes.chunks(2) {
        match *pair {
            [a, b] => {
                let n = usize::from(a) * 256 + usize::from(b);
                put(n % 45);
                put(n / 45 % 45);
                put(n / 2025);
            }
            [a] => {
                put(usize::from(a) % 45);
                put(usize::from(a) / 45);
            }
            _ => {}
        }
    }
    text
}

/// Reads what [`encode`] writes; nothing else is read.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(bytes_in(text.len()));
    for group in text.as_bytes().chunks(3) {
        let digit = |at: usize| -> Option<u32> {
            let place = ALPHABET.iter().position(|c| Some(c) == group.get(at))?;
            u32::try_from(place).ok()
        };
        let low = digit(0)? + 45 * digit(1)?;
        match group.len() {
            3 => bytes.extend(u16::try_from(low + 2025 * digit(2)?).ok()?.to_be_bytes()),
            _ => bytes.push(u8::try_from(low).ok()?),
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_examples_of_the_rfc_hold() {
        for (bytes, text) in [
            ("AB", "BB8"),
            ("Hello!!", "%69 VD92EX0"),
            ("base-45", "UJCLQE7W581"),
            ("ietf!", "QED8WEX0"),
        ] {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()));
        }
    }

    #[test]
    fn a_text_that_nobody_writes_is_refused() {
        for text in ["GGW", ":::", "::", "A", "BB8A", "bb8", "ÄÖ", "B_8"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn bytes_come_back_and_never_end_with_a_space(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let text = encode(&bytes);
            prop_assert!(!text.ends_with(' '));
            prop_assert_eq!(bytes_in(text.len()), bytes.len());
            prop_assert_eq!(decode(&text), Some(bytes));
        }

        #[test]
        fn a_text_that_is_read_is_written_the_same(text in "[0-9A-Z $%*+./:-]{0,30}") {
            if let Some(bytes) = decode(&text) {
                prop_assert_eq!(encode(&bytes), text);
            }
        }
    }
}
