//! The node.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bitcoin::{Amount, BlockHash, OutPoint, Txid};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::value::RawValue;

use crate::blocks::{BlockFees, BlockIds, BlockTxs, Rows};
use crate::rpc::{Call, Rpc, Size};
use crate::transactions::{RawCoin, RawOutputs, RawTx};
use crate::wallets::{NamedWallet, WalletDir};
use crate::{
    BlockRow, BlockSummary, BlockchainInfo, Credential, Header, MempoolEntry, MempoolInfo,
    MiningInfo, NetworkInfo, NodeAddress, NodeError, ScannedOutputs, Tx, WalletClient, Way,
};

/// Blocks with at most so many transactions are asked for whole.
const WHOLE_BLOCK: u32 = 60;
/// Wallets that are listed.
const WALLETS: usize = 1_000;

/// What is asked again and again: all in one request.
#[derive(Debug, Clone)]
pub struct Glance {
    /// The chain.
    pub chain: BlockchainInfo,
    /// The network; `None`: the node does not tell.
    pub network: Option<NetworkInfo>,
    /// What waits; `None`: the node does not tell.
    pub mempool: Option<MempoolInfo>,
    /// Seconds since its start; `None`: it does not tell.
    pub uptime: Option<u64>,
}

/// A node.
#[derive(Debug, Clone)]
pub struct AdminClient {
    rpc: Arc<Rpc>,
    /// Whether the node has no `getblockstats`, such as a sandbox; it is not asked again.
    without_stats: Arc<AtomicBool>,
    /// Blocks as lists show them, which were asked for before.
    rows: Arc<Mutex<Rows>>,
}

fn read<T: DeserializeOwned>(raw: &RawValue) -> Result<T, NodeError> {
    serde_json::from_str(raw.get()).map_err(|_| NodeError::nonsense("its result has another form"))
}

impl AdminClient {
    /// Makes a client. Opens no connection.
    ///
    /// # Errors
    /// [`NodeError::BadAddress`].
    pub fn new(
        address: NodeAddress,
        credential: Credential,
        way: impl Into<Way>,
    ) -> Result<Self, NodeError> {
        Ok(Self {
            rpc: Arc::new(Rpc::new(address, credential, way)?),
            without_stats: Arc::default(),
            rows: Arc::default(),
        })
    }

    /// Returns the node's address.
    pub fn address(&self) -> &NodeAddress {
        self.rpc.address()
    }

    /// Returns one of its wallets; none named: the only one that is loaded.
    pub fn wallet(&self, name: Option<&str>) -> WalletClient {
        WalletClient::new(Arc::clone(&self.rpc), name.map(str::to_owned))
    }

    async fn call<T: DeserializeOwned>(&self, call: &Call, size: Size) -> Result<T, NodeError> {
        self.rpc.call(None, call, size).await
    }

    /// Asks for the state of chain, network and mempool in one request.
    ///
    /// # Errors
    /// [`NodeError`]; what the node refuses to tell of network and mempool is left out.
    pub async fn glance(&self) -> Result<Glance, NodeError> {
        let calls = [
            "getblockchaininfo",
            "getnetworkinfo",
            "getmempoolinfo",
            "uptime",
        ]
        .map(Call::bare);
        let answers = self.rpc.batch::<Box<RawValue>>(&calls, Size::Small).await?;
        let mut answers = answers.into_iter();
        let mut next = || {
            answers
                .next()
                .unwrap_or(Err(NodeError::nonsense("an answer is missing")))
        };
        let chain = read(&next()?)?;
        Ok(Glance {
            chain,
            network: optional(next())?,
            mempool: optional(next())?,
            uptime: optional(next())?,
        })
    }

    /// Asks for the state of the chain.
    ///
    /// # Errors
    /// [`NodeError`].
    pub async fn blockchain_info(&self) -> Result<BlockchainInfo, NodeError> {
        self.call(&Call::bare("getblockchaininfo"), Size::Small)
            .await
    }

