//! What the engine's steps cost on big wallets, with one transaction a block, beside a foreign
//! wallet on the same transactions.
//!
//! `cargo bench -p satchel-wallet`; arguments are the number of transactions.

use std::sync::Arc;

use bdk_wallet::chain::{BlockId, CheckPoint, ConfirmationBlockTime, TxUpdate};
use bdk_wallet::{KeychainKind, Wallet};
use bitcoin::absolute::LockTime;
use bitcoin::bip32::{DerivationPath, Xpriv, Xpub};
use bitcoin::hashes::Hash;
use bitcoin::secp256k1::Secp256k1;
use bitcoin::transaction::Version;
use bitcoin::{
    Amount, BlockHash, Network, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid,
    WPubkeyHash, Witness, constants,
};
use divan::Bencher;
use satchel_types::{
    BlockRef, ChainSide, CoinRow, Origin, PublicDescriptors, Recipient, ScanBatch, ScannedTx,
    ScriptType, Timestamp, TxSeen, WalletId, WalletName, WalletRecord, Write,
};
use satchel_wallet::{CoinChoice, Engine, PaymentSpec, ScanScope};

fn main() {
    divan::main();
}

fn record() -> WalletRecord {
    let secp = Secp256k1::new();
    let master = Xpriv::new_master(Network::Regtest, &[42; 32]).expect("a seed");
    let path: DerivationPath = "m/84'/1'/0'".parse().expect("a path");
    let account = Xpub::from_priv(&secp, &master.derive_priv(&secp, &path).expect("a path"));
    let fingerprint = master.fingerprint(&secp);
    let side = |n: u32| format!("wpkh([{fingerprint}/84'/1'/0']{account}/{n}/*)");
    WalletRecord {
        id: WalletId::from_bytes([1; 16]),
        name: WalletName::new("bench").expect("a name"),
        network: Network::Regtest,
        script_type: ScriptType::Segwit,
        descriptors: PublicDescriptors {
            external: side(0),
            internal: side(1),
            fingerprint,
        },
        account: 0,
        origin: Origin::Created,
        has_seed: false,
        created_at: Timestamp::from_secs(0),
        words_proven_at: None,
        backed_up_at: None,
    }
}

fn block(height: u32) -> BlockRef {
    let mut bytes = [0x11; 32];
    bytes[..4].copy_from_slice(&height.to_le_bytes());
    BlockRef {
        height,
        hash: match height {
            0 => constants::genesis_block(Network::Regtest).block_hash(),
            _ => BlockHash::from_byte_array(bytes),
        },
    }
}

fn somebody() -> ScriptBuf {
    ScriptBuf::new_p2wpkh(&WPubkeyHash::from_byte_array([7; 20]))
}

fn transaction(from: Vec<OutPoint>, to: Vec<(ScriptBuf, u64)>) -> Transaction {
    Transaction {
        version: Version::TWO,
        lock_time: LockTime::ZERO,
        input: from
            .into_iter()
            .map(|previous_output| TxIn {
                previous_output,
                script_sig: ScriptBuf::new(),
                sequence: Sequence::ENABLE_RBF_NO_LOCKTIME,
                witness: Witness::from_slice(&[vec![1; 72], vec![2; 33]]),
            })
            .collect(),
        output: to
            .into_iter()
            .map(|(script_pubkey, sats)| TxOut {
                value: Amount::from_sat(sats),
                script_pubkey,
            })
            .collect(),
    }
}

fn told(tx: Transaction, seen: TxSeen) -> ScannedTx {
    ScannedTx {
        txid: tx.compute_txid(),
        tx: Some(Arc::new(tx)),
        seen,
        prevouts: vec![],
    }
}

fn in_block(height: u32) -> TxSeen {
    TxSeen::Block {
        block: block(height),
        time: Timestamp::from_secs(u64::from(height) * 600),
    }
}

fn from_outside(number: u32) -> OutPoint {
    OutPoint::new(Txid::from_byte_array([0xaa; 32]), number)
}

/// A wallet of `size` transactions, one a block; `spends` of ten are payments.
struct Big {
    engine: Engine,
    pieces: Vec<Vec<u8>>,
    txs: Vec<ScannedTx>,
    height: u32,
}

