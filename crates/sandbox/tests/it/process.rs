//! The binary: its first line, its folder, its ends, good and bad.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use bitcoin::consensus::encode;
use serde_json::{Value, json};

use crate::common::{Coin, Http, Key};

pub struct Process {
    child: Child,
    url: String,
    cookie: String,
    http: Http,
}

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_satchel-sandbox"));
    command
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

impl Process {
    pub fn start(dir: &Path, extra: &[&str]) -> Self {
        let dir = dir.to_str().unwrap();
        let mut args = vec!["--port", "0", "--data-dir", dir];
        args.extend(extra);
        let mut child = command(&args).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines
            .next()
            .expect("the process says where it listens")
            .unwrap();
        let url = first
            .strip_prefix("satchel-sandbox listening on ")
            .unwrap_or_else(|| panic!("unexpected first line {first:?}"))
            .to_owned();
        assert!(url.starts_with("http://127.0.0.1:"));
        let cookie = std::fs::read_to_string(Path::new(dir).join(".cookie")).unwrap();
        Self {
            child,
            url,
            cookie,
            http: Http::new(),
        }
    }

    pub fn rpc(&self, method: &str, params: Value) -> Value {
        self.http
            .rpc(&self.url, &self.cookie, method, params)
            .unwrap()
    }

