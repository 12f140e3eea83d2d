//! Finds conditions in Rust, and what each is inside of.
//!
//! No parser: brackets, semicolons and commas say how far an attribute reaches. Where that is less than the truth, a
//! condition is taken for weaker than it is.

use super::predicate::Predicate;

/// What a file has in it.
#[derive(Debug, Default)]
pub struct Found {
    pub conditions: Vec<Condition>,
    pub modules: Vec<Module>,
    /// Lines with a condition that could not be read.
    pub unread: Vec<usize>,
}

/// A condition, with those around it in the same file.
#[derive(Debug)]
pub struct Condition {
    pub line: usize,
    pub text: String,
    /// All that must hold for what it guards to be compiled, itself last.
    pub all: Vec<Predicate>,
    /// `cfg!`, whose both sides are compiled everywhere.
    pub is_value: bool,
}

/// `mod name;`
#[derive(Debug)]
pub struct Module {
    pub name: String,
    /// Of a `#[path]`.
    pub path: Option<String>,
    pub all: Vec<Predicate>,
}

/// Words that an item begins with whose end is a block or a semicolon, and never a comma.
const ITEMS: [&str; 16] = [
    "async",
    "const",
    "enum",
    "extern",
    "fn",
    "impl",
    "let",
    "macro_rules",
    "mod",
    "pub",
    "static",
    "struct",
    "trait",
    "type",
    "unsafe",
    "use",
];
/// Those of them that end with a semicolon alone.
const STATEMENTS: [&str; 5] = ["const", "let", "static", "type", "use"];

/// Reads a file.
pub fn scan(text: &str) -> Found {
    let bare = without_words(text);
    let mut found = Found::default();
    // What holds between two places.
    let mut reaches: Vec<(usize, usize, Predicate)> = Vec::new();
    let around = |reaches: &[(usize, usize, Predicate)], at: usize| -> Vec<Predicate> {
        let inside = reaches
            .iter()
            .filter(|(from, to, _)| (*from..*to).contains(&at));
        inside.map(|(_, _, predicate)| predicate.clone()).collect()
    };
    for (at, kind) in places(&bare) {
        let open = at + bare[at..].find('(').unwrap_or_default();
        let close = closing(&bare, open);
        let line = text[..at].lines().count().max(1) + usize::from(text[..at].ends_with('\n'));
        let inside = text[open + 1..close].trim();
        let Some(predicate) = Predicate::read(inside) else {
            found.unread.push(line);
            continue;
        };
        let mut all = around(&reaches, at);
        all.push(predicate.clone());
        found.conditions.push(Condition {
            line,
            text: inside.split_whitespace().collect::<Vec<_>>().join(" "),
            all,
            is_value: kind == Kind::Value,
        });
        match kind {
            Kind::Item => reaches.push((at, item_end(&bare, close + 2), predicate)),
            Kind::Inner => reaches.push((0, block_end(&bare, close + 2), predicate)),
            Kind::Value | Kind::Attribute => {}
        }
    }
    for (at, _) in bare.match_indices("mod ") {
        let before = bare[..at].chars().next_back();
        let rest = &bare[at + 4..];
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
        let Some(end) = end.filter(|end| rest[*end..].starts_with(';')) else {
            continue;
        };
        if before.is_none_or(|c| c.is_whitespace()) {
            found.modules.push(Module {
                name: rest[..end].to_owned(),
                path: path_before(text, &bare, at),
                all: around(&reaches, at),
            });
        }
    }
    found
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `#[cfg(…)]`
    Item,
    /// `#![cfg(…)]`
    Inner,
    /// `cfg!(…)`
    Value,
    /// `cfg_attr(…)`
    Attribute,
}

/// Where conditions begin, in order.
fn places(bare: &str) -> Vec<(usize, Kind)> {
    let mut places = Vec::new();
    for (mark, kind) in [
        ("#[cfg(", Kind::Item),
        ("#![cfg(", Kind::Inner),
        ("cfg!(", Kind::Value),
        ("cfg_attr(", Kind::Attribute),
    ] {
        places.extend(bare.match_indices(mark).map(|(at, _)| (at, kind)));
    }
    places.sort_by_key(|(at, _)| *at);
    places
}

