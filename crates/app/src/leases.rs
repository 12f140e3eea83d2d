//! Addresses that are set aside for one device, so that two devices that have not met never show the same
//! one, nor let change go to it (ADR 0018, 0029).
//!
//! A device asks for an index by saying so in the circle. It has it once every other device has written
//! something knowing that, and nothing that anybody names is missing: then whatever they had asked for before
//! is known here, and they ask for it no more. If two asked at once, the one that belongs for longer has it. Nothing
//! rests on what a place can do.

use std::collections::BTreeSet;

use satchel_bundle::replica::Replica;
use satchel_bundle::state::{AddressKey, Touched};
use satchel_types::{
    AddressRow, Batch, ChainSide, DeviceId, DraftState, HandOut, Lease, Notice, NoticeId,
    NoticeKind, Timestamp, WalletId, WalletRecord, Write,
};
use satchel_wallet::{Engine, Plan};

use crate::access_error::AccessError;
use crate::circle::Circle;
use crate::events::Event;
use crate::open::Open;
use crate::session::App;
use crate::sync::GAP;
use crate::used_addresses::handed_out_at;

/// Indices that all devices together have set aside: the rest of the gap is for what was shown and not paid.
const SET_ASIDE: u32 = 16;
/// Both sides are set aside alike.
const SIDES: [ChainSide; 2] = [ChainSide::Receive, ChainSide::Change];
/// Stands for an object that nobody ever hears of, until the store knows the right one.
const NOT_WRITTEN: u64 = i64::MAX as u64;

/// Which address is handed out next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Choice {
    /// Its index on the side that was asked for.
    pub index: u32,
    /// Another device may hand it out too.
    pub unsure: bool,
}

/// Where the change of a payment goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ChangeChoice {
    choice: Option<Choice>,
    wallet: WalletId,
    /// Whether this device belongs to a circle, which hears of it.
    shares: bool,
    now: Timestamp,
}

impl ChangeChoice {
    /// Its index; `None`: the next one, since nobody shares with this device.
    pub(crate) fn index(&self) -> Option<u32> {
        self.choice.map(|choice| choice.index)
    }

    /// Marks a plan's change address as handed out. Store the batch with the draft.
    pub(crate) fn commit(&self, engine: &mut Engine, plan: &Plan) -> Batch {
        let mut batch = engine.commit_plan(plan);
        let Some(index) = plan.change_index.filter(|_| self.shares) else {
            return batch;
        };
        // A payment that takes another's place may keep its change address, which was told before.
        let row = engine.address(ChainSide::Change, index);
        if row.is_none_or(|row| !row.used) {
            let unsure = self
                .choice
                .is_some_and(|choice| choice.unsure && choice.index == index);
            let (wallet, side) = (self.wallet, ChainSide::Change);
            batch.push(handed_out(wallet, side, index, unsure, self.now));
        }
        batch
    }
}

/// What is known of the addresses of one side of a wallet.
struct Known {
    side: ChainSide,
    /// The first index after the last that was paid to, as far as is known here.
    first: u32,
    /// The chain was asked. Where it was not, any that somebody spoke of may have been paid to.
    scanned: bool,
    /// Indices that somebody handed out.
    shown: BTreeSet<u32>,
    /// Indices that this device handed out and no other.
    alone: BTreeSet<u32>,
    /// Indices that belong to another device, if to any.
    others: BTreeSet<u32>,
    /// Indices that somebody asked for, in vain or not.
    asked: BTreeSet<u32>,
    /// Indices that this device asked for and nobody else may have.
    mine: BTreeSet<u32>,
    /// How many devices belong.
    members: u32,
}

impl Known {
    fn of(
        replica: &Replica,
        wallet: WalletId,
        side: ChainSide,
        (first, scanned): (u32, bool),
    ) -> Self {
        let me = replica.device();
        let state = replica.state();
        let mut known = Self {
            side,
            first,
            scanned,
            shown: BTreeSet::new(),
            alone: BTreeSet::new(),
            others: BTreeSet::new(),
            asked: BTreeSet::new(),
            mine: BTreeSet::new(),
            members: u32::try_from(replica.roster().members().count()).unwrap_or(u32::MAX),
        };
        for (index, by) in state.revealed(wallet, side) {
            known.shown.insert(index);
            if by.keys().all(|device| *device == me) {
                known.alone.insert(index);
            }
        }
        if !scanned {
            // Nobody goes further than the gap beyond what was paid to.
            let next = known.next();
            known.first = first.max(next.saturating_sub(GAP));
        }
        for (index, by) in state.leased(wallet, side) {
            known.asked.insert(index);
            match holder(replica, by.keys().copied()) {
                Some(device) if device == me => known.mine.insert(index),
                _ => known.others.insert(index),
            };
        }
        known
    }

