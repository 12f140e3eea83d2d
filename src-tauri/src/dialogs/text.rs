//! A question as the system's message dialog shows it.

use satchel_ports::ConfirmText;
use satchel_types::is_disguise;

/// The word on the button that says no.
pub(super) const REFUSE: &str = "Do not";

/// Longest value shown on one line; a wallet's name has at most 64 characters, an address in
/// groups fewer than 130.
const LONGEST: usize = 400;

/// Returns the body of the dialog: a line for each particular, then what is unusual.
pub(super) fn body(text: &ConfirmText) -> String {
    let mut out = String::new();
    for line in &text.lines {
        out.push_str(&format!("{}: {}\n", clean(&line.label), clean(&line.value)));
    }
    for warning in &text.warnings {
        out.push_str(&format!("\n{}\n", clean(warning)));
    }
    out.trim_end().to_owned()
}

/// Keeps a text on its line: no control or direction characters, which could move words from one
/// line to another, and no endless ones, which could push the rest off the screen.
pub(super) fn clean(text: &str) -> String {
    let plain = |c: &char| !is_disguise(*c);
    let mut out: String = text.chars().filter(plain).take(LONGEST).collect();
    if text.chars().filter(plain).count() > LONGEST {
        out.push('…');
    }
    out
}

/// Makes a text safe for the platform's dialog.
///
/// On GTK, the dialog's body is handed to C as a *format* string, so a `%` in a wallet's name
/// would be read as an instruction.
pub(super) fn for_platform(text: String) -> String {
    if cfg!(all(
        unix,
        not(any(
            target_os = "macos",
            target_os = "ios",
            target_os = "android"
        ))
    )) {
        text.replace('%', "%%")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use satchel_ports::ConfirmLine;

    use super::*;

    fn question(value: &str) -> ConfirmText {
        ConfirmText {
            title: "Send?".to_owned(),
            lines: vec![
                ConfirmLine {
                    label: "To".to_owned(),
                    value: value.to_owned(),
                },
                ConfirmLine {
                    label: "Fee".to_owned(),
                    value: "212 sat".to_owned(),
                },
            ],
            warnings: vec!["The fee is 12 % of what leaves.".to_owned()],
            agree: "Send".to_owned(),
        }
    }

    #[test]
    fn every_particular_has_a_line_and_warnings_follow() {
        assert_eq!(
            body(&question("bcrt 1qab")),
            "To: bcrt 1qab\nFee: 212 sat\n\nThe fee is 12 % of what leaves."
        );
    }

    #[test]
    fn a_value_cannot_write_another_line() {
        let text = body(&question("me\nFee: 0 sat\u{202e}\u{61c}\u{2066}\0"));
        assert_eq!(
            text.lines()
                .filter(|line| line.starts_with("Fee: "))
                .count(),
            1
        );
        assert!(!text.contains(['\0', '\u{202e}', '\u{61c}', '\u{2066}']));
    }

    #[test]
    fn an_endless_value_is_cut_and_says_so() {
        let text = body(&question(&"x".repeat(10_000)));
        assert!(text.len() < 1_000 && text.contains('…'));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_percent_sign_is_no_instruction() {
        assert_eq!(for_platform("%s %n 12 %".to_owned()), "%%s %%n 12 %%");
    }
}
