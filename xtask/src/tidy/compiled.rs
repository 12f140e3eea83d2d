//! No code behind a condition is left that nothing compiles.
//!
//! Each `cfg` of the tree has to hold, with all conditions around it, in one of the builds that `cargo xtask test`
//! makes: this system's, those of `check-targets`, that of the fuzz targets. So a system that is checked no more, a
//! condition that contradicts the module it is in, and a misspelt one are found. What depends on the kind of
//! processor or of C library is not allowed at all: releases are made for more of those than are checked.

mod predicate;
mod scan;

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use self::predicate::Predicate;
use self::scan::Condition;
use super::files::Tree;
use crate::binaries::{E2E_SELECTION, LEAK_SELECTION, SELECTION};
use crate::check_targets::{How, LEFT_OUT, TARGETS};

/// Conditions that no build of `cargo xtask test` meets, each with what does.
const ELSEWHERE: &[(&str, &str, &str)] = &[
    (
        "src-tauri/src/leak.rs",
        "not(debug_assertions)",
        "refuses to be compiled in a release, and is all there is behind it",
    ),
    (
        "src-tauri/src/main.rs",
        "not(debug_assertions), windows_subsystem = \"windows\"",
        "an attribute of what is shipped: `cargo xtask dist windows` compiles it",
    ),
];

/// On what no condition may depend: a release for one processor is checked as that for another.
const PROCESSORS: [&str; 6] = [
    "target_arch",
    "target_env",
    "target_abi",
    "target_endian",
    "target_pointer_width",
    "target_feature",
];

/// Everything else that a condition may ask for.
const KNOWN: [&str; 12] = [
    "debug_assertions",
    "desktop",
    "dev",
    "feature",
    "fuzzing",
    "mobile",
    "target_family",
    "target_os",
    "target_vendor",
    "test",
    "unix",
    "windows",
];

/// Features that packages ask of each other for their tests.
const FOR_TESTS: [&str; 1] = ["satchel-store/kill-points"];

/// One build of the tree.
#[derive(Debug, Clone)]
struct Build {
    /// The target's name; empty for this system.
    target: &'static str,
    /// As `package/feature`.
    features: Vec<&'static str>,
    tests: bool,
    fuzzing: bool,
}

/// Every build that is made to check a change.
fn builds() -> Vec<Build> {
    let build = |target, selection: [&'static str; 3], tests: bool| {
        let mut features: Vec<_> = selection[2].split(',').collect();
        if selection == LEAK_SELECTION {
            // As the manifest says: a wallet that leaks is one that can be driven.
            features.push("satchel-shell/dangerous-e2e");
        }
        if tests {
            features.extend(FOR_TESTS);
        }
        Build {
            target,
            features,
            tests,
            fuzzing: false,
        }
    };
    let mut all = vec![
        build("", SELECTION, true),
        build("", E2E_SELECTION, true),
        build("", LEAK_SELECTION, true),
        Build {
            target: "",
            features: Vec::new(),
            tests: false,
            fuzzing: true,
        },
    ];
    for (target, how) in TARGETS {
        all.push(build(target, SELECTION, how == How::Lint));
    }
    all
}

impl Build {
    fn compiles(&self, package: &str) -> bool {
        if self.target.is_empty() {
            return true;
        }
        let left_out = |(name, place, _): &&(&str, crate::check_targets::Where, &str)| {
            *name == package && place.holds_for(self.target)
        };
        // The fuzz targets are a workspace of their own.
        package != "fuzz" && !LEFT_OUT.iter().any(|entry| left_out(&entry))
    }

    fn system(&self) -> &'static str {
        let systems = ["android", "ios", "windows"];
        let found = systems.into_iter().find(|name| self.target.contains(name));
        match (found, self.target.contains("darwin")) {
            (Some(system), _) => system,
            (None, true) => "macos",
            (None, false) => "linux",
        }
    }

    /// Whether a name holds in it, for a package; `test` as said, since both are compiled.
    fn has(&self, package: &str, test: bool, name: &str, value: Option<&str>) -> bool {
        let system = self.system();
        let phone = ["android", "ios"].contains(&system);
        let family = if system == "windows" {
            "windows"
        } else {
            "unix"
        };
        match (name, value) {
            ("target_os", Some(value)) => value == system,
            ("target_family", Some(value)) => value == family,
            ("unix" | "windows", None) => name == family,
            ("target_vendor", Some("apple")) => ["ios", "macos"].contains(&system),
            ("mobile", None) => phone,
            ("desktop", None) => !phone,
            ("test", None) => test,
            ("fuzzing", None) => self.fuzzing,
            ("debug_assertions", None) => true,
            ("feature", Some(value)) => {
                let wanted = format!("{package}/{value}");
                self.features.contains(&&*wanted)
            }
            // `dev` is a page from a development server, which no build here asks for.
            _ => false,
        }
    }

    fn meets(&self, package: &str, all: &[&Predicate]) -> bool {
        let tests: &[bool] = if self.tests { &[false, true] } else { &[false] };
        self.compiles(package)
            && tests.iter().any(|test| {
                let is = |name: &str, value: Option<&str>| self.has(package, *test, name, value);
                all.iter().all(|predicate| predicate.holds(&is))
            })
    }
}

