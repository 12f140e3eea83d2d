//! Payments that other devices of the circle prepare: they become drafts of this device, so that it can
//! look at them, sign them if it holds the keys, send them and drop them.

use std::collections::{BTreeSet, HashMap};

use bitcoin::{OutPoint, Psbt, Txid};
use satchel_bundle::Prepared;
use satchel_bundle::container::payment_label;
use satchel_bundle::state::Stage;
use satchel_types::{
    Batch, DeviceId, Draft, DraftId, DraftPurpose, DraftState, FeeRate, Label, Recipient,
    Timestamp, TxState, WalletId, WalletRecord, Write,
};
use satchel_wallet::{Engine, SpendSummary, Unusual, summarize};

use crate::access_error::AccessError;
use crate::circle::Circle;
use crate::circle::payments::{Other, Payments, bytes_of, name_of, spends};
use crate::combine::{bare, combined, shared, unsigned_txid};
use crate::contacts::payee_names;
use crate::open::Open;
use crate::session::App;

/// How far the other one of two payments is that want the same coin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RivalStage {
    /// It is being prepared, and its coins are kept for it.
    Reserved,
    /// It was signed.
    Signed,
    /// It was sent.
    Sent,
}

/// Another payment that spends a coin of this one. Only one of the two can be paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rival {
    /// Its transaction; that of its unsigned one as long as it was not seen.
    pub txid: Txid,
    /// How far it is.
    pub stage: RivalStage,
    /// The devices that worked on it, by name; none: nobody of the circle, as far as is known.
    pub devices: Vec<String>,
    /// The coins that both spend.
    pub coins: Vec<OutPoint>,
    /// The draft by which it can be looked at and dropped here, if it was not sent.
    pub draft: Option<DraftId>,
}

impl std::fmt::Display for Rival {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let whose = match self.devices.as_slice() {
            [] => String::new(),
            names => format!(" by {}", names.join(" and ")),
        };
        let stage = match self.stage {
            RivalStage::Reserved => "is being prepared",
            RivalStage::Signed => "is signed",
            RivalStage::Sent => "was sent",
        };
        write!(f, "payment {}{whose}, which {stage}", self.txid)
    }
}

/// A draft, and what other devices have to do with it.
#[derive(Debug, Clone)]
pub struct DraftReport {
    /// The draft.
    pub draft: Draft,
    /// Which other device prepared it; `None`: this one.
    pub prepared_on: Option<String>,
    /// Payments that want the same coins.
    pub rivals: Vec<Rival>,
    /// The contacts among the recipients, by address, as far as they count here.
    pub payees: HashMap<String, String>,
}

/// What becomes of a payment here.
enum Taken {
    Put(Box<Draft>),
    Remove(DraftId),
}

impl App {
    /// Returns a draft with what other devices have to do with it.
    ///
    /// # Errors
    /// See [`AccessError`].
    pub fn draft_report(&self, draft: Draft) -> Result<DraftReport, AccessError> {
        let open = self.open()?;
        let network = open.store.wallet(draft.wallet)?.network;
        let paid = draft.recipients.iter().map(|to| to.address.clone());
        let payees = payee_names(&open, network, paid)?;
        let Some(circle) = open.shared.circle() else {
            return Ok(DraftReport {
                payees,
                draft,
                prepared_on: None,
                rivals: Vec::new(),
            });
        };
        let prepared_on = prepared_on(&circle, &draft);
        let rivals = match draft.state {
            DraftState::Broadcast { .. } => Vec::new(),
            _ => self.rivals(&open, &draft)?,
        };
        Ok(DraftReport {
            payees,
            draft,
            prepared_on,
            rivals,
        })
    }

    /// Returns the payments of other devices that want the coins of a draft.
    pub(crate) fn rivals(&self, open: &Open, draft: &Draft) -> Result<Vec<Rival>, AccessError> {
        let coins = spends(&draft.psbt.unsigned_tx);
        let mut rivals = self.rivals_of(open, draft.wallet, name_of(draft), &coins)?;
        // What is to be replaced was sent, and so is what replaced it meanwhile: the chain tells.
        if draft.purpose != DraftPurpose::Payment {
            rivals.retain(|rival| rival.stage != RivalStage::Sent);
        }
        Ok(rivals)
    }

    /// Returns the payments of other devices that want coins, but for one of this name.
    pub(crate) fn rivals_of(
        &self,
        open: &Open,
        wallet: WalletId,
        name: Txid,
        coins: &BTreeSet<OutPoint>,
    ) -> Result<Vec<Rival>, AccessError> {
        let Some(circle) = open.shared.circle() else {
            return Ok(Vec::new());
        };
        let others = {
            let replica = circle.replica();
            let known = Payments::of(&replica, &*open.store, wallet, self.now())?;
            known.rivals(name, coins)
        };
        if others.is_empty() {
            return Ok(Vec::new());
        }
        let drafts = open.store.drafts(wallet)?;
        let rival = |other: Other| Rival {
            txid: other.name,
            stage: match other.stage {
                Stage::Draft | Stage::Reserved => RivalStage::Reserved,
                Stage::Signed => RivalStage::Signed,
                _ => RivalStage::Sent,
            },
            devices: names(&circle, &other.devices),
            coins: other.coins.intersection(coins).copied().collect(),
            draft: drafts
                .iter()
                .find(|draft| other.stage.is_open() && name_of(draft) == other.name)
                .map(|draft| draft.id),
        };
        Ok(others.into_iter().map(rival).collect())
    }

