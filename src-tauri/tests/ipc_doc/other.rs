//! Another device, with a wallet of its own, that joins the circle of the one that is walked.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread::{JoinHandle, spawn};

use satchel_shell::windows::{MAIN, SEALED};
use satchel_wire::pairing::{HostStep, JoinStep};
use serde_json::{Value, json};

use crate::harness::{Harness, Page};
use crate::person::Person;

pub struct Other {
    harness: Harness,
    main: Page,
    person: Person,
}

impl Other {
    /// Makes it, with a wallet.
    pub fn new() -> Self {
        let harness = Harness::seeded(2);
        let (main, sealed) = (harness.page(MAIN), harness.page(SEALED));
        let person = Person::new(sealed);
        let other = Self {
            harness,
            main,
            person,
        };
        let wallet = json!({
            "request_id": "00000000000000000000000000000001", "name": "Boat", "network": "regtest",
            "script_type": null,
        });
        other.call("cmd_create_wallet", wallet);
        other
    }

    fn call(&self, command: &'static str, request: Value) -> Value {
        let request = json!({ "req": request });
        let (answer, _) = self
            .person
            .call(&self.harness, &self.main, command, request);
        answer.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// Joins the circle of another device: steps go from one to the other as its owner carries them.
    pub fn join(&self, host: &Harness, owner: &Person) {
        let (host_steps, hosting) = hosted(host);
        let mut joining = None;
        let mut join_steps: Option<Receiver<JoinStep>> = None;
        while !hosting.is_finished() {
            if host.sealed_opens_soon().is_some() {
                owner.answer();
            }
            if self.harness.sealed_opens_soon().is_some() {
                self.person.answer();
            }
            if let Ok(HostStep::Shown { code, .. }) = host_steps.try_recv() {
                let (steps, call) = self.joined(code);
                join_steps = Some(steps);
                joining = Some(call);
            }
            let step = join_steps.as_ref().and_then(|steps| steps.try_recv().ok());
            if let Some(JoinStep::Digits { digits }) = step {
                while host.shell.pairing.digits(digits.clone()).is_err() {
                    std::thread::yield_now();
                }
            }
        }
        hosting.join().expect("no panic");
        let joining: JoinHandle<()> = joining.expect("it began");
        joining.join().expect("no panic");
    }

    fn joined(&self, code: String) -> (Receiver<JoinStep>, JoinHandle<()>) {
        let (tell, steps) = channel();
        let shell = Arc::clone(&self.harness.shell);
        let call = spawn(move || {
            let name = satchel_shell::pairing::called("Phone".to_owned());
            let join = shell.join_pairing((code, &[]), name, move |step| {
                // The walk may be over.
                let _ = tell.send(step);
            });
            tauri::async_runtime::block_on(join).expect("it joins");
        });
        (steps, call)
    }

    /// Leaves what it has in a folder, and whom its owner pays.
    pub fn leave_in(&self, folder: &std::path::Path) {
        let contact = json!({
            "request_id": "00000000000000000000000000000003", "wallet_id": null, "name": "Dad", "note": null,
            "address": "bcrt1qqypqxpq9qcrsszg2pvxq6rs0zqg3yyc5phstwt",
        });
        self.call("cmd_add_contact", contact);
        self.harness.files.then(folder.to_owned());
        let place = json!({
            "request_id": "00000000000000000000000000000002", "place": { "kind": "folder" },
        });
        self.call("cmd_add_place", place);
        self.call("cmd_sync_places", json!({ "place_id": null }));
    }
}

fn hosted(host: &Harness) -> (Receiver<HostStep>, JoinHandle<()>) {
    let (tell, steps) = channel();
    let shell = Arc::clone(&host.shell);
    let call = spawn(move || {
        let host = shell.host_pairing(false, move |step| {
            // The walk may be over.
            let _ = tell.send(step);
        });
        tauri::async_runtime::block_on(host).expect("it is added");
    });
    (steps, call)
}
