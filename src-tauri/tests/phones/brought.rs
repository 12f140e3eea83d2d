//! What plugins bring to Android is merged into ours by the build, with what their libraries bring: it is read where it comes from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::{root, tags_in, text};

/// What one crate brings.
#[derive(Debug, Default, PartialEq, Eq)]
struct Brought {
    /// The tags of its manifest, with their attributes.
    tags: Vec<String>,
    /// The libraries that its build asks for, each of which may bring a manifest of its own. Those of tests stay outside.
    libraries: Vec<String>,
}

const CORE_LIBRARIES: [&str; 3] = [
    "androidx.appcompat:appcompat:1.6.0",
    "androidx.core:core-ktx:1.9.0",
    "com.google.android.material:material:1.7.0",
];

/// A new entry here is somebody's decision: to want it, or to have the manifest of `gen/android` take it out again.
fn known() -> BTreeMap<&'static str, Brought> {
    let brought = |tags: &[&str], libraries: &[&str]| Brought {
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        libraries: {
            let mut all: Vec<String> = libraries.iter().map(|name| (*name).to_owned()).collect();
            all.sort();
            all
        },
    };
    BTreeMap::from([
        (
            "satchel-keystore-android",
            brought(
                &["uses-permission android:name=android.permission.USE_BIOMETRIC"],
                &[],
            ),
        ),
        (
            "tauri",
            brought(
                &[],
                &[
                    "androidx.appcompat:appcompat:1.6.0",
                    "androidx.core:core-ktx:1.7.0",
                    "com.fasterxml.jackson.core:jackson-databind:2.15.3",
                    "com.fasterxml.jackson.datatype:jackson-datatype-json-org:2.15.3",
                    "com.google.android.material:material:1.7.0",
                ],
            ),
        ),
        (
            "tauri-plugin-barcode-scanner",
            brought(
                &[
                    "uses-permission android:name=android.permission.CAMERA",
                    "uses-permission android:name=android.permission.VIBRATE",
                    // Required, where nothing else is said.
                    "uses-feature android:name=android.hardware.camera.any",
                ],
                &[
                    &CORE_LIBRARIES[..],
                    &[
                        "androidx.camera:camera-camera2:1.5.1",
                        "androidx.camera:camera-core:1.5.1",
                        "androidx.camera:camera-lifecycle:1.5.1",
                        "androidx.camera:camera-view:1.5.1",
                        // It brings what reports, and what we take out for that.
                        "com.google.android.gms:play-services-mlkit-barcode-scanning:18.1.0",
                    ],
                ]
                .concat(),
            ),
        ),
        (
            "tauri-plugin-biometric",
            brought(
                &[
                    "application",
                    // Not for other programs: it filters no intent, and says nothing of being exported.
                    "application/activity android:label=BiometricActivity android:name=.BiometricActivity \
                     android:theme=@style/AppTheme.Transparent",
                ],
                // It brings the permission to use what the phone has.
                &[&CORE_LIBRARIES[..], &["androidx.biometric:biometric:1.1.0"]].concat(),
            ),
        ),
        (
            "tauri-plugin-dialog",
            brought(
                &[],
                &[
                    "androidx.appcompat:appcompat:1.7.1",
                    "androidx.core:core-ktx:1.9.0",
                    "com.google.android.material:material:1.13.0",
                ],
            ),
        ),
        ("tauri-plugin-fs", brought(&[], &CORE_LIBRARIES)),
    ])
}

/// Every crate that is in the program on Android, by name, with its folder.
fn crates() -> BTreeMap<String, PathBuf> {
    let run = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--locked"])
        .args(["--filter-platform", "aarch64-linux-android"])
        .current_dir(root())
        .output()
        .expect("cargo, which runs this");
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    let metadata: Value = serde_json::from_slice(&run.stdout).expect("JSON");
    let used: Vec<&Value> = metadata["resolve"]["nodes"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|node| &node["id"])
        .collect();
    metadata["packages"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|package| used.contains(&&package["id"]))
        .map(|package| {
            let name = package["name"].as_str().expect("text").to_owned();
            let manifest = Path::new(package["manifest_path"].as_str().expect("text"));
            (name, manifest.parent().expect("a file").to_owned())
        })
        .collect()
}

fn read(project: &Path) -> Brought {
    let open = |path: &str| {
        let path = project.join(path);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"))
    };
    let tags = tags_in(&open("src/main/AndroidManifest.xml"))
        .iter()
        .filter_map(|tag| tag.path.strip_prefix("manifest/").map(|path| (path, tag)))
        .map(|(path, tag)| {
            let attributes = tag.attributes.iter();
            attributes.fold(path.to_owned(), |line, (name, value)| {
                format!("{line} {name}={value}")
            })
        })
        .collect();
    Brought {
        tags,
        libraries: libraries(&open("build.gradle.kts")),
    }
}

/// Returns what a build asks for, but for its tests and for Tauri's own, which is the crate `tauri`.
fn libraries(build: &str) -> Vec<String> {
    let (_, wanted) = build
        .split_once("\ndependencies {")
        .expect("it asks for some");
    let (wanted, _) = wanted.split_once("\n}").expect("it ends");
    let mut values: Vec<(String, &str)> = Vec::new();
    let mut libraries = Vec::new();
    for line in wanted.lines().map(str::trim) {
        let quoted = line.split('"').nth(1);
        if let Some(name) = line.strip_prefix("val ") {
            let name = name.split([' ', ':', '=']).next().expect("a name");
            values.push((format!("${{{name}}}"), quoted.expect("a text")));
        } else if let Some(library) = quoted
            && line.contains('(')
            && !line.starts_with("test")
            && !line.starts_with("androidTest")
            && !line.starts_with("exclude(")
            && library != ":tauri-android"
        {
            let library = values
                .iter()
                .fold(library.to_owned(), |text, (name, value)| {
                    text.replace(name, value)
                });
            libraries.push(library);
        }
    }
    libraries.sort();
    libraries
}

#[test]
fn what_plugins_bring_to_android_is_known() {
    let mut brought = BTreeMap::new();
    let crates = crates();
    for (name, folder) in &crates {
        for project in ["android", "mobile/android"] {
            let project = folder.join(project);
            if project.join("build.gradle.kts").exists() || project.join("build.gradle").exists() {
                brought.insert(name.as_str(), read(&project));
            }
        }
    }
    let known = known();
    for name in known.keys().chain(brought.keys()) {
        assert_eq!(brought.get(name), known.get(name), "{name}");
    }
}

#[test]
fn the_project_for_android_asks_for_known_libraries() {
    assert_eq!(
        libraries(&text("gen/android/app/build.gradle.kts")),
        [
            "androidx.activity:activity-ktx:1.10.1",
            "androidx.appcompat:appcompat:1.7.1",
            "androidx.lifecycle:lifecycle-process:2.10.0",
            "androidx.webkit:webkit:1.14.0",
            "com.google.android.material:material:1.12.0",
        ]
    );
}
