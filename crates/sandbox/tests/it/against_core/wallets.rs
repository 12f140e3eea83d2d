//! The same session with wallets of each node; each has its own keys, so that what is of chance is left out.

use serde_json::{Value, json};

use super::node::{Both, Node, code, kinds, without_chance};

const NAME: &str = "compared";
const TO: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
const ELSEWHERE: &str = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";

/// How an answer is looked at.
#[derive(Clone, Copy)]
enum Look {
    /// All that is not of chance.
    All,
    /// What kinds of values there are.
    Kinds,
    /// Whether it worked, and the error's number.
    Code,
}

struct Session<'a> {
    node: &'a Node,
    seen: Vec<(String, Value)>,
}

impl Session<'_> {
    fn note(&mut self, what: &str, look: Look, answer: &Value) {
        let seen = match look {
            Look::All => {
                let mut seen = without_chance(answer);
                // Sorted by addresses, which are of chance.
                if what.contains("listreceivedbyaddress")
                    && let Some(list) = seen["result"].as_array_mut()
                {
                    list.iter_mut()
                        .for_each(|row| row["address"] = json!("ADDRESS"));
                    list.sort_by_key(Value::to_string);
                }
                seen
            }
            Look::Kinds => match answer.get("error") {
                Some(_) => answer.clone(),
                None => kinds(answer),
            },
            Look::Code => code(answer),
        };
        self.seen.push((what.to_owned(), seen));
    }

    fn ask(&mut self, look: Look, wallet: &str, method: &str, params: Value) -> Value {
        let answer = self.node.at(wallet, method, &params);
        let said = without_chance(&json!(format!("{method} {params}")));
        self.note(&format!("{wallet}: {said}"), look, &answer);
        answer["result"].clone()
    }
}