    /// The first index after all that somebody spoke of.
    fn next(&self) -> u32 {
        let last = self.shown.last();
        last.map_or(self.first, |last| last.saturating_add(1).max(self.first))
    }

    fn window(&self) -> impl Iterator<Item = u32> {
        self.first..self.first.saturating_add(GAP)
    }

    /// Returns indices to ask for: the lowest that nobody showed or asked for, as many as are still this
    /// device's share.
    fn to_ask_for(&self, leases: &[Lease]) -> Vec<u32> {
        let share = (SET_ASIDE / self.members.max(1)).max(1);
        let has = self
            .window()
            .filter(|index| self.mine.contains(index) && !self.shown.contains(index))
            .filter(|index| leases.iter().any(|lease| lease.index == *index))
            .count();
        let more = usize::try_from(share).unwrap_or(0).saturating_sub(has);
        self.window()
            .filter(|index| !self.asked.contains(index) && !self.shown.contains(index))
            .take(more)
            .collect()
    }

    /// Returns the index to hand out next: one's own, else one within the gap that is nobody's, at random.
    fn choose(&self, leases: &[Lease], used: impl Fn(u32) -> bool, random: u64) -> Choice {
        let own = |fits: &dyn Fn(u32) -> bool| {
            let mut mine = leases
                .iter()
                .filter(|lease| lease.confirmed && self.mine.contains(&lease.index))
                .map(|lease| lease.index);
            mine.find(|index| !used(*index) && fits(*index))
        };
        let fresh = own(&|index| !self.shown.contains(&index));
        // Of a draft that was dropped nobody got to see the change address. One that was shown to a payer is not
        // shown again.
        let again = |()| match self.side {
            ChainSide::Receive => None,
            ChainSide::Change => own(&|index| self.alone.contains(&index)),
        };
        if let Some(index) = fresh.or_else(|| again(())) {
            return Choice {
                index,
                unsure: false,
            };
        }
        let free = |index: &u32| !self.others.contains(index) && !used(*index);
        let fresh: Vec<u32> = self
            .window()
            .filter(|index| free(index) && !self.shown.contains(index))
            .collect();
        let again: Vec<u32> = if self.scanned {
            self.window().filter(free).collect()
        } else {
            vec![self.next()]
        };
        let all: Vec<u32> = self.window().collect();
        let from = [fresh, again, all]
            .into_iter()
            .find(|list| !list.is_empty())
            .unwrap_or_default();
        let len = u64::try_from(from.len()).unwrap_or(1).max(1);
        let at = usize::try_from(random % len).unwrap_or(0);
        Choice {
            index: from.get(at).copied().unwrap_or(self.first),
            unsure: true,
        }
    }
}

/// Returns who has an index that these asked for: the one that belongs for longest. One that was removed
/// may have shown it to somebody, so that nobody has it after.
fn holder(replica: &Replica, asked: impl Iterator<Item = DeviceId>) -> Option<DeviceId> {
    let since = |device: DeviceId| {
        let roster = replica.roster();
        let member = roster.device(device)?;
        Some((member.added_at, device))
    };
    asked.filter_map(since).min().map(|(_, device)| device)
}

impl App {
    /// Chooses where change goes next. Ask for it with the lock of the wallet's addresses, and hold that until the
    /// draft is stored.
    pub(crate) async fn choose_change(
        &self,
        open: &Open,
        record: &WalletRecord,
    ) -> Result<ChangeChoice, AccessError> {
        Ok(ChangeChoice {
            choice: self.choose_address(open, record, ChainSide::Change).await?,
            wallet: record.id,
            shares: open.shared.circle().is_some(),
            now: self.now(),
        })
    }

    /// Chooses the address of a side that is handed out next; `None`: the next one, since nobody shares with this
    /// device.
    pub(crate) async fn choose_address(
        &self,
        open: &Open,
        record: &WalletRecord,
        side: ChainSide,
    ) -> Result<Option<Choice>, AccessError> {
        let Some(circle) = open.shared.circle() else {
            return Ok(None);
        };
        if circle.replica().roster().members().count() < 2 {
            return Ok(None);
        }
        self.keep_leases(open, &circle, record.id).await?;
        let first = first_unused(open, record.id, side).await?;
        let known = Known::of(&circle.replica(), record.id, side, first);
        let mut leases = own_leases(open, &circle, record.id)?;
        leases.retain(|lease| lease.side == side);
        let random = self.random_u64()?;
        let mut drafts = open.store.drafts(record.id)?;
        drafts.retain(|draft| !matches!(draft.state, DraftState::Broadcast { .. }));
        let choice = open
            .read_engine(record.id, move |engine| {
                // What a draft pays to, this device's or another's, may be paid any moment.
                let outputs = drafts
                    .iter()
                    .flat_map(|draft| &draft.psbt.unsigned_tx.output);
                let waiting: BTreeSet<u32> = outputs
                    .filter_map(|out| engine.is_mine(&out.script_pubkey))
                    .filter(|(of, _)| *of == side)
                    .map(|(_, index)| index)
                    .collect();
                let used = |index| {
                    let row = engine.address(side, index);
                    waiting.contains(&index) || row.is_some_and(|row| row.used)
                };
                known.choose(&leases, used, random)
            })
            .await?;
        Ok(Some(choice))
    }

