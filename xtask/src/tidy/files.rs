//! Rules about the files themselves.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::process;

/// Rust files longer than this are to be split.
const LONG: usize = 600;

/// Files that may be longer, each with its reason.
const LONG_FOR_A_REASON: &[(&str, &str)] = &[
    (
        "crates/chain/src/scan/tests.rs",
        "every scenario of a scan, against one fake server",
    ),
    (
        "crates/sandbox/tests/it/reject.rs",
        "a short test for each of Bitcoin Core's reject reasons",
    ),
    (
        "crates/wallet/tests/engine/world.rs",
        "the simulated chain that all tests of the engine share",
    ),
];

/// A file on that list that got this short comes off it.
const SHORT_AGAIN: usize = LONG * 3 / 4;

/// Names that belong to machines, not to this project. Cut in two, so that this file is clean.
const FOREIGN: &[(&str, &str)] = &[
    (concat!("crates", ".io"), "the host of a package registry"),
    (
        concat!("registry.", "npmjs"),
        "the host of a package registry",
    ),
    (
        concat!("registry.", "yarnpkg"),
        "the host of a package registry",
    ),
    (concat!("py", "pi.org"), "the host of a package registry"),
    (
        concat!("deb.", "debian.org"),
        "the host of a package registry",
    ),
];

/// Files that a tool writes and that name registries by nature.
const WRITTEN_BY_TOOLS: &[&str] = &["Cargo.lock", "fuzz/Cargo.lock", "package-lock.json"];

/// The text files of the repository.
#[derive(Debug)]
pub struct Tree {
    /// Those that are text.
    pub files: Vec<(PathBuf, String)>,
    /// Names of all, with slashes between.
    pub names: Vec<String>,
    /// Folders of this machine: the checkout and its owner's home.
    machine: Vec<String>,
}

impl Tree {
    /// Reads what git tracks and what it would track.
    pub fn read(root: &Path) -> Result<Self> {
        let mut git = process::command("git", root);
        // A checkout of another owner, as in containers, is still only read.
        git.arg("-c")
            .arg(format!("safe.directory={}", root.display()));
        git.args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ]);
        let listed = process::output(&mut git)?;
        let (mut files, mut names) = (Vec::new(), Vec::new());
        for name in listed.split('\0').filter(|name| !name.is_empty()) {
            // Deleted files are still listed, and pictures are no text.
            if let Ok(text) = std::fs::read_to_string(root.join(name)) {
                files.push((PathBuf::from(name), text));
            }
            if root.join(name).exists() {
                names.push(name.to_owned());
            }
        }
        // Examples may name anybody's home, but not the one this was written in.
        let home = std::env::var_os("HOME").map(PathBuf::from);
        let machine = [Some(root.to_owned()), home]
            .into_iter()
            .flatten()
            .filter(|path| path.components().count() > 1)
            .map(|path| format!("{}/", path.display()))
            .collect();
        Ok(Self {
            files,
            names,
            machine,
        })
    }

    /// A tree of these files, for tests of rules.
    #[cfg(test)]
    pub fn made_of(files: &[(&str, &str)]) -> Self {
        let texts = files
            .iter()
            .map(|(path, text)| (PathBuf::from(path), (*text).to_owned()));
        Self {
            files: texts.collect(),
            names: files.iter().map(|(path, _)| (*path).to_owned()).collect(),
            machine: vec!["/somewhere/deep/satchel/".to_owned()],
        }
    }
}

pub fn long(tree: &Tree) -> Vec<String> {
    let mut faults = Vec::new();
    for (path, text) in &tree.files {
        let lines = text.lines().count();
        let is_rust = path.extension().is_some_and(|extension| extension == "rs");
        let excused = LONG_FOR_A_REASON.iter().any(|(p, _)| path == Path::new(p));
        let path = path.display();
        if is_rust && !excused && lines > LONG {
            faults.push(format!("{path} has {lines} lines; split it at {LONG}"));
        }
        if excused && lines < SHORT_AGAIN {
            faults.push(format!("{path} is not long any more; take it off the list"));
        }
    }
    faults
}

pub fn mod_rs(tree: &Tree) -> Vec<String> {
    let named = tree
        .files
        .iter()
        .filter(|(path, _)| path.file_name().is_some_and(|name| name == "mod.rs"));
    named
        .map(|(path, _)| format!("{} is to be named after its module", path.display()))
        .collect()
}

pub fn foreign(tree: &Tree) -> Vec<String> {
    let mut faults = Vec::new();
    for (path, text) in &tree.files {
        if WRITTEN_BY_TOOLS.iter().any(|tool| path == Path::new(tool)) {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let place = format!("{}:{}", path.display(), number + 1);
            for (name, what) in FOREIGN.iter().filter(|(name, _)| line.contains(name)) {
                faults.push(format!("{place}: {name} is {what}"));
            }
            for folder in tree.machine.iter().filter(|folder| names(line, folder)) {
                faults.push(format!("{place}: {folder} is a folder of this machine"));
            }
        }
    }
    faults
}

/// Returns whether a line names an absolute folder, and not one below another of that name.
fn names(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|c| !c.is_alphanumeric() && !"._-~".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> Tree {
        Tree::made_of(files)
    }

    #[test]
    fn long_rust_files_are_found_and_others_may_be_long() {
        let text = "x\n".repeat(LONG + 1);
        let tree = tree(&[("a.rs", &text), ("a.json", &text), ("b.rs", &text[2..])]);
        let faults = long(&tree);
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(faults[0].starts_with("a.rs"));
    }

    #[test]
    fn a_module_file_is_named_after_its_module() {
        assert_eq!(
            mod_rs(&tree(&[
                ("crates/a/src/mod.rs", ""),
                ("crates/a/src/mods.rs", "")
            ]))
            .len(),
            1
        );
    }

    #[test]
    fn names_of_machines_are_found_but_not_in_lock_files() {
        let registry = format!("see {}\n", FOREIGN[0].0);
        let tree = tree(&[
            ("Cargo.lock", &registry),
            ("README.md", &registry),
            (
                "notes.md",
                "fine\nbuilt in /somewhere/deep/satchel/target\n",
            ),
        ]);
        let faults = foreign(&tree);
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(faults[1].starts_with("notes.md:2"));
    }
}
