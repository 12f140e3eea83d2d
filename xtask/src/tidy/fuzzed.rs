//! Every file that reads outside bytes is fed by a fuzz target, or says why not.
//!
//! `fuzz/README.md` has a table of targets and the files each feeds, and one of files left out with
//! their reasons. A file that looks as if it read something and is in neither fails.

use std::path::Path;

use super::files::Tree;

const FOLDER: &str = "fuzz/fuzz_targets/";
const README: &str = "fuzz/README.md";
const MANIFEST: &str = "fuzz/Cargo.toml";
/// The target that is given every request of the page.
const REQUESTS: &str = "fuzz/fuzz_targets/wire_requests.rs";

/// What a file has in it that reads.
const SIGNS: &[&str] = &[
    "FromStr for ",
    "FromSql for ",
    "Deserialize",
    "serde_json::from_",
    "ciborium::from_reader",
    "consensus::deserialize",
    "encode::deserialize",
    "consensus_decode",
    "Psbt::deserialize",
    "Url::parse",
    "from_hex(",
    "hex::decode",
    "try_parse_from",
    // A layout in bytes of our own.
    "split_first_chunk",
    "read_exact(",
    "pub fn parse",
    "pub fn open(",
    "pub fn open_seed",
    "pub fn unlock",
    "pub fn from_secret_bytes",
    "pub fn summarize",
    "pub fn extract",
    "pub fn sign(",
];

/// Rooms that read nothing of outside in what is shipped.
const ROOMS_WITHOUT: &[&str] = &["crates/testkit/", "crates/bench/"];

pub fn check(tree: &Tree) -> Vec<String> {
    let (readme, manifest) = (text_at(tree, README), text_at(tree, MANIFEST));
    let mut faults = Vec::new();
    for target in targets(tree) {
        let fed = readme
            .lines()
            .any(|line| line.starts_with(&format!("| `{target}` |")));
        if !fed {
            faults.push(format!(
                "{README} does not say what the target {target} feeds"
            ));
        }
        if !manifest.contains(&format!("name = \"{target}\"")) {
            faults.push(format!("{MANIFEST} does not build the target {target}"));
        }
        let corpus = format!("fuzz/corpus/{target}/");
        if !tree.names.iter().any(|name| name.starts_with(&corpus)) {
            faults.push(format!("the target {target} has no seed in {corpus}"));
        }
    }
    let named: Vec<&str> = named(readme).collect();
    for (path, text) in &tree.files {
        let path = path.to_string_lossy();
        let is_listed =
            |entry: &&str| *entry == path || (entry.ends_with('/') && path.starts_with(*entry));
        if reads(&path, text) && !named.iter().any(is_listed) {
            faults.push(format!(
                "{path} reads something and is neither fed by a target nor left out for a reason \
                 in {README}"
            ));
        }
        let requests = before_tests(text).split("deny_unknown_fields").skip(1);
        for name in requests.filter_map(name_of) {
            let is_of_page = path.starts_with("crates/wire/src/");
            if is_of_page && !text_at(tree, REQUESTS).contains(name) {
                faults.push(format!(
                    "{path}: {name} is not given to the target wire_requests"
                ));
            }
        }
    }
    for entry in named {
        if !tree.names.iter().any(|name| name.starts_with(entry)) {
            faults.push(format!("{README} names {entry}, which is not there"));
        }
    }
    faults
}

fn text_at<'a>(tree: &'a Tree, path: &str) -> &'a str {
    let found = tree.files.iter().find(|(p, _)| p == Path::new(path));
    found.map_or("", |(_, text)| text.as_str())
}

fn targets(tree: &Tree) -> impl Iterator<Item = &str> {
    tree.names
        .iter()
        .filter_map(|name| name.strip_prefix(FOLDER)?.strip_suffix(".rs"))
}

/// Returns the paths that the README names.
fn named(readme: &str) -> impl Iterator<Item = &str> {
    let paths = readme.split('`').skip(1).step_by(2);
    paths.filter(|word| word.starts_with("crates/") || word.starts_with("src-tauri/"))
}

