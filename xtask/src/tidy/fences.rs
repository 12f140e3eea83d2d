//! Which room may use which foreign crate. A crate earns its place by fencing a dependency.

use crate::metadata::{Kind, Metadata};

/// Foreign crates that only the named rooms may use in what is shipped.
const ONLY: &[(&[&str], &[&str])] = &[
    // Whoever touches these decides how secrets are kept.
    (
        &[
            "zeroize",
            "argon2",
            "aes-gcm",
            "chacha20poly1305",
            "hkdf",
            "p256",
            "ed25519-dalek",
            "hpke",
            "snow",
            "subtle",
            "memsec",
        ],
        &["satchel-secrets"],
    ),
    (&["bip39"], &["satchel-keys"]),
    // What other wallets wrote.
    (&["bip329", "bip138"], &["satchel-interop"]),
    // What strangers list.
    (
        &["quick-xml", "percent-encoding", "rusty-s3"],
        &["satchel-roads"],
    ),
    // What is packed comes from other devices and is unpacked up to a limit.
    (&["zstd"], &["satchel-bundle"]),
    // What pictures and frames say is read in one room, up to its limits.
    (
        &[
            "bbqr",
            "ur",
            "minicbor",
            "crc32fast",
            "rqrr",
            "png",
            "image",
            "zune-jpeg",
        ],
        &["satchel-qr"],
    ),
    (
        &["bdk_wallet", "bdk_chain", "bdk_core", "bdk_coin_select"],
        &["satchel-wallet"],
    ),
    (&["rusqlite"], &["satchel-store"]),
    // One door to the network: clients are made in `http`, the others use them.
    (
        &["reqwest"],
        &[
            "satchel-http",
            "satchel-chain",
            "satchel-node-api",
            "satchel-roads",
            "satchel-shell",
        ],
    ),
    (&["bdk_esplora", "esplora-client", "minreq", "ureq"], &[]),
    (
        &["axum", "tower-http", "bitcoinkernel"],
        &["satchel-sandbox"],
    ),
    (
        &["hyper", "hyper-util"],
        &["satchel-sandbox", "satchel-test-servers"],
    ),
    (
        &["tauri-build", "tauri-plugin-dialog", "gtk"],
        &["satchel-shell"],
    ),
    // Kotlin is reached through Tauri's plugins alone; that one grants pages nothing.
    (&["tauri"], &["satchel-shell", "satchel-keystore-android"]),
    (&["tauri-plugin"], &["satchel-keystore-android"]),
    (
        &[
            "tauri-plugin-biometric",
            "tauri-plugin-barcode-scanner",
            "tauri-plugin-fs",
        ],
        &["satchel-shell"],
    ),
    // What crosses an edge is typed at the edge.
    (
        &["specta", "specta-typescript", "tauri-specta"],
        &["satchel-wire", "satchel-shell", "satchel-cli"],
    ),
    (
        &["clap", "anyhow"],
        &["satchel-cli", "satchel-sandbox", "xtask"],
    ),
    (&["rpassword"], &["satchel-cli"]),
    // The system's buses: its keychain, and who is there.
    (&["zbus"], &["satchel-keychain", "satchel-system"]),
    // Which networks this device is in.
    (&["if-addrs"], &["satchel-lan"]),
    // One door to the system's keychains.
    (
        &["secret-service", "security-framework", "keyring-core"],
        &["satchel-keychain"],
    ),
    // The systems' own interfaces: their keychains, and who is there.
    (&["windows"], &["satchel-keychain", "satchel-system"]),
    (
        &[
            "objc2",
            "objc2-app-kit",
            "objc2-core-foundation",
            "objc2-foundation",
            "objc2-ui-kit",
            "block2",
            "dispatch2",
        ],
        &["satchel-system"],
    ),
    // Randomness comes in as an argument; only who composes draws it.
    (
        &["getrandom", "rand"],
        &[
            "satchel-system",
            "satchel-shell",
            "satchel-cli",
            "satchel-sandbox",
        ],
    ),
];

