//! What was acknowledged survives `kill -9` at any instant, and nothing is there by half.
//!
//! The test starts itself again as a child that writes and says after each write which one it was.
//! It kills the child at some moment and looks at what is there.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use std::{env, fs, hint};

use satchel_ports::{VaultFile, WalletFiles, WalletStore};
use satchel_secrets::SecretBytes;
use satchel_store::{DiskFiles, FileVault, HomeInUseError, HomeLock, SqlDatabase, SqlStore};
use satchel_testkit::rows;
use satchel_types::{AddressQuery, Batch, ChainSide, HistoryQuery, LabelTarget, PageSize, Write};

const HOME: &str = "SATCHEL_TEST_CHILD_HOME";
const ACK: &str = "acknowledged ";

fn open(home: &Path) -> SqlStore {
    let key = SecretBytes::from_slice(&[3; 32]).expect("32 bytes");
    SqlDatabase::new(home)
        .open_store(&key)
        .expect("the database opens after whatever happened to it")
}

/// Write `n`: a bit of everything, spread over many pages.
fn step(n: u32) -> Batch {
    let id = rows::wallet_id(1);
    let mut batch = Batch {
        writes: vec![
            rows::insert(rows::wallet(1)),
            Write::AppendChanges(id, vec![n as u8; 3000]),
            Write::PutCoin(id, Box::new(rows::coin(n, u64::from(n)))),
            Write::PutAddress(id, Box::new(rows::address_row(ChainSide::Receive, n))),
            Write::PutLabel(
                id,
                LabelTarget::Tx(rows::txid(n)),
                Some(rows::label("label")),
            ),
            Write::PutFreshness(id, rows::freshness(n)),
            Write::PutBalance(id, rows::balance(u64::from(n))),
        ],
    };
    for part in 0..20 {
        let row = rows::confirmed(n * 20 + part, n);
        batch.push(Write::PutTx(id, Box::new(row)));
    }
    batch
}

/// Returns the last write that is there, after making sure that all before it are and that it is
/// there whole.
fn last_whole(store: &SqlStore) -> Option<u32> {
    let id = rows::wallet_id(1);
    let wallets = store.wallets().expect("a list");
    if wallets.is_empty() {
        return None;
    }
    let last = store.freshness(id).expect("an answer").expect("set").height;
    let count = u64::from(last) + 1;
    assert_eq!(
        store.balance(id).expect("an answer"),
        Some(rows::balance(u64::from(last)))
    );
    assert_eq!(store.changes(id).expect("a list").len() as u64, count);
    assert_eq!(store.all_coins(id).expect("a list").len() as u64, count);
    assert_eq!(store.labels(id).expect("a list").len() as u64, count);
    let addresses = AddressQuery {
        side: ChainSide::Receive,
        after: None,
        size: PageSize::clamped(1),
        unused_only: false,
    };
    let addresses = store.addresses(id, &addresses).expect("a page");
    assert_eq!(addresses.total, count);
    assert_eq!(addresses.rows[0].index, last);
    let query = HistoryQuery {
        size: PageSize::clamped(20),
        ..HistoryQuery::default()
    };
    let history = store.history(id, &query).expect("a page");
    assert_eq!(history.total, 20 * count);
    let newest = rows::confirmed(0, last).state;
    assert!(history.rows.iter().all(|row| row.state == newest));
    Some(last)
}

/// Not a test of its own: what the child does, when there is a home to do it in.
#[test]
fn child_that_writes_batches() {
    let Some(home) = env::var_os(HOME).map(PathBuf::from) else {
        return;
    };
    let lock = HomeLock::acquire(&home, Duration::ZERO).expect("its parent's lock is free");
    let store = open(&home);
    let first = last_whole(&store).map_or(0, |last| last + 1);
    for n in first.. {
        store.apply(&step(n)).expect("a healthy disk");
        println!("\n{ACK}{n}");
    }
    drop(lock);
}

/// Not a test of its own either.
#[test]
fn child_that_replaces_files() {
    let Some(home) = env::var_os(HOME).map(PathBuf::from) else {
        return;
    };
    let vault = FileVault::new(&home);
    for n in 0_u32.. {
        vault.replace(&content(n)).expect("a healthy disk");
        DiskFiles
            .write(&home.join("backup"), &content(n), true)
            .expect("a healthy disk");
        println!("\n{ACK}{n}");
    }
}

