//! Payments of the circle that lost a coin to another transaction. On the chain one of two wins, and with
//! full replacement the later one with the higher fee does, without a word: whoever the first one was for is not
//! paid. So it is told, on each device, until it is put away.
//!
//! Each look compares what the circle sent with what the chain has, so that nothing is missed when the program
//! ended in between. What a device replaced on purpose is noted as put away.

use std::collections::{BTreeSet, HashMap};

use bitcoin::{Transaction, Txid};
use satchel_bundle::state::Stage;
use satchel_types::{
    Batch, DeviceId, Draft, DraftPurpose, Notice, NoticeId, NoticeKind, PaymentFate, TxState,
    WalletId, Write,
};
use satchel_wallet::Engine;

use crate::access_error::AccessError;
use crate::circle::Circle;
use crate::circle::payments::{bytes_of, coins_of, name_from};
use crate::combine::unsigned_txid;
use crate::events::Event;
use crate::open::Open;
use crate::session::App;
use crate::shared_payments::pays_the_same;

/// A payment that the circle sent.
struct Sent {
    name: Txid,
    stage: Stage,
    devices: BTreeSet<DeviceId>,
    coins: BTreeSet<bitcoin::OutPoint>,
}

/// How fresh the picture of the chain is that is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Picture {
    /// A scan just ended well.
    Fresh,
    /// From whenever it was. What another device sent since is not in it, and what that replaced still
    /// seems to stand.
    Older,
}

/// What the chain made of it.
enum Found {
    Stands {
        confirmed: bool,
    },
    Replaced {
        by: Txid,
        /// The id of its unsigned transaction.
        by_name: Txid,
        /// It pays everybody whom the first one paid.
        same: bool,
    },
}

impl App {
    /// Looks what became of the payments that the circle sent from a wallet, and notes what its owner has to
    /// hear of.
    pub(crate) async fn look_for_replaced(
        &self,
        open: &Open,
        wallet: WalletId,
        picture: Picture,
    ) -> Result<(), AccessError> {
        let Some(circle) = open.shared.circle() else {
            return Ok(());
        };
        let sent = sent_by(&circle, wallet);
        let me = circle.record().device;
        if sent.is_empty() {
            return Ok(());
        }
        let asked: Vec<_> = sent.iter().map(|p| (p.name, p.coins.clone())).collect();
        let found = open
            .read_engine(wallet, move |engine| {
                let each = asked.iter().map(|(name, coins)| (*name, coins));
                each.filter_map(|(name, coins)| Some((name, find(engine, name, coins, picture)?)))
                    .collect::<HashMap<_, _>>()
            })
            .await?;
        let known = open.store.notices()?;
        let drafts = open.store.drafts(wallet)?;
        for payment in sent {
            let Some(found) = found.get(&payment.name) else {
                continue;
            };
            let told: Vec<&Notice> = known
                .iter()
                .filter(|notice| is_about(notice, wallet, payment.name))
                .collect();
            match found {
                Found::Stands { confirmed: true } if payment.stage < Stage::Confirmed => {
                    let fate = PaymentFate::Confirmed;
                    let decided = Write::DecidePayment(wallet, payment.name, fate);
                    open.store.apply(&Batch::from(decided))?;
                }
                // It came back, or what was told was told too early.
                Found::Stands { .. } => {
                    let batch = self.put_away(told.into_iter());
                    if !batch.is_empty() {
                        open.store.apply(&batch)?;
                        self.tell(Event::NoticesChanged);
                    }
                }
                Found::Replaced { by, by_name, same } => {
                    let by_devices = devices_of(&circle, wallet, *by_name);
                    // A draft that came from another device says nothing of what was meant here.
                    let here = by_devices.is_empty() || by_devices.contains(&me);
                    let mut drafts_here = drafts.iter().filter(|_| here);
                    let meant = *same
                        || !by_devices.is_disjoint(&payment.devices)
                        || drafts_here.any(|draft| is_replacement(draft, &payment, *by));
                    let notice = Notice {
                        id: notice_id(wallet, payment.name, *by),
                        wallet: Some(wallet),
                        kind: NoticeKind::PaymentReplaced {
                            payment: payment.name,
                            sent_by: payment.devices.first().copied(),
                            to: paid_to(open, wallet, &payment, &drafts)?,
                            by: *by,
                            by_device: by_devices.first().copied(),
                        },
                        at: self.now(),
                        dismissed_at: meant.then(|| self.now()),
                    };
                    self.note_replaced(open, &payment, notice, &told)?;
                }
            }
        }
        Ok(())
    }

    /// Puts those away that its owner did not.
    fn put_away<'a>(&self, notices: impl Iterator<Item = &'a Notice>) -> Batch {
        let standing = notices.filter(|notice| notice.dismissed_at.is_none());
        Batch {
            writes: standing
                .map(|notice| Write::DismissNotice(notice.id, self.now()))
                .collect(),
        }
    }

    fn note_replaced(
        &self,
        open: &Open,
        payment: &Sent,
        notice: Notice,
        told: &[&Notice],
    ) -> Result<(), AccessError> {
        let before = told.iter().copied().find(|before| before.id == notice.id);
        // What was replaced twice is told as it is now.
        let older = told.iter().copied().filter(|other| other.id != notice.id);
        let mut batch = self.put_away(older);
        let news = before.is_none();
        // What is learned later, such as whose payment it was, is added; it may turn out to be meant.
        if before.is_none_or(|before| before.kind != notice.kind) {
            batch.push(Write::PutNotice(Box::new(notice.clone())));
        }
        if let (Some(at), Some(before)) = (notice.dismissed_at, before)
            && before.dismissed_at.is_none()
        {
            batch.push(Write::DismissNotice(notice.id, at));
        }
        if payment.stage < Stage::Replaced {
            let fate = PaymentFate::Replaced;
            if let Some(wallet) = notice.wallet {
                batch.push(Write::DecidePayment(wallet, payment.name, fate));
            }
        }
        if batch.is_empty() {
            return Ok(());
        }
        open.store.apply(&batch)?;
        if news && notice.dismissed_at.is_none() {
            self.tell(Event::Noticed { notice });
        } else {
            self.tell(Event::NoticesChanged);
        }
        Ok(())
    }
}

