//! The sandbox's other routes: Esplora's paths and bodies, faucet and mining, and who may ask.
#![no_main]

use std::sync::LazyLock;

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, Uri, header};
use libfuzzer_sys::fuzz_target;
use satchel_fuzz::seeds;
use satchel_sandbox::fuzzing::{House, read_body};
use tokio::runtime::Runtime;
use tower::ServiceExt;

static HOUSE: LazyLock<House> = LazyLock::new(|| House::open(3));
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime")
});

fuzz_target!(init: seeds(make), |data: &[u8]| {
    let Some((&mode, data)) = data.split_first() else { return };
    match mode {
        0 => path(data),
        1 => body("/api/tx", data),
        2 => body("/api/txs/package", data),
        3 => changing(data),
        4 => headers(data),
        5 => body("/sandbox/block", data),
        _ => {}
    }
});

fn ask(request: Request<Body>) -> (StatusCode, Vec<u8>) {
    RUNTIME.block_on(async {
        let answer = HOUSE
            .router()
            .oneshot(request)
            .await
            .expect("it never fails");
        let status = answer.status();
        let body = to_bytes(answer.into_body(), 64 << 20)
            .await
            .expect("a bounded answer");
        (status, body.to_vec())
    })
}

fn is_answer(status: StatusCode) -> bool {
    matches!(
        status.as_u16(),
        200 | 400 | 403 | 404 | 405 | 413 | 415 | 422
    )
}

/// Any path below `/api` is answered, and the same way again.
fn path(data: &[u8]) {
    let Ok(path) = std::str::from_utf8(data) else {
        return;
    };
    let Ok(uri) = format!("/api/{path}").parse::<Uri>() else {
        return;
    };
    let request = || {
        Request::get(uri.clone())
            .body(Body::empty())
            .expect("a request")
    };
    let (status, answer) = ask(request());
    assert!(is_answer(status), "{uri}: {status}");
    assert_eq!(ask(request()), (status, answer), "{uri}: another answer");
}

/// Bytes that are no transaction of this chain are refused with words.
fn body(route: &str, data: &[u8]) {
    let request = Request::post(route)
        .header(header::HOST, "127.0.0.1:8080")
        .body(Body::from(data.to_vec()))
        .expect("a request");
    let (status, answer) = ask(request);
    assert!(is_answer(status), "{route}: {status}");
    if status != StatusCode::OK {
        assert!(!answer.is_empty(), "refused without a word");
        assert!(std::str::from_utf8(&answer).is_ok());
    }
}

/// Bodies of routes that change the chain: what would go on is not sent, what is refused is refused by
/// the route as well.
fn changing(data: &[u8]) {
    for route in ["/faucet", "/sandbox/mine", "/sandbox/reorg"] {
        if read_body(route, data) {
            continue;
        }
        let request = Request::post(route)
            .body(Body::from(data.to_vec()))
            .expect("a request");
        let (status, answer) = ask(request);
        assert_eq!(status, StatusCode::BAD_REQUEST, "{route}");
        let answer: serde_json::Value = serde_json::from_slice(&answer).expect("JSON");
        assert!(answer["error"].is_string());
    }
}

/// Whoever is not of this machine changes nothing. Method, host and origin are parted by line ends.
fn headers(data: &[u8]) {
    let mut parts = data.splitn(3, |byte| *byte == b'\n');
    let (Some(method), Some(host), Some(origin)) = (parts.next(), parts.next(), parts.next())
    else {
        return;
    };
    let Ok(method) = Method::from_bytes(method) else {
        return;
    };
    let reads = [Method::GET, Method::HEAD, Method::OPTIONS].contains(&method);
    let request = Request::builder()
        .method(method)
        .uri("/api/tx")
        .header(header::HOST, host)
        .header(header::ORIGIN, origin)
        .body(Body::from("00"));
    let Ok(request) = request else { return };
    let (status, _) = ask(request);
    let named = |text: &[u8]| {
        let text = String::from_utf8_lossy(text).to_ascii_lowercase();
        ["127.0.0.1", "localhost", "[::1]"].iter().any(|name| {
            text.strip_prefix(name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
        })
    };
    let here = String::from_utf8_lossy(origin)
        .split_once("://")
        .is_some_and(|(_, host)| named(host.as_bytes()));
    if !reads && !(named(host) && here) {
        assert_eq!(status, StatusCode::FORBIDDEN, "a stranger was let in");
    } else {
        assert!(is_answer(status), "{status}");
    }
}

fn make() -> Vec<(&'static str, Vec<u8>)> {
    let text = |mode: u8, text: &str| [&[mode], text.as_bytes()].concat();
    let (tip, txids) = HOUSE.tip();
    let (tx, address) = (txids[0], HOUSE.address());
    let raw = bitcoin::constants::genesis_block(bitcoin::Network::Regtest)
        .txdata
        .remove(0);
    let raw = bitcoin::consensus::encode::serialize_hex(&raw);
    vec![
        ("blocks", text(0, "blocks/2")),
        ("tip", text(0, "blocks/tip/height")),
        ("height", text(0, "block-height/1")),
        ("block", text(0, &format!("block/{tip}/txs/0"))),
        ("block-txid", text(0, &format!("block/{tip}/txid/0"))),
        ("header", text(0, &format!("block/{tip}/header"))),
        ("tx", text(0, &format!("tx/{tx}"))),
        ("outspend", text(0, &format!("tx/{tx}/outspend/0"))),
        ("merkle", text(0, &format!("tx/{tx}/merkle-proof"))),
        (
            "merkleblock",
            text(0, &format!("tx/{tx}/merkleblock-proof")),
        ),
        (
            "address",
            text(0, &format!("address/{address}/txs/chain/{tx}")),
        ),
        (
            "scripthash",
            text(0, &format!("scripthash/{}/utxo", "ab".repeat(32))),
        ),
        ("fees", text(0, "fee-estimates")),
        ("pool", text(0, "mempool/txids?a=%2f")),
        ("send", text(1, &raw)),
        ("send-none", text(1, "02000000000000000000")),
        ("package", text(2, &format!(r#"["{raw}","{raw}"]"#))),
        (
            "faucet",
            text(3, &format!(r#"{{"address":"{address}","amount":1000000}}"#)),
        ),
        ("mine", text(3, r#"{"blocks":1,"address":null}"#)),
        ("reorg", text(3, r#"{"depth":4294967295}"#)),
        (
            "own",
            text(4, "POST\n127.0.0.1:8080\nhttp://localhost:8080"),
        ),
        (
            "strange",
            text(4, "POST\n127.0.0.1.nip.example:8080\nhttp://evil.example"),
        ),
        ("six", text(4, "PUT\n[::1]:1\nnull")),
    ]
}
