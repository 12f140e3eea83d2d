//! Everything there is in a run, and how chance moves it.

use std::collections::BTreeSet;
use std::sync::Arc;

use satchel_bundle::keys::{Removal, Roster, open_keys};
use satchel_bundle::object::{Contents, Kind, ObjectHash, Secrets, name};
use satchel_bundle::replica::{Replica, Source};
use satchel_bundle::state::{Change, State};
use satchel_ports::BlobStore;
use satchel_sync::{Check, Memory, Standing};

use crate::Stats;
use crate::device::{Dev, Done, Going, added, id, owner_key, step};
use crate::dice::Dice;
use crate::faults::Fault;
use crate::keep::SimKeep;
use crate::log::{Log, Op};
use crate::ops;
use crate::place::SimPlace;
use crate::stubborn::SeenPlace;
use crate::variant::{OneNumber, Variant};

/// Most devices, copies and all.
pub const MAX_DEVICES: usize = 8;

/// A run.
pub struct World {
    pub variant: Variant,
    pub dice: Dice,
    pub places: Vec<Arc<SimPlace>>,
    pub devices: Vec<Dev>,
    pub log: Log,
    pub now: u64,
    /// Devices that somebody once removed.
    removed: BTreeSet<u8>,
    /// Devices that once held the owner's key.
    pub owners: BTreeSet<usize>,
    next_who: u8,
    pub stats: Stats,
    /// No program ends any more but to begin anew.
    pub calm: bool,
}

impl World {
    pub fn new(seed: u64, variant: Variant) -> Self {
        let dice = Dice::new(seed);
        let places = 1 + dice.below(3);
        let places = (0..places)
            .map(|n| Arc::new(SimPlace::new(format!("place {n}"), &dice)))
            .collect();
        let mut world = Self {
            variant,
            dice,
            places,
            devices: Vec::new(),
            log: Log::default(),
            now: 1_764_000_000,
            removed: BTreeSet::new(),
            owners: BTreeSet::new(),
            next_who: 1,
            stats: Stats::default(),
            calm: false,
        };
        world.found();
        world
    }

    pub fn stats(&self) -> Stats {
        Stats {
            devices: self.devices.len(),
            objects: self.log.ops.len() + self.log.keys.len(),
            acknowledged: self.log.ops.values().filter(|op| op.kept).count(),
            removals: self.removed.len(),
            faults: self.dice.tally(),
            ..self.stats
        }
    }

    fn new_device(&mut self) -> u8 {
        let who = self.next_who;
        self.next_who += 1;
        let mut uses: Vec<_> = (0..self.places.len())
            .filter(|_| !self.dice.one_in(3))
            .collect();
        if uses.is_empty() {
            uses.push(self.dice.below(self.places.len()));
        }
        let keep = SimKeep::empty(&self.dice);
        self.devices.push(Dev::new(who, keep, uses));
        who
    }

    /// One device founds the circle and adds some others.
    fn found(&mut self) {
        const BEGAN: [Fault; 7] = [
            Fault::Began2,
            Fault::Began3,
            Fault::Began4,
            Fault::Began5,
            Fault::Began6,
            Fault::Began7,
            Fault::Began8,
        ];
        let more_than_two = self.dice.below(MAX_DEVICES - 1);
        self.dice.note(BEGAN[more_than_two]);
        for _ in 0..2 + more_than_two {
            self.new_device();
        }
        if self
            .devices
            .iter()
            .any(|dev| dev.uses != self.devices[0].uses)
        {
            self.dice.note(Fault::ApartPlaces);
        }
        self.devices[0].start();
        self.finish(0);
        let mut roster = self.devices[0].replica().expect("started").roster().clone();
        for dev in &self.devices {
            let seeds = dev.who <= 2 || self.dice.one_in(2);
            roster.add(added(dev.who, seeds));
        }
        self.epoch(0, &roster);
        self.finish(0);
        let secrets = Secrets {
            seeds: Vec::new(),
            owner: Some(owner_key()),
        };
        self.write(0, Contents::Secret(secrets));
        self.finish(0);
    }

    /// Chance has its way for a while.
    pub fn storm(&mut self) -> Result<(), String> {
        let steps = 100 + self.dice.below(500);
        for n in 0..steps {
            self.now += u64::try_from(self.dice.below(100)).unwrap_or(0);
            self.event();
            let at = self.dice.below(self.devices.len());
            for _ in 0..1 + self.dice.below(6) {
                self.go_on(at)?;
            }
            if n % 64 == 0 {
                self.check_keys_first()?;
            }
        }
        Ok(())
    }