    /// After a round: has what all others heard of, asks for what is missing of its share, and says that it
    /// heard what others asked for. Returns whether anything was written that they wait for.
    pub(crate) async fn settle_leases(
        &self,
        open: &Open,
        circle: &Circle,
        touched: &BTreeSet<Touched>,
    ) -> Result<bool, AccessError> {
        let mut wrote = false;
        if circle.replica().roster().members().count() > 1 {
            for record in open.store.wallets()? {
                wrote |= self.keep_leases(open, circle, record.id).await?;
            }
        }
        let asked = touched.iter().any(|what| match what {
            Touched::Lease(key) => {
                let replica = circle.replica();
                let mut by = replica.state().leased(key.wallet, key.side);
                let me = replica.device();
                by.any(|(index, by)| index == key.index && by.keys().any(|device| *device != me))
            }
            _ => false,
        });
        if asked && !wrote {
            open.shared.say_heard()?;
            wrote = true;
        }
        Ok(wrote)
    }

    async fn keep_leases(
        &self,
        open: &Open,
        circle: &Circle,
        wallet: WalletId,
    ) -> Result<bool, AccessError> {
        let leases = own_leases(open, circle, wallet)?;
        let stream = circle.replica().own_streams().shared;
        let (mut confirmed, mut asks) = (Batch::new(), Batch::new());
        for side in SIDES {
            let first = first_unused(open, wallet, side).await?;
            let replica = circle.replica();
            let known = Known::of(&replica, wallet, side, first);
            let of_side = leases.iter().filter(|lease| lease.side == side);
            let leases: Vec<Lease> = of_side.copied().collect();
            for lease in &leases {
                if !lease.confirmed
                    && known.mine.contains(&lease.index)
                    && replica.is_heard_by_all(lease.stream, lease.seq)
                {
                    let lease = Lease {
                        confirmed: true,
                        ..*lease
                    };
                    confirmed.push(Write::PutLease(wallet, lease));
                }
            }
            // Who has not heard from the others would ask for what they asked for before.
            let me = replica.device();
            let mut others = replica.roster().members().filter(|one| one.id != me);
            if !others.all(|one| replica.last_seen(one.id).is_some()) {
                continue;
            }
            for index in known.to_ask_for(&leases) {
                let lease = Lease {
                    side,
                    index,
                    stream,
                    seq: NOT_WRITTEN,
                    confirmed: false,
                };
                asks.push(Write::PutLease(wallet, lease));
            }
        }
        if !confirmed.is_empty() {
            open.store.apply(&confirmed)?;
        }
        if asks.is_empty() {
            return Ok(false);
        }
        // Both sides in one object.
        open.store.apply(&asks)?;
        Ok(true)
    }

    /// Notes addresses that this device and another showed, and that nobody chose to show twice.
    pub(crate) async fn note_shown_twice(
        &self,
        open: &Open,
        circle: &Circle,
        touched: &BTreeSet<Touched>,
    ) -> Result<(), AccessError> {
        for what in touched {
            let Touched::Address(key) = what else {
                continue;
            };
            let Some(other) = shown_by_another(circle, key) else {
                continue;
            };
            let here = open.store.hand_outs(key.wallet);
            let is_it = |row: &HandOut| (row.side, row.index) == (key.side, key.index);
            if !here.is_ok_and(|rows| rows.iter().any(is_it)) {
                continue;
            }
            let index = key.index;
            let row = open
                .read_engine(key.wallet, move |engine| {
                    engine.address(ChainSide::Receive, index).cloned()
                })
                .await?;
            let Some(row) = row else { continue };
            let notice = Notice {
                id: notice_id(key, other),
                wallet: Some(key.wallet),
                kind: NoticeKind::AddressTwice {
                    address: row.address,
                    index,
                    other,
                },
                at: self.now(),
                dismissed_at: None,
            };
            let known = open.store.notices()?;
            if known.iter().all(|before| before.id != notice.id) {
                let put = Write::PutNotice(Box::new(notice.clone()));
                open.store.apply(&Batch::from(put))?;
                self.tell(Event::Noticed { notice });
            }
        }
        Ok(())
    }