    /// Asks for the state of its network.
    ///
    /// # Errors
    /// [`NodeError`].
    pub async fn network_info(&self) -> Result<NetworkInfo, NodeError> {
        self.call(&Call::bare("getnetworkinfo"), Size::Small).await
    }

    /// Asks for seconds since its start.
    ///
    /// # Errors
    /// [`NodeError`].
    pub async fn uptime(&self) -> Result<u64, NodeError> {
        self.call(&Call::bare("uptime"), Size::Small).await
    }

    /// Asks for figures about mining.
    ///
    /// # Errors
    /// [`NodeError`].
    pub async fn mining_info(&self) -> Result<MiningInfo, NodeError> {
        self.call(&Call::bare("getmininginfo"), Size::Small).await
    }

    /// Asks for the hash of the active block at a height.
    ///
    /// # Errors
    /// [`NodeError`]; it refuses a height above its tip.
    pub async fn block_hash(&self, height: u32) -> Result<BlockHash, NodeError> {
        self.call(&Call::new("getblockhash", &[height]), Size::Small)
            .await
    }

    /// Asks for a header.
    ///
    /// # Errors
    /// [`NodeError`]; [`NodeError::NOT_FOUND`] when there is none.
    pub async fn header(&self, hash: BlockHash) -> Result<Header, NodeError> {
        self.call(&Call::new("getblockheader", &(hash, true)), Size::Small)
            .await
    }

    /// Asks for the hashes of active blocks at heights, in two requests at most for 500 of them.
    ///
    /// # Errors
    /// [`NodeError`].
    pub async fn block_hashes(
        &self,
        heights: impl IntoIterator<Item = u32>,
    ) -> Result<Vec<BlockHash>, NodeError> {
        let calls: Vec<Call> = heights
            .into_iter()
            .map(|height| Call::new("getblockhash", &[height]))
            .collect();
        self.rpc
            .batch(&calls, Size::Small)
            .await?
            .into_iter()
            .collect()
    }

    /// Asks for one block without its transactions.
    ///
    /// # Errors
    /// [`NodeError`]; [`NodeError::NOT_FOUND`] when there is none.
    pub async fn block(&self, hash: BlockHash) -> Result<BlockSummary, NodeError> {
        let block: BlockSummary = self
            .call(&Call::new("getblock", &(hash, 1)), Size::Page)
            .await?;
        if block.hash != hash {
            return Err(NodeError::nonsense("it is another block"));
        }
        Ok(block)
    }

    /// Asks for blocks as lists show them, in the order of the hashes; of those that the node removed it has the header. What a hash stands for never changes: a block is
    /// asked for once and remembered, and so are its fees when the node told them.
    ///
    /// # Errors
    /// [`NodeError`].
    pub async fn block_rows(&self, hashes: &[BlockHash]) -> Result<Vec<BlockRow>, NodeError> {
        let missing = self.rows().missing(hashes);
        let fresh = self.fresh_rows(&missing).await?;
        let rows = self.with_known(hashes, &missing, &fresh);
        // A row may have been dropped for others that came meanwhile.
        match rows {
            Some(rows) => Ok(rows),
            None => self.fresh_rows(hashes).await,
        }
    }

    /// Puts known rows and fresh ones into the order of the hashes, and remembers the fresh ones.
    fn with_known(
        &self,
        hashes: &[BlockHash],
        missing: &[BlockHash],
        fresh: &[BlockRow],
    ) -> Option<Vec<BlockRow>> {
        let mut known = self.rows();
        let rows = hashes
            .iter()
            .map(
                |hash| match missing.iter().position(|other| other == hash) {
                    Some(place) => fresh.get(place).cloned(),
                    None => known.get(hash),
                },
            )
            .collect();
        known.keep(fresh);
        rows
    }

