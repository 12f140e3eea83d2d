//! A compiler with the standard libraries of other systems.
//!
//! First rustup's, which has them ready. Where it cannot be asked for them, Debian's own compiler and the
//! source of the standard library, unpacked beside what is built: neither is installed, since Debian's
//! package would take the place of rustup.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::How;
use crate::metadata::Metadata;
use crate::process;
use crate::setup::{Consent, packages};

/// Compiler, its libraries, clippy of the same compiler, and the source of the standard library. One more
/// has the version in its name.
const PACKAGES: [&str; 4] = [
    "rustc-web",
    "libstd-rust-web-dev",
    "rust-web-src",
    "rust-web-clippy",
];

#[derive(Debug)]
pub enum Compiler {
    /// The one that builds everything else.
    Rustup,
    /// Debian's, unpacked here.
    Debian(PathBuf),
}

impl fmt::Display for Compiler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rustup => write!(f, "rustup's, with its targets"),
            Self::Debian(dir) => write!(f, "Debian's, in {}", dir.display()),
        }
    }
}

impl Compiler {
    /// Makes one ready for the targets.
    pub fn ready(workspace: &Metadata, targets: &[String], asked: Option<&str>) -> Result<Self> {
        match asked {
            Some("rustup") => {
                rustup(workspace, targets)?;
                Ok(Self::Rustup)
            }
            Some("debian") => Self::debian(workspace, targets),
            Some(other) => bail!("--compiler is rustup or debian, not {other:?}"),
            None => match rustup(workspace, targets) {
                Ok(()) => Ok(Self::Rustup),
                Err(error) => {
                    println!(
                        "rustup does not give the targets ({error:#}); taking Debian's compiler."
                    );
                    Self::debian(workspace, targets)
                }
            },
        }
    }

    /// Returns cargo with the command that checks so, whatever the caller adds.
    pub fn cargo(&self, workspace: &Metadata, how: How) -> Command {
        let mut command = match (self, how) {
            (Self::Debian(dir), How::Lint) => {
                process::command(dir.join("usr/bin/cargo-clippy"), &workspace.root)
            }
            _ => process::cargo(&workspace.root),
        };
        self.set(&mut command, workspace);
        command.arg(match how {
            How::Lint => "clippy",
            How::Compile => "check",
        });
        command
    }

    /// Has a cargo build with this compiler, where all that it builds for other systems goes: host and targets share
    /// what builds them.
    pub fn set(&self, cargo: &mut Command, workspace: &Metadata) {
        if let Self::Debian(dir) = self {
            lend(cargo, dir);
        }
        cargo.env("CARGO_TARGET_DIR", self.target_dir(workspace));
    }

    /// Returns where it builds: never where another compiler does.
    pub fn target_dir(&self, workspace: &Metadata) -> PathBuf {
        workspace.target.join(match self {
            Self::Rustup => "cross",
            Self::Debian(_) => "cross-debian",
        })
    }

    fn debian(workspace: &Metadata, targets: &[String]) -> Result<Self> {
        let dir = workspace.target.join("tools/rustc-web");
        if !dir.join("usr/bin/cargo-clippy").is_file() {
            unpack(workspace, &dir)?;
        }
        for target in targets {
            standard_library(&dir, target)?;
        }
        Ok(Self::Debian(dir))
    }
}

/// Adds what is missing.
fn rustup(workspace: &Metadata, targets: &[String]) -> Result<()> {
    process::find("rustup").context("rustup is not there")?;
    let rustup = || process::command("rustup", &workspace.root);
    let list = process::output(rustup().args(["target", "list", "--installed"]))?;
    let missing: Vec<&String> = targets
        .iter()
        .filter(|target| !list.lines().any(|line| line.trim() == **target))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    process::run(rustup().args(["target", "add"]).args(missing))
}

/// Has cargo build with Debian's compiler.
fn lend(command: &mut Command, dir: &Path) {
    let mut libraries = dir.join("usr/lib/x86_64-linux-gnu").into_os_string();
    if let Some(others) = std::env::var_os("LD_LIBRARY_PATH") {
        libraries.push(":");
        libraries.push(others);
    }
    command
        .env("RUSTC", dir.join("usr/bin/rustc"))
        .env("RUSTDOC", dir.join("usr/bin/rustdoc"))
        .env("LD_LIBRARY_PATH", libraries);
}