    /// Makes drafts of payments of which something new is known. `held` is a draft that the caller has
    /// the lock of.
    pub(crate) async fn take_payments(
        &self,
        open: &Open,
        circle: &Circle,
        payments: &BTreeSet<(WalletId, Txid)>,
        held: Option<DraftId>,
    ) -> Result<(), AccessError> {
        let mut payments = payments.clone();
        payments.append(&mut circle.untaken());
        for (wallet, name) in &payments {
            let Ok(record) = open.store.wallet(*wallet) else {
                continue;
            };
            let known = {
                let replica = circle.replica();
                let name = bytes_of(*name);
                let known = replica.state().payment(*wallet, &name);
                let label = payment_label(replica.state(), *wallet, &name).map(str::to_owned);
                known.cloned().map(|payment| (payment, label))
            };
            let Some((payment, label)) = known else {
                continue;
            };
            let prepared = Prepared {
                name: *name,
                payment,
                label,
            };
            let id = draft_of(open, *wallet, *name)?.map_or(derived_id(*wallet, *name), |d| d.id);
            let _only = match held {
                Some(held) if held == id => None,
                None => Some(open.drafts.lock(id).await),
                Some(_) => match open.drafts.try_lock(id) {
                    Some(only) => Some(only),
                    None => {
                        // Whoever works on it may wait for this one. A later round takes it.
                        circle.untaken().insert((*wallet, *name));
                        continue;
                    }
                },
            };
            // It may have been sent or dropped while the lock was waited for.
            let here = draft_of(open, *wallet, *name)?;
            let taken = self.taken(open, &record, prepared, here).await?;
            let write = match taken {
                Some(Taken::Put(draft)) => Write::PutDraft(draft),
                Some(Taken::Remove(id)) => Write::RemoveDraft(id),
                None => continue,
            };
            open.shared.unshared().apply(&Batch::from(write))?;
        }
        Ok(())
    }

    async fn taken(
        &self,
        open: &Open,
        record: &WalletRecord,
        prepared: Prepared,
        here: Option<Draft>,
    ) -> Result<Option<Taken>, AccessError> {
        let (name, stage) = (prepared.name, prepared.payment.stage);
        if let Some(draft) = here {
            return Ok(match (draft.state, stage) {
                (DraftState::Broadcast { .. }, _) => None,
                (_, Stage::GivenUp) => Some(Taken::Remove(draft.id)),
                (DraftState::Open, stage) if !stage.is_open() => Some(Taken::Remove(draft.id)),
                // A signed one is adopted or dropped by the next scan, which asks the server for it.
                (state, _) => {
                    let label = shown_label(&prepared).or_else(|| draft.label.clone());
                    let psbt = match state {
                        DraftState::Open => {
                            combined(draft.psbt.clone(), shared(&prepared.payment, name))
                        }
                        _ => draft.psbt.clone(),
                    };
                    let differs = psbt != draft.psbt || label != draft.label;
                    differs.then(|| Taken::Put(Box::new(with(Draft { label, ..draft }, psbt))))
                }
            });
        }
        if !stage.is_open() {
            return Ok(None);
        }
        let (record, now) = (record.clone(), self.now());
        let draft = open.read_engine(record.id, move |engine| {
            prepared_draft(engine, &record, &prepared, now)
        });
        Ok(draft.await?.map(|draft| Taken::Put(Box::new(draft))))
    }
}

/// Returns the label that a payment will have, if it is one.
fn shown_label(prepared: &Prepared) -> Option<String> {
    let label = Label::new(prepared.label.as_deref()?).ok()??;
    Some(label.as_str().to_owned())
}

/// Makes the draft of a payment that others prepared. What is not this wallet's payment alone is none.
pub(crate) fn prepared_draft(
    engine: &Engine,
    record: &WalletRecord,
    prepared: &Prepared,
    now: Timestamp,
) -> Option<Draft> {
    let name = prepared.name;
    let mut each = shared(&prepared.payment, name).map(bare);
    let (psbt, summary, purpose) = each.find_map(|psbt| {
        let (summary, purpose) = own_payment(engine, record, &psbt)?;
        Some((psbt, summary, purpose))
    })?;
    let recipients = summary.recipients.into_iter().map(|to| Recipient {
        address: to.address.unwrap_or_else(|| to.script.to_hex_string()),
        amount: to.amount,
    });
    let draft = Draft {
        id: derived_id(record.id, name),
        wallet: record.id,
        purpose,
        state: DraftState::Open,
        psbt: psbt.clone(),
        recipients: recipients.collect(),
        change: (summary.change > bitcoin::Amount::ZERO).then_some(summary.change),
        fee: summary.fee,
        fee_rate: FeeRate::that_pays(summary.fee, summary.vsize).unwrap_or(summary.fee_rate),
        vsize: summary.vsize,
        label: shown_label(prepared),
        created_at: now,
    };
    let psbt = combined(psbt, shared(&prepared.payment, name));
    Some(with(draft, psbt))
}

