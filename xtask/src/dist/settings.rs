//! What makes a build say nothing of the machine and the hour it was made on, for builds that others start: Tauri's
//! own command line on macOS, on Windows and for phones.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::metadata::Metadata;
use crate::process;

/// Returns the time of the commit, in seconds since 1970.
pub fn time(workspace: &Metadata) -> Result<String> {
    let mut git = process::command("git", &workspace.root);
    let time = process::output(git.args(["log", "-1", "--format=%ct"]))?;
    Ok(time.trim().to_owned())
}

/// Returns what a compiler is told so that it writes no path of the machine.
pub fn remaps(workspace: &Metadata) -> Result<Vec<String>> {
    let home = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let cargo_home = match (home("CARGO_HOME"), home("HOME"), home("USERPROFILE")) {
        (Some(cargo), _, _) => cargo,
        (None, Some(home), _) | (None, None, Some(home)) => home.join(".cargo"),
        (None, None, None) => return Err(anyhow::anyhow!("neither CARGO_HOME nor HOME is set")),
    };
    Ok([(&workspace.root, "/satchel"), (&cargo_home, "/cargo")]
        .map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()))
        .into())
}

/// The environment, a line each, as a workflow's file for it has them.
pub fn environment() -> Result<String> {
    let time = time(&Metadata::read()?)?;
    Ok(format!(
        // The last one is for the archives of Apple's linker.
        "SOURCE_DATE_EPOCH={time}\nCARGO_INCREMENTAL=0\nZERO_AR_DATE=1\n"
    ))
}

/// Cargo's configuration. Flags under `target` join those that Tauri sets for a phone's linker; flags of the
/// environment would take their place.
pub fn configuration() -> Result<String> {
    Ok(written(&remaps(&Metadata::read()?)?))
}

fn written(flags: &[String]) -> String {
    let flags: Vec<_> = flags
        .iter()
        // Paths of Windows have backslashes, which TOML takes as they are between these marks.
        .map(|flag| format!("'{flag}'"))
        .collect();
    format!(
        "[target.'cfg(all())']\nrustflags = [{}]\n\
         # No time in a program's head.\n\
         [target.'cfg(all(windows, target_env = \"msvc\"))']\nrustflags = ['-Clink-arg=/Brepro']\n",
        flags.join(", ")
    )
}

/// Checks that a build used the versions that are committed: Tauri's command line can be told so on desktops alone.
pub fn as_committed(workspace: &Metadata) -> Result<()> {
    let mut git = process::command("git", &workspace.root);
    git.args(["diff", "--exit-code", "--stat", "--"]);
    process::run(git.args(["Cargo.lock", "package-lock.json"]))
        .context("what was built is not what is committed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_join_those_of_a_target_and_keep_backslashes() {
        let text = written(&["--remap-path-prefix=C:\\a b=/satchel".to_owned()]);
        assert!(text.starts_with(
            "[target.'cfg(all())']\nrustflags = ['--remap-path-prefix=C:\\a b=/satchel']\n"
        ));
        assert!(
            !text.contains("[build]"),
            "flags there give way to a target's"
        );
    }
}
