//! Homes, a chain and folders, and one random step after the other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use bitcoin::Amount;
use satchel_sandbox::Sandbox;
use serde_json::Value;

use super::dice::Dice;
use super::faults::{Kind, Meeting};
use super::model::Model;
use crate::bundle::pair;
use crate::support::{Answer, ELSEWHERE, Home, answer, chain, path_text, regtest, text};

/// Words of regtest wallets that are used for nothing else.
const WORDS: &str = "legal winner thank year wave sausage worth useful legal winner thank yellow";
/// Names of things that several devices label.
const SHARED: usize = 6;

pub struct Device {
    pub home: Home,
    /// Where it goes.
    places: Vec<usize>,
    /// An older copy of it, and from when.
    copy: Option<(PathBuf, usize)>,
    pub is_removed: bool,
}

pub struct World {
    chain: Sandbox,
    pub devices: Vec<Device>,
    meetings: Vec<Meeting>,
    model: Model,
    dice: Dice,
    count: usize,
    /// What was done, for whoever looks at a seed that failed.
    pub log: Vec<String>,
    _root: tempfile::TempDir,
}

impl World {
    /// Homes of one circle that watch one wallet; the first two can spend. With three or more there is a second place, where not
    /// everybody goes. Three seeds in a row have three kinds of places.
    pub fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let chain = chain();
        let root = tempfile::tempdir().expect("a scratch folder");
        let count = 2 + dice.below(3);
        let kinds = [Kind::WebDav, Kind::S3, Kind::Folder];
        let kinds = [
            kinds[usize::try_from(seed % 3).expect("below three")],
            kinds[dice.below(kinds.len())],
        ];
        let meetings: Vec<_> = kinds
            .into_iter()
            .enumerate()
            .map(|(n, kind)| Meeting::new(root.path(), n, kind, &mut dice))
            .collect();
        let words = root.path().join("words");
        std::fs::write(&words, format!("{WORDS}\n")).expect("written");
        let mut devices = Vec::new();
        for n in 0..count {
            let home = Home::new(&chain);
            if n < 2 {
                let words = path_text(&words);
                let restore = ["wallet", "restore", "--name", "Main", "--network"];
                let with = ["regtest", "--script-type", "taproot", "--words-file", words];
                home.ok(&[&restore[..], &with, &["--yes"]].concat());
            }
            let places = match n {
                _ if count < 3 => vec![0],
                0 => vec![0, 1],
                _ => vec![n % 2],
            };
            devices.push(Device {
                home,
                places,
                copy: None,
                is_removed: false,
            });
        }
        let first = &devices[0].home;
        first.ok(&["device", "start", "--name", "Desk"]);
        for device in &devices[1..] {
            let (added, joined) = pair(first, &device.home, |right| right);
            assert!(added.status.success() && joined.status.success());
        }
        for (n, device) in devices.iter().enumerate() {
            for place in &device.places {
                meetings[*place].add_to(&device.home);
            }
            device.home.ok(&["bundle", "sync"]);
            if n >= 2 {
                device.home.ok(&["--yes", "device", "take", "Main"]);
            }
        }
        let mut world = Self {
            chain,
            devices,
            meetings,
            model: Model::default(),
            dice,
            count: 0,
            log: vec![format!("{count} devices, {kinds:?}")],
            _root: root,
        };
        for _ in 0..4 {
            let device = &world.devices[0].home;
            let address = device.address();
            world.pay(&address);
            world.model.address(0, &address);
        }
        for device in &world.devices {
            device.home.ok(&["sync"]);
        }
        for meeting in &world.meetings {
            meeting.storm();
        }
        world
    }

    fn pay(&self, address: &str) {
        let amount = Amount::from_sat(50_000);
        let script = regtest(address).script_pubkey();
        self.chain.faucet(script, amount).expect("the faucet pays");
    }

    fn name(&mut self) -> String {
        self.count += 1;
        format!("n{}", self.count)
    }

    /// Runs a command, and now and then kills it; says whether it surely did what it should. What fails must fail well.
    fn run(&mut self, n: usize, args: &[&str]) -> (bool, Value) {
        // Rounds above all: there is much in them that can be there in part.
        let is_round = args == ["bundle", "sync"];
        let kill = self.dice.percent(if is_round { 25 } else { 8 });
        let after = Duration::from_millis(self.dice.next() % 500);
        let home = &self.devices[n].home;
        let (done, how) = if kill {
            let mut child = home
                .command(args)
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .expect("the program starts");
            // The moment of the kill is the point; nothing waits for it to be reached.
            std::thread::sleep(after);
            let _ = child.kill();
            let done = child.wait_with_output().expect("it ended");
            (answer(done), " (killed)")
        } else {
            (home.run(args), "")
        };
        let said = done.stderr.lines().last().unwrap_or_default();
        self.log
            .push(format!("{n}: {args:?} -> {} {said}{how}", done.code));
        if how.is_empty() {
            self.ended_well(args, &done);
        }
        (done.code == 0, done.json)
    }

    /// A command ends with an answer or an error that has a code, never with a fault.
    fn ended_well(&self, args: &[&str], done: &Answer) {
        let error: Value = done
            .stderr
            .lines()
            .last()
            .and_then(|line| serde_json::from_str(line).ok())
            .unwrap_or_default();
        let well = match done.code {
            0 => !done.json.is_null(),
            // The faults of this program.
            1 => error["code"] == "cancelled",
            _ => error["code"].is_string(),
        };
        assert!(well, "{args:?}: {done:?}");
    }

    fn list(&self, n: usize, args: &[&str], what: &str) -> Vec<Value> {
        let answer = self.devices[n].home.run(args);
        answer.json[what].as_array().cloned().unwrap_or_default()
    }

    /// One step of somebody.
    pub fn step(&mut self) {
        let n = self.dice.below(self.devices.len());
        match self.dice.below(100) {
            0..=16 => self.label(n),
            17..=28 => self.lock(n),
            29..=36 => self.hand_out(n),
            37..=47 => self.spend(n),
            48..=49 => {
                let name = self.name();
                self.run(n, &["wallet", "rename", "Main", &name]);
                self.run(n, &["wallet", "rename", &name, "Main"]);
            }
            50..=53 => self.settle(n),
            54..=55 => {
                let _ = self.chain.mine(1);
                self.log.push("a block".to_owned());
            }
            56..=57 => self.copy(n),
            58..=60 => self.restore(n),
            61..=62 => self.file_road(n),
            63 => self.remove(n),
            64..=81 => {
                self.run(n, &["bundle", "sync"]);
            }
            82..=84 => {
                self.run(n, &["sync"]);
            }
            _ => {
                let at = self.dice.below(self.meetings.len());
                let did = self.meetings[at].disturb(&mut self.dice);
                self.log.push(format!("place {at}: {did}"));
            }
        }
    }

    fn label(&mut self, n: usize) {
        let which = self.dice.below(SHARED + 3);
        let (kind, on) = match which {
            0..SHARED if self.dice.percent(50) => ("tx", format!("{which:064x}")),
            0..SHARED => ("output", format!("{which:064x}:1")),
            _ => {
                self.count += 1;
                ("tx", format!("{:064x}", 1_000 + self.count))
            }
        };
        let text = match self.dice.percent(10) {
            true => String::new(),
            false => self.name(),
        };
        let (sure, _) = self.run(n, &["label", kind, &on, &text]);
        self.model.label(n, &on, &text, sure);
    }

    fn lock(&mut self, n: usize) {
        let coins = self.list(n, &["coins"], "coins");
        let Some(coin) = self.dice.pick(&coins).cloned() else {
            return;
        };
        let coin = text(&coin["outpoint"]).to_owned();
        let lock = self.dice.percent(60);
        let what = if lock { "lock" } else { "unlock" };
        let (sure, _) = self.run(n, &["coins", what, &coin]);
        self.model.lock(n, &coin, lock, sure);
    }

    fn hand_out(&mut self, n: usize) {
        let name = self.name();
        let (sure, row) = self.run(n, &["address", "new", "--label", &name]);
        if sure && let Some(address) = row["address"].as_str() {
            self.model.address(n, address);
            self.model.label(n, address, &name, true);
            if self.dice.percent(40) {
                self.pay(address);
            }
        }
    }

    /// Prepares, pays, pays the same coin again.
    fn spend(&mut self, n: usize) {
        let coins = self.list(n, &["coins"], "coins");
        let coin = self.dice.pick(&coins).cloned();
        let coin = coin.map(|coin| text(&coin["outpoint"]).to_owned());
        let way = ["send", "sign", "draft"][self.dice.below(3)];
        let mut args = vec!["--yes", way];
        if way == "draft" {
            args.push("create");
        }
        let rate = ["2", "4", "9.5"][self.dice.below(3)];
        args.extend(["--to", ELSEWHERE, "--amount", "7000", "--fee-rate", rate]);
        if let Some(coin) = &coin {
            args.extend(["--coin", coin]);
        }
        if self.dice.percent(30) {
            args.push("--no-sync");
        }
        self.run(n, &args);
    }

    /// Drops a draft, sends one, bumps or cancels a payment, puts a notice away.
    fn settle(&mut self, n: usize) {
        let answer = self.devices[n].home.run(&["draft", "list"]);
        let drafts = answer.json.as_array().cloned().unwrap_or_default();
        let draft = self
            .dice
            .pick(&drafts)
            .map(|draft| text(&draft["id"]).to_owned());
        let rows = self.list(n, &["history"], "transactions");
        let pending = rows
            .iter()
            .find(|row| row["status"] == "pending" && row["direction"] == "outgoing");
        let pending = pending.map(|row| text(&row["txid"]).to_owned());
        match (self.dice.below(5), draft, pending) {
            (0, Some(draft), _) => self.run(n, &["cancel", "--draft", &draft]),
            (1, Some(draft), _) => self.run(n, &["--yes", "send", "--draft", &draft]),
            (2, _, Some(txid)) => self.run(n, &["--yes", "tx", "bump", &txid, "--fee-rate", "20"]),
            (3, _, Some(txid)) => self.run(n, &["--yes", "cancel", &txid, "--fee-rate", "30"]),
            _ => {
                let notices = self.list(n, &["notices"], "notices");
                let Some(notice) = self.dice.pick(&notices).cloned() else {
                    return;
                };
                self.run(n, &["notices", "dismiss", text(&notice["id"])])
            }
        };
    }

    fn copy(&mut self, n: usize) {
        let (home, to) = self.at(n);
        let _ = std::fs::remove_dir_all(&to);
        let done = Command::new("cp").arg("-a").arg(home).arg(&to).status();
        assert!(done.expect("cp is there").success());
        self.devices[n].copy = Some((to, self.model.moment()));
        self.log.push(format!("{n}: a copy was kept"));
    }

    fn at(&self, n: usize) -> (PathBuf, PathBuf) {
        let home = &self.devices[n].home;
        (home.path(), home.scratch("copy"))
    }

    /// Puts the older copy in the home's place.
    fn restore(&mut self, n: usize) {
        // A copy of one that decides who belongs, from before it did, is another story.
        let Some((copy, from)) = self.devices[n].copy.take() else {
            return;
        };
        let (home, _) = self.at(n);
        std::fs::remove_dir_all(&home).expect("removed");
        std::fs::rename(copy, home).expect("moved");
        self.model.restored(n, from);
        self.log.push(format!("{n}: restored from its copy"));
    }

    /// Takes a backup of one home into another.
    fn file_road(&mut self, n: usize) {
        let to = self.dice.below(self.devices.len());
        if self.devices[n].is_removed || self.devices[to].is_removed {
            return;
        }
        self.count += 1;
        let folder = self.devices[n]
            .home
            .scratch(&format!("backup-{}", self.count));
        std::fs::create_dir(&folder).expect("a folder");
        self.run(n, &["--yes", "backup", "--to", path_text(&folder)]);
        let file = std::fs::read_dir(&folder)
            .expect("a folder")
            .flatten()
            .next();
        if let Some(file) = file {
            self.run(to, &["--yes", "import", path_text(&file.path())]);
        }
    }

    /// Shuts a device out that cannot spend; two are always left.
    fn remove(&mut self, n: usize) {
        if n < 2 || self.devices[n].is_removed {
            return;
        }
        let id = self.id_of(n);
        let (sure, _) = self.run(0, &["--yes", "device", "remove", &id]);
        // Killed: it may be done.
        let circle = self.devices[0].home.ok(&["device", "list"]);
        let devices = circle["devices"].as_array().cloned().unwrap_or_default();
        let done = devices
            .iter()
            .any(|one| one["id"] == id.as_str() && !one["removed_at"].is_null());
        assert!(done || !sure);
        if done {
            self.devices[n].is_removed = true;
            // What the owner's older copies do not know is not removed there.
            self.devices[0].copy = None;
            self.model.removed(n);
        }
    }

    fn id_of(&self, n: usize) -> String {
        let circle = self.devices[n].home.ok(&["device", "list"]);
        let devices = circle["devices"].as_array().cloned().unwrap_or_default();
        let this = devices.iter().find(|one| one["this"] == true);
        text(&this.expect("this one")["id"]).to_owned()
    }

    /// Shuts one out that could not spend, if there is one; it goes on writing.
    pub fn remove_one(&mut self) {
        let last = self.devices.len() - 1;
        self.remove(last);
    }

    /// Goes the two calm rounds after which all that belong know the same (ADR 0035), whatever they wrote before: in each, every
    /// device goes one round with every place that it uses. Between the two, one that uses both places brings to each what lies
    /// in the other.
    pub fn calm(&mut self) {
        for meeting in &mut self.meetings {
            meeting.calm();
        }
        self.log.push(format!("met {:?}", self.met()));
        let _ = self.chain.mine(1);
        for n in 0..self.devices.len() {
            let asked = self.devices[n].home.run(&["sync"]);
            assert_eq!(asked.code, 0, "{asked:?}");
        }
        let mut order: Vec<_> = (0..self.devices.len()).collect();
        self.shuffle(&mut order);
        for n in order.iter().copied() {
            self.goes_round(n);
        }
        let bridge = (0..self.devices.len()).find(|n| self.devices[*n].places.len() > 1);
        if let Some(bridge) = bridge {
            for _ in 0..2 {
                self.goes_round(bridge);
            }
        }
        self.shuffle(&mut order);
        for n in order {
            self.goes_round(n);
        }
        let (alike, asked) = self.know_the_same();
        assert!(alike, "they do not know the same after two rounds");
        // What a device asks for in calm itself, addresses to be set aside, is new, and heard afterwards.
        for _ in 0..2 {
            if !asked || !self.know_the_same().1 {
                return;
            }
            for n in 0..self.devices.len() {
                self.goes_round(n);
            }
        }
        assert!(
            !self.know_the_same().1,
            "they never stop asking for addresses"
        );
    }

    /// Whether all that belong know the same but for addresses that somebody just asked for; and whether somebody did.
    fn know_the_same(&mut self) -> (bool, bool) {
        let digests: BTreeMap<usize, Value> = (0..self.devices.len())
            .filter(|n| !self.devices[*n].is_removed)
            .map(|n| (n, self.devices[n].home.ok(&["bundle", "digest"])))
            .collect();
        self.log.push(format!("calm: {digests:#?}"));
        let parts = |parts: &[&str]| -> BTreeSet<String> {
            let digests = digests.values();
            let shown = digests.map(|digest| {
                let parts = parts.iter().map(|part| digest[*part].clone());
                Value::from_iter(parts).to_string()
            });
            shown.collect()
        };
        let asked = parts(&["leases"]).len() > 1;
        let all = parts(&["state", "members"]).len() == 1;
        let others = [
            "members",
            "wallets",
            "values",
            "locked",
            "addresses",
            "payments",
            "opaque",
            "missing",
        ];
        (all || asked && parts(&others).len() == 1, asked)
    }

    /// What requests met on their way to the places, for people.
    pub fn met(&self) -> Vec<String> {
        self.meetings.iter().map(Meeting::met).collect()
    }

    fn shuffle(&mut self, order: &mut [usize]) {
        for last in (1..order.len()).rev() {
            order.swap(last, self.dice.below(last + 1));
        }
    }

    fn goes_round(&mut self, n: usize) {
        let done = self.devices[n].home.run(&["bundle", "sync"]);
        assert_eq!(done.code, 0, "{done:?}");
        self.log.push(format!("calm {n}: {}", done.stdout.trim()));
        if self.devices[n].is_removed {
            return;
        }
        for round in done.json["rounds"].as_array().expect("rounds") {
            assert!(round["stopped"].is_null(), "{n}: {round}");
        }
    }

    /// What a home shows of what is shared.
    fn shown(&self, n: usize) -> Shown {
        let home = &self.devices[n].home;
        let mut shown = Shown::default();
        let file = home.scratch("labels.jsonl");
        home.ok(&["--yes", "labels", "export", "--force", path_text(&file)]);
        for line in std::fs::read_to_string(&file).expect("written").lines() {
            let record: Value = serde_json::from_str(line).expect("a record");
            if let Some(label) = record["label"].as_str().filter(|text| !text.is_empty()) {
                let on = text(&record["ref"]).to_owned();
                shown.labels.insert(on, label.to_owned());
            }
        }
        for side in ["receive", "change"] {
            let page = home.ok(&["address", "list", "--limit", "500", "--side", side]);
            for row in page["addresses"].as_array().expect("a list") {
                shown.addresses.insert(text(&row["address"]).to_owned());
            }
        }
        let page = home.ok(&["coins", "--limit", "500"]);
        for coin in page["coins"].as_array().expect("a list") {
            let is_locked = coin["locked"] == true;
            let outpoint = text(&coin["outpoint"]).to_owned();
            shown.coins.insert(outpoint, is_locked);
        }
        shown.balance = home.ok(&["balance"])["confirmed"].clone();
        shown.name = home.ok(&["wallet", "list"])[0]["name"].clone();
        shown
    }

    /// Compares what homes show with each other and with what must be there.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut first: Option<Shown> = None;
        for (n, device) in self.devices.iter().enumerate() {
            if device.is_removed {
                continue;
            }
            let shown = self.shown(n);
            let own = self
                .model
                .faults(&shown.labels, &shown.coins, &shown.addresses);
            faults.extend(own.into_iter().map(|fault| format!("{n}: {fault}")));
            match &first {
                None => first = Some(shown),
                Some(first) if shown.labels != first.labels => {
                    faults.push(format!("labels of {n} differ"));
                }
                Some(first) if shown.coins != first.coins => {
                    faults.push(format!(
                        "coins of {n}: {:?}, {:?}",
                        shown.coins, first.coins
                    ));
                }
                Some(first) if (&shown.balance, &shown.name) != (&first.balance, &first.name) => {
                    faults.push(format!("balance or name of {n} differ"));
                }
                Some(_) => {}
            }
        }
        faults
    }
}

#[derive(Debug, Default)]
struct Shown {
    labels: BTreeMap<String, String>,
    coins: BTreeMap<String, bool>,
    addresses: BTreeSet<String>,
    balance: Value,
    name: Value,
}
