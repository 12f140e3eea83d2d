//! Tests for Windows, run in Wine.
//!
//! Wine has the Credential Manager and no Hello. So what is kept, read and deleted there is really kept,
//! read and deleted; that a person is asked is not shown by it.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result};

use super::WINDOWS;
use super::compiler::Compiler;
use crate::metadata::Metadata;
use crate::process;
use crate::setup::Consent;
use crate::setup::packages::{self, WINE};

const GCC: &str = "x86_64-w64-mingw32-gcc";

/// Whose tests are run: the rooms with code that is for Windows alone.
const PACKAGES: [&str; 2] = ["satchel-keychain", "satchel-system"];

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

/// Runs the tests and says whether they passed.
pub fn run_tests(workspace: &Metadata, compiler: &Compiler) -> Result<bool> {
    packages::install_all(workspace, WINE, Consent::Given)?;
    let prefix = workspace.target.join("wine-prefix");
    make_prefix(workspace, &prefix)?;
    let mut cargo = compiler.cargo(workspace);
    // C code is really compiled here, so this shares nothing with the checks.
    cargo
        .env(
            "CARGO_TARGET_DIR",
            compiler.target_dir(workspace).with_extension("wine"),
        )
        .env("CC_x86_64_pc_windows_gnu", GCC)
        .env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER", GCC)
        // Windows that nobody sees need a display all the same.
        .env(
            "CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER",
            "xvfb-run -a wine",
        )
        .env("WINEPREFIX", &prefix)
        .env("WINEARCH", "win64")
        .env("WINEDEBUG", "-all")
        .args(["test", "--no-fail-fast", "--target", WINDOWS]);
    for package in PACKAGES {
        cargo.args(["--package", package]);
    }
    process::watch(&mut cargo, |_| {})
}

fn make_prefix(workspace: &Metadata, prefix: &Path) -> Result<()> {
    let library = prefix.join("drive_c/windows/system32/bcryptprimitives.dll");
    if library.is_file() {
        return Ok(());
    }
    std::fs::create_dir_all(prefix)?;
    let mut wine = process::command("wine", &workspace.root);
    wine.args(["cmd", "/c", "exit"])
        .env("WINEPREFIX", prefix)
        .env("WINEARCH", "win64")
        .env("WINEDEBUG", "-all")
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
