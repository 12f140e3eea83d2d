//! Looking again before a payment is signed and before it is sent: has another device, or anybody, taken
//! one of its coins meanwhile?
//!
//! Only a device that shares looks. Whoever cannot be asked stops nothing, since a wallet must pay while
//! its places or its other devices are away; the owner is told who was not asked.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use bitcoin::{OutPoint, ScriptBuf};
use satchel_ports::{ChainError, ChainSource};
use satchel_types::{Draft, DraftPurpose, WalletId, WalletRecord};
use satchel_wallet::WalletEvent;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::access_error::AccessError;
use crate::circle::payments::{bytes_of, name_of, spends};
use crate::combine::unsigned_txid;
use crate::open::Open;
use crate::send::SendError;
use crate::session::App;
use crate::shared_payments::{Rival, RivalStage, names};

/// How long one place, or the server, is waited for.
const PATIENCE: Duration = Duration::from_secs(8);

/// What a question to the server about coins led to.
enum Asked {
    Answered,
    NotAnswered,
}

impl App {
    /// Goes a quick round with each place and asks the server what became of a draft's coins. Returns who
    /// could not be asked, for people.
    ///
    /// # Errors
    /// [`SendError::Conflict`] if another payment has or wants one of the coins.
    pub(crate) async fn look_again(
        &self,
        open: &Arc<Open>,
        record: &WalletRecord,
        draft: &Draft,
        source: Option<&Arc<dyn ChainSource>>,
    ) -> Result<Vec<String>, SendError> {
        if open.shared.circle().is_none() {
            return Ok(Vec::new());
        }
        let mut unasked = Vec::new();
        for place in open.store.places()? {
            let cancel = CancellationToken::new();
            let mut quiet = |_| {};
            let round = self.go_round(open, place.id, cancel.clone(), &mut quiet, Some(draft.id));
            let mut round = std::pin::pin!(round);
            let gone = tokio::select! {
                gone = &mut round => gone,
                () = tokio::time::sleep(PATIENCE) => {
                    // Ended in order, so that what was taken in becomes rows.
                    cancel.cancel();
                    round.await
                }
            };
            match gone {
                Ok(round) if round.stopped.is_none() => {}
                Err(crate::sync_circle::SyncCircleError::Access(error)) => return Err(error.into()),
                _ => unasked.push(place.address.to_string()),
            }
        }
        let asked = match source {
            Some(source) => self.ask_about_coins(open, record, draft, source).await?,
            None => Asked::NotAnswered,
        };
        if matches!(asked, Asked::NotAnswered) {
            let server = source.map_or("the server", |source| source.server());
            unasked.push(server.to_owned());
        }
        self.no_conflict(open, draft).await?;
        Ok(unasked)
    }

    /// Asks the server what spends the coins of a draft, in blocks or not, and keeps the answer.
    async fn ask_about_coins(
        &self,
        open: &Arc<Open>,
        record: &WalletRecord,
        draft: &Draft,
        source: &Arc<dyn ChainSource>,
    ) -> Result<Asked, AccessError> {
        let coins = spends(&draft.psbt.unsigned_tx);
        let cancel = CancellationToken::new();
        let (asked, wallet) = (coins.clone(), record.id);
        let request = open
            .read_engine(wallet, move |engine| {
                let scripts: BTreeSet<ScriptBuf> = asked
                    .iter()
                    .filter_map(|coin| script_of(engine, *coin))
                    .collect();
                engine.script_request(scripts.into_iter().collect())
            })
            .await?;
        let (sender, mut batches) = mpsc::channel(2);
        let scan = source.scan(request, sender, cancel.clone());
        let apply = async {
            let mut whole = true;
            while let Some(batch) = batches.recv().await {
                let now = self.now();
                let told = open
                    .change_engine(wallet, move |engine| -> Result<_, AccessError> {
                        // What contradicts the chain known here is for the next scan.
                        Ok(match engine.apply_batch(&batch, now) {
                            Ok(update) => (Some(update.events), update.batch),
                            Err(_) => (None, satchel_types::Batch::new()),
                        })
                    })
                    .await?;
                whole &= told.is_some();
                self.tell_found(wallet, told.unwrap_or_default());
            }
            Ok::<_, AccessError>(whole)
        };
        let both = async { tokio::join!(scan, apply) };
        let mut both = std::pin::pin!(both);
        let (end, applied) = tokio::select! {
            biased;
            () = open.closed.cancelled() => return Err(AccessError::Locked),
            done = &mut both => done,
            () = tokio::time::sleep(PATIENCE) => {
                cancel.cancel();
                both.await
            }
        };
        let whole = applied?;
        Ok(match end {
            Ok(_) if whole => Asked::Answered,
            // A block came in meanwhile: what was told of the coins is true all the same.
            Err(ChainError::ChainMoved) if whole => Asked::Answered,
            _ => Asked::NotAnswered,
        })
    }

    fn tell_found(&self, wallet: WalletId, events: Vec<WalletEvent>) {
        if events.is_empty() {
            return;
        }
        for event in events {
            self.tell(crate::events::Event::Wallet { wallet, event });
        }
        self.tell(crate::events::Event::Changed { wallet });
    }

    /// Checks, from what is known here, that nobody else has or wants a coin of a draft.
    async fn no_conflict(&self, open: &Open, draft: &Draft) -> Result<(), SendError> {
        let rival = match self.taker(open, draft).await? {
            Some(rival) => Some(rival),
            None => self.rivals(open, draft)?.into_iter().next(),
        };
        match rival {
            Some(rival) => Err(SendError::Conflict {
                draft: draft.id,
                payment: name_of(draft),
                rival: Box::new(rival),
            }),
            None => Ok(()),
        }
    }

    /// Returns the transaction of the chain or the mempool that took a coin of a draft.
    async fn taker(&self, open: &Open, draft: &Draft) -> Result<Option<Rival>, AccessError> {
        let Some(circle) = open.shared.circle() else {
            return Ok(None);
        };
        let (coins, name) = (spends(&draft.psbt.unsigned_tx), name_of(draft));
        let replaces = match draft.purpose {
            DraftPurpose::Payment => None,
            DraftPurpose::Cancel(old) | DraftPurpose::Bump(old) => Some(old),
        };
        let asked = coins.clone();
        let taker = open
            .read_engine(draft.wallet, move |engine| {
                asked.iter().find_map(|coin| {
                    let spender = engine.spender(*coin)?;
                    let txid = spender.compute_txid();
                    let other = unsigned_txid(&spender);
                    let is_meant = other == name || replaces == Some(txid);
                    (!is_meant).then(|| (txid, other, spends(&spender)))
                })
            })
            .await?;
        let Some((txid, other, spent)) = taker else {
            return Ok(None);
        };
        let devices: Vec<_> = {
            let replica = circle.replica();
            let known = replica.state().payment(draft.wallet, &bytes_of(other));
            known
                .into_iter()
                .flat_map(|payment| payment.devices.iter().copied())
                .collect()
        };
        Ok(Some(Rival {
            txid,
            stage: RivalStage::Sent,
            devices: names(&circle, &devices),
            coins: spent.intersection(&coins).copied().collect(),
            draft: None,
        }))
    }
}

fn script_of(engine: &satchel_wallet::Engine, coin: OutPoint) -> Option<ScriptBuf> {
    if let Some(row) = engine.coin(coin) {
        return Some(row.script.clone());
    }
    let details = engine.transaction(coin.txid)?;
    let output = usize::try_from(coin.vout).ok()?;
    Some(details.outputs.get(output)?.script.clone())
}
