//! The desktop and phone shell: windows, typed commands and the operating system's dialogs around
//! the wallet's use cases. It decides nothing about money.
//!
//! What must stay true: no private key, recovery word or passphrase goes to the main window; a
//! window may call what its capability file grants and nothing else; consent is asked by Rust in
//! a dialog of the system; a command's body is DTO in, call, DTO out. [`compose`] alone sees
//! adapters and app together.

pub mod asking;
pub mod background;
pub mod biometry;
pub mod commands;
pub mod compose;
pub mod console;
pub mod dialogs;
pub mod env;
pub mod events;
pub mod flights;
pub mod foreground;
pub mod form;
pub mod guard;
pub mod handler;
pub mod idle;
#[cfg(feature = "dangerous-leak")]
pub mod leak;
pub mod links;
pub mod names;
pub mod options;
pub mod page_death;
pub mod page_error;
pub mod pairing;
pub mod phone;
mod qr;
pub mod recovering;
pub mod rounds;
pub mod run;
pub mod scan;
pub mod sealed;
pub mod shell;
pub mod windows;

/// What `main.rs` has on desktops: on phones this library is loaded, and that program is not.
#[cfg(mobile)]
#[global_allocator]
static WIPING: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);
