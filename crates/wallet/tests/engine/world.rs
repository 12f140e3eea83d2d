//! A chain, a mempool, a server and a store in memory, and keys to sign with.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use bitcoin::absolute::LockTime;
use bitcoin::bip32::{DerivationPath, Xpriv, Xpub};
use bitcoin::hashes::Hash;
use bitcoin::secp256k1::Secp256k1;
use bitcoin::transaction::Version;
use bitcoin::{
    Amount, BlockHash, Network, OutPoint, Psbt, Script, ScriptBuf, Sequence, Transaction, TxIn,
    TxOut, Txid, WPubkeyHash, Witness, constants,
};
use miniscript::psbt::PsbtExt;
use satchel_types::{
    AddressRow, Balance, Batch, BlockRef, ChainSide, CoinRow, Freshness, Origin, PublicDescriptors,
    Recipient, ScanBatch, ScanEnd, ScanRequest, ScannedTx, ScriptType, Timestamp, TxRow, TxSeen,
    WalletId, WalletName, WalletRecord, Write,
};
use satchel_wallet::{Engine, ScanScope, Update, WalletEvent};

pub const NETWORK: Network = Network::Regtest;

pub fn master() -> Xpriv {
    Xpriv::new_master(NETWORK, &[42; 32]).unwrap()
}

pub fn record(kind: ScriptType) -> WalletRecord {
    let secp = Secp256k1::new();
    let master = master();
    let origin = format!("{}'/1'/0'", kind.purpose());
    let path: DerivationPath = format!("m/{origin}").parse().unwrap();
    let account = Xpub::from_priv(&secp, &master.derive_priv(&secp, &path).unwrap());
    let fingerprint = master.fingerprint(&secp);
    let side = |number: u32| {
        let key = format!("[{fingerprint}/{origin}]{account}/{number}/*");
        match kind {
            ScriptType::Taproot => format!("tr({key})"),
            ScriptType::Segwit => format!("wpkh({key})"),
            ScriptType::NestedSegwit => format!("sh(wpkh({key}))"),
            ScriptType::Legacy => format!("pkh({key})"),
        }
    };
    WalletRecord {
        id: WalletId::from_bytes([1; 16]),
        name: WalletName::new("test").unwrap(),
        network: NETWORK,
        script_type: kind,
        descriptors: PublicDescriptors {
            external: side(0),
            internal: side(1),
            fingerprint,
        },
        account: 0,
        origin: Origin::Created,
        has_seed: true,
        created_at: Timestamp::from_secs(0),
        words_proven_at: None,
        backed_up_at: None,
    }
}

/// Signs every input and finalizes, which checks the signatures as well.
pub fn sign(psbt: &Psbt) -> Psbt {
    let secp = Secp256k1::new();
    let mut psbt = psbt.clone();
    psbt.sign(&master(), &secp).expect("every input is ours");
    psbt.finalize_mut(&secp).expect("signed to the end");
    psbt
}

/// A script of somebody else.
pub fn foreign(number: u64) -> ScriptBuf {
    let mut hash = [0xee; 20];
    hash[..8].copy_from_slice(&number.to_le_bytes());
    ScriptBuf::new_p2wpkh(&WPubkeyHash::from_byte_array(hash))
}

pub fn foreign_address(number: u64) -> String {
    bitcoin::Address::from_script(&foreign(number), NETWORK)
        .unwrap()
        .to_string()
}

pub fn pay(number: u64, sats: u64) -> Recipient {
    Recipient {
        address: foreign_address(number),
        amount: Amount::from_sat(sats),
    }
}

/// How many random cases a law is tried on; `PROPTEST_CASES` asks for more or fewer.
pub fn cases(usual: u32) -> u32 {
    let wish = std::env::var("PROPTEST_CASES").ok();
    wish.and_then(|text| text.parse().ok()).unwrap_or(usual)
}

thread_local! {
    /// Deriving is slow in debug builds and gives the same every time.
    static SCRIPTS: RefCell<HashMap<(String, u32), ScriptBuf>> = RefCell::default();
}

/// A script's answer: the script, its transactions, and the highest indices used so far.
type Looked = (ScriptBuf, Vec<ScannedTx>, Vec<(ChainSide, u32)>);

/// What the database would hold.
#[derive(Debug, Default, Clone)]
pub struct Store {
    pub changes: Vec<Vec<u8>>,
    pub txs: HashMap<Txid, TxRow>,
    pub coins: HashMap<OutPoint, CoinRow>,
    pub addresses: BTreeMap<(ChainSide, u32), AddressRow>,
    pub balance: Balance,
    pub freshness: Option<Freshness>,
}

