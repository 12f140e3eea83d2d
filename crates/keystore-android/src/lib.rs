//! Android's Keystore behind the keychain's bridge (`crates/keychain/src/bridge.rs`).
//!
//! `android/` is a Tauri plugin in Kotlin, and this crate is what calls it. A page cannot: the plugin has
//! no permission, so no capability can grant a command of it, and Tauri refuses what was not granted
//! before it looks for the plugin (`webview/mod.rs` of Tauri 2, `on_message`).
//!
//! What crosses is JSON text. On this side its copies are wiped when they are freed, by
//! `satchel-secrets` and the shell's allocator. On Kotlin's side byte arrays are wiped; texts of a JVM
//! cannot be and lie there until their memory is used again. What they hold is a key to one slot of the
//! vault file, which opens nothing without that file (ADR 0009).
//!
//! Nothing of it was run: Rust and Kotlin are type-checked (`cargo xtask check-targets`, `check-kotlin`).

#[cfg(any(target_os = "android", test))]
mod answer;
#[cfg(test)]
mod kotlin;
#[cfg(test)]
mod phone;
#[cfg(target_os = "android")]
mod plugin;
#[cfg(any(target_os = "android", test))]
mod question;

#[cfg(target_os = "android")]
pub use plugin::{Documents, Keystore, LocalNetwork, documents, init, local_network};
