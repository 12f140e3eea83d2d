//! Questions about a chain that both nodes have, and errors.

use serde_json::{Value, json};

use super::node::{Both, code, kinds, shape, whole};
use crate::common::{Key, World};

/// Asks both about the chain that they share.
pub fn chain(both: &mut Both<'_>, world: &World, key: &Key) {
    let tip = world.sandbox.tip();
    let top = tip.height;
    let coinbase = world.rpc("getblock", json!([tip.hash.to_string()]))["tx"][0].clone();
    let nowhere = "11".repeat(32);
    let address = key.address().to_string();
    let hash = tip.hash.to_string();
    for (method, params) in [
        ("getblock", json!([hash, 0])),
        ("getblock", json!([hash, 1])),
        ("getblock", json!([hash, 2])),
        ("getblock", json!([hash, 3])),
        ("getblock", json!([hash, true])),
        ("getblock", json!({ "blockhash": hash, "verbosity": 1 })),
        ("getblock", json!([nowhere])),
        ("getblock", json!(["12"])),
        ("getblock", json!(["zz".repeat(32)])),
        ("getblockheader", json!([hash])),
        ("getblockheader", json!([hash, false])),
        ("getblockheader", json!([nowhere])),
        ("getblockhash", json!([0])),
        ("getblockhash", json!([top + 1])),
        ("getblockhash", json!([-1])),
        ("getblockstats", json!([top])),
        ("getblockstats", json!([hash])),
        ("getblockstats", json!([0])),
        ("getblockstats", json!([1])),
        ("getblockstats", json!([top, ["totalfee", "txs", "height"]])),
        ("getblockstats", json!([top, []])),
        ("getblockstats", json!([top, ["nosuch"]])),
        ("getblockstats", json!([top + 1])),
        ("getblockstats", json!([-1])),
        ("getblockstats", json!([nowhere])),
        ("getblockstats", json!([true])),
        ("getrawtransaction", json!([coinbase, 0])),
        ("getrawtransaction", json!([coinbase, 1])),
        ("getrawtransaction", json!([coinbase, 2])),
        ("getrawtransaction", json!([coinbase, true])),
        ("getrawtransaction", json!([coinbase, 2, hash])),
        ("getrawtransaction", json!([coinbase, 2, nowhere])),
        ("getrawtransaction", json!([nowhere])),
        ("getrawtransaction", json!([nowhere, 1, hash])),
        ("gettxout", json!([coinbase, 0])),
        ("gettxout", json!([coinbase, 1])),
        ("gettxout", json!([coinbase, 9])),
        ("gettxout", json!([nowhere, 0])),
        ("validateaddress", json!([address])),
        ("validateaddress", json!(["nonsense"])),
        (
            "validateaddress",
            json!(["bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"]),
        ),
        (
            "validateaddress",
            json!(["bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt081"]),
        ),
        ("decodescript", json!(["51"])),
        ("decodescript", json!([""])),
        ("decodescript", json!(["6a026869"])),
        ("decodescript", json!(["zz"])),
        (
            "decodescript",
            json!([format!("76a914{}88ac", "11".repeat(20))]),
        ),
        ("decodescript", json!([format!("0014{}", "11".repeat(20))])),
        ("getdescriptorinfo", json!([format!("addr({address})")])),
        ("getdescriptorinfo", json!(["nonsense"])),
        ("deriveaddresses", json!([format!("addr({address})")])),
        ("decoderawtransaction", json!(["00"])),
        ("getmempoolentry", json!([nowhere])),
        ("getmempoolancestors", json!([nowhere])),
        (
            "gettxspendingprevout",
            json!([[{ "txid": coinbase, "vout": 0 }]]),
        ),
        ("nosuchmethod", json!([])),
        ("sendrawtransaction", json!(["00"])),
        ("sendrawtransaction", json!(["zz"])),
        ("testmempoolaccept", json!([["00"]])),
        ("testmempoolaccept", json!([[]])),
        ("submitblock", json!(["00"])),
        ("submitpackage", json!([[]])),
        ("estimatesmartfee", json!([0])),
        ("estimatesmartfee", json!([1_009])),
        ("estimatesmartfee", json!([6, "nonsense"])),
        ("invalidateblock", json!([nowhere])),
        ("reconsiderblock", json!([nowhere])),
        ("generatetoaddress", json!([1, "nonsense"])),
        (
            "generatetoaddress",
            json!([1, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"]),
        ),
        ("generatetoaddress", json!([0, address])),
        ("scantxoutset", json!(["status"])),
        ("scantxoutset", json!(["start", ["nonsense"]])),
        ("getblockfilter", json!([hash])),
        ("getblockfilter", json!([nowhere])),
        // Wrong parameters by type.
        ("getblockhash", json!(["0"])),
        ("getblock", json!([7])),
        ("getblockheader", json!([hash, "yes"])),
        ("getrawtransaction", json!([coinbase, "2"])),
        ("generatetoaddress", json!(["1", address])),
        ("testmempoolaccept", json!(["00"])),
        ("getblock", json!({ "nosuch": 1 })),
    ] {
        both.ask(method, params, &whole);
    }
    // Help texts differ: too few and too many parameters.
    for (method, params) in [
        ("getblockcount", json!([1])),
        ("getblockhash", json!([])),
        ("getblock", json!([])),
        ("deriveaddresses", json!(["addr(x)"])),
        ("sendrawtransaction", json!([])),
        ("estimatesmartfee", json!([])),
        ("createwallet", json!([])),
    ] {
        both.ask(method, params, &code);
    }
    let unordered = |value: &Value| {
        let mut value = value.clone();
        if let Some(list) = value["result"]["unspents"].as_array_mut() {
            list.sort_by_key(|coin| (coin["txid"].to_string(), coin["vout"].to_string()));
        }
        value
    };
    let scan = json!(["start", [format!("addr({address})")]]);
    both.ask("scantxoutset", scan, &unordered);
}

/// What depends on the node itself must at least look alike.
pub fn figures(both: &mut Both<'_>) {
    for method in [
        "getblockchaininfo",
        "getnetworkinfo",
        "getmempoolinfo",
        "getmininginfo",
        "getchaintips",
        "gettxoutsetinfo",
        "getindexinfo",
        "getdifficulty",
        "uptime",
        "getconnectioncount",
        "getpeerinfo",
        "getaddednodeinfo",
        "getnetworkhashps",
        "getrpcinfo",
    ] {
        both.ask(method, json!([]), &shape);
    }
    both.ask("estimatesmartfee", json!([6]), &shape);
    // Of these, most values are the same as well.
    for (method, names) in [
        (
            "getblockchaininfo",
            &[
                "chain",
                "blocks",
                "headers",
                "bestblockhash",
                "bits",
                "target",
                "difficulty",
                "time",
                "mediantime",
                "chainwork",
                "pruned",
                "initialblockdownload",
            ][..],
        ),
        (
            "getmininginfo",
            &[
                "chain",
                "blocks",
                "bits",
                "target",
                "difficulty",
                "pooledtx",
                "next",
                "blockmintxfee",
            ],
        ),
        (
            "getmempoolinfo",
            &[
                "loaded",
                "size",
                "bytes",
                "total_fee",
                "maxmempool",
                "mempoolminfee",
                "minrelaytxfee",
                "incrementalrelayfee",
                "fullrbf",
            ],
        ),
        (
            "getnetworkinfo",
            &[
                "protocolversion",
                "networkactive",
                "connections",
                "relayfee",
                "incrementalfee",
            ],
        ),
    ] {
        both.ask(method, json!([]), &|value| {
            names
                .iter()
                .map(|name| ((*name).to_owned(), value["result"][name].clone()))
                .collect()
        });
    }
}

/// Requests of every form, and who is let in.
pub fn http(both: &mut Both<'_>) {
    let ok = r#"{"jsonrpc":"2.0","id":7,"method":"getblockcount","params":[]}"#;
    let old = r#"{"jsonrpc":"1.0","id":"a","method":"getblockcount","params":[]}"#;
    let none = r#"{"jsonrpc":"2.0","id":7,"method":"nosuch","params":[]}"#;
    let none_old = r#"{"id":7,"method":"nosuch","params":[]}"#;
    let wrong = r#"{"id":7,"method":"getblockhash","params":[99999999]}"#;
    let note = r#"{"jsonrpc":"2.0","method":"getblockcount","params":[]}"#;
    let long = format!("[{}]", vec![ok; 40].join(","));
    for (path, login, body) in [
        ("/", None, ok.to_owned()),
        ("/", None, old.to_owned()),
        ("/", None, none.to_owned()),
        ("/", None, none_old.to_owned()),
        ("/", None, wrong.to_owned()),
        (
            "/",
            None,
            wrong.replace("\"id\"", "\"jsonrpc\":\"2.0\",\"id\""),
        ),
        ("/", None, note.to_owned()),
        ("/", None, note.replace("getblockcount", "nosuch")),
        ("/", None, format!("[{note}]")),
        ("/", None, format!("[{ok},{old},{none},{note},{none_old}]")),
        ("/", None, long),
        ("/", None, "[]".to_owned()),
        ("/", None, "[1]".to_owned()),
        ("/", None, "1".to_owned()),
        ("/", None, "{".to_owned()),
        ("/", None, String::new()),
        ("/", None, "{}".to_owned()),
        ("/", None, r#"{"id":1,"method":7}"#.to_owned()),
        (
            "/",
            None,
            r#"{"id":1,"method":"getblockcount","params":7}"#.to_owned(),
        ),
        (
            "/",
            None,
            r#"{"jsonrpc":"3.0","id":1,"method":"getblockcount"}"#.to_owned(),
        ),
        (
            "/",
            None,
            r#"{"jsonrpc":2,"id":1,"method":"getblockcount"}"#.to_owned(),
        ),
        (
            "/",
            None,
            r#"{"jsonrpc":"2.0","id":1,"method":"getblockcount","params":null}"#.to_owned(),
        ),
        (
            "/",
            None,
            r#"{"id":{"a":1},"method":"getblockcount"}"#.to_owned(),
        ),
        ("/", Some("__cookie__:wrong"), ok.to_owned()),
        ("/", Some("nobody:wrong"), ok.to_owned()),
        ("/nosuch", None, ok.to_owned()),
        ("/wallet/nosuch", None, ok.to_owned()),
        (
            "/wallet/nosuch",
            None,
            ok.replace("getblockcount", "getwalletinfo"),
        ),
        (
            "/wallet/no%20such",
            None,
            ok.replace("getblockcount", "getwalletinfo"),
        ),
    ] {
        let seen = |node: &super::node::Node| {
            let answer = node.raw(path, login, &body);
            // Core's content type is said without a character set.
            json!({
                "status": answer.status,
                "kind": answer.kind,
                "body": serde_json::from_slice::<Value>(&answer.body)
                    .unwrap_or_else(|_| json!(String::from_utf8_lossy(&answer.body))),
            })
        };
        let (ours, theirs) = (seen(both.ours), seen(both.theirs));
        let shown: String = body.chars().take(120).collect();
        both.compare(&format!("POST {path} {login:?} {shown}"), &ours, &theirs);
    }
    let get = |node: &super::node::Node| {
        let answer = node.http.get(&format!("{}/", node.url));
        json!({ "status": answer.status, "text": answer.text() })
    };
    let (ours, theirs) = (get(both.ours), get(both.theirs));
    both.compare("GET /", &ours, &theirs);
    let realm = |node: &super::node::Node| {
        let request = node.http.request().post(format!("{}/", node.url)).body(ok);
        let headers = node.http.headers(request);
        json!(
            headers
                .get("www-authenticate")
                .and_then(|value| value.to_str().ok())
        )
    };
    let (ours, theirs) = (realm(both.ours), realm(both.theirs));
    both.compare("without a login", &ours, &theirs);
}

/// The kinds of a mempool entry, and all of it but its time.
pub fn entries(both: &mut Both<'_>, pool: &Value) {
    for txid in pool["result"].as_array().into_iter().flatten() {
        let timeless = |value: &Value| {
            let mut value = value.clone();
            if let Some(map) = value["result"].as_object_mut() {
                map.remove("time");
                for name in ["depends", "spentby"] {
                    if let Some(list) = map.get_mut(name).and_then(Value::as_array_mut) {
                        list.sort_by_key(Value::to_string);
                    }
                }
            }
            value
        };
        both.ask("getmempoolentry", json!([txid]), &timeless);
    }
    let verbose = |value: &Value| {
        let first = value["result"]
            .as_object()
            .and_then(|map| map.values().next());
        json!(first.map(kinds))
    };
    both.ask("getrawmempool", json!([true]), &verbose);
    both.ask("getrawmempool", json!([false, true]), &shape);
    both.ask("getrawmempool", json!([true, true]), &code);
}