fn batches(
    engine: &mut Engine,
    size: u32,
    spends: u32,
) -> (Vec<ScanBatch>, Vec<ScannedTx>, Vec<Vec<u8>>) {
    let mut pieces = Vec::new();
    let mut keep = |batch: satchel_types::Batch| {
        pieces.extend(batch.writes.into_iter().filter_map(|write| match write {
            Write::AppendChanges(_, bytes) => Some(bytes),
            _ => None,
        }));
    };
    keep(engine.reveal_to(ChainSide::Receive, size));
    keep(engine.reveal_to(ChainSide::Change, size));
    let scripts: Vec<ScriptBuf> = engine.addresses().map(|row| row.script.clone()).collect();
    let (receive, change) = scripts.split_at(size as usize + 1);
    let mut coins: Vec<(OutPoint, u64)> = Vec::new();
    let txs: Vec<ScannedTx> = (0..size)
        .map(|n| {
            let height = n + 1;
            let index = n as usize;
            let tx = if n % 10 < spends && coins.len() > 2 {
                let (a, first) = coins.swap_remove(index % coins.len());
                let (b, second) = coins.swap_remove(index % coins.len());
                let back = (first + second) / 2;
                let paid = first + second - back - 400;
                transaction(
                    vec![a, b],
                    vec![(somebody(), paid), (change[index].clone(), back)],
                )
            } else {
                let sats = 50_000 + u64::from(n) * 7_919 % 1_000_000;
                transaction(vec![from_outside(n)], vec![(receive[index].clone(), sats)])
            };
            let txid = tx.compute_txid();
            let last = tx.output.len() - 1;
            coins.push((
                OutPoint::new(txid, last as u32),
                tx.output[last].value.to_sat(),
            ));
            told(tx, in_block(height))
        })
        .collect();
    let blocks = Arc::new(vec![block(0), block(size)]);
    let batches = txs
        .chunks(200)
        .map(|part| ScanBatch {
            blocks: Arc::clone(&blocks),
            txs: part.to_vec(),
            ..ScanBatch::default()
        })
        .collect();
    (batches, txs, pieces)
}

fn big(size: u32, spends: u32) -> Big {
    let (mut engine, first) = Engine::create(&record()).expect("descriptors");
    let mut pieces = Vec::new();
    let keep = |batch: satchel_types::Batch, pieces: &mut Vec<Vec<u8>>| {
        for write in batch.writes {
            if let Write::AppendChanges(_, bytes) = write {
                pieces.push(bytes);
            }
        }
    };
    keep(first, &mut pieces);
    let (batches, txs, more) = batches(&mut engine, size, spends);
    pieces.extend(more);
    for batch in &batches {
        let update = engine
            .apply_batch(batch, Timestamp::from_secs(1))
            .expect("honest");
        keep(update.batch, &mut pieces);
    }
    assert!(engine.history().count() as u32 == size);
    Big {
        engine,
        pieces,
        txs,
        height: size,
    }
}

const SIZES: [u32; 3] = [1_000, 10_000, 100_000];

#[divan::bench(args = SIZES, sample_count = 20, sample_size = 5)]
fn a_new_block_without_news(bencher: Bencher, size: u32) {
    let mut big = big(size, 3);
    bencher.bench_local(|| {
        let blocks = Arc::new(vec![block(big.height), block(big.height + 1)]);
        big.height += 1;
        let batch = ScanBatch {
            blocks,
            ..ScanBatch::default()
        };
        big.engine
            .apply_batch(&batch, Timestamp::from_secs(2))
            .expect("joins")
    });
}

#[divan::bench(args = SIZES, sample_count = 20, sample_size = 5)]
fn a_new_block_with_a_payment(bencher: Bencher, size: u32) {
    let mut big = big(size, 3);
    let script = big.engine.addresses().next().expect("one").script.clone();
    bencher.bench_local(|| {
        let blocks = Arc::new(vec![block(big.height), block(big.height + 1)]);
        big.height += 1;
        let tx = transaction(
            vec![from_outside(big.height)],
            vec![(script.clone(), 9_999)],
        );
        let batch = ScanBatch {
            blocks,
            txs: vec![told(tx, in_block(big.height))],
            ..ScanBatch::default()
        };
        big.engine
            .apply_batch(&batch, Timestamp::from_secs(2))
            .expect("joins")
    });
}