/// Whether a notice says that a payment was replaced.
fn is_about(notice: &Notice, of: WalletId, name: Txid) -> bool {
    notice.wallet == Some(of)
        && matches!(notice.kind, NoticeKind::PaymentReplaced { payment, .. } if payment == name)
}

/// Returns the payments that devices of the circle sent and that are not settled by a block.
fn sent_by(circle: &Circle, wallet: WalletId) -> Vec<Sent> {
    let replica = circle.replica();
    let payments = replica.state().payments();
    payments
        .filter(|(of, _, payment)| {
            *of == wallet && matches!(payment.stage, Stage::Broadcast | Stage::Replaced)
        })
        .map(|(_, name, payment)| Sent {
            name: name_from(name),
            stage: payment.stage,
            devices: payment.devices.clone(),
            coins: coins_of(payment),
        })
        .collect()
}

fn devices_of(circle: &Circle, wallet: WalletId, name: Txid) -> BTreeSet<DeviceId> {
    let replica = circle.replica();
    let payment = replica.state().payment(wallet, &bytes_of(name));
    payment.map_or_else(BTreeSet::new, |payment| payment.devices.clone())
}

/// Looks who spends the coins of a payment; `None`: nobody, as far as is known.
fn find(
    engine: &Engine,
    name: Txid,
    coins: &BTreeSet<bitcoin::OutPoint>,
    picture: Picture,
) -> Option<Found> {
    let mut own = None;
    for coin in coins {
        let Some(spender) = engine.spender(*coin) else {
            continue;
        };
        let by_name = unsigned_txid(&spender);
        if by_name == name {
            own = Some(spender);
            continue;
        }
        let old = known_as(engine, name, coins);
        if picture == Picture::Older && old.is_none() {
            return None;
        }
        return Some(Found::Replaced {
            by: spender.compute_txid(),
            by_name,
            same: old.is_some_and(|old| pays_the_same(engine, &old, &spender)),
        });
    }
    let row = engine.history_row(own?.compute_txid())?;
    Some(Found::Stands {
        confirmed: matches!(row.state, TxState::Confirmed { .. }),
    })
}

/// Returns the transaction of a payment that does not count any more, if it was ever seen here.
fn known_as(
    engine: &Engine,
    name: Txid,
    coins: &BTreeSet<bitcoin::OutPoint>,
) -> Option<std::sync::Arc<Transaction>> {
    // Where inputs have no scripts the name is the transaction's.
    if let Some(details) = engine.transaction(name) {
        return Some(details.tx);
    }
    let spender = engine.spender(*coins.first()?)?;
    let rivals = engine.transaction(spender.compute_txid())?.conflicts;
    let mut rivals = rivals
        .into_iter()
        .filter_map(|txid| Some(engine.transaction(txid)?.tx));
    rivals.find(|tx| unsigned_txid(tx) == name)
}

/// Whether a draft of this device was made to replace a payment, and did.
fn is_replacement(draft: &Draft, payment: &Sent, by: Txid) -> bool {
    let replaces = matches!(
        draft.purpose,
        DraftPurpose::Cancel(_) | DraftPurpose::Bump(_)
    );
    let is_it = match draft.state {
        satchel_types::DraftState::Open => false,
        satchel_types::DraftState::Signed { txid }
        | satchel_types::DraftState::Broadcast { txid } => txid == by,
    };
    let inputs = &draft.psbt.unsigned_tx.input;
    let shares = inputs
        .iter()
        .any(|input| payment.coins.contains(&input.previous_output));
    replaces && is_it && shares
}

/// Returns to whom a payment was, by its label or an address.
fn paid_to(
    open: &Open,
    wallet: WalletId,
    payment: &Sent,
    drafts: &[Draft],
) -> Result<Option<String>, AccessError> {
    let draft = drafts
        .iter()
        .find(|draft| unsigned_txid(&draft.psbt.unsigned_tx) == payment.name);
    let txid = match draft.map(|draft| draft.state) {
        Some(satchel_types::DraftState::Broadcast { txid }) => txid,
        _ => payment.name,
    };
    let row = open.store.transaction(wallet, txid)?;
    let told = row.and_then(|row| row.label.or(row.address));
    let planned = || {
        let draft = draft?;
        let label = draft.label.clone();
        label.or_else(|| Some(draft.recipients.first()?.address.clone()))
    };
    Ok(told.or_else(planned))
}

fn notice_id(wallet: WalletId, name: Txid, by: Txid) -> NoticeId {
    let mut text = b"satchel notice: a payment was replaced\0".to_vec();
    text.extend_from_slice(wallet.as_bytes());
    text.extend_from_slice(&bytes_of(name));
    text.extend_from_slice(&bytes_of(by));
    crate::notices::id_of(&text)
}
