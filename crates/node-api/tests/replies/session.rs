//! Everything that the clients can ask, on a node of regtest that is asked nothing else.

use bitcoin::{Amount, BlockHash, Network};
use satchel_node_api::{AddressType, AdminClient, NodeError, WalletPayment};

/// An address of nobody.
const TO: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
const WALLET: &str = "shop";

fn sats(sats: u64) -> Amount {
    Amount::from_sat(sats)
}

/// Asks everything, says what must be true of the answers, and returns the node's version.
pub async fn run(node: &AdminClient) -> u32 {
    let version = beginning(node).await;
    // Some builds have no wallets.
    match node.wallets().await {
        Ok(names) => {
            assert!(names.is_empty());
            wallets(node).await;
        }
        Err(error) => {
            assert!(error.is_code(NodeError::NO_METHOD), "{error}");
            let made = node.create_wallet(WALLET, false).await;
            assert!(made.unwrap_err().is_code(NodeError::NO_METHOD));
            blocks(node, TO).await;
        }
    }
    version
}

async fn beginning(node: &AdminClient) -> u32 {
    node.ping().await.unwrap();
    let glance = node.glance().await.unwrap();
    assert_eq!(
        (glance.chain.network, glance.chain.blocks),
        (Network::Regtest, 0)
    );
    assert!(glance.chain.initial_download && !glance.chain.pruned);
    let network = glance.network.unwrap();
    assert!(network.subversion.starts_with("/Satoshi:") && !network.is_sandbox());
    assert_eq!(glance.mempool.unwrap().count, 0);
    assert!(glance.uptime.is_some());
    let mining = node.mining_info().await.unwrap();
    assert!(
        mining.can_generate() && mining.block_weight.is_none(),
        "no block was put together yet"
    );
    let refused = node.generate_to_address(1, "nonsense").await.unwrap_err();
    assert!(refused.is_code(NodeError::NOT_FOUND), "{refused}");
    let above = node.block_hash(1_000).await.unwrap_err();
    assert!(
        above.is_refusal() && !above.is_code(NodeError::NOT_FOUND),
        "{above}"
    );
    network.version
}

/// Asks about the chain after blocks were mined to an address.
async fn blocks(node: &AdminClient, reward: &str) -> Vec<BlockHash> {
    let mined = node.generate_to_address(101, reward).await.unwrap();
    let tip = *mined.last().unwrap();
    let info = node.blockchain_info().await.unwrap();
    assert_eq!((info.blocks, info.headers, info.best), (101, 101, tip));
    assert_eq!(info.progress.ppm(), 1_000_000);
    assert!(info.warnings.is_empty() || info.warnings.iter().all(|text| text.contains("test")));
    let mining = node.mining_info().await.unwrap();
    assert_eq!((mining.blocks, mining.pooled), (101, 0));
    assert_eq!(node.block_hashes([0, 101]).await.unwrap()[1], tip);
    let header = node.header(tip).await.unwrap();
    assert_eq!(
        (header.height, header.confirmations, header.transactions),
        (101, 1, 1)
    );
    assert_eq!(header.previous, Some(mined[99]));
    let block = node.block(tip).await.unwrap();
    assert_eq!((block.height, block.next), (101, None));
    let first = node.block(mined[0]).await.unwrap();
    assert_eq!((first.confirmations, first.next), (101, Some(mined[1])));
    let rows = node.block_rows(&[tip, mined[99]]).await.unwrap();
    assert_eq!(rows[0].fees, Some(Amount::ZERO));
    assert_eq!((rows[1].height, rows[1].transactions), (100, 1));
    let txs = node.block_transactions(&block, 0, 10).await.unwrap();
    assert!(txs[0].is_coinbase() && txs[0].fee.is_none() && txs[0].block == Some(tip));
    let tx = node.transaction(txs[0].txid, Some(tip)).await.unwrap();
    assert_eq!((tx.total, tx.confirmations), (sats(5_000_000_000), 1));
    assert_eq!(tx.outputs[0].script.address.as_deref(), Some(reward));
    assert_eq!(
        node.transaction(tx.txid, None).await.unwrap().block,
        Some(tip)
    );
    let nowhere: BlockHash = "11".repeat(32).parse().unwrap();
    assert!(
        node.header(nowhere)
            .await
            .unwrap_err()
            .is_code(NodeError::NOT_FOUND)
    );
    assert!(
        node.block(nowhere)
            .await
            .unwrap_err()
            .is_code(NodeError::NOT_FOUND)
    );
    let nothing = "11".repeat(32).parse().unwrap();
    assert!(
        node.transaction(nothing, None)
            .await
            .unwrap_err()
            .is_code(NodeError::NOT_FOUND)
    );
    assert!(
        node.mempool_entry(nothing)
            .await
            .unwrap_err()
            .is_code(NodeError::NOT_FOUND)
    );
    assert!(node.mempool_ids().await.unwrap().is_empty());
    assert!(node.mempool().await.unwrap().is_empty());
    let found = node.scan_address(reward).await.unwrap();
    assert!(found.success);
    assert_eq!(
        (found.unspents.len(), found.total_amount.0),
        (101, sats(101 * 5_000_000_000))
    );
    assert!(found.unspents.iter().all(|coin| coin.block.is_some()));
    mined
}

