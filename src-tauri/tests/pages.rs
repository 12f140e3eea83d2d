//! What the pages that are embedded may name: each its own commands, and of no other window one. Reads `dist/` as it is built.
#![cfg(feature = "custom-protocol")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use satchel_shell::names::{CONSOLE_COMMANDS, MAIN_COMMANDS, SEALED_COMMANDS};

/// The files of `dist/` that hold text a page runs or shows, by their path in it.
fn files(folder: &Path, root: &Path, into: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).expect("the page is built") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            files(&path, root, into);
            continue;
        }
        let is_text = path
            .extension()
            .is_some_and(|ending| ["js", "html", "css"].iter().any(|text| ending == *text));
        if is_text {
            let name = path.strip_prefix(root).expect("it is in there");
            let name = name.to_string_lossy().replace('\\', "/");
            let text = std::fs::read_to_string(&path).expect("text");
            into.insert(name, text);
        }
    }
}

/// All of a page: what its document names, what that names, and so on.
fn reached<'a>(from: &'a str, all: &'a BTreeMap<String, String>) -> BTreeMap<&'a str, &'a str> {
    let mut found = BTreeMap::new();
    let mut next = vec![from];
    while let Some(name) = next.pop() {
        let text = all.get(name).unwrap_or_else(|| panic!("no {name} in dist"));
        if found.insert(name, text.as_str()).is_some() {
            continue;
        }
        // Chunks name each other by their file alone.
        let named = all.keys().filter(|other| {
            let file = other.rsplit('/').next().expect("a part");
            file.ends_with(".js") && text.contains(file)
        });
        next.extend(named.map(String::as_str));
    }
    found
}

/// Words of a text that look like a command's name, as Rust spells it or as the bindings do, in Rust's spelling.
fn named(text: &str) -> BTreeSet<String> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    text.split(|letter: char| !is_part(letter))
        .filter(|word| word.starts_with("cmd"))
        .map(|word| {
            let mut name = String::new();
            for letter in word.chars() {
                if letter.is_ascii_uppercase() {
                    name.push('_');
                }
                name.push(letter.to_ascii_lowercase());
            }
            name
        })
        .collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn each_page_names_its_own_commands_and_no_other_window_s() {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("dist");
    let mut all = BTreeMap::new();
    files(&dist, &dist, &mut all);
    for (document, own, others) in [
        (
            "index.html",
            MAIN_COMMANDS,
            [CONSOLE_COMMANDS, SEALED_COMMANDS],
        ),
        (
            "console.html",
            CONSOLE_COMMANDS,
            [MAIN_COMMANDS, SEALED_COMMANDS],
        ),
        (
            "sealed/index.html",
            SEALED_COMMANDS,
            [MAIN_COMMANDS, CONSOLE_COMMANDS],
        ),
    ] {
        let page = reached(document, &all);
        let named: BTreeSet<String> = page.values().flat_map(|text| named(text)).collect();
        // Else nothing was looked at.
        let missing: Vec<_> = set(own).difference(&named).cloned().collect();
        assert!(missing.is_empty(), "{document} names no {missing:?}");
        for (file, text) in &page {
            let strays: Vec<_> = set(&others.concat())
                .intersection(&self::named(text))
                .cloned()
                .collect();
            assert!(
                strays.is_empty(),
                "{document} loads {file}, which names {strays:?}"
            );
        }
    }
}

#[test]
fn a_longer_name_is_not_the_shorter_one_in_it() {
    let found = named(r#"invoke("cmd_get_balance_admin");x.cmdSendTransactionAdmin()"#);
    assert_eq!(
        found,
        set(&["cmd_get_balance_admin", "cmd_send_transaction_admin"])
    );
}
