//! Answering a scan request.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use bitcoin::{ScriptBuf, Txid};
use futures::StreamExt;
use satchel_ports::ChainError;
use satchel_types::{ScanBatch, ScanEnd, ScanRequest};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::agree::{self, agree};
use crate::ahead::{Ahead, Derived};
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
    walks: Vec<(Walk, Ahead)>,
    /// Whose turn it is, so that no side waits for another.
    turn: usize,
}

impl Work {
    /// Returns whether a script is known to be needed now.
    fn wants(&self) -> bool {
        !self.singles.is_empty() || self.walks.iter().any(|(walk, _)| walk.wants())
    }

    /// Waits for the next script to look up; `None` when a side turned out to have no more.
    async fn next(&mut self) -> Result<Option<(Place, ScriptBuf)>, ChainError> {
        if let Some(script) = self.singles.pop_front() {
            return Ok(Some((Place::Single, script)));
        }
        let (walk, derived) = poll_fn(|cx| self.poll_sides(cx)).await;
        match derived {
            Derived::Script(index, script) => {
                let position = self.walks[walk].0.hand_out();
                let place = Place::Side {
                    walk,
                    position,
                    index,
                };
                Ok(Some((place, script)))
            }
            Derived::End => {
                self.walks[walk].0.close();
                Ok(None)
            }
            Derived::Broken => {
                tracing::error!("deriving scripts broke off");
                Err(ChainError::Cancelled)
            }
        }
    }

    fn poll_sides(&mut self, cx: &mut Context<'_>) -> Poll<(usize, Derived)> {
        let sides = self.walks.len();
        for step in 0..sides {
            let side = (self.turn + step) % sides;
            let (walk, scripts) = &mut self.walks[side];
            if walk.wants()
                && let Poll::Ready(derived) = scripts.poll_next(cx)
            {
                self.turn = side + 1;
                return Poll::Ready((side, derived));
            }
        }
        Poll::Pending
    }

    fn expected(&self) -> u64 {
        let sides = self.walks.iter().map(|(walk, _)| walk.expected());
        self.singles_len + sides.sum::<u64>()
    }
}

/// Answers a request; see [`satchel_ports::ChainSource::scan`].
///
/// A first look costs one request per script and page; a look without news one per script, and
/// two more for the newest blocks at the start and the tip at the end.
///
/// When the caller cancels or the server gives up, what was looked up by then is handed over as a
/// last batch, if the channel holds more than one.
pub(crate) async fn scan(
    http: Arc<Http>,
    request: ScanRequest,
    batches: mpsc::Sender<ScanBatch>,
    cancel: CancellationToken,
) -> Result<ScanEnd, ChainError> {
    let ask = Asker::new(http, cancel.clone());
    // A place for what is in hand when the scan breaks off, so that it need not wait for one then.
    let spare = (batches.max_capacity() > 1)
        .then(|| batches.clone().try_reserve_owned().ok())
        .flatten();
    let agreement = agree(&ask, &request.checkpoints).await?;
    let tip = agreement.tip;
    let reader = Arc::new(Reader {
        ask,
        tip,
        known_confirmed: request.known_confirmed,
        known_txids: request.known_txids,
        usage_only: request.usage_only,
        waiting: AtomicU64::new(0),
    });
    let mut work = Work {
        singles_len: request.scripts.len() as u64,
        singles: request.scripts.into(),
        walks: request
            .sides
            .into_iter()
            .map(|s| {
                (
                    Walk::new(s.side, s.stop_gap, s.unused),
                    Ahead::start(s.scripts),
                )
            })
            .collect(),
        turn: 0,
    };
    let mut found = Batches::new(agreement.blocks, &request.txids);

    let looked_up = async {
        look_up_scripts(&reader, &mut work, &mut found, &batches, &cancel).await?;
        look_up_pending(&reader, &request.txids, &mut found).await
    };
    let missing = match looked_up.await {
        Ok(missing) => missing,
        Err(error) => {
            // What was looked up before the owner or the server gave up is as true as the rest.
            // After any other failure nothing more is believed.
            let gave_up = matches!(
                error,
                ChainError::Cancelled | ChainError::Unreachable { .. } | ChainError::Refused { .. }
            );
            if let Some(spare) = spare.filter(|_| gave_up && found.has_scripts()) {
                spare.send(found.hand_on(work.expected()).0);
            }
            return Err(error);
        }
    };

    drop(spare);

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
        let full = found.is_full();
        let room = !full && running.len() < parallel && work.wants();
        if running.is_empty() && !full && !room {
            return Ok(());
        }
        tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(ChainError::Cancelled),
            permit = batches.reserve(), if full => {
                let (batch, bytes) = found.hand_on(work.expected());
                reader.waiting.fetch_sub(bytes, Ordering::Relaxed);
                permit.map_err(|_| ChainError::Abandoned)?.send(batch);
            }
            next = work.next(), if room => {
                if let Some((place, script)) = next? {
                    let reader = Arc::clone(reader);
                    running.spawn(async move {
                        let history = reader.history(&script).await;
                        (place, script, history)
                    });
                }
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
                        let (walk, _) = &mut work.walks[walk];
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
