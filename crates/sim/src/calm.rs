//! Calm: all places and disks do as they should, and everybody must end alike.
//!
//! Two rounds are allowed and no third, in which each device goes one with every place it uses, and looks at it as closely as
//! the app would. Where something lies in a place that is not as it was left, and no list tells, the calm begins a day later, when
//! the app reads everything (ADR 0053). Devices that take no notice of their removal go on between the others. Places that no one device uses
//! both of are bridged by one device between the two, which is let in first where it was not given the keys (ADR 0041).

use std::collections::BTreeSet;

use satchel_bundle::object::{Class, Kind, ObjectHash, Place};
use satchel_bundle::replica::Replica;
use satchel_sync::Check;
use satchel_types::BlobName;

use crate::device::id;
use crate::faults::Fault;
use crate::variant::Variant;
use crate::world::World;

impl World {
    /// Keys lie in a place before what they open, as long as the place lost none.
    pub fn check_keys_first(&self) -> Result<(), String> {
        for place in &self.places {
            let objects = place.objects();
            for at in objects.keys() {
                let Some(op) = self.log.names.get(at).and_then(|op| self.log.ops.get(op)) else {
                    continue;
                };
                let leading = self.log.leading_to(op.keys);
                let names = leading.iter().filter_map(|keys| self.log.keys.get(keys));
                let is_there = |keys: &BlobName| {
                    place.harmed(keys)
                        || objects
                            .get(keys)
                            .is_some_and(|object| object.is_named(keys))
                };
                if !names.map(|(name, _)| name).any(is_there) {
                    return Err(format!("{at} is in {} without its keys", place.name));
                }
            }
        }
        Ok(())
    }

    /// Goes through calm and checks everything.
    pub fn calm(&mut self) -> Result<(), String> {
        self.calm = true;
        for at in 0..self.devices.len() {
            self.devices[at].keep.calm();
            if self.dice.one_in(2) {
                self.devices[at].crash();
            }
        }
        for place in &self.places {
            place.calm();
        }
        for at in 0..self.devices.len() {
            self.finish(at);
        }
        self.check_keys_first()?;
        self.check_acknowledged()?;
        if self.places.iter().any(|place| place.hides_damage()) {
            // Clocks may be an hour apart from where they were.
            self.now += Check::ALL_AFTER_S + 2 * 3_600;
            self.dice.note(Fault::CalmADayLater);
        } else {
            self.dice.note(Fault::CalmAtOnce);
        }
        let mut order: Vec<_> = (0..self.devices.len())
            .filter(|at| !self.devices[*at].dead)
            .collect();
        self.dice.shuffle(&mut order);
        let stubborn = self.stubborn();
        self.round_of(&order, &stubborn)?;
        let left = self.left();
        // One that was removed may hear of it only now; then another bridges.
        let bridge = loop {
            let Some(bridge) = self.bridge(&order) else {
                self.stats.deserted += 1;
                return Ok(());
            };
            self.devices[bridge].uses = (0..self.places.len()).collect();
            self.carry(bridge)?;
            self.let_in(bridge, &order)?;
            if self.devices[bridge].belongs() {
                break bridge;
            }
        };
        self.dice.shuffle(&mut order);
        let mut members: Vec<_> = self.members(&order, bridge);
        members.retain(|at| *at != bridge);
        members.push(bridge);
        let mut going = members.clone();
        // Of whom nobody heard that it was removed belongs.
        let mut stubborn = stubborn;
        stubborn.retain(|at| !members.contains(at));
        for at in &stubborn {
            going.insert(self.dice.below(members.len()), *at);
        }
        self.round_of(&going, &stubborn)?;
        self.stats.apart += usize::from(self.is_apart(&members));
        self.check_alike(&members)
            .map_err(|what| format!("{}{what}", self.about(&members)))?;
        if self.variant == Variant::Real && !self.is_apart(&members) {
            let replica = self.devices[bridge].replica().ok_or("the bridge is off")?;
            self.log.check(&replica, &left)?;
            if self.log.ignored(&replica) > 0 {
                self.dice.note(Fault::IgnoredRemoved);
            }
        }
        Ok(())
    }

