//! Tests for Windows, run in Wine.
//!
//! Wine has the Credential Manager and no Hello. So what is kept, read and deleted there is really kept,
//! read and deleted; that a person is asked is not shown by it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use super::WINDOWS;
use super::compiler::Compiler;
use crate::binaries::SELECTION;
use crate::metadata::Metadata;
use crate::process;
use crate::setup::Consent;
use crate::setup::packages::{self, WINE};

const GCC: &str = "x86_64-w64-mingw32-gcc";

/// Whose tests are not run, and why. Of all other rooms the unit tests are, those of the shell and of the command line
/// too; tests beside the rooms (`tests/`) are run of [`BESIDE`] alone.
const NOT_RUN: [(&str, &str); 5] = [
    (
        "satchel-redteam",
        "it reads other processes' memory as Linux shows it",
    ),
    (
        "satchel-sandbox",
        "the consensus engine in it is C++ that is not built for Windows; on Windows it is no part of what is shipped",
    ),
    ("satchel-bench", "it measures, and has the same engine"),
    ("satchel-sim", "it has no unit tests"),
    (
        "xtask",
        "its tests read this checkout with programs of this machine",
    ),
];

/// Tests beside a room that are run: all that the store promises, over files as Windows has them. Of the others those of
/// the use cases, the command line, the console and the servers ask the sandbox, and the rest ask nothing of a system
/// and would be linked for minutes.
const BESIDE: [&str; 2] = ["contracts", "laws"];

/// Rust's standard library takes its randomness from `bcryptprimitives.dll`, which Wine 8 lacks; this
/// one passes the question on to what Wine has.
const RANDOMNESS: &str = r"#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID out, ULONG length);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE out, SIZE_T length)
{
    const SIZE_T most = 1 << 20;
    for (SIZE_T done = 0; done < length;) {
        SIZE_T part = length - done < most ? length - done : most;
        if (!SystemFunction036(out + done, (ULONG)part)) return FALSE;
        done += part;
    }
    return TRUE;
}
";

/// Runs the tests, shows each line of theirs to `see`, and says whether they passed.
pub fn run_tests(workspace: &Metadata, compiler: &Compiler, see: impl FnMut(&str)) -> Result<bool> {
    packages::install_all(workspace, WINE, Consent::Given)?;
    let prefix = prefix(workspace)?;
    let mut cargo = cargo(workspace, compiler);
    set(&mut cargo, &prefix);
    cargo
        // Windows that nobody sees need a display all the same.
        .env(
            "CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER",
            "xvfb-run -a wine",
        )
        // What finds the web view lies beside the programs, and tests lie in a folder below them.
        .env("WINEPATH", of_windows(&made(workspace, compiler)))
        .args(["test", "--no-fail-fast", "--lib", "--bins"]);
    for name in BESIDE {
        cargo.args(["--test", name]);
    }
    for (name, why) in NOT_RUN {
        println!("not run: {name} ({why})");
    }
    process::watch(select(&mut cargo), see)
}

/// Selects what is built for Windows: the same for tests and programs, so that both share what they are made of.
pub fn select(cargo: &mut Command) -> &mut Command {
    cargo.args(["--target", WINDOWS]).args(SELECTION);
    for (name, _) in NOT_RUN {
        cargo.args(["--exclude", name]);
    }
    cargo
}

/// Where programs for Windows are made.
pub fn made(workspace: &Metadata, compiler: &Compiler) -> PathBuf {
    compiler.target_dir(workspace).join(WINDOWS).join("debug")
}

/// Returns cargo with what builds for Windows.
pub fn cargo(workspace: &Metadata, compiler: &Compiler) -> Command {
    let mut cargo = process::cargo(&workspace.root);
    compiler.set(&mut cargo, workspace);
    set_compiler(&mut cargo);
    // As when it is linted, so that nothing is built twice. Of a room's unit tests none asks the engine.
    super::without_kernel(&mut cargo, WINDOWS);
    // Nobody looks for lines in a program that is run once.
    cargo.env("CARGO_PROFILE_DEV_DEBUG", "none");
    cargo
}

/// Names Debian's compiler for Windows in cargo's environment.
pub fn set_compiler(cargo: &mut Command) {
    cargo
        .env("CC_x86_64_pc_windows_gnu", GCC)
        .env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER", GCC);
}

/// A path of this machine as a program in Wine sees it.
pub fn of_windows(path: &Path) -> String {
    format!("Z:{}", path.display().to_string().replace('/', "\\"))
}

/// Has a command run with this Wine.
pub fn set(command: &mut Command, prefix: &Path) {
    command
        .env("WINEPREFIX", prefix)
        .env("WINEARCH", "win64")
        .env("WINEDEBUG", "-all");
}

/// Returns the folder of Wine's own, made where it is not there yet.
pub fn prefix(workspace: &Metadata) -> Result<PathBuf> {
    let prefix = workspace.target.join("wine-prefix");
    make_prefix(workspace, &prefix)?;
    Ok(prefix)
}

fn make_prefix(workspace: &Metadata, prefix: &Path) -> Result<()> {
    let library = prefix.join("drive_c/windows/system32/bcryptprimitives.dll");
    if library.is_file() {
        return Ok(());
    }
    std::fs::create_dir_all(prefix)?;
    let mut wine = process::command("wine", &workspace.root);
    set(&mut wine, prefix);
    wine.args(["cmd", "/c", "exit"])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // It says no by its status where it has no display, and makes the folders all the same.
    wine.status().context("Wine does not start")?;
    let source = prefix.join("randomness.c");
    std::fs::write(&source, RANDOMNESS)?;
    let mut gcc = process::command(GCC, &workspace.root);
    gcc.args(["-O2", "-shared", "-o"])
        .arg(&library)
        .arg(&source)
        .arg("-ladvapi32");
    process::run(&mut gcc)
}
