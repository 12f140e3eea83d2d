//! The network, of which there is none.

use serde_json::json;

use super::params::Method;
use super::values::rate;
use crate::mempool::{INCREMENTAL_SAT_PER_KVB, MIN_RELAY_SAT_PER_KVB};

/// The Core release whose answers are given here.
const VERSION: u32 = 280_000;

/// This room's methods.
pub const METHODS: &[Method] = &[
    Method {
        name: "getnetworkinfo",
        params: &[],
        help: "Returns the state of P2P networking: there is none.",
        run: |_, _| {
            Ok(json!({
                "version": VERSION,
                "subversion": concat!("/satchel-sandbox:", env!("CARGO_PKG_VERSION"), "/"),
                "protocolversion": 70016,
                "localservices": "0000000000000409",
                "localservicesnames": ["NETWORK", "WITNESS", "NETWORK_LIMITED"],
                "localrelay": true,
                "timeoffset": 0,
                "networkactive": false,
                "connections": 0,
                "connections_in": 0,
                "connections_out": 0,
                "networks": [],
                "relayfee": rate(MIN_RELAY_SAT_PER_KVB),
                "incrementalfee": rate(INCREMENTAL_SAT_PER_KVB),
                "localaddresses": [],
                "warnings": [],
            }))
        },
    },
    Method {
        name: "getconnectioncount",
        params: &[],
        help: "Returns the number of peers: 0.",
        run: |_, _| Ok(json!(0)),
    },
    Method {
        name: "getpeerinfo",
        params: &[],
        help: "Returns the peers: none.",
        run: |_, _| Ok(json!([])),
    },
];
