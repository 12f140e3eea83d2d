//! Every question and every act, put to somebody's own Bitcoin Core: `BITCOIND_EXE` names it.

use bitcoin::{Amount, Network};
use satchel_console::address_transactions::AddressSource;
use satchel_console::block::BlockId;
use satchel_console::faucet::FaucetError;
use satchel_console::health::Line;
use satchel_console::send::{Payment, SendError};
use satchel_console::transactions::TxFilter;
use satchel_console::{AskError, Event, NodeError, ProblemKind};
use satchel_node_api::AddressType;
use satchel_ports::{Answer, ConfirmError};
use satchel_test_servers::Bitcoind;
use satchel_types::FeeRate;

use crate::common::Desk;

const TO: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";

fn desk(node: &Bitcoind) -> Desk {
    Desk::given(&node.url(), Some(&node.cookie_file()))
}

fn sats(sats: u64) -> Amount {
    Amount::from_sat(sats)
}

fn payment(address: &str, amount: u64) -> Payment {
    Payment {
        wallet: Some("shop".to_owned()),
        address: address.to_owned(),
        amount: sats(amount),
        fee_rate: Some(FeeRate::from_sat_per_kvb(3_000).expect("usual")),
        subtract_fee: false,
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a bitcoind: BITCOIND_EXE names it"]
async fn live_core_is_asked_everything_and_pays_after_consent() {
    let node = Bitcoind::start(&["-txindex=1"]);
    let desk = desk(&node);
    let console = &desk.console;
    // At the first block of its chain, and of its download.
    let info = console.blockchain_info().await.expect("an answer").value;
    assert_eq!(
        (info.chain.network, info.chain.blocks),
        (Network::Regtest, 0)
    );
    assert!(info.chain.initial_download);
    let check = console.check_connection().await;
    assert!(
        check.reached && check.let_in && check.error.is_none(),
        "{check:?}"
    );
    assert_eq!((check.wallets, check.esplora), (Some(true), None));
    assert!(
        console
            .mining_info()
            .await
            .expect("an answer")
            .value
            .can_generate()
    );

    let none = console.balance(None).await;
    assert!(matches!(none, Err(AskError::Node(error)) if error.is_code(NodeError::NO_WALLET)));
    assert_eq!(
        console.create_wallet("shop", false, false).await.as_deref(),
        Ok("shop")
    );
    assert!(
        console.create_wallet("shop", false, false).await.is_err(),
        "it is there"
    );
    let kinds = [
        AddressType::Taproot,
        AddressType::NestedSegwit,
        AddressType::Legacy,
    ];
    for kind in kinds {
        console
            .fresh_address(Some("shop"), "", kind)
            .await
            .expect("an address");
    }
    let till = console
        .fresh_address(Some("shop"), "till", AddressType::Segwit)
        .await
        .expect("an address");
    console.generate(&till, 101).await.expect("regtest");
    let has = console
        .balance(Some("shop"))
        .await
        .expect("an answer")
        .value;
    assert_eq!((has.trusted, has.height), (sats(5_000_000_000), Some(101)));
    let list = console
        .addresses(Some("shop"), None, None)
        .await
        .expect("an answer")
        .value;
    assert_eq!(list.total, 4);

    let untold = Payment {
        fee_rate: None,
        ..payment(TO, 1_000)
    };
    let refused = console.send(&untold).await;
    assert!(
        matches!(&refused, Err(SendError::Ask(AskError::Node(NodeError::Refused { message, .. }))) if message.contains("estimat")),
        "in the node's words: {refused:?}"
    );
    let dear = console.send(&payment(TO, 6_000_000_000)).await;
    assert!(matches!(dear, Err(SendError::Ask(AskError::Node(error))) if error.is_code(-6)));
    desk.confirm.then(Ok(Answer::Declined));
    let declined = console.send(&payment(TO, 1_000)).await;
    assert_eq!(declined, Err(SendError::Confirm(ConfirmError::Declined)));
    assert_eq!(
        console
            .mempool(None, None)
            .await
            .expect("an answer")
            .value
            .info
            .count,
        0
    );
    let paid = console.send(&payment(TO, 70_000)).await.expect("agreed");
    let pool = console.mempool(None, None).await.expect("an answer").value;
    assert_eq!((pool.info.count, pool.entries[0].0), (1, paid));
    assert_eq!(pool.entries[0].1.rate(), 3_000);
    let (entry, tx) = console
        .mempool_transaction(paid)
        .await
        .expect("an answer")
        .value;
    assert_eq!((Some(entry.fee()), tx.confirmations), (tx.fee, 0));

    let block = console.generate(&till, 1).await.expect("regtest")[0];
    let page = console
        .block(BlockId::Hash(block), None, None)
        .await
        .expect("an answer")
        .value;
    assert_eq!(
        (page.fees, page.transactions[1].txid),
        (Some(entry.fee()), paid)
    );
    let latest = console
        .latest_blocks(Some(3))
        .await
        .expect("an answer")
        .value;
    assert_eq!(latest[0].fees, Some(entry.fee()));
    let all = console
        .blocks(None, None, Some(50))
        .await
        .expect("an answer")
        .value;
    assert_eq!((all.tip, all.blocks.len()), (102, 50));
    let first = console
        .block(BlockId::Height(0), None, None)
        .await
        .expect("an answer")
        .value;
    assert_eq!(first.transactions.len(), 1, "the first block's too");
    let newest = console
        .transactions(TxFilter::default(), None, None)
        .await
        .expect("an answer")
        .value;
    assert_eq!(newest.transactions.len(), 25);
    let one = TxFilter {
        txid: Some(paid),
        block: None,
    };
    let one = console
        .transactions(one, None, None)
        .await
        .expect("an answer")
        .value;
    assert_eq!(one.transactions[0].height, Some(102));
    let indexed = console.address_transactions(TO, None, false).await;
    assert!(matches!(indexed, Err(AskError::NoIndex)));
    let scanned = console
        .address_transactions(TO, None, true)
        .await
        .expect("an answer")
        .value;
    assert_eq!(
        (scanned.source, scanned.balance),
        (AddressSource::UnspentOutputs, sats(70_000))
    );
    let ready = console.readiness().await.expect("settings");
    let serious: Vec<_> = ready
        .health
        .problems
        .iter()
        .filter(|problem| problem.kind.is_serious())
        .collect();
    assert!(ready.ready, "{serious:?}");
    assert_eq!(
        desk.asked().len(),
        4,
        "as often as something was to be paid: {:?}",
        desk.asked()
    );
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a bitcoind: BITCOIND_EXE names it"]
async fn live_core_replaces_blocks_ends_and_comes_back_with_another_cookie() {
    let mut node = Bitcoind::start(&[]);
    let desk = desk(&node);
    let console = &desk.console;
    console
        .create_wallet("shop", false, false)
        .await
        .expect("it is new");
    let till = console
        .fresh_address(Some("shop"), "till", AddressType::Segwit)
        .await
        .expect("an address");
    let mined = console.generate(&till, 105).await.expect("regtest");
    console.look().await.expect("an answer");
    let mut events = console.events();

    let gone = mined[103].to_string();
    let told = node.rpc("invalidateblock", &format!("[\"{gone}\"]"));
    assert!(told.contains("\"error\":null"), "{told}");
    console.look().await.expect("an answer");
    let fell = console.health().expect("settings").problems;
    assert!(
        fell.iter()
            .any(|problem| problem.kind == ProblemKind::HeightFell),
        "{fell:?}"
    );
    console.generate(TO, 3).await.expect("regtest");
    console.look().await.expect("an answer");
    let mut heard = Vec::new();
    while let Ok(event) = events.try_recv() {
        heard.push(event);
    }
    let replaced = heard.iter().filter_map(|event| match event {
        Event::NewBlock {
            height, replaced, ..
        } => Some((*height, *replaced)),
        _ => None,
    });
    assert_eq!(replaced.collect::<Vec<_>>(), [(103, 2), (106, 0)]);
    let has = console
        .balance(Some("shop"))
        .await
        .expect("an answer")
        .value;
    let tip = console
        .blockchain_info()
        .await
        .expect("an answer")
        .value
        .chain
        .best;

    let cookie = std::fs::read_to_string(node.cookie_file()).expect("it runs");
    // As its owner ends it: what it has not written is lost with its process.
    node.rpc("stop", "[]");
    node.wait();
    assert!(console.look().await.is_err());
    assert_eq!(console.health().expect("settings").line, Line::Down);
    let old = console
        .balance(Some("shop"))
        .await
        .expect("the last good one");
    assert_eq!((old.value, old.problem.is_some()), (has, true));
    assert!(heard_lost(&mut events));
    node.again();
    let other = std::fs::read_to_string(node.cookie_file()).expect("it runs");
    assert_ne!(cookie, other);
    console.look().await.expect("it is let in again");
    assert_eq!(console.health().expect("settings").line, Line::Up);
    let now = console.blockchain_info().await.expect("an answer");
    assert_eq!((now.value.chain.best, now.problem), (tip, None));
    // Core loads no wallet by itself that it was not told to keep loaded.
    let missing = console.balance(Some("shop")).await;
    assert!(matches!(missing, Err(AskError::Node(error)) if error.is_code(NodeError::NO_WALLET)));
    let list = console.wallet_info(None).await.expect("an answer").value;
    assert_eq!(list.wallets.get("shop"), Some(&false));
    console
        .create_wallet("shop", false, true)
        .await
        .expect("it is there");
    let again = console
        .balance(Some("shop"))
        .await
        .expect("an answer")
        .value;
    assert_eq!(again, has);
}

fn heard_lost(events: &mut tokio::sync::broadcast::Receiver<Event>) -> bool {
    std::iter::from_fn(|| events.try_recv().ok()).any(|event| matches!(event, Event::Lost { .. }))
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a bitcoind: BITCOIND_EXE names it"]
async fn live_core_has_a_faucet_that_mines_for_itself() {
    let node = Bitcoind::start(&[]);
    let desk = desk(&node);
    let paid = desk
        .console
        .faucet(TO, sats(70_000))
        .await
        .expect("regtest");
    let page = desk
        .console
        .block(BlockId::Hash(paid.block.expect("mined")), None, None)
        .await;
    let page = page.expect("an answer").value;
    assert_eq!(
        (page.block.height, page.transactions[1].txid),
        (102, paid.txid)
    );
    // After a start anew the wallet is on the disk and not loaded.
    let mut node = node;
    node.rpc("stop", "[]");
    node.wait();
    node.again();
    desk.console
        .faucet(TO, sats(70_000))
        .await
        .expect("it is loaded");
    let dry = desk.console.faucet(TO, Amount::MAX_MONEY).await;
    assert_eq!(dry, Err(FaucetError::Dry));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a bitcoind: BITCOIND_EXE names it"]
async fn live_core_that_is_pruned_and_has_no_wallets_says_what_it_lacks() {
    let node = Bitcoind::start(&["-disablewallet", "-prune=1", "-fastprune"]);
    let desk = desk(&node);
    let console = &desk.console;
    console.generate(TO, 1_000).await.expect("regtest");
    let told = node.rpc("pruneblockchain", "[700]");
    assert!(told.contains("\"error\":null"), "{told}");
    let chain = console
        .blockchain_info()
        .await
        .expect("an answer")
        .value
        .chain;
    assert!(
        chain.pruned && chain.prune_height.is_some_and(|height| height > 1),
        "{chain:?}"
    );
    assert!(matches!(
        console.wallet_info(None).await,
        Err(AskError::NoWallets)
    ));
    assert!(matches!(
        console.faucet(TO, sats(1)).await,
        Err(FaucetError::Ask(AskError::NoWallets))
    ));
    assert_eq!(console.check_connection().await.wallets, Some(false));
    let gone = console.block(BlockId::Height(5), None, None).await;
    assert_eq!(gone, Err(AskError::Removed));
    let there = console
        .blocks(None, None, Some(10))
        .await
        .expect("an answer")
        .value;
    assert_eq!(there.blocks.len(), 10);
    let first = chain.prune_height.expect("told");
    let half = console
        .blocks(None, Some(first + 4), Some(10))
        .await
        .expect("an answer")
        .value;
    let sizes: Vec<bool> = half.blocks.iter().map(|row| row.size.is_some()).collect();
    assert_eq!(sizes, [[true; 5], [false; 5]].concat());
    assert!(half.blocks.iter().all(|row| row.transactions == 1));
    let below = console
        .blocks(None, Some(20), Some(10))
        .await
        .expect("headers")
        .value;
    let heights: Vec<u32> = below.blocks.iter().map(|row| row.height).collect();
    assert_eq!(heights, (11..=20).rev().collect::<Vec<_>>());
    assert!(below.blocks.iter().all(|row| row.size.is_none()));
    // Transactions of blocks: down to the last that is there, then its no.
    let mark = Some(format!("{first}:0"));
    let last = console
        .transactions(TxFilter::default(), mark.as_deref(), Some(10))
        .await
        .expect("one block")
        .value;
    assert_eq!(last.transactions.len(), 1);
    let beyond = console
        .transactions(TxFilter::default(), last.next.as_deref(), Some(10))
        .await;
    assert_eq!(beyond, Err(AskError::Removed));
}
