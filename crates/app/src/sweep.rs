//! Moving the coins of a wallet whose keys a lost device holds: which wallets, and how far it is.
//!
//! A device that ever held keys is shut out by moving the coins alone. That takes days and several sittings, so how far it
//! is follows from what is stored: the new wallet, whether its words were proven or backed up, the draft, the chain. A
//! program that ended anywhere goes on where it was.

use std::collections::BTreeSet;

use bitcoin::{Amount, Network, OutPoint, Txid};
use satchel_bundle::replica::Replica;
use satchel_types::{
    CoinRow, CoinState, Draft, DraftId, DraftState, RequestId, Timestamp, TxState, WalletId,
    WalletRecord, Write,
};

use crate::access_error::AccessError;
use crate::circle::Circle;
use crate::circle_status::holds;
use crate::open::Open;
use crate::session::App;
use crate::sweep_parts::most_inputs;

/// What is to be done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SweepStep {
    /// On another device: this one does not hold the keys.
    Elsewhere,
    /// Make a wallet of new words.
    Begin,
    /// Write its words down and prove it, or write a backup.
    Words,
    /// Prepare the payment of everything to it.
    Draft,
    /// Sign and send it.
    Send,
    /// Wait for confirmations.
    Wait,
    /// Put the old wallet away.
    PutAway,
}

/// A wallet whose coins are to be moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sweep {
    /// Which.
    pub wallet: WalletId,
    /// What it is called.
    pub name: String,
    /// Its network.
    pub network: Network,
    /// Names of the devices that were removed and hold its keys.
    pub lost: Vec<String>,
    /// What is to be done next.
    pub step: SweepStep,
    /// The wallet that gets the coins, once it was made, and its name.
    pub to: Option<(WalletId, String)>,
    /// The draft that moves them, while it was not sent.
    pub draft: Option<DraftId>,
    /// Coins that can be moved now, and what they are worth.
    pub coins: (usize, Amount),
    /// Coins that their owner locked. Whether they are moved is theirs to say.
    pub locked: Vec<CoinRow>,
    /// Coins that wait for confirmations.
    pub pending: (usize, Amount),
    /// Coins that stay: worth less than the fee to move them, or left on purpose.
    pub left: (usize, Amount),
    /// Coins that payments which were sent moved, and what they were worth.
    pub moved: (usize, Amount),
    /// How many payments that takes.
    pub payments: SweepPayments,
}

/// Payments that move the coins of one wallet: one, unless it has more coins than a transaction holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SweepPayments {
    /// Sent so far.
    pub sent: usize,
    /// Of these, in a block.
    pub confirmed: usize,
    /// Still to be sent, as far as is known: one that is prepared counts.
    pub left: usize,
}

/// A payment that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sent {
    pub(crate) txid: Txid,
    pub(crate) coins: usize,
    /// What they were worth.
    pub(crate) amount: Amount,
}

impl Sent {
    /// Returns what a draft became, if it was sent.
    pub(crate) fn of(draft: &Draft) -> Option<Self> {
        let DraftState::Broadcast { txid } = draft.state else {
            return None;
        };
        let arrives = draft.recipients.iter().map(|recipient| recipient.amount);
        let all = arrives.chain([draft.fee]).chain(draft.change);
        Some(Self {
            txid,
            coins: draft.psbt.unsigned_tx.input.len(),
            amount: all.fold(Amount::ZERO, |sum, amount| {
                sum.checked_add(amount).unwrap_or(Amount::MAX_MONEY)
            }),
        })
    }

    fn text(&self) -> String {
        format!("{},{},{}", self.txid, self.coins, self.amount.to_sat())
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(',');
        Some(Self {
            txid: parts.next()?.parse().ok()?,
            coins: parts.next()?.parse().ok()?,
            amount: Amount::from_sat(parts.next()?.parse().ok()?),
        })
    }
}

/// What is remembered of it. Words of one line: a newer version may add some.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) to: Option<WalletId>,
    /// Under which the draft is made, so that it is made once.
    pub(crate) request: Option<RequestId>,
    pub(crate) draft: Option<DraftId>,
    /// How many payments come after the draft.
    pub(crate) later: usize,
    /// Payments that were sent before the draft.
    pub(crate) sent: Vec<Sent>,
    /// Coins that were left when the draft was made.
    pub(crate) left: BTreeSet<OutPoint>,
    /// When the old wallet was put away.
    pub(crate) done: Option<Timestamp>,
    /// When its owner said that it need not be done.
    pub(crate) waived: Option<Timestamp>,
}

impl Record {
    fn key(wallet: WalletId) -> String {
        format!("sweep_{wallet}")
    }

