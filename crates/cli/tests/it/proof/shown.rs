//! All that a home shows of a wallet, as it can be compared with what another home shows.

use serde_json::{Value, json};

use crate::support::{Home, path_text, text};

/// The rows of a list with these fields of each, in an order of their own.
fn rows(list: &Value, fields: &[&str]) -> Vec<Value> {
    let rows = list.as_array().expect("a list").iter();
    let shown = rows.map(|row| {
        let shown = fields.iter().map(|field| {
            let value = row.get(*field);
            let value = value.unwrap_or_else(|| panic!("no {field} in {row}"));
            ((*field).to_owned(), value.clone())
        });
        Value::from_iter(shown)
    });
    let mut shown: Vec<_> = shown.collect();
    shown.sort_by_key(ToString::to_string);
    shown
}

fn listed(home: &Home, args: &[&str], list: &str, fields: &[&str]) -> Vec<Value> {
    let page = home.ok(&[args, &["--limit", "500"]].concat());
    rows(&page[list], fields)
}

const COINS: [&str; 9] = [
    "outpoint",
    "amount",
    "address",
    "side",
    "index",
    "status",
    "confirmations",
    "locked",
    "label",
];
const ADDRESSES: [&str; 7] = [
    "address", "side", "index", "used", "received", "payments", "label",
];
const HISTORY: [&str; 13] = [
    "txid",
    "status",
    "confirmations",
    "height",
    "direction",
    "amount",
    "spent",
    "received",
    "fee",
    "fee_rate",
    "vsize",
    "address",
    "label",
];
/// Not who prepared it, and against whom it stands: that is another on each device.
const DRAFTS: [&str; 13] = [
    "purpose",
    "replaces_txid",
    "state",
    "txid",
    "recipients",
    "amount",
    "change",
    "fee",
    "total",
    "fee_rate",
    "vsize",
    "inputs",
    "label",
];
/// Not how many transactions: who saw one that was replaced counts it.
const WALLET: [&str; 11] = [
    "id",
    "name",
    "network",
    "script_type",
    "has_seed",
    "fingerprint",
    "account",
    "external_descriptor",
    "internal_descriptor",
    "receive_addresses",
    "change_addresses",
];

/// Every label and lock, as other wallets would read them.
fn labels(home: &Home) -> Vec<Value> {
    let file = home.scratch("labels.jsonl");
    home.ok(&["--yes", "labels", "export", "--force", path_text(&file)]);
    let written = std::fs::read_to_string(&file).expect("written");
    let mut labels: Vec<Value> = written
        .lines()
        .map(|line| serde_json::from_str(line).expect("a record"))
        .collect();
    labels.sort_by_key(ToString::to_string);
    labels
}

/// All that a home shows of its one wallet. A payment that was replaced is known to whoever saw it before.
pub fn shown(home: &Home) -> Value {
    let mut history = listed(home, &["history"], "transactions", &HISTORY);
    history.retain(|row| row["status"] != "replaced");
    json!({
        "wallet": rows(&json!([home.ok(&["wallet", "info"])]), &WALLET),
        "balance": home.ok(&["balance"])["confirmed"],
        "coins": listed(home, &["coins"], "coins", &COINS),
        "labels": labels(home),
        "receive": listed(home, &["address", "list"], "addresses", &ADDRESSES),
        "change": listed(home, &["address", "list", "--side", "change"], "addresses", &ADDRESSES),
        "history": history,
        "drafts": rows(&home.ok(&["draft", "list"]), &DRAFTS),
    })
}

/// Who belongs, and what two devices wrote at once, as a home shows it.
pub fn circle(home: &Home) -> Value {
    let circle = home.ok(&["device", "list"]);
    let values = |conflict: &Value| {
        let beside = conflict["beside"].as_array().expect("a list").iter();
        let all = beside.chain([&conflict["shown"]]);
        let mut all: Vec<_> = all
            .map(|value| json!([value["text"], value["device"]]))
            .collect();
        all.sort_by_key(ToString::to_string);
        json!({"on": conflict["on"], "shown": conflict["shown"]["text"], "all": all})
    };
    let conflicts = circle["conflicting"].as_array().expect("a list").iter();
    let mut conflicts: Vec<_> = conflicts.map(values).collect();
    conflicts.sort_by_key(ToString::to_string);
    let members = ["id", "name", "system", "holds", "removed_at"];
    json!({"devices": rows(&circle["devices"], &members), "conflicts": conflicts})
}

/// Says in which parts two homes differ, and how.
pub fn differing(one: &Value, two: &Value) -> Vec<String> {
    let parts = one.as_object().expect("parts").iter();
    let differing = parts.filter(|(part, _)| one[*part] != two[*part]);
    differing
        .map(|(part, is)| {
            let (Some(is), Some(other)) = (is.as_array(), two[part].as_array()) else {
                return format!("{part}: {is} and {}", two[part]);
            };
            let only = |of: &[Value], not: &[Value]| -> Vec<String> {
                let only = of.iter().filter(|row| !not.contains(row));
                only.map(ToString::to_string).collect()
            };
            format!(
                "{part}:\n  {}\nand\n  {}",
                only(is, other).join("\n  "),
                only(other, is).join("\n  ")
            )
        })
        .collect()
}

/// Asserts that two homes show the same.
#[track_caller]
pub fn assert_alike(one: &Value, two: &Value, when: &str) {
    let differing = differing(one, two);
    assert!(differing.is_empty(), "{when}: {}", differing.join("\n"));
}

/// Returns the notice that a payment was replaced, also one that was put away.
pub fn told_of(home: &Home, replaced: &str) -> Value {
    let all = home.ok(&["notices", "--all"]);
    let all = all["notices"].as_array().expect("a list").iter();
    let mut about = all.filter(|one| one["kind"] == "payment_replaced" && one["txid"] == replaced);
    let notice = about.next().cloned();
    assert!(about.next().is_none(), "told once");
    notice.unwrap_or_else(|| {
        panic!(
            "{replaced}: {}",
            text(&home.ok(&["notices", "--all"])["notices"].to_string().into())
        )
    })
}
