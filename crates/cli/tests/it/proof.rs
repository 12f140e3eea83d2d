//! Two homes that can both spend go on apart and meet over each road in turn; then one is lost and comes back from what was
//! shared alone.

use std::path::PathBuf;
use std::process::Command;

use bitcoin::Amount;
use satchel_sandbox::Sandbox;
use satchel_test_servers::{BUCKET, PASSWORD, USER, apache, rust_dav, rust_s3};
use serde_json::{Value, json};

use crate::bundle::pair;
use crate::support::{ELSEWHERE, Home, chain, copy_of, path_text, regtest, text};

const WORDS: &str = "legal winner thank year wave sausage worth useful legal winner thank yellow";

/// A road: how a home meets the other over it.
enum Road<'a> {
    Place(Vec<&'a str>),
    /// Each takes the other's backup in.
    File(PathBuf),
}

fn restored(chain: &Sandbox) -> Home {
    let home = Home::new(chain);
    let words = home.scratch("words");
    std::fs::write(&words, format!("{WORDS}\n")).expect("written");
    let restore = ["--yes", "wallet", "restore", "--name", "Main", "--network"];
    let with = [
        "regtest",
        "--script-type",
        "taproot",
        "--words-file",
        path_text(&words),
    ];
    home.ok(&[&restore[..], &with].concat());
    home
}

fn rows(home: &Home, args: &[&str], list: &str, fields: &[&str]) -> Vec<Value> {
    let page = home.ok(&[args, &["--limit", "500"]].concat());
    let rows = page[list].as_array().expect("a list").clone();
    let shown = rows.iter().map(|row| {
        let fields = fields.iter().map(|field| row[*field].clone());
        Value::from_iter(fields)
    });
    let mut shown: Vec<_> = shown.collect();
    shown.sort_by_key(ToString::to_string);
    shown
}

/// What two homes are compared by, as each shows it.
fn shown(home: &Home) -> Value {
    let coins = ["outpoint", "amount", "locked", "label"];
    let drafts = home.ok(&["draft", "list"]).as_array().map(Vec::len);
    let receive = ["address", "list"];
    let change = ["address", "list", "--side", "change"];
    json!({
        "coins": rows(home, &["coins"], "coins", &coins),
        "receive": rows(home, &receive, "addresses", &["address", "label"]),
        "change": rows(home, &change, "addresses", &["address"]),
        "history": rows(home, &["history"], "transactions", &["txid", "status", "label"]),
        "drafts": drafts,
        "name": home.ok(&["wallet", "list"])[0]["name"],
    })
}

/// Does the same on both at once: neither waits for the other.
fn both<T: Send>(homes: [&Home; 2], act: impl Fn(&Home) -> T + Sync) -> [T; 2] {
    std::thread::scope(|scope| {
        let act = &act;
        let second = scope.spawn(move || act(homes[1]));
        let first = act(homes[0]);
        let second = second.join();
        [
            first,
            second.unwrap_or_else(|why| std::panic::resume_unwind(why)),
        ]
    })
}

/// Lets them meet by turns until both know the same. The last to write is heard by the other, who says so, which is
/// heard in turn.
fn meet(homes: [&Home; 2], road: &Road<'_>) {
    for turn in 0..7 {
        let (home, other) = (homes[turn % 2], homes[(turn + 1) % 2]);
        match road {
            Road::Place(_) => {
                let round = &home.ok(&["bundle", "sync"])["rounds"][0];
                assert_eq!(round["in_step"], true, "{round}");
            }
            Road::File(folder) => {
                let folder = tempfile::tempdir_in(folder).expect("a folder").keep();
                let made = home.ok(&["--yes", "backup", "--to", path_text(&folder)]);
                other.ok(&["--yes", "import", text(&made["path"])]);
            }
        }
        if turn < 1 {
            continue;
        }
        let [one, two] = both(homes, |home| home.ok(&["bundle", "digest"]));
        if ["state", "members"]
            .iter()
            .all(|what| one[*what] == two[*what])
        {
            return;
        }
    }
    panic!("they do not know the same");
}

/// What happens while the two cannot reach each other.
fn apart(homes: [&Home; 2], chain: &Sandbox, n: usize) {
    let [desk, phone] = homes;
    // Each is paid on addresses that it hands out, and finds all of it.
    let amounts = [100_000, 60_000, 40_000].map(|sats| sats + n as u64);
    for (home, sats) in [desk, desk, phone].into_iter().zip(amounts) {
        let script = regtest(&home.address()).script_pubkey();
        let paid = chain.faucet(script, Amount::from_sat(sats));
        paid.expect("the faucet pays");
    }
    let [found, _] = both(homes, |home| {
        home.ok(&["sync"]);
        home.ok(&["coins", "--limit", "500"])
    });
    let coins = found["coins"].as_array().expect("a list");
    let [spent, kept, other] = amounts.map(|sats| {
        let coin = coins.iter().find(|coin| coin["amount"] == sats);
        text(&coin.expect("just paid")["outpoint"]).to_owned()
    });
    let pay = ["--to", ELSEWHERE, "--amount", "20000", "--coin", &spent];
    let labelled = format!("handed out {n}");
    both(homes, |home| {
        let label = |on: &str, who: &str| {
            home.ok(&["label", "output", on, &format!("{who} {n}")]);
        };
        let is_desk = home.path() == desk.path();
        // Each labels one thing of its own, and both the same.
        let (own, who) = if is_desk {
            (&kept, "desk")
        } else {
            (&other, "phone")
        };
        label(own, &format!("kept by the {who}"));
        label(&spent, &format!("{who} says"));
        // One locks what the other locks and takes off again.
        home.ok(&["coins", "lock", &kept]);
        if !is_desk {
            home.ok(&["coins", "unlock", &kept]);
            home.ok(&["coins", "lock", &other]);
        }
        home.ok(&["address", "new", "--label", &labelled]);
        // The same coin twice: one signs, the other pays with it.
        if !is_desk {
            let drafted = ["--no-sync", "--fee-rate", "2"];
            home.ok(&[&["--yes", "sign"][..], &pay, &drafted].concat());
        }
    });
    let paid = ["--no-sync", "--fee-rate", "5"];
    desk.ok(&[&["--yes", "send"][..], &pay, &paid].concat());
    chain.mine(1).expect("a block");
}

