//! A bdk wallet as a peer: it makes history, scans by itself, and takes what our scans find.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use bdk_esplora::EsploraAsyncExt;
use bdk_esplora::esplora_client::{AsyncClient, Builder};
use bdk_wallet::chain::spk_client::FullScanResponse;
use bdk_wallet::chain::{BlockId, CheckPoint, ConfirmationBlockTime, TxUpdate};
use bdk_wallet::miniscript::psbt::PsbtExt;
use bdk_wallet::{KeychainKind, Update, Wallet};
use bitcoin::bip32::{DerivationPath, Xpriv, Xpub};
use bitcoin::secp256k1::Secp256k1;
use bitcoin::{Amount, Network, Psbt, ScriptBuf, Transaction, Txid};
use satchel_chain::{EsploraConnector, HttpSettings};
use satchel_ports::{ChainConnector, ChainError, ChainSource};
use satchel_sandbox::{Sandbox, SandboxConfig};
use satchel_types::{
    Backend, BackendKind, BlockRef, ChainSide, ScanBatch, ScanEnd, ScanRequest, SideScan, TxSeen,
};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

pub const GAP: u32 = 20;

pub fn sandbox() -> Sandbox {
    Sandbox::start(SandboxConfig::default()).expect("a free port and a scratch folder")
}

pub fn source(sandbox: &Sandbox) -> Arc<dyn ChainSource> {
    EsploraConnector::new(HttpSettings::default())
        .connect(&Backend {
            network: Network::Regtest,
            kind: BackendKind::Esplora,
            url: sandbox.esplora_url(),
        })
        .expect("a loopback address")
}

/// A wallet whose keys the test holds.
pub struct Peer {
    pub wallet: Wallet,
    master: Xpriv,
    clock: u64,
}

impl Peer {
    pub fn new(seed: u8) -> Self {
        let secp = Secp256k1::new();
        let master = Xpriv::new_master(Network::Regtest, &[seed; 32]).expect("a seed");
        let path: DerivationPath = "m/84h/1h/0h".parse().expect("a path");
        let account = master.derive_priv(&secp, &path).expect("hardened steps");
        let xpub = Xpub::from_priv(&secp, &account);
        let origin = format!("[{}/84h/1h/0h]{xpub}", master.fingerprint(&secp));
        let wallet = Wallet::create(format!("wpkh({origin}/0/*)"), format!("wpkh({origin}/1/*)"))
            .network(Network::Regtest)
            .create_wallet_no_persist()
            .expect("good descriptors");
        Self {
            wallet,
            master,
            clock: 0,
        }
    }

    pub fn script(&self, side: KeychainKind, index: u32) -> ScriptBuf {
        self.wallet.peek_address(side, index).script_pubkey()
    }

    fn sides(&self) -> Vec<SideScan> {
        let side = |kind, side| {
            let descriptor = self.wallet.public_descriptor(kind).clone();
            let secp = Secp256k1::verification_only();
            SideScan {
                side,
                scripts: Box::new((0..).map(move |i| {
                    let derived = descriptor.derived_descriptor(&secp, i);
                    (i, derived.expect("no hardened steps").script_pubkey())
                })),
                stop_gap: GAP,
                unused: 0,
            }
        };
        vec![
            side(KeychainKind::External, ChainSide::Receive),
            side(KeychainKind::Internal, ChainSide::Change),
        ]
    }

    fn checkpoints(&self) -> Vec<BlockRef> {
        let point = |c: CheckPoint| BlockRef {
            height: c.height(),
            hash: c.hash(),
        };
        self.wallet.latest_checkpoint().iter().map(point).collect()
    }

    /// Asks for everything, knowing nothing but the chain.
    pub fn first_request(&self) -> ScanRequest {
        ScanRequest {
            sides: self.sides(),
            checkpoints: self.checkpoints(),
            ..ScanRequest::default()
        }
    }

    /// Asks for news of what the wallet holds.
    pub fn next_request(&self) -> ScanRequest {
        let mut known_confirmed = HashMap::new();
        let (mut known_txids, mut txids) = (HashSet::new(), Vec::new());
        for tx in self.wallet.transactions() {
            let txid = tx.tx_node.txid;
            known_txids.insert(txid);
            match tx.chain_position.confirmation_height_upper_bound() {
                Some(_) => {
                    let block = tx
                        .tx_node
                        .anchors
                        .first()
                        .expect("it is confirmed")
                        .block_id;
                    known_confirmed.insert(txid, block.hash);
                }
                None => txids.push(txid),
            }
        }
        let revealed = |kind| {
            let last = self.wallet.derivation_index(kind).unwrap_or(0);
            (0..=last).map(move |i| self.script(kind, i))
        };
        ScanRequest {
            scripts: revealed(KeychainKind::External)
                .chain(revealed(KeychainKind::Internal))
                .collect(),
            txids,
            checkpoints: self.checkpoints(),
            known_confirmed: Arc::new(known_confirmed),
            known_txids: Arc::new(known_txids),
            ..ScanRequest::default()
        }
    }

