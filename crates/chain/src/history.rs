//! The history of one script, and the fate of one transaction.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bitcoin::hashes::{Hash, sha256};
use bitcoin::{BlockHash, Script, Transaction, Txid, consensus};
use satchel_ports::ChainError;
use satchel_types::{BlockRef, ScannedTx, TxSeen};

use crate::client::Asker;
use crate::json::{TxRow, Wrong};
use crate::limits;

/// What was found about a script.
#[derive(Debug, Default)]
pub(crate) struct History {
    /// Its transactions, or the newest ones when the rest is known to the wallet.
    pub txs: Vec<ScannedTx>,
    /// Whether it was ever used.
    pub used: bool,
    /// Bytes the answers took.
    pub bytes: u64,
}

/// How answers are read during one scan.
pub(crate) struct Reader {
    /// Where answers come from.
    pub ask: Asker,
    /// The tip at the start.
    pub tip: BlockRef,
    /// What the wallet holds as confirmed.
    pub known_confirmed: Arc<HashMap<Txid, BlockHash>>,
    /// Transactions whose bytes the wallet holds.
    pub known_txids: Arc<HashSet<Txid>>,
    /// Whether it is only asked which scripts were used.
    pub usage_only: bool,
    /// Bytes of answers that wait for the receiver.
    pub waiting: AtomicU64,
}

impl Reader {
    fn wrong(&self, wrong: Wrong) -> ChainError {
        self.ask.http().nonsense(wrong.0)
    }

    /// Takes note of bytes that wait; too many end the scan.
    fn weigh(&self, bytes: usize) -> Result<u64, ChainError> {
        let bytes = bytes as u64;
        if self.waiting.fetch_add(bytes, Ordering::Relaxed) + bytes > limits::WAITING_BYTES {
            return Err(self.wrong(Wrong("histories that are longer than allowed")));
        }
        Ok(bytes)
    }

    /// Looks a script up, page by page.
    pub(crate) async fn history(&self, script: &Script) -> Result<History, ChainError> {
        let hash = sha256::Hash::hash(script.as_bytes());
        let mut path = format!("/scripthash/{hash}/txs");
        let mut found = History::default();
        let mut seen: HashSet<Txid> = HashSet::new();
        let mut order = Order::default();
        loop {
            let Some(body) = self.ask.get(&path, limits::PAGE_BYTES).await? else {
                return Err(self.wrong(Wrong("it does not know a question of the Esplora API")));
            };
            found.bytes += self.weigh(body.len())?;
            let rows: Vec<TxRow> = self.ask.parse(&body)?;
            drop(body);
            if rows.len() > limits::PAGE_ROWS {
                return Err(self.wrong(Wrong("a page that is longer than allowed")));
            }
            let first_page = !found.used;
            found.used |= !rows.is_empty();
            if self.usage_only {
                return self.usage_of(script, found, &rows);
            }

            let mut confirmed = Page::default();
            let mut new = 0;
            for row in &rows {
                if !row.may_touch(script) {
                    return Err(self.wrong(Wrong("a transaction that was not asked for")));
                }
                let block = row.block().map_err(|e| self.wrong(e))?.map(|(b, _)| b);
                if let Some(block) = block {
                    order.see(block.height);
                    confirmed.see(row.txid, self.is_known_in(row.txid, block.hash));
                }
                if seen.insert(row.txid) {
                    new += 1;
                    found.txs.extend(self.take(row).await?);
                }
            }
            if new == 0 && !first_page && !rows.is_empty() {
                return Err(self.wrong(Wrong("a page that repeats the ones before")));
            }
            if seen.len() > limits::SCRIPT_TXS {
                return Err(self.wrong(Wrong("a history that is longer than allowed")));
            }
            let Some(last) = confirmed
                .last
                .filter(|_| confirmed.len >= limits::FULL_PAGE)
            else {
                return Ok(found);
            };
            if confirmed.ends_known && order.newest_first {
                return Ok(found);
            }
            path = format!("/scripthash/{hash}/txs/chain/{last}");
        }
    }

    /// Ends a look-up after its first page, when nothing but the use of the script is asked.
    fn usage_of(
        &self,
        script: &Script,
        found: History,
        rows: &[TxRow],
    ) -> Result<History, ChainError> {
        if rows.iter().all(|row| row.may_touch(script)) {
            Ok(found)
        } else {
            Err(self.wrong(Wrong("a transaction that was not asked for")))
        }
    }