    async fn fresh_rows(&self, hashes: &[BlockHash]) -> Result<Vec<BlockRow>, NodeError> {
        if hashes.is_empty() {
            return Ok(Vec::new());
        }
        let calls: Vec<Call> = hashes
            .iter()
            .map(|hash| Call::new("getblock", &(hash, 1)))
            .collect();
        let blocks = self.rpc.batch::<BlockSummary>(&calls, Size::Page).await?;
        let mut rows = Vec::with_capacity(hashes.len());
        let mut removed = Vec::new();
        for (place, (block, hash)) in blocks.into_iter().zip(hashes).enumerate() {
            match block {
                Ok(block) => rows.push(block.row(None)),
                Err(error) if error.is_code(NodeError::NO_BODY) => {
                    removed.push((place, *hash));
                    continue;
                }
                Err(error) => return Err(error),
            }
        }
        let whole: Vec<BlockHash> = rows.iter().map(|row| row.hash).collect();
        for (row, fees) in rows.iter_mut().zip(self.block_fees(&whole).await?) {
            row.fees = fees;
        }
        let calls: Vec<Call> = removed
            .iter()
            .map(|(_, hash)| Call::new("getblockheader", &(hash, true)))
            .collect();
        let headers = if calls.is_empty() {
            Vec::new()
        } else {
            self.rpc.batch::<Header>(&calls, Size::Page).await?
        };
        // From the first place on, so that each lands on its own.
        for ((place, _), header) in removed.into_iter().zip(headers) {
            rows.insert(place, header?.row());
        }
        if rows.iter().map(|row| &row.hash).ne(hashes) {
            return Err(NodeError::nonsense("it is another block"));
        }
        Ok(rows)
    }

    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks what blocks paid in fees; `None` for each of which the node does not tell.
    ///
    /// # Errors
    /// [`NodeError`].
    pub async fn block_fees(&self, hashes: &[BlockHash]) -> Result<Vec<Option<Amount>>, NodeError> {
        if self.without_stats.load(Ordering::Relaxed) || hashes.is_empty() {
            return Ok(vec![None; hashes.len()]);
        }
        let calls: Vec<Call> = hashes
            .iter()
            .map(|hash| Call::new("getblockstats", &(hash, ["totalfee"])))
            .collect();
        let answers = self.rpc.batch::<BlockFees>(&calls, Size::Small).await?;
        if answers
            .iter()
            .flat_map(|answer| answer.as_ref().err())
            .any(|error| error.is_code(NodeError::NO_METHOD))
        {
            self.without_stats.store(true, Ordering::Relaxed);
        }
        Ok(answers
            .into_iter()
            .map(|answer| answer.ok().and_then(|fees| fees.amount()))
            .collect())
    }

    /// Asks for some of a block's transactions, in their order.
    ///
    /// # Errors
    /// [`NodeError`].
    pub async fn block_transactions(
        &self,
        block: &BlockSummary,
        skip: usize,
        count: usize,
    ) -> Result<Vec<Tx>, NodeError> {
        if block.transactions <= WHOLE_BLOCK {
            let whole: BlockTxs = self
                .call(&Call::new("getblock", &(block.hash, 3)), Size::Page)
                .await?;
            let some = whole.tx.into_iter().skip(skip).take(count);
            let with_block = |tx: RawTx| Tx::try_from(tx).map(|tx| in_block(tx, block));
            return some.map(with_block).collect();
        }
        let ids: BlockIds = self
            .call(&Call::new("getblock", &(block.hash, 1)), Size::Page)
            .await?;
        let some: Vec<Call> = ids
            .tx
            .iter()
            .skip(skip)
            .take(count)
            .map(|txid| Call::new("getrawtransaction", &(txid, 2, block.hash)))
            .collect();
        let answers = self.rpc.batch::<RawTx>(&some, Size::Page).await?;
        answers
            .into_iter()
            .map(|answer| Tx::try_from(answer?).map(|tx| in_block(tx, block)))
            .collect()
    }

    /// Asks for a transaction, from the mempool or a block. Without an index of transactions a node finds those of
    /// blocks only when the block is named.
    ///
    /// # Errors
    /// [`NodeError`]; [`NodeError::NOT_FOUND`] when it does not find it.
    pub async fn transaction(&self, txid: Txid, block: Option<BlockHash>) -> Result<Tx, NodeError> {
        let call = match block {
            Some(block) => Call::new("getrawtransaction", &(txid, 2, block)),
            None => Call::new("getrawtransaction", &(txid, 2)),
        };
        let raw: RawTx = self.call(&call, Size::Page).await?;
        let mut tx = Tx::try_from(raw)?;
        if tx.txid != txid {
            return Err(NodeError::nonsense("it is another transaction"));
        }
        if tx.block.is_none() {
            self.fill_spent(&mut tx).await?;
        }
        Ok(tx)
    }

