//! Addresses that are set aside for one device, so that two devices that have not met never show the same
//! one, nor let change go to it (ADR 0018, 0029).
//!
//! Who has which is `satchel-bundle`'s to say; here is what is asked for, remembered and told.

use std::collections::BTreeSet;

use satchel_bundle::leases::{Addresses, Choice, is_asked_for, may_ask};
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

/// Both sides are set aside alike.
const SIDES: [ChainSide; 2] = [ChainSide::Receive, ChainSide::Change];
/// Stands for an object that nobody ever hears of, until the store knows the right one.
const NOT_WRITTEN: u64 = i64::MAX as u64;

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
        let known = Addresses::of(&circle.replica(), record.id, side, first);
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
        let asked = is_asked_for(&circle.replica(), touched);
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
            let known = Addresses::of(&replica, wallet, side, first);
            let of_side = leases.iter().filter(|lease| lease.side == side);
            let leases: Vec<Lease> = of_side.copied().collect();
            for lease in known.granted(&replica, &leases) {
                confirmed.push(Write::PutLease(wallet, lease));
            }
            if !may_ask(&replica) {
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
