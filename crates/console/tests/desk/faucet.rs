//! Coins to practise with.

use std::sync::Arc;

use bitcoin::{Amount, Network};
use satchel_console::faucet::FaucetError;
use satchel_console::{AskError, Event, Topic};
use satchel_node_api::AddressType;
use satchel_sandbox::{Sandbox, SandboxConfig};
use serde_json::Value;

use crate::common::{Desk, World};
use crate::core_replies::core;
use crate::server::{Mood, Server};

const TO: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";

#[tokio::test(flavor = "multi_thread")]
async fn the_faucet_pays_into_a_block_and_asks_for_no_consent() {
    let world = World::new();
    let console = &world.desk.console;
    let height = world.sandbox.tip().height;
    let paid = console.faucet(TO, Amount::from_sat(70_000)).await;
    let paid = paid.expect("regtest");
    let tip = world.sandbox.tip();
    assert_eq!((paid.block, tip.height), (Some(tip.hash), height + 1));
    let page = console.address_transactions(TO, None, false).await;
    let page = page.expect("an answer").value;
    assert_eq!(page.rows[0].txid, paid.txid);
    assert_eq!(page.balance, Amount::from_sat(70_000));
    assert!(world.desk.asked().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_without_a_faucet_is_given_one_that_mines_for_itself_and_no_more_than_is_needed() {
    let config = SandboxConfig {
        faucet: false,
        ..Default::default()
    };
    let sandbox = Sandbox::start(config).expect("it starts");
    let desk = Desk::given(&sandbox.url(), Some(sandbox.cookie_file()));
    let begun = sandbox.tip().height;
    let pay = |sats| desk.console.faucet(TO, Amount::from_sat(sats));
    pay(70_000).await.expect("it mines first");
    assert_eq!(sandbox.tip().height, begun + 102);
    pay(70_000).await.expect("it has some");
    assert_eq!(sandbox.tip().height, begun + 103);
    // More than all that it may mine for one request.
    let dry = pay(Amount::MAX_MONEY.to_sat()).await;
    assert_eq!(dry, Err(FaucetError::Dry));
    let list = desk.console.wallet_info(Some("faucet")).await;
    assert!(list.expect("an answer").value.wallets["faucet"]);
}

#[tokio::test]
async fn coins_that_are_worth_something_are_no_faucet_s() {
    let server = Server::start(Mood::Node(Arc::new(|method: &str, params: &Value| {
        assert_eq!(method, "getblockchaininfo", "nothing else is asked of it");
        core(method, params)
    })))
    .await;
    let desk = Desk::given(&server.url, None);
    let refused = desk.console.faucet(TO, Amount::from_sat(1)).await;
    let network = Network::Bitcoin;
    assert_eq!(refused, Err(FaucetError::NotHere { network }));
    let nothing = desk.console.faucet(TO, Amount::ZERO).await;
    assert_eq!(nothing, Err(FaucetError::Nothing));
    let world = World::new();
    let elsewhere = world.desk.console.faucet(
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        Amount::from_sat(1),
    );
    assert_eq!(elsewhere.await, Err(FaucetError::Ask(AskError::BadAddress)));
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_addresses_are_stale_after_a_new_one() {
    let world = World::new();
    let console = &world.desk.console;
    let mut events = console.events();
    let fresh = console.fresh_address(Some("faucet"), "", AddressType::Segwit);
    fresh.await.expect("an address");
    assert_eq!(
        events.try_recv(),
        Ok(Event::Stale(vec![Topic::NodeWallets]))
    );
}