/// Words of a recovery key, which are shown to nobody but a terminal.
pub fn recovery_words(home: &Home) -> String {
    let plain = home.command(&[]);
    let program = plain.get_program().to_str().expect("text");
    let line = format!(
        "{program} --home {} --yes device recovery-words",
        path_text(&home.path())
    );
    let mut terminal = Command::new("script");
    terminal.args(["-qec", &line, "/dev/null"]).env_clear();
    for (name, value) in plain.get_envs() {
        terminal.env(name, value.expect("set"));
    }
    let said = terminal.output().expect("util-linux is there");
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let words: Vec<_> = said
        .lines()
        .filter_map(|line| {
            let mut parts = line.split_whitespace();
            let number = parts.next()?.parse::<u8>().ok();
            number.and(parts.next()).map(str::to_owned)
        })
        .collect();
    assert_eq!(words.len(), 12, "{said}");
    words.join(" ")
}

#[test]
#[cfg(target_os = "linux")] // Apache and script(1) are where Debian puts them.
fn one_wallet_over_every_road_and_back_from_what_was_shared_alone() {
    let chain = chain();
    let [desk, phone] = std::thread::scope(|scope| {
        let second = scope.spawn(|| restored(&chain));
        [restored(&chain), second.join().expect("restored")]
    });
    desk.ok(&["device", "start", "--name", "Desk"]);
    let (added, joined) = pair(&desk, &phone, |right| right);
    assert!(added.status.success() && joined.status.success());
    let secret = desk.scratch("password");
    std::fs::write(&secret, format!("{PASSWORD}\n")).expect("a file");
    let (folder, files) = (desk.scratch("meeting"), desk.scratch("files"));
    for folder in [&folder, &files] {
        std::fs::create_dir(folder).expect("a folder");
    }
    let (apache, dav, s3) = (apache(), rust_dav(), rust_s3());
    let login = ["--user", USER, "--password-file", path_text(&secret)];
    let roads = [
        Road::File(files),
        Road::Place([&["webdav", apache.server.url.as_str()][..], &login].concat()),
        Road::Place(vec!["webdav", dav.server.url.as_str()]),
        Road::Place(
            [
                &["s3", s3.server.url.as_str(), "--bucket", BUCKET][..],
                &login,
            ]
            .concat(),
        ),
        Road::Place(vec!["folder", path_text(&folder)]),
    ];
    let homes = [&desk, &phone];
    for (n, road) in roads.iter().enumerate() {
        apart(homes, &chain, n);
        if let Road::Place(place) = road {
            both(homes, |home| {
                home.ok(&[&["--yes", "bundle", "place", "add"][..], place].concat())
            });
        }
        meet(homes, road);
        // What the chain decided is told as well.
        both(homes, |home| home.ok(&["sync"]));
        meet(homes, road);
        let [one, two] = both(homes, shown);
        assert_eq!(one, two, "road {n}");
        let coins = one["coins"].as_array().expect("a list");
        let locked = coins.iter().filter(|coin| coin[2] == true).count();
        assert_eq!(locked, 2 * (n + 1), "road {n}");
        if matches!(road, Road::Place(_)) && n + 1 < roads.len() {
            both(homes, |home| {
                let id = &home.ok(&["bundle", "place", "list"])["places"][0]["id"];
                home.ok(&["bundle", "place", "remove", text(id)])
            });
        }
    }

    // The phone is lost: another comes back from a backup of the desk's alone.
    let before = shown(&desk);
    let kept = desk.scratch("kept");
    std::fs::create_dir(&kept).expect("a folder");
    let made = desk.ok(&["--yes", "backup", "--to", path_text(&kept)]);
    let again = Home::new(&chain);
    again.ok(&["--yes", "import", text(&made["path"])]);
    again.ok(&["sync"]);
    let after = shown(&again);
    for what in ["coins", "receive", "name"] {
        assert_eq!(after[what], before[what], "{what}");
    }
    assert_eq!(again.sats("confirmed"), desk.sats("confirmed"));

    // All are lost: words, and what they left in the folder.
    let words = recovery_words(&desk);
    desk.ok(&["bundle", "sync"]);
    let last = desk.scratch("last");
    copy_of(&folder, &last);
    let file = again.scratch("recovery");
    std::fs::write(&file, words).expect("written");
    // Whatever else lies there is in nobody's way.
    std::fs::write(last.join("0000.seg"), b"litter").expect("written");
    let huge = std::fs::File::create(last.join("1111.snap")).expect("made");
    huge.set_len(10 << 30).expect("it takes no room");
    let fresh = Home::new(&chain);
    let recover = ["--yes", "bundle", "recover", path_text(&last)];
    fresh.ok(&[&recover[..], &["--words-file", path_text(&file)]].concat());
    fresh.ok(&["sync"]);
    let after = shown(&fresh);
    for what in ["coins", "receive", "name"] {
        assert_eq!(after[what], before[what], "{what}");
    }
    assert_eq!(fresh.sats("confirmed"), desk.sats("confirmed"));
}