/// Foreign crates that rooms must do without.
const WITHOUT: &[(&[&str], &[&str])] = &[
    // Inner values have no form on a wire; `wire` and `store` have twins of their own.
    (
        &[
            "satchel-types",
            "satchel-ports",
            "satchel-app",
            "satchel-keys",
            "satchel-secrets",
        ],
        &["serde", "serde_json"],
    ),
    // Pure rooms: no IO, no clock, no threads, so that they are tested without a world.
    (
        PURE,
        &[
            "tokio",
            "tokio-util",
            "async-trait",
            "tracing",
            "dirs",
            "time",
            "tempfile",
        ],
    ),
];

const PURE: &[&str] = &[
    "satchel-types",
    "satchel-secrets",
    "satchel-vault",
    "satchel-keys",
    "satchel-wallet",
    "satchel-bundle",
    "satchel-pairing",
    "satchel-qr",
];

/// Not shipped: one runs the wallet beside what others ship, the other looks for what leaks out of it.
const EXEMPT: [&str; 2] = ["satchel-bench", "satchel-redteam"];

pub fn check(workspace: &Metadata) -> Vec<String> {
    let mut faults = Vec::new();
    for package in workspace
        .packages
        .iter()
        .filter(|package| !EXEMPT.contains(&package.name.as_str()))
    {
        let room = package.name.as_str();
        for dependency in package.dependencies.iter().filter(|d| d.kind != Kind::Dev) {
            let used = dependency.name.as_str();
            for (_, rooms) in ONLY.iter().filter(|(fenced, _)| fenced.contains(&used)) {
                if !rooms.contains(&room) {
                    let rooms = if rooms.is_empty() {
                        "tests".to_owned()
                    } else {
                        rooms.join(", ")
                    };
                    faults.push(format!("{room} uses {used}, which is for {rooms} alone"));
                }
            }
            for (rooms, banned) in WITHOUT {
                if rooms.contains(&room) && banned.contains(&used) {
                    faults.push(format!("{room} uses {used}, which it must do without"));
                }
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn faults(room: &str, used: &str, kind: Option<&str>) -> usize {
        let uses = json!([{ "name": used, "kind": kind }]);
        let json = json!({
            "workspace_root": "/w", "target_directory": "/w/target",
            "packages": [{ "name": room, "dependencies": uses }],
        });
        check(&Metadata::parse(&json).expect("it has the form of cargo's")).len()
    }

    #[test]
    fn a_fenced_crate_elsewhere_is_found_and_in_its_room_it_is_fine() {
        for (room, used) in [
            ("satchel-keys", "zeroize"),
            ("satchel-app", "serde"),
            ("satchel-app", "tauri"),
            ("satchel-bundle", "ur"),
            ("satchel-shell", "rqrr"),
            ("satchel-qr", "tokio"),
            ("satchel-keychain", "tauri"),
            ("satchel-shell", "tauri-plugin"),
            ("satchel-app", "reqwest"),
            ("satchel-app", "rusqlite"),
            ("satchel-types", "serde"),
            ("satchel-chain", "rusqlite"),
            ("satchel-chain", "bdk_esplora"),
            ("satchel-cli", "bitcoinkernel"),
            ("satchel-app", "specta"),
            ("satchel-wallet", "tokio"),
            ("satchel-vault", "getrandom"),
            ("satchel-store", "secret-service"),
            ("satchel-shell", "windows"),
            ("satchel-shell", "objc2"),
            ("satchel-keychain", "getrandom"),
        ] {
            assert_eq!(faults(room, used, None), 1, "{room} must not use {used}");
            assert_eq!(
                faults(room, used, Some("dev")),
                0,
                "tests of {room} may use {used}"
            );
        }
        for (room, used) in [
            ("satchel-secrets", "zeroize"),
            ("satchel-store", "rusqlite"),
            ("satchel-chain", "reqwest"),
            ("satchel-sandbox", "bitcoinkernel"),
            ("satchel-wire", "serde"),
            ("satchel-app", "tokio"),
        ] {
            assert_eq!(faults(room, used, None), 0, "{room} may use {used}");
        }
    }
}
