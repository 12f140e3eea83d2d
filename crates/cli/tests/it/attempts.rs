//! Wrong passphrases make the next try wait, whichever process makes it.

use std::fs;
#[cfg(target_os = "linux")]
use std::process::Stdio;

use crate::support::{Home, chain};

const WRONG: &str = "not this one at all";

fn wrong(home: &mut Home) -> (i32, String) {
    let right = std::mem::replace(&mut home.passphrase, WRONG.to_owned());
    let answer = home.fails(&["balance"]);
    home.passphrase = right;
    answer
}

fn code(name: &str) -> (i32, String) {
    (3, name.to_owned())
}

/// Makes the last wrong attempt one of so many seconds ago; a negative number is a clock set back.
fn age(home: &Home, secs: i64) {
    let path = home.path().join("attempts");
    let text = fs::read_to_string(&path).expect("a count");
    let words: Vec<&str> = text.split_whitespace().collect();
    let last: i64 = words[2].parse().expect("seconds");
    fs::write(&path, format!("1 {} {}\n", words[1], last - secs)).expect("a disk");
}

/// Eight wrong tries, so that the next has to wait for half a minute and more.
fn many(home: &mut Home) {
    for _ in 0..8 {
        assert_eq!(wrong(home), code("wrong_passphrase"));
        age(home, 100);
    }
    assert_eq!(wrong(home), code("wrong_passphrase"));
}

#[test]
fn a_new_process_waits_for_the_wrong_passphrases_of_the_ones_before() {
    let chain = chain();
    let mut home = Home::with_wallet(&chain);
    many(&mut home);
    assert_eq!(home.fails(&["balance"]), code("too_many_attempts"));
    assert_eq!(
        home.fails(&["balance"]),
        code("too_many_attempts"),
        "being refused is no attempt, and no way around"
    );
    age(&home, 60);
    home.ok(&["balance"]);
    assert!(
        !home.path().join("attempts").exists(),
        "the right passphrase forgives"
    );
}

/// Returns the memory that a process filled itself, in bytes.
#[cfg(target_os = "linux")]
fn filled(process: u32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{process}/statm")).unwrap_or_default();
    let pages: Vec<u64> = text
        .split_whitespace()
        .filter_map(|n| n.parse().ok())
        .collect();
    match pages[..] {
        [_, resident, shared, ..] => resident.saturating_sub(shared) * 4096,
        _ => 0,
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_process_killed_while_it_stretches_has_had_its_try() {
    let chain = chain();
    let mut home = Home::with_wallet(&chain);
    let right = std::mem::replace(&mut home.passphrase, WRONG.to_owned());
    let count = home.path().join("attempts");
    for tries in 1..=9 {
        let mut child = home
            .command(&["balance"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts");
        // Nothing else of this command fills as much as the first of several passes over 64 MiB.
        while filled(child.id()) < 40 << 20 {
            let ended = child.try_wait().expect("a child");
            assert_eq!(ended, None, "it was not seen to stretch");
            std::thread::yield_now();
        }
        child.kill().expect("a child");
        child.wait().expect("it ended");
        let text = fs::read_to_string(&count).expect("a count");
        assert!(text.starts_with(&format!("1 {tries} ")), "{text}");
        if tries < 9 {
            age(&home, 100);
        }
    }
    home.passphrase = right;
    assert_eq!(home.fails(&["balance"]), code("too_many_attempts"));
}

#[test]
fn a_count_that_is_gone_damaged_or_from_the_future_locks_nobody_out() {
    let chain = chain();
    let mut home = Home::with_wallet(&chain);
    let count = home.path().join("attempts");
    many(&mut home);
    fs::remove_file(&count).expect("a count");
    home.ok(&["balance"]);

    for rubbish in [&b"rubbish"[..], b"", &[0xff; 5000]] {
        fs::write(&count, rubbish).expect("a disk");
        let said = home
            .command(&["balance"])
            .env("SATCHEL_LOG", "warn")
            .output()
            .expect("the binary starts");
        assert!(said.status.success());
        let said = String::from_utf8_lossy(&said.stderr).into_owned();
        assert!(said.contains("begins anew"), "{said}");
    }

    many(&mut home);
    age(&home, -1_000_000);
    home.ok(&["balance"]);
    fs::write(&count, format!("1 {} {}\n", u32::MAX, u64::MAX)).expect("a disk");
    home.ok(&["balance"]);

    fs::create_dir(&count).expect("a folder in its place");
    home.ok(&["balance"]);
}
