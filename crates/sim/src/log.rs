//! What was really written, and what must be there of it. Written down apart from the code under
//! test: it knows changes one by one and never joins them.

use std::collections::{BTreeMap, BTreeSet};

use satchel_bundle::keys::Roster;
use satchel_bundle::object::{Kind, ObjectHash};
use satchel_bundle::replica::Replica;
use satchel_bundle::state::{Change, State, Tag, Value, ValueKey};
use satchel_types::{BlobName, DeviceId};

use crate::place::SimPlace;

/// An object that some device wrote.
#[derive(Debug)]
pub struct Op {
    pub name: BlobName,
    /// Which of the devices; copies are apart here.
    pub by: usize,
    /// Under which id.
    pub who: DeviceId,
    pub kind: Kind,
    pub prev: ObjectHash,
    /// Of a snapshot: what it says that its writer did not have. It holds neither that nor what comes before it.
    pub misses: BTreeSet<ObjectHash>,
    /// The keys object whose key it is sealed with.
    pub keys: ObjectHash,
    /// Its writer had been removed and took no notice.
    pub stubborn: bool,
    /// For all devices.
    pub shared: bool,
    pub changes: Vec<Change>,
    /// It was kept on its writer's disk, and that has neither died nor gone back since.
    pub kept: bool,
    /// Where it was confirmed.
    pub confirmed: BTreeSet<usize>,
}

/// Everything that was written.
#[derive(Debug, Default)]
pub struct Log {
    pub ops: BTreeMap<ObjectHash, Op>,
    pub names: BTreeMap<BlobName, ObjectHash>,
    /// What each keys object follows, and so carries.
    pub keys: BTreeMap<ObjectHash, (BlobName, BTreeSet<ObjectHash>)>,
    /// Which devices a keys object says were removed.
    pub removals: BTreeMap<BlobName, BTreeSet<DeviceId>>,
}

impl Log {
    /// Keys objects that lead to the key of another, itself among them.
    pub fn leading_to(&self, keys: ObjectHash) -> BTreeSet<ObjectHash> {
        let mut leading = BTreeSet::from([keys]);
        loop {
            let more: Vec<_> = self
                .keys
                .iter()
                .filter(|(hash, (_, follows))| {
                    !leading.contains(hash) && follows.iter().any(|hash| leading.contains(hash))
                })
                .map(|(hash, _)| *hash)
                .collect();
            if more.is_empty() {
                return leading;
            }
            leading.extend(more);
        }
    }

    /// Whether a later snapshot of the same stream, whole in a place or lost there, holds an object.
    pub fn is_replaced(&self, name: &BlobName, place: &SimPlace) -> bool {
        self.ops.values().any(|op| {
            op.kind == Kind::Snapshot
                && (place.has(&op.name) || place.harmed(&op.name) || place.was_taken_out(&op.name))
                && self.leads_to(op, name)
        })
    }

    /// Whether an object's own chain reaches another, but for what it says that its writer did not have.
    fn leads_to(&self, from: &Op, name: &BlobName) -> bool {
        let mut at = from.prev;
        while let Some(op) = self.ops.get(&at).filter(|_| !from.misses.contains(&at)) {
            if op.name == *name {
                return true;
            }
            at = op.prev;
        }
        false
    }