impl Store {
    pub fn apply(&mut self, batch: &Batch) {
        for write in &batch.writes {
            match write.clone() {
                Write::AppendChanges(_, bytes) => {
                    assert!(!bytes.is_empty());
                    self.changes.push(bytes);
                }
                Write::PutTx(_, row) => drop(self.txs.insert(row.txid, *row)),
                Write::RemoveTx(_, txid) => drop(self.txs.remove(&txid)),
                Write::PutCoin(_, row) => drop(self.coins.insert(row.outpoint, *row)),
                Write::RemoveCoin(_, outpoint) => drop(self.coins.remove(&outpoint)),
                Write::PutAddress(_, row) => {
                    self.addresses.insert((row.side, row.index), *row);
                }
                Write::PutBalance(_, balance) => self.balance = balance,
                Write::PutFreshness(_, freshness) => self.freshness = Some(freshness),
                other => panic!("the engine writes no {other:?}"),
            }
        }
    }

    pub fn agrees_with(&self, engine: &Engine) {
        let txs: HashMap<_, _> = engine.history().map(|r| (r.txid, r.clone())).collect();
        assert_eq!(self.txs, txs, "history");
        let coins: HashMap<_, _> = engine.coins().map(|r| (r.outpoint, r.clone())).collect();
        assert_eq!(self.coins, coins, "coins");
        let addresses: BTreeMap<_, _> = engine
            .addresses()
            .map(|r| ((r.side, r.index), r.clone()))
            .collect();
        assert_eq!(self.addresses, addresses, "addresses");
        assert_eq!(self.balance, engine.balance(), "balance");
    }
}

#[derive(Debug, Clone)]
pub struct Block {
    pub hash: BlockHash,
    pub time: u64,
    pub txs: Vec<Txid>,
}

/// Everybody's chain and mempool, and this wallet with its store.
pub struct World {
    pub record: WalletRecord,
    pub engine: Engine,
    pub store: Store,
    pub blocks: Vec<Block>,
    pub mempool: Vec<Txid>,
    pub txs: HashMap<Txid, Arc<Transaction>>,
    by_script: HashMap<ScriptBuf, BTreeSet<Txid>>,
    pub now: u64,
    counter: u64,
    /// Transactions that the server sent, and how many of them with bytes.
    pub told: u64,
}

impl World {
    pub fn new(kind: ScriptType) -> Self {
        let record = record(kind);
        let (engine, batch) = Engine::create(&record).unwrap();
        let mut store = Store::default();
        store.apply(&batch);
        Self {
            record,
            engine,
            store,
            blocks: vec![Block {
                hash: constants::genesis_block(NETWORK).block_hash(),
                time: 0,
                txs: vec![],
            }],
            mempool: vec![],
            txs: HashMap::new(),
            by_script: HashMap::new(),
            now: 1_000_000,
            counter: 0,
            told: 0,
        }
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_secs(self.now)
    }

    pub fn height(&self) -> u32 {
        self.blocks.len() as u32 - 1
    }

