//! `docs/ipc.md` is what calling every command shows: who may, what is asked of its owner, what a "no"
//! leads to, and what is answered while the vault is locked. `UPDATE=1` writes it.

#[path = "chain.rs"]
mod chain;
#[path = "ipc_doc/console.rs"]
mod console;
#[path = "ipc_doc/document.rs"]
mod document;
#[path = "harness.rs"]
mod harness;
#[path = "ipc_doc/other.rs"]
mod other;
#[path = "ipc_doc/person.rs"]
mod person;
#[path = "ipc_doc/walk.rs"]
mod walk;

use std::path::Path;

use satchel_shell::names::{CONSOLE_COMMANDS, MAIN_COMMANDS};

use crate::walk::{Walk, walk};

#[test]
fn the_list_of_what_pages_can_call_is_what_calling_shows() {
    let Walk { seen, .. } = walk(None);
    let asking: Vec<&str> = seen
        .iter()
        .filter(|call| !call.consents.is_empty())
        .map(|call| call.command)
        .collect();
    let refused = walk(Some(&asking)).refused;
    for (command, code) in &refused {
        assert_eq!(code, "declined", "{command} after a no");
    }
    assert_eq!(refused.len(), asking.len());
    let fresh = document::write(&seen, &console::walk());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ipc.md");
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        std::fs::write(&path, fresh).expect("docs/ can be written");
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == fresh,
        "docs/ipc.md is stale: run `cargo xtask bindings`"
    );
}

#[test]
fn what_spends_reveals_exports_or_weakens_asks() {
    let Walk { seen, .. } = walk(None);
    let called: Vec<&str> = seen.iter().map(|call| call.command).collect();
    for command in MAIN_COMMANDS {
        assert!(called.contains(command), "{command} was not called");
    }
    let consents = |command: &str| {
        let call = seen.iter().find(|call| call.command == command);
        call.expect("each was called").consents.len()
    };
    for command in [
        "cmd_send_transaction",
        "cmd_sign_transaction",
        "cmd_cancel_transaction",
        "cmd_export_wallet",
        "cmd_backup_wallet",
        "cmd_show_words",
        "cmd_set_passphrase",
        "cmd_enrol_keychain",
        "cmd_remove_keychain",
        "cmd_set_backend",
        "cmd_set_limits",
        "cmd_set_settings",
        "cmd_export_labels",
        "cmd_export_descriptors",
        "cmd_export_metadata",
        "cmd_make_recovery_words",
        "cmd_recover_circle",
        "cmd_watch_scanned",
    ] {
        assert_eq!(consents(command), 1, "{command}");
    }
}

#[test]
fn what_the_console_sets_or_pays_asks_and_nothing_else_does() {
    let seen = console::walk();
    let called: Vec<&str> = seen.iter().map(|call| call.command).collect();
    for command in CONSOLE_COMMANDS {
        assert!(called.contains(command), "{command} was not called");
    }
    for call in &seen {
        let asks = matches!(
            call.command,
            "cmd_set_base_url" | "cmd_send_transaction_admin"
        );
        assert_eq!(call.consents.len(), usize::from(asks), "{}", call.command);
        assert_eq!(call.refused.as_deref(), asks.then_some("declined"));
        let typed = call.command == "cmd_set_api_key";
        assert_eq!(
            (!call.sealed.is_empty(), call.file),
            (typed, typed),
            "{}",
            call.command
        );
    }
}