/// Content `n`: of a length of its own, and recognisable at every byte.
fn content(n: u32) -> Vec<u8> {
    let word = n.to_le_bytes();
    word.into_iter()
        .cycle()
        .take(4 * (1 + (n as usize * 37) % 5000))
        .collect()
}

fn number_of(bytes: &[u8]) -> u32 {
    let word = bytes.first_chunk().expect("never empty");
    let n = u32::from_le_bytes(*word);
    assert!(bytes == content(n), "content {n} is there by half");
    n
}

fn start(home: &Path, child: &str) -> Child {
    Command::new(env::current_exe().expect("this test"))
        .args(["--exact", child, "--nocapture", "--test-threads", "1"])
        .env(HOME, home)
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("this test starts again")
}

/// Lets the child write `acks` times, a bit longer, kills it, and returns its last word.
fn run_and_kill(home: &Path, child: &str, acks: usize, longer: u64) -> u32 {
    let mut child = start(home, child);
    let lines = BufReader::new(child.stdout.take().expect("piped"));
    let mut lines = lines.lines().map(|line| line.expect("text"));
    let mut said = lines.by_ref().filter_map(acknowledged);
    let mut last = None;
    for _ in 0..acks {
        last = Some(said.next().expect("the child goes on until it is killed"));
    }
    for _ in 0..longer {
        hint::spin_loop();
    }
    // SIGKILL, or what comes nearest to it.
    child.kill().expect("a running child");
    child.wait().expect("a child");
    // What it said before it died counts too.
    said.last().or(last).expect("it said something")
}

fn acknowledged(line: String) -> Option<u32> {
    line.strip_prefix(ACK)?.parse().ok()
}

/// Spreads numbers over a range, the same in every run. The moment of death varies by itself.
fn spread(round: u64, range: u64) -> u64 {
    (round.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33) % range
}

#[test]
fn acknowledged_batches_survive_a_kill_whole() {
    let home = tempfile::tempdir().expect("a scratch folder");
    for round in 0..12 {
        let said = run_and_kill(
            home.path(),
            "child_that_writes_batches",
            1 + spread(round, 25) as usize,
            spread(round, 3_000_000),
        );
        // The kernel freed the lock with its owner.
        let lock = HomeLock::acquire(home.path(), Duration::ZERO).expect("a free home");
        let store = open(home.path());
        let found = last_whole(&store).expect("at least one write");
        assert!(
            found == said || found == said + 1,
            "acknowledged {said}, found {found}"
        );
        store.close();
        drop(lock);
    }
}

#[test]
fn replaced_files_survive_a_kill_whole() {
    let home = tempfile::tempdir().expect("a scratch folder");
    for round in 0..12 {
        let said = run_and_kill(
            home.path(),
            "child_that_replaces_files",
            1 + spread(round, 40) as usize,
            spread(round, 300_000),
        );
        let vault = FileVault::new(home.path()).read().expect("readable");
        let vault = number_of(&vault.expect("the vault is there"));
        let backup = number_of(&fs::read(home.path().join("backup")).expect("readable"));
        for found in [vault, backup] {
            assert!(
                found == said || found == said + 1,
                "acknowledged {said}, found {found}"
            );
        }
    }
}

#[test]
fn a_home_in_use_by_another_process_is_refused() {
    let home = tempfile::tempdir().expect("a scratch folder");
    let mut child = start(home.path(), "child_that_writes_batches");
    let lines = BufReader::new(child.stdout.take().expect("piped"));
    let mut lines = lines.lines().map(|line| line.expect("text"));
    assert!(lines.any(|line| acknowledged(line).is_some()));
    let refused = HomeLock::acquire(home.path(), Duration::ZERO);
    let refused = matches!(refused, Err(HomeInUseError::InUse));
    // Whoever waits gets the home as soon as its user is gone, however it went.
    let waiter = std::thread::spawn({
        let home = home.path().to_owned();
        move || HomeLock::acquire(&home, Duration::from_secs(60)).is_ok()
    });
    child.kill().expect("a running child");
    child.wait().expect("a child");
    assert!(refused);
    assert!(waiter.join().expect("no panic"));
}
