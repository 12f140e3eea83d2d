//! Every command once, in an order in which each has something to do.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bitcoin::Transaction;
use satchel_ports::Answer;
use satchel_shell::windows::{MAIN, SEALED};
use serde_json::{Value, json};

use crate::chain;
use crate::harness::{Harness, Page};
use crate::other::Other;
use crate::person::{Asked, Person};

/// What one command did.
#[derive(Debug, Clone)]
pub struct Seen {
    pub command: &'static str,
    pub consents: Vec<String>,
    pub sealed: Vec<String>,
    pub file: bool,
    /// Code of the error while the vault is locked; `None`: it answers.
    pub locked: Option<String>,
    /// What it was called with.
    request: Value,
}

/// What a walk showed.
#[derive(Default)]
pub struct Walk {
    pub seen: Vec<Seen>,
    /// Codes of those that were said no to.
    pub refused: Vec<(&'static str, String)>,
}

/// Somebody's wallet whose keys are elsewhere: the account of BIP-0084's words on test networks.
const WATCHED: &str = "wpkh([73c5da0a/84h/1h/0h]tpubDC8msFGeGuwnKG9Upg7DM2b4DaRqg3CUZa5g8v2SRQ6K4NSkxUgd7HsL2XVWbVm39yBA4LAxysQAm397zwQSQoQgewGiYZqrA9DsP4zbQ1M/0/*)";
/// Somebody's address to pay to.
const TO: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";

/// Another.
const OTHERS: &str = "bcrt1qqgpqyqszqgpqyqszqgpqyqszqgpqyqszazmwwa";

/// What fails here after it asked what it asks: there is no sandbox, nobody shows the code that is typed, nobody
/// reads the one that is shown, no device waits for digits, no two devices wrote apart, nothing is to be put away, nobody
/// logs in at a folder, nothing was signed elsewhere, no other device shows anything, the wallet that could be brought back is said no to, and the keys of
/// the wallet whose coins are to be moved are elsewhere.
const FAILS_HERE: [&str; 15] = [
    "cmd_get_sandbox_coins",
    "cmd_join_pairing",
    "cmd_host_pairing",
    "cmd_type_pairing_digits",
    "cmd_settle_conflict",
    "cmd_dismiss_notice",
    "cmd_set_place_password",
    "cmd_recover_circle",
    "cmd_take_scanned",
    "cmd_import_scanned",
    "cmd_meet_scanned",
    "cmd_take_keys",
    "cmd_begin_sweep",
    "cmd_draft_sweep",
    "cmd_finish_sweep",
];

struct Stage {
    harness: Harness,
    main: Page,
    person: Person,
    refuse: Vec<&'static str>,
    walk: Walk,
    ids: u32,
}

/// Calls every command. Those named in `refuse` are said no to before they are agreed to.
pub fn walk(refuse: Option<&[&'static str]>) -> Walk {
    let harness = Harness::of_every_system();
    let (main, sealed) = (harness.page(MAIN), harness.page(SEALED));
    let mut stage = Stage {
        main,
        person: Person::new(sealed),
        refuse: refuse.unwrap_or_default().to_vec(),
        walk: Walk::default(),
        ids: 0,
        harness,
    };
    stage.everything();
    if refuse.is_none() {
        stage.once_more_locked();
    }
    stage.walk
}

fn code(error: &Value) -> String {
    error["code"]
        .as_str()
        .unwrap_or_else(|| panic!("{error} is no typed error"))
        .to_owned()
}

impl Stage {
    /// A new request id.
    fn id(&mut self) -> String {
        self.ids += 1;
        format!("{:032x}", self.ids)
    }

    /// Calls a command whose request is made anew for each try.
    fn call_with(&mut self, command: &'static str, request: impl Fn(String) -> Value) -> Value {
        if self.refuse.contains(&command) {
            self.harness.confirm.then(Ok(Answer::Declined));
            let request = request(self.id());
            let (answer, _) = self
                .person
                .call(&self.harness, &self.main, command, request);
            let sent = self.harness.chain.sent().len();
            let error = answer.expect_err("it was declined");
            self.walk.refused.push((command, code(&error)));
            assert_eq!(self.harness.chain.sent().len(), sent);
        }
        let request = request(self.id());
        let (answer, asked) = self
            .person
            .call(&self.harness, &self.main, command, request.clone());
        let Asked {
            consents,
            sealed,
            file,
        } = asked;
        if !self.walk.seen.iter().any(|seen| seen.command == command) {
            self.walk.seen.push(Seen {
                command,
                consents,
                sealed,
                file,
                locked: None,
                request,
            });
        }
        if FAILS_HERE.contains(&command) {
            assert!(answer.is_err(), "{command} was to fail here");
            return Value::Null;
        }
        answer.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    fn call(&mut self, command: &'static str, request: Value) -> Value {
        self.call_with(command, |_| json!({ "req": request.clone() }))
    }

    /// Calls a command that takes an intent's id and nothing else that matters here.
    fn intend(&mut self, command: &'static str) -> Value {
        self.call_with(
            command,
            |id| json!({ "req": { "request_id": id, "wallet_id": null } }),
        )
    }

    fn create(&mut self, command: &'static str, network: &str) -> Value {
        let kind = Value::Null;
        self.call_with(command, |id| {
            json!({ "req": {
                "request_id": id, "name": "Savings", "network": network, "script_type": kind,
            } })
        })
    }

    fn everything(&mut self) {
        self.call_with(
            "cmd_frontend_ready",
            |_| json!({ "events": "__CHANNEL__:0" }),
        );
        self.create("cmd_create_wallet", "regtest");
        let listed = self.call("cmd_list_wallets", Value::Null);
        let wallet = listed[0]["id"].clone();
        self.call("cmd_lock_wallet", Value::Null);
        self.call("cmd_unlock_wallet", json!({ "by": "sealed_window" }));
        self.call("cmd_show_words", json!({}));
        self.call("cmd_check_words", json!({}));
        self.call("cmd_select_wallet", json!({ "wallet_id": wallet }));
        self.call(
            "cmd_rename_wallet",
            json!({ "wallet_id": wallet, "name": "Main" }),
        );
        self.call("cmd_get_wallet_info", json!({}));
        self.money();
        self.doors();
        self.files();
        self.devices();
        // Last, since other wallets are made by it. The same words on another network are another wallet.
        self.create("cmd_restore_wallet", "signet");
        self.intend("cmd_set_passphrase");
    }

    fn money(&mut self) {
        let address = self.call_with(
            "cmd_generate_address",
            |id| json!({ "req": { "request_id": id, "wallet_id": null, "label": "rent" } }),
        );
        let address = address["address"].as_str().expect("an address");
        let funding = chain::fund(&self.harness, address);
        self.call("cmd_sync_wallet", json!({ "wallet_id": null }));
        self.call("cmd_cancel_sync", json!({}));
        self.call("cmd_get_balance", json!({}));
        self.call("cmd_get_addresses", json!({ "side": "receive" }));
        self.call("cmd_get_transaction_history", json!({}));
        self.call("cmd_get_transaction", json!({ "txid": funding }));
        self.call("cmd_get_tx_status", json!({ "txid": funding }));
        let coins = self.call("cmd_get_unspent_outputs", json!({}));
        let coin = coins["coins"][0]["outpoint"].clone();
        for locked in [true, false] {
            self.call(
                "cmd_set_coin_lock",
                json!({ "wallet_id": null, "outpoint": coin, "locked": locked }),
            );
        }
        self.call("cmd_get_fee_estimates", json!({}));
        self.call("cmd_parse_payment", json!({ "text": TO }));
        self.call("cmd_make_qr", json!({ "text": TO }));
        self.contacts();
        self.call(
            "cmd_set_label",
            json!({ "wallet_id": null, "kind": "tx", "target": funding, "label": "salary" }),
        );
        let signed = self.draft();
        self.call("cmd_get_draft", json!({ "draft_id": signed }));
        self.call("cmd_list_drafts", json!({}));
        self.scans(&signed);
        self.call("cmd_sign_transaction", json!({ "draft_id": signed }));
        let paid = self.draft();
        self.call("cmd_send_transaction", json!({ "draft_id": paid }));
        let sent = self
            .harness
            .chain
            .sent()
            .last()
            .map(Transaction::compute_txid);
        let sent = sent.expect("it was sent").to_string();
        self.call_with("cmd_bump_transaction", |id| {
            json!({ "req": {
                "request_id": id, "wallet_id": null, "txid": sent, "fee_rate": 20,
            } })
        });
        self.call_with("cmd_cancel_transaction", |id| {
            json!({ "req": {
                "request_id": id, "wallet_id": null, "txid": sent, "draft_id": null, "fee_rate": 30,
            } })
        });
        self.call("cmd_get_sandbox_coins", json!({}));
        // Less may leave from now on, and then more again: what is asked is asked for the latter.
        let limit = |sats: u64| json!({ "per_payment": sats, "per_day": null });
        self.quietly("cmd_set_limits", limit(1_000));
        self.call("cmd_set_limits", limit(2_000));
        self.call("cmd_get_limits", Value::Null);
    }

    /// Whom its owner pays. One of another device comes later.
    fn contacts(&mut self) {
        let mum = self.call_with("cmd_add_contact", |id| {
            json!({ "req": {
                "request_id": id, "wallet_id": null, "name": "Mum", "note": null, "address": TO,
            } })
        });
        let (contact, address) = (mum["id"].clone(), mum["addresses"][0]["id"].clone());
        self.call("cmd_list_contacts", json!({}));
        self.call(
            "cmd_rename_contact",
            json!({ "contact_id": contact, "name": "Mother", "note": "birthday" }),
        );
        self.call_with("cmd_keep_contact_address", |id| {
            json!({ "req": {
                "request_id": id, "contact_id": contact, "instead_of": address,
                "wallet_id": null, "address": OTHERS,
            } })
        });
        self.call(
            "cmd_choose_contact",
            json!({ "wallet_id": null, "contact_id": contact, "address_id": address }),
        );
        self.call(
            "cmd_remove_contact_address",
            json!({ "contact_id": contact, "address_id": address }),
        );
        self.call("cmd_remove_contact", json!({ "contact_id": contact }));
    }

    /// What is scanned is the draft itself, which nobody signed: taking that fails.
    fn scans(&mut self, draft: &str) {
        let open = self.call_with("cmd_open_scan", |_| json!({}));
        let scan = open["scan"].clone();
        let head = u32::try_from(scan.as_u64().expect("a number")).expect("small");
        let body = |rest: &[u8]| {
            let bytes = [&head.to_le_bytes()[..], rest].concat();
            json!({ "bytes": STANDARD.encode(bytes) })
        };
        let frame = body(&[2, 0, 1, 0, 9, 9]);
        self.call_with("cmd_scan_frame", |_| frame.clone());
        let image = body(TO.as_bytes());
        self.call_with("cmd_scan_image", |_| image.clone());
        let file = self.harness.home.path().join("code.txt");
        std::fs::write(&file, TO).expect("a file");
        self.harness.files.then(file);
        self.call("cmd_scan_file", json!({ "scan": scan }));
        self.call("cmd_scan_clipboard", json!({ "scan": scan }));
        self.call("cmd_scan_natively", json!({ "scan": scan }));
        self.call_with("cmd_get_camera_access", |_| json!({}));
        self.harness.eyes.bar(true);
        self.call_with("cmd_open_app_settings", |_| json!({}));
        self.call("cmd_scan_text", json!({ "scan": scan, "text": TO }));
        self.call_with(
            "cmd_take_scanned",
            |id| json!({ "req": { "request_id": id, "scan": scan } }),
        );
        self.call_with(
            "cmd_import_scanned",
            |id| json!({ "req": { "request_id": id, "scan": scan } }),
        );
        self.call_with(
            "cmd_meet_scanned",
            |id| json!({ "req": { "request_id": id, "scan": scan } }),
        );
        self.quietly("cmd_scan_text", json!({ "scan": scan, "text": WATCHED }));
        self.call_with("cmd_watch_scanned", |id| {
            json!({ "req": {
                "request_id": id, "scan": scan, "name": "Cold", "network": "regtest", "script_type": null,
            } })
        });
        // What follows is about the wallet of before.
        let first = self.main.call("cmd_list_wallets", json!({})).expect("open")[0]["id"].take();
        self.quietly("cmd_select_wallet", json!({ "wallet_id": first }));
        let show = json!({ "draft_id": draft, "code": "bbqr", "density": "low", "from": 0 });
        self.call("cmd_show_draft", show);
        self.harness.files.on_phone(true);
        let hand = json!({ "kind": "draft", "draft_id": draft });
        self.call("cmd_hand_over", hand);
        self.harness.files.on_phone(false);
        self.call("cmd_close_scan", json!({ "scan": scan }));
        self.call("cmd_get_link", json!({}));
        self.call("cmd_dismiss_link", json!({ "number": 1 }));
    }

    fn doors(&mut self) {
        self.call("cmd_keychain_status", Value::Null);
        self.intend("cmd_enrol_keychain");
        self.intend("cmd_remove_keychain");
        self.call("cmd_get_backend", json!({}));
        self.call(
            "cmd_set_backend",
            json!({ "network": "regtest", "url": "http://127.0.0.1:2/api" }),
        );
        let settings =
            |minutes: u16| json!({ "unit": "sats", "theme": "dark", "auto_lock_minutes": minutes });
        self.call("cmd_set_settings", settings(60));
        self.call("cmd_open_console", json!({}));
        self.call(
            "cmd_report_page_error",
            json!({ "kind": "error", "message": "nothing" }),
        );
    }

    fn files(&mut self) {
        let file = self.harness.home.path().join("Main.satchel");
        self.files_then(&file);
        self.intend("cmd_export_wallet");
        self.harness.files.then(file);
        self.intend("cmd_import_wallet");
        let folder = self.harness.home.path().join("backups");
        std::fs::create_dir(&folder).expect("a folder");
        self.files_then(&folder);
        self.intend("cmd_backup_wallet");
        self.call("cmd_get_backup_health", Value::Null);
        self.call_with(
            "cmd_prove_backup",
            |id| json!({ "req": { "request_id": id, "choose": false } }),
        );
        self.plain_files();
    }

    /// Files of other wallets.
    fn plain_files(&mut self) {
        let labels = self.harness.home.path().join("Main.jsonl");
        self.files_then(&labels);
        self.intend("cmd_export_labels");
        self.harness.files.then(labels);
        let read = self.intend("cmd_read_labels")["read_id"].clone();
        self.call_with(
            "cmd_take_labels",
            |id| json!({ "req": { "request_id": id, "read_id": read, "differing": "keep_ours" } }),
        );
        let descriptors = self.harness.home.path().join("Main.bip138");
        self.files_then(&descriptors);
        self.intend("cmd_export_descriptors");
        self.harness.files.then(descriptors);
        self.intend("cmd_read_descriptors");
        let description = self.harness.home.path().join("Main.json");
        self.files_then(&description);
        self.intend("cmd_export_metadata");
    }

    fn devices(&mut self) {
        let nobody = ["abandon"; 8].join(" ");
        self.call_with("cmd_join_pairing", |id| {
            json!({ "steps": "__CHANNEL__:1", "req": {
                "request_id": id, "name": "Desk", "code": nobody, "at": ["127.0.0.1:9"],
            } })
        });
        self.call_with(
            "cmd_found_circle",
            |id| json!({ "req": { "request_id": id, "name": "Desk" } }),
        );
        self.call(
            "cmd_show_meeting",
            json!({ "part": "heads", "density": "low", "from": 0 }),
        );
        self.call_with("cmd_take_keys", |id| {
            json!({ "steps": "__CHANNEL__:3", "req": {
                "request_id": id, "code": nobody, "at": ["127.0.0.1:9"],
            } })
        });
        let shell = Arc::clone(&self.harness.shell);
        let stopping = std::thread::spawn(move || {
            while !shell.pairing.is_shown() {
                std::thread::yield_now();
            }
            shell.pairing.stop();
        });
        self.call_with(
            "cmd_host_pairing",
            |id| {
                json!({ "steps": "__CHANNEL__:2", "req": { "request_id": id, "give_keys": false } })
            },
        );
        stopping.join().expect("no panic");
        self.call("cmd_type_pairing_digits", json!({ "digits": "123456" }));
        self.call("cmd_cancel_pairing", Value::Null);
        let other = Other::new();
        other.join(&self.harness, &self.person);
        let folder = self.harness.home.path().join("meeting");
        std::fs::create_dir(&folder).expect("a folder");
        other.leave_in(&folder);
        self.files_then(&folder);
        self.call_with(
            "cmd_add_place",
            |id| json!({ "req": { "request_id": id, "place": { "kind": "folder" } } }),
        );
        self.call("cmd_sync_places", json!({ "place_id": null }));
        self.call("cmd_cancel_sync_places", Value::Null);
        self.intend("cmd_make_recovery_words");
        self.quietly("cmd_sync_places", json!({ "place_id": null }));
        self.files_then(&folder);
        // The other device's wallet is for the next command: one answer more that is no.
        self.harness.confirm.then(Ok(Answer::Declined));
        self.call_with("cmd_recover_circle", |id| {
            json!({ "steps": "__CHANNEL__:4", "req": {
                "request_id": id, "place": { "kind": "folder" },
            } })
        });
        self.call("cmd_cancel_recover_circle", Value::Null);
        // Whoever says no several times is not asked for a while; a yes in between ends that.
        let once_more = json!({ "request_id": self.id(), "wallet_id": null });
        self.quietly("cmd_make_recovery_words", once_more);
        let places = self.call("cmd_list_places", Value::Null);
        let circle = self.call("cmd_get_circle", Value::Null)["circle"].take();
        let offered = circle["offered"][0]["id"].clone();
        self.call_with(
            "cmd_take_wallet",
            |id| json!({ "req": { "request_id": id, "wallet_id": offered } }),
        );
        let known = self.main.call("cmd_list_contacts", json!({ "req": {} }));
        let dad = known.expect("it is open")["contacts"][0].take();
        let address = dad["addresses"][0]["id"].clone();
        self.call(
            "cmd_compare_contact",
            json!({ "contact_id": dad["id"], "address_id": address }),
        );
        self.call("cmd_list_notices", json!({}));
        self.call(
            "cmd_dismiss_notice",
            json!({ "notice_id": format!("{:032x}", 1) }),
        );
        self.call("cmd_list_conflicts", Value::Null);
        let on = json!({ "kind": "wallet_name", "wallet_id": offered });
        self.call("cmd_settle_conflict", json!({ "on": on, "text": "Boat" }));
        self.call("cmd_dismiss_circle_notice", json!({ "place_id": null }));
        let phone = circle["devices"][1]["id"].clone();
        self.call_with(
            "cmd_remove_device",
            |id| json!({ "req": { "request_id": id, "device_id": phone } }),
        );
        self.call("cmd_list_sweeps", Value::Null);
        for command in ["cmd_begin_sweep", "cmd_finish_sweep"] {
            self.call_with(
                command,
                |id| json!({ "req": { "request_id": id, "wallet_id": offered } }),
            );
        }
        self.call_with("cmd_draft_sweep", |id| {
            json!({ "req": {
                "request_id": id, "wallet_id": offered, "fee_rate": 10, "locked": null,
            } })
        });
        self.call_with(
            "cmd_waive_sweep",
            |id| json!({ "req": { "request_id": id, "wallet_id": offered } }),
        );
        let place = places[0]["place"]["id"].clone();
        self.call_with(
            "cmd_set_place_password",
            |id| json!({ "req": { "request_id": id, "place_id": place } }),
        );
        self.call("cmd_remove_place", json!({ "place_id": place }));
    }

    /// The same answer once more for the try that is declined.
    fn files_then(&self, path: &std::path::Path) {
        for _ in 0..=usize::from(!self.refuse.is_empty()) {
            self.harness.files.then(path.to_owned());
        }
    }

    /// Calls a command without noting it.
    fn quietly(&self, command: &'static str, request: Value) {
        let request = json!({ "req": request });
        let (answer, _) = self
            .person
            .call(&self.harness, &self.main, command, request);
        answer.unwrap_or_else(|error| panic!("{command}: {error}"));
    }

    fn draft(&mut self) -> String {
        let draft = self.call_with("cmd_create_draft", |id| {
            json!({ "req": {
                "request_id": id, "wallet_id": null,
                "recipients": [{ "address": TO, "amount": 100_000 }],
                "fee_rate": 10, "coins": null, "label": null, "replaces": null,
            } })
        });
        draft["id"].as_str().expect("an id").to_owned()
    }

    /// Calls everything again with the vault locked, without somebody who would open it.
    fn once_more_locked(&mut self) {
        let commands: Vec<_> = self.walk.seen.iter().map(|seen| seen.command).collect();
        for (at, command) in commands.into_iter().enumerate() {
            self.main
                .call("cmd_lock_wallet", json!({}))
                .expect("it locks");
            self.walk.seen[at].locked = self.while_locked(command);
        }
    }

    fn while_locked(&mut self, command: &'static str) -> Option<String> {
        let id = self.id();
        let seen = self.walk.seen.iter().find(|seen| seen.command == command);
        let mut request = seen.expect("it was called").request.clone();
        if let Some(old) = request.pointer_mut("/req/request_id") {
            *old = Value::from(id);
        }
        let page = self.main.clone();
        let call = std::thread::spawn(move || page.call(command, request));
        while !call.is_finished() {
            if self.harness.sealed_opens_soon().is_some() {
                self.harness.owner_closes_sealed();
            }
        }
        let answer = call.join().expect("no panic");
        answer.err().map(|error| code(&error))
    }
}
