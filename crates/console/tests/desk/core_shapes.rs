//! Every question, answered in the shape of Bitcoin Core.

use std::sync::Arc;

use bitcoin::{Amount, Network};
use satchel_console::address_transactions::AddressSource;
use satchel_console::block::BlockId;
use satchel_console::generate::GenerateError;
use satchel_console::send::Payment;
use satchel_console::transactions::TxFilter;
use satchel_console::{AskError, NodeError, ProblemKind};
use satchel_node_api::AddressType;
use serde_json::Value;

use crate::common::Desk;
use crate::core_replies::{ADDRESS, TIP, TXID, core};
use crate::server::{Mood, Server};

async fn node() -> (Server, Desk) {
    let server = Server::start(Mood::Node(Arc::new(core))).await;
    let desk = Desk::given(&server.url, None);
    (server, desk)
}

fn sats(sats: u64) -> Amount {
    Amount::from_sat(sats)
}

#[tokio::test]
async fn the_chain_and_mining_of_a_real_node_are_read() {
    let (_server, desk) = node().await;
    let glance = desk
        .console
        .blockchain_info()
        .await
        .expect("an answer")
        .value;
    assert_eq!(
        (glance.chain.network, glance.chain.blocks),
        (Network::Bitcoin, 900_000)
    );
    assert_eq!(
        (glance.chain.progress.ppm(), glance.chain.prune_height),
        (999_998, Some(880_000))
    );
    assert_eq!(glance.chain.warnings.len(), 1);
    let network = glance.network.expect("told");
    assert_eq!((network.version, network.connections_out), (300_000, 10));
    let mining = desk.console.mining_info().await.expect("an answer").value;
    assert!(!mining.can_generate());
    assert_eq!(mining.min_fee_rate.map(|rate| rate.0), Some(1));
    let refused = desk.console.generate(ADDRESS, 1).await;
    assert_eq!(
        refused,
        Err(GenerateError::NotHere {
            network: Network::Bitcoin
        }),
        "by name"
    );
    let satchel_console::readiness::Readiness { ready, health, .. } =
        desk.console.readiness().await.expect("settings");
    let kinds: Vec<ProblemKind> = health.problems.iter().map(|problem| problem.kind).collect();
    assert_eq!((ready, kinds), (true, vec![ProblemKind::NodeWarning]));
}

#[tokio::test]
async fn blocks_and_transactions_of_a_real_node_are_read() {
    let (_server, desk) = node().await;
    let latest = desk
        .console
        .latest_blocks(Some(2))
        .await
        .expect("an answer")
        .value;
    assert_eq!(
        latest.iter().map(|row| row.height).collect::<Vec<_>>(),
        [900_000, 899_999]
    );
    assert_eq!(latest[0].fees, Some(sats(4_321_987)));
    let page = desk
        .console
        .blocks(None, Some(900_000), Some(1))
        .await
        .expect("an answer")
        .value;
    assert_eq!((page.tip, page.next.as_deref()), (900_000, Some("900000")));
    let hash = TIP.parse().expect("a hash");
    let block = desk
        .console
        .block(BlockId::Hash(hash), None, None)
        .await
        .expect("an answer")
        .value;
    assert_eq!((block.block.height, block.transactions.len()), (900_000, 1));
    let tx = &block.transactions[0];
    assert_eq!(
        (tx.fee, tx.total),
        (Some(sats(7_654_322)), sats(12_345_678))
    );
    let spent = tx.inputs[0].spends.as_ref().expect("told");
    assert_eq!(
        (spent.amount, spent.height),
        (sats(20_000_000), Some(850_000))
    );
    assert_eq!(tx.outputs[1].script.address, None);
    let txid = TXID.parse().expect("an id");
    let one = TxFilter {
        txid: Some(txid),
        block: None,
    };
    let found = desk
        .console
        .transactions(one, None, None)
        .await
        .expect("an answer")
        .value;
    assert_eq!(
        (
            found.transactions[0].height,
            found.transactions[0].tx.confirmations
        ),
        (Some(900_000), 1)
    );
}

#[tokio::test]
async fn what_waits_at_a_real_node_is_read() {
    let (_server, desk) = node().await;
    let pool = desk
        .console
        .mempool(None, None)
        .await
        .expect("an answer")
        .value;
    assert_eq!(
        (pool.info.count, pool.info.fees.0, pool.info.min_fee_rate.0),
        (2, sats(4_321), 100)
    );
    assert_eq!(
        (pool.entries[0].1.rate(), pool.entries[0].1.fee()),
        (10_000, sats(1_410))
    );
    let txid = TXID.parse().expect("an id");
    let (entry, _) = desk
        .console
        .mempool_transaction(txid)
        .await
        .expect("an answer")
        .value;
    assert_eq!(
        (entry.descendants, entry.descendant_fees()),
        (2, sats(4_321))
    );
}