    /// Each goes a round with each place it uses, some of them with something new.
    fn round_of(&mut self, order: &[usize], writing: &[usize]) -> Result<(), String> {
        for at in order {
            if writing.contains(at) {
                self.some_changes(*at);
                self.finish(*at);
            }
            self.turn(*at)?;
        }
        Ok(())
    }

    /// Brings to each place what the others have.
    fn carry(&mut self, bridge: usize) -> Result<(), String> {
        for _ in 0..2 {
            self.turn(bridge)?;
        }
        Ok(())
    }

    /// Lets the bridge in where it was not given the keys. What it cannot open it brings nobody, and nobody could give it the
    /// keys before it said that it is there. Those there who can make an epoch for it when they hear of it, as the app does;
    /// only then has it brought the places together. So has it once who hears through it of a removal, for which a snapshot counts
    /// no more, left there again what that snapshot had replaced: nobody else has it.
    fn let_in(&mut self, bridge: usize, order: &[usize]) -> Result<(), String> {
        for at in order.iter().copied().filter(|at| *at != bridge) {
            let lets_in = self.lets_in(at, bridge);
            if lets_in || self.unlearns_by(at, bridge) {
                self.stats.let_in += usize::from(lets_in);
                self.stats.left_again += usize::from(!lets_in);
                self.turn(at)?;
                self.carry(bridge)?;
            }
        }
        Ok(())
    }

    /// Whether a device holds the owner's key and an epoch that the bridge waits for was made for it.
    fn lets_in(&self, at: usize, bridge: usize) -> bool {
        let dev = &self.devices[at];
        let may = dev.belongs() && dev.is_owner();
        let waits_for = |replica: &Replica| {
            let tips = replica.roster().tips();
            let mut outside = tips.iter().filter(|keys| !replica.opens(keys));
            outside.any(|keys| {
                replica
                    .wrapped_for(keys)
                    .any(|device| device == id(dev.who))
            })
        };
        let bridge = self.devices[bridge].replica();
        may && bridge.is_some_and(|bridge| waits_for(&bridge))
    }

    /// Whether a snapshot that counts for a device does not for the bridge, which knows of a removal in another place.
    fn unlearns_by(&self, at: usize, bridge: usize) -> bool {
        if !self.devices[at].belongs() || self.stubborn().contains(&at) {
            return false;
        }
        let counts = self.counting_snapshots(at);
        let bridge = self.devices[bridge].replica();
        bridge.is_some_and(|bridge| bridge.left_out().any(|hash| counts.contains(hash)))
    }

    fn turn(&mut self, at: usize) -> Result<(), String> {
        let snapshots = self.counting_snapshots(at);
        for _ in 0..4 {
            for place in self.devices[at].uses.clone() {
                self.note_look(at, place);
                self.round_with(at, place, None);
                self.finish(at);
            }
            if !self.epoch_if_due(at) && !self.snapshot_if_alone(at) {
                let unlearned = !snapshots.is_subset(&self.counting_snapshots(at));
                self.stats.unlearned += usize::from(unlearned);
                return Ok(());
            }
            self.finish(at);
        }
        Err(format!("device {at} makes one epoch after another"))
    }

    fn note_look(&self, at: usize, place: usize) {
        let look = self.devices[at].look_due(&self.places[place], self.now);
        self.dice.note(match look {
            Check::Lengths => Fault::LookedAtLengths,
            Check::Bytes => Fault::LookedAtBytes,
        });
    }

    /// Who alone can open something says it again, for all, as the app does. Returns whether that was due.
    fn snapshot_if_alone(&mut self, at: usize) -> bool {
        let due = self.devices[at]
            .replica()
            .is_some_and(|replica| replica.opens_alone() && replica.can_write());
        if due {
            self.snapshot(at);
        }
        due
    }

