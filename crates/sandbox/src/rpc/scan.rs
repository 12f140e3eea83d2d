//! `scantxoutset`: coins of descriptors (BIP-0380 and following).

use std::sync::Arc;

use std::collections::BTreeMap;

use bitcoin::address::NetworkUnchecked;
use bitcoin::bip32::DerivationPath;
use bitcoin::{Address, Amount, Network, OutPoint, PublicKey, ScriptBuf, XOnlyPublicKey};
use miniscript::descriptor::Wildcard;
use miniscript::descriptor::checksum::desc_checksum;
use miniscript::{Descriptor, DescriptorPublicKey, ForEachKey};
use secp256k1::SECP256K1;
use serde_json::{Value, json};

use super::params::{Args, Kind, Method};
use super::script::with_checksum;
use super::values::btc;
use super::{Outcome, RpcError};
use crate::http::App;
use crate::index::script_hash;

/// Last index of a ranged descriptor that names no range.
const DEFAULT_END: u32 = 1_000;
/// Most indexes in one range (Core's limit).
const MAX_RANGE: u32 = 1_000_000;
/// Most scan objects in one call.
const MAX_OBJECTS: usize = 1_000;

/// What a descriptor may begin with (BIP-0380 and following).
const FUNCTIONS: &[&str] = &[
    "addr",
    "combo",
    "multi",
    "pk",
    "pkh",
    "raw",
    "rawtr",
    "sh",
    "sortedmulti",
    "tr",
    "wpkh",
    "wsh",
];

/// This room's methods.
pub const METHODS: &[Method] = &[Method {
    name: "scantxoutset",
    params: &[
        ("action", Kind::Text, true),
        ("scanobjects", Kind::List, false),
    ],
    help: "Finds the unspent outputs of descriptors: start, status or abort.",
    run: scan,
}];

fn scan(app: &Arc<App>, args: &Args) -> Outcome {
    match args.required_text(0) {
        // Scans end before they are answered: none is ever in progress.
        "status" => return Ok(Value::Null),
        "abort" => return Ok(json!(false)),
        "start" => {}
        other => return Err(RpcError::invalid(format!("Invalid action '{other}'"))),
    }
    let objects = args
        .list(1)
        .ok_or_else(|| RpcError::misc("scanobjects argument is required for the start action"))?;
    if objects.len() > MAX_OBJECTS {
        return Err(RpcError::invalid(format!(
            "at most {MAX_OBJECTS} scanobjects are taken"
        )));
    }
    let mut wanted: BTreeMap<ScriptBuf, String> = BTreeMap::new();
    for object in objects {
        for (script, descriptor) in expand(object)? {
            wanted.insert(script, descriptor);
        }
    }
    let state = app.node.read();
    let mut unspents = Vec::new();
    let mut total = 0u64;
    for (script, descriptor) in &wanted {
        let Some(record) = state.index.script(&script_hash(script)) else {
            continue;
        };
        for (position, vout) in record.coins.keys() {
            let outpoint = OutPoint {
                txid: state.index.txid_at(*position),
                vout: *vout,
            };
            let Some(coin) = state.index.coin(&outpoint) else {
                continue;
            };
            total += coin.output.value.to_sat();
            unspents.push(json!({
                "txid": outpoint.txid,
                "vout": outpoint.vout,
                "scriptPubKey": script.to_hex_string(),
                "desc": descriptor,
                "amount": btc(coin.output.value),
                "coinbase": coin.coinbase,
                "height": coin.height,
                "blockhash": state.index.blocks()[coin.height as usize].hash,
                "confirmations": state.index.height() - coin.height + 1,
            }));
        }
    }
    Ok(json!({
        "success": true,
        "txouts": state.index.unspent().0,
        "height": state.index.height(),
        "bestblock": state.index.tip().hash,
        "unspents": unspents,
        "total_amount": btc(Amount::from_sat(total)),
    }))
}

/// Scripts of a scan object with a descriptor for each.
fn expand(object: &Value) -> Result<Vec<(ScriptBuf, String)>, RpcError> {
    let (text, range) = match object {
        Value::String(text) => (text.as_str(), (0, DEFAULT_END)),
        Value::Object(map) => {
            let text = map.get("desc").and_then(Value::as_str).ok_or_else(|| {
                RpcError::invalid("Descriptor needs to be provided in scan object")
            })?;
            (text, map.get("range").map_or(Ok((0, DEFAULT_END)), range)?)
        }
        _ => {
            return Err(RpcError::invalid(
                "Scan object needs to be either a string or an object",
            ));
        }
    };
    scripts_of(text, range)
}

/// Core's `ParseDescriptorRange`: an end, or begin and end.
pub fn range(value: &Value) -> Result<(u32, u32), RpcError> {
    let number = |value: &Value| {
        value
            .as_i64()
            .ok_or_else(|| RpcError::invalid("Range must be specified as end or as [begin,end]"))
    };
    let (begin, end) = match value {
        Value::Array(both) if both.len() == 2 => (number(&both[0])?, number(&both[1])?),
        value => (0, number(value)?),
    };
    if begin < 0 {
        return Err(RpcError::invalid("Range should be greater or equal than 0"));
    }
    if end < begin {
        return Err(RpcError::invalid(
            "Range specified as [begin,end] must not have begin after end",
        ));
    }
    if end >= i64::from(i32::MAX) {
        return Err(RpcError::invalid("End of range is too high"));
    }
    if end - begin >= i64::from(MAX_RANGE) {
        return Err(RpcError::invalid("Range is too large"));
    }
    // Both are within 0..2^31 here.
    Ok((begin as u32, end as u32))
}

