//! Wallets and their addresses.

use std::sync::Arc;

use bitcoin::address::NetworkUnchecked;
use bitcoin::hashes::Hash;
use bitcoin::{Address, Network, Script, ScriptBuf};
use serde_json::{Map, Value, json};

use super::params::{Args, Kind, Method};
use super::script::infer;
use super::values::btc;
use super::{Outcome, RpcError};
use crate::chain::now;
use crate::http::App;
use crate::mempool::{script_type, witness_program};
use crate::node::State;
use crate::wallet::{AddressType, MAX_TEXT, Owner, Wallet, WalletError};

/// This room's methods.
pub const METHODS: &[Method] = &[
    Method {
        name: "createwallet",
        params: &[
            ("wallet_name", Kind::Text, true),
            ("disable_private_keys", Kind::Flag, false),
            ("blank", Kind::Flag, false),
            ("passphrase", Kind::Text, false),
            ("avoid_reuse", Kind::Flag, false),
            ("descriptors", Kind::Flag, false),
            ("load_on_startup", Kind::Flag, false),
            ("external_signer", Kind::Flag, false),
        ],
        help: "Creates and loads a wallet. Its keys follow from the sandbox's number and its name.",
        run: create,
    },
    Method {
        name: "loadwallet",
        params: &[
            ("filename", Kind::Text, true),
            ("load_on_startup", Kind::Flag, false),
        ],
        help: "Loads a wallet that was created before.",
        run: |app, args| {
            let name = args.required_text(0);
            app.wallets.lock().load(name, args.flag(1))?;
            Ok(json!({ "name": name }))
        },
    },
    Method {
        name: "unloadwallet",
        params: &[
            ("wallet_name", Kind::Text, false),
            ("load_on_startup", Kind::Flag, false),
        ],
        help: "Unloads the wallet of the path, or of the argument.",
        run: unload,
    },
    Method {
        name: "listwallets",
        params: &[],
        help: "Returns the names of all loaded wallets.",
        run: |app, _| Ok(json!(app.wallets.lock().loaded())),
    },
    Method {
        name: "listwalletdir",
        params: &[],
        help: "Returns the names of all wallets, loaded or not.",
        run: |app, _| {
            let shelf = app.wallets.lock();
            let wallets: Vec<Value> = shelf.names().map(|name| json!({ "name": name })).collect();
            Ok(json!({ "wallets": wallets }))
        },
    },
    Method {
        name: "getwalletinfo",
        params: &[],
        help: "Returns the state of a wallet.",
        run: info,
    },
    Method {
        name: "getnewaddress",
        params: &[
            ("label", Kind::Text, false),
            ("address_type", Kind::Text, false),
        ],
        help: "Returns a new address to receive with: legacy, p2sh-segwit, bech32 or bech32m.",
        run: |app, args| {
            let label = label(args.text(0).unwrap_or_default())?;
            new_address(app, args, args.text(1), Some(label))
        },
    },
    Method {
        name: "getrawchangeaddress",
        params: &[("address_type", Kind::Text, false)],
        help: "Returns a new address for change.",
        run: |app, args| new_address(app, args, args.text(0), None),
    },
    Method {
        name: "getaddressinfo",
        params: &[("address", Kind::Text, true)],
        help: "Returns what a wallet knows about an address.",
        run: address_info,
    },
    Method {
        name: "setlabel",
        params: &[("address", Kind::Text, true), ("label", Kind::Text, true)],
        help: "Names an address.",
        run: |app, args| {
            let script = script_of(args.required_text(0))
                .map_err(|_| RpcError::not_found("Invalid Bitcoin address"))?;
            let label = label(args.required_text(1))?;
            let mut shelf = app.wallets.lock();
            let name = shelf.select(args.wallet())?.name.clone();
            shelf.set_label(&name, script, label)?;
            Ok(Value::Null)
        },
    },
    Method {
        name: "getaddressesbylabel",
        params: &[("label", Kind::Text, true)],
        help: "Returns the addresses of a label.",
        run: by_label,
    },
    Method {
        name: "listlabels",
        params: &[("purpose", Kind::Text, false)],
        help: "Returns all labels, or those of addresses to receive or to send to.",
        run: labels,
    },
];

impl From<WalletError> for RpcError {
    fn from(error: WalletError) -> Self {
        let code = match error {
            WalletError::NotLoaded | WalletError::NoneLoaded | WalletError::Missing(_) => -18,
            WalletError::NotSpecified => -19,
            WalletError::AlreadyLoaded(_) => -35,
            WalletError::Exhausted => -12,
            WalletError::Exists(_)
            | WalletError::Name
            | WalletError::TooMany
            | WalletError::NoKeys
            | WalletError::Io(_) => -4,
        };
        Self::new(code, error.to_string())
    }
}

