//! Every question, put to the sandbox.

use bitcoin::Amount;
use satchel_console::address_transactions::AddressSource;
use satchel_console::block::BlockId;
use satchel_console::generate::GenerateError;
use satchel_console::send::{Payment, SendError};
use satchel_console::transactions::TxFilter;
use satchel_console::{AskError, NodeError};
use satchel_node_api::AddressType;
use satchel_ports::{Answer, ConfirmError};
use satchel_types::FeeRate;

use crate::common::World;

const TO: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";

#[tokio::test(flavor = "multi_thread")]
async fn the_chain_is_told_as_the_node_has_it() {
    let world = World::new();
    let console = &world.desk.console;
    let tip = world.sandbox.tip();
    let info = console.blockchain_info().await.expect("an answer");
    assert!(info.problem.is_none());
    assert_eq!(
        (info.value.chain.blocks, info.value.chain.best),
        (tip.height, tip.hash)
    );
    assert!(
        info.value
            .network
            .is_some_and(|network| network.is_sandbox())
    );
    assert!(info.value.uptime.is_some());

    let latest = console
        .latest_blocks(Some(3))
        .await
        .expect("an answer")
        .value;
    let heights: Vec<u32> = latest.iter().map(|row| row.height).collect();
    assert_eq!(heights, [tip.height, tip.height - 1, tip.height - 2]);
    assert_eq!(latest[0].previous, Some(latest[1].hash));

    let mining = console.mining_info().await.expect("an answer").value;
    assert!(mining.can_generate());
    assert_eq!(mining.blocks, tip.height);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_blocks_lead_from_the_tip_to_the_first_without_a_gap() {
    let world = World::new();
    let console = &world.desk.console;
    let mut heights = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let page = console
            .blocks(after.as_deref(), None, Some(40))
            .await
            .expect("an answer")
            .value;
        heights.extend(page.blocks.iter().map(|row| row.height));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let all: Vec<u32> = (0..=world.sandbox.tip().height).rev().collect();
    assert_eq!(heights, all);
    let from = console
        .blocks(None, Some(5), Some(2))
        .await
        .expect("an answer")
        .value;
    assert_eq!(
        from.blocks.iter().map(|row| row.height).collect::<Vec<_>>(),
        [5, 4]
    );
    for mark in ["x", "-1", "4294967296"] {
        let wrong = console.blocks(Some(mark), None, None).await;
        assert!(matches!(wrong, Err(AskError::BadCursor)), "{mark}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_is_found_by_height_and_hash_with_its_transactions() {
    let world = World::new();
    let console = &world.desk.console;
    let paid = world.pay(TO, 70_000).await;
    let hash = world.sandbox.mine(1).expect("a block")[0];
    let block = console
        .block(BlockId::Hash(hash), None, Some(1))
        .await
        .expect("an answer")
        .value;
    assert_eq!((block.block.hash, block.block.transactions), (hash, 2));
    assert!(block.transactions[0].is_coinbase() && block.next.as_deref() == Some("1"));
    let rest = console
        .block(BlockId::Hash(hash), Some("1"), None)
        .await
        .expect("an answer")
        .value;
    assert_eq!(rest.transactions[0].txid, paid);
    assert_eq!(rest.transactions[0].block, Some(hash));
    assert!(
        rest.transactions[0]
            .fee
            .is_some_and(|fee| fee > Amount::ZERO)
    );
    assert!(rest.transactions[0].inputs[0].spends.is_some());
    assert_eq!(rest.next, None);
    let first = console
        .block(BlockId::Height(0), None, None)
        .await
        .expect("an answer")
        .value;
    assert_eq!(first.transactions.len(), 1, "the first block's too");
    let none = "ab".repeat(32).parse().expect("64 hex digits");
    let missing = console.block(BlockId::Hash(none), None, None).await;
    assert!(matches!(missing, Err(AskError::Node(error)) if error.is_code(NodeError::NOT_FOUND)));
    let above = console.block(BlockId::Height(1_000_000), None, None).await;
    assert!(matches!(above, Err(AskError::Node(error)) if error.is_refusal()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_told_with_a_histogram_and_found_by_its_id() {
    let world = World::new();
    let console = &world.desk.console;
    assert_eq!(
        console
            .mempool(None, None)
            .await
            .expect("an answer")
            .value
            .histogram,
        []
    );
    let mut paid = Vec::new();
    for _ in 0..3 {
        paid.push(world.pay(TO, 50_000).await);
    }
    let whole = console.mempool(None, None).await.expect("an answer").value;
    assert_eq!(
        (whole.info.count, whole.entries.len(), whole.sampled),
        (3, 3, None)
    );
    assert_eq!(
        whole.histogram.iter().map(|band| band.count).sum::<u32>(),
        3
    );
    let mut found = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let page = console
            .mempool(after.as_deref(), Some(1))
            .await
            .expect("an answer")
            .value;
        found.extend(page.entries.iter().map(|(txid, _)| *txid));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    found.sort();
    paid.sort();
    assert_eq!(found, paid);
    let (entry, tx) = console
        .mempool_transaction(paid[0])
        .await
        .expect("an answer")
        .value;
    assert_eq!(tx.txid, paid[0]);
    assert_eq!(tx.fee, Some(entry.fee()));
    world.sandbox.mine(1).expect("a block");
    let gone = console.mempool_transaction(paid[0]).await;
    assert!(matches!(gone, Err(AskError::Node(error)) if error.is_code(NodeError::NOT_FOUND)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_transactions_are_paged_over_blocks_and_one_is_found_by_its_id() {
    let world = World::new();
    let console = &world.desk.console;
    let paid = world.pay(TO, 50_000).await;
    let waiting = TxFilter {
        txid: Some(paid),
        block: None,
    };
    let one = console
        .transactions(waiting, None, None)
        .await
        .expect("an answer")
        .value;
    assert_eq!(
        (
            one.transactions[0].height,
            one.transactions[0].tx.confirmations
        ),
        (None, 0)
    );
    let hash = world.sandbox.mine(1).expect("a block")[0];
    let height = world.sandbox.tip().height;
    let one = console
        .transactions(waiting, None, None)
        .await
        .expect("an answer")
        .value;
    assert_eq!(
        (
            one.transactions[0].height,
            one.transactions[0].tx.confirmations
        ),
        (Some(height), 1)
    );
    assert!(one.transactions[0].tx.raw.is_some());
    let of_block = TxFilter {
        txid: None,
        block: Some(hash),
    };
    let page = console
        .transactions(of_block, None, None)
        .await
        .expect("an answer")
        .value;
    assert_eq!(page.transactions.len(), 2);
    let mut seen = Vec::new();
    let mut after: Option<String> = None;
    for _ in 0..3 {
        let page = console
            .transactions(TxFilter::default(), after.as_deref(), Some(2))
            .await
            .expect("an answer")
            .value;
        seen.extend(page.transactions.iter().map(|placed| placed.height));
        after = page.next;
    }
    let told = [
        height,
        height,
        height - 1,
        height - 2,
        height - 3,
        height - 4,
    ];
    assert_eq!(seen, told.map(Some));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_asked_of_the_index_beside_the_sandbox_and_scanned_where_there_is_none() {
    let world = World::new();
    let console = &world.desk.console;
    let paid = world.pay(TO, 50_000).await;
    let page = console
        .address_transactions(TO, None, false)
        .await
        .expect("an answer")
        .value;
    assert_eq!(page.source, AddressSource::Index);
    assert_eq!(
        (page.rows[0].txid, page.rows[0].height, page.balance),
        (paid, None, Amount::ZERO)
    );
    assert_eq!(page.rows[0].received, Amount::from_sat(50_000));
    world.sandbox.mine(1).expect("a block");
    let page = console
        .address_transactions(TO, None, false)
        .await
        .expect("an answer")
        .value;
    assert_eq!((page.balance, page.total), (Amount::from_sat(50_000), 1));
    for text in [
        "",
        "nobody",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        "../blocks/tip",
    ] {
        let wrong = console.address_transactions(text, None, false).await;
        assert!(matches!(wrong, Err(AskError::BadAddress)), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn blocks_are_mined_on_regtest() {
    let world = World::new();
    let console = &world.desk.console;
    let before = world.sandbox.tip().height;
    let mined = console.generate(TO, 3).await.expect("regtest");
    assert_eq!(world.sandbox.tip().height, before + 3);
    assert_eq!(mined.last(), Some(&world.sandbox.tip().hash));
    for count in [0, 1_001] {
        let refused = console.generate(TO, count).await;
        assert!(
            matches!(refused, Err(GenerateError::Count { .. })),
            "{count}"
        );
    }
    let foreign = console
        .generate("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", 1)
        .await;
    assert_eq!(foreign, Err(GenerateError::Ask(AskError::BadAddress)));
}

fn payment(amount: u64) -> Payment {
    Payment {
        wallet: Some("shop".to_owned()),
        address: TO.to_owned(),
        amount: Amount::from_sat(amount),
        fee_rate: FeeRate::from_sat_per_kvb(2_500).ok(),
        subtract_fee: false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wallet_of_the_node_is_made_paid_to_and_pays_after_consent() {
    let world = World::new();
    let console = &world.desk.console;
    assert_eq!(
        console.create_wallet("shop", false, false).await.as_deref(),
        Ok("shop")
    );
    assert!(
        console.create_wallet("shop", false, false).await.is_err(),
        "it is there"
    );
    let list = console
        .wallet_info(Some("shop"))
        .await
        .expect("an answer")
        .value;
    assert_eq!(list.wallets.get("shop"), Some(&true));
    assert!(
        list.wallet
            .is_some_and(|wallet| wallet.name == "shop" && wallet.has_keys)
    );
    let fresh = console
        .fresh_address(Some("shop"), "till", AddressType::Segwit)
        .await
        .expect("an address");
    world.pay(&fresh, 2_000_000).await;
    let waiting = console
        .balance(Some("shop"))
        .await
        .expect("an answer")
        .value;
    assert_eq!(
        (waiting.trusted, waiting.pending),
        (Amount::ZERO, Amount::from_sat(2_000_000))
    );
    world.sandbox.mine(1).expect("a block");
    let has = console
        .balance(Some("shop"))
        .await
        .expect("an answer")
        .value;
    assert_eq!(has.trusted, Amount::from_sat(2_000_000));
    let addresses = console
        .addresses(Some("shop"), None, None)
        .await
        .expect("an answer")
        .value;
    let row = addresses
        .addresses
        .iter()
        .find(|row| row.address == fresh)
        .expect("it is listed");
    assert_eq!(
        (row.amount.0, row.label.as_str()),
        (Amount::from_sat(2_000_000), "till")
    );

    let txid = console.send(&payment(100_000)).await.expect("it pays");
    assert!(world.sandbox.mempool_txids().contains(&txid));
    let asked = world.desk.asked();
    assert_eq!(asked.len(), 1, "one question for one payment");
    for part in [
        "bcrt 1qw5 08d6",
        "100\u{a0}000 sat",
        "2.5 sat/vB",
        "shop",
        "Regtest",
        "127.0.0.1:",
    ] {
        assert!(asked[0].contains(part), "{part}: {}", asked[0]);
    }

    world.desk.confirm.then(Ok(Answer::Declined));
    let declined = console.send(&payment(100_000)).await;
    assert_eq!(declined, Err(SendError::Confirm(ConfirmError::Declined)));
    assert_eq!(
        world.sandbox.mempool_txids().len(),
        1,
        "nothing more was paid"
    );
    let too_much = console.send(&payment(900_000_000)).await;
    assert!(matches!(too_much, Err(SendError::Ask(AskError::Node(error))) if error.is_code(-6)));
    assert_eq!(console.send(&payment(0)).await, Err(SendError::Nothing));
    let nobody = Payment {
        wallet: Some("nobody".to_owned()),
        ..payment(1_000)
    };
    let error = console.send(&nobody).await;
    assert!(
        matches!(error, Err(SendError::Ask(AskError::Node(error))) if error.is_code(NodeError::NO_WALLET))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_connection_is_checked_part_by_part() {
    let world = World::new();
    let check = world.desk.console.check_connection().await;
    assert!(
        check.reached && check.let_in && check.error.is_none(),
        "{check:?}"
    );
    assert_eq!((check.wallets, check.esplora), (Some(true), Some(true)));
    assert_eq!(check.height, Some(world.sandbox.tip().height));
    let config = world.desk.console.node_config().expect("settings");
    assert!(config.is_given && config.key_is_set);
    assert_eq!(
        (config.is_sandbox, config.network),
        (Some(true), Some(bitcoin::Network::Regtest))
    );
    let satchel_console::readiness::Readiness { ready, health, .. } =
        world.desk.console.readiness().await.expect("settings");
    assert!(ready, "{health:?}");
    assert!(world.desk.console.liveness().await.error.is_none());
}
