//! Two homes that can both spend go on apart and meet over each road in turn; then one is lost and comes back from what was
//! shared alone.

mod apart;
mod shown;

use std::path::{Path, PathBuf};
use std::process::Command;

use satchel_sandbox::Sandbox;
use satchel_test_servers::{BUCKET, PASSWORD, USER, apache, rust_dav, rust_s3};
use serde_json::Value;

use self::apart::apart;
use self::shown::{assert_alike, circle, shown};
use crate::bundle::{pair, pair_by};
use crate::support::{Home, chain, copy_of, path_text, text};

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

/// Two servers and two folders, each a road that is gone through by itself.
fn over_each_road(homes: [&Home; 2], chain: &Sandbox, folder: &Path, files: &Path) {
    let [desk, _] = homes;
    let secret = desk.scratch("password");
    std::fs::write(&secret, format!("{PASSWORD}\n")).expect("a file");
    let (apache, dav, s3) = (apache(), rust_dav(), rust_s3());
    let login = ["--user", USER, "--password-file", path_text(&secret)];
    let bucket = ["s3", s3.server.url.as_str(), "--bucket", BUCKET];
    let roads = [
        Road::File(files.to_owned()),
        Road::Place([&["webdav", apache.server.url.as_str()][..], &login].concat()),
        Road::Place(vec!["webdav", dav.server.url.as_str()]),
        Road::Place([&bucket[..], &login].concat()),
        Road::Place(vec!["folder", path_text(folder)]),
    ];
    let mut all = Vec::new();
    for (n, road) in roads.iter().enumerate() {
        all.push(apart(homes, chain, n));
        if let Road::Place(place) = road {
            both(homes, |home| {
                home.ok(&[&["--yes", "bundle", "place", "add"][..], place].concat())
            });
        }
        meet(homes, road);
        // What the chain decided is told as well.
        both(homes, |home| home.ok(&["sync"]));
        chain.mine(1).expect("a block");
        both(homes, |home| home.ok(&["sync"]));
        meet(homes, road);
        let [one, two] = both(homes, shown);
        assert_alike(&one, &two, &format!("road {n}"));
        let [of_desk, of_phone] = both(homes, circle);
        assert_alike(&of_desk, &of_phone, &format!("road {n}"));
        // Of this road and of those before.
        for apart in &all {
            apart.is_told(homes);
            apart.is_kept(&one, &of_desk);
        }
        if matches!(road, Road::Place(_)) && n + 1 < roads.len() {
            both(homes, |home| {
                let id = &home.ok(&["bundle", "place", "list"])["places"][0]["id"];
                home.ok(&["bundle", "place", "remove", text(id)])
            });
        }
    }
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
    let (folder, files) = (desk.scratch("meeting"), desk.scratch("files"));
    for folder in [&folder, &files] {
        std::fs::create_dir(folder).expect("a folder");
    }
    over_each_road([&desk, &phone], &chain, &folder, &files);
    let lost = shown(&phone);

    // The phone is lost: another comes back from a backup of the desk's alone.
    let kept = desk.scratch("kept");
    std::fs::create_dir(&kept).expect("a folder");
    let made = desk.ok(&["--yes", "backup", "--to", path_text(&kept)]);
    let again = Home::new(&chain);
    again.ok(&["--yes", "import", text(&made["path"])]);
    again.ok(&["sync"]);
    assert_alike(&lost, &shown(&again), "from the file");

    // Or it is added anew to those that are left, which is all that it was.
    let anew = Home::new(&chain);
    let add = ["--yes", "device", "add", "--give-keys"];
    let join = ["--yes", "device", "join", "--name", "New phone"];
    let (added, joined) = pair_by((&desk, &add), (&anew, &join), |right| right);
    assert!(added.status.success() && joined.status.success());
    let place = ["--yes", "bundle", "place", "add", "folder"];
    anew.ok(&[&place[..], &[path_text(&folder)]].concat());
    meet([&desk, &anew], &Road::Place(Vec::new()));
    if anew.ok(&["wallet", "list"]).as_array().map(Vec::len) == Some(0) {
        anew.ok(&["--yes", "device", "take", "Main"]);
    }
    anew.ok(&["sync"]);
    meet([&desk, &anew], &Road::Place(Vec::new()));
    assert_alike(&lost, &shown(&anew), "added anew");
    let [of_desk, of_anew] = both([&desk, &anew], circle);
    assert_alike(&of_desk, &of_anew, "added anew");
    let names = |circle: &Value| {
        let devices = circle["devices"].as_array().expect("a list").iter();
        let names = devices.map(|device| text(&device["name"]).to_owned());
        names.collect::<std::collections::BTreeSet<_>>()
    };
    assert!(
        names(&of_anew).contains("Phone"),
        "who was lost belongs until it is removed"
    );

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
    // Seeds never lie at a place: it watches, and has everything else.
    let mut left = shown(&desk);
    left["wallet"][0]["has_seed"] = Value::from(false);
    assert_alike(&left, &shown(&fresh), "by the words");
}