    /// Says on rows which other devices may show the same address.
    pub(crate) fn mark_unsure(
        &self,
        open: &Open,
        wallet: WalletId,
        rows: &mut [AddressRow],
    ) -> Result<(), AccessError> {
        let Some(circle) = open.shared.circle() else {
            return Ok(());
        };
        let unsure: BTreeSet<(ChainSide, u32)> = open
            .store
            .hand_outs(wallet)?
            .into_iter()
            .filter(|row| row.unsure)
            .map(|row| (row.side, row.index))
            .collect();
        let replica = circle.replica();
        let me = replica.device();
        for row in rows {
            if row.used || !unsure.contains(&(row.side, row.index)) {
                continue;
            }
            let key = AddressKey {
                wallet,
                side: row.side,
                index: row.index,
            };
            let shown = replica.state().revealed_by(&key);
            let mut devices: Vec<DeviceId> = shown
                .into_iter()
                .flatten()
                .filter(|(device, at)| handed_out_at(**at) && **device != me)
                .map(|(device, _)| *device)
                .collect();
            if devices.is_empty() {
                let members = replica.roster().members().map(|member| member.id);
                devices = members.filter(|device| *device != me).collect();
            }
            let names = devices.iter();
            row.maybe_on = names
                .map(|device| circle.name_of(&replica, *device).0)
                .collect();
            row.maybe_on.sort_unstable();
        }
        Ok(())
    }

    /// Returns how many unused addresses in a row end a full scan: as many as any wallet looks at, and those
    /// behind what was handed out that a device may have shown without having told yet.
    pub(crate) async fn scan_gap(&self, open: &Open, wallet: WalletId) -> Result<u32, AccessError> {
        let Some(circle) = open.shared.circle() else {
            return Ok(GAP);
        };
        let revealed = open
            .read_engine(wallet, |engine| {
                SIDES.map(|side| engine.last_revealed(side))
            })
            .await?;
        let replica = circle.replica();
        let after = |index: Option<u32>| index.map_or(0, |index| index.saturating_add(1));
        let tails = SIDES.into_iter().zip(revealed).map(|(side, revealed)| {
            let last = replica.state().leased(wallet, side).next_back();
            after(last.map(|(index, _)| index)).saturating_sub(after(revealed))
        });
        let tail = tails.max().unwrap_or(0);
        // An index from another device can be any.
        Ok(GAP + tail.min(1_000))
    }
}

/// Makes the writes that hand an address out, once it is chosen.
pub(crate) fn handed_out(
    wallet: WalletId,
    side: ChainSide,
    index: u32,
    unsure: bool,
    at: Timestamp,
) -> Write {
    Write::HandOut(
        wallet,
        HandOut {
            side,
            index,
            at,
            unsure,
        },
    )
}

/// Returns the first index of a side after the last that was paid to, and whether the chain was asked.
async fn first_unused(
    open: &Open,
    wallet: WalletId,
    side: ChainSide,
) -> Result<(u32, bool), AccessError> {
    let scanned = open.store.freshness(wallet)?.is_some();
    let first = open.read_engine(wallet, move |engine| engine.first_unused(side));
    Ok((first.await?, scanned))
}

/// Returns what this device asked for under the stream it writes now: a copy of it has what it asked for
/// before.
fn own_leases(open: &Open, circle: &Circle, wallet: WalletId) -> Result<Vec<Lease>, AccessError> {
    let stream = circle.replica().own_streams().shared;
    let mut leases = open.store.leases(wallet)?;
    leases.retain(|lease| lease.stream == stream);
    Ok(leases)
}

fn shown_by_another(circle: &Circle, key: &AddressKey) -> Option<DeviceId> {
    let replica = circle.replica();
    let me = replica.device();
    let by = replica.state().revealed_by(key)?;
    let mut shown = by.iter().filter(|(_, at)| handed_out_at(**at));
    let both = shown.clone().any(|(device, _)| *device == me) && key.side == ChainSide::Receive;
    let other = shown.find(|(device, _)| both && **device != me);
    other.map(|(device, _)| *device)
}

fn notice_id(key: &AddressKey, other: DeviceId) -> NoticeId {
    let mut text = b"satchel notice: an address was shown twice\0".to_vec();
    text.extend_from_slice(key.wallet.as_bytes());
    text.extend_from_slice(&key.index.to_le_bytes());
    text.extend_from_slice(other.as_bytes());
    crate::notices::id_of(&text)
}

#[cfg(test)]
mod tests;
