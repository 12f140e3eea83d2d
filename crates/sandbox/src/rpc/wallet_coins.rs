//! Balances and coins of wallets.

use std::collections::{BTreeMap, HashSet};

use bitcoin::{Amount, ScriptBuf, Txid};
use serde_json::{Map, Value, json};

use super::params::{Args, Kind, Method, satoshis};
use super::values::btc;
use super::wallet::{address_of, descriptor, last_block, parents, script_of};
use super::{Outcome, RpcError};
use crate::http::App;
use crate::node::State;
use crate::wallet::{OwnCoin, Place, Wallet};

/// This room's methods.
pub const METHODS: &[Method] = &[
    Method {
        name: "getbalance",
        params: &[
            ("dummy", Kind::Text, false),
            ("minconf", Kind::Number, false),
            ("include_watchonly", Kind::Flag, false),
            ("avoid_reuse", Kind::Flag, false),
        ],
        help: "Returns what a wallet can spend.",
        run: balance,
    },
    Method {
        name: "getbalances",
        params: &[],
        help: "Returns all sums of a wallet.",
        run: balances,
    },
    Method {
        name: "listunspent",
        params: &[
            ("minconf", Kind::Number, false),
            ("maxconf", Kind::Number, false),
            ("addresses", Kind::List, false),
            ("include_unsafe", Kind::Flag, false),
            ("query_options", Kind::Object, false),
        ],
        help: "Returns the coins of a wallet.",
        run: unspent,
    },
    Method {
        name: "getreceivedbyaddress",
        params: &[
            ("address", Kind::Text, true),
            ("minconf", Kind::Number, false),
            ("include_immature_coinbase", Kind::Flag, false),
        ],
        help: "Returns what an address of a wallet has received.",
        run: received_by,
    },
    Method {
        name: "listreceivedbyaddress",
        params: &[
            ("minconf", Kind::Number, false),
            ("include_empty", Kind::Flag, false),
            ("include_watchonly", Kind::Flag, false),
            ("address_filter", Kind::Text, false),
            ("include_immature_coinbase", Kind::Flag, false),
        ],
        help: "Returns what each address of a wallet has received.",
        run: list_received,
    },
];

fn amount(sats: u64) -> Value {
    btc(Amount::from_sat(sats))
}

fn balance(app: &App, args: &Args) -> Outcome {
    if args.text(0).is_some_and(|dummy| dummy != "*") {
        return Err(RpcError::new(
            -32,
            "dummy first argument must be excluded or set to \"*\".",
        ));
    }
    let least = args.integer(1)?.unwrap_or(0);
    let shelf = app.wallets.lock();
    let wallet = shelf.select(args.wallet())?;
    if args.flag(3) == Some(true) {
        return Err(RpcError::new(
            -4,
            "wallet does not have the \"avoid reuse\" feature enabled",
        ));
    }
    let least = u32::try_from(least.max(0)).unwrap_or(u32::MAX);
    Ok(amount(wallet.balances(&app.node.read(), least).trusted))
}

fn balances(app: &App, args: &Args) -> Outcome {
    let shelf = app.wallets.lock();
    let wallet = shelf.select(args.wallet())?;
    let state = app.node.read();
    let sums = wallet.balances(&state, 0);
    Ok(json!({
        "mine": {
            "trusted": amount(sums.trusted),
            "untrusted_pending": amount(sums.untrusted),
            "immature": amount(sums.immature),
        },
        "lastprocessedblock": last_block(&state),
    }))
}

/// `query_options` of `listunspent`.
#[derive(Default)]
struct Query {
    least: u64,
    most: Option<u64>,
    count: Option<usize>,
    sum: Option<u64>,
    immature: bool,
}

impl Query {
    fn read(value: Option<&Value>) -> Result<Self, RpcError> {
        let mut query = Self::default();
        let Some(Value::Object(map)) = value else {
            return Ok(query);
        };
        let wrong = |name: &str| {
            RpcError::new(
                -3,
                format!("JSON value of type for field {name} is not of expected type"),
            )
        };
        for (name, value) in map {
            match name.as_str() {
                "minimumAmount" => query.least = satoshis(value)?,
                "maximumAmount" => query.most = Some(satoshis(value)?),
                "minimumSumAmount" => query.sum = Some(satoshis(value)?),
                "maximumCount" => {
                    let count = value.as_u64().ok_or_else(|| wrong(name))?;
                    // Zero is no limit, as with Core.
                    query.count = usize::try_from(count).ok().filter(|count| *count > 0);
                }
                "include_immature_coinbase" => {
                    query.immature = value.as_bool().ok_or_else(|| wrong(name))?;
                }
                other => return Err(RpcError::new(-3, format!("Unexpected key {other}"))),
            }
        }
        Ok(query)
    }
}

