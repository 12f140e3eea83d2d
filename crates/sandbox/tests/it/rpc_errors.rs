//! JSON-RPC as a protocol: authentication, versions, batches, parameters, codes.

use serde_json::{Value, json};

use crate::common::{Answer, World};

fn call(world: &World, body: &str) -> Answer {
    let (user, password) = world.sandbox.rpc_cookie().split_once(':').unwrap();
    let request = world.http.request().post(world.sandbox.url());
    world.http.send(
        request
            .basic_auth(user, Some(password))
            .body(body.to_owned()),
    )
}

#[test]
fn the_cookie_is_needed_and_in_its_file() {
    let world = World::new();
    let url = world.sandbox.url();
    let body = r#"{"method":"getblockcount"}"#;
    let answer = world.http.post(&url, body);
    assert_eq!(answer.status, 401);
    let request = world
        .http
        .request()
        .post(&url)
        .basic_auth("__cookie__", Some("no"))
        .body(body);
    let headers = world.http.headers(request);
    assert_eq!(headers["www-authenticate"], "Basic realm=\"jsonrpc\"");
    let cookie = std::fs::read_to_string(world.sandbox.cookie_file()).unwrap();
    assert_eq!(cookie, world.sandbox.rpc_cookie());
    // Core has it in the network's folder: `bitcoin-cli -regtest -datadir=DIR` looks there.
    let folder = world.sandbox.cookie_file().parent().unwrap();
    let twin = std::fs::read_to_string(folder.join("regtest").join(".cookie")).unwrap();
    assert_eq!(twin, cookie);
    let (user, password) = cookie.split_once(':').unwrap();
    assert_eq!(user, "__cookie__");
    assert_eq!(password.len(), 64);
    assert!(password.chars().all(|c| c.is_ascii_hexdigit()));
    assert_eq!(call(&world, body).json()["result"], 110);
    #[cfg(unix)]
    for file in [".cookie", "regtest/.cookie"] {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder.join(file))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "only the owner can read {file}");
    }
    let answer = world.http.get(&url);
    assert_eq!(answer.status, 405);
    assert_eq!(answer.text(), "JSONRPC server handles only POST requests");
}