/// Returns whether a file of what is shipped reads something.
fn reads(path: &str, text: &str) -> bool {
    let shipped = (path.starts_with("crates/") && path.contains("/src/"))
        || path.starts_with("src-tauri/src/");
    let aside = path.ends_with("/tests.rs")
        || path.contains("/tests/")
        || path.ends_with("/fuzzing.rs")
        || ROOMS_WITHOUT.iter().any(|room| path.starts_with(room))
        // A server for tests.
        || path == "crates/chain/src/fake.rs";
    let code = before_tests(text);
    let mut lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    path.ends_with(".rs")
        && shipped
        && !aside
        && lines.any(|line| SIGNS.iter().any(|sign| line.contains(sign)))
}

/// Returns what stands before a file's tests.
fn before_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

/// Returns the name of the first struct in a text.
fn name_of(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("pub struct ")?;
    rest.split(|c: char| !c.is_alphanumeric()).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FED: &str = "| `ids` | `crates/types/src/id.rs` |\n";

    fn tree(readme: &str, files: &[(&str, &str)]) -> Tree {
        let usual = [
            (README, readme),
            (MANIFEST, "name = \"ids\""),
            ("fuzz/fuzz_targets/ids.rs", ""),
            ("fuzz/corpus/ids/one", ""),
        ];
        Tree::made_of(&[&usual[..], files].concat())
    }

    const ID: (&str, &str) = ("crates/types/src/id.rs", "impl FromStr for Id {}");

    #[test]
    fn a_file_that_reads_is_fed_or_left_out_for_a_reason() {
        assert_eq!(check(&tree(FED, &[ID])), Vec::<String>::new());
        for (path, text) in [
            ("crates/types/src/new.rs", "impl FromStr for New {}"),
            (
                "crates/store/src/new.rs",
                "    let x = serde_json::from_str(text);",
            ),
            ("src-tauri/src/new.rs", "#[derive(Deserialize)]"),
            (
                "crates/lan/src/new.rs",
                "    stream.read_exact(&mut frame).await?;",
            ),
            (
                "crates/vault/src/new.rs",
                "    let (head, rest) = bytes.split_first_chunk::<4>()?;",
            ),
        ] {
            assert_eq!(check(&tree(FED, &[ID, (path, text)])).len(), 1, "{path}");
            let more = format!("{FED}`{path}`: nobody else writes it\n");
            assert_eq!(check(&tree(&more, &[ID, (path, text)])).len(), 0, "{path}");
        }
    }

    #[test]
    fn comments_tests_and_rooms_of_tests_read_nothing() {
        for (path, text) in [
            ("crates/types/src/a.rs", "// impl FromStr for A"),
            (
                "crates/types/src/b.rs",
                "#[cfg(test)]\nmod tests { serde_json::from_str }",
            ),
            ("crates/types/tests/c.rs", "serde_json::from_str"),
            ("crates/testkit/src/d.rs", "serde_json::from_str"),
            ("crates/types/src/fuzzing.rs", "serde_json::from_str"),
        ] {
            assert_eq!(check(&tree(FED, &[ID, (path, text)])).len(), 0, "{path}");
        }
    }

    #[test]
    fn a_target_is_listed_built_and_has_a_seed_and_nothing_is_listed_that_is_gone() {
        let second = [ID, ("fuzz/fuzz_targets/names.rs", "")];
        assert_eq!(check(&tree(FED, &second)).len(), 3);
        assert_eq!(check(&tree(FED, &[])).len(), 1, "the file it names is gone");
    }

    #[test]
    fn every_request_of_the_page_is_given_to_its_target() {
        let wire = |name: &str| {
            format!("#[derive(Deserialize)]\n#[serde(deny_unknown_fields)]\npub struct {name} {{")
        };
        let readme = format!("{FED}`crates/wire/src/draft.rs`\n| `wire_requests` | |\n");
        for (name, faults) in [("DraftRef", 0), ("NewRequest", 1)] {
            let files = [
                ID,
                ("crates/wire/src/draft.rs", &wire(name)),
                (REQUESTS, "request::<DraftRef>(json)"),
                ("fuzz/corpus/wire_requests/one", ""),
            ];
            let mut tree = tree(&readme, &files);
            for (path, text) in &mut tree.files {
                if path == Path::new(MANIFEST) {
                    text.push_str("name = \"wire_requests\"");
                }
            }
            assert_eq!(check(&tree).len(), faults, "{name}");
        }
    }
}