/// Returns what a PSBT does, if this wallet alone pays with it.
fn own_payment(
    engine: &Engine,
    record: &WalletRecord,
    psbt: &Psbt,
) -> Option<(SpendSummary, DraftPurpose)> {
    let mine = |script: &bitcoin::Script| engine.is_mine(script).is_some();
    let summary = summarize(psbt, record.network, mine).ok()?;
    let foreign = |unusual: &Unusual| matches!(unusual, Unusual::ForeignInput { .. });
    if summary.unusual.iter().any(foreign) {
        return None;
    }
    let purpose = purpose_of(engine, psbt, &summary);
    Some((summary, purpose))
}

/// Returns who else prepared a draft, if this device had no part in it.
pub(crate) fn prepared_on(circle: &Circle, draft: &Draft) -> Option<String> {
    let devices = {
        let replica = circle.replica();
        let payment = replica
            .state()
            .payment(draft.wallet, &bytes_of(name_of(draft)))?;
        if payment.devices.contains(&replica.device()) {
            return None;
        }
        payment.devices.iter().copied().collect::<Vec<_>>()
    };
    names(circle, &devices).into_iter().next()
}

pub(crate) fn names(circle: &Circle, devices: &[DeviceId]) -> Vec<String> {
    let replica = circle.replica();
    devices
        .iter()
        .map(|device| circle.name_of(&replica, *device).0)
        .collect()
}

fn draft_of(open: &Open, wallet: WalletId, name: Txid) -> Result<Option<Draft>, AccessError> {
    let mut drafts = open.store.drafts(wallet)?.into_iter();
    Ok(drafts.find(|draft| name_of(draft) == name))
}

/// Names the draft that another device's payment becomes, so that it becomes the same one each time.
fn derived_id(wallet: WalletId, name: Txid) -> DraftId {
    let mut text = b"satchel draft of a shared payment\0".to_vec();
    text.extend_from_slice(wallet.as_bytes());
    text.extend_from_slice(&bytes_of(name));
    let hash = satchel_secrets::hash::hash(&text);
    let mut id = [0; 16];
    id.copy_from_slice(&hash[..16]);
    DraftId::from_bytes(id)
}

/// Puts a PSBT into a draft, which is signed if the PSBT is whole, and then as large as its transaction.
fn with(draft: Draft, psbt: Psbt) -> Draft {
    let (state, vsize) = match satchel_wallet::extract(psbt.clone()) {
        Ok(tx) => {
            let txid = tx.compute_txid();
            (DraftState::Signed { txid }, tx.vsize() as u64)
        }
        Err(_) => (DraftState::Open, draft.vsize),
    };
    Draft {
        psbt,
        state,
        vsize,
        ..draft
    }
}

/// Returns what a payment is for. One that pays whom a pending one pays, or nobody, replaces it; any
/// other that spends its coins does so without knowing of it.
fn purpose_of(engine: &Engine, psbt: &Psbt, summary: &SpendSummary) -> DraftPurpose {
    let tx = &psbt.unsigned_tx;
    let replaced = tx.input.iter().find_map(|input| {
        let spender = engine.spender(input.previous_output)?;
        let row = engine.history_row(spender.compute_txid())?;
        let pending = matches!(row.state, TxState::Pending { .. });
        (pending && unsigned_txid(&spender) != unsigned_txid(tx)).then_some(spender)
    });
    match replaced {
        Some(old) if summary.recipients.is_empty() => DraftPurpose::Cancel(old.compute_txid()),
        Some(old) if pays_the_same(engine, &old, tx) => DraftPurpose::Bump(old.compute_txid()),
        _ => DraftPurpose::Payment,
    }
}

/// Whether a transaction pays everybody whom another one pays, the same amounts. What raises a fee does;
/// what pays the same address more may well have been meant as a second payment.
pub(crate) fn pays_the_same(
    engine: &Engine,
    old: &bitcoin::Transaction,
    new: &bitcoin::Transaction,
) -> bool {
    old.output
        .iter()
        .filter(|out| engine.is_mine(&out.script_pubkey).is_none())
        .all(|out| {
            new.output
                .iter()
                .any(|paid| paid.script_pubkey == out.script_pubkey && paid.value == out.value)
        })
}

#[cfg(test)]
mod tests {
    use satchel_testkit::rows;

    use super::*;

    #[test]
    fn a_payment_becomes_the_same_draft_each_time_and_each_another() {
        let (one, two) = (rows::txid(1), rows::txid(2));
        let wallet = rows::wallet_id(1);
        assert_eq!(derived_id(wallet, one), derived_id(wallet, one));
        assert_ne!(derived_id(wallet, one), derived_id(wallet, two));
        assert_ne!(derived_id(wallet, one), derived_id(rows::wallet_id(2), one));
    }
}