async fn wallets(node: &AdminClient) {
    let missing = node.wallet(Some(WALLET)).info().await.unwrap_err();
    assert!(missing.is_code(NodeError::NO_WALLET), "{missing}");
    let missing = node.load_wallet(WALLET).await.unwrap_err();
    assert!(missing.is_code(NodeError::NO_WALLET), "{missing}");
    assert_eq!(node.create_wallet(WALLET, false).await.unwrap(), WALLET);
    assert!(
        node.create_wallet(WALLET, false)
            .await
            .unwrap_err()
            .is_refusal()
    );
    assert!(
        node.load_wallet(WALLET).await.unwrap_err().is_refusal(),
        "it is loaded"
    );
    assert_eq!(node.create_wallet("watch", true).await.unwrap(), "watch");
    assert_eq!(node.wallets().await.unwrap(), [WALLET, "watch"]);
    assert_eq!(node.wallets_on_disk().await.unwrap().len(), 2);
    let which = node.wallet(None).balances().await.unwrap_err();
    assert!(which.is_code(NodeError::WHICH_WALLET), "{which}");
    let watch = node.wallet(Some("watch"));
    assert!(!watch.info().await.unwrap().has_keys);
    assert!(
        watch
            .new_address("", AddressType::Segwit)
            .await
            .unwrap_err()
            .is_refusal()
    );

    let shop = node.wallet(Some(WALLET));
    let info = shop.info().await.unwrap();
    assert!(info.has_keys && info.descriptors && info.unlocked_until.is_none());
    assert_eq!(
        (info.name.as_str(), info.transactions, info.scanning_ppm()),
        (WALLET, 0, None)
    );
    assert!(shop.addresses().await.unwrap().is_empty());
    let till = shop.new_address("till", AddressType::Segwit).await.unwrap();
    for kind in [
        AddressType::Taproot,
        AddressType::NestedSegwit,
        AddressType::Legacy,
    ] {
        assert_ne!(shop.new_address("", kind).await.unwrap(), till);
    }
    let mined = blocks(node, &till).await;
    let has = shop.balances().await.unwrap();
    assert_eq!(
        (has.trusted, has.pending),
        (sats(5_000_000_000), Amount::ZERO)
    );
    assert_eq!(
        (has.immature, has.height),
        (sats(100 * 5_000_000_000), Some(101))
    );
    assert_eq!(shop.addresses().await.unwrap().len(), 4);

    let payment = |address: &str, sats: u64, fee_rate: Option<u64>| WalletPayment {
        address: address.to_owned(),
        amount: Amount::from_sat(sats),
        fee_rate,
        subtract_fee: false,
    };
    let unfit = [
        payment(TO, 6_000_000_000, Some(2_000)),
        payment("nonsense", 1_000, Some(2_000)),
        payment(TO, 1, Some(2_000)),
        // Nothing to estimate by.
        payment(TO, 1_000, None),
    ];
    for unfit in &unfit {
        let refused = shop.send(unfit).await.unwrap_err();
        assert!(refused.is_refusal(), "{unfit:?}: {refused}");
    }
    let paid = shop
        .send(&payment(TO, 12_345_678, Some(2_500)))
        .await
        .unwrap();
    let all = WalletPayment {
        subtract_fee: true,
        ..payment(&till, 1_000_000_000, Some(10_000))
    };
    let child = shop.send(&all).await.unwrap();
    let info = node.mempool_info().await.unwrap();
    assert_eq!(info.count, 2);
    let pool = node.mempool().await.unwrap();
    assert_eq!(pool[&child].depends, [paid]);
    assert_eq!((pool[&paid].descendants, pool[&child].ancestors), (2, 2));
    assert!((2_500..2_520).contains(&pool[&paid].rate()), "rounded up");
    assert_eq!(pool[&child].ancestor_fees(), pool[&paid].descendant_fees());
    let entry = node.mempool_entry(paid).await.unwrap();
    assert_eq!(entry.spent_by, [child]);
    assert_eq!(node.mempool_entries(&[paid, child]).await.unwrap().len(), 2);
    let tx = node.transaction(paid, None).await.unwrap();
    assert_eq!(
        (tx.fee, tx.block, tx.confirmations),
        (Some(entry.fee()), None, 0)
    );
    assert!(tx.inputs[0].spends.as_ref().unwrap().coinbase);

    let block = node.generate_to_address(1, TO).await.unwrap()[0];
    let rows = node.block_rows(&[block]).await.unwrap();
    assert_eq!(rows[0].fees, Some(entry.fee() + pool[&child].fee()));
    let summary = node.block(block).await.unwrap();
    let txs = node.block_transactions(&summary, 1, 10).await.unwrap();
    assert_eq!(
        (txs.len(), txs[0].txid, txs[0].fee),
        (2, paid, Some(entry.fee()))
    );
    assert_eq!(summary.previous, mined.last().copied());
    let mining = node.mining_info().await.unwrap();
    assert_eq!(mining.block_transactions, Some(2));
    let rows = shop.addresses().await.unwrap();
    let row = rows.iter().find(|row| row.address == till).unwrap();
    assert_eq!((row.label.as_str(), row.confirmations), ("till", 1));
    assert!(row.txids.contains(&child));
}
