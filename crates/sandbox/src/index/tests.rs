#![allow(clippy::unwrap_used)]

use std::collections::HashMap;

use bitcoin::absolute::LockTime;
use bitcoin::block::{Header, Version};
use bitcoin::hashes::Hash;
use bitcoin::{
    Amount, Block, BlockHash, CompactTarget, ScriptBuf, Sequence, TxIn, TxMerkleNode, Witness,
};
use proptest::prelude::*;

use super::*;

/// Script number `n` of a small world.
fn script(n: u8) -> ScriptBuf {
    ScriptBuf::from_bytes(vec![0x51, n])
}

fn input(outpoint: OutPoint) -> TxIn {
    TxIn {
        previous_output: outpoint,
        script_sig: ScriptBuf::new(),
        sequence: Sequence::MAX,
        witness: Witness::new(),
    }
}

fn output(n: u8, value: u64) -> TxOut {
    TxOut {
        value: Amount::from_sat(value),
        script_pubkey: script(n),
    }
}

/// A chain built by hand; the index does not judge, so no proof of work is needed.
struct Builder {
    known: HashMap<BlockHash, Arc<BlockEntry>>,
    chain: Vec<Arc<BlockEntry>>,
    coins: Vec<OutPoint>,
}

impl Builder {
    fn new() -> Self {
        let genesis = bitcoin::constants::genesis_block(bitcoin::Network::Regtest);
        let entry = Arc::new(BlockEntry::new(genesis, None));
        Self {
            known: HashMap::from([(entry.hash, entry.clone())]),
            chain: vec![entry],
            coins: Vec::new(),
        }
    }

    /// A block whose transactions each spend some coin (chosen by number) to two scripts.
    fn block(&mut self, payments: &[(usize, u8, u8)]) {
        let parent = self.chain.last().unwrap().clone();
        let mut coinbase = tx(vec![input(OutPoint::null())], vec![output(0, 5_000)]);
        coinbase.input[0].script_sig =
            ScriptBuf::from_bytes((parent.height + 1).to_le_bytes().to_vec());
        let mut txdata = vec![coinbase];
        let mut made = vec![OutPoint {
            txid: txdata[0].compute_txid(),
            vout: 0,
        }];
        for (choice, first, second) in payments {
            if self.coins.is_empty() {
                break;
            }
            let spent = self.coins.remove(choice % self.coins.len());
            let payment = tx(
                vec![input(spent)],
                vec![output(*first, 10), output(*second, 20)],
            );
            let txid = payment.compute_txid();
            // Coins made in a block can be spent in it.
            self.coins.push(OutPoint { txid, vout: 0 });
            made.push(OutPoint { txid, vout: 1 });
            txdata.push(payment);
        }
        self.coins.extend(made);
        let block = Block {
            header: Header {
                version: Version::ONE,
                prev_blockhash: parent.hash,
                merkle_root: TxMerkleNode::all_zeros(),
                time: parent.header.time + 600,
                bits: CompactTarget::from_consensus(0x207f_ffff),
                nonce: parent.height,
            },
            txdata,
        };
        let entry = Arc::new(BlockEntry::new(block, Some((&parent, &self.known))));
        self.known.insert(entry.hash, entry.clone());
        self.chain.push(entry);
    }
}

fn tx(input: Vec<TxIn>, output: Vec<TxOut>) -> Transaction {
    Transaction {
        version: bitcoin::transaction::Version::TWO,
        lock_time: LockTime::ZERO,
        input,
        output,
    }
}

/// Everything the index says, for comparison.
fn picture(index: &Index) -> impl PartialEq + std::fmt::Debug {
    let mut scripts: Vec<_> = index
        .scripts
        .iter()
        .map(|(hash, record)| {
            (
                *hash,
                record.history.clone(),
                record.coins.clone(),
                record.stats,
            )
        })
        .collect();
    scripts.sort_by_key(|(hash, ..)| *hash);
    let mut txs: Vec<_> = index.txs.iter().map(|(txid, at)| (*txid, *at)).collect();
    txs.sort();
    let mut spends: Vec<_> = index
        .spends
        .iter()
        .map(|(coin, by)| (*coin, by.txid, by.vin))
        .collect();
    spends.sort();
    (index.blocks.len(), scripts, txs, spends, index.unspent())
}

proptest! {
    #[test]
    fn disconnecting_undoes_connecting_exactly(
        blocks in prop::collection::vec(
            prop::collection::vec((0usize..50, 0u8..5, 0u8..5), 0..6),
            1..12,
        ),
        back in 1usize..12,
    ) {
        let mut builder = Builder::new();
        for payments in &blocks {
            builder.block(payments);
        }
        let back = back.min(blocks.len());
        let mut direct = Index::default();
        for entry in &builder.chain[..builder.chain.len() - back] {
            direct.connect(entry.clone());
        }
        let mut moved = Index::default();
        for entry in &builder.chain {
            moved.connect(entry.clone());
        }
        let whole = format!("{:?}", picture(&moved));
        for _ in 0..back {
            moved.disconnect_tip();
        }
        prop_assert_eq!(format!("{:?}", picture(&moved)), format!("{:?}", picture(&direct)));
        for entry in &builder.chain[builder.chain.len() - back..] {
            moved.connect(entry.clone());
        }
        prop_assert_eq!(format!("{:?}", picture(&moved)), whole);
    }

    #[test]
    fn sums_of_scripts_agree_with_their_coins(
        blocks in prop::collection::vec(
            prop::collection::vec((0usize..50, 0u8..5, 0u8..5), 0..6),
            1..12,
        ),
    ) {
        let mut builder = Builder::new();
        let mut index = Index::default();
        for payments in &blocks {
            builder.block(payments);
        }
        for entry in &builder.chain {
            index.connect(entry.clone());
        }
        for record in index.scripts.values() {
            let held: u64 = record.coins.values().sum();
            prop_assert_eq!(record.stats.funded_sum - record.stats.spent_sum, held);
            prop_assert_eq!(
                record.stats.funded_count - record.stats.spent_count,
                record.coins.len() as u64
            );
            prop_assert_eq!(record.stats.tx_count, record.history.len() as u64);
            prop_assert!(record.history.is_sorted());
        }
    }
}

#[test]
fn outputs_nobody_can_spend_are_not_coins() {
    let mut builder = Builder::new();
    builder.block(&[]);
    let mut index = Index::default();
    for entry in &builder.chain {
        index.connect(entry.clone());
    }
    let genesis = OutPoint {
        txid: builder.chain[0].txids[0],
        vout: 0,
    };
    assert!(index.output(&genesis).is_some());
    assert!(index.coin(&genesis).is_none());
    assert!(is_unspendable(&ScriptBuf::from_bytes(vec![0x6a])));
    assert!(is_unspendable(&ScriptBuf::from_bytes(vec![0x51; 10_001])));
    assert!(!is_unspendable(&ScriptBuf::from_bytes(vec![0x51; 10_000])));
}
