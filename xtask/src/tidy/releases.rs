//! What the workflow of a release must do for each of the five systems, read from its file: nobody here can run it.
//!
//! Also: it builds for no target that is not checked on every change, or is another processor's of one that is. Code
//! cannot tell those apart (`compiled.rs`).

use std::path::Path;

use super::files::Tree;
use crate::check_targets::{TARGETS, WINDOWS};
use crate::dist::seal::{SYSTEMS, System};

const WORKFLOW: &str = ".github/workflows/release.yml";
const CHANGES: &str = ".github/workflows/ci.yml";

/// Targets that are released without a check of their own, and the checked one whose code they have.
const SAME_CODE: [(&str, &str); 3] = [
    ("x86_64-apple-darwin", "aarch64-apple-darwin"),
    ("aarch64-apple-ios-sim", "aarch64-apple-ios"),
    ("x86_64-pc-windows-msvc", WINDOWS),
];
/// This system's, which everything is tested on.
const HOST: &str = "x86_64-unknown-linux-gnu";

/// What each system's job has in it besides: how it is built, with the versions that are committed, and signed where
/// there is a secret for that.
const JOBS: [(&str, &[&str]); 5] = [
    (
        "linux",
        &["cargo xtask dist linux", "secrets.GPG_KEY", "--detach-sign"],
    ),
    (
        "windows",
        &[
            "-- --locked",
            "secrets.WINDOWS_CERTIFICATE",
            "certificateThumbprint",
            "sign //sha1",
        ],
    ),
    (
        "macos",
        &[
            "-- --locked",
            "secrets.APPLE_CERTIFICATE",
            "unset APPLE_CERTIFICATE",
        ],
    ),
    (
        "android",
        &[
            "-- --locked",
            "secrets.ANDROID_KEYSTORE",
            "apksigner\" sign",
            "jarsigner",
        ],
    ),
    (
        "ios",
        &[
            "-- --locked",
            "secrets.IOS_CERTIFICATE",
            "unset APPLE_DEVELOPMENT_TEAM",
        ],
    ),
];

/// What each job has that does not build by `cargo xtask dist`, which does the same by itself.
const SAME_BYTES: [&str; 2] = ["cargo xtask dist environment", "cargo xtask dist flags"];

pub fn check(tree: &Tree) -> Vec<String> {
    let text = |name: &str| {
        let found = tree.files.iter().find(|(path, _)| path == Path::new(name));
        found.map(|(_, text)| text.as_str())
    };
    let mut faults = Vec::new();
    // A tree made for a test of another rule has neither.
    if let Some(release) = text(WORKFLOW) {
        for system in &SYSTEMS {
            faults.extend(system_s(release, system));
        }
        faults.extend(last(release));
        faults.extend(targets(release));
    }
    for name in [WORKFLOW, CHANGES] {
        faults.extend(text(name).map(pinned).unwrap_or_default());
    }
    if let Some(changes) = text(CHANGES)
        && !job(changes, "linux").contains("run: .ci/run\n")
    {
        faults.push(format!("{CHANGES}: a change is not checked by .ci/run"));
    }
    if let Some(manifest) = text("Cargo.toml") {
        let profile = manifest
            .split("[profile.release]")
            .nth(1)
            .unwrap_or_default();
        let profile = profile.split("\n[").next().unwrap_or_default();
        for line in ["codegen-units = 1", "strip = true", "panic = \"abort\""] {
            if !profile.contains(line) {
                faults.push(format!("Cargo.toml: a release is built without `{line}`"));
            }
        }
    }
    faults
}

/// Checks the job of a system.
fn system_s(release: &str, system: &System) -> Vec<String> {
    let name = system.name;
    let job = job(release, name);
    let mut wanted = vec![
        format!("cargo xtask dist seal {name} out\n"),
        "unsigned".to_owned(),
        "if-no-files-found: error".to_owned(),
    ];
    let own = JOBS.iter().find(|(job, _)| *job == name);
    wanted.extend(
        own.iter()
            .flat_map(|(_, own)| *own)
            .map(|&own| own.to_owned()),
    );
    if !job.contains("cargo xtask dist linux") {
        wanted.extend(SAME_BYTES.map(str::to_owned));
    }
    let missing = wanted.iter().filter(|wanted| !job.contains(&***wanted));
    let mut faults: Vec<_> = missing
        .map(|missing| format!("{WORKFLOW}: the job {name} lacks `{}`", missing.trim()))
        .collect();
    // A variable of the whole job would be read by whatever it installs.
    let before_steps = job.split("\n    steps:").next().unwrap_or_default();
    if before_steps.contains("secrets.") {
        faults.push(format!("{WORKFLOW}: all of {name} sees a secret"));
    }
    faults
}

/// Checks the job that puts all together.
fn last(release: &str) -> Vec<String> {
    let job = job(release, "release");
    let needs: Vec<_> = SYSTEMS.iter().map(|system| system.name).collect();
    let wanted = [
        format!("needs: [{}]", needs.join(", ")),
        "sha256sum --strict --check SHA256SUMS-*".to_owned(),
        "--draft".to_owned(),
    ];
    let missing = wanted.iter().filter(|wanted| !job.contains(&***wanted));
    missing
        .map(|missing| format!("{WORKFLOW}: the job release lacks `{missing}`"))
        .collect()
}