#[tokio::test]
async fn an_address_at_a_real_node_needs_leave_to_scan() {
    let (_server, desk) = node().await;
    let refused = desk
        .console
        .address_transactions(ADDRESS, None, false)
        .await;
    assert!(matches!(refused, Err(AskError::NoIndex)));
    let page = desk
        .console
        .address_transactions(ADDRESS, None, true)
        .await
        .expect("an answer")
        .value;
    assert_eq!(
        (page.source, page.balance),
        (AddressSource::UnspentOutputs, sats(12_345_678))
    );
    assert_eq!(
        (page.rows[0].height, page.rows[0].spent),
        (Some(899_990), None)
    );
}

#[tokio::test]
async fn wallets_of_a_real_node_are_read_and_pay() {
    let (_server, desk) = node().await;
    let console = &desk.console;
    let list = console
        .wallet_info(Some("shop"))
        .await
        .expect("an answer")
        .value;
    let names: Vec<(&str, bool)> = list
        .wallets
        .iter()
        .map(|(name, loaded)| (name.as_str(), *loaded))
        .collect();
    assert_eq!(names, [("", true), ("old one", false), ("shop", true)]);
    let wallet = list.wallet.expect("named");
    assert_eq!(
        (
            wallet.scanning_ppm(),
            wallet.unlocked_until,
            wallet.transactions
        ),
        (Some(250_000), Some(0), 7)
    );
    let several = console.wallet_info(None).await.expect("an answer").value;
    assert_eq!(several.wallet, None, "two are loaded and none was named");
    let has = console
        .balance(Some("shop"))
        .await
        .expect("an answer")
        .value;
    assert_eq!(
        (has.trusted, has.immature, has.height),
        (sats(150_000_000), sats(312_500_001), Some(900_000))
    );
    let addresses = console
        .addresses(Some("shop"), None, Some(1))
        .await
        .expect("an answer")
        .value;
    assert_eq!((addresses.total, addresses.next.as_deref()), (2, Some("1")));
    assert_eq!(
        (
            addresses.addresses[0].amount.0,
            addresses.addresses[0].txids.len()
        ),
        (sats(1), 1)
    );
    assert_eq!(
        console.create_wallet("new", true, false).await.as_deref(),
        Ok("new")
    );
    assert_eq!(
        console
            .create_wallet("old one", false, true)
            .await
            .as_deref(),
        Ok("old one")
    );
    let fresh = console
        .fresh_address(Some("shop"), "", AddressType::Taproot)
        .await;
    assert_eq!(fresh.as_deref(), Ok(ADDRESS));
    let payment = Payment {
        wallet: Some("shop".to_owned()),
        address: ADDRESS.to_owned(),
        amount: sats(1),
        fee_rate: None,
        subtract_fee: true,
    };
    let paid = console.send(&payment).await.expect("agreed");
    assert_eq!(paid.to_string(), TXID);
    assert!(
        desk.asked()[0].contains("Network: Bitcoin"),
        "{:?}",
        desk.asked()
    );
}

#[tokio::test]
async fn nodes_of_before_and_nodes_without_wallets_are_told_apart_from_broken_ones() {
    let (server, desk) = node().await;
    server.be(Mood::Node(Arc::new(
        |method: &str, params: &Value| match method {
            "listwallets" | "getbalances" | "getblockstats" => Err((-32_601, "Method not found")),
            "getnetworkinfo" => Err((-1, "not here")),
            _ => {
                let mut answer = core(method, params)?;
                if method == "getblockchaininfo" {
                    // As before version 28.
                    answer["warnings"] = Value::from("");
                }
                Ok(answer)
            }
        },
    )));
    assert!(matches!(
        desk.console.wallet_info(None).await,
        Err(AskError::NoWallets)
    ));
    assert!(matches!(
        desk.console.balance(None).await,
        Err(AskError::NoWallets)
    ));
    let glance = desk
        .console
        .blockchain_info()
        .await
        .expect("an answer")
        .value;
    assert!(glance.network.is_none() && glance.chain.warnings.is_empty());
    let latest = desk
        .console
        .latest_blocks(Some(1))
        .await
        .expect("an answer")
        .value;
    assert_eq!(latest[0].fees, None);
    server.be(Mood::Raw(401, Vec::new()));
    let check = desk.console.check_connection().await;
    assert!(check.reached && !check.let_in);
    assert_eq!(check.error, Some(AskError::Node(NodeError::Unauthorized)));
    let body = br#"{"result":null,"error":{"code":-28,"message":"Loading block index"},"id":1}"#;
    server.be(Mood::Raw(500, body.to_vec()));
    assert_eq!(
        desk.console.look().await,
        Err(AskError::Node(NodeError::Busy)),
        "as nodes start"
    );
}
