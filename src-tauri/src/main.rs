//! The desktop program.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

use satchel_shell::options::Options;
use satchel_shell::{env, run};
use tracing_subscriber::EnvFilter;

/// Wipes memory when it is freed. An answer of the sealed window passes through buffers of the
/// webview's binding, of Tauri and of its JSON reader before it is in a type of ours.
#[cfg(desktop)]
#[global_allocator]
static WIPING: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

fn main() -> ExitCode {
    // First of all, while there is one thread and nothing to be read.
    env::clean();
    let granted = satchel_system::harden();
    let filter = EnvFilter::try_from_env("SATCHEL_LOG")
        .unwrap_or_else(|_| EnvFilter::new("warn,satchel_shell=info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    if !granted.no_debugger {
        tracing::debug!(?granted, "the system keeps nobody else out of this program");
    }
    let options = Options::read(
        std::env::args_os().skip(1),
        |name| std::env::var_os(name),
        dirs::data_dir(),
    );
    let done = options
        .map_err(|error| error.to_string())
        .and_then(|options| run::run(options).map_err(|error| error.to_string()));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}
