//! What two homes of one wallet do while neither hears of the other.

use bitcoin::consensus::encode::deserialize_hex;
use bitcoin::{Amount, Transaction};
use satchel_sandbox::Sandbox;
use serde_json::{Value, json};

use super::both;
use super::shown::told_of;
use crate::support::{Answer, ELSEWHERE, Home, path_text, regtest, text};

/// What both must hear of once they met.
pub struct Apart {
    /// The first payment with the coin that both spent.
    pub first: String,
    /// What took its place.
    pub second: String,
    /// The second's owner replaced it on purpose, and so is not told.
    meant: bool,
    /// The output that both labelled, and what each said.
    pub labelled: (String, [String; 2]),
    /// A coin that both locked while one of them took the lock off.
    pub locked: String,
    /// Labels of payments that were prepared and not sent.
    pub prepared: [String; 2],
}

/// Pays a home and returns the outputs, by the amounts.
fn paid(home: &Home, chain: &Sandbox, amounts: &[u64]) {
    for sats in amounts {
        let script = regtest(&home.address()).script_pubkey();
        let paid = chain.faucet(script, Amount::from_sat(*sats));
        paid.expect("the faucet pays");
    }
}

fn draft_of(home: &Home, state: &str, label: &str) -> Value {
    let drafts = home.ok(&["draft", "list"]);
    let drafts = drafts.as_array().expect("a list").iter();
    let mut found = drafts.filter(|draft| draft["state"] == state && draft["label"] == label);
    found.next().cloned().expect("prepared")
}

/// Labels of the kinds that other wallets' files have and no command writes.
fn import_labels(home: &Home, coin: &str, who: &str, n: usize) {
    let file = home.scratch("theirs.jsonl");
    let key = format!("02{:064x}", 0x1111 + n);
    let records = [
        json!({"type": "input", "ref": coin, "label": format!("an input of the {who} {n}")}),
        json!({"type": "pubkey", "ref": key, "label": format!("a key {n}")}),
    ];
    let lines: String = records.iter().map(|record| format!("{record}\n")).collect();
    std::fs::write(&file, lines).expect("a file");
    home.ok(&["labels", "import", path_text(&file)]);
}

/// Lets both edit, lock, hand out, prepare, and pay twice with one coin.
pub fn apart(homes: [&Home; 2], chain: &Sandbox, n: usize) -> Apart {
    let [desk, phone] = homes;
    // Each is paid on addresses that it hands out, and finds all of it.
    let amounts = [100_000, 60_000, 50_000, 40_000, 30_000].map(|sats| sats + n as u64);
    let [spent, kept, drafted, other, signed] = amounts;
    paid(desk, chain, &[spent, kept, drafted]);
    paid(phone, chain, &[other, signed]);
    let [found, _] = both(homes, |home| {
        home.ok(&["sync"]);
        home.ok(&["coins", "--limit", "500"])
    });
    let coins = found["coins"].as_array().expect("a list");
    let [spent, kept, drafted, other, signed] = amounts.map(|sats| {
        let coin = coins.iter().find(|coin| coin["amount"] == sats);
        text(&coin.expect("just paid")["outpoint"]).to_owned()
    });
    let says = ["desk", "phone"].map(|who| format!("{who} says {n}"));
    let prepared = [format!("for the baker {n}"), format!("for the rent {n}")];
    both(homes, |home| {
        let is_desk = home.path() == desk.path();
        let (own, who, [mine, _]) = match is_desk {
            true => (&kept, "desk", [&says[0], &says[1]]),
            false => (&other, "phone", [&says[1], &says[0]]),
        };
        // Each labels things of its own, and both the same.
        home.ok(&["label", "output", own, &format!("kept by the {who} {n}")]);
        home.ok(&["label", "output", &spent, mine]);
        let (txid, _) = own.split_once(':').expect("an outpoint");
        home.ok(&["label", "tx", txid, &format!("paid to the {who} {n}")]);
        import_labels(home, own, who, n);
        // One locks what the other locks and takes off again.
        home.ok(&["coins", "lock", &kept]);
        if !is_desk {
            home.ok(&["coins", "unlock", &kept]);
            home.ok(&["coins", "lock", &other]);
        }
        home.ok(&["address", "new", "--label", &format!("handed out {n}")]);
        // One prepares a payment, the other signs one; neither is sent.
        let pay = ["--to", ELSEWHERE, "--amount", "7000", "--no-sync"];
        let (coin, rate, label) = match is_desk {
            true => (&drafted, "2.5", &prepared[0]),
            false => (&signed, "3", &prepared[1]),
        };
        let with = ["--coin", coin, "--fee-rate", rate, "--label", label];
        if is_desk {
            home.ok(&[&["draft", "create"], &pay[..], &with].concat());
        } else {
            home.ok(&[&["--yes", "sign"], &pay[..], &with].concat());
        }
    });
    let (first, second) = twice(desk, phone, chain, &spent, n);
    Apart {
        first,
        second,
        meant: n % 2 == 1,
        labelled: (spent, says),
        locked: kept,
        prepared,
    }
}

