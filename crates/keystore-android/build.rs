//! Hands the Kotlin to the shell's build. No command is named, so no permission exists that a capability
//! could grant to a page.

fn main() {
    tauri_plugin::Builder::new(&[])
        .android_path("android")
        .build();
}