/// The block up to which a wallet has seen the chain: always the tip.
pub fn last_block(state: &State) -> Value {
    let tip = state.index.tip();
    json!({ "hash": tip.hash, "height": tip.height })
}

/// The address of a script, if it has one.
pub fn address_of(script: &Script) -> Option<String> {
    Address::from_script(script, Network::Regtest)
        .ok()
        .map(|address| address.to_string())
}

/// The script of an address of this chain.
pub fn script_of(text: &str) -> Result<ScriptBuf, RpcError> {
    text.parse::<Address<NetworkUnchecked>>()
        .ok()
        .and_then(|address| address.require_network(Network::Regtest).ok())
        .map(|address| address.script_pubkey())
        .ok_or_else(|| RpcError::not_found(format!("Invalid Bitcoin address: {text}")))
}

/// The descriptors a script of a wallet comes from.
pub fn parents(wallet: &Wallet, script: &Script) -> Vec<String> {
    match wallet.own(script).map(|own| own.owner) {
        Some(Owner::Derived(spot)) => vec![wallet.keys().parent_descriptor(spot)],
        Some(Owner::Faucet) => vec![infer(script)],
        None => Vec::new(),
    }
}

/// The descriptor of a script of a wallet.
pub fn descriptor(wallet: &Wallet, script: &Script) -> Option<String> {
    Some(match wallet.own(script)?.owner {
        Owner::Derived(spot) => wallet.keys().descriptor(spot),
        Owner::Faucet => infer(script),
    })
}

fn label(text: &str) -> Result<String, RpcError> {
    if text == "*" || text.len() > MAX_TEXT {
        return Err(RpcError::new(-11, "Invalid label name"));
    }
    Ok(text.to_owned())
}

fn create(app: &Arc<App>, args: &Args) -> Outcome {
    let name = args.required_text(0);
    let private_keys = !args.flag(1).unwrap_or(false);
    let refused = |message: &str| Err(RpcError::new(-4, message));
    if args
        .text(3)
        .is_some_and(|passphrase| !passphrase.is_empty())
    {
        return refused("Wallets of the sandbox cannot be encrypted: their keys are no secret");
    }
    if args.flag(4) == Some(true) {
        return refused("The sandbox has no \"avoid reuse\" feature");
    }
    if args.flag(5) == Some(false) {
        return refused(
            "descriptors argument must be set to \"true\"; it is no longer possible to create a legacy wallet.",
        );
    }
    if args.flag(7) == Some(true) {
        return refused(
            "Compiled without external signing support (required for external signing)",
        );
    }
    let blank = args.flag(2).unwrap_or(false);
    let mut shelf = app.wallets.lock();
    shelf.create(name, private_keys, blank, now(), args.flag(6))?;
    Ok(json!({ "name": name }))
}

fn unload(app: &Arc<App>, args: &Args) -> Outcome {
    let name = match (args.wallet(), args.text(0)) {
        (Some(path), Some(argument)) if path != argument => {
            return Err(RpcError::invalid(
                "RPC endpoint wallet and wallet_name parameter specify different wallets",
            ));
        }
        (Some(name), _) | (None, Some(name)) => name,
        (None, None) => {
            return Err(RpcError::invalid(
                "Either the RPC endpoint or wallet_name parameter must be provided",
            ));
        }
    };
    app.wallets.lock().unload(name, args.flag(1))?;
    Ok(json!({}))
}

fn info(app: &Arc<App>, args: &Args) -> Outcome {
    let shelf = app.wallets.lock();
    let wallet = shelf.select(args.wallet())?;
    let state = app.node.read();
    let sums = wallet.balances(&state, 0);
    let amount = |sats| btc(bitcoin::Amount::from_sat(sats));
    let mut flags = vec!["last_hardened_xpub_cached", "descriptor_wallet"];
    if !wallet.private_keys {
        flags.push("disable_private_keys");
    }
    if wallet.blank {
        flags.push("blank");
    }
    // Keys are derived when they are asked for: as many are ready as Core keeps.
    let ready = if wallet.has_keys() { 4_000 } else { 0 };
    Ok(json!({
        "walletname": wallet.name,
        "walletversion": 169_900,
        "format": "sqlite",
        "balance": amount(sums.trusted),
        "unconfirmed_balance": amount(sums.untrusted),
        "immature_balance": amount(sums.immature),
        "txcount": wallet.tx_count(&state),
        "keypoolsize": ready,
        "keypoolsize_hd_internal": ready,
        "paytxfee": amount(0),
        "private_keys_enabled": wallet.private_keys,
        "avoid_reuse": false,
        "scanning": false,
        "descriptors": true,
        "external_signer": false,
        "blank": wallet.blank,
        "birthtime": wallet.birth,
        "flags": flags,
        "lastprocessedblock": last_block(&state),
    }))
}