pub fn check(tree: &Tree) -> Vec<String> {
    let builds = builds();
    let mut faults = Vec::new();
    let found: BTreeMap<&Path, scan::Found> = tree
        .files
        .iter()
        .filter(|(path, _)| path.extension().is_some_and(|is| is == "rs"))
        .map(|(path, text)| (path.as_path(), scan::scan(text)))
        .collect();
    let parents = parents(&found);
    let mut excused = vec![false; ELSEWHERE.len()];
    for (path, found) in &found {
        let place = path.display().to_string();
        for line in &found.unread {
            faults.push(format!("{place}:{line}: this condition cannot be read"));
        }
        let ways = ways(path, &parents, 0);
        let package = package(path);
        for condition in &found.conditions {
            faults.extend(unknown(&place, condition));
            let entry = ELSEWHERE
                .iter()
                .position(|(file, text, _)| *file == place && *text == condition.text);
            if let Some(entry) = entry {
                excused[entry] = true;
                continue;
            }
            // Both sides of `cfg!` are compiled wherever the file is.
            if condition.is_value {
                continue;
            }
            let met = ways.iter().any(|way| {
                let all: Vec<&Predicate> = way.iter().copied().chain(&condition.all).collect();
                builds.iter().any(|build| build.meets(&package, &all))
            });
            if !met {
                faults.push(format!(
                    "{place}:{}: no build compiles what is behind `{}`",
                    condition.line, condition.text
                ));
            }
        }
    }
    for (path, text) in &tree.files {
        if path.file_name().is_some_and(|name| name == "Cargo.toml") {
            faults.extend(manifest(path, text, &builds));
        }
    }
    for ((file, text, _), seen) in ELSEWHERE.iter().zip(excused) {
        // A tree made for a test has none of these files.
        if !seen && found.contains_key(Path::new(file)) {
            faults.push(format!(
                "{file} has no `{text}` any more; take it off the list"
            ));
        }
    }
    faults
}

/// Tells of names in a condition that nobody here knows, or that must not be asked for.
fn unknown(place: &str, condition: &Condition) -> Vec<String> {
    let mut faults = Vec::new();
    if let Some(own) = condition.all.last() {
        own.names(&mut |name| {
            let why = if PROCESSORS.contains(&name) {
                "releases are made for more processors and C libraries than are checked"
            } else if KNOWN.contains(&name) {
                return;
            } else {
                "no build is known to set it"
            };
            faults.push(format!("{place}:{}: `{name}`: {why}", condition.line));
        });
    }
    faults
}

/// Checks the conditions under which a manifest has dependencies.
fn manifest(path: &Path, text: &str, builds: &[Build]) -> Vec<String> {
    let package = package(path);
    let mut faults = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let Some(rest) = line.trim().strip_prefix("[target.") else {
            continue;
        };
        let place = format!("{}:{}", path.display(), number + 1);
        let inside = rest
            .strip_prefix("'cfg(")
            .and_then(|rest| rest.split_once(")'"))
            .map(|(inside, _)| inside);
        let Some(predicate) = inside.and_then(Predicate::read) else {
            faults.push(format!("{place}: this condition cannot be read"));
            continue;
        };
        let text = inside.unwrap_or_default().to_owned();
        let met = builds
            .iter()
            .any(|build| build.meets(&package, &[&predicate]));
        let condition = Condition {
            line: number + 1,
            text,
            all: vec![predicate],
            is_value: false,
        };
        faults.extend(unknown(&path.display().to_string(), &condition));
        if !met {
            faults.push(format!("{place}: no build has `{}`", condition.text));
        }
    }
    faults
}

/// Who declares each file as a module, and inside of what.
type Parents<'a> = BTreeMap<PathBuf, Vec<(&'a Path, &'a [Predicate])>>;

fn parents<'a>(found: &'a BTreeMap<&'a Path, scan::Found>) -> Parents<'a> {
    let mut parents: Parents = BTreeMap::new();
    for (path, file) in found {
        let Some(folder) = path.parent() else {
            continue;
        };
        let stem = path.file_stem().unwrap_or_default();
        // `lib.rs`, `main.rs` and what lies beside a manifest have their modules beside them, others below them.
        let below = folder.join(stem);
        for module in &file.modules {
            let name = format!("{}.rs", module.name);
            let candidates = match &module.path {
                Some(path) => vec![normal(&folder.join(path))],
                None => vec![below.join(&name), folder.join(&name)],
            };
            // The one below comes first: where both are, the other is somebody else's.
            if let Some(child) = candidates
                .into_iter()
                .find(|one| found.contains_key(&**one))
            {
                let list = parents.entry(child).or_default();
                list.push((path, &module.all));
            }
        }
    }
    parents
}

