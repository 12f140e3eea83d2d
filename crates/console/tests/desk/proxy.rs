//! A node behind a proxy: asked through it alone, by a name that only it can find.

use std::net::SocketAddr;

use satchel_console::set_api_key::NewKey;
use satchel_console::set_base_url::SetNodeError;
use satchel_console::{AskError, GivenNode, NodeError, ProblemKind};
use satchel_sandbox::{Access, ApiKey, Sandbox, SandboxConfig};
use satchel_secrets::SecretText;
use satchel_test_servers::Socks;
use satchel_testkit::Platform;

use crate::common::{Desk, PATIENT};

const ONION: &str = "abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrstuvwx.onion:8332";
const TO: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
const KEY: &str = "hunter2-correct-horse";

/// A sandbox as an onion service leads to it: on this machine, asked by another name.
fn sandbox() -> Sandbox {
    let access = Access {
        api_key: Some(ApiKey::new(KEY).expect("long enough")),
        allow_remote: true,
        ..Access::default()
    };
    let config = SandboxConfig {
        access,
        ..SandboxConfig::default()
    };
    Sandbox::start(config).expect("it starts")
}

fn place(sandbox: &Sandbox) -> SocketAddr {
    let url = sandbox.url();
    let place = url.strip_prefix("http://").expect("plain http");
    place.trim_end_matches('/').parse().expect("an address")
}

fn empty() -> Desk {
    let home = tempfile::tempdir().expect("a scratch folder");
    Desk::with(home, None, PATIENT, Platform::Linux)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_onion_node_is_asked_through_the_proxy_which_alone_knows_its_name() {
    let sandbox = sandbox();
    let proxy = Socks::start(&[(ONION, place(&sandbox))]);
    let desk = empty();
    let console = &desk.console;
    let url = format!("http://{ONION}");
    let esplora = format!("{url}/api");
    let direct = console.set_base_url(Some(&url), None, None).await;
    assert!(
        matches!(
            direct,
            Err(SetNodeError::Address(NodeError::BadAddress { .. }))
        ),
        "without a proxy its name would be told to the resolver: {direct:?}"
    );
    console
        .set_base_url(Some(&url), Some(&esplora), Some(&proxy.url()))
        .await
        .expect("agreed");
    let asked = desk.asked();
    assert!(asked[0].contains(&format!("Through the proxy: {}", proxy.url())));
    assert!(!asked[0].contains("plain http"), "Tor encrypts: {asked:?}");
    assert!(proxy.asked().is_empty(), "nothing was asked yet");
    let key = NewKey::ApiKey(SecretText::new(KEY.to_owned()));
    console.set_api_key(key).await.expect("it fits");

    console.look().await.expect("an answer");
    let blocks = console
        .latest_blocks(Some(5))
        .await
        .expect("an answer")
        .value;
    assert_eq!(blocks[0].height, sandbox.tip().height);
    console.generate(TO, 1).await.expect("regtest");
    let found = console.address_transactions(TO, None, false).await;
    assert_eq!(found.expect("by the index").value.total, 1);
    let names = proxy.asked();
    assert!(
        !names.is_empty() && names.iter().all(|name| name == ONION),
        "{names:?}"
    );

    // The node is there as before, and nobody leads to it.
    drop(proxy);
    let gone = AskError::Node(NodeError::NoProxy);
    // A connection that was open may say first that it broke.
    let mut lost = console.look().await;
    for _ in 0..10 {
        if lost != Err(AskError::Node(NodeError::Unreachable)) {
            break;
        }
        lost = console.look().await;
    }
    assert_eq!(lost, Err(gone.clone()));
    let old = console
        .latest_blocks(Some(5))
        .await
        .expect("the last good answer");
    assert_eq!(old.problem, Some(gone.clone()));
    let health = console.health().expect("settings");
    let kinds: Vec<ProblemKind> = health.problems.iter().map(|problem| problem.kind).collect();
    assert_eq!(kinds, [ProblemKind::NoProxy]);
    let check = console.check_connection().await;
    assert_eq!((check.reached, check.error), (false, Some(gone)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_the_proxy_does_not_find_is_not_a_proxy_that_is_gone() {
    let sandbox = sandbox();
    // An address that leads nowhere (RFC 5737): whoever answers there was reached through the proxy.
    let proxy = Socks::start(&[("192.0.2.1:8332", place(&sandbox))]);
    let through = |url: &str| {
        let given = GivenNode {
            url: url.to_owned(),
            cookie: Some(sandbox.cookie_file().to_owned()),
            esplora: None,
            plain_http: true,
            proxy: Some(proxy.url()),
        };
        let home = tempfile::tempdir().expect("a scratch folder");
        Desk::with(home, Some(given), PATIENT, Platform::Linux)
    };
    let there = through("http://192.0.2.1:8332");
    there.console.look().await.expect("an answer");
    let nowhere = through("http://192.0.2.2:8332").console.look().await;
    assert_eq!(nowhere, Err(AskError::Node(NodeError::Unreachable)));
    let name = through("http://node.example:8332").console.look().await;
    assert_eq!(name, Err(AskError::Node(NodeError::Unreachable)));
    let asked = ["192.0.2.1:8332", "192.0.2.2:8332", "node.example:8332"];
    assert_eq!(proxy.asked(), asked);
}

#[tokio::test]
async fn plain_http_to_an_onion_service_by_a_proxy_elsewhere_is_said_to_be_open() {
    let desk = empty();
    let url = format!("http://{ONION}");
    let there = "socks5h://192.0.2.9:9050";
    desk.console
        .set_base_url(Some(&url), None, Some(there))
        .await
        .expect("agreed");
    assert!(desk.asked()[0].contains("The proxy is another machine"));
    let given = GivenNode {
        url,
        cookie: None,
        esplora: None,
        plain_http: false,
        proxy: Some(there.to_owned()),
    };
    let home = tempfile::tempdir().expect("a scratch folder");
    let unasked = Desk::with(home, Some(given), PATIENT, Platform::Linux);
    let looked = unasked.console.look().await;
    assert!(
        matches!(looked, Err(AskError::Node(NodeError::BadAddress { .. }))),
        "{looked:?}"
    );
}