fn unpack(workspace: &Metadata, dir: &Path) -> Result<()> {
    for program in ["apt-get", "apt-cache", "dpkg"] {
        process::find(program).with_context(|| {
            format!("without rustup this needs Debian, and {program} is not there")
        })?;
    }
    println!("Unpacking Debian's compiler, some 750 MB");
    let downloaded = dir.with_extension("packages");
    std::fs::create_dir_all(&downloaded)?;
    let root = &workspace.root;
    let depends = |package: &str| {
        process::output(process::command("apt-cache", root).args(["depends", package]))
    };
    // A machine that was never asked for a package knows of none.
    packages::update(workspace);
    // Its name has the version in it, which moves on with Debian's security archive.
    let libraries = depends("libstd-rust-web-dev")?;
    let versioned = needed(&libraries)
        .find(|name| name.starts_with("libstd-rust-web-"))
        .context("Debian has no libraries of its compiler: is its security archive among apt's?")?
        .to_owned();
    // The compiler links LLVM, which is an ordinary library and may be installed.
    let linked = depends(&versioned)?;
    let linked: Vec<(&str, &str)> = needed(&linked)
        .map(|name| (name, "Debian's compiler is linked to it"))
        .collect();
    packages::install_all(workspace, &linked, Consent::Given)?;
    let mut apt = process::command("apt-get", &downloaded);
    apt.args(["download", "-q"]).args(PACKAGES).arg(&versioned);
    process::run(&mut apt)?;
    for package in std::fs::read_dir(&downloaded)? {
        let mut dpkg = process::command("dpkg", root);
        process::run(dpkg.arg("-x").arg(package?.path()).arg(dir))?;
    }
    Ok(std::fs::remove_dir_all(downloaded)?)
}

/// Returns the names in what `apt-cache depends` prints.
fn needed(printed: &str) -> impl Iterator<Item = &str> {
    printed
        .lines()
        .filter_map(|line| line.trim().strip_prefix("Depends: "))
}

/// Builds the standard library of a target, once, with the door open that this needs; what is checked
/// with it is built with that door shut.
fn standard_library(dir: &Path, target: &str) -> Result<()> {
    let libraries = dir.join("usr/lib/rustlib").join(target).join("lib");
    let complete = libraries.join("complete");
    if complete.is_file() {
        return Ok(());
    }
    println!("Building the standard library for {target}");
    let seed = dir.join("seed").join(target);
    std::fs::create_dir_all(seed.join("src"))?;
    std::fs::write(seed.join("src/lib.rs"), "")?;
    std::fs::write(
        seed.join("Cargo.toml"),
        "[package]\nname = \"seed\"\nedition = \"2024\"\n[workspace]\n[profile.dev]\ndebug = false\n",
    )?;
    let mut cargo = process::cargo(&seed);
    lend(&mut cargo, dir);
    cargo
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", seed.join("target"))
        .args([
            "build",
            "-q",
            "-Zbuild-std=std,panic_abort,test",
            "--target",
            target,
        ])
        .stdin(Stdio::null());
    process::run(&mut cargo)?;
    std::fs::create_dir_all(&libraries)?;
    for built in std::fs::read_dir(seed.join("target").join(target).join("debug/deps"))? {
        let built = built?;
        let name = built.file_name();
        let text = name.to_string_lossy();
        if text.ends_with(".rlib") && !text.starts_with("libseed") {
            std::fs::copy(built.path(), libraries.join(&name))?;
        }
    }
    std::fs::write(complete, "")?;
    std::fs::remove_dir_all(seed)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::needed;

    #[test]
    fn only_what_is_needed_is_read_of_a_list_of_dependencies() {
        let printed =
            "libstd-rust-web-1.96\n  Depends: libc6\n  Depends: libllvm22\n  Suggests: x\n";
        assert_eq!(needed(printed).collect::<Vec<_>>(), ["libc6", "libllvm22"]);
    }
}