    fn event(&mut self) {
        let at = self.dice.below(self.devices.len());
        match self.dice.below(200) {
            0..=39 => self.begin_round(at, None),
            // Whoever is about to pay waits for news, and not for a look at everything.
            40..=42 => self.begin_round(at, Some(Check::Lengths)),
            43..=72 => self.some_changes(at),
            73..=74 => self.snapshot(at),
            75 => {
                let contents = ops::seeds(&self.dice);
                self.write(at, contents);
            }
            76..=81 => self.crash(at),
            82..=84 => self.back_up(at),
            85..=86 => self.restore(at),
            87 => self.copy(at),
            88 => self.lose_disk(at),
            89..=90 => self.add(at),
            91..=92 => self.remove(at),
            93..=97 => {
                self.epoch_if_due(at);
            }
            98 => self.devices[at].skew = self.some_skew(),
            99..=101 => {
                self.some_place().late_write();
            }
            102..=103 => self.some_place().harm_one(),
            104..=107 => self.some_place().remember(),
            108 => {
                let rolled = self.some_place().roll_back();
                self.dice.note_some(rolled.then_some(Fault::RolledBack));
            }
            109 => {
                self.now += Check::ALL_AFTER_S;
                self.dice.note(Fault::ADayWent);
            }
            110..=111 => self.take_no_notice(),
            _ => {}
        }
    }

    fn some_place(&self) -> &SimPlace {
        &self.places[self.dice.below(self.places.len())]
    }

    fn some_skew(&self) -> i64 {
        const YEARS: i64 = 10 * 365 * 86_400;
        let (skew, fault) = [
            (0, None),
            (3_600, Some(Fault::ClockHourFast)),
            (-3_600, Some(Fault::ClockHourSlow)),
            (YEARS, Some(Fault::ClockYearsFast)),
            (-YEARS, Some(Fault::ClockYearsSlow)),
        ][self.dice.below(5)];
        self.dice.note_some(fault);
        skew
    }

    /// Goes one step with whatever a device is doing; starts it if it is off.
    pub fn go_on(&mut self, at: usize) -> Result<(), String> {
        self.look_away(at);
        let dev = &mut self.devices[at];
        if dev.dead {
            return Ok(());
        }
        if dev.live.is_none() && dev.load.is_none() {
            dev.start();
        }
        if let Some(loaded) = step(&mut dev.load) {
            let loaded = loaded.map_err(|error| format!("a disk that cannot be read: {error}"))?;
            // Who looks away keeps what it has no keys for.
            if !loaded.damaged.is_empty() && !dev.stubborn {
                return Err(format!("damaged on a good disk: {:?}", loaded.damaged));
            }
            self.stats.remembered += loaded.remembered;
            dev.live = Some(Arc::new(loaded.replica.into()));
            dev.memory = Some(Memory::default());
            self.note_owner(at);
        }
        // What goes on at once is gone on with in any order.
        if self.dice.one_in(2) {
            self.go_on_writing(at);
        }
        let done = step(&mut self.devices[at].round);
        if let Some(done) = done {
            self.end_round(at, done)?;
        }
        // Waits that are seldom come to would hardly ever be a program's last.
        if self.dice.take_seldom() && !self.calm && self.dice.one_in(2) {
            self.crash(at);
        }
        Ok(())
    }

    fn note_owner(&mut self, at: usize) {
        if self.devices[at].is_owner() {
            self.owners.insert(at);
        }
    }

    pub fn go_on_writing(&mut self, at: usize) {
        match step(&mut self.devices[at].write) {
            Some((hash, Ok(()))) => {
                if let Some(op) = self.log.ops.get_mut(&hash) {
                    op.kept = true;
                }
            }
            // The picture is ahead of the disk.
            Some((_, Err(_))) => self.devices[at].crash(),
            None => {}
        }
    }