/// Spends one coin on both. The desk pays; the phone knows nothing of it and pays more, because its owner wants that.
/// Returns both payments.
fn twice(desk: &Home, phone: &Home, chain: &Sandbox, coin: &str, n: usize) -> (String, String) {
    let pay = |sats, rate| {
        let coin = ["--coin", coin, "--no-sync", "--fee-rate", rate, "--label"];
        [&["--to", ELSEWHERE, "--amount", sats][..], &coin].concat()
    };
    // Not the same amount: what pays whom the other paid takes nothing from anybody.
    let mine = format!("the phone's payment {n}");
    let own = [pay("21000", "9.5"), vec![mine.as_str()]].concat();
    let signed = n
        .is_multiple_of(2)
        .then(|| phone.ok(&[&["--yes", "sign"], &own[..]].concat()));
    let theirs = format!("the desk's payment {n}");
    let first = [pay("20000", "2"), vec![theirs.as_str()]].concat();
    let first = desk.ok(&[&["--yes", "send"], &first[..]].concat());
    let first = text(&first["txid"]).to_owned();
    assert_eq!(pending(chain), first, "the desk paid");
    let refused = (6, "payment_conflict".to_owned());
    let Some(signed) = signed else {
        // Told before it is signed: what it prepared stays unsigned.
        let sent = phone.run(&[&["--yes", "send"], &own[..]].concat());
        assert_eq!((sent.code, code_of(&sent)), refused);
        let left = draft_of(phone, "open", &mine);
        // By its id: whose it is nobody told the phone.
        let named = format!("payment {first}, which was sent");
        assert!(sent.stderr.contains(&named), "{}", sent.stderr);
        assert_eq!(pending(chain), first, "nothing else was sent");
        // Its owner wants the coin back all the same.
        phone.ok(&["cancel", "--draft", text(&left["id"])]);
        let cancel = ["--yes", "cancel", &first, "--fee-rate", "25"];
        let second = text(&phone.ok(&cancel)["txid"]).to_owned();
        return (first, second);
    };
    // Told before it is sent, though it was signed while nobody had paid.
    let draft = draft_of(phone, "signed", &mine);
    let send = ["--yes", "send", "--draft", text(&draft["id"])];
    assert_eq!(phone.fails(&send), refused);
    assert_eq!(pending(chain), first, "nothing else was sent");
    // Its owner takes what was signed to the network by another way.
    let raw: Transaction = deserialize_hex(text(&signed["raw"])).expect("a transaction");
    chain.broadcast(raw).expect("it pays more");
    (first, text(&signed["txid"]).to_owned())
}

/// The code of an error that was answered.
fn code_of(answer: &Answer) -> String {
    let last = answer.stderr.lines().last().unwrap_or_default();
    let error: Value = serde_json::from_str(last).unwrap_or_default();
    text(&error["code"]).to_owned()
}

/// What waits for a block, which is one payment at most.
fn pending(chain: &Sandbox) -> String {
    let txids = chain.mempool_txids().into_iter();
    let txids: Vec<_> = txids.map(|txid| txid.to_string()).collect();
    txids.join(" ")
}

impl Apart {
    /// Asserts that both were told what became of the payments with one coin.
    pub fn is_told(&self, [desk, phone]: [&Home; 2]) {
        let told = told_of(desk, &self.first);
        assert_eq!(told["replaced_by"], self.second.as_str());
        assert!(told["dismissed_at"].is_null(), "it stands: {told}");
        let said = text(&told["text"]);
        assert!(said.ends_with("was replaced by Phone's payment."), "{said}");
        let told = told_of(phone, &self.first);
        assert_eq!(told["replaced_by"], self.second.as_str());
        assert_eq!(told["dismissed_at"].is_null(), !self.meant, "{told}");
        for home in [desk, phone] {
            let row = home.row(&self.second);
            assert_eq!(row["status"], "confirmed", "{row}");
        }
        assert_eq!(desk.row(&self.first)["replaced_by"], self.second.as_str());
    }

    /// Asserts that what both wrote, locked and prepared is as it must be, in what both show alike.
    pub fn is_kept(&self, shown: &Value, circle: &Value) {
        let list = |of: &Value, part: &str| of[part].as_array().expect("a list").clone();
        let coins = list(shown, "coins");
        let kept = coins
            .iter()
            .find(|coin| coin["outpoint"] == self.locked.as_str());
        assert_eq!(kept.expect("it is there")["locked"], true, "a lock wins");
        // Both values of what both labelled.
        let (on, says) = &self.labelled;
        let conflicts = list(circle, "conflicts");
        let of = conflicts
            .iter()
            .find(|one| one["on"]["target"] == on.as_str());
        let of = of.unwrap_or_else(|| panic!("no choice of {on} among {conflicts:?}"));
        assert_eq!(
            of["all"],
            json!([[says[0], "Desk"], [says[1], "Phone"]]),
            "{of}"
        );
        // A payment that was prepared is there with its label and its parts, open or signed.
        for (label, state) in self.prepared.iter().zip(["open", "signed"]) {
            let drafts = list(shown, "drafts");
            let mut found = drafts
                .iter()
                .filter(|draft| draft["label"] == label.as_str());
            let draft = found
                .next()
                .unwrap_or_else(|| panic!("{label}: {drafts:?}"));
            assert_eq!(draft["state"], state, "{draft}");
            assert_eq!(draft["recipients"][0]["address"], ELSEWHERE, "{draft}");
        }
    }
}
