//! Who may call what: every window against every command, exactly as the capability files say.

#[path = "harness.rs"]
mod harness;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use harness::{Harness, LOCAL, Page, grants};
use satchel_shell::names::{
    CONSOLE_COMMANDS, DESKTOP_COMMANDS, MAIN_COMMANDS, PHONE_COMMANDS, SEALED_COMMANDS,
};
use satchel_shell::windows::{CONSOLE, MAIN, SEALED};
use serde_json::{Value, json};
use tauri::utils::acl::ExecutionContext;
use tauri::utils::platform::Target;

/// What a call led to, as far as it matters here.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    /// It came to the command, which answered or failed by itself.
    Reached,
    /// The access list refused it.
    Denied,
}

fn call(page: &Page, command: &str, origin: &str) -> Outcome {
    // The command is reached before its arguments are read, and fails there.
    match page.call_from(origin, command, json!({})) {
        Err(Value::String(text)) if text.contains("not allowed") || text.contains("not found") => {
            Outcome::Denied
        }
        _ => Outcome::Reached,
    }
}

/// Grants by window, as the files for this group of platforms say.
fn granted(group: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut grants: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in grants::files() {
        if !file.0.ends_with(&format!(".{group}.json")) {
            continue;
        }
        let commands = file.1["permissions"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|permission| {
                permission
                    .as_str()
                    .and_then(|text| text.strip_prefix("allow-"))
                    .unwrap_or_else(|| panic!("{}: {permission} is not one own command", file.0))
                    .replace('-', "_")
            });
        let commands: BTreeSet<String> = commands.collect();
        for window in file.1["windows"].as_array().expect("a list") {
            let window = window.as_str().expect("a label").to_owned();
            grants.entry(window).or_default().extend(commands.clone());
        }
    }
    grants
}

fn every_command() -> Vec<&'static str> {
    let plugins = [
        "plugin:dialog|open",
        "plugin:dialog|save",
        "plugin:dialog|message",
        "plugin:window|close",
        "plugin:window|set_title",
        "plugin:webview|create_webview_window",
        "plugin:event|listen",
        "plugin:event|emit",
        "plugin:app|version",
        "plugin:path|resolve_directory",
        "plugin:resources|close",
        "plugin:navigation-guard|anything",
        "plugin:biometric|status",
        "plugin:biometric|authenticate",
        "plugin:biometric|biometric_cipher",
        "plugin:barcode-scanner|scan",
        "plugin:satchel-keystore|open",
        "cmd_that_is_not_there",
    ];
    [MAIN_COMMANDS, SEALED_COMMANDS, CONSOLE_COMMANDS, &plugins].concat()
}