    fn end_round(&mut self, at: usize, done: Done) -> Result<(), String> {
        let dev = &mut self.devices[at];
        let report = match done.result {
            Ok(report) => report,
            Err(_) => {
                dev.crash();
                return Ok(());
            }
        };
        dev.memory = Some(done.memory);
        let own = dev.replica().map(|replica| replica.own_streams());
        if let Some(own) = own {
            dev.keep.disk().own = own;
        }
        dev.passed = report.passed_over;
        let place = self.places[done.place].clone();
        if report.stopped.is_none() && done.check == Check::Bytes {
            dev.keep.disk().looked.insert(place.name.clone(), done.at);
        }
        if !report.missing.is_empty() {
            self.dice.note(Fault::Reordered);
        }
        let alarm = !(report.lost.is_empty() && report.missing.is_empty());
        self.stats.alarms += usize::from(alarm);
        self.stats.thinned += report.thinned;
        for (own, standing) in report.own {
            if standing != Standing::Confirmed {
                continue;
            }
            // A copy of the device may have taken it out meanwhile.
            let replaced = || place.was_taken_out(&own) && self.log.is_replaced(&own, &place);
            if self.variant == Variant::Real
                && !place.is_whole(&own)
                && !place.harmed(&own)
                && !replaced()
            {
                return Err(format!("{own} is confirmed and not in {}", place.name));
            }
            if let Some(op) = self.log.names.get(&own)
                && let Some(op) = self.log.ops.get_mut(op)
                && op.confirmed.insert(done.place)
                && op.stubborn
            {
                self.dice.note(Fault::BroughtRemoved);
            }
        }
        self.note_owner(at);
        Ok(())
    }

    /// Does what a device is doing to its end.
    pub fn finish(&mut self, at: usize) {
        for _ in 0..100_000 {
            let dev = &self.devices[at];
            let idle = dev.load.is_none() && dev.round.is_none() && dev.write.is_none();
            if dev.dead || (dev.live.is_some() && idle) {
                return;
            }
            if let Err(what) = self.go_on(at) {
                panic!("{what}");
            }
        }
        panic!("a device never comes to an end");
    }

    fn begin_round(&mut self, at: usize, check: Option<Check>) {
        let Some(place) = self.dice.pick(&self.devices[at].uses).copied() else {
            return;
        };
        self.round_with(at, place, check);
    }

    /// Begins a round, which looks as closely as said, else as closely as the app would.
    pub fn round_with(&mut self, at: usize, place: usize, check: Option<Check>) {
        let hidden = self.hidden_from(at);
        let dev = &mut self.devices[at];
        if dev.round.is_some() {
            return;
        }
        let of = &self.places[place];
        let seen: Box<dyn BlobStore> = match self.variant {
            Variant::Real => Box::new(SeenPlace {
                place: of.clone(),
                hidden,
            }),
            Variant::OneNumberAStream => Box::new(OneNumber {
                place: of.clone(),
                keep: dev.keep.clone(),
            }),
        };
        let check = check.unwrap_or_else(|| dev.look_due(of, self.now));
        dev.go_round(Going {
            place,
            seen,
            check,
            now: self.now,
        });
    }

    /// Whether somebody removed who has this id.
    pub fn was_removed(&self, who: u8) -> bool {
        self.removed.contains(&who)
    }

    pub fn some_changes(&mut self, at: usize) {
        let dev = &self.devices[at];
        let clock = dev.clock(self.now);
        let changes = dev
            .replica()
            .map(|replica| ops::changes(&replica, &self.dice, clock));
        if let Some(changes) = changes {
            self.write(at, Contents::Shared(changes));
        }
    }

    /// Writes an object and begins to keep it.
    fn write(&mut self, at: usize, contents: Contents) {
        let changes = match &contents {
            Contents::Shared(changes) => normal(changes),
            Contents::Secret(_) => Vec::new(),
        };
        let shared = matches!(contents, Contents::Shared(_));
        self.put(at, changes, shared, |replica, stamp, draw| {
            replica.write(contents, stamp, draw)
        });
    }

    /// Writes all that a device knows.
    pub fn snapshot(&mut self, at: usize) {
        let changes = self.devices[at].replica().map(|replica| {
            let state = replica.state().clone();
            state.into_changes().collect()
        });
        if let Some(changes) = changes {
            self.put(at, changes, true, |replica, stamp, draw| {
                replica.write_snapshot(stamp, draw)
            });
        }
    }

