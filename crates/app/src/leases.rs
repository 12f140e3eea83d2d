//! Addresses that are set aside for one device, so that two devices that have not met never show the same
//! one (ADR 0018).
//!
//! A device asks for an index by saying so in the circle. It has it once every other device has written
//! something knowing that, and nothing that anybody names is missing: then whatever they had asked for before
//! is known here, and they ask for it no more. If two asked at once, the one that belongs for longer has it. Nothing
//! rests on what a place can do.

use std::collections::BTreeSet;

use satchel_bundle::replica::Replica;
use satchel_bundle::state::{AddressKey, Touched};
use satchel_types::{
    AddressRow, Batch, ChainSide, DeviceId, HandOut, Lease, Notice, NoticeId, NoticeKind, WalletId,
    WalletRecord, Write,
};

use crate::circle::Circle;
use crate::events::Event;
use crate::open::Open;
use crate::session::{AccessError, App};
use crate::sync::GAP;

/// Indices that all devices together have set aside: the rest of the gap is for what was shown and not paid.
const SET_ASIDE: u32 = 16;
/// Stands for an object that nobody ever hears of, until the store knows the right one.
const NOT_WRITTEN: u64 = i64::MAX as u64;

/// Which address is shown next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Choice {
    /// Its index on the receive side.
    pub index: u32,
    /// Another device may show it too.
    pub unsure: bool,
}

