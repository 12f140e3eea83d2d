//! Who may ask: keys on every road, and addresses that other machines reach.

use std::io::{BufRead, BufReader};
use std::net::IpAddr;

use satchel_sandbox::{Access, ApiKey, Sandbox, SandboxConfig, StartError};
use serde_json::json;

use crate::common::{Key, World};
use crate::peers::eventually;
use crate::process::command;

const KEY: &str = "correct-horse-battery";

fn keyed(bind: &str) -> SandboxConfig {
    SandboxConfig {
        access: Access {
            bind: bind.parse().unwrap(),
            api_key: Some(ApiKey::new(KEY).unwrap()),
            allow_remote: true,
        },
        ..Default::default()
    }
}

#[test]
fn with_a_key_nothing_is_told_or_done_without_it() {
    let world = World::with(keyed("127.0.0.1"));
    let url = world.sandbox.url();
    let ask = |path: &str, post: Option<&str>, header: Option<(&str, &str)>| {
        let client = world.http.request();
        let mut request = match post {
            Some(body) => client.post(format!("{url}{path}")).body(body.to_owned()),
            None => client.get(format!("{url}{path}")),
        };
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        world.http.send(request).status
    };
    let bearer = format!("Bearer {KEY}");
    let address = Key::new(1).address().to_string();
    let faucet = json!({ "address": address, "amount": 5_000 }).to_string();
    let call = json!({ "id": 1, "method": "getblockcount", "params": [] }).to_string();
    for (path, post) in [
        ("/api/blocks/tip/height", None),
        ("/sandbox/status", None),
        ("/sandbox/wait", None),
        ("/sandbox/mine", Some("{}")),
        ("/faucet", Some(faucet.as_str())),
        ("/", Some(call.as_str())),
        ("/wallet/faucet", Some(call.as_str())),
    ] {
        for wrong in [
            None,
            Some(("x-api-key", "correct-horse-batterx")),
            Some(("authorization", "Bearer x")),
            Some(("authorization", KEY)),
        ] {
            assert_eq!(ask(path, post, wrong), 401, "{path} {wrong:?}");
        }
        for right in [("x-api-key", KEY), ("authorization", &bearer)] {
            assert_eq!(ask(path, post, Some(right)), 200, "{path} {right:?}");
        }
    }
    assert_eq!(ask("/nothing", None, None), 401, "not even what there is");
    // JSON-RPC's own clients send the cookie.
    assert_eq!(world.rpc("getblockcount", json!([])), 114);
}

#[test]
fn an_address_that_others_reach_needs_a_key_and_the_word() {
    let everywhere: IpAddr = "0.0.0.0".parse().unwrap();
    for (api_key, allow_remote, part) in [
        (
            None,
            false,
            "needs an API key (--api-key-file FILE) and --allow-remote",
        ),
        (None, true, "needs an API key"),
        (Some(ApiKey::new(KEY).unwrap()), false, "say --allow-remote"),
    ] {
        let error = Sandbox::start(SandboxConfig {
            access: Access {
                bind: everywhere,
                api_key,
                allow_remote,
            },
            ..Default::default()
        })
        .err()
        .expect("it is refused");
        assert!(matches!(error, StartError::Remote(_)));
        assert!(error.to_string().contains(part), "{error}");
    }
    let world = World::with(keyed("0.0.0.0"));
    let mine = |host: &str, key: Option<&str>| {
        let url = format!("{}/sandbox/mine", world.sandbox.url());
        let mut request = world
            .http
            .request()
            .post(url)
            .header("host", host)
            .body("{}");
        if let Some(key) = key {
            request = request.header("x-api-key", key);
        }
        world.http.send(request).status
    };
    assert_eq!(mine("sandbox.example:8080", None), 401);
    assert_eq!(mine("sandbox.example:8080", Some(KEY)), 200);
    assert_eq!(world.sandbox.tip().height, 111);
}

#[test]
fn nodes_that_share_a_key_find_together() {
    let a = Sandbox::start(keyed("127.0.0.1")).unwrap();
    let b = Sandbox::start(SandboxConfig {
        faucet: false,
        peers: vec![a.url()],
        ..keyed("127.0.0.1")
    })
    .unwrap();
    eventually("b has a's chain", || a.tip() == b.tip());
}

#[test]
fn the_program_refuses_what_is_half_said() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("key");
    let file = file.to_str().unwrap();
    let refused = |args: &[&str]| {
        let mut child = command(args).spawn().unwrap();
        // One that listens says so, and would not end by itself.
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        if !line.is_empty() {
            child.kill().unwrap();
        }
        let output = child.wait_with_output().unwrap();
        assert!(line.is_empty(), "{args:?} is not refused: {line}");
        assert!(!output.status.success(), "{args:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let told = refused(&["--port", "0", "--bind", "0.0.0.0"]);
    assert!(told.contains("It needs an API key"), "{told}");
    let told = refused(&["--port", "0", "--bind", "0.0.0.0", "--api-key-file", file]);
    assert!(told.contains("cannot read the API key"), "{told}");
    std::fs::write(file, "short").unwrap();
    let told = refused(&["--port", "0", "--api-key-file", file]);
    assert!(told.contains("at least 16 characters"), "{told}");
    std::fs::write(file, format!("{KEY}\n")).unwrap();
    let told = refused(&["--port", "0", "--bind", "0.0.0.0", "--api-key-file", file]);
    assert!(told.contains("say --allow-remote"), "{told}");
    assert!(!told.contains(KEY));
    let told = refused(&["--port", "0", "--peer", "ftp://x"]);
    assert!(told.contains("is no address of a sandbox"), "{told}");
}