fn new_address(app: &App, args: &Args, kind: Option<&str>, label: Option<String>) -> Outcome {
    let kind = match kind {
        None => AddressType::Bech32,
        Some(name) => AddressType::named(name)
            .ok_or_else(|| RpcError::not_found(format!("Unknown address type '{name}'")))?,
    };
    let mut shelf = app.wallets.lock();
    let name = shelf.select(args.wallet())?.name.clone();
    let script = shelf.new_address(&name, kind, label)?;
    Ok(json!(address_of(&script)))
}

fn address_info(app: &Arc<App>, args: &Args) -> Outcome {
    let shelf = app.wallets.lock();
    let wallet = shelf.select(args.wallet())?;
    let script = super::address::read(args.required_text(0))
        .map_err(|(error, _)| RpcError::not_found(error))?
        .script_pubkey();
    let own = wallet.own(&script);
    let program = witness_program(&script);
    let mut value = json!({
        "address": address_of(&script),
        "scriptPubKey": script.to_hex_string(),
        "ismine": own.is_some(),
        "solvable": own.is_some(),
        "iswatchonly": false,
        "isscript": matches!(
            script_type(&script),
            "scripthash" | "witness_v0_scripthash" | "witness_v1_taproot"
        ),
        "iswitness": program.is_some(),
        "ischange": own.is_some_and(|own| own.label.is_none()),
        "labels": wallet.label(&script).into_iter().collect::<Vec<_>>(),
    });
    if let Some(descriptor) = descriptor(wallet, &script) {
        value["desc"] = json!(descriptor);
        value["parent_desc"] = json!(parents(wallet, &script).pop());
        value["timestamp"] = json!(wallet.birth);
    }
    if let Some((version, program)) = program {
        value["witness_version"] = json!(version);
        value["witness_program"] = json!(hex::encode(program));
    }
    if let Some(Owner::Derived(spot)) = own.map(|own| own.owner) {
        let key = wallet.keys().public(spot);
        match spot.kind {
            AddressType::Bech32m => {}
            AddressType::P2shSegwit => {
                let inner = ScriptBuf::new_p2wpkh(&bitcoin::WPubkeyHash::hash(&key.to_bytes()));
                value["script"] = json!("witness_v0_keyhash");
                value["hex"] = json!(inner.to_hex_string());
                value["pubkey"] = json!(key.to_string());
                value["embedded"] = embedded(&inner, &key);
            }
            AddressType::Legacy | AddressType::Bech32 => {
                value["pubkey"] = json!(key.to_string());
                if spot.kind == AddressType::Legacy {
                    value["iscompressed"] = json!(true);
                }
            }
        }
        value["hdkeypath"] = json!(wallet.keys().path(spot));
        value["hdseedid"] = json!("0".repeat(40));
        value["hdmasterfingerprint"] = json!(wallet.keys().fingerprint());
    }
    Ok(value)
}

/// The address inside of a script's hash.
fn embedded(inner: &Script, key: &bitcoin::PublicKey) -> Value {
    let program = witness_program(inner).map(|(_, program)| hex::encode(program));
    json!({
        "isscript": false,
        "iswitness": true,
        "witness_version": 0,
        "witness_program": program,
        "pubkey": key.to_string(),
        "address": address_of(inner),
        "scriptPubKey": inner.to_hex_string(),
    })
}

fn purpose(own: bool) -> &'static str {
    if own { "receive" } else { "send" }
}

fn by_label(app: &Arc<App>, args: &Args) -> Outcome {
    let wanted = label(args.required_text(0))?;
    let shelf = app.wallets.lock();
    let wallet = shelf.select(args.wallet())?;
    let found: Map<String, Value> = wallet
        .labels()
        .into_iter()
        .filter(|(_, (label, _))| *label == wanted)
        .filter_map(|(script, (_, own))| {
            Some((address_of(script)?, json!({ "purpose": purpose(own) })))
        })
        .collect();
    if found.is_empty() {
        return Err(RpcError::new(
            -11,
            format!("No addresses with label {wanted}"),
        ));
    }
    Ok(Value::Object(found))
}

fn labels(app: &Arc<App>, args: &Args) -> Outcome {
    let wanted = args.text(0).unwrap_or_default();
    if !matches!(wanted, "" | "receive" | "send" | "refund") {
        return Err(RpcError::invalid(
            "Invalid 'purpose' argument, must be a known purpose string, typically 'send', or 'receive'.",
        ));
    }
    let shelf = app.wallets.lock();
    let wallet = shelf.select(args.wallet())?;
    let found: std::collections::BTreeSet<&str> = wallet
        .labels()
        .into_values()
        .filter(|(_, own)| wanted.is_empty() || wanted == purpose(*own))
        .map(|(label, _)| label)
        .collect();
    Ok(json!(found))
}