    /// Reads what is stored; nothing is the beginning.
    pub(crate) fn of(open: &Open, wallet: WalletId) -> Result<Self, AccessError> {
        let text = open.store.setting(&Self::key(wallet))?;
        let mut record = Self::read(&text.unwrap_or_default());
        // A program that ended after the draft was made and before it was remembered.
        if let (Some(request), None) = (record.request, record.draft)
            && let Some(made) = open.store.request(request)?
        {
            record.draft = made.parse().ok();
        }
        Ok(record)
    }

    pub(crate) fn put(&self, wallet: WalletId) -> Write {
        Write::PutSetting {
            key: Self::key(wallet),
            value: self.text(),
        }
    }

    fn text(&self) -> String {
        let mut words = Vec::new();
        let mut word = |name: &str, value: Option<String>| {
            words.extend(value.map(|value| format!("{name}={value}")));
        };
        let seconds = |at: Option<Timestamp>| at.map(|at| at.as_secs().to_string());
        word("to", self.to.map(|id| id.to_string()));
        word("request", self.request.map(|id| id.to_string()));
        word("draft", self.draft.map(|id| id.to_string()));
        word("later", (self.later > 0).then(|| self.later.to_string()));
        word("done", seconds(self.done));
        word("waived", seconds(self.waived));
        for sent in &self.sent {
            word("sent", Some(sent.text()));
        }
        for coin in &self.left {
            word("left", Some(coin.to_string()));
        }
        words.join(" ")
    }

    fn read(text: &str) -> Self {
        let mut record = Self::default();
        for (name, value) in text.split(' ').filter_map(|word| word.split_once('=')) {
            let seconds = || value.parse().ok().map(Timestamp::from_secs);
            match name {
                "to" => record.to = value.parse().ok(),
                "request" => record.request = value.parse().ok(),
                "draft" => record.draft = value.parse().ok(),
                "later" => record.later = value.parse().unwrap_or(0),
                "sent" => record.sent.extend(Sent::read(value)),
                "done" => record.done = seconds(),
                "waived" => record.waived = seconds(),
                "left" => record.left.extend(value.parse::<OutPoint>()),
                _ => {}
            }
        }
        record
    }
}

impl App {
    /// Returns the wallets whose coins are to be moved because a removed device holds their keys, and how far each is.
    ///
    /// # Errors
    /// See [`AccessError`].
    pub fn sweeps(&self) -> Result<Vec<Sweep>, AccessError> {
        let open = self.open()?;
        let mut sweeps = Vec::new();
        for record in open.store.wallets()? {
            sweeps.extend(self.sweep_of(&open, &record)?);
        }
        Ok(sweeps)
    }