/// Checks what is built for.
fn targets(release: &str) -> Vec<String> {
    let mut built: Vec<&str> = release
        .lines()
        .filter_map(|line| line.split("rustup target add ").nth(1))
        .flat_map(str::split_whitespace)
        .collect();
    built.extend(SYSTEMS.iter().flat_map(|system| system.targets));
    // Tauri's own words for processors of phones.
    let words = [
        ("aarch64", "aarch64-linux-android"),
        ("armv7", "armv7-linux-androideabi"),
        ("i686", "i686-linux-android"),
        ("x86_64", "x86_64-linux-android"),
    ];
    let phone = release
        .split("phone android -- --apk --aab --target")
        .nth(1);
    let phone = phone
        .and_then(|rest| rest.lines().next())
        .unwrap_or_default();
    for word in phone.split_whitespace().take_while(|word| *word != "--") {
        let known = words.iter().find(|(short, _)| *short == word);
        built.push(known.map_or(word, |(_, target)| target));
    }
    let checked = |target: &str| {
        let direct = |target: &str| TARGETS.iter().any(|(name, _)| *name == target);
        let same = SAME_CODE.iter().find(|(name, _)| *name == target);
        target == HOST || direct(target) || same.is_some_and(|(_, other)| direct(other))
    };
    built.sort_unstable();
    built.dedup();
    built
        .into_iter()
        .filter(|target| !checked(target))
        .map(|target| format!("{WORKFLOW}: {target} is released and not checked"))
        .collect()
}

/// Checks that what others wrote is taken at a commit, which stays what it is.
fn pinned(text: &str) -> Vec<String> {
    let uses = text
        .lines()
        .filter_map(|line| line.trim_start_matches([' ', '-']).strip_prefix("uses: "));
    uses.filter(|action| {
        let commit = action.split_once('@').map(|(_, rest)| rest);
        let commit = commit.and_then(|rest| rest.split_whitespace().next());
        commit.is_none_or(|commit| {
            commit.len() != 40 || !commit.chars().all(|c| c.is_ascii_hexdigit())
        })
    })
    .map(|action| format!("{action} is at no commit"))
    .collect()
}

/// Returns a job's lines: those after its name that stand further in.
fn job(text: &str, name: &str) -> String {
    let head = format!("  {name}:");
    let lines = text.lines().skip_while(|line| **line != head).skip(1);
    let own = lines.take_while(|line| line.is_empty() || line.starts_with("   "));
    // What a comment says nobody does.
    let done = own.filter(|line| !line.trim_start().starts_with('#'));
    done.flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The workflow of this house.
    fn release() -> String {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(WORKFLOW);
        std::fs::read_to_string(path).expect("a workflow")
    }

    fn faults(text: &str) -> Vec<String> {
        check(&Tree::made_of(&[(WORKFLOW, text)]))
    }

    #[test]
    fn each_thing_that_a_job_must_do_is_missed_when_it_is_gone() {
        let text = release();
        assert_eq!(faults(&text), [] as [String; 0]);
        for system in &SYSTEMS {
            let name = system.name;
            let seal = format!("cargo xtask dist seal {name} out");
            assert!(!faults(&text.replace(&seal, "true")).is_empty(), "{seal}");
            let renamed = text.replace(&format!("\n  {name}:\n"), "\n  other:\n");
            assert!(!faults(&renamed).is_empty(), "{name}");
        }
        let own = JOBS.iter().flat_map(|(_, own)| *own);
        for part in own.copied().chain(SAME_BYTES) {
            assert!(!faults(&text.replace(part, "")).is_empty(), "{part}");
        }
        let checks = "sha256sum --strict --check";
        assert!(!faults(&text.replace(checks, "cat")).is_empty());
        let commented = text.replace(
            "        run: cargo xtask dist seal ios out",
            "        # run: cargo xtask dist seal ios out",
        );
        assert!(!faults(&commented).is_empty(), "a comment does nothing");
    }

    #[test]
    fn what_is_not_checked_is_not_released() {
        let text = release();
        let more = text.replace("--target aarch64 armv7", "--target aarch64 armv7 x86_64");
        assert_eq!(
            faults(&more),
            [format!(
                "{WORKFLOW}: x86_64-linux-android is released and not checked"
            )]
        );
        let more = text.replace("add aarch64-apple-ios ", "add riscv64gc-unknown-linux-gnu ");
        assert_eq!(faults(&more).len(), 1);
    }

    #[test]
    fn secrets_are_seen_by_the_step_that_needs_them_and_actions_stay_what_they_are() {
        let text = release();
        let wide = text.replace(
            "  macos:\n",
            "  macos:\n    env:\n      KEY: ${{ secrets.APPLE_CERTIFICATE }}\n",
        );
        assert_eq!(faults(&wide).len(), 1);
        assert_eq!(pinned("      - uses: actions/checkout@v4\n").len(), 1);
        assert_eq!(
            pinned("- uses: a/b@11bd71901bbe5b1630ceea73d27597364c9af683 # v4\n").len(),
            0
        );
    }
}
