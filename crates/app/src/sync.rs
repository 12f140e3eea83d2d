//! Syncing: asking the wallet's server what is new, storing each answer as it comes.

use std::sync::{Arc, PoisonError};

use satchel_ports::{ChainError, ChainSource, WalletStore};
use satchel_types::{
    Batch, BlockRef, Draft, DraftPurpose, DraftState, Freshness, Origin, ScanBatch, Timestamp,
    TxState, WalletId, WalletRecord, Write,
};
use satchel_wallet::{ApplyError, FullScan, ScanScope, WalletEvent};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::access_error::AccessError;
use crate::backend::BackendError;
use crate::events::{Event, SyncProgress};
use crate::open::Open;
use crate::replaced::Picture;
use crate::send::SignedState;
use crate::session::App;

/// Unused addresses in a row after which a side is taken as done (BIP-0044).
pub const GAP: u32 = satchel_bundle::leases::GAP;
/// Tries when the chain moves during a scan.
const TRIES: usize = 4;
/// Seconds within which a picture without a new block counts as the present one.
const LATELY: u64 = 600;

/// How far a sync looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SyncScope {
    /// What can have changed. The first sync of a wallet looks at everything.
    #[default]
    Usual,
    /// Every address from the first one on. One that was cut off is gone on with; see
    /// [`satchel_wallet::FullScan`].
    Everything,
}

/// How a sync ended.
#[derive(Debug, Clone)]
pub struct SyncReport {
    /// Whose.
    pub wallet: WalletId,
    /// How fresh the picture is now.
    pub freshness: Freshness,
    /// Transactions that are new or changed.
    pub changed: u64,
    /// Requests sent.
    pub requests: u64,
}

/// How one scan ended.
struct Scanned {
    report: SyncReport,
    tip: BlockRef,
    resumed: bool,
}

/// Why a sync did not end well. What was stored on the way stays and is true.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The wallet cannot be reached.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// No server can be asked.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// The server could not be asked to the end.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The server's answers contradict each other.
    #[error(transparent)]
    Apply(#[from] ApplyError),
}

impl SyncError {
    fn is_moved_chain(&self) -> bool {
        matches!(
            self,
            Self::Chain(ChainError::ChainMoved) | Self::Apply(ApplyError::ChainConflict { .. })
        )
    }
}

impl App {
    /// Syncs a wallet. One sync a wallet runs at a time; a second call waits for the first.
    pub async fn sync(
        &self,
        id: Option<WalletId>,
        scope: SyncScope,
        cancel: CancellationToken,
    ) -> Result<SyncReport, SyncError> {
        let open = self.open()?;
        let record = self.wallet(&open, id)?;
        let wallet = record.id;
        let _only = open.syncs.lock(wallet).await;
        self.running(&open).insert(wallet, cancel.clone());
        let source = self.source(&open, record.network).await;
        let outcome = match source {
            Err(error) => Err(error.into()),
            Ok(source) => tokio::select! {
                () = open.closed.cancelled() => Err(AccessError::Locked.into()),
                done = self.sync_with(&open, &record, source, scope, cancel) => done,
            },
        };
        self.running(&open).remove(&wallet);
        let report = outcome?;
        self.look_for_replaced(&open, wallet, Picture::Fresh)
            .await?;
        self.look_back(&open, wallet).await?;
        self.tell_used(&open, wallet).await?;
        self.tell(Event::Synced {
            wallet,
            freshness: report.freshness.clone(),
        });
        Ok(report)
    }

    /// Cancels a wallet's running sync, if there is one.
    pub fn cancel_sync(&self, id: Option<WalletId>) -> Result<(), AccessError> {
        let open = self.open()?;
        let record = self.wallet(&open, id)?;
        if let Some(token) = self.running(&open).get(&record.id) {
            token.cancel();
        }
        Ok(())
    }