/// The value of a `#[path = "…"]` right before a place.
fn path_before(text: &str, bare: &str, at: usize) -> Option<String> {
    // Attributes stand before it, and `pub`; the item before ends with one of these.
    let from = bare[..at].rfind([';', '}', '{']).map_or(0, |end| end + 1);
    let attribute = from + bare[from..at].rfind("#[path")?;
    let (_, value) = text[attribute..at].split_once('"')?;
    value.split_once('"').map(|(path, _)| path.to_owned())
}

/// Returns where the parenthesis closes that opens here.
fn closing(bare: &str, open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, c) in bare[open..].char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return open + at;
        }
    }
    bare.len()
}

/// Returns where the item ends that an attribute before this place is of.
fn item_end(bare: &str, from: usize) -> usize {
    let mut start = from.min(bare.len());
    // More attributes may stand before it.
    loop {
        start += bare[start..].len() - bare[start..].trim_start().len();
        if !bare[start..].starts_with("#[") {
            break;
        }
        let mut depth = 0_usize;
        let end = bare[start..].char_indices().find(|(_, c)| {
            match c {
                '[' => depth += 1,
                ']' => depth -= 1,
                _ => {}
            }
            *c == ']' && depth == 0
        });
        start += end.map_or(bare.len() - start, |(at, _)| at + 1);
    }
    let item = keyword(&bare[start..]);
    let by_comma = item.is_none();
    let by_block = item.is_none_or(|word| !STATEMENTS.contains(&word));
    let mut depth = 0_usize;
    for (at, c) in bare[start..].char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            // The end of what it lies in.
            ')' | ']' | '}' if depth == 0 => return start + at,
            ')' | ']' => depth -= 1,
            '}' => {
                depth -= 1;
                if depth == 0 && by_block {
                    return start + at + 1;
                }
            }
            ';' if depth == 0 => return start + at + 1,
            ',' if depth == 0 && by_comma => return start + at + 1,
            _ => {}
        }
    }
    bare.len()
}

/// Returns the word that says what an item is; `None` for a field, an arm, an expression.
fn keyword(bare: &str) -> Option<&str> {
    let mut rest = bare;
    loop {
        let rest_now = rest.trim_start();
        let end = rest_now.find(|c: char| !c.is_alphanumeric() && c != '_');
        let (word, after) = rest_now.split_at(end.unwrap_or(rest_now.len()));
        if !ITEMS.contains(&word) {
            return None;
        }
        if word != "pub" {
            // `const fn` has a block.
            let next = after.trim_start();
            let is_function = ["fn ", "unsafe ", "async ", "extern "]
                .iter()
                .any(|start| next.starts_with(start));
            return Some(if word == "const" && is_function {
                "fn"
            } else {
                word
            });
        }
        // Perhaps `pub(crate)`.
        rest = match after.strip_prefix('(') {
            Some(inside) => inside.split_once(')')?.1,
            None => after,
        };
    }
}

/// Returns where the block ends that a place lies in.
fn block_end(bare: &str, from: usize) -> usize {
    let mut depth = 0_usize;
    for (at, c) in bare[from.min(bare.len())..].char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => return from + at,
            '}' => depth -= 1,
            _ => {}
        }
    }
    bare.len()
}

