//! Addresses, descriptors, indexes.

use std::sync::Arc;

use bitcoin::{Address, Network};
use serde_json::json;

use super::params::{Args, Kind, Method};
use super::scan::{range, scripts_of};
use super::script::with_checksum;
use super::{Outcome, RpcError};
use crate::http::App;
use crate::mempool::{script_type, witness_program};

/// This room's methods.
pub const METHODS: &[Method] = &[
    Method {
        name: "validateaddress",
        params: &[("address", Kind::Text, true)],
        help: "Says whether an address is one of this chain, and what it is.",
        run: validate,
    },
    Method {
        name: "deriveaddresses",
        params: &[
            ("descriptor", Kind::Text, true),
            ("range", Kind::Range, false),
        ],
        help: "Returns the addresses of a descriptor.",
        run: derive,
    },
    Method {
        name: "getdescriptorinfo",
        params: &[("descriptor", Kind::Text, true)],
        help: "Analyses a descriptor and computes its checksum.",
        run: descriptor_info,
    },
    Method {
        name: "getindexinfo",
        params: &[("index_name", Kind::Text, false)],
        help: "Returns the state of the indexes; they follow the tip at once.",
        run: |app, _| {
            let height = app.node.read().index.height();
            let state = json!({ "synced": true, "best_block_height": height });
            Ok(json!({ "txindex": state, "basic block filter index": state }))
        },
    },
];

fn validate(_: &Arc<App>, args: &Args) -> Outcome {
    let text = args.required_text(0);
    let address = match super::address::read(text) {
        Ok(address) => address,
        Err((error, places)) => {
            return Ok(json!({ "isvalid": false, "error_locations": places, "error": error }));
        }
    };
    let script = address.script_pubkey();
    let program = witness_program(&script);
    let mut value = json!({
        "isvalid": true,
        "address": address.to_string(),
        "scriptPubKey": script.to_hex_string(),
        "isscript": matches!(
            script_type(&script),
            "scripthash" | "witness_v0_scripthash" | "witness_v1_taproot"
        ),
        "iswitness": program.is_some(),
    });
    if let Some((version, program)) = program {
        value["witness_version"] = json!(version);
        value["witness_program"] = json!(hex::encode(program));
    }
    Ok(value)
}

fn derive(_: &Arc<App>, args: &Args) -> Outcome {
    let text = args.required_text(0);
    if !text.contains('#') {
        return Err(RpcError::not_found("Missing checksum"));
    }
    let bounds = args.value(1).map(range).transpose()?;
    if text.contains('*') != bounds.is_some() {
        return Err(RpcError::invalid(if bounds.is_some() {
            "Range should not be specified for an un-ranged descriptor"
        } else {
            "Range must be specified for a ranged descriptor"
        }));
    }
    let addresses: Result<Vec<String>, RpcError> = scripts_of(text, bounds.unwrap_or((0, 0)))?
        .iter()
        .map(|(script, _)| {
            Address::from_script(script, Network::Regtest)
                .map(|address| address.to_string())
                .map_err(|_| {
                    RpcError::not_found("Descriptor does not have a corresponding address")
                })
        })
        .collect();
    Ok(json!(addresses?))
}

fn descriptor_info(_: &Arc<App>, args: &Args) -> Outcome {
    let text = args.required_text(0);
    scripts_of(text, (0, 0))?;
    let body = text.split_once('#').map_or(text, |(body, _)| body);
    let full = with_checksum(body);
    let checksum = full.rsplit('#').next().unwrap_or_default();
    Ok(json!({
        "descriptor": full,
        "checksum": checksum,
        "isrange": body.contains('*'),
        "issolvable": !body.starts_with("addr(") && !body.starts_with("raw("),
        "hasprivatekeys": body.contains("prv"),
    }))
}