    /// Scans and applies what is found.
    pub async fn sync(&mut self, source: &dyn ChainSource, request: ScanRequest) -> Scan {
        let scan = scan(source, request).await.expect("the sandbox is honest");
        self.clock += 1;
        let update = scan.update(self.clock);
        self.wallet
            .apply_update(update)
            .expect("the blocks connect");
        scan
    }

    pub async fn sync_first(&mut self, source: &dyn ChainSource) -> Scan {
        let request = self.first_request();
        self.sync(source, request).await
    }

    pub async fn sync_next(&mut self, source: &dyn ChainSource) -> Scan {
        let request = self.next_request();
        self.sync(source, request).await
    }

    pub fn pay(&mut self, to: &ScriptBuf, sat: u64, sat_per_vb: u64) -> Transaction {
        let mut builder = self.wallet.build_tx();
        builder
            .add_recipient(to.clone(), Amount::from_sat(sat))
            .fee_rate(bitcoin::FeeRate::from_sat_per_vb(sat_per_vb).expect("small"));
        let psbt = builder.finish().expect("enough coins");
        self.sign(psbt)
    }

    pub fn bump(&mut self, txid: Txid, sat_per_vb: u64) -> Transaction {
        let mut builder = self.wallet.build_fee_bump(txid).expect("it waits");
        builder.fee_rate(bitcoin::FeeRate::from_sat_per_vb(sat_per_vb).expect("small"));
        let psbt = builder.finish().expect("enough coins");
        self.sign(psbt)
    }

    fn sign(&self, mut psbt: Psbt) -> Transaction {
        let secp = Secp256k1::new();
        psbt.sign(&self.master, &secp).expect("our coins");
        psbt.finalize_mut(&secp).expect("signed");
        psbt.extract_tx().expect("a sane fee")
    }

    /// Scans the way bdk does.
    pub async fn scan_by_bdk(&self, sandbox: &Sandbox) -> FullScanResponse<KeychainKind> {
        let client: AsyncClient = Builder::new(&sandbox.esplora_url())
            .build_async()
            .expect("a client");
        let request = self.wallet.start_full_scan_at(1).build();
        client
            .full_scan(request, GAP as usize, 16)
            .await
            .expect("the sandbox answers")
    }
}

/// What a scan found.
pub struct Scan {
    pub end: ScanEnd,
    pub batches: Vec<ScanBatch>,
}

pub async fn scan(source: &dyn ChainSource, request: ScanRequest) -> Result<Scan, ChainError> {
    let (send, mut receive) = mpsc::channel(2);
    let collect = async {
        let mut batches = Vec::new();
        while let Some(batch) = receive.recv().await {
            batches.push(batch);
        }
        batches
    };
    let (end, batches) = tokio::join!(
        source.scan(request, send, CancellationToken::new()),
        collect
    );
    Ok(Scan { end: end?, batches })
}

impl Scan {
    pub fn seen(&self) -> HashMap<Txid, TxSeen> {
        let txs = self.batches.iter().flat_map(|b| &b.txs);
        txs.map(|tx| (tx.txid, tx.seen)).collect()
    }

    pub fn tx_update(&self, now: u64) -> TxUpdate<ConfirmationBlockTime> {
        let mut update = TxUpdate::default();
        let mut have = HashSet::new();
        for tx in self.batches.iter().flat_map(|b| &b.txs) {
            if have.insert(tx.txid) {
                update.txs.extend(tx.tx.clone());
            }
            update.txouts.extend(tx.prevouts.iter().cloned());
            match tx.seen {
                TxSeen::Mempool => {
                    update.seen_ats.insert((tx.txid, now));
                }
                TxSeen::Block { block, time } => {
                    let anchor = ConfirmationBlockTime {
                        block_id: block_id(block),
                        confirmation_time: time.as_secs(),
                    };
                    update.anchors.insert((anchor, tx.txid));
                }
            }
        }
        let missing = self.end.missing.iter();
        update.evicted_ats = missing.map(|txid| (*txid, now)).collect();
        update
    }

    pub fn last_used(&self) -> BTreeMap<KeychainKind, u32> {
        let last = self.batches.last().map_or(&[][..], |b| &b.last_used);
        let kind = |side| match side {
            ChainSide::Receive => KeychainKind::External,
            ChainSide::Change => KeychainKind::Internal,
        };
        last.iter().map(|(side, i)| (kind(*side), *i)).collect()
    }

    /// The update as a wallet on bdk would make it.
    pub fn update(&self, now: u64) -> Update {
        let tx_update = self.tx_update(now);
        let mut blocks: BTreeSet<BlockId> = self.batches[0]
            .blocks
            .iter()
            .map(|b| block_id(*b))
            .collect();
        blocks.extend(tx_update.anchors.iter().map(|(a, _)| a.block_id));
        Update {
            chain: Some(CheckPoint::from_block_ids(blocks).expect("ascending")),
            tx_update,
            last_active_indices: self.last_used(),
        }
    }
}

fn block_id(block: BlockRef) -> BlockId {
    BlockId {
        height: block.height,
        hash: block.hash,
    }
}