/// Returns the text with spaces for all that is comment, string or character, each byte in its place.
fn without_words(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out: Vec<u8> = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = match bytes[at] {
            b'/' if bytes[at..].starts_with(b"//") => {
                at + text[at..].find('\n').unwrap_or(text.len() - at)
            }
            b'/' if bytes[at..].starts_with(b"/*") => {
                text[at..].find("*/").map_or(text.len(), |end| at + end + 2)
            }
            b'r' if at == 0 || !is_word(bytes[at - 1]) || bytes[at - 1] == b'b' => {
                raw_string(text, at).unwrap_or(at)
            }
            b'"' => string_end(bytes, at),
            b'\'' => character(text, at).unwrap_or(at),
            _ => at,
        };
        for byte in &mut out[at..end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        at = end.max(at + 1);
    }
    // Only whole characters were replaced, each byte by a space.
    String::from_utf8_lossy(&out).into_owned()
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn raw_string(text: &str, start: usize) -> Option<usize> {
    let rest = &text[start + 1..];
    let marks = rest.len() - rest.trim_start_matches('#').len();
    let inside = rest[marks..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(marks));
    let length = inside.find(&end)?;
    Some(start + 1 + marks + 1 + length + end.len())
}

/// Returns where a character ends; `None` for a lifetime.
fn character(text: &str, start: usize) -> Option<usize> {
    let rest = &text[start + 1..];
    let first = rest.chars().next()?;
    if first == '\\' {
        let after = 2.min(rest.len());
        return rest
            .get(after..)?
            .find('\'')
            .map(|end| start + 1 + after + end + 1);
    }
    let length = first.len_utf8();
    rest.get(length..)?
        .starts_with('\'')
        .then_some(start + 1 + length + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The conditions of a text, each with those around it.
    fn found(text: &str) -> Vec<(usize, String, usize)> {
        let found = scan(text);
        assert_eq!(found.unread, [] as [usize; 0]);
        let conditions = found.conditions.into_iter();
        conditions
            .map(|condition| (condition.line, condition.text, condition.all.len()))
            .collect()
    }

    #[test]
    fn a_condition_reaches_as_far_as_its_item() {
        let text = "\
#[cfg(unix)]
fn f<A, B>(list: [u8; 3]) {
    #[cfg(mobile)]
    g();
    if cfg!(dev) {}
}
#[cfg(windows)]
use a::{b, c};
struct S {
    #[cfg(unix)]
    pub field: Map<A, B>,
    #[cfg(windows)]
    other: u8,
}
#[cfg(unix)]
#[allow(dead_code)]
const LIMITS: [u8; 2] = { #[cfg(test)] [1, 2] };
#[cfg_attr(windows, allow(dead_code))]
fn h() {}
";
        let expected = [
            (1, "unix", 1),
            (3, "mobile", 2),
            (5, "dev", 2),
            (7, "windows", 1),
            (10, "unix", 1),
            (12, "windows", 1),
            (15, "unix", 1),
            (17, "test", 2),
            (18, "windows, allow(dead_code)", 1),
        ];
        let expected = expected.map(|(line, text, all)| (line, text.to_owned(), all));
        assert_eq!(found(text), expected);
    }

    #[test]
    fn words_are_no_conditions_and_hide_none() {
        let text = "\
// #[cfg(a)]
/* #[cfg(b)] */
const C: &str = \"#[cfg(c)] \\\" #[cfg(c)]\";
const D: &str = r#\"\" #[cfg(d)]\"#;
fn e<'a>(f: &'a str) { let g = ('\"', '\\'', b'x'); }
#[cfg(target_os = \"linux\")]
fn f() {}
";
        assert_eq!(found(text), [(6, "target_os = \"linux\"".to_owned(), 1)]);
    }

    #[test]
    fn a_file_s_own_condition_holds_for_all_of_it_and_modules_are_found_with_theirs() {
        let text = "\
//! A room.
#![cfg(unix)]
#[cfg(mobile)]
#[path = \"elsewhere.rs\"]
pub mod phone;
mod plain;
mod inside {
    mod deep;
}
";
        let found = scan(text);
        let modules: Vec<_> = found
            .modules
            .iter()
            .map(|module| (&*module.name, module.path.as_deref(), module.all.len()))
            .collect();
        assert_eq!(
            modules,
            [
                ("phone", Some("elsewhere.rs"), 2),
                ("plain", None, 1),
                ("deep", None, 1)
            ]
        );
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        assert_eq!(scan("\n#[cfg(some(unix))]\nfn f() {}\n").unread, [2]);
    }
}
