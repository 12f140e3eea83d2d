//! The command line, driven as a script drives it, on a real regtest chain.
#![allow(clippy::unwrap_used, missing_docs)] // a test that panics has failed

mod attempts;
mod bundle;
mod consent;
mod contacts;
#[cfg(target_os = "linux")]
mod driver;
mod errors;
mod files;
mod gate;
mod hazards;
mod interop;
mod keychain;
mod keys;
mod kill;
mod limits;
mod meet;
mod money;
mod node;
#[cfg(target_os = "linux")]
mod proof;
mod qr;
#[cfg(target_os = "linux")] // Apache and script(1) are where Debian puts them.
mod recover;
mod restore;
mod resume;
mod roster;
mod script_types;
mod support;
mod thief;
mod wallets;
mod words;