    pub fn next_number(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    fn block_ref(&self, height: u32) -> BlockRef {
        BlockRef {
            height,
            hash: self.blocks[height as usize].hash,
        }
    }

    // -- what others do --

    pub fn register(&mut self, tx: Transaction) -> Txid {
        let txid = tx.compute_txid();
        for out in &tx.output {
            let history = self.by_script.entry(out.script_pubkey.clone());
            history.or_default().insert(txid);
        }
        for input in &tx.input {
            if let Some(out) = self.output(input.previous_output) {
                self.by_script
                    .entry(out.script_pubkey.clone())
                    .or_default()
                    .insert(txid);
            }
        }
        self.txs.insert(txid, Arc::new(tx));
        txid
    }

    pub fn output(&self, outpoint: OutPoint) -> Option<TxOut> {
        let tx = self.txs.get(&outpoint.txid)?;
        tx.output.get(outpoint.vout as usize).cloned()
    }

    /// A transaction of somebody else that pays the given scripts, spending `from` or an output
    /// nobody knows of.
    pub fn stranger_pays(&mut self, from: Option<OutPoint>, to: &[(ScriptBuf, u64)]) -> Txid {
        let from = from.unwrap_or_else(|| {
            let number = self.next_number();
            let total: u64 = to.iter().map(|(_, sats)| sats).sum::<u64>() + 500;
            let source = transaction(
                vec![OutPoint::new(
                    Txid::from_byte_array([0xaa; 32]),
                    number as u32,
                )],
                &[(foreign(number), total)],
            );
            OutPoint::new(self.register(source), 0)
        });
        let tx = transaction(vec![from], to);
        self.register(tx)
    }

    /// Somebody pays an address; the payment waits in the mempool.
    pub fn receive(&mut self, script: &Script, sats: u64) -> Txid {
        let txid = self.stranger_pays(None, &[(script.into(), sats)]);
        self.mempool.push(txid);
        txid
    }

    pub fn address(&mut self) -> ScriptBuf {
        let (row, batch) = self.engine.new_address(ChainSide::Receive);
        self.store.apply(&batch);
        row.script
    }

    pub fn script(&self, side: ChainSide, index: u32) -> ScriptBuf {
        use miniscript::{Descriptor, DescriptorPublicKey};
        let text = match side {
            ChainSide::Receive => &self.record.descriptors.external,
            ChainSide::Change => &self.record.descriptors.internal,
        };
        let key = (text.clone(), index);
        SCRIPTS.with_borrow_mut(|scripts| {
            let derive = || {
                let descriptor: Descriptor<DescriptorPublicKey> = text.parse().unwrap();
                let definite = descriptor.at_derivation_index(index).unwrap();
                definite.script_pubkey()
            };
            scripts.entry(key).or_insert_with(derive).clone()
        })
    }

    /// Mines the given transactions, and drops from the mempool what they exclude.
    pub fn mine_only(&mut self, txids: &[Txid]) {
        let number = self.next_number();
        let mut hash = [0x11; 32];
        hash[..8].copy_from_slice(&number.to_le_bytes());
        self.blocks.push(Block {
            hash: BlockHash::from_byte_array(hash),
            time: self.now,
            txs: txids.to_vec(),
        });
        self.tidy_mempool();
    }

    pub fn mine(&mut self) {
        let txids = std::mem::take(&mut self.mempool);
        self.mine_only(&txids);
    }

    pub fn mine_empty(&mut self, blocks: u32) {
        for _ in 0..blocks {
            self.mine_only(&[]);
        }
    }

    /// Mines a block whose coinbase pays a script.
    pub fn mine_coinbase_to(&mut self, script: &Script, sats: u64) -> Txid {
        let number = self.next_number();
        let mut tx = transaction(vec![OutPoint::null()], &[(script.into(), sats)]);
        tx.input[0].script_sig = ScriptBuf::from_bytes(number.to_le_bytes().to_vec());
        let txid = self.register(tx);
        self.mine_only(&[txid]);
        txid
    }

    /// Takes the last blocks back. What was in them waits again, or is lost.
    pub fn unmine(&mut self, depth: u32, keep: bool) {
        let depth = depth.min(self.height());
        let gone = self.blocks.split_off(self.blocks.len() - depth as usize);
        if keep {
            let back = gone.into_iter().flat_map(|block| block.txs);
            self.mempool.extend(back);
        }
        let txs = &self.txs;
        self.mempool.retain(|txid| !txs[txid].is_coinbase());
        self.tidy_mempool();
    }

    pub fn confirmed(&self) -> HashMap<Txid, u32> {
        (0..)
            .zip(&self.blocks)
            .flat_map(|(height, block)| block.txs.iter().map(move |txid| (*txid, height)))
            .collect()
    }

    /// Drops what is mined, in conflict, or without its ground.
    fn tidy_mempool(&mut self) {
        let confirmed = self.confirmed();
        let mut spent: HashSet<OutPoint> = confirmed
            .keys()
            .flat_map(|txid| &self.txs[txid].input)
            .map(|input| input.previous_output)
            .collect();
        let mut kept: Vec<Txid> = Vec::new();
        for txid in std::mem::take(&mut self.mempool) {
            let tx = &self.txs[&txid];
            let stands = |outpoint: &OutPoint| {
                let parent = outpoint.txid;
                // Sources that strangers spend are taken to be there.
                !spent.contains(outpoint)
                    && (confirmed.contains_key(&parent)
                        || kept.contains(&parent)
                        || self.is_source(parent))
            };
            let fine = !confirmed.contains_key(&txid)
                && !kept.contains(&txid)
                && tx.input.iter().all(|i| stands(&i.previous_output));
            if fine {
                spent.extend(tx.input.iter().map(|input| input.previous_output));
                kept.push(txid);
            }
        }
        self.mempool = kept;
    }

    fn is_source(&self, txid: Txid) -> bool {
        self.txs
            .get(&txid)
            .is_some_and(|tx| tx.input[0].previous_output.txid == Txid::from_byte_array([0xaa; 32]))
    }

    /// Puts a transaction into the mempool, in place of those it conflicts with.
    pub fn submit(&mut self, tx: Transaction) -> Txid {
        let txid = self.register(tx);
        let spends: HashSet<OutPoint> = self.txs[&txid]
            .input
            .iter()
            .map(|input| input.previous_output)
            .collect();
        let txs = &self.txs;
        self.mempool.retain(|other| {
            !txs[other]
                .input
                .iter()
                .any(|input| spends.contains(&input.previous_output))
        });
        self.mempool.push(txid);
        self.tidy_mempool();
        txid
    }

    // -- the server --

    fn history(&self, script: &Script) -> Vec<(Txid, TxSeen)> {
        let confirmed = self.confirmed();
        let mut found: Vec<(u32, Txid, TxSeen)> = self
            .by_script
            .get(script)
            .into_iter()
            .flatten()
            .filter_map(|txid| match confirmed.get(txid) {
                Some(height) => Some((*height, *txid, self.seen_in(*height))),
                None => self
                    .mempool
                    .contains(txid)
                    .then_some((u32::MAX, *txid, TxSeen::Mempool)),
            })
            .collect();
        found.sort_by_key(|(height, txid, _)| (std::cmp::Reverse(*height), *txid));
        found
            .into_iter()
            .map(|(_, txid, seen)| (txid, seen))
            .collect()
    }

    fn seen_in(&self, height: u32) -> TxSeen {
        TxSeen::Block {
            block: self.block_ref(height),
            time: Timestamp::from_secs(self.blocks[height as usize].time),
        }
    }

    /// Answers a request as eagerly as the port allows: it stops at the very first known
    /// transaction and sends no bytes twice.
    pub fn answer(&mut self, scope: ScanScope, chunk: usize) -> (Vec<ScanBatch>, ScanEnd) {
        let request = self.engine.scan_request(scope);
        self.answer_to(request, chunk)
    }

    /// The same to a request made before.
    pub fn answer_to(
        &mut self,
        mut request: ScanRequest,
        chunk: usize,
    ) -> (Vec<ScanBatch>, ScanEnd) {
        let agreed = request
            .checkpoints
            .iter()
            .find(|b| self.blocks.get(b.height as usize).map(|x| x.hash) == Some(b.hash))
            .expect("block 0 is agreed on");
        let blocks: Arc<Vec<BlockRef>> = Arc::new(
            (agreed.height..=self.height())
                .map(|height| self.block_ref(height))
                .collect(),
        );
        let mut last_used: BTreeMap<ChainSide, u32> = BTreeMap::new();
        let mut looked_at: Vec<Looked> = Vec::new();
        let mut told = 0;
        let mut look = |world: &World, script: ScriptBuf| -> (ScriptBuf, Vec<ScannedTx>, bool) {
            let history = world.history(&script);
            let used = !history.is_empty();
            let mut txs = Vec::new();
            for (txid, seen) in history {
                if let TxSeen::Block { block, .. } = seen
                    && request.known_confirmed.get(&txid) == Some(&block.hash)
                {
                    break;
                }
                let tx = &world.txs[&txid];
                told += 1;
                txs.push(ScannedTx {
                    txid,
                    tx: (!request.known_txids.contains(&txid)).then(|| Arc::clone(tx)),
                    seen,
                    prevouts: tx
                        .input
                        .iter()
                        .filter_map(|i| Some((i.previous_output, world.output(i.previous_output)?)))
                        .collect(),
                });
            }
            (script, txs, used)
        };
        for script in &request.scripts {
            let (script, txs, _) = look(self, script.clone());
            looked_at.push((script, txs, vec![]));
        }
        for side in &mut request.sides {
            let mut unused = side.unused;
            for (index, script) in side.scripts.by_ref() {
                if unused >= side.stop_gap {
                    break;
                }
                let (script, txs, used) = look(self, script);
                if used {
                    unused = 0;
                    last_used.insert(side.side, index);
                } else {
                    unused += 1;
                }
                let so_far = last_used.iter().map(|(s, i)| (*s, *i)).collect();
                looked_at.push((script, txs, so_far));
            }
        }
        self.told += told;
        let expected = looked_at.len() as u64;
        let mut done = 0;
        let mut batches: Vec<_> = looked_at
            .chunks(chunk)
            .map(|part| {
                done += part.len() as u64;
                let mut seen = HashSet::new();
                ScanBatch {
                    blocks: Arc::clone(&blocks),
                    txs: part
                        .iter()
                        .flat_map(|(_, txs, _)| txs)
                        .filter(|tx| seen.insert(tx.txid))
                        .cloned()
                        .collect(),
                    last_used: part
                        .last()
                        .map(|(_, _, used)| used.clone())
                        .unwrap_or_default(),
                    scripts: part.iter().map(|(script, _, _)| script.clone()).collect(),
                    done,
                    expected,
                }
            })
            .collect();
        if batches.is_empty() {
            // Blocks are news too.
            batches.push(ScanBatch {
                blocks,
                ..ScanBatch::default()
            });
        }
        let confirmed = self.confirmed();
        let end = ScanEnd {
            tip: self.block_ref(self.height()),
            missing: request
                .txids
                .iter()
                .copied()
                .filter(|txid| !confirmed.contains_key(txid) && !self.mempool.contains(txid))
                .collect(),
            requests: expected,
        };
        (batches, end)
    }

    // -- this wallet --

    pub fn keep(&mut self, update: Update) -> Vec<WalletEvent> {
        self.store.apply(&update.batch);
        update.events
    }

    /// One whole scan, a second later.
    pub fn sync(&mut self, scope: ScanScope) -> Vec<WalletEvent> {
        self.now += 1;
        let (batches, end) = self.answer(scope, 7);
        let mut events = Vec::new();
        for batch in &batches {
            let update = self.engine.apply_batch(batch, self.now()).expect("honest");
            events.extend(self.keep(update));
        }
        let update = self.engine.apply_end(&end, "server:1", self.now());
        events.extend(self.keep(update));
        events
    }

    /// Two scans more than a minute apart, so that what is gone is given up.
    pub fn settle(&mut self) -> Vec<WalletEvent> {
        let mut events = self.sync(ScanScope::Revealed);
        self.now += 61;
        events.extend(self.sync(ScanScope::Revealed));
        events
    }

    pub fn restart(&mut self) {
        self.engine = Engine::load(&self.record, &self.store.changes).expect("own state");
    }

    /// Rows, coins for drafts: as the store would read them.
    pub fn coins(&self) -> Vec<CoinRow> {
        let mut coins: Vec<_> = self.engine.coins().cloned().collect();
        coins.sort_by_key(|coin| coin.outpoint);
        coins
    }

    pub fn state(&self, txid: Txid) -> satchel_types::TxState {
        self.engine.history_row(txid).expect("known").state
    }

    /// What this wallet owns in truth: confirmed and pending coins of its first scripts.
    pub fn truth(&self) -> (u64, u64) {
        let ours: HashSet<ScriptBuf> = [ChainSide::Receive, ChainSide::Change]
            .into_iter()
            .flat_map(|side| (0..120).map(move |index| (side, index)))
            .map(|(side, index)| self.script(side, index))
            .collect();
        let confirmed = self.confirmed();
        let live: HashSet<Txid> = confirmed.keys().chain(&self.mempool).copied().collect();
        let spent: HashSet<OutPoint> = live
            .iter()
            .flat_map(|txid| &self.txs[txid].input)
            .map(|input| input.previous_output)
            .collect();
        let (mut mined, mut pending) = (0, 0);
        for txid in &live {
            for (vout, out) in (0..).zip(&self.txs[txid].output) {
                if ours.contains(&out.script_pubkey) && !spent.contains(&OutPoint::new(*txid, vout))
                {
                    match confirmed.contains_key(txid) {
                        true => mined += out.value.to_sat(),
                        false => pending += out.value.to_sat(),
                    }
                }
            }
        }
        (mined, pending)
    }
}

pub fn transaction(from: Vec<OutPoint>, to: &[(ScriptBuf, u64)]) -> Transaction {
    Transaction {
        version: Version::TWO,
        lock_time: LockTime::ZERO,
        input: from
            .into_iter()
            .map(|previous_output| TxIn {
                previous_output,
                script_sig: ScriptBuf::new(),
                sequence: Sequence::ENABLE_RBF_NO_LOCKTIME,
                witness: Witness::new(),
            })
            .collect(),
        output: to
            .iter()
            .map(|(script, sats)| TxOut {
                value: Amount::from_sat(*sats),
                script_pubkey: script.clone(),
            })
            .collect(),
    }
}