    /// The snapshots that a device knows and that count for it.
    fn counting_snapshots(&self, at: usize) -> BTreeSet<ObjectHash> {
        let Some(replica) = self.devices[at].replica() else {
            return BTreeSet::new();
        };
        let left_out: BTreeSet<_> = replica.left_out().collect();
        let snapshots = replica
            .objects()
            .filter(|(hash, place)| place.kind == Kind::Snapshot && !left_out.contains(hash));
        snapshots.map(|(hash, _)| *hash).collect()
    }

    /// Whoever brings places together: one that belongs, with the owner's key if there is one, else one that may hold seeds:
    /// who may not does not take them along.
    fn bridge(&self, order: &[usize]) -> Option<usize> {
        let belonging: Vec<_> = order
            .iter()
            .copied()
            .filter(|at| self.devices[*at].belongs())
            .collect();
        let owner = belonging.iter().find(|at| self.devices[**at].is_owner());
        let with_seeds = belonging.iter().find(|at| {
            let device = id(self.devices[**at].who);
            let replica = self.devices[**at].replica();
            replica.is_some_and(|it| it.roster().device(device).is_some_and(|it| it.seeds))
        });
        owner.or(with_seeds).or(belonging.first()).copied()
    }

    /// Who belongs, as the bridge knows.
    fn members(&self, order: &[usize], bridge: usize) -> Vec<usize> {
        let Some(replica) = self.devices[bridge].replica() else {
            return Vec::new();
        };
        let roster = replica.roster();
        let belongs = |at: &usize| {
            let id = id(self.devices[*at].who);
            roster.device(id).is_some() && roster.removed(id).is_none()
        };
        order.iter().copied().filter(belongs).collect()
    }

    /// Whether epochs cannot be brought together: nobody who has the owner's key can open them all.
    fn is_apart(&self, members: &[usize]) -> bool {
        members.iter().any(|at| {
            self.devices[*at]
                .replica()
                .is_some_and(|replica| replica.roster().is_split() || replica.opens_alone())
        }) && !members.iter().any(|at| {
            self.devices[*at]
                .replica()
                .is_some_and(|replica| replica.owner_key().is_some() && replica.needs_epoch())
        })
    }

    /// Names of all objects that are whole anywhere a device that belongs may find them.
    fn left(&self) -> BTreeSet<BlobName> {
        let mut left = BTreeSet::new();
        for place in &self.places {
            for (at, object) in place.objects() {
                if object.is_named(&at) {
                    left.insert(at);
                }
            }
        }
        for dev in self.devices.iter().filter(|dev| dev.belongs()) {
            left.extend(dev.keep.disk().objects.keys());
        }
        left
    }

    /// What was kept is on its writer's disk; what was confirmed is in its place, unless
    /// that lost it.
    fn check_acknowledged(&self) -> Result<(), String> {
        if self.variant != Variant::Real {
            return Ok(());
        }
        for op in self.log.ops.values() {
            let dev = &self.devices[op.by];
            if op.kept && !dev.keep.disk().objects.contains_key(&op.name) {
                return Err(format!("{} was kept and is not on the disk", op.name));
            }
            for at in &op.confirmed {
                let place = &self.places[*at];
                let whole = place.is_whole(&op.name);
                let replaced =
                    || place.was_taken_out(&op.name) && self.log.is_replaced(&op.name, place);
                if !whole && !place.harmed(&op.name) && !replaced() {
                    return Err(format!("{} was confirmed and is gone", op.name));
                }
            }
        }
        Ok(())
    }