    fn put(
        &mut self,
        at: usize,
        changes: Vec<Change>,
        shared: bool,
        write: impl FnOnce(
            &mut Replica,
            &satchel_bundle::replica::Stamp,
            &mut dyn FnMut(&mut [u8]) -> Result<(), std::convert::Infallible>,
        ) -> Result<
            Result<satchel_bundle::replica::Written, satchel_bundle::replica::WriteError>,
            std::convert::Infallible,
        >,
    ) {
        let dev = &self.devices[at];
        if dev.write.is_some() {
            return;
        }
        let stamp = dev.stamp(self.now);
        let mut draw = self.dice.draw();
        let Some((Ok(Ok(written)), current, misses)) = dev.replica().map(|mut replica| {
            let current = replica.roster().current();
            let written = write(&mut replica, &stamp, &mut draw);
            let is_snapshot =
                matches!(&written, Ok(Ok(written)) if written.place.kind == Kind::Snapshot);
            let misses = is_snapshot.then(|| replica.missing());
            (written, current, misses.unwrap_or_default())
        }) else {
            return;
        };
        let hash = written.sealed.hash;
        let name = written.place.name(&hash);
        let op = Op {
            name,
            by: at,
            who: id(dev.who),
            kind: written.place.kind,
            prev: written.place.prev,
            misses,
            keys: current.map_or(ObjectHash::NONE, |(_, keys)| keys),
            stubborn: dev.stubborn,
            shared,
            changes,
            kept: false,
            confirmed: BTreeSet::new(),
        };
        self.dice
            .note_some(op.stubborn.then_some(Fault::WroteRemoved));
        debug_assert!(op.kind == Kind::Snapshot || !op.name.to_string().ends_with("snap"));
        self.log.names.insert(name, hash);
        self.log.ops.insert(hash, op);
        self.devices[at].keep_object(name, hash, written.sealed.bytes);
    }

    /// Whether, without a device or without all that share its id, somebody with the owner's key is left.
    pub fn owner_left_without(&self, without: impl Fn(usize, u8) -> bool) -> bool {
        self.owners.iter().any(|at| {
            let dev = &self.devices[*at];
            !dev.dead && !self.removed.contains(&dev.who) && !without(*at, dev.who)
        })
    }

    fn add(&mut self, at: usize) {
        let dev = &self.devices[at];
        if self.devices.len() == MAX_DEVICES
            || dev.write.is_some()
            || !dev.is_owner()
            || self.removed.contains(&dev.who)
        {
            return;
        }
        self.dice.note(Fault::Added);
        let mut roster = dev.replica().expect("an owner is on").roster().clone();
        let who = self.new_device();
        roster.add(added(who, !self.dice.one_in(3)));
        self.epoch(at, &roster);
    }

    fn remove(&mut self, at: usize) {
        let dev = &self.devices[at];
        if dev.write.is_some() || !dev.is_owner() || self.removed.contains(&dev.who) {
            return;
        }
        let victim = self.devices[self.dice.below(self.devices.len())].who;
        // Somebody always keeps the owner's key; without, the owner takes the recovery key.
        if victim == dev.who || !self.owner_left_without(|_, who| who == victim) {
            return;
        }
        let replica = dev.replica().expect("an owner is on");
        let mut roster = replica.roster().clone();
        if roster.device(id(victim)).is_none() {
            return;
        }
        roster.remove(Removal {
            device: id(victim),
            at: dev.clock(self.now),
            last: replica.last_of(id(victim)),
        });
        drop(replica);
        self.removed.insert(victim);
        self.dice.note(Fault::Removed);
        self.epoch(at, &roster);
    }

    /// Makes a new epoch if that is due. Returns whether it was.
    pub fn epoch_if_due(&mut self, at: usize) -> bool {
        let dev = &self.devices[at];
        let due = dev.replica().is_some_and(|replica| {
            let may = dev.write.is_none() && !dev.stubborn;
            may && replica.owner_key().is_some() && replica.needs_epoch()
        });
        if due {
            let roster = dev.replica().expect("it is on").roster().clone();
            self.dice
                .note_some(roster.is_split().then_some(Fault::Split));
            self.epoch(at, &roster);
        }
        due
    }

    fn epoch(&mut self, at: usize, roster: &Roster) {
        let dev = &mut self.devices[at];
        let Some(mut replica) = dev.replica() else {
            return;
        };
        let Ok(sealed) = replica.seal_epoch(roster, &owner_key(), self.dice.draw());
        let sealed = sealed.expect("its keys are keys").0;
        let keys = open_keys(&sealed.bytes).expect("just sealed");
        replica
            .take(&sealed.bytes, Source::Here)
            .expect("just sealed");
        drop(replica);
        let name = name(&sealed.bytes).expect("just sealed");
        self.log.keys.insert(keys.hash, (name, keys.follows));
        let removed = roster.devices().map(|device| device.id);
        let removed = removed.filter(|device| roster.removed(*device).is_some());
        self.log.removals.insert(name, removed.collect());
        dev.keep_object(name, keys.hash, sealed.bytes);
    }
}

/// What a write of these says: one row for each thing.
fn normal(changes: &[Change]) -> Vec<Change> {
    let mut state = State::default();
    state.apply_all(changes.iter().cloned());
    // What is joined here says as much as each of them, which `log` checks one by one.
    changes
        .iter()
        .cloned()
        .chain(state.into_changes())
        .collect()
}