    /// Checks that a device knows and counts what it must, given which objects are left anywhere.
    pub fn check(&self, replica: &Replica, left: &BTreeSet<BlobName>) -> Result<(), String> {
        let roster = replica.roster();
        let counting = self.counting(replica, roster);
        let left_out: BTreeSet<_> = replica.left_out().copied().collect();
        let heard = Heard::of(self, &counting, &left_out);
        let opaque: BTreeSet<_> = replica
            .state()
            .clone()
            .into_changes()
            .filter(|change| matches!(change, Change::Opaque { .. }))
            .collect();
        let mut opened: BTreeMap<ObjectHash, bool> = BTreeMap::new();
        let removed = roster
            .devices()
            .any(|device| roster.removed(device.id).is_some());
        for (hash, op) in self.ops.iter().filter(|(_, op)| op.shared) {
            let opens = *opened.entry(op.keys).or_insert_with(|| {
                let leading = self.leading_to(op.keys);
                let mut names = leading.iter().filter_map(|keys| self.keys.get(keys));
                names.any(|(name, _)| left.contains(name))
            });
            if !replica.knows(hash) {
                // What a snapshot holds need not be known, and is said by it.
                let known = |op: &&Op| replica.knows(&self.names[&op.name]);
                let mut later = self.ops.values().filter(known);
                let replaced = later.any(|later| {
                    later.kind == Kind::Snapshot && later.shared && self.leads_to(later, &op.name)
                });
                if left.contains(&op.name) && opens && !replaced {
                    // Its keys may never have been made for this device. Who has them said it again then, in a snapshot of its own:
                    // what it says must be there all the same.
                    let is_said = |change| is_there(change, replica.state(), &heard, &opaque);
                    if op.changes.iter().any(|change| is_said(change).is_err()) {
                        return Err(format!("{} is left and not known: {op:?}", op.name));
                    }
                }
                if !replaced || removed {
                    continue;
                }
                for change in &op.changes {
                    is_there(change, replica.state(), &heard, &opaque)
                        .map_err(|what| format!("{} said {change:?}: {what}", op.name))?;
                }
                continue;
            }
            if !counting.contains(hash) {
                if !left_out.contains(hash) {
                    return Err(format!("{} does not count and is not left out", op.name));
                }
                continue;
            }
            // A snapshot that holds what does not count does not count either, and says nothing that is not
            // said elsewhere.
            if removed && op.kind == Kind::Snapshot {
                continue;
            }
            for change in &op.changes {
                is_there(change, replica.state(), &heard, &opaque)
                    .map_err(|what| format!("{} says {change:?}: {what}", op.name))?;
            }
        }
        self.check_shown(replica.state())?;
        heard.check_ignored(replica.state())
    }

    /// How much of those that took no notice of their removal a device knows and does not count.
    pub fn ignored(&self, replica: &Replica) -> usize {
        let counting = self.counting(replica, replica.roster());
        let stubborn = self.ops.iter().filter(|(_, op)| op.stubborn);
        stubborn
            .filter(|(hash, _)| replica.knows(hash) && !counting.contains(*hash))
            .count()
    }

    /// Which known objects count, found anew: what a removed device wrote counts if it is one of
    /// the last that the removal names or before one of these.
    fn counting(&self, replica: &Replica, roster: &Roster) -> BTreeSet<ObjectHash> {
        let mut counting = BTreeSet::new();
        for (hash, op) in self.ops.iter().filter(|(hash, _)| replica.knows(hash)) {
            let Some(removed) = roster.removed(op.who) else {
                counting.insert(*hash);
                continue;
            };
            if removed.last.contains(hash) {
                let mut at = *hash;
                while let Some(op) = self.ops.get(&at).filter(|_| replica.knows(&at)) {
                    counting.insert(at);
                    at = op.prev;
                }
            }
        }
        counting
    }

    /// What is shown was once written, as it is.
    fn check_shown(&self, state: &State) -> Result<(), String> {
        let mut written: BTreeSet<(&ValueKey, &Value)> = BTreeSet::new();
        for change in self.ops.values().flat_map(|op| &op.changes) {
            if let Change::Value { key, value } = change {
                written.insert((key, value));
            }
        }
        let keys: BTreeSet<_> = written.iter().map(|(key, _)| *key).collect();
        for key in keys {
            let shown = state.register(key).and_then(|register| register.shown());
            if let Some(shown) = shown
                && !written.contains(&(key, shown))
            {
                return Err(format!("{key:?} shows what nobody wrote: {shown:?}"));
            }
        }
        Ok(())
    }
}

/// What was said by objects that count or that a snapshot may have carried on.
struct Heard<'a> {
    changes: Vec<&'a Change>,
    unlocks: BTreeSet<Tag>,
}

