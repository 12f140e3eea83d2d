//! The threat model names tests; a name without its test is a promise without proof.

use std::collections::HashSet;
use std::path::Path;

use super::files::Tree;

const THREAT_MODEL: &str = "docs/threat-model.md";
/// Where checks that are no Rust live.
const RED_TEAM: &str = "e2e/redteam";
/// Shorter words in code font are programs and functions, not tests.
const LEAST: usize = 14;

pub fn check(tree: &Tree) -> Vec<String> {
    let page = tree
        .files
        .iter()
        .find(|(path, _)| path == Path::new(THREAT_MODEL));
    let Some((_, page)) = page else {
        return vec![format!("{THREAT_MODEL} is missing")];
    };
    let known: HashSet<&str> = tree
        .files
        .iter()
        .filter(|(path, _)| path.extension().is_some_and(|extension| extension == "rs"))
        .flat_map(|(_, text)| text.lines())
        .filter_map(function)
        .chain(steps(tree))
        .collect();
    claimed(page)
        .filter(|name| !known.contains(name))
        .map(|name| format!("{THREAT_MODEL} names the test {name}, which is not there"))
        .collect()
}

/// Returns the names of the red team's checks, which are what its scripts yield when one held.
fn steps(tree: &Tree) -> impl Iterator<Item = &str> {
    tree.files
        .iter()
        .filter(|(path, _)| path.starts_with(RED_TEAM))
        .flat_map(|(_, text)| text.lines())
        .filter_map(step)
}

fn step(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix("yield ")?;
    let name = rest.trim_start_matches(['"', '`']);
    name.split(['"', '`', ':']).next()
}

/// Returns the name of the function that a line begins.
fn function(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("fn ")?;
    rest.split_once('(').map(|(name, _)| name)
}

/// Returns the words in code font that look like a test's name.
fn claimed(page: &str) -> impl Iterator<Item = &str> {
    page.split('`').skip(1).step_by(2).filter(|word| {
        word.len() >= LEAST
            && word.contains('_')
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_in_code_font_are_claims_and_paths_are_none() {
        let page =
            "`a_wallet_is_there` by `crates/app/src/send.rs`, `short_one`, `PR_SET_DUMPABLE`";
        assert_eq!(claimed(page).collect::<Vec<_>>(), ["a_wallet_is_there"]);
        assert_eq!(
            function("    async fn a_wallet_is_there() {"),
            Some("a_wallet_is_there")
        );
        assert_eq!(function("let fnord = 1;"), None);
        assert_eq!(
            step("  yield \"no_secret_is_found\";"),
            Some("no_secret_is_found")
        );
        assert_eq!(
            step("  yield `a_leak_is_found: ${road}`;"),
            Some("a_leak_is_found")
        );
        assert_eq!(step("// yield nothing"), None);
    }
}
