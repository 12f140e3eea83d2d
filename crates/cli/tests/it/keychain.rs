//! The keychain from the command line: where there is none, and with a real GNOME Keyring.

#[cfg(target_os = "linux")]
use std::process::Command;

use serde_json::Value;

use crate::support::{Home, chain};
#[cfg(target_os = "linux")]
use crate::support::{PASSPHRASE, answer, path_text};

#[test]
fn without_a_keychain_the_passphrase_opens_and_each_command_says_why() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    let status = home.ok(&["keychain", "status"]);
    assert_eq!(status["set_up"], false);
    assert_eq!(home.fails(&["--keychain", "balance"]), not_set_up());
    // No bus is in the environment of these tests; where one runs by itself, it has no keyring.
    if status["fault"] != Value::Null {
        let (exit, code) = home.fails(&["keychain", "add", "--yes"]);
        assert_eq!(exit, 3);
        assert_eq!(status["fault"], code.as_str());
    }
    home.ok(&["balance"]);
}

fn not_set_up() -> (i32, String) {
    (3, "keychain_not_set_up".to_owned())
}

/// What a person would type. `$S` runs the program without a passphrase in sight, `$P` with it.
#[cfg(target_os = "linux")]
const SCRIPT: &str = r#"
set -e
printf 'keyring password' | gnome-keyring-daemon --unlock --components=secrets > /dev/null
S="$SATCHEL --home $WALLET --json"
P="env SATCHEL_PASSPHRASE=$WORD $S"
say() { echo "=== $1"; }
say added;   $P keychain add --yes
say opened;  $S --keychain wallet info
say asked;   $S --keychain wallet create --name Other --network regtest 2>&1 || echo "exit $?"
say removed; $P keychain remove --yes
say shut;    $S --keychain wallet info 2>&1 || echo "exit $?"
say opens;   $P wallet info
"#;

#[cfg(target_os = "linux")]
#[test]
fn a_real_keyring_opens_the_wallet_until_it_is_told_not_to() {
    let chain = chain();
    let mut home = Home::new(&chain);
    home.passphrase = PASSPHRASE.replace(' ', "-");
    home.ok(&["wallet", "create", "--name", "Main", "--network", "regtest"]);
    let scratch = home.scratch("session");
    std::fs::create_dir(&scratch).expect("a folder");
    let output = Command::new("dbus-run-session")
        .args(["--", "sh", "-c", SCRIPT])
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", &scratch)
        .env("XDG_RUNTIME_DIR", &scratch)
        .env("SATCHEL", env!("CARGO_BIN_EXE_satchel"))
        .env("WALLET", path_text(&home.path()))
        .env("WORD", &home.passphrase)
        .stdin(std::process::Stdio::null())
        .output()
        .expect("dbus-run-session is there: `cargo xtask setup` installs it (Debian: dbus)");
    let ran = answer(output);
    assert_eq!(
        ran.code, 0,
        "gnome-keyring-daemon is missing (`cargo xtask setup` installs it), or: {}{}",
        ran.stdout, ran.stderr
    );
    let part = |name: &str| -> &str {
        let (_, rest) = ran
            .stdout
            .split_once(&format!("=== {name}\n"))
            .expect("the script came there");
        rest.split("===").next().unwrap_or_default().trim()
    };
    let json = |name: &str| -> Value { serde_json::from_str(part(name)).expect("JSON") };

    let added = json("added");
    assert_eq!(added["set_up"], true);
    assert_eq!(added["presence"], "none", "and it says so");
    assert_eq!(json("opened")["name"], "Main");
    assert!(
        part("asked").ends_with("exit 3"),
        "a key takes the passphrase: {}",
        part("asked")
    );
    assert_eq!(json("removed")["item_left"], false);
    assert!(part("shut").contains("keychain_not_set_up"));
    assert!(part("shut").ends_with("exit 3"));
    assert_eq!(json("opens")["name"], "Main");
}