#[test]
fn old_and_new_protocol_differ_as_in_core() {
    let world = World::new();
    let old = call(&world, r#"{"id":7,"method":"getblockcount"}"#);
    assert_eq!((old.status, old.kind.as_str()), (200, "application/json"));
    assert_eq!(old.json(), json!({ "result": 110, "error": null, "id": 7 }));
    let new = call(
        &world,
        r#"{"jsonrpc":"2.0","id":"a","method":"getblockcount"}"#,
    );
    assert_eq!(
        new.json(),
        json!({ "jsonrpc": "2.0", "result": 110, "id": "a" })
    );

    let old = call(&world, r#"{"id":7,"method":"nosuch"}"#);
    assert_eq!(old.status, 404);
    let error = json!({ "code": -32601, "message": "Method not found" });
    assert_eq!(
        old.json(),
        json!({ "result": null, "error": error, "id": 7 })
    );
    let new = call(&world, r#"{"jsonrpc":"2.0","id":7,"method":"nosuch"}"#);
    assert_eq!(new.status, 200);
    assert_eq!(
        new.json(),
        json!({ "jsonrpc": "2.0", "error": error, "id": 7 })
    );

    let old = call(&world, r#"{"id":7,"method":"getblockhash","params":[999]}"#);
    assert_eq!(old.status, 500);
    assert_eq!(
        old.json()["error"],
        json!({ "code": -8, "message": "Block height out of range" })
    );
    let silent = call(&world, r#"{"jsonrpc":"2.0","method":"getblockcount"}"#);
    assert_eq!((silent.status, silent.body.len()), (204, 0));
}

#[test]
fn malformed_requests_have_cores_codes() {
    let world = World::new();
    for (body, status, code, message) in [
        ("", 500, -32700, "Parse error"),
        ("{", 500, -32700, "Parse error"),
        ("7", 500, -32700, "Top-level object parse error"),
        ("{}", 400, -32600, "Missing method"),
        (r#"{"method":7}"#, 400, -32600, "Method must be a string"),
        (
            r#"{"method":"getblockcount","params":"x"}"#,
            400,
            -32600,
            "Params must be an array or object",
        ),
        (
            r#"{"jsonrpc":"3.0","method":"getblockcount"}"#,
            400,
            -32600,
            "JSON-RPC version not supported",
        ),
        (
            r#"{"jsonrpc":2,"method":"getblockcount"}"#,
            400,
            -32600,
            "jsonrpc field must be a string",
        ),
    ] {
        let answer = call(&world, body);
        assert_eq!(answer.status, status, "{body}");
        assert_eq!(
            answer.json()["error"],
            json!({ "code": code, "message": message }),
            "{body}"
        );
    }
}

#[test]
fn a_batch_is_answered_in_order_with_its_errors_inside() {
    let world = World::new();
    let answer = call(
        &world,
        r#"[{"id":1,"method":"getblockcount"},{"id":2,"method":"nosuch"},7,
            {"jsonrpc":"2.0","method":"uptime"},{"jsonrpc":"2.0","id":4,"method":"getblockhash","params":[0]}]"#,
    );
    assert_eq!(answer.status, 200);
    let replies = answer.json();
    let replies = replies.as_array().unwrap();
    assert_eq!(replies.len(), 4);
    assert_eq!(replies[0]["result"], 110);
    assert_eq!(replies[1]["error"]["code"], -32601);
    assert_eq!(replies[2]["error"]["code"], -32600);
    assert_eq!(
        replies[3]["result"],
        "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206"
    );
    assert_eq!(call(&world, "[]").json(), json!([]));
    let silent = call(&world, r#"[{"jsonrpc":"2.0","method":"uptime"}]"#);
    assert_eq!(silent.status, 204);
}

#[test]
fn parameters_go_by_place_by_name_or_both() {
    let world = World::new();
    let hash = world.rpc("getblockhash", json!([5]));
    assert_eq!(world.rpc("getblockhash", json!({ "height": 5 })), hash);
    let by_place = world.rpc("getblock", json!([hash, 2]));
    assert_eq!(
        world.rpc("getblock", json!({ "blockhash": hash, "verbosity": 2 })),
        by_place
    );
    assert_eq!(
        world.rpc("getblock", json!({ "args": [hash], "verbosity": 2 })),
        by_place
    );
    assert_eq!(
        world.rpc("getblock", json!([hash, true])),
        world.rpc("getblock", json!([hash]))
    );
    let error = |method: &str, params: Value| world.try_rpc(method, params).unwrap_err();
    assert_eq!(
        error("getblockhash", json!({ "hight": 5 })),
        (-8, "Unknown named parameter hight".to_owned())
    );
    assert_eq!(
        error("getblockhash", json!({ "args": [5], "height": 5 })).0,
        -8
    );
    assert_eq!(
        error("getblockhash", json!(["5"])),
        (
            -3,
            "Wrong type passed:\n{\n    \"Position 1 (height)\": \"JSON value of type string is not of expected type number\"\n}"
                .to_owned()
        )
    );
    let (code, help) = error("getblockhash", json!([]));
    assert_eq!(code, -1);
    assert!(help.starts_with("getblockhash height\n"), "{help}");
    assert_eq!(error("getblockhash", json!([1, 2])).0, -1);
    for number in [
        json!(5_000_000_000u64),
        json!(1.5),
        json!(-5_000_000_000i64),
    ] {
        assert_eq!(
            error("getblockhash", json!([number])),
            (-1, "JSON integer out of range".to_owned())
        );
    }
    let zeros = "00".repeat(32);
    assert_eq!(
        error("gettxout", json!([zeros, -1])),
        (-1, "JSON integer out of range".to_owned())
    );
    assert_eq!(world.rpc("gettxout", json!([zeros, u32::MAX])), Value::Null);
    assert_eq!(
        error("sendrawtransaction", json!(["00", 1])).0,
        -8,
        "1 BTC/kvB is the first rate that is too much"
    );
    assert_eq!(error("sendrawtransaction", json!(["00", 0.999])).0, -22);
    assert_eq!(
        error("getblock", json!(["abc"])),
        (
            -8,
            "blockhash must be of length 64 (not 3, for 'abc')".to_owned()
        )
    );
    let odd = "z".repeat(64);
    assert_eq!(
        error("getblock", json!([odd])),
        (
            -8,
            format!("blockhash must be hexadecimal string (not '{odd}')")
        )
    );
    assert_eq!(
        error("getblock", json!(["11".repeat(32)])),
        (-5, "Block not found".to_owned())
    );
}

#[test]
fn help_lists_every_method_the_issue_names() {
    let world = World::new();
    let help = world.rpc("help", json!([]));
    let help = help.as_str().unwrap();
    for method in [
        "getblockchaininfo",
        "getblockcount",
        "getblockhash",
        "getblock",
        "getblockheader",
        "getrawtransaction",
        "sendrawtransaction",
        "testmempoolaccept",
        "getrawmempool",
        "getmempoolinfo",
        "getmempoolentry",
        "getmininginfo",
        "generatetoaddress",
        "estimatesmartfee",
        "gettxout",
        "scantxoutset",
        "getblockfilter",
        "invalidateblock",
        "uptime",
        "stop",
    ] {
        let line = help
            .lines()
            .any(|line| line.split(' ').next() == Some(method));
        assert!(line, "{method}");
    }
    let one = world.rpc("help", json!(["uptime"]));
    assert!(one.as_str().unwrap().starts_with("uptime\n"));
    assert_eq!(
        world.rpc("help", json!(["nosuch"])),
        "help: unknown command: nosuch\n"
    );
    assert!(world.rpc("uptime", json!([])).is_u64());
}