    /// Returns how far one is; `None`: its coins need not be moved.
    pub(crate) fn sweep_of(
        &self,
        open: &Open,
        record: &WalletRecord,
    ) -> Result<Option<Sweep>, AccessError> {
        let Some(circle) = open.shared.circle() else {
            return Ok(None);
        };
        let (lost, away) = {
            let replica = circle.replica();
            let lost = lost_holders(&circle, &replica, record);
            (lost, replica.state().value(&away_key(record.id)).is_some())
        };
        let stored = Record::of(open, record.id)?;
        if lost.is_empty() || stored.waived.is_some() {
            return Ok(None);
        }
        let mut sweep = Sweep {
            wallet: record.id,
            name: record.name.as_str().to_owned(),
            network: record.network,
            lost,
            step: SweepStep::Begin,
            to: None,
            draft: stored.draft,
            coins: (0, Amount::ZERO),
            locked: Vec::new(),
            pending: (0, Amount::ZERO),
            left: (0, Amount::ZERO),
            moved: (0, Amount::ZERO),
            payments: SweepPayments::default(),
        };
        let add = |sum: &mut (usize, Amount), coin: &CoinRow| {
            sum.0 += 1;
            sum.1 = sum.1.checked_add(coin.amount).unwrap_or(Amount::MAX_MONEY);
        };
        for coin in open.store.all_coins(record.id)? {
            let movable = matches!(
                coin.state,
                CoinState::Confirmed { .. } | CoinState::PendingChange { .. }
            );
            if stored.left.contains(&coin.outpoint) {
                add(&mut sweep.left, &coin);
            } else if coin.locked {
                sweep.locked.push(coin);
            } else if movable {
                add(&mut sweep.coins, &coin);
            } else {
                add(&mut sweep.pending, &coin);
            }
        }
        let to = stored.to.and_then(|id| open.store.wallet(id).ok());
        sweep.to = to.as_ref().map(|to| (to.id, to.name.as_str().to_owned()));
        let draft = match stored.draft {
            Some(id) => open.store.draft(id)?,
            None => None,
        };
        let last = draft.as_ref().and_then(Sent::of);
        let waits = draft.filter(|_| last.is_none());
        sweep.draft = waits.map(|draft| draft.id);
        for sent in stored.sent.iter().chain(&last) {
            sweep.moved.0 += sent.coins;
            let sum = sweep.moved.1.checked_add(sent.amount);
            sweep.moved.1 = sum.unwrap_or(Amount::MAX_MONEY);
            sweep.payments.sent += 1;
            let row = open.store.transaction(record.id, sent.txid)?;
            let confirmed = row.is_some_and(|it| matches!(it.state, TxState::Confirmed { .. }));
            sweep.payments.confirmed += usize::from(confirmed);
        }
        let due = sweep
            .coins
            .0
            .div_ceil(most_inputs(record.script_type, None));
        sweep.payments.left = match sweep.draft {
            Some(_) => stored.later + 1,
            None if sweep.coins.0 == 0 => 0,
            None if last.is_some() => stored.later.max(due),
            None => due,
        };
        let movable = sweep.coins.0 > 0 || !sweep.locked.is_empty();
        // What another device, or this one, has done with is done, unless coins came after.
        if (stored.done.is_some() || away) && !movable && sweep.pending.0 == 0 {
            return Ok(None);
        }
        let is_safe = |to: &WalletRecord| to.words_proven_at.is_some() || to.backed_up_at.is_some();
        sweep.step = match &to {
            _ if !record.has_seed => SweepStep::Elsewhere,
            None => SweepStep::Begin,
            Some(to) if !is_safe(to) => SweepStep::Words,
            Some(_) if sweep.draft.is_some() => SweepStep::Send,
            Some(_) if movable => SweepStep::Draft,
            Some(_) if sweep.pending.0 > 0 || has_pending(open, record.id)? => SweepStep::Wait,
            Some(_) => SweepStep::PutAway,
        };
        Ok(Some(sweep))
    }
}

/// Says that a wallet was put away.
pub(crate) fn away_key(wallet: WalletId) -> satchel_bundle::state::ValueKey {
    satchel_bundle::state::ValueKey {
        space: satchel_bundle::state::Space::WALLET_AWAY,
        owner: *wallet.as_bytes(),
        field: Vec::new(),
    }
}

/// Returns the names of removed devices that hold the keys of a wallet. One that may hold keys and said nothing of any
/// holds those of each wallet that had keys somewhere when it was removed.
fn lost_holders(circle: &Circle, replica: &Replica, record: &WalletRecord) -> Vec<String> {
    let roster = replica.roster();
    let somewhere = record.has_seed
        || roster
            .members()
            .any(|device| holds(replica, device.id).contains(&record.id));
    let is_lost = |device: &&satchel_bundle::keys::Device| {
        let Some(removed) = roster.removed(device.id) else {
            return false;
        };
        let held = holds(replica, device.id);
        let silent = held.is_empty() && device.seeds && somewhere;
        held.contains(&record.id) || (silent && record.created_at.as_secs() <= removed.at)
    };
    let lost = roster.devices().filter(is_lost);
    lost.map(|device| circle.name_of(replica, device.id).0)
        .collect()
}

/// Whether a payment of a wallet is in no block yet.
fn has_pending(open: &Open, wallet: WalletId) -> Result<bool, AccessError> {
    let balance = open.store.balance(wallet)?;
    Ok(balance.is_some_and(|balance| balance.pending_outgoing > Amount::ZERO))
}

#[cfg(test)]
mod tests {
    use bitcoin::hashes::Hash;

    use super::*;

    #[test]
    fn what_is_remembered_is_read_as_it_was_written_and_newer_words_are_passed_over() {
        let coin = |byte| OutPoint::new(Txid::from_byte_array([byte; 32]), 1);
        let record = Record {
            to: Some(WalletId::from_bytes([1; 16])),
            request: Some(RequestId::from_bytes([2; 16])),
            draft: Some(DraftId::from_bytes([3; 16])),
            later: 2,
            sent: vec![Sent {
                txid: coin(8).txid,
                coins: 1_700,
                amount: Amount::from_sat(99),
            }],
            left: BTreeSet::from([coin(4), coin(5)]),
            done: Some(Timestamp::from_secs(6)),
            waived: None,
        };
        assert_eq!(Record::read(&record.text()), record);
        assert_eq!(Record::read(""), Record::default());
        let newer = format!("{} colour=red", record.text());
        assert_eq!(Record::read(&newer), record);
    }
}