    /// Says what a waiting transaction spends, and so its fee: Core tells that of blocks alone. What an input spends is
    /// an unspent output of the chain, or an output of another waiting transaction.
    async fn fill_spent(&self, tx: &mut Tx) -> Result<(), NodeError> {
        let missing = |tx: &Tx| -> Vec<(usize, OutPoint)> {
            let inputs = tx.inputs.iter().enumerate();
            inputs
                .filter(|(_, input)| input.spends.is_none())
                .filter_map(|(place, input)| Some((place, input.outpoint?)))
                .collect()
        };
        let wanted = missing(tx);
        let calls: Vec<Call> = wanted
            .iter()
            .map(|(_, coin)| Call::new("gettxout", &(coin.txid, coin.vout, false)))
            .collect();
        let answers = self
            .rpc
            .batch::<Option<RawCoin>>(&calls, Size::Page)
            .await?;
        for ((place, _), answer) in wanted.into_iter().zip(answers) {
            // A node that tells none leaves it unknown.
            if let (Ok(Some(coin)), Some(input)) = (answer, tx.inputs.get_mut(place)) {
                input.spends = Some(coin.into());
            }
        }
        let wanted = missing(tx);
        let parents: BTreeSet<Txid> = wanted.iter().map(|(_, coin)| coin.txid).collect();
        let calls: Vec<Call> = parents
            .iter()
            .map(|txid| Call::new("getrawtransaction", &(txid, 1)))
            .collect();
        let answers = self.rpc.batch::<RawOutputs>(&calls, Size::Page).await?;
        let mut outputs: BTreeMap<Txid, RawOutputs> = parents
            .into_iter()
            .zip(answers)
            .filter_map(|(txid, answer)| Some((txid, answer.ok()?)))
            .collect();
        for (place, coin) in wanted {
            let found = outputs
                .get_mut(&coin.txid)
                .and_then(|all| all.take(coin.vout));
            if let (Some(spent), Some(input)) = (found, tx.inputs.get_mut(place)) {
                input.spends = Some(spent);
            }
        }
        tx.fee = tx.fee.or_else(|| tx.paid_fee());
        Ok(())
    }

    /// Asks for figures of the mempool.
    ///
    /// # Errors
    /// [`NodeError`].
    pub async fn mempool_info(&self) -> Result<MempoolInfo, NodeError> {
        self.call(&Call::bare("getmempoolinfo"), Size::Small).await
    }

    /// Asks for the ids of all that waits.
    ///
    /// # Errors
    /// [`NodeError`].
    pub async fn mempool_ids(&self) -> Result<Vec<Txid>, NodeError> {
        self.call(&Call::new("getrawmempool", &[false]), Size::Large)
            .await
    }

    /// Asks for all that waits with its particulars. For a mempool that is not large, as
    /// [`AdminClient::mempool_info`] tells.
    ///
    /// # Errors
    /// [`NodeError`].
    pub async fn mempool(&self) -> Result<BTreeMap<Txid, MempoolEntry>, NodeError> {
        self.call(&Call::new("getrawmempool", &[true]), Size::Page)
            .await
    }

