//! Which room may use which: the arrows of ARCHITECTURE.md.
//!
//! Only what is shipped counts. Tests may reach further, for instance to the sandbox.

use crate::metadata::{Kind, Metadata, Package};

/// A room and the rooms it may use. A room that is not here fails the check until somebody decides.
const ARROWS: &[(&str, &[&str])] = &[
    ("types", &[]),
    ("secrets", &[]),
    ("vault", &["secrets", "types"]),
    ("keys", &["secrets", "types"]),
    ("bundle", &["secrets", "types"]),
    // Files of other wallets are strangers' bytes; what reads them knows no secret.
    ("interop", &["types"]),
    // Two devices that never met: pure, so that a phone runs the same.
    ("pairing", &["bundle", "secrets", "types"]),
    ("wallet", &["types"]),
    ("ports", &["secrets", "types"]),
    (
        "app",
        &[
            "bundle", "interop", "keys", "pairing", "ports", "secrets", "sync", "types", "vault",
            "wallet",
        ],
    ),
    (
        "wire",
        &[
            "app", "bundle", "console", "interop", "keys", "node-api", "pairing", "ports",
            "secrets", "sync", "types", "vault", "wallet",
        ],
    ),
    // Clients that ask only whom they are told to: below every adapter that speaks HTTP.
    ("http", &[]),
    // Pictures and texts come from strangers; what reads them knows nothing of a wallet.
    ("qr", &[]),
    // Adapters know the ports, neither each other nor the use cases.
    ("chain", &["http", "ports", "secrets", "types"]),
    // Clients of a node, shared by the console, the command line and tests: they know no port.
    ("node-api", &["http", "secrets", "types"]),
    // Beside the use cases, and without any of them: a node's console opens no wallet.
    ("console", &["node-api", "ports", "secrets", "types"]),
    ("roads", &["http", "ports", "secrets", "types"]),
    ("store", &["ports", "secrets", "types"]),
    ("lan", &["ports", "types"]),
    ("system", &["ports", "types"]),
    ("keychain", &["ports", "secrets", "types"]),
    // Rounds between devices and places: behind the ports like a use case, and below them.
    ("sync", &["bundle", "ports", "secrets", "types"]),
    // The keychain's bridge to Kotlin; the Android shell alone uses it.
    ("keystore-android", &["keychain", "secrets"]),
    ("testkit", &["ports", "secrets", "types"]),
    // Servers that others wrote; tests alone start them.
    ("test-servers", &[]),
    // A node knows no wallet, and no wallet carries a node.
    ("sandbox", &[]),
    // Benchmarks put the wallet beside a peer on a real chain. Not shipped.
    (
        "bench",
        &[
            "app", "chain", "keys", "ports", "sandbox", "secrets", "store", "system", "types",
            "wallet",
        ],
    ),
    // Opens what the wallet opens, to know what to look for. Not shipped.
    (
        "redteam",
        &["keys", "ports", "secrets", "store", "types", "vault"],
    ),
    // Many devices and bad places, with the real code. Not shipped.
    ("sim", &["bundle", "ports", "secrets", "sync", "types"]),
    ("cli", CLI_MAY_USE),
    (
        "shell",
        &[
            "app",
            "bundle",
            "chain",
            "console",
            "keychain",
            "keys",
            "keystore-android",
            "lan",
            "pairing",
            "ports",
            "qr",
            "roads",
            "secrets",
            "store",
            "system",
            "types",
            "vault",
            "wallet",
            "wire",
        ],
    ),
];

/// A shell composes: it alone sees use cases and adapters together.
const CLI_MAY_USE: &[&str] = &[
    "app", "bundle", "chain", "console", "keychain", "keys", "lan", "node-api", "pairing", "ports",
    "roads", "secrets", "store", "system", "types", "vault", "wallet", "wire",
];

/// What a room's package is called, before its own name.
const PREFIX: &str = "satchel-";

pub fn check(workspace: &Metadata) -> Vec<String> {
    workspace.packages.iter().flat_map(package).collect()
}

