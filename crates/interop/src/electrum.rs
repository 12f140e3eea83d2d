//! The labels that Electrum writes: one JSON object from transaction ids and addresses to texts.
//!
//! It has labels of nothing else, and none of its coins is locked by such a file. The hashes of Lightning payments, which are
//! among its labels as well, look like transaction ids; nothing here has them.

use std::collections::BTreeMap;

use bitcoin::{Address, Txid, address::NetworkUnchecked};
use satchel_types::{Label, LabelTarget};

use crate::labels::{LabelRecord, Passed, PassedOver, Reading, address};

/// Reads such an object, or says that this is none.
pub(crate) fn read(text: &str, reading: &mut Reading) -> Option<()> {
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text).ok()?;
    // A single record of BIP-0329 is an object, too.
    if object.contains_key("type") && object.contains_key("ref") {
        return None;
    }
    for (n, (reference, label)) in object.iter().enumerate() {
        match record(reference, label, reading) {
            Ok(record) => reading.found.records.push(record),
            Err(why) => reading.pass(PassedOver { line: n + 1, why }),
        }
    }
    Some(())
}

/// Writes such an object, sorted and four spaces deep as Electrum does. What is neither on a transaction nor on an address
/// is left out: Electrum would keep it and show it nowhere.
pub(crate) fn write(records: &[LabelRecord]) -> Vec<u8> {
    let mut object = BTreeMap::new();
    for record in records {
        let reference = match &record.target {
            LabelTarget::Tx(txid) => txid.to_string(),
            LabelTarget::Address(address) => address.clone(),
            LabelTarget::Output(_) | LabelTarget::Input(_) | LabelTarget::Key(_) => continue,
        };
        if let Some(label) = &record.label {
            object.entry(reference).or_insert(label.as_str());
        }
    }
    let mut text = b"{".to_vec();
    for (n, (reference, label)) in object.iter().enumerate() {
        let comma = if n == 0 { "" } else { "," };
        let [reference, label] = [reference.as_str(), label].map(serde_json::Value::from);
        text.extend(format!("{comma}\n    {reference}: {label}").into_bytes());
    }
    text.extend(if object.is_empty() { &b"}"[..] } else { b"\n}" });
    text
}

fn record(
    reference: &str,
    label: &serde_json::Value,
    reading: &Reading,
) -> Result<LabelRecord, Passed> {
    let label = label.as_str().ok_or(Passed::NoRecord)?;
    let target = if let Ok(txid) = reference.parse::<Txid>() {
        LabelTarget::Tx(txid)
    } else {
        let found: Address<NetworkUnchecked> = reference.parse().map_err(|_| Passed::Reference)?;
        LabelTarget::Address(address(found, reading.network)?)
    };
    Ok(LabelRecord {
        target,
        label: Label::cut(label),
        spendable: None,
        origin: None,
    })
}