    /// Asks for particulars of waiting transactions; what left the mempool since is left out.
    ///
    /// # Errors
    /// [`NodeError`].
    pub async fn mempool_entries(
        &self,
        txids: &[Txid],
    ) -> Result<Vec<(Txid, MempoolEntry)>, NodeError> {
        let calls: Vec<Call> = txids
            .iter()
            .map(|txid| Call::new("getmempoolentry", &[txid]))
            .collect();
        let answers = self.rpc.batch::<MempoolEntry>(&calls, Size::Page).await?;
        let mut found = Vec::with_capacity(answers.len());
        for (txid, answer) in txids.iter().zip(answers) {
            match answer {
                Ok(entry) => found.push((*txid, entry)),
                Err(error) if error.is_code(NodeError::NOT_FOUND) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }

    /// Asks for particulars of one waiting transaction.
    ///
    /// # Errors
    /// [`NodeError`]; [`NodeError::NOT_FOUND`] when it does not wait.
    pub async fn mempool_entry(&self, txid: Txid) -> Result<MempoolEntry, NodeError> {
        self.call(&Call::new("getmempoolentry", &[txid]), Size::Small)
            .await
    }

    /// Mines blocks to an address and returns their hashes. For chains of tests; whether it is one the caller knows.
    ///
    /// # Errors
    /// [`NodeError`].
    pub async fn generate_to_address(
        &self,
        blocks: u32,
        address: &str,
    ) -> Result<Vec<BlockHash>, NodeError> {
        self.rpc
            .slow(
                None,
                &Call::new("generatetoaddress", &(blocks, address)),
                Size::Page,
            )
            .await
    }

    /// Asks for the unspent outputs of an address, which takes minutes on the main chain.
    ///
    /// # Errors
    /// [`NodeError`].
    pub async fn scan_address(&self, address: &str) -> Result<ScannedOutputs, NodeError> {
        let call = Call::new("scantxoutset", &("start", [format!("addr({address})")]));
        self.rpc.slow(None, &call, Size::Page).await
    }

    /// Asks which wallets are loaded.
    ///
    /// # Errors
    /// [`NodeError`]; [`NodeError::NO_METHOD`] when it has no wallets.
    pub async fn wallets(&self) -> Result<Vec<String>, NodeError> {
        let mut names: Vec<String> = self.call(&Call::bare("listwallets"), Size::Small).await?;
        names.truncate(WALLETS);
        Ok(names)
    }

    /// Asks which wallets are on its disk, loaded or not.
    ///
    /// # Errors
    /// [`NodeError`].
    pub async fn wallets_on_disk(&self) -> Result<Vec<String>, NodeError> {
        let dir: WalletDir = self.call(&Call::bare("listwalletdir"), Size::Small).await?;
        Ok(dir
            .wallets
            .into_iter()
            .take(WALLETS)
            .map(|row| row.name)
            .collect())
    }

    /// Makes a wallet and loads it; returns its name.
    ///
    /// # Errors
    /// [`NodeError`].
    pub async fn create_wallet(&self, name: &str, watch_only: bool) -> Result<String, NodeError> {
        let made: NamedWallet = self
            .rpc
            .slow(
                None,
                &Call::new("createwallet", &(name, watch_only)),
                Size::Small,
            )
            .await?;
        Ok(made.name)
    }

    /// Loads a wallet that is on its disk; returns its name.
    ///
    /// # Errors
    /// [`NodeError`].
    pub async fn load_wallet(&self, name: &str) -> Result<String, NodeError> {
        let loaded: NamedWallet = self
            .rpc
            .slow(None, &Call::new("loadwallet", &[name]), Size::Small)
            .await?;
        Ok(loaded.name)
    }

    /// Asks whether something that speaks JSON-RPC is there and lets this program in.
    ///
    /// # Errors
    /// [`NodeError`].
    pub async fn ping(&self) -> Result<(), NodeError> {
        let _: IgnoredAny = self.call(&Call::bare("uptime"), Size::Small).await?;
        Ok(())
    }
}

/// What a node refuses to tell is left out; what it tells must have its form.
fn optional<T: for<'de> Deserialize<'de>>(
    answer: Result<Box<RawValue>, NodeError>,
) -> Result<Option<T>, NodeError> {
    match answer {
        Ok(raw) => read(&raw).map(Some),
        Err(error) if error.is_refusal() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Says in which block a transaction is: lists of a block's transactions leave that out.
fn in_block(tx: Tx, block: &BlockSummary) -> Tx {
    Tx {
        block: Some(block.hash),
        time: Some(block.time),
        confirmations: u32::try_from(block.confirmations).unwrap_or(0),
        ..tx
    }
}