fn unspent(app: &App, args: &Args) -> Outcome {
    let least = args.integer(0)?.unwrap_or(1);
    let most = args.integer(1)?.unwrap_or(9_999_999);
    let mut wanted: HashSet<ScriptBuf> = HashSet::new();
    for item in args.list(2).map(Vec::as_slice).unwrap_or_default() {
        let text = item
            .as_str()
            .ok_or_else(|| RpcError::new(-3, "JSON value is not a string as expected"))?;
        if !wanted.insert(script_of(text)?) {
            return Err(RpcError::invalid(format!(
                "Invalid parameter, duplicated address: {text}"
            )));
        }
    }
    let unsafe_too = args.flag(3).unwrap_or(true);
    let query = Query::read(args.value(4))?;
    let shelf = app.wallets.lock();
    let wallet = shelf.select(args.wallet())?;
    let state = app.node.read();
    let mut found = Vec::new();
    let mut sum = 0;
    for coin in wallet.coins(&state) {
        let value = coin.output.value.to_sat();
        let fits = (least..=most).contains(&i64::from(coin.confirmations))
            && (wanted.is_empty() || wanted.contains(&coin.output.script_pubkey))
            && (unsafe_too || coin.trusted)
            && (query.immature || !coin.immature)
            && value >= query.least
            && query.most.is_none_or(|most| value <= most);
        if !fits {
            continue;
        }
        found.push(coin_json(wallet, &state, &coin));
        sum += value;
        if query.count == Some(found.len()) || query.sum.is_some_and(|least| sum >= least) {
            break;
        }
    }
    Ok(json!(found))
}

fn coin_json(wallet: &Wallet, state: &State, coin: &OwnCoin) -> Value {
    let script = &coin.output.script_pubkey;
    let mut map = Map::new();
    map.insert("txid".into(), json!(coin.outpoint.txid));
    map.insert("vout".into(), json!(coin.outpoint.vout));
    if let Some(address) = address_of(script) {
        map.insert("address".into(), json!(address));
    }
    if let Some(label) = wallet.label(script) {
        map.insert("label".into(), json!(label));
    }
    map.insert("scriptPubKey".into(), json!(script.to_hex_string()));
    map.insert("amount".into(), btc(coin.output.value));
    map.insert("confirmations".into(), json!(coin.confirmations));
    if let Some(entry) = state.pool.get(&coin.outpoint.txid) {
        let mut ancestors = state.pool.ancestors(&entry.tx);
        ancestors.insert(entry.txid);
        let family = state.pool.family(&ancestors);
        map.insert("ancestorcount".into(), json!(family.count));
        map.insert("ancestorsize".into(), json!(family.vsize));
        map.insert("ancestorfees".into(), json!(family.fees));
    }
    map.insert("spendable".into(), json!(wallet.has_keys()));
    map.insert("solvable".into(), json!(true));
    map.insert("desc".into(), json!(descriptor(wallet, script)));
    map.insert("parent_descs".into(), json!(parents(wallet, script)));
    map.insert("safe".into(), json!(coin.trusted));
    Value::Object(map)
}

/// What one script received.
#[derive(Default)]
struct Received {
    sum: u64,
    /// Of the newest transaction.
    confirmations: Option<i64>,
    txids: Vec<Txid>,
}

/// What each labelled script of a wallet received, of transactions with at least `least` confirmations.
fn received<'a>(
    wallet: &'a Wallet,
    state: &State,
    least: i64,
    immature: bool,
    only: Option<&ScriptBuf>,
) -> BTreeMap<&'a ScriptBuf, Received> {
    let mut found: BTreeMap<&ScriptBuf, Received> = wallet
        .labels()
        .into_iter()
        .filter(|(script, (_, own))| *own && only.is_none_or(|only| only == *script))
        .map(|(script, _)| (script, Received::default()))
        .collect();
    for own in wallet.history(state) {
        let confirmations = wallet.confirmations(state, &own);
        let young = own.tx.is_coinbase() && confirmations <= 100;
        if confirmations < least || matches!(own.place, Place::Gone) || (young && !immature) {
            continue;
        }
        for output in &own.tx.output {
            let Some(received) = found.get_mut(&output.script_pubkey) else {
                continue;
            };
            received.sum += output.value.to_sat();
            let newest = received.confirmations.unwrap_or(i64::MAX);
            received.confirmations = Some(newest.min(confirmations));
            received.txids.push(own.txid);
        }
    }
    found
}

fn received_by(app: &App, args: &Args) -> Outcome {
    let script = script_of(args.required_text(0))
        .map_err(|_| RpcError::not_found("Invalid Bitcoin address"))?;
    let least = args.integer(1)?.unwrap_or(1);
    let immature = args.flag(2).unwrap_or(false);
    let shelf = app.wallets.lock();
    let wallet = shelf.select(args.wallet())?;
    if wallet.own(&script).is_none() {
        return Err(RpcError::new(-4, "Address not found in wallet"));
    }
    let state = app.node.read();
    let found = received(wallet, &state, least, immature, Some(&script));
    Ok(amount(
        found.get(&script).map_or(0, |received| received.sum),
    ))
}

fn list_received(app: &App, args: &Args) -> Outcome {
    let least = args.integer(0)?.unwrap_or(1);
    let empty_too = args.flag(1).unwrap_or(false);
    let only = args
        .text(3)
        .filter(|text| !text.is_empty())
        .map(script_of)
        .transpose()
        .map_err(|_| RpcError::new(-4, "address_filter parameter was invalid"))?;
    let immature = args.flag(4).unwrap_or(false);
    let shelf = app.wallets.lock();
    let wallet = shelf.select(args.wallet())?;
    let state = app.node.read();
    let found = received(wallet, &state, least, immature, only.as_ref());
    let list: Vec<Value> = found
        .into_iter()
        .filter(|(_, received)| empty_too || !received.txids.is_empty())
        .map(|(script, mut received)| {
            // The history came newest first.
            received.txids.reverse();
            json!({
                "address": address_of(script),
                "amount": amount(received.sum),
                "confirmations": received.confirmations.unwrap_or(0),
                "label": wallet.label(script).unwrap_or_default(),
                "txids": received.txids,
            })
        })
        .collect();
    Ok(json!(list))
}