    fn running<'a>(
        &self,
        open: &'a Open,
    ) -> std::sync::MutexGuard<'a, std::collections::HashMap<WalletId, CancellationToken>> {
        open.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn sync_with(
        &self,
        open: &Arc<Open>,
        record: &WalletRecord,
        source: Arc<dyn ChainSource>,
        scope: SyncScope,
        cancel: CancellationToken,
    ) -> Result<SyncReport, SyncError> {
        let first = self
            .sync_steadily(open, record, &source, scope, &cancel)
            .await?;
        // What went on with an earlier scan is as fresh as that one's beginning.
        let tip = first.tip.hash;
        let is_old = self.now().secs_since(first.report.freshness.synced_at) > LATELY;
        if !first.resumed || (first.report.freshness.hash == tip && !is_old) {
            return Ok(first.report);
        }
        let news = self
            .sync_steadily(open, record, &source, SyncScope::Usual, &cancel)
            .await?;
        Ok(SyncReport {
            changed: first.report.changed + news.report.changed,
            requests: first.report.requests + news.report.requests,
            ..news.report
        })
    }

    /// Scans, and starts over when the chain moves meanwhile.
    async fn sync_steadily(
        &self,
        open: &Arc<Open>,
        record: &WalletRecord,
        source: &Arc<dyn ChainSource>,
        scope: SyncScope,
        cancel: &CancellationToken,
    ) -> Result<Scanned, SyncError> {
        let mut tries = 0;
        loop {
            tries += 1;
            let done = self.sync_once(open, record, source, scope, cancel).await;
            match done {
                Err(error) if error.is_moved_chain() && tries < TRIES => {}
                done => return done,
            }
        }
    }

    async fn sync_once(
        &self,
        open: &Arc<Open>,
        record: &WalletRecord,
        source: &Arc<dyn ChainSource>,
        scope: SyncScope,
        cancel: &CancellationToken,
    ) -> Result<Scanned, SyncError> {
        let wallet = record.id;
        let known = open.store.freshness(wallet).map_err(AccessError::from)?;
        let turn = self.turn(open, wallet)?;
        let scope = match (scope, known.is_some(), record.origin) {
            (SyncScope::Everything, ..) | (_, false, Origin::Restored | Origin::Imported) => None,
            (_, false, Origin::Created) => Some(ScanScope::Revealed),
            (_, true, _) => Some(ScanScope::Recent { rotation: turn }),
        };
        let (server, now) = (source.server().to_owned(), self.now());
        let gap = self.scan_gap(open, wallet).await?;
        let (full, mut request) = open
            .read_engine(wallet, move |engine| match scope {
                Some(scope) => (None, engine.scan_request(scope)),
                None => {
                    let (full, request) = engine.full_scan(gap, &server, now);
                    (Some(Arc::new(full)), request)
                }
            })
            .await?;
        let unsure = self.unsure_drafts(open, wallet)?;
        request.txids.extend(unsure.iter().map(|(txid, _)| *txid));

        let (sender, batches) = mpsc::channel(2);
        let stop = cancel.child_token();
        let skipped = full.as_ref().map_or(0, |full| full.skipped());
        let apply = async {
            // Dropped when storing fails, so that nobody waits to hand over more.
            let mut batches: mpsc::Receiver<ScanBatch> = batches;
            let mut progress = SyncProgress::default();
            let mut changed = 0;
            while let Some(batch) = batches.recv().await {
                progress.done = skipped + batch.done;
                progress.expected = skipped + batch.expected;
                progress.transactions += batch.txs.len() as u64;
                let applied = self.apply_batch(open, wallet, full.clone(), batch).await;
                changed += applied.inspect_err(|_| stop.cancel())?;
                self.tell(Event::Syncing { wallet, progress });
            }
            Ok::<_, SyncError>(changed)
        };
        // However the scan ends, what it handed over is stored: the next one need not ask again.
        let (end, applied) = tokio::join!(source.scan(request, sender, stop.clone()), apply);
        let mut changed = applied?;
        let end = end?;

        for (txid, draft) in unsure {
            if !end.missing.contains(&txid) {
                self.adopt(open, draft).await?;
            } else if overtaken(&*open.store, &draft)? {
                let remove = Batch::from(Write::RemoveDraft(draft.id));
                open.store.apply(&remove).map_err(AccessError::from)?;
            }
        }
        let (tip, requests) = (end.tip, end.requests);
        let resumed = full.as_ref().is_some_and(|full| full.resumes());
        let (server, now) = (source.server().to_owned(), self.now());
        let next_turn = Write::PutSetting {
            key: turn_key(wallet),
            value: turn.wrapping_add(1).to_string(),
        };
        let events = open
            .change_engine(wallet, move |engine| -> Result<_, SyncError> {
                let mut update = match full {
                    Some(full) => engine.apply_full_end(&full, &end, now),
                    None => engine.apply_end(&end, &server, now),
                };
                // The rest of an old scan makes no picture older than it was.
                let known_at = known.map_or(Timestamp::default(), |fresh| fresh.synced_at);
                update.batch.writes.retain(|write| match write {
                    Write::PutFreshness(_, fresh) => !resumed || fresh.synced_at >= known_at,
                    _ => true,
                });
                update.batch.push(next_turn);
                Ok((update.events, update.batch))
            })
            .await?;
        changed += count(&events);
        self.tell_events(wallet, events);
        let freshness = open
            .store
            .freshness(wallet)
            .map_err(AccessError::from)?
            .ok_or(AccessError::UnknownWallet)?;
        let report = SyncReport {
            wallet,
            freshness,
            changed,
            requests,
        };
        Ok(Scanned {
            report,
            tip,
            resumed,
        })
    }

    async fn apply_batch(
        &self,
        open: &Open,
        wallet: WalletId,
        full: Option<Arc<FullScan>>,
        batch: ScanBatch,
    ) -> Result<u64, SyncError> {
        let now = self.now();
        let (events, goes_on) = open
            .change_engine(wallet, move |engine| -> Result<_, SyncError> {
                let Some(full) = full else {
                    let update = engine.apply_batch(&batch, now)?;
                    return Ok(((update.events, true), update.batch));
                };
                let update = engine.apply_full_batch(&full, &batch, now)?;
                let goes_on = engine.goes_on(&full);
                Ok(((update.events, goes_on), update.batch))
            })
            .await?;
        let changed = count(&events);
        self.tell_events(wallet, events);
        // The batch is true and was kept, but what this scan skipped was looked at in another
        // chain.
        if !goes_on {
            return Err(ChainError::ChainMoved.into());
        }
        Ok(changed)
    }

    /// Returns whose turn it is among the scripts that usual scans look at now and then. Counted
    /// and not taken from the clock: a sync every twenty minutes would see the same ones for ever.
    fn turn(&self, open: &Open, wallet: WalletId) -> Result<u64, AccessError> {
        let stored = open.store.setting(&turn_key(wallet))?;
        Ok(stored.and_then(|text| text.parse().ok()).unwrap_or(0))
    }

    fn tell_events(&self, wallet: WalletId, events: Vec<WalletEvent>) {
        if events.is_empty() {
            return;
        }
        for event in events {
            self.tell(Event::Wallet { wallet, event });
        }
        self.tell(Event::Changed { wallet });
    }

    /// Returns signed drafts of which it is unknown whether the network took them.
    fn unsure_drafts(
        &self,
        open: &Open,
        wallet: WalletId,
    ) -> Result<Vec<(bitcoin::Txid, satchel_types::Draft)>, AccessError> {
        let drafts = open.store.drafts(wallet)?;
        Ok(drafts
            .into_iter()
            .filter_map(|draft| match draft.state {
                DraftState::Signed { txid } => Some((txid, draft)),
                _ => None,
            })
            .collect())
    }

    /// Takes a signed draft as sent, since the server knows its transaction.
    async fn adopt(&self, open: &Arc<Open>, draft: satchel_types::Draft) -> Result<(), SyncError> {
        let record = open.store.wallet(draft.wallet).map_err(AccessError::from)?;
        let Ok(tx) = satchel_wallet::extract(draft.psbt.clone()) else {
            // A signed draft that gives no transaction cannot have been sent by us.
            let remove = Batch::from(Write::RemoveDraft(draft.id));
            return Ok(open.store.apply(&remove).map_err(AccessError::from)?);
        };
        match self
            .note_broadcast(open, SignedState { draft, tx, record })
            .await
        {
            Ok(_) => Ok(()),
            Err(crate::send::SendError::Access(error)) => Err(error.into()),
            Err(_) => Err(AccessError::Stopped.into()),
        }
    }
}

/// Returns whether a replacement came too late: the payment it was to replace is in a block, so that
/// nobody will take it any more.
fn overtaken(store: &dyn WalletStore, draft: &Draft) -> Result<bool, AccessError> {
    let (DraftPurpose::Cancel(old) | DraftPurpose::Bump(old)) = draft.purpose else {
        return Ok(false);
    };
    let row = store.transaction(draft.wallet, old)?;
    Ok(row.is_some_and(|row| matches!(row.state, TxState::Confirmed { .. })))
}

fn turn_key(wallet: WalletId) -> String {
    format!("scan-turn/{wallet}")
}

fn count(events: &[WalletEvent]) -> u64 {
    let about_tx = |event: &&WalletEvent| {
        !matches!(
            event,
            WalletEvent::TipChanged { .. } | WalletEvent::BalanceChanged { .. }
        )
    };
    events.iter().filter(about_tx).count() as u64
}