    /// Looks up one transaction; `None` when the server does not know it.
    pub(crate) async fn transaction(&self, txid: Txid) -> Result<Option<History>, ChainError> {
        // Not `/tx/:txid/status`: public servers answer that one with "not confirmed" for
        // transactions they never saw.
        let path = format!("/tx/{txid}");
        let Some(body) = self.ask.get(&path, limits::TX_JSON_BYTES).await? else {
            return Ok(None);
        };
        let bytes = self.weigh(body.len())?;
        let row: TxRow = self.ask.parse(&body)?;
        if row.txid != txid {
            return Err(self.wrong(Wrong("a transaction that was not asked for")));
        }
        Ok(Some(History {
            txs: self.take(&row).await?.into_iter().collect(),
            used: true,
            bytes,
        }))
    }

    fn is_known_in(&self, txid: Txid, block: BlockHash) -> bool {
        self.known_confirmed.get(&txid) == Some(&block)
    }

    /// Checks a row and turns it into the port's form.
    ///
    /// A block above the tip of the scan's start came in between: its transactions are told as
    /// waiting ones, and the next scan finds them confirmed. That errs on the careful side and
    /// keeps one scan a picture of one chain. New coins (coinbase) cannot wait in a mempool, so
    /// they are left out until then.
    async fn take(&self, row: &TxRow) -> Result<Option<ScannedTx>, ChainError> {
        row.check_amounts().map_err(|e| self.wrong(e))?;
        let block = row.block().map_err(|e| self.wrong(e))?;
        let seen = match block {
            Some((block, time)) if block.height <= self.tip.height => TxSeen::Block { block, time },
            Some(_) if row.is_coinbase() => return Ok(None),
            Some(_) => TxSeen::Mempool,
            None if row.is_coinbase() => {
                return Err(self.wrong(Wrong("new coins outside a block")));
            }
            None => TxSeen::Mempool,
        };
        let txid = row.txid;
        if self.known_txids.contains(&txid) {
            let nothing_new = block.is_some_and(|(b, _)| self.is_known_in(txid, b.hash));
            return Ok(Some(ScannedTx {
                txid,
                tx: None,
                seen,
                prevouts: if nothing_new {
                    Vec::new()
                } else {
                    row.prevouts()
                },
            }));
        }
        let tx = match row.build() {
            Some(tx) => tx,
            None => self.raw(txid).await?,
        };
        let mut prevouts = row.prevouts();
        prevouts.retain(|(spent, _)| tx.input.iter().any(|i| i.previous_output == *spent));
        Ok(Some(ScannedTx {
            txid,
            tx: Some(Arc::new(tx)),
            seen,
            prevouts,
        }))
    }

    /// Asks for the bytes of a transaction that could not be put together from its JSON.
    async fn raw(&self, txid: Txid) -> Result<Transaction, ChainError> {
        let wrong = || self.wrong(Wrong("a transaction that does not hash to its id"));
        let path = format!("/tx/{txid}/raw");
        let body = self
            .ask
            .get(&path, limits::TX_RAW_BYTES)
            .await?
            .ok_or_else(wrong)?;
        read_raw(&body, txid).ok_or_else(wrong)
    }
}

/// Reads the bytes of a transaction; `None` when they are not those of this id.
pub(crate) fn read_raw(body: &[u8], txid: Txid) -> Option<Transaction> {
    let tx: Transaction = consensus::deserialize(body).ok()?;
    (tx.compute_txid() == txid).then_some(tx)
}

/// The confirmed rows of one page.
#[derive(Default)]
struct Page {
    len: usize,
    last: Option<Txid>,
    /// Whether, from some row on to the last, all rows are known in the same blocks, and none
    /// before it is. Unknown rows after a known one would show that the wallet does not hold the
    /// script whole; then its word is not relied on.
    ends_known: bool,
    broken: bool,
}

impl Page {
    fn see(&mut self, txid: Txid, known: bool) {
        self.broken |= self.ends_known && !known;
        self.ends_known = known && !self.broken;
        self.last = Some(txid);
        self.len += 1;
    }
}

/// Whether rows come newest first. Only then does a known row say that all later ones are known.
struct Order {
    lowest: u32,
    newest_first: bool,
}

impl Default for Order {
    fn default() -> Self {
        Self {
            lowest: u32::MAX,
            newest_first: true,
        }
    }
}

impl Order {
    fn see(&mut self, height: u32) {
        self.newest_first &= height <= self.lowest;
        self.lowest = height;
    }
}