fn session(node: &Node) -> Vec<(String, Value)> {
    use Look::{All, Code, Kinds};
    let mut s = Session {
        node,
        seen: Vec::new(),
    };
    // A sandbox has one from the start.
    node.call("unloadwallet", &json!(["faucet"]));
    s.ask(All, "", "listwallets", json!([]));
    s.ask(All, "", "getbalance", json!([]));
    s.ask(All, NAME, "getwalletinfo", json!([]));
    s.ask(All, "", "createwallet", json!([NAME]));
    s.ask(All, "", "createwallet", json!([NAME]));
    s.ask(All, "", "getbalance", json!([]));
    s.ask(All, "", "createwallet", json!(["other"]));
    s.ask(All, "", "getbalance", json!([]));
    s.ask(All, "", "listwallets", json!([]));
    s.ask(All, "", "unloadwallet", json!(["other"]));
    s.ask(All, "", "unloadwallet", json!(["other"]));
    s.ask(All, "other", "getbalance", json!([]));
    s.ask(All, "", "loadwallet", json!(["other"]));
    s.ask(All, "", "loadwallet", json!(["other"]));
    s.ask(Code, "", "loadwallet", json!(["missing"]));
    s.ask(All, "", "createwallet", json!(["watch", true]));
    s.ask(All, "watch", "getwalletinfo", json!([]));
    s.ask(All, "watch", "getnewaddress", json!([]));
    s.ask(All, "watch", "sendtoaddress", json!([TO, 1]));
    s.ask(Kinds, "", "listwalletdir", json!([]));
    s.ask(All, NAME, "getwalletinfo", json!([]));
    s.ask(All, NAME, "getbalances", json!([]));
    s.ask(All, NAME, "listreceivedbyaddress", json!([0, true]));
    s.ask(All, NAME, "listunspent", json!([]));
    s.ask(All, NAME, "listtransactions", json!([]));
    let first = s.ask(All, NAME, "getnewaddress", json!(["till"]));
    for kind in ["legacy", "p2sh-segwit", "bech32", "bech32m", "nonsense"] {
        let made = s.ask(All, NAME, "getnewaddress", json!(["", kind]));
        s.ask(All, NAME, "getaddressinfo", json!([made]));
        s.ask(All, NAME, "getrawchangeaddress", json!([kind]));
    }
    s.ask(All, NAME, "getaddressinfo", json!([TO]));
    s.ask(All, NAME, "getaddressinfo", json!(["nonsense"]));
    s.ask(All, NAME, "sendtoaddress", json!([TO, 1]));
    s.ask(All, NAME, "listreceivedbyaddress", json!([0, true]));
    s.ask(Kinds, "", "generatetoaddress", json!([1, first]));
    s.ask(All, NAME, "getbalances", json!([]));
    s.ask(All, NAME, "listtransactions", json!([]));
    s.ask(All, NAME, "listreceivedbyaddress", json!([0, true]));
    s.ask(
        All,
        NAME,
        "listreceivedbyaddress",
        json!([0, false, false, "", true]),
    );
    s.ask(All, NAME, "getreceivedbyaddress", json!([first]));
    s.ask(Kinds, "", "generatetoaddress", json!([100, TO]));
    s.ask(All, NAME, "getbalance", json!([]));
    s.ask(All, NAME, "getbalances", json!([]));
    s.ask(All, NAME, "listunspent", json!([]));
    s.ask(All, NAME, "listreceivedbyaddress", json!([]));
    for params in [
        json!([TO, 0]),
        json!([TO, -1]),
        json!([TO, "1.000000001"]),
        json!([TO, "x"]),
        json!([TO, 21_000_001]),
        json!([TO, 10_000]),
        json!(["nonsense", 1]),
        json!([ELSEWHERE, 1]),
        json!({ "address": TO, "amount": 1, "fee_rate": 0.1 }),
        json!({ "address": TO, "amount": 1, "fee_rate": -1 }),
        json!({ "address": TO, "amount": 1, "fee_rate": 5, "conf_target": 6 }),
        json!({ "address": TO, "amount": 1, "fee_rate": 5, "estimate_mode": "economical" }),
        json!({ "address": TO, "amount": 1, "estimate_mode": "nonsense" }),
        json!({ "address": TO, "amount": 0.000_001, "fee_rate": 1 }),
        json!({ "address": TO, "amount": 0.000_000_01, "fee_rate": 1, "subtractfeefromamount": true }),
        json!({ "address": TO, "amount": 1, "nosuch": 1 }),
    ] {
        s.ask(All, NAME, "sendtoaddress", params);
    }
    s.ask(Code, NAME, "sendtoaddress", json!([]));
    let pay = json!({ "address": TO, "amount": 0.1, "fee_rate": 10, "comment": "tea", "comment_to": "Ada" });
    let paid = s.ask(All, NAME, "sendtoaddress", pay);
    s.ask(All, NAME, "gettransaction", json!([paid]));
    s.ask(Kinds, NAME, "gettransaction", json!([paid, true, true]));
    s.ask(All, NAME, "gettransaction", json!(["11".repeat(32)]));
    s.ask(All, NAME, "listtransactions", json!(["*", 3]));
    s.ask(All, NAME, "getbalances", json!([]));
    s.ask(All, NAME, "getbalance", json!(["*", 1]));
    s.ask(All, NAME, "listunspent", json!([0]));
    s.ask(All, "", "getmempoolentry", json!([paid]));
    let all = json!({ "address": TO, "amount": 1, "fee_rate": 5, "subtractfeefromamount": true, "verbose": true });
    s.ask(All, NAME, "sendtoaddress", all);
    let to_self = json!({ "address": first, "amount": 2, "fee_rate": 5 });
    let to_self = s.ask(All, NAME, "sendtoaddress", to_self);
    s.ask(All, NAME, "gettransaction", json!([to_self]));
    s.ask(Kinds, "", "generatetoaddress", json!([1, TO]));
    s.ask(All, NAME, "gettransaction", json!([paid]));
    s.ask(All, NAME, "getbalances", json!([]));
    s.ask(All, NAME, "listreceivedbyaddress", json!([]));
    s.ask(All, NAME, "listtransactions", json!(["*", 10]));
    s.ask(All, NAME, "listtransactions", json!(["till", 10]));
    s.ask(All, NAME, "listtransactions", json!(["*", -1]));
    s.ask(All, NAME, "getreceivedbyaddress", json!([TO]));
    s.ask(All, NAME, "setlabel", json!([first, "shop"]));
    s.ask(All, NAME, "setlabel", json!(["nonsense", "shop"]));
    s.ask(All, NAME, "listlabels", json!([]));
    s.ask(All, NAME, "getaddressesbylabel", json!(["shop"]));
    s.ask(All, NAME, "getaddressesbylabel", json!(["nosuch"]));
    s.ask(All, NAME, "getwalletinfo", json!([]));
    s.ask(All, NAME, "unloadwallet", json!([]));
    s.ask(All, NAME, "getbalances", json!([]));
    node.call("unloadwallet", &json!(["other"]));
    node.call("unloadwallet", &json!(["watch"]));
    node.call("loadwallet", &json!(["faucet"]));
    s.seen
}

/// The same session on both.
pub fn compare(both: &mut Both<'_>) {
    let (ours, theirs) = (session(both.ours), session(both.theirs));
    for ((what, ours), (_, theirs)) in ours.iter().zip(&theirs) {
        both.compare(what, ours, theirs);
    }
}