/// What is known of the addresses of a wallet's receive side.
struct Known {
    /// The first index after the last that was paid to.
    first: u32,
    /// Indices that somebody showed.
    shown: BTreeSet<u32>,
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
    fn of(replica: &Replica, wallet: WalletId, first: u32) -> Self {
        let me = replica.device();
        let state = replica.state();
        let shown = state.revealed(wallet, ChainSide::Receive);
        let mut known = Self {
            first,
            shown: shown.map(|(index, _)| index).collect(),
            others: BTreeSet::new(),
            asked: BTreeSet::new(),
            mine: BTreeSet::new(),
            members: u32::try_from(replica.roster().members().count()).unwrap_or(u32::MAX),
        };
        for (index, by) in state.leased(wallet, ChainSide::Receive) {
            known.asked.insert(index);
            match holder(replica, by.keys().copied()) {
                Some(device) if device == me => known.mine.insert(index),
                _ => known.others.insert(index),
            };
        }
        known
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

    /// Returns the index to show next: one's own, else one within the gap that is nobody's, at random.
    fn choose(&self, leases: &[Lease], used: impl Fn(u32) -> bool, random: u64) -> Choice {
        let own = leases.iter().find(|lease| {
            let index = lease.index;
            lease.confirmed && self.mine.contains(&index) && !self.shown.contains(&index)
        });
        if let Some(lease) = own.filter(|lease| !used(lease.index)) {
            return Choice {
                index: lease.index,
                unsure: false,
            };
        }
        let free = |index: &u32| !self.others.contains(index) && !used(*index);
        let fresh: Vec<u32> = self
            .window()
            .filter(|index| free(index) && !self.shown.contains(index))
            .collect();
        let again: Vec<u32> = self.window().filter(free).collect();
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
    /// Chooses the address that is shown next; `None`: the next one, since nobody shares with this device.
    pub(crate) async fn choose_address(
        &self,
        open: &Open,
        record: &WalletRecord,
    ) -> Result<Option<Choice>, AccessError> {
        let Some(circle) = open.shared.circle() else {
            return Ok(None);
        };
        if circle.replica().roster().members().count() < 2 {
            return Ok(None);
        }
        self.keep_leases(open, &circle, record.id).await?;
        let first = first_unused(open, record.id).await?;
        let known = Known::of(&circle.replica(), record.id, first);
        let leases = own_leases(open, &circle, record.id)?;
        let random = self.random_u64()?;
        let choice = open
            .read_engine(record.id, move |engine| {
                let used = |index| {
                    let row = engine.address(ChainSide::Receive, index);
                    row.is_some_and(|row| row.used)
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
        let first = first_unused(open, wallet).await?;
        let leases = own_leases(open, circle, wallet)?;
        let (confirmed, ask) = {
            let replica = circle.replica();
            let known = Known::of(&replica, wallet, first);
            let has = |lease: &&Lease| {
                !lease.confirmed
                    && known.mine.contains(&lease.index)
                    && replica.is_heard_by_all(lease.stream, lease.seq)
            };
            let confirmed: Vec<Lease> = leases.iter().filter(has).copied().collect();
            // Who has not heard from the others would ask for what they asked for before.
            let me = replica.device();
            let mut others = replica.roster().members().filter(|one| one.id != me);
            let hears = others.all(|one| replica.last_seen(one.id).is_some());
            let ask = hears.then(|| known.to_ask_for(&leases));
            (confirmed, ask.unwrap_or_default())
        };
        let confirmed = confirmed.into_iter().map(|lease| Lease {
            confirmed: true,
            ..lease
        });
        let mut batch = Batch::new();
        for lease in confirmed {
            batch.push(Write::PutLease(wallet, lease));
        }
        if !batch.is_empty() {
            open.store.apply(&batch)?;
        }
        let stream = circle.replica().own_streams().shared;
        let asks = ask.into_iter().map(|index| Lease {
            index,
            stream,
            seq: NOT_WRITTEN,
            confirmed: false,
        });
        let batch = Batch {
            writes: asks.map(|lease| Write::PutLease(wallet, lease)).collect(),
        };
        if batch.is_empty() {
            return Ok(false);
        }
        open.store.apply(&batch)?;
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
            if !here.is_ok_and(|rows| rows.iter().any(|row| row.index == key.index)) {
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
                wallet: key.wallet,
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
        let unsure: BTreeSet<u32> = open
            .store
            .hand_outs(wallet)?
            .into_iter()
            .filter(|row| row.unsure)
            .map(|row| row.index)
            .collect();
        let replica = circle.replica();
        let me = replica.device();
        for row in rows {
            if row.side != ChainSide::Receive || row.used || !unsure.contains(&row.index) {
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
                .flat_map(|by| by.keys().copied())
                .filter(|device| *device != me)
                .collect();
            if devices.is_empty() {
                let members = replica.roster().members().map(|member| member.id);
                devices = members.filter(|device| *device != me).collect();
            }
            let names = devices.iter();
            row.maybe_on = names
                .map(|device| Circle::name_of(&replica, *device).0)
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
        let last = {
            let replica = circle.replica();
            let mut leased = replica.state().leased(wallet, ChainSide::Receive);
            leased.next_back().map(|(index, _)| index)
        };
        let revealed = open
            .read_engine(wallet, |engine| engine.last_revealed(ChainSide::Receive))
            .await?;
        let next = revealed.map_or(0, |index| index.saturating_add(1));
        let tail = last.map_or(0, |last| last.saturating_add(1).saturating_sub(next));
        // An index from another device can be any.
        Ok(GAP + tail.min(1_000))
    }
}

/// Makes the writes that hand an address out, once it is chosen.
pub(crate) fn handed_out(wallet: WalletId, index: u32, unsure: bool, now: u64) -> Write {
    Write::HandOut(
        wallet,
        HandOut {
            index,
            at: satchel_types::Timestamp::from_secs(now),
            unsure,
        },
    )
}

async fn first_unused(open: &Open, wallet: WalletId) -> Result<u32, AccessError> {
    open.read_engine(wallet, |engine| engine.first_unused(ChainSide::Receive))
        .await
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
    let both = by.contains_key(&me) && key.side == ChainSide::Receive;
    by.keys().copied().find(|device| both && *device != me)
}

fn notice_id(key: &AddressKey, other: DeviceId) -> NoticeId {
    let mut text = b"satchel notice: an address was shown twice\0".to_vec();
    text.extend_from_slice(key.wallet.as_bytes());
    text.extend_from_slice(&key.index.to_le_bytes());
    text.extend_from_slice(other.as_bytes());
    let hash = satchel_secrets::hash::hash(&text);
    let mut id = [0; 16];
    id.copy_from_slice(&hash[..16]);
    NoticeId::from_bytes(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(first: u32, members: u32) -> Known {
        Known {
            first,
            shown: BTreeSet::new(),
            others: BTreeSet::new(),
            asked: BTreeSet::new(),
            mine: BTreeSet::new(),
            members,
        }
    }

    fn lease(index: u32, confirmed: bool) -> Lease {
        Lease {
            index,
            stream: satchel_types::StreamId::from_bytes([1; 16]),
            seq: 0,
            confirmed,
        }
    }

    #[test]
    fn all_devices_together_ask_for_no_more_than_the_gap_leaves() {
        assert_eq!(known(5, 2).to_ask_for(&[]), [5, 6, 7, 8, 9, 10, 11, 12]);
        assert_eq!(known(0, 8).to_ask_for(&[]), [0, 1]);
        assert_eq!(known(0, 64).to_ask_for(&[]), [0]);
        let mut busy = known(0, 2);
        busy.shown = (0..12).collect();
        busy.asked = (12..18).collect();
        busy.others = (12..18).collect();
        assert_eq!(busy.to_ask_for(&[]), [18, 19], "within the gap");
        busy.mine = (18..20).collect();
        busy.asked.extend([18, 19]);
        assert!(
            busy.to_ask_for(&[lease(18, false), lease(19, true)])
                .is_empty()
        );
        // What a copy of this device asked for under another stream is not its own.
        let mut copy = known(0, 2);
        copy.asked = (0..8).collect();
        copy.mine = (0..8).collect();
        assert_eq!(copy.to_ask_for(&[]), [8, 9, 10, 11, 12, 13, 14, 15]);
    }

    #[test]
    fn an_own_address_goes_first_and_a_strange_one_is_marked() {
        let mut one = known(3, 2);
        one.asked = (3..19).collect();
        one.mine = (3..11).collect();
        one.others = (11..19).collect();
        let leases = [lease(3, true), lease(4, true), lease(5, false)];
        let never = |_| false;
        let choice = |index, unsure| Choice { index, unsure };
        assert_eq!(one.choose(&leases, never, 7), choice(3, false));
        one.shown.insert(3);
        assert_eq!(one.choose(&leases, never, 7), choice(4, false));
        assert_eq!(one.choose(&leases, |index| index == 4, 0).index, 5);
        one.shown.insert(4);
        // Not heard of by all: as any that is nobody's.
        for random in 0..40 {
            let strange = one.choose(&leases, never, random);
            assert!(strange.unsure && !one.others.contains(&strange.index));
            assert!(!one.shown.contains(&strange.index));
            assert!((3..23).contains(&strange.index), "within the gap");
        }
        // All that is nobody else's was shown: one of these again, and never another device's.
        one.shown.extend(3..11);
        one.shown.extend(19..23);
        for random in 0..40 {
            let again = one.choose(&leases, never, random);
            assert!(again.unsure && !one.others.contains(&again.index));
        }
    }
}
