//! The labels that Electrum writes: one JSON object from transaction ids and addresses to texts.

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