/// A path without `..` in it.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

/// Every way by which a file comes into a build, as what must hold for it.
fn ways<'a>(path: &Path, parents: &Parents<'a>, depth: usize) -> Vec<Vec<&'a Predicate>> {
    // Deeper than any tree of modules; two files that name each other end here.
    const DEEP: usize = 20;
    let Some(list) = parents.get(path).filter(|_| depth < DEEP) else {
        return vec![Vec::new()];
    };
    let mut all = Vec::new();
    for (parent, conditions) in list {
        // A file of another package is built as part of that one too; what counts is its own.
        if package(parent) != package(path) {
            continue;
        }
        for mut way in ways(parent, parents, depth + 1) {
            way.extend(conditions.iter());
            all.push(way);
        }
    }
    if all.is_empty() {
        all.push(Vec::new());
    }
    all
}

/// Returns whose a file is.
fn package(path: &Path) -> String {
    let parts: Vec<_> = path
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    match parts.iter().map(|part| &**part).collect::<Vec<_>>()[..] {
        ["crates", name, ..] => format!("satchel-{name}"),
        ["xtask", ..] => "xtask".to_owned(),
        ["fuzz", ..] => "fuzz".to_owned(),
        _ => "satchel-shell".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(files: &[(&str, &str)]) -> Vec<String> {
        check(&Tree::made_of(files))
    }

    #[test]
    fn what_a_checked_system_compiles_is_fine_and_what_none_does_is_found() {
        let with = |condition: &str| {
            let text = format!("#[cfg({condition})]\nfn f() {{}}\n");
            faults(&[("crates/system/src/lib.rs", &text)])
        };
        for fine in [
            "target_os = \"android\"",
            "all(windows, test)",
            "not(any(target_os = \"linux\", target_os = \"android\", target_vendor = \"apple\"))",
            "fuzzing",
            "any(target_os = \"freebsd\", unix)",
        ] {
            assert_eq!(with(fine), [] as [String; 0], "{fine}");
        }
        for fault in [
            "target_os = \"freebsd\"",
            "target_os = \"macosx\"",
            "all(windows, unix)",
            "all(fuzzing, target_os = \"ios\")",
            "feature = \"no-such\"",
            "dev",
            "not(debug_assertions)",
            "target_arch = \"x86_64\"",
            "any(unix, target_pointer_width = \"32\")",
            "typo",
        ] {
            assert!(!with(fault).is_empty(), "{fault}");
        }
    }

    #[test]
    fn a_condition_must_hold_where_its_module_is() {
        let phone = "#[cfg(target_os = \"linux\")]\nfn f() {}\n";
        let inside = |condition: &str| {
            let lib = format!("#[cfg({condition})]\nmod phone;\n");
            faults(&[
                ("src-tauri/src/lib.rs", &lib),
                ("src-tauri/src/phone.rs", phone),
            ])
        };
        assert_eq!(inside("unix"), [] as [String; 0]);
        assert_eq!(inside("mobile").len(), 1);
    }

    #[test]
    fn what_is_left_out_on_a_target_is_not_compiled_there() {
        let text = "#[cfg(windows)]\nfn f() {}\n";
        assert!(!faults(&[("crates/redteam/src/lib.rs", text)]).is_empty());
        assert!(faults(&[("crates/sandbox/src/lib.rs", text)]).is_empty());
        let phone = "#[cfg(target_os = \"android\")]\nfn f() {}\n";
        assert!(!faults(&[("xtask/src/main.rs", phone)]).is_empty());
    }

    #[test]
    fn both_sides_of_a_value_are_compiled_everywhere_but_what_it_asks_is_known() {
        let value = |text: &str| faults(&[("crates/a/src/lib.rs", text)]);
        assert_eq!(value("fn f() -> bool { cfg!(dev) }"), [] as [String; 0]);
        assert!(!value("fn f() -> bool { cfg!(target_arch = \"arm\") }").is_empty());
    }

    #[test]
    fn dependencies_are_those_of_a_checked_system() {
        let with = |condition: &str| {
            let text = format!("[target.{condition}.dependencies]\nx = \"1\"\n");
            faults(&[("crates/a/Cargo.toml", &text)])
        };
        assert_eq!(with("'cfg(any(windows, unix))'"), [] as [String; 0]);
        assert!(!with("'cfg(target_os = \"freebsd\")'").is_empty());
        assert!(!with("x86_64-apple-darwin").is_empty());
    }
}