fn package(package: &Package) -> Vec<String> {
    let ours: Vec<&str> = package
        .dependencies
        .iter()
        .filter(|dependency| dependency.kind != Kind::Dev)
        .filter_map(|dependency| dependency.name.strip_prefix(PREFIX))
        .collect();
    let Some(room) = package.name.strip_prefix(PREFIX) else {
        // Tools such as this one stand outside the house.
        return ours
            .iter()
            .map(|other| format!("{} uses {other}; a tool uses no room", package.name))
            .collect();
    };
    let Some((_, may_use)) = ARROWS.iter().find(|(name, _)| *name == room) else {
        return vec![format!(
            "{room} is a new room: say in xtask/src/tidy/arrows.rs what it may use"
        )];
    };
    ours.into_iter()
        .filter(|other| !may_use.contains(other))
        .map(|other| {
            let may_use = if may_use.is_empty() {
                "no room".to_owned()
            } else {
                may_use.join(", ")
            };
            format!("{room} uses {other}; it may use {may_use}")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn workspace(packages: Value) -> Metadata {
        let json = json!({ "workspace_root": "/w", "target_directory": "/w/target", "packages": packages });
        Metadata::parse(&json).expect("it has the form of cargo's")
    }

    fn room(name: &str, uses: &[(&str, Option<&str>)]) -> Value {
        let uses: Vec<Value> = uses
            .iter()
            .map(|(name, kind)| json!({ "name": name, "kind": kind }))
            .collect();
        json!({ "name": name, "manifest_path": "/w/Cargo.toml", "dependencies": uses })
    }

    #[test]
    fn arrows_along_the_table_and_those_of_tests_are_fine() {
        let workspace = workspace(json!([
            room("satchel-types", &[("bitcoin", None)]),
            room(
                "satchel-keys",
                &[("satchel-types", None), ("satchel-secrets", None)]
            ),
            room(
                "satchel-chain",
                &[("satchel-ports", None), ("satchel-sandbox", Some("dev"))]
            ),
            room("xtask", &[("anyhow", None)]),
        ]));
        assert_eq!(check(&workspace), Vec::<String>::new());
    }

    #[test]
    fn every_arrow_the_wrong_way_is_found() {
        for (from, to) in [
            ("types", "secrets"),
            ("secrets", "types"),
            ("wallet", "secrets"),
            ("wallet", "keys"),
            ("app", "store"),
            ("app", "wire"),
            ("chain", "store"),
            ("roads", "bundle"),
            ("roads", "chain"),
            ("store", "app"),
            ("system", "secrets"),
            ("keychain", "vault"),
            ("keychain", "store"),
            ("keychain", "keystore-android"),
            ("keystore-android", "ports"),
            ("cli", "keystore-android"),
            ("http", "ports"),
            ("qr", "bundle"),
            ("sync", "store"),
            ("pairing", "ports"),
            ("lan", "pairing"),
            ("bundle", "sync"),
            ("cli", "sim"),
            ("chain", "node-api"),
            ("console", "app"),
            ("console", "vault"),
            ("app", "console"),
            ("node-api", "ports"),
            ("sandbox", "types"),
            ("cli", "testkit"),
            ("cli", "bench"),
            ("cli", "sandbox"),
            ("shell", "cli"),
            ("cli", "shell"),
        ] {
            for kind in [None, Some("build")] {
                let to = format!("satchel-{to}");
                let workspace =
                    workspace(json!([room(&format!("satchel-{from}"), &[(&to, kind)])]));
                assert_eq!(check(&workspace).len(), 1, "{from} must not use {to}");
            }
        }
    }

    #[test]
    fn a_new_room_needs_a_decision_and_a_tool_uses_no_room() {
        assert_eq!(
            check(&workspace(json!([room("satchel-attic", &[])]))).len(),
            1
        );
        assert_eq!(
            check(&workspace(json!([room("xtask", &[("satchel-app", None)])]))).len(),
            1
        );
    }

    #[test]
    fn the_table_itself_has_no_circle() {
        // Each room only uses rooms that could be built before it.
        let mut built: Vec<&str> = Vec::new();
        while built.len() < ARROWS.len() {
            let next = ARROWS.iter().find(|(room, uses)| {
                !built.contains(room) && uses.iter().all(|u| built.contains(u))
            });
            built.push(next.expect("some room can be built next").0);
        }
    }
}