    fn check_alike(&self, members: &[usize]) -> Result<(), String> {
        let mut first = None;
        for at in members {
            let dev = &self.devices[*at];
            let replica = dev.replica().ok_or("a device is off")?;
            if replica.refold_due() {
                return Err(format!("device {at} has a state that is not its own"));
            }
            let mut secrets: Vec<_> = replica
                .seeds()
                .iter()
                .map(|(wallet, seed)| (*wallet, seed.expose().to_vec()))
                .collect();
            secrets.sort_unstable();
            let device = replica.roster().device(id(dev.who));
            let secrets = device.filter(|device| device.seeds).map(|_| secrets);
            let heads: BTreeSet<_> = replica.heads(Class::Shared).collect();
            let now = (replica.digest(), replica.roster().clone(), heads);
            let (who, then, their_secrets) = first.get_or_insert((at, now.clone(), None));
            if then.0 != now.0 {
                drop(replica);
                return Err(format!(
                    "devices {who} and {at} end apart: {}",
                    self.difference(**who, *at)
                ));
            }
            if then.1 != now.1 {
                return Err(format!("devices {who} and {at} differ in who belongs"));
            }
            if then.2 != now.2 && !replica.roster().is_split() {
                let apart: Vec<_> = then.2.symmetric_difference(&now.2).collect();
                return Err(format!(
                    "devices {who} and {at} differ in what is last: {apart:?}"
                ));
            }
            if let Some(secrets) = secrets {
                let theirs = their_secrets.get_or_insert(secrets.clone());
                if *theirs != secrets && !replica.roster().is_split() {
                    return Err(format!("device {at} has other seeds"));
                }
            }
        }
        Ok(())
    }

    /// How each stands with the keys, for whoever looks into a failure.
    fn about(&self, members: &[usize]) -> String {
        let mut about = String::new();
        for at in members {
            let Some(replica) = self.devices[*at].replica() else {
                continue;
            };
            let roster = replica.roster();
            about += &format!(
                "[{at}: owner {} split {} epoch due {} snapshot due {} current {:?} of {} uses {:?}] ",
                replica.owner_key().is_some(),
                roster.is_split(),
                replica.needs_epoch(),
                replica.opens_alone(),
                roster.current(),
                roster.objects().count(),
                self.devices[*at].uses,
            );
        }
        about
    }

    fn difference(&self, one: usize, other: usize) -> String {
        let changes = |at: usize| -> BTreeSet<_> {
            let replica = self.devices[at].replica();
            let state = replica.map(|replica| replica.state().clone());
            state.into_iter().flat_map(|s| s.into_changes()).collect()
        };
        let counting = |at: usize| -> BTreeSet<_> {
            let replica = self.devices[at].replica();
            let counting = replica.map(|replica| -> Vec<_> {
                let left_out: BTreeSet<_> = replica.left_out().copied().collect();
                let shared = |place: &Place| place.class == Class::Shared;
                let known = replica.objects().filter(|(_, place)| shared(place));
                let known = known.map(|(hash, _)| *hash);
                known
                    .map(|hash| (replica.name_of(&hash), left_out.contains(&hash)))
                    .collect()
            });
            counting.into_iter().flatten().collect()
        };
        let (a, b) = (counting(one), counting(other));
        if a != b {
            let (a, b): (Vec<_>, Vec<_>) = (a.difference(&b).collect(), b.difference(&a).collect());
            let mut where_ = String::new();
            for (name, _) in a.iter().chain(&b) {
                let Some(name) = name else { continue };
                let op = self.log.names.get(name).and_then(|op| self.log.ops.get(op));
                where_ += &format!("{name} by {:?} kept by ", op.map(|op| (op.by, op.who)));
                for (at, dev) in self.devices.iter().enumerate() {
                    if dev.keep.disk().objects.contains_key(name) {
                        where_ += &format!("{at} ");
                    }
                }
                for place in &self.places {
                    where_ += &format!(
                        "{} {:?} ",
                        place.name,
                        place.objects().get(name).map(|o| o.bytes().len())
                    );
                }
                for dev in &self.devices {
                    where_ += &format!("{:?} ", dev.passed.get(name));
                }
            }
            return format!("{where_} objects, and whether left out: {a:?} against {b:?}");
        }
        let (a, b) = (changes(one), changes(other));
        let first = |from: &BTreeSet<_>, but: &BTreeSet<_>| -> String {
            let mut only = from.difference(but).map(|change| format!("{change:?}"));
            only.next().unwrap_or_default()
        };
        format!("{} against {}", first(&a, &b), first(&b, &a))
    }
}
