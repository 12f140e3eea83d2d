//! Syncing: asking the wallet's server what is new, storing each answer as it comes.

use std::sync::{Arc, PoisonError};

use satchel_ports::{ChainError, ChainSource};
use satchel_types::{
    Batch, DraftState, Freshness, Origin, ScanBatch, WalletId, WalletRecord, Write,
};
use satchel_wallet::{ApplyError, ScanScope, WalletEvent};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::backend::BackendError;
use crate::events::Event;
use crate::open::Open;
use crate::send::SignedState;
use crate::session::{AccessError, App};

/// Unused addresses in a row after which a side is taken as done (BIP-0044).
pub const GAP: u32 = 20;
/// Tries when the chain moves during a scan.
const TRIES: usize = 4;

/// How far a sync looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SyncScope {
    /// What can have changed. The first sync of a wallet looks at everything.
    #[default]
    Usual,
    /// Every address from the first one on.
    Everything,
}

/// How far a sync is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SyncProgress {
    /// Scripts looked at.
    pub done: u64,
    /// Scripts expected, as far as known by now.
    pub expected: u64,
    /// Transactions found so far.
    pub transactions: u64,
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
        let mut tries = 0;
        loop {
            tries += 1;
            let done = self.sync_once(open, record, &source, scope, &cancel).await;
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
    ) -> Result<SyncReport, SyncError> {
        let wallet = record.id;
        let known = open
            .store
            .freshness(wallet)
            .map_err(AccessError::from)?
            .is_some();
        let scope = match (scope, known, record.origin) {
            (SyncScope::Everything, ..) | (_, false, Origin::Restored | Origin::Imported) => {
                ScanScope::Discover { stop_gap: GAP }
            }
            (_, false, Origin::Created) => ScanScope::Revealed,
            // The hour is as good a counter as any, and needs no storing.
            (_, true, _) => ScanScope::Recent {
                rotation: self.now().as_secs() / 60,
            },
        };
        let mut request = open
            .read_engine(wallet, move |engine| engine.scan_request(scope))
            .await?;
        let unsure = self.unsure_drafts(open, wallet)?;
        request.txids.extend(unsure.iter().map(|(txid, _)| *txid));

        let (sender, mut batches) = mpsc::channel(2);
        let scan = source.scan(request, sender, cancel.clone());
        let mut changed = 0;
        let mut progress = SyncProgress::default();
        let apply = async {
            while let Some(batch) = batches.recv().await {
                progress.done = batch.done;
                progress.expected = batch.expected;
                progress.transactions += batch.txs.len() as u64;
                changed += self.apply_batch(open, wallet, batch).await?;
                self.tell(Event::Syncing { wallet, progress });
            }
            Ok::<(), SyncError>(())
        };
        // When applying fails, dropping the scan ends it.
        let (end, ()) = tokio::try_join!(async { scan.await.map_err(SyncError::from) }, apply)?;

        for (txid, draft) in unsure {
            if !end.missing.contains(&txid) {
                self.adopt(open, draft).await?;
            }
        }
        let (server, now, requests) = (source.server().to_owned(), self.now(), end.requests);
        let events = open
            .change_engine(wallet, move |engine| -> Result<_, SyncError> {
                let update = engine.apply_end(&end, &server, now);
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
        Ok(SyncReport {
            wallet,
            freshness,
            changed,
            requests,
        })
    }

    async fn apply_batch(
        &self,
        open: &Open,
        wallet: WalletId,
        batch: ScanBatch,
    ) -> Result<u64, SyncError> {
        let now = self.now();
        let events = open
            .change_engine(wallet, move |engine| -> Result<_, SyncError> {
                let update = engine.apply_batch(&batch, now)?;
                Ok((update.events, update.batch))
            })
            .await?;
        let changed = count(&events);
        self.tell_events(wallet, events);
        Ok(changed)
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

fn count(events: &[WalletEvent]) -> u64 {
    let about_tx = |event: &&WalletEvent| {
        !matches!(
            event,
            WalletEvent::TipChanged { .. } | WalletEvent::BalanceChanged { .. }
        )
    };
    events.iter().filter(about_tx).count() as u64
}
