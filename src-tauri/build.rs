//! Makes a permission of each own command and checks the capability files.
#![allow(clippy::print_stdout)] // That is how a build script talks to cargo.

// The lists are shared with the library; this script reads both.
include!("src/command_names.rs");

fn main() {
    println!("cargo:rerun-if-changed=src-tauri/src/command_names.rs");
    println!("cargo:rerun-if-changed=capabilities");
    println!("cargo:rerun-if-changed=tauri.conf.json");
    println!("cargo:rerun-if-changed=icons");

    let embeds_page = std::env::var_os("CARGO_FEATURE_CUSTOM_PROTOCOL").is_some();
    println!("cargo:rerun-if-changed=dist/index.html");
    if embeds_page && !std::path::Path::new("dist/index.html").exists() {
        println!("cargo:error=the page is not built: run `npm ci` and `npm run build` first");
        std::process::exit(1);
    }

    // The program ends right after; a leak here is a `static` made at run time.
    let commands: &'static [&'static str] = Box::leak(
        [MAIN_COMMANDS, SEALED_COMMANDS, CONSOLE_COMMANDS]
            .concat()
            .into_boxed_slice(),
    );
    let attributes = tauri_build::Attributes::new()
        .app_manifest(tauri_build::AppManifest::new().commands(commands));
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo:error={error:#}");
        std::process::exit(1);
    }
}
