//! Where a phone's system enters.

#![cfg_attr(mobile, allow(missing_docs))] // Tauri's macro makes a function that it does not describe.

use crate::options::Options;
use crate::run::run;

/// Starts on a phone, where nobody passes words.
#[cfg_attr(mobile, tauri::mobile_entry_point)]
pub fn run_mobile() {
    let _ = satchel_system::harden();
    // Before there is a window. On Android each window is told to stay out of pictures.
    #[cfg(target_os = "ios")]
    satchel_system::phone::cover_when_away();
    let options = Options::read([], |name| std::env::var_os(name), dirs::data_dir());
    let done = options
        .map_err(|error| error.to_string())
        .and_then(|options| run(options).map_err(|error| error.to_string()));
    if let Err(error) = done {
        tracing::error!("{error}");
    }
}
