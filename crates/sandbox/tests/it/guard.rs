//! The port against web pages, strangers and oversized requests.

use serde_json::json;

use crate::common::{Key, World};

#[test]
fn a_change_needs_a_loopback_host_and_no_foreign_origin() {
    let world = World::new();
    let url = format!("{}/sandbox/mine", world.sandbox.url());
    let post = |name: &str, value: &str| {
        let request = world
            .http
            .request()
            .post(&url)
            .header(name, value)
            .body("{}");
        world.http.send(request).status
    };
    assert_eq!(post("host", "evil.example:8080"), 403);
    assert_eq!(post("host", "127.0.0.1.evil.example"), 403);
    assert_eq!(post("origin", "https://evil.example"), 403);
    assert_eq!(post("origin", "null"), 403);
    assert_eq!(world.sandbox.tip().height, 110);
    assert_eq!(post("host", "localhost:8080"), 200);
    assert_eq!(post("origin", "http://localhost:1420"), 200);
    assert_eq!(world.sandbox.tip().height, 112);
}

#[test]
fn the_faucet_pays_and_explains_its_refusals() {
    let world = World::new();
    let url = format!("{}/faucet", world.sandbox.url());
    let address = Key::new(1).address().to_string();
    let answer = world.http.post(
        &url,
        json!({ "address": address, "amount": 70_000 }).to_string(),
    );
    assert_eq!(answer.status, 200);
    let paid = answer.json();
    assert_eq!(paid["block_hash"], world.sandbox.tip().hash.to_string());
    let tx = world.api_json(&format!("/tx/{}", paid["txid"].as_str().unwrap()));
    assert_eq!(tx["status"]["confirmed"], true);
    assert_eq!(tx["vout"][0]["value"], 70_000);
    assert_eq!(tx["vout"][0]["scriptpubkey_address"], address);
    let mainnet = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq";
    for (body, part) in [
        (
            json!({ "address": address, "amount": 293 }),
            "amount 293 sat is dust",
        ),
        (json!({ "address": address, "amount": 0 }), "dust"),
        (
            json!({ "address": address, "amount": 2_100_000_000_000_000u64 }),
            "more than the faucet has",
        ),
        (
            json!({ "address": address, "amount": u64::MAX }),
            "more than the faucet has",
        ),
        (json!({ "address": address, "amount": -5 }), "amount"),
        (json!({ "address": address, "amount": 1.5 }), "amount"),
        (
            json!({ "address": "hello", "amount": 1000 }),
            "invalid address",
        ),
        (
            json!({ "address": mainnet, "amount": 1000 }),
            "invalid address",
        ),
        (json!({ "amount": 1000 }), "address"),
        (json!(null), "invalid type"),
    ] {
        let answer = world.http.post(&url, body.to_string());
        assert_eq!(
            (answer.status, answer.kind.as_str()),
            (400, "application/json"),
            "{body}"
        );
        let message = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(message.contains(part), "{body}: {message}");
    }
    assert_eq!(world.http.post(&url, "no json").status, 400);
    assert_eq!(world.sandbox.tip().height, 111);
}

#[test]
fn without_a_faucet_there_is_neither_route_nor_premine() {
    let world = World::with(satchel_sandbox::SandboxConfig {
        faucet: false,
        ..Default::default()
    });
    assert_eq!(world.sandbox.tip().height, 0);
    let url = format!("{}/faucet", world.sandbox.url());
    assert_eq!(world.http.post(&url, "{}").status, 404);
    assert_eq!(world.api_text("/blocks/tip/height"), "0");
}

/// Sends exactly this and returns the status of the answer.
fn status_of(world: &World, request: &str) -> String {
    use std::io::{Read, Write};
    let address = world.sandbox.url().replace("http://", "");
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    // Only so that a server which waits for more fails the test instead of stopping it.
    let patience = std::time::Duration::from_secs(20);
    stream.set_read_timeout(Some(patience)).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut start = [0; 12];
    stream.read_exact(&mut start).unwrap();
    String::from_utf8(start[9..].to_vec()).unwrap()
}

#[test]
fn what_will_be_refused_is_refused_before_its_body_is_sent() {
    let world = World::new();
    let announce = |path: &str, length: u64| {
        let head = format!("POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        status_of(&world, &format!("{head}Content-Length: {length}\r\n\r\n"))
    };
    // No cookie.
    assert_eq!(announce("/", 8_000_000), "401");
    for path in ["/", "/api/tx", "/api/txs/package", "/faucet"] {
        assert_eq!(announce(path, 99_999_999_999_999), "413", "{path}");
    }
    assert_eq!(announce("/api/tx", 1_000_001), "413");
}

#[test]
fn every_host_a_request_names_must_be_this_one() {
    let world = World::new();
    let mine = |target: &str, hosts: &str| {
        let head = format!("POST {target} HTTP/1.1\r\n{hosts}Content-Length: 2\r\n\r\n{{}}");
        status_of(&world, &head)
    };
    let (good, bad) = ("Host: 127.0.0.1\r\n", "Host: evil.example\r\n");
    assert_eq!(mine("/sandbox/mine", &format!("{good}{bad}")), "403");
    assert_eq!(mine("/sandbox/mine", &format!("{bad}{good}")), "403");
    assert_eq!(mine("http://evil.example/sandbox/mine", good), "403");
    assert_eq!(world.sandbox.tip().height, 110);
    assert_eq!(mine("http://localhost/sandbox/mine", good), "200");
}

#[test]
fn oversized_bodies_are_refused() {
    let world = World::new();
    let answer = world.http.post(
        &format!("{}/tx", world.sandbox.esplora_url()),
        vec![b'0'; 3_000_000],
    );
    assert_eq!(answer.status, 413);
}

#[test]
fn the_sandboxs_own_routes_mine_reorganise_and_tell() {
    let world = World::new();
    let post = |path: &str, body: serde_json::Value| {
        world
            .http
            .post(&format!("{}{path}", world.sandbox.url()), body.to_string())
    };
    let address = Key::new(1).address().to_string();
    let mined = post("/sandbox/mine", json!({ "blocks": 2, "address": address })).json();
    assert_eq!(mined["height"], 112);
    assert_eq!(mined["block_hashes"].as_array().unwrap().len(), 2);
    let turned = post("/sandbox/reorg", json!({ "depth": 1 })).json();
    assert_eq!(turned["height"], 113);
    assert_eq!(
        post("/sandbox/reorg", json!({ "depth": 5_000 })).status,
        400
    );
    assert_eq!(
        post("/sandbox/mine", json!({ "blocks": 10_001 })).status,
        400
    );
    assert_eq!(
        post("/sandbox/mine", json!({ "blocks": 1, "adress": "x" })).status,
        400
    );
    let status = world
        .http
        .get(&format!("{}/sandbox/status", world.sandbox.url()))
        .json();
    assert_eq!(status["height"], 113);
    assert_eq!(status["network"], "regtest");
    assert!(status["faucet"]["available"].as_u64().unwrap() > 0);
}

#[test]
fn many_idle_connections_do_not_stall_a_new_one() {
    let world = World::new();
    let address = world.sandbox.url().replace("http://", "");
    let idle: Vec<std::net::TcpStream> = (0..300)
        .map(|_| std::net::TcpStream::connect(&address).unwrap())
        .collect();
    assert_eq!(world.api_text("/blocks/tip/height"), "110");
    assert_eq!(idle.len(), 300);
}