/// The one script of a descriptor without range.
pub fn single_script(text: &str) -> Result<ScriptBuf, RpcError> {
    let mut scripts = scripts_of(text, (0, 0))?;
    if text.contains('*') {
        return Err(RpcError::invalid(
            "Ranged descriptor not accepted. Maybe pass through deriveaddresses first?",
        ));
    }
    scripts
        .pop()
        .map(|(script, _)| script)
        .ok_or_else(|| bad(text, "it has no script"))
}

fn bad(text: &str, why: impl std::fmt::Display) -> RpcError {
    RpcError::not_found(format!("Invalid descriptor '{text}': {why}"))
}

/// All scripts of a descriptor over a range, each with a descriptor of its own.
pub fn scripts_of(
    text: &str,
    (begin, end): (u32, u32),
) -> Result<Vec<(ScriptBuf, String)>, RpcError> {
    let body = without_checksum(text)?;
    let inner = |name: &str| {
        body.strip_prefix(name)
            .and_then(|rest| rest.strip_prefix('(')?.strip_suffix(')'))
    };
    let function = body.split('(').next().unwrap_or_default();
    if !FUNCTIONS.contains(&function) {
        let told = format!("'{body}' is not a valid descriptor function");
        return Err(RpcError::not_found(told));
    }
    if let Some(address) = inner("addr") {
        let script = address
            .parse::<Address<NetworkUnchecked>>()
            .ok()
            .and_then(|address| address.require_network(Network::Regtest).ok())
            .ok_or_else(|| bad(text, "Address is not valid"))?
            .script_pubkey();
        return Ok(vec![(script, with_checksum(body))]);
    }
    if let Some(hex) = inner("raw") {
        let script = ScriptBuf::from_hex(hex).map_err(|_| bad(text, "Raw script is not hex"))?;
        return Ok(vec![(script, with_checksum(body))]);
    }
    if let Some(key) = inner("rawtr") {
        let key: XOnlyPublicKey = key.parse().map_err(|error| bad(text, error))?;
        let key = bitcoin::key::TweakedPublicKey::dangerous_assume_tweaked(key);
        return Ok(vec![(
            ScriptBuf::new_p2tr_tweaked(key),
            with_checksum(body),
        )]);
    }
    let bodies: Vec<String> = match inner("combo") {
        Some(key) => combo(key),
        None => vec![body.to_owned()],
    };
    let mut scripts = Vec::new();
    for body in bodies {
        let (descriptor, _) = Descriptor::<DescriptorPublicKey>::parse_descriptor(SECP256K1, &body)
            .map_err(|error| bad(text, error))?;
        for descriptor in descriptor
            .into_single_descriptors()
            .map_err(|error| bad(text, error))?
        {
            derive(&descriptor, begin, end, &mut scripts).map_err(|error| bad(text, error))?;
        }
    }
    Ok(scripts)
}

/// BIP-0384: all the usual scripts of one key; an uncompressed key has no witness scripts.
fn combo(key: &str) -> Vec<String> {
    let mut bodies = vec![format!("pk({key})"), format!("pkh({key})")];
    let uncompressed = key
        .rsplit(']')
        .next()
        .and_then(|bare| bare.parse::<PublicKey>().ok())
        .is_some_and(|key| !key.compressed);
    if !uncompressed {
        bodies.push(format!("wpkh({key})"));
        bodies.push(format!("sh(wpkh({key}))"));
    }
    bodies
}

fn derive(
    descriptor: &Descriptor<DescriptorPublicKey>,
    begin: u32,
    end: u32,
    scripts: &mut Vec<(ScriptBuf, String)>,
) -> Result<(), String> {
    // The library panics on hardened steps below a public key instead of refusing them.
    if descriptor.for_any_key(needs_private) {
        return Err("Cannot derive script without private keys".to_owned());
    }
    let indexes = if descriptor.has_wildcard() {
        begin..=end
    } else {
        0..=0
    };
    for index in indexes {
        let at = descriptor
            .at_derivation_index(index)
            .map_err(|error| error.to_string())?;
        let derived = at
            .derived_descriptor(SECP256K1)
            .map_err(|error| error.to_string())?;
        scripts.push((derived.script_pubkey(), derived.to_string()));
    }
    Ok(())
}

fn needs_private(key: &DescriptorPublicKey) -> bool {
    let hardened = |path: &DerivationPath| path.into_iter().any(|step| step.is_hardened());
    match key {
        DescriptorPublicKey::Single(_) => false,
        DescriptorPublicKey::XPub(key) => {
            key.wildcard == Wildcard::Hardened || hardened(&key.derivation_path)
        }
        DescriptorPublicKey::MultiXPub(key) => {
            key.wildcard == Wildcard::Hardened || key.derivation_paths.paths().iter().any(hardened)
        }
    }
}

/// Checks a checksum, if there is one, and takes it off.
fn without_checksum(text: &str) -> Result<&str, RpcError> {
    let Some((body, given)) = text.split_once('#') else {
        return Ok(text);
    };
    let expected = desc_checksum(body).map_err(|error| bad(text, error))?;
    if given != expected {
        return Err(RpcError::not_found(format!(
            "Provided checksum '{given}' does not match computed checksum '{expected}'"
        )));
    }
    Ok(body)
}
