//! A node's own words, made harmless.

use satchel_types::is_disguise;

/// Most bytes of an error's words that are kept.
pub(crate) const ERROR_WORDS: usize = 2_000;
/// Most characters of a script or a witness item that are kept.
pub(crate) const SCRIPT: usize = 2_000;

/// Drops control and direction characters and cuts to at most `max` bytes; says by `…` that it was cut.
pub fn cut(text: &str, max: usize) -> String {
    let mut out = String::new();
    for c in text.chars().filter(|c| !is_disguise(*c)) {
        if out.len() + c.len_utf8() > max {
            out.push('…');
            break;
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_lose_what_could_disguise_them_and_what_is_too_much() {
        assert_eq!(cut("a\nb\u{202e}c\0", 10), "abc");
        assert_eq!(cut("abcdef", 3), "abc…");
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("äöü", 3), "ä…");
    }

    proptest! {
        #[test]
        fn nothing_is_longer_than_its_limit_or_holds_a_control_character(text: String, max in 0..200_usize) {
            let kept = cut(&text, max);
            prop_assert!(kept.len() <= max + '…'.len_utf8());
            prop_assert!(!kept.chars().any(char::is_control));
        }
    }
}
