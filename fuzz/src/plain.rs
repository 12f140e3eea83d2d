//! Text that shows what it says.

/// Returns whether a character stays where it is written and is seen: no control character, no line
/// or paragraph separator, none of the characters that turn the direction of text (Unicode Standard
/// Annex 9) and no invisible one that would let two texts look the same.
pub fn is_plain(c: char) -> bool {
    let turns = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let breaks = matches!(c, '\u{2028}' | '\u{2029}');
    let hides = matches!(c, '\u{200b}'..='\u{200d}' | '\u{feff}');
    !(c.is_control() || turns || breaks || hides)
}

/// Fails unless a text is plain.
pub fn assert_plain(text: &str) {
    if let Some(c) = text.chars().find(|c| !is_plain(*c)) {
        panic!("{c:?} survived in {text:?}");
    }
}
