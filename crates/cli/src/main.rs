//! `satchel`: the same wallet from a command line, for people and scripts.
//!
//! Every command is one use case of `satchel-app`. With `--json` the answer is the very type that
//! the IPC carries, on standard output; errors go to standard error and into the exit code, which
//! [`exit::ExitCode`] lists.

mod args;
mod commands;
mod compose;
mod confirm;
mod exit;
mod human;
mod output;
mod secret_input;

use clap::Parser;

use crate::args::Args;
use crate::output::Output;

fn main() -> std::process::ExitCode {
    // First of all, before there is anything to be read.
    satchel_system::harden();
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return output::wrong_usage(&error),
    };
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_env("SATCHEL_LOG"))
        .with_writer(std::io::stderr)
        .init();
    let output = Output::new(args.global.json);
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            return output.fail(&satchel_wire::IpcError::new(
                satchel_wire::Code::Internal,
                format!("no threads are to be had: {error}"),
            ));
        }
    };
    match runtime.block_on(commands::run(args, &output)) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => output.fail(&error),
    }
}
