//! What the capability files grant, on this system and on others.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use tauri::utils::acl::capability::Capability;
use tauri::utils::acl::manifest::Manifest;
use tauri::utils::acl::resolved::Resolved;
use tauri::utils::platform::Target;

/// Returns the capability files, by name.
pub fn files() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("capabilities");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| {
            let path = entry.expect("readable").path();
            let name = path
                .file_name()
                .expect("a file")
                .to_string_lossy()
                .into_owned();
            let text = std::fs::read_to_string(&path).expect("readable");
            (name, serde_json::from_str(&text).expect("JSON"))
        })
        .collect();
    files.sort_by(|a, b| a.0.cmp(&b.0));
    files
}

/// Returns the same as Tauri reads them.
pub fn capabilities() -> BTreeMap<String, Capability> {
    files()
        .into_iter()
        .map(|(name, file)| {
            let capability: Capability =
                serde_json::from_value(file).unwrap_or_else(|error| panic!("{name}: {error}"));
            (capability.identifier.clone(), capability)
        })
        .collect()
}

/// What there is to grant. The build script writes it.
fn manifests() -> BTreeMap<String, Manifest> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("gen/schemas/acl-manifests.json");
    let text = std::fs::read_to_string(path).expect("the build script ran");
    serde_json::from_str(&text).expect("manifests")
}

/// What Tauri makes of the capability files when it is built for a system.
pub fn resolved(capabilities: BTreeMap<String, Capability>, target: Target) -> Resolved {
    Resolved::resolve(&manifests(), capabilities, target).expect("they fit together")
}

/// Grants what any system grants, so that what a phone alone may call can be called here.
pub fn of_every_system<R: tauri::Runtime>(context: &mut tauri::Context<R>) {
    let mut capabilities = capabilities();
    for capability in capabilities.values_mut() {
        capability.platforms = None;
    }
    let granted = resolved(capabilities, Target::current());
    *context.runtime_authority_mut() = tauri::runtime_authority!(manifests(), granted);
}