#[divan::bench(args = [1_000, 10_000], sample_count = 3, sample_size = 1)]
fn the_first_scan(bencher: Bencher, size: u32) {
    bencher
        .with_inputs(|| {
            let (mut engine, _) = Engine::create(&record()).expect("descriptors");
            let (batches, _, _) = batches(&mut engine, size, 3);
            (engine, batches)
        })
        .bench_local_values(|(mut engine, batches)| {
            for batch in &batches {
                let update = engine.apply_batch(batch, Timestamp::from_secs(1));
                let _ = divan::black_box(update.expect("honest"));
            }
            engine
        });
}

#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn loading(bencher: Bencher, size: u32) {
    let big = big(size, 3);
    bencher.bench_local(|| Engine::load(&record(), &big.pieces).expect("own state"));
}

#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn a_request_for_what_is_recent(bencher: Bencher, size: u32) {
    let big = big(size, 3);
    bencher.bench_local(|| big.engine.scan_request(ScanScope::Recent { rotation: 1 }));
}

fn pay(sats: u64, coins: CoinChoice, height: u32) -> PaymentSpec {
    PaymentSpec {
        recipients: vec![Recipient {
            address: bitcoin::Address::from_script(&somebody(), Network::Regtest)
                .expect("an address")
                .to_string(),
            amount: Amount::from_sat(sats),
        }],
        fee_rate: "2".parse().expect("a rate"),
        send_all: false,
        coins,
        change: None,
        tip_height: height,
    }
}

fn coins(engine: &Engine) -> Vec<CoinRow> {
    engine.coins().cloned().collect()
}

/// From 10,000 coins: a small payment, one of several coins, one of a tenth of everything.
#[divan::bench(args = [40_000, 5_000_000, 500_000_000], sample_count = 10, sample_size = 1)]
fn a_draft_from_10_000_coins(bencher: Bencher, sats: u64) {
    let big = big(10_000, 0);
    let coins = coins(&big.engine);
    assert_eq!(coins.len(), 10_000);
    let spec = pay(sats, CoinChoice::Auto, big.height);
    bencher.bench_local(|| big.engine.plan_payment(&spec, &coins, 7).expect("enough"));
}

#[divan::bench(args = [1, 100, 1_000], sample_count = 10, sample_size = 1)]
fn a_draft_of_chosen_coins(bencher: Bencher, count: usize) {
    let big = big(10_000, 0);
    let coins = coins(&big.engine);
    let chosen = coins.iter().take(count).map(|coin| coin.outpoint).collect();
    let spec = pay(10_000, CoinChoice::Manual(chosen), big.height);
    bencher.bench_local(|| big.engine.plan_payment(&spec, &coins, 7).expect("enough"));
}

/// The foreign wallet's balance, which it works out anew at every call.
#[divan::bench(args = [1_000, 10_000], sample_count = 2, sample_size = 1)]
fn peer_balance(bencher: Bencher, size: u32) {
    let big = big(size, 3);
    let texts = record().descriptors;
    let mut wallet = Wallet::create(texts.external, texts.internal)
        .network(Network::Regtest)
        .create_wallet_no_persist()
        .expect("descriptors");
    let mut update = TxUpdate::default();
    let mut blocks = vec![block(0)];
    for (height, told) in (1..).zip(&big.txs) {
        let here = block(height);
        blocks.push(here);
        let block_id = BlockId {
            height,
            hash: here.hash,
        };
        let anchor = ConfirmationBlockTime {
            block_id,
            confirmation_time: 0,
        };
        update.anchors.insert((anchor, told.txid));
        update.txs.extend(told.tx.clone());
    }
    let ids = blocks.into_iter().map(|b| BlockId {
        height: b.height,
        hash: b.hash,
    });
    wallet
        .apply_update(bdk_wallet::Update {
            last_active_indices: [
                (KeychainKind::External, size),
                (KeychainKind::Internal, size),
            ]
            .into(),
            tx_update: update,
            chain: Some(CheckPoint::from_block_ids(ids).expect("ascending")),
        })
        .expect("joins");
    bencher.bench_local(|| wallet.balance());
}
