//! Other nodes.

use std::sync::Arc;

use serde_json::{Value, json};

use super::params::{Args, Kind, Method};
use super::values::rate;
use super::{Outcome, RpcError};
use crate::http::App;
use crate::mempool::{INCREMENTAL_SAT_PER_KVB, MIN_RELAY_SAT_PER_KVB};
use crate::peers::{self, Link, PeerError, PeerUrl};

/// The Core release whose answers are given here.
const VERSION: u32 = 290_000;

/// Networks that Core names. None is used here: nodes are linked by HTTP.
const NETWORKS: [&str; 5] = ["ipv4", "ipv6", "onion", "i2p", "cjdns"];

/// This room's methods.
pub const METHODS: &[Method] = &[
    Method {
        name: "getnetworkinfo",
        params: &[],
        help: "Returns the state of the network of sandboxes.",
        run: |app, _| {
            let connected = connected(app).len();
            Ok(json!({
                "version": VERSION,
                "subversion": concat!("/satchel-sandbox:", env!("CARGO_PKG_VERSION"), "/"),
                "protocolversion": 70016,
                "localservices": "0000000000000409",
                "localservicesnames": ["NETWORK", "WITNESS", "NETWORK_LIMITED"],
                "localrelay": true,
                "timeoffset": 0,
                "networkactive": app.peers.is_active(),
                "connections": connected,
                "connections_in": 0,
                "connections_out": connected,
                "networks": NETWORKS.map(|name| json!({
                    "name": name,
                    "limited": true,
                    "reachable": false,
                    "proxy": "",
                    "proxy_randomize_credentials": false,
                })),
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
        help: "Returns the number of links to other nodes that stand.",
        run: |app, _| Ok(json!(connected(app).len())),
    },
    Method {
        name: "getpeerinfo",
        params: &[],
        help: "Returns the links to other nodes that stand.",
        run: |app, _| {
            let list: Vec<Value> = connected(app)
                .iter()
                .map(|link| {
                    json!({
                        "id": link.id,
                        "addr": address(&link.url),
                        "network": "not_publicly_routable",
                        "services": "0000000000000409",
                        "servicesnames": ["NETWORK", "WITNESS", "NETWORK_LIMITED"],
                        "relaytxes": true,
                        "conntime": link.since,
                        "timeoffset": 0,
                        "version": 70016,
                        "inbound": false,
                        "startingheight": link.height,
                        "synced_headers": link.height,
                        "synced_blocks": link.height,
                        "inflight": [],
                        "permissions": [],
                        "connection_type": "manual",
                    })
                })
                .collect();
            Ok(json!(list))
        },
    },
    Method {
        name: "addnode",
        params: &[
            ("node", Kind::Text, true),
            ("command", Kind::Text, true),
            ("v2transport", Kind::Flag, false),
        ],
        help: "Links this node to another sandbox (add, onetry), or takes the link away (remove). A link \
               carries blocks and transactions both ways.",
        run: add,
    },
    Method {
        name: "disconnectnode",
        params: &[
            ("address", Kind::Text, false),
            ("nodeid", Kind::Number, false),
        ],
        help: "Cuts the link to another sandbox. It stays cut until the node is added again.",
        run: disconnect,
    },
    Method {
        name: "getaddednodeinfo",
        params: &[("node", Kind::Text, false)],
        help: "Returns all links, whether they stand or not.",
        run: added,
    },
    Method {
        name: "setnetworkactive",
        params: &[("state", Kind::Flag, true)],
        help: "Cuts all links, those of others to this node included, or lets them come back.",
        run: |app, args| {
            let active = args.flag(0).unwrap_or(true);
            app.peers.set_active(active);
            Ok(json!(active))
        },
    },
];

fn connected(app: &App) -> Vec<Link> {
    let mut links = app.peers.list();
    links.retain(|link| link.since.is_some());
    links
}

/// Core's addresses have no scheme.
fn address(url: &PeerUrl) -> String {
    url.to_string().replacen("http://", "", 1)
}

impl From<PeerError> for RpcError {
    fn from(error: PeerError) -> Self {
        let code = match error {
            PeerError::Address(_) => -8,
            PeerError::Known => -23,
            PeerError::TooMany => -34,
            PeerError::Stopped => -9,
        };
        Self::new(code, error.to_string())
    }
}

fn add(app: &Arc<App>, args: &Args) -> Outcome {
    let url: PeerUrl = args.required_text(0).parse()?;
    match args.required_text(1) {
        "add" | "onetry" => peers::add(app, url)?,
        "remove" => {
            if !app.peers.remove(&url) {
                return Err(RpcError::new(
                    -24,
                    "Error: Node could not be removed. It has not been added previously.",
                ));
            }
        }
        _ => return Err(RpcError::misc("command must be add, remove or onetry")),
    }
    Ok(Value::Null)
}

fn disconnect(app: &Arc<App>, args: &Args) -> Outcome {
    let url = match (
        args.text(0).filter(|text| !text.is_empty()),
        args.integer(1)?,
    ) {
        (Some(text), None) => text.parse().ok(),
        (None, Some(id)) => app
            .peers
            .list()
            .into_iter()
            .find(|link| i64::try_from(link.id) == Ok(id))
            .map(|link| link.url),
        _ => {
            return Err(RpcError::new(
                -32602,
                "Only one of address and nodeid should be provided.",
            ));
        }
    };
    if !url.is_some_and(|url| app.peers.remove(&url)) {
        return Err(RpcError::new(-29, "Node not found in connected nodes"));
    }
    Ok(Value::Null)
}

fn added(app: &Arc<App>, args: &Args) -> Outcome {
    let wanted: Option<PeerUrl> = args.text(0).map(str::parse).transpose()?;
    let mut links = app.peers.list();
    links.retain(|link| wanted.as_ref().is_none_or(|wanted| *wanted == link.url));
    if wanted.is_some() && links.is_empty() {
        return Err(RpcError::new(-24, "Error: Node has not been added."));
    }
    let list: Vec<Value> = links
        .iter()
        .map(|link| {
            let address = address(&link.url);
            let connected = match link.since {
                Some(_) => json!([{ "address": address, "connected": "outbound" }]),
                None => json!([]),
            };
            let mut value = json!({
                "addednode": address,
                "connected": link.since.is_some(),
                "addresses": connected,
            });
            if let Some(trouble) = &link.trouble {
                value["trouble"] = json!(trouble);
            }
            value
        })
        .collect();
    Ok(json!(list))
}