impl<'a> Heard<'a> {
    fn of(log: &'a Log, counting: &BTreeSet<ObjectHash>, left_out: &BTreeSet<ObjectHash>) -> Self {
        let mut heard = Self {
            changes: Vec::new(),
            unlocks: BTreeSet::new(),
        };
        for (hash, op) in log.ops.iter().filter(|(hash, _)| counting.contains(*hash)) {
            // A snapshot that holds what does not count does not count either, as far as that can be seen: if the object
            // itself is lost everywhere, it cannot. Alike for all who know the same, so it is let pass here.
            if op.kind == Kind::Snapshot && left_out.contains(hash) {
                continue;
            }
            heard.changes.extend(&op.changes);
            for change in &op.changes {
                if let Change::Unlock { tag, .. } = change {
                    heard.unlocks.insert(*tag);
                }
            }
        }
        heard
    }

    /// Nothing is in the state that was said by nobody who counts: what a device wrote after it was removed is ignored.
    fn check_ignored(&self, state: &State) -> Result<(), String> {
        let mut said = State::default();
        said.apply_all(self.changes.iter().copied().cloned());
        let before: BTreeSet<_> = said.clone().into_changes().collect();
        said.apply_all(state.clone().into_changes());
        let more = said.into_changes().find(|change| !before.contains(change));
        match more {
            Some(change) => Err(format!("nobody who counts said {change:?}")),
            None => Ok(()),
        }
    }
}

fn must(is: bool, what: &str) -> Result<(), String> {
    is.then_some(()).ok_or_else(|| what.to_owned())
}

/// Whether a change is in a state.
fn is_there(
    change: &Change,
    state: &State,
    heard: &Heard<'_>,
    opaque: &BTreeSet<Change>,
) -> Result<(), String> {
    match change {
        Change::Wallet(wallet) => must(
            state.wallet(wallet.id).is_some_and(|known| known <= wallet),
            "the wallet is lost",
        ),
        Change::Value { key, value } => {
            let rank = |value: &Value| {
                let Value {
                    version,
                    clock,
                    stream,
                    text,
                    ..
                } = value.clone();
                (version, clock, stream, text)
            };
            let shown = state.register(key).and_then(|register| register.shown());
            must(
                shown.is_some_and(|shown| rank(shown) >= rank(value)),
                "the value is lost",
            )
        }
        Change::Lock { wallet, coin, tag } => {
            let lock = state.lock(*wallet, coin).ok_or("the lock is lost")?;
            let stands = lock.standing().any(|standing| standing == *tag);
            let cause = heard.unlocks.contains(tag);
            must(stands || cause, "unlocked without cause")?;
            must(!stands || lock.is_locked(), "a lock that does not lock")
        }
        Change::Unlock { wallet, coin, tag } => {
            let lock = state.lock(*wallet, coin).ok_or("the lock is lost")?;
            must(
                lock.standing().all(|standing| standing != *tag),
                "the unlock is lost",
            )
        }
        Change::Revealed { key, device, at } => {
            let mut by = state.revealed(key.wallet, key.side);
            let found = by.find(|(index, _)| *index == key.index);
            let found = found.and_then(|(_, by)| by.get(device));
            must(found.is_some_and(|known| known <= at), "the reveal is lost")
        }
        Change::Leased { key, device, at } => {
            let mut by = state.leased(key.wallet, key.side);
            let found = by.find(|(index, _)| *index == key.index);
            let found = found.and_then(|(_, by)| by.get(device));
            must(found.is_some_and(|known| known <= at), "the lease is lost")
        }
        Change::Payment {
            wallet,
            txid,
            payment,
        } => {
            let known = state.payment(*wallet, txid).ok_or("the payment is lost")?;
            must(
                known.stage >= payment.stage
                    && known.reserved_until >= payment.reserved_until
                    && known.devices.is_superset(&payment.devices)
                    && known.coins.is_superset(&payment.coins),
                "a part of the payment is lost",
            )?;
            must(
                !known.stage.is_open()
                    || !payment.stage.is_open()
                    || known.psbts.is_superset(&payment.psbts),
                "a PSBT is lost",
            )
        }
        Change::Opaque { .. } => must(opaque.contains(change), "it is lost"),
    }
}
