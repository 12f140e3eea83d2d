//! Every dependency has a reason beside it, and no reason outlives its dependency.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};

use crate::metadata::Metadata;

pub fn check(workspace: &Metadata) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    let root = read(&workspace.root.join("Cargo.toml"))?;
    let mut named = shared(&root);
    for package in &workspace.packages {
        let text = read(&package.manifest)?;
        let manifest = package
            .manifest
            .strip_prefix(&workspace.root)
            .unwrap_or(&package.manifest);
        faults.extend(
            unreasoned(&text)
                .into_iter()
                .map(|name| format!("{}: {name} has no reason beside it", manifest.display())),
        );
        for dependency in &package.dependencies {
            named.remove(&dependency.name);
        }
    }
    faults.extend(named.into_iter().map(|name| {
        format!("Cargo.toml: {name} is in [workspace.dependencies] and no package uses it")
    }));
    Ok(faults)
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}

/// A line of a dependency table.
struct Line<'a> {
    name: &'a str,
    value: &'a str,
    /// Whether the table is the one that packages share.
    shared: bool,
}

fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut table = "";
    text.lines().filter_map(move |line| {
        if let Some(head) = line.strip_prefix('[') {
            table = head.trim_end_matches(']');
            return None;
        }
        let (key, value) = line.split_once('=')?;
        let starts_with_a_name = key.starts_with(|c: char| c.is_ascii_alphanumeric());
        let name = key.split('.').next()?.trim();
        let is_table = table == "dependencies"
            || table.ends_with("-dependencies")
            || table.ends_with(".dependencies");
        (is_table && starts_with_a_name).then_some(Line {
            name,
            value,
            shared: table == "workspace.dependencies",
        })
    })
}

/// Returns names of dependencies whose line says a version and no reason.
fn unreasoned(text: &str) -> Vec<&str> {
    let own =
        |line: &Line| line.value.contains("path =") || line.value.contains("workspace = true");
    lines(text)
        // `name.workspace = true` leaves the reason where the version is.
        .filter(|line| line.value.trim() != "true" && !own(line))
        .filter(|line| {
            line.value
                .split_once('#')
                .is_none_or(|(_, reason)| reason.trim().len() < 5)
        })
        .map(|line| line.name)
        .collect()
}

/// Returns the names that packages may share.
fn shared(text: &str) -> BTreeSet<String> {
    lines(text)
        .filter(|line| line.shared)
        .map(|line| line.name.to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = r#"
[package]
name = "satchel-attic"

[workspace.dependencies]
# -- plumbing --
satchel-app = { path = "crates/app" }
serde = { version = "1", features = ["derive"] } # encodings at the edges
hex = "0.4"
base64 = "0.22" #

[dependencies]
serde.workspace = true
hyper = { workspace = true, features = ["server"] }

[target.'cfg(windows)'.dependencies]
winreg = "0.5"

[lints]
workspace = true
"#;

    #[test]
    fn a_version_without_a_reason_is_found() {
        assert_eq!(unreasoned(MANIFEST), ["hex", "base64", "winreg"]);
    }

    #[test]
    fn only_the_shared_table_is_searched_for_the_unused() {
        let names: Vec<String> = shared(MANIFEST).into_iter().collect();
        assert_eq!(names, ["base64", "hex", "satchel-app", "serde"]);
    }
}