    pub fn wallet(&self, name: &str, method: &str, params: Value) -> Value {
        let url = format!("{}/wallet/{name}", self.url);
        self.http.rpc(&url, &self.cookie, method, params).unwrap()
    }

    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-s", name, &pid])
                .status()
                .unwrap()
                .success()
        );
    }

    fn wait(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Already gone in the good case.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_chain_survives_a_clean_restart() {
    let dir = tempfile::tempdir().unwrap();
    let key = Key::new(1);
    let mut process = Process::start(dir.path(), &[]);
    let address = key.address().to_string();
    let body = json!({ "address": address, "amount": 100_000 }).to_string();
    let paid = process
        .http
        .post(&format!("{}/faucet", process.url), body)
        .json();
    let txid = paid["txid"].as_str().unwrap().to_owned();
    let coin = Coin {
        outpoint: format!("{txid}:0").parse().unwrap(),
        output: bitcoin::TxOut {
            value: bitcoin::Amount::from_sat(100_000),
            script_pubkey: key.script(),
        },
    };
    let waiting = key.pay(&coin, &key.script(), 500);
    process.rpc(
        "sendrawtransaction",
        json!([encode::serialize_hex(&waiting)]),
    );
    let tip = process.rpc("getbestblockhash", json!([]));
    assert_eq!(process.rpc("stop", json!([])), "satchel-sandbox stopping");
    assert!(process.wait().success());
    assert!(
        !dir.path().join(".cookie").exists(),
        "the cookie is removed at the end"
    );
    assert!(!dir.path().join("regtest").join(".cookie").exists());

    let mut process = Process::start(dir.path(), &[]);
    assert_eq!(process.rpc("getbestblockhash", json!([])), tip);
    assert_eq!(
        process.rpc("getblockcount", json!([])),
        111,
        "nothing is mined again"
    );
    let pool = process.rpc("getrawmempool", json!([]));
    assert_eq!(pool, json!([waiting.compute_txid()]));
    let seen = process.rpc("getrawtransaction", json!([txid, 1]));
    assert_eq!(seen["confirmations"], 1);
    process.signal("TERM");
    assert!(process.wait().success());
}

#[test]
fn a_stop_does_not_wait_for_thousands_of_blocks() {
    const MANY: u64 = 5_000;
    let dir = tempfile::tempdir().unwrap();
    let address = Key::new(1).address().to_string();
    let mut process = Process::start(dir.path(), &[]);
    let (url, cookie) = (process.url.clone(), process.cookie.clone());
    let mining = std::thread::spawn(move || {
        let (user, password) = cookie.split_once(':').unwrap();
        let body = json!({ "id": 1, "method": "generatetoaddress", "params": [MANY, address] });
        let http = Http::new();
        let request = http
            .request()
            .post(url)
            .basic_auth(user, Some(password))
            .body(body.to_string());
        http.try_send(request)
    });
    while process.rpc("getblockcount", json!([])).as_u64().unwrap() <= 112 {
        std::thread::yield_now();
    }
    process.signal("TERM");
    assert!(process.wait().success());
    mining.join().unwrap();
    let process = Process::start(dir.path(), &[]);
    let count = process.rpc("getblockcount", json!([])).as_u64().unwrap();
    assert!((113..110 + MANY).contains(&count), "{count}");
}

#[test]
fn acknowledged_blocks_survive_kill_9() {
    let dir = tempfile::tempdir().unwrap();
    let address = Key::new(1).address().to_string();
    let mut acknowledged: Vec<String> = Vec::new();
    // Different numbers of answers before the kill, with one more request always under way.
    for round in [1usize, 7, 23, 3, 40] {
        let process = Process::start(dir.path(), &[]);
        for (height, hash) in acknowledged.iter().enumerate() {
            let found = process.rpc("getblockhash", json!([height + 111]));
            assert_eq!(
                &found, hash,
                "block {height} of round {round} is still there"
            );
        }
        let count = process.rpc("getblockcount", json!([])).as_u64().unwrap();
        assert!(count as usize >= 110 + acknowledged.len());
        // Every block up to the tip is whole: ids, filters and coins can be computed from it.
        for height in acknowledged.len().saturating_sub(3) + 110..=count as usize {
            let hash = process.rpc("getblockhash", json!([height]));
            let block = process.rpc("getblock", json!([hash, 2]));
            assert_eq!(block["height"], height);
            process.rpc("getblockfilter", json!([hash]));
        }
        // Unacknowledged blocks may have survived as well: they count from here on.
        for height in acknowledged.len() + 111..=count as usize {
            let hash = process.rpc("getblockhash", json!([height]));
            acknowledged.push(hash.as_str().unwrap().to_owned());
        }
        for _ in 0..round {
            let mined = process.rpc("generatetoaddress", json!([1, address]));
            acknowledged.push(mined[0].as_str().unwrap().to_owned());
        }
        // One request more, whose answer nobody waits for.
        let (url, cookie, address) = (process.url.clone(), process.cookie.clone(), address.clone());
        let under_way = std::thread::spawn(move || {
            let (user, password) = cookie.split_once(':').unwrap();
            let body = json!({ "id": 1, "method": "generatetoaddress", "params": [500, address] });
            let http = Http::new();
            let request = http
                .request()
                .post(url)
                .basic_auth(user, Some(password))
                .body(body.to_string());
            http.try_send(request)
        });
        if round % 2 == 0 {
            // Let it get into the middle: wait until it has mined something.
            let before = acknowledged.len() + 110;
            while process.rpc("getblockcount", json!([])).as_u64().unwrap() as usize <= before {
                std::thread::yield_now();
            }
        }
        process.kill();
        under_way.join().unwrap();
    }
}

#[test]
fn an_invalidated_branch_stays_invalid_after_kill_9() {
    let dir = tempfile::tempdir().unwrap();
    let process = Process::start(dir.path(), &[]);
    let hash = process.rpc("getblockhash", json!([105]));
    process.rpc("invalidateblock", json!([hash]));
    assert_eq!(process.rpc("getblockcount", json!([])), 104);
    process.kill();
    let process = Process::start(dir.path(), &["--faucet", "off"]);
    assert_eq!(process.rpc("getblockcount", json!([])), 104);
    process.rpc("reconsiderblock", json!([hash]));
    assert_eq!(process.rpc("getblockcount", json!([])), 110);
    process.kill();
    let process = Process::start(dir.path(), &[]);
    assert_eq!(process.rpc("getblockcount", json!([])), 110);
}

#[test]
fn a_chain_is_rebuilt_when_the_kernels_folder_is_lost_or_damaged() {
    let dir = tempfile::tempdir().unwrap();
    let process = Process::start(dir.path(), &[]);
    let tip = process.rpc("getbestblockhash", json!([]));
    process.kill();
    let kernel = std::fs::read_dir(dir.path())
        .unwrap()
        .map(|item| item.unwrap().path())
        .find(|path| {
            path.file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .starts_with("kernel-")
        })
        .unwrap();
    std::fs::remove_dir_all(&kernel).unwrap();
    let process = Process::start(dir.path(), &[]);
    assert_eq!(process.rpc("getbestblockhash", json!([])), tip);
    process.signal("INT");
    let mut process = process;
    assert!(process.wait().success());
    let current = kernel.join("chainstate").join("CURRENT");
    std::fs::write(&current, "garbage").unwrap();
    let process = Process::start(dir.path(), &[]);
    assert_eq!(process.rpc("getbestblockhash", json!([])), tip);
}

#[test]
fn a_second_process_on_the_same_folder_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let _process = Process::start(dir.path(), &[]);
    let output = command(&["--port", "0", "--data-dir", dir.path().to_str().unwrap()])
        .output()
        .unwrap();
    assert!(!output.status.success());
    assert!(output.stdout.is_empty());
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(
        message.contains("is in use by another satchel-sandbox"),
        "{message}"
    );
}

#[test]
fn a_port_that_is_taken_is_told() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = command(&["--port", &port]).output().unwrap();
    assert!(!output.status.success());
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(
        message.contains(&format!("cannot listen on 127.0.0.1:{port}")),
        "{message}"
    );
}

#[test]
fn help_names_every_flag_and_bad_flags_are_refused() {
    let output = command(&["--help"]).output().unwrap();
    assert!(output.status.success());
    let help = String::from_utf8(output.stdout).unwrap();
    for flag in ["--port", "--data-dir", "--block-time", "--faucet", "--help"] {
        assert!(help.contains(flag), "{flag}");
    }
    for bad in [
        ["--block-time", "0"],
        ["--faucet", "maybe"],
        ["--port", "70000"],
    ] {
        assert!(!command(&bad).output().unwrap().status.success(), "{bad:?}");
    }
}

#[test]
fn the_timer_mines() {
    let dir = tempfile::tempdir().unwrap();
    let process = Process::start(dir.path(), &["--block-time", "1", "--faucet", "off"]);
    while process.rpc("getblockcount", json!([])).as_u64().unwrap() < 1 {
        std::thread::yield_now();
    }
}
