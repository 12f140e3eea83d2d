//! Tests for Windows, run in Wine.
//!
//! Wine has the Credential Manager and no Hello. So what is kept, read and deleted there is really kept,
//! read and deleted; that a person is asked is not shown by it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use super::WINDOWS;
use super::compiler::Compiler;
use crate::metadata::Metadata;
use crate::process;
use crate::setup::Consent;
use crate::setup::packages::{self, WINE};

const GCC: &str = "x86_64-w64-mingw32-gcc";

/// Whose tests are run whole: the rooms with code that is for Windows alone.
const OWN: [&str; 2] = ["satchel-keychain", "satchel-system"];

/// Whose unit tests are run: the rooms below the use cases. Those above are tested on a chain, whose engine is not built
/// for Windows.
const ROOMS: [&str; 14] = [
    "satchel-types",
    "satchel-secrets",
    "satchel-keys",
    "satchel-vault",
    "satchel-wallet",
    "satchel-bundle",
    "satchel-pairing",
    "satchel-interop",
    "satchel-store",
    "satchel-sync",
    "satchel-lan",
    "satchel-http",
    "satchel-roads",
    "satchel-qr",
];

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
    let prefix = prefix(workspace)?;
    let test = |packages: &[&str], more: &[&str]| -> Result<bool> {
        let mut cargo = cargo(workspace, compiler);
        set(&mut cargo, &prefix);
        cargo
            // Windows that nobody sees need a display all the same.
            .env(
                "CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER",
                "xvfb-run -a wine",
            )
            .args(["test", "--no-fail-fast", "--target", WINDOWS])
            .args(more);
        // Of a room's unit tests none asks the engine, so that nothing of it is linked.
        super::without_kernel(&mut cargo, WINDOWS);
        for package in packages {
            cargo.args(["--package", package]);
        }
        process::watch(&mut cargo, |_| {})
    };
    let own = test(&OWN, &[])?;
    let rooms = test(&ROOMS, &["--lib"])?;
    Ok(own && rooms)
}

/// Where it builds: C code is really compiled here, so this shares nothing with the checks.
pub fn target_dir(workspace: &Metadata, compiler: &Compiler) -> PathBuf {
    compiler.target_dir(workspace).with_extension("wine")
}

/// Returns cargo with what builds for Windows.
pub fn cargo(workspace: &Metadata, compiler: &Compiler) -> Command {
    let mut cargo = compiler.cargo(workspace);
    cargo
        .env("CARGO_TARGET_DIR", target_dir(workspace, compiler))
        .env("CC_x86_64_pc_windows_gnu", GCC)
        .env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER", GCC);
    cargo
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
