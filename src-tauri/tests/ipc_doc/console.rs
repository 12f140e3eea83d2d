//! Every command of the console once, on a sandbox.

use satchel_ports::Answer;
use satchel_sandbox::{Sandbox, SandboxConfig};
use satchel_shell::windows::{CONSOLE, SEALED};
use serde_json::{Value, json};

use crate::harness::{Harness, Page};
use crate::person::{Asked, Person};

/// Somebody's address to pay to.
const TO: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";

/// What one command of the console did.
#[derive(Debug, Default)]
pub struct SeenConsole {
    pub command: &'static str,
    pub consents: Vec<String>,
    pub sealed: Vec<String>,
    pub file: bool,
    /// Code after a no to its consent.
    pub refused: Option<String>,
}

struct Stage {
    harness: Harness,
    page: Page,
    person: Person,
    seen: Vec<SeenConsole>,
    ids: u32,
}

/// Calls every command; those that ask are said no to before.
pub fn walk() -> Vec<SeenConsole> {
    let sandbox = Sandbox::start(SandboxConfig::default()).expect("it starts");
    let harness = Harness::new();
    let (page, sealed) = (harness.page(CONSOLE), harness.page(SEALED));
    let mut stage = Stage {
        page,
        person: Person::new(sealed),
        seen: Vec::new(),
        ids: 0,
        harness,
    };
    stage.everything(&sandbox);
    stage.seen
}

impl Stage {
    fn id(&mut self) -> String {
        self.ids += 1;
        format!("{:032x}", self.ids)
    }

    fn called(&mut self, command: &'static str, arguments: Value) -> (Result<Value, Value>, Asked) {
        self.person
            .call(&self.harness, &self.page, command, arguments)
    }

    /// Calls a command and notes what it asked; what it asked before counts as well.
    fn call(&mut self, command: &'static str, arguments: Value) -> Value {
        let (answer, asked) = self.called(command, arguments);
        let at = self
            .seen
            .iter()
            .position(|seen| seen.command == command)
            .unwrap_or_else(|| {
                self.seen.push(SeenConsole {
                    command,
                    ..SeenConsole::default()
                });
                self.seen.len() - 1
            });
        let seen = &mut self.seen[at];
        let new = |before: &[String], more: Vec<String>| -> Vec<String> {
            more.into_iter()
                .filter(|title| !before.contains(title))
                .collect()
        };
        let (consents, sealed) = (
            new(&seen.consents, asked.consents),
            new(&seen.sealed, asked.sealed),
        );
        seen.consents.extend(consents);
        seen.sealed.extend(sealed);
        seen.file |= asked.file;
        answer.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    fn ask(&mut self, command: &'static str, request: Value) -> Value {
        self.call(command, json!({ "req": request }))
    }

    /// Says no to a command, then agrees to it.
    fn agree(&mut self, command: &'static str, mut request: Value) -> Value {
        self.harness.confirm.then(Ok(Answer::Declined));
        request["request_id"] = Value::from(self.id());
        let (answer, _) = self.called(command, json!({ "req": request.clone() }));
        let error = answer.expect_err("it was declined");
        request["request_id"] = Value::from(self.id());
        let answer = self.ask(command, request);
        let seen = self
            .seen
            .iter_mut()
            .find(|seen| seen.command == command)
            .expect("called");
        seen.refused = error["code"].as_str().map(str::to_owned);
        answer
    }

    fn everything(&mut self, sandbox: &Sandbox) {
        self.call("cmd_console_ready", json!({ "events": "__CHANNEL__:0" }));
        self.ask(
            "cmd_report_console_error",
            json!({ "kind": "error", "message": "nothing" }),
        );
        self.agree("cmd_set_base_url", json!({ "url": sandbox.url() }));
        let key = |kind: &str| json!({ "kind": kind, "user": "alice" });
        for kind in ["login", "cookie_file"] {
            self.harness.files.then(sandbox.cookie_file().to_owned());
            let id = self.id();
            let key = if kind == "login" {
                key(kind)
            } else {
                json!({ "kind": kind })
            };
            self.ask("cmd_set_api_key", json!({ "request_id": id, "key": key }));
        }
        for command in [
            "cmd_get_config",
            "cmd_check_connection",
            "cmd_get_blockchain_info",
            "cmd_get_mining_info",
            "cmd_get_health",
            "cmd_get_liveness",
            "cmd_get_readiness",
        ] {
            self.call(command, json!({}));
        }
        for command in [
            "cmd_get_latest_blocks",
            "cmd_get_blocks",
            "cmd_get_mempool",
            "cmd_get_transactions",
        ] {
            self.ask(command, json!({}));
        }
        self.ask("cmd_get_block_by_hash", json!({ "height": 1 }));
        self.ask("cmd_get_address_transactions", json!({ "address": TO }));
        let id = self.id();
        self.ask(
            "cmd_generate_to_address",
            json!({ "request_id": id, "address": TO, "blocks": 1 }),
        );
        let id = self.id();
        self.ask(
            "cmd_create_wallet_admin",
            json!({ "request_id": id, "name": "shop" }),
        );
        let shop = json!({ "wallet": "shop" });
        self.ask("cmd_get_wallet_info_admin", shop.clone());
        self.ask("cmd_get_balance_admin", shop.clone());
        self.ask("cmd_get_addresses_admin", shop);
        let pay = json!({ "wallet": "faucet", "address": TO, "amount": 10_000 });
        let sent = self.agree("cmd_send_transaction_admin", pay);
        assert_eq!(
            sandbox.mempool_txids().len(),
            1,
            "the one that was agreed to"
        );
        self.ask(
            "cmd_get_mempool_transaction",
            json!({ "txid": sent["txid"] }),
        );
        let id = self.id();
        self.ask(
            "cmd_pay_from_faucet",
            json!({ "request_id": id, "address": TO, "amount": 10_000 }),
        );
        self.call("cmd_close_console", json!({}));
    }
}