#[test]
fn each_window_reaches_what_its_file_grants_and_nothing_else() {
    let harness = Harness::new();
    let grants = granted("desktop");
    let nothing = BTreeSet::new();
    let mut wrong = Vec::new();
    for label in [MAIN, SEALED, CONSOLE, "other"] {
        let page = harness.page(label);
        let granted = grants.get(label).unwrap_or(&nothing);
        for command in every_command() {
            let expected = if granted.contains(command) {
                Outcome::Reached
            } else {
                Outcome::Denied
            };
            let outcome = call(&page, command, LOCAL);
            if outcome != expected {
                wrong.push(format!(
                    "{label} × {command}: {outcome:?}, not {expected:?}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_foreign_origin_reaches_nothing_in_any_window() {
    let harness = Harness::new();
    let mut wrong = Vec::new();
    for label in [MAIN, SEALED, CONSOLE, "other"] {
        let page = harness.page(label);
        for origin in [
            "https://evil.example/",
            "http://localhost:8080/",
            "tauri://evil.example/",
        ] {
            for command in every_command() {
                if call(&page, command, origin) != Outcome::Denied {
                    wrong.push(format!("{label} × {command} from {origin}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What a window is meant to call on a desktop, or on a phone.
fn own(label: &str, phone: bool) -> BTreeSet<&'static str> {
    let elsewhere = if phone {
        DESKTOP_COMMANDS
    } else {
        PHONE_COMMANDS
    };
    let all = match label {
        MAIN => MAIN_COMMANDS,
        SEALED => SEALED_COMMANDS,
        CONSOLE => CONSOLE_COMMANDS,
        _ => &[],
    };
    let here = all.iter().filter(|command| !elsewhere.contains(command));
    here.copied().collect()
}

#[test]
fn every_command_has_a_decision_in_both_groups_of_platforms() {
    for (group, phone) in [("desktop", false), ("mobile", true)] {
        let expected: BTreeMap<String, BTreeSet<String>> = [MAIN, SEALED, CONSOLE]
            .into_iter()
            .map(|label| {
                let own = own(label, phone).into_iter().map(str::to_owned);
                (label.to_owned(), own.collect())
            })
            .collect();
        assert_eq!(
            granted(group),
            expected,
            "{group}: a command is granted to no window, or to a wrong one"
        );
    }
    // Whatever is one group's alone is a command at all, and not both's.
    for command in DESKTOP_COMMANDS {
        assert!(MAIN_COMMANDS.contains(command) && !PHONE_COMMANDS.contains(command));
    }
    assert!(
        PHONE_COMMANDS
            .iter()
            .all(|name| MAIN_COMMANDS.contains(name))
    );
}

/// The matrix window × command × system, phones included, which no test here can start: from what Tauri's own code makes of
/// the files for each of them.
#[test]
fn on_every_system_each_window_is_granted_its_own_commands_and_nothing_else() {
    let mut wrong = Vec::new();
    let mut decided = 0;
    for target in [
        Target::Linux,
        Target::MacOS,
        Target::Windows,
        Target::Android,
        Target::Ios,
    ] {
        let resolved = grants::resolved(grants::capabilities(), target);
        assert!(resolved.has_app_acl, "own commands are asked for as well");
        assert!(resolved.denied_commands.is_empty());
        for (command, ways) in &resolved.allowed_commands {
            for way in ways {
                assert_eq!(way.context, ExecutionContext::Local, "{command}");
                assert!(way.webviews.is_empty(), "{command}");
            }
        }
        for label in [MAIN, SEALED, CONSOLE, "other", ""] {
            let own = own(label, matches!(target, Target::Android | Target::Ios));
            // Whatever is granted at all, and whatever there is.
            let granted = resolved.allowed_commands.keys().map(String::as_str);
            let commands: BTreeSet<&str> = every_command().into_iter().chain(granted).collect();
            for command in commands {
                let reaches = resolved.allowed_commands.get(command).is_some_and(|ways| {
                    ways.iter()
                        .any(|way| way.windows.iter().any(|window| window.matches(label)))
                });
                if reaches != own.contains(command) {
                    wrong.push(format!("{target} × {label:?} × {command}: {reaches}"));
                }
                decided += 1;
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(decided > 3_000, "{decided}");
}

#[test]
fn the_capability_files_hold_for_one_window_each_and_only_for_own_pages() {
    let mut names = Vec::new();
    for (name, file) in grants::files() {
        names.push(name.clone());
        let windows = file["windows"].as_array().expect("a list");
        assert_eq!(windows.len(), 1, "{name} is for one window");
        assert!(
            !windows[0].as_str().expect("a label").contains('*'),
            "{name} names its window"
        );
        let (window, group) = name
            .strip_suffix(".json")
            .and_then(|name| name.split_once('.'))
            .unwrap_or_else(|| panic!("{name} is named WINDOW.GROUP.json"));
        assert_eq!(windows[0], window);
        assert_eq!(file["identifier"], format!("{window}-{group}"));
        assert_eq!(file["local"], true);
        for key in ["remote", "webviews"] {
            assert!(file.get(key).is_none(), "{name} has {key}");
        }
        let platforms: Vec<&str> = file["platforms"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(Value::as_str)
            .collect();
        match group {
            "desktop" => assert_eq!(platforms, ["linux", "macOS", "windows"]),
            "mobile" => assert_eq!(platforms, ["android", "iOS"]),
            _ => panic!("{name}: unknown group of platforms"),
        }
    }
    assert_eq!(
        names,
        [
            "console.desktop.json",
            "console.mobile.json",
            "main.desktop.json",
            "main.mobile.json",
            "sealed.desktop.json",
            "sealed.mobile.json"
        ]
    );
}

#[test]
fn the_hardened_configuration_stays_hardened() {
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tauri.conf.json"))
            .expect("readable");
    let config: Value = serde_json::from_str(&text).expect("JSON");
    let security = &config["app"]["security"];
    assert_eq!(config["app"]["withGlobalTauri"], false);
    assert_eq!(config["build"]["removeUnusedCommands"], true);
    assert_eq!(security["freezePrototype"], true);
    assert_eq!(security["dangerousDisableAssetCspModification"], false);
    assert_eq!(security["assetProtocol"]["enable"], false);
    assert_eq!(
        security["capabilities"],
        json!([
            "main-desktop",
            "main-mobile",
            "sealed-desktop",
            "sealed-mobile",
            "console-desktop",
            "console-mobile"
        ])
    );
    let csp = &security["csp"];
    assert_eq!(csp["default-src"], "'none'");
    assert_eq!(csp["require-trusted-types-for"], "'script'");
    assert_eq!(csp["script-src"], "'self'");
    // Without `ipc:`, each call would silently take the slow way.
    assert_eq!(csp["connect-src"], "ipc: http://ipc.localhost");
    let all = csp.to_string();
    for hole in ["unsafe-inline", "unsafe-eval", "*", "https:", "blob:"] {
        assert!(!all.contains(hole), "{hole} in the content policy");
    }
    for window in config["app"]["windows"].as_array().expect("a list") {
        for (key, value) in [
            ("create", false),
            ("devtools", false),
            ("incognito", true),
            ("contentProtected", true),
            ("dragDropEnabled", false),
            ("browserExtensionsEnabled", false),
            ("generalAutofillEnabled", false),
        ] {
            assert_eq!(window[key], value, "{}: {key}", window["label"]);
        }
    }
}

#[test]
fn no_build_that_is_shipped_carries_developer_tools_or_doors_for_tests() {
    let manifest = include_str!("../../Cargo.toml");
    // A feature by itself, not the word in a comment.
    assert!(
        !manifest.contains("\"devtools\""),
        "tauri's developer tools"
    );
    assert!(!manifest.contains("tauri/devtools"));
    let line = |name: &str| {
        let found = manifest.lines().find(|line| line.starts_with(name));
        found.unwrap_or_else(|| panic!("the manifest has no line {name}"))
    };
    assert_eq!(line("default ="), "default = []");
    assert!(line("tauri = ").contains("default-features = false"));
    assert!(!line("tauri = ").contains("unstable"));
}

#[test]
fn an_unlocked_door_in_the_test_itself_would_be_seen() {
    // The matrix is worth something only if a reached command looks different from a denied one.
    let harness = Harness::new();
    let main = harness.page(MAIN);
    assert_eq!(call(&main, "cmd_list_wallets", LOCAL), Outcome::Reached);
    assert_eq!(call(&main, "cmd_sealed_task", LOCAL), Outcome::Denied);
    let sealed = harness.page(SEALED);
    assert_eq!(call(&sealed, "cmd_sealed_task", LOCAL), Outcome::Reached);
    assert_eq!(call(&sealed, "cmd_list_wallets", LOCAL), Outcome::Denied);
}

#[test]
fn the_console_and_the_wallet_have_no_command_in_common() {
    let main: BTreeSet<&str> = MAIN_COMMANDS.iter().copied().collect();
    let console: BTreeSet<&str> = CONSOLE_COMMANDS.iter().copied().collect();
    assert!(main.is_disjoint(&console));
    let harness = Harness::new();
    let page = harness.page(CONSOLE);
    assert_eq!(call(&page, "cmd_get_health", LOCAL), Outcome::Reached);
    assert_eq!(call(&page, "cmd_get_balance", LOCAL), Outcome::Denied);
    let page = harness.page(MAIN);
    assert_eq!(call(&page, "cmd_get_health", LOCAL), Outcome::Denied);
    assert_eq!(call(&page, "cmd_get_balance", LOCAL), Outcome::Reached);
}
