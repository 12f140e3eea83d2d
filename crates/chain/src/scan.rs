//! Answering a scan request.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bitcoin::{ScriptBuf, Txid};
use futures::StreamExt;
use satchel_ports::ChainError;
use satchel_types::{ScanBatch, ScanEnd, ScanRequest};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::agree::{self, agree};
use crate::batches::Batches;
use crate::client::{Asker, Http};
use crate::history::Reader;
use crate::side::{Looked, Walk};

/// Where a looked-up script belongs.
#[derive(Clone, Copy)]
enum Place {
    /// Asked for by itself.
    Single,
    /// On one of the sides.
    Side {
        walk: usize,
        position: u64,
        index: u32,
    },
}

/// What is still to be asked.
struct Work {
    singles: VecDeque<ScriptBuf>,
    singles_len: u64,
    walks: Vec<Walk>,
    /// Whose turn it is, so that no side waits for another.
    turn: usize,
}

impl Work {
    fn next(&mut self) -> Option<(Place, ScriptBuf)> {
        if let Some(script) = self.singles.pop_front() {
            return Some((Place::Single, script));
        }
        for _ in 0..self.walks.len() {
            let walk = self.turn % self.walks.len();
            self.turn += 1;
            if let Some(wanted) = self.walks[walk].next() {
                let place = Place::Side {
                    walk,
                    position: wanted.position,
                    index: wanted.index,
                };
                return Some((place, wanted.script));
            }
        }
        None
    }

    fn expected(&self) -> u64 {
        self.singles_len + self.walks.iter().map(Walk::expected).sum::<u64>()
    }
}

/// Answers a request; see [`satchel_ports::ChainSource::scan`].
///
/// A first look costs one request per script and page; a look without news one per script, and
/// two more for the newest blocks at the start and the tip at the end.
pub(crate) async fn scan(
    http: Arc<Http>,
    request: ScanRequest,
    batches: mpsc::Sender<ScanBatch>,
    cancel: CancellationToken,
) -> Result<ScanEnd, ChainError> {
    let ask = Asker::new(http, cancel.clone());
    let agreement = agree(&ask, &request.checkpoints).await?;
    let tip = agreement.tip;
    let reader = Arc::new(Reader {
        ask,
        tip,
        known_confirmed: request.known_confirmed,
        known_txids: request.known_txids,
        waiting: AtomicU64::new(0),
    });
    let mut work = Work {
        singles_len: request.scripts.len() as u64,
        singles: request.scripts.into(),
        walks: request.sides.into_iter().map(Walk::new).collect(),
        turn: 0,
    };
    let mut found = Batches::new(agreement.blocks, &request.txids);

    look_up_scripts(&reader, &mut work, &mut found, &batches, &cancel).await?;
    let missing = look_up_pending(&reader, &request.txids, &mut found).await?;

    // Blocks may have been added, but none of those that the answers relied on may be gone.
    if agree::block_at(&reader.ask, tip.height).await? != Some(tip.hash) {
        return Err(ChainError::ChainMoved);
    }
    if found.is_due() {
        let permit = tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(ChainError::Cancelled),
            permit = batches.reserve() => permit.map_err(|_| ChainError::Abandoned)?,
        };
        permit.send(found.hand_on(work.expected()).0);
    }
    Ok(ScanEnd {
        tip,
        missing,
        requests: reader.ask.requests(),
    })
}

/// Looks all scripts up, several at a time, and hands full batches on. While the receiver is
/// busy, requests under way are finished but no new ones are made.
async fn look_up_scripts(
    reader: &Arc<Reader>,
    work: &mut Work,
    found: &mut Batches,
    batches: &mpsc::Sender<ScanBatch>,
    cancel: &CancellationToken,
) -> Result<(), ChainError> {
    let parallel = reader.ask.http().parallel();
    // Tasks, so that parsing and hashing use all cores. Dropping the set ends them.
    let mut running = JoinSet::new();
    loop {
        while !found.is_full() && running.len() < parallel {
            let Some((place, script)) = work.next() else {
                break;
            };
            let reader = Arc::clone(reader);
            running.spawn(async move {
                let history = reader.history(&script).await;
                (place, script, history)
            });
        }
        if running.is_empty() && !found.is_full() {
            return Ok(());
        }
        tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(ChainError::Cancelled),
            permit = batches.reserve(), if found.is_full() => {
                let (batch, bytes) = found.hand_on(work.expected());
                reader.waiting.fetch_sub(bytes, Ordering::Relaxed);
                permit.map_err(|_| ChainError::Abandoned)?.send(batch);
            }
            Some(ended) = running.join_next() => {
                let (place, script, history) = match ended {
                    Ok(looked_up) => looked_up,
                    Err(error) => match error.try_into_panic() {
                        Ok(panic) => std::panic::resume_unwind(panic),
                        // Nobody else can end a task of the set; the runtime is shutting down.
                        Err(_) => return Err(ChainError::Cancelled),
                    },
                };
                let history = history?;
                match place {
                    Place::Single => found.add_script(None, script, history)?,
                    Place::Side { walk, position, index } => {
                        let walk = &mut work.walks[walk];
                        walk.put(position, Looked { index, script, history });
                        while let Some(looked) = walk.take() {
                            let place = Some((walk.side(), looked.index));
                            found.add_script(place, looked.script, looked.history)?;
                        }
                        if walk.is_endless() {
                            let what = "scripts that are used without end";
                            return Err(reader.ask.http().nonsense(what));
                        }
                    }
                }
            }
        }
    }
}

/// Asks for the fate of pending transactions that no script has shown; returns those the server
/// does not know.
async fn look_up_pending(
    reader: &Reader,
    pending: &[Txid],
    found: &mut Batches,
) -> Result<Vec<Txid>, ChainError> {
    let open: Vec<Txid> = pending
        .iter()
        .copied()
        .filter(|txid| found.is_unseen(txid))
        .collect();
    // In order, so that `missing` is too.
    let mut answers = futures::stream::iter(open)
        .map(|txid| async move { (txid, reader.transaction(txid).await) })
        .buffered(reader.ask.http().parallel());
    let mut missing = Vec::new();
    while let Some((txid, answer)) = answers.next().await {
        match answer? {
            Some(history) => found.add_txs(history)?,
            None => missing.push(txid),
        }
    }
    Ok(missing)
}

#[cfg(test)]
mod tests;
