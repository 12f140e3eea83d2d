//! How often two devices show one address (SYNC H1), and how far beyond what was paid to anything is shown or set aside (H2).
//!
//! The code that chooses is the real one, `satchel_bundle::leases`, and so is what carries it: objects and rounds with a place that
//! does as it should. Played are who is online when, who shows an address when, and what is paid when. Beside it two other
//! ways to choose go through the same: the index after the last one that is known, and one of the gap at random.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use satchel_bundle::keys::Roster;
use satchel_bundle::leases::{Addresses, GAP, is_asked_for, may_ask};
use satchel_bundle::object::{Contents, name};
use satchel_bundle::replica::{Identity, Replica, Source, Stamp};
use satchel_bundle::state::{AddressKey, Change, Touched};
use satchel_sync::{Check, Memory, Round};
use satchel_types::{ChainSide, Lease, WalletId};
use tokio_util::sync::CancellationToken;

use crate::blob::Blob;
use crate::device::{CIRCLE, added, id, key, owner, owner_key};
use crate::dice::Dice;
use crate::keep::SimKeep;
use crate::place::SimPlace;

const WALLET: WalletId = WalletId::from_bytes([1; 16]);
/// How many in a hundred steps a device shows an address.
const SHOWS: usize = 7;
/// How many in a hundred steps an address that was shown is paid to.
const PAID: usize = 5;
/// Rounds with everybody there before anything is counted.
const MEETINGS: usize = 4;

/// Who uses one wallet, and how.
#[derive(Debug, Clone, Copy)]
pub struct Usage {
    pub devices: u8,
    /// In how many of a hundred steps a device meets nobody.
    pub offline: usize,
    pub steps: usize,
}

/// What came of it.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Addresses that were shown.
    pub shown: usize,
    /// Of these, such as another device had shown before.
    pub twice: usize,
    /// The same, were the next one after the last that is known shown.
    pub twice_by_last: usize,
    /// The same, were one of the gap that nobody is known to have shown taken at random.
    pub twice_at_random: usize,
    /// How many indices there were at most from the first after the last that was paid to on to the last that was shown or asked for.
    pub tail: u32,
}

impl Found {
    pub fn add(&mut self, other: &Self) {
        self.shown += other.shown;
        self.twice += other.twice;
        self.twice_by_last += other.twice_by_last;
        self.twice_at_random += other.twice_at_random;
        self.tail = self.tail.max(other.tail);
    }

    /// How many of ten thousand that were shown are these.
    pub fn of_ten_thousand(&self, twice: usize) -> usize {
        (twice * 10_000 + self.shown / 2) / self.shown.max(1)
    }
}

/// Goes with something to its end, which takes no time.
fn done<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    loop {
        if let Poll::Ready(value) = work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return value;
        }
    }
}

/// Which addresses were shown by whom, and which are paid to.
#[derive(Debug, Default)]
struct Chain {
    shown: BTreeMap<u32, BTreeSet<usize>>,
    unpaid: Vec<u32>,
    first: u32,
}

impl Chain {
    /// Returns whether another device had shown it.
    fn show(&mut self, index: u32, by: usize) -> bool {
        self.unpaid.push(index);
        let shown = self.shown.entry(index).or_default();
        shown.insert(by);
        shown.iter().any(|who| *who != by)
    }

    fn pay(&mut self, dice: &Dice) {
        let mut first = self.first;
        self.unpaid.retain(|index| {
            let paid = dice.below(100) < PAID;
            if paid {
                first = first.max(index + 1);
            }
            !paid
        });
        self.first = first;
    }
}

/// A device that chooses without asking anybody.
#[derive(Debug, Default, Clone)]
struct Simple {
    known: BTreeSet<u32>,
    first: u32,
}

/// Devices that do so.
#[derive(Debug)]
struct Simples {
    devices: Vec<Simple>,
    place: BTreeSet<u32>,
    chain: Chain,
    at_random: bool,
    twice: usize,
}

impl Simples {
    fn new(devices: usize, at_random: bool) -> Self {
        Self {
            devices: vec![Simple::default(); devices],
            place: BTreeSet::new(),
            chain: Chain::default(),
            at_random,
            twice: 0,
        }
    }

    fn meet(&mut self, at: usize) {
        let device = &mut self.devices[at];
        self.place.extend(&device.known);
        device.known.extend(&self.place);
        device.first = self.chain.first;
    }

    fn show(&mut self, at: usize, dice: &Dice) {
        let device = &mut self.devices[at];
        let after_last = device.known.last().map_or(0, |last| last + 1);
        let gap = device.first..device.first + GAP;
        let free: Vec<u32> = gap.filter(|it| !device.known.contains(it)).collect();
        let index = match self.at_random {
            true => dice.pick(&free).copied().unwrap_or(device.first),
            false => after_last,
        };
        device.known.insert(index);
        self.twice += usize::from(self.chain.show(index, at));
    }
}

/// A device that sets addresses aside.
#[derive(Debug)]
struct Device {
    replica: Mutex<Replica>,
    keep: SimKeep,
    memory: Memory,
    leases: Vec<Lease>,
    /// The first index after the last that was paid to, when the chain was last asked.
    first: u32,
    now: u64,
}

impl Device {
    fn new(who: u8, dice: &Dice) -> Self {
        let identity = Identity {
            device: id(who),
            sign: key(who),
            wrap: key(who + 100),
        };
        let keep = SimKeep::empty(dice);
        keep.calm();
        let own = keep.disk().own;
        Self {
            replica: Mutex::new(Replica::new(CIRCLE, owner(), identity, own)),
            keep,
            memory: Memory::default(),
            leases: Vec::new(),
            first: 0,
            now: 1_764_000_000,
        }
    }

    fn replica(&mut self) -> &mut Replica {
        self.replica.get_mut().expect("nobody panics and goes on")
    }

    fn keep_bytes(&mut self, bytes: Vec<u8>) {
        let name = name(&bytes).expect("just sealed");
        self.keep.disk().objects.insert(name, Blob::new(bytes));
    }

    /// Says something; returns the number of the object that says it.
    fn say(&mut self, changes: Vec<Change>) -> u64 {
        let stamp = Stamp {
            clock_ms: self.now * 1_000,
            app: "sim".to_owned(),
        };
        let draw = self.keep.dice().draw();
        let written = self
            .replica()
            .write(Contents::Shared(changes), &stamp, draw);
        let written = written.expect("dice never fail").expect("it has the keys");
        self.keep_bytes(written.sealed.bytes);
        written.place.seq
    }

    fn addresses(&mut self) -> Addresses {
        let first = self.first;
        Addresses::of(self.replica(), WALLET, ChainSide::Receive, (first, true))
    }

    /// Has what all others heard of, and asks for what is missing of its share; returns whether it asked.
    fn keep_leases(&mut self) -> bool {
        let known = self.addresses();
        let leases = std::mem::take(&mut self.leases);
        let granted = known.granted(self.replica(), &leases);
        self.leases = leases;
        for lease in granted {
            let of = self.leases.iter_mut().find(|it| it.index == lease.index);
            *of.expect("it was asked for") = lease;
        }
        let asks = match may_ask(self.replica()) {
            true => known.to_ask_for(&self.leases),
            false => Vec::new(),
        };
        if asks.is_empty() {
            return false;
        }
        let (device, at) = (self.replica().device(), self.now);
        let rows = asks.iter().map(|index| Change::Leased {
            key: row(*index),
            device,
            at,
        });
        let seq = self.say(rows.collect());
        let stream = self.replica().own_streams().shared;
        self.leases.extend(asks.into_iter().map(|index| Lease {
            side: ChainSide::Receive,
            index,
            stream,
            seq,
            confirmed: false,
        }));
        true
    }

    fn round(&mut self, place: &SimPlace) -> BTreeSet<Touched> {
        let cancel = CancellationToken::new();
        let round = Round {
            store: place,
            place: &place.name,
            keep: &self.keep,
            spare: self.keep.dice().streams(),
            check: Check::Lengths,
            now_ms: self.now * 1_000,
            cancel: &cancel,
        };
        let mut quiet = |_| {};
        let gone = satchel_sync::round(&self.replica, &mut self.memory, &round, &mut quiet);
        done(gone).expect("a disk with room").touched
    }

    /// Goes to the place as the app does: what others wait for goes along at once.
    fn meet(&mut self, place: &SimPlace, first: u32) {
        self.first = first;
        let touched = self.round(place);
        let mut wrote = self.keep_leases();
        if !wrote && is_asked_for(self.replica(), &touched) {
            self.say(Vec::new());
            wrote = true;
        }
        if wrote {
            self.round(place);
        }
    }

    fn show(&mut self, dice: &Dice) -> u32 {
        self.keep_leases();
        let random = u64::from_le_bytes(dice.bytes());
        let choice = self.addresses().choose(&self.leases, |_| false, random);
        let change = Change::Revealed {
            key: row(choice.index),
            device: self.replica().device(),
            at: self.now,
        };
        self.say(vec![change]);
        choice.index
    }

    /// The last index that anybody is known to have shown or asked for.
    fn last(&mut self) -> Option<u32> {
        let state = self.replica().state();
        let shown = state.revealed(WALLET, ChainSide::Receive).next_back();
        let asked = state.leased(WALLET, ChainSide::Receive).next_back();
        shown.map(|it| it.0).max(asked.map(|it| it.0))
    }
}

fn row(index: u32) -> AddressKey {
    AddressKey {
        wallet: WALLET,
        side: ChainSide::Receive,
        index,
    }
}

/// Devices of one circle, all of which know it.
fn circle_of(usage: Usage, place: &SimPlace, dice: &Dice) -> Vec<Device> {
    let whos = 1..=usage.devices;
    let mut devices: Vec<Device> = whos.clone().map(|who| Device::new(who, dice)).collect();
    let mut roster = Roster::new(CIRCLE, owner());
    for who in whos {
        roster.add(added(who, false));
    }
    let draw = dice.draw();
    let founder = devices[0].replica();
    let sealed = founder.seal_epoch(&roster, &owner_key(), draw);
    let bytes = sealed
        .expect("dice never fail")
        .expect("its keys are keys")
        .0
        .bytes;
    founder.take(&bytes, Source::Here).expect("just sealed");
    devices[0].keep_bytes(bytes);
    devices[0].round(place);
    for device in &mut devices {
        device.round(place);
        device.say(Vec::new());
    }
    for _ in 0..MEETINGS {
        for device in &mut devices {
            device.meet(place, 0);
        }
    }
    devices
}

/// Runs one seed.
pub fn run(seed: u64, usage: Usage) -> Found {
    let dice = Dice::new(seed);
    let place = SimPlace::new("place".to_owned(), &dice);
    place.calm();
    let mut devices = circle_of(usage, &place, &dice);
    let count = devices.len();
    let mut others = [Simples::new(count, false), Simples::new(count, true)];
    let (mut chain, mut found) = (Chain::default(), Found::default());
    let mut order: Vec<usize> = (0..count).collect();
    for _ in 0..usage.steps {
        dice.shuffle(&mut order);
        for at in &order {
            devices[*at].now += 600;
            if dice.below(100) >= usage.offline {
                devices[*at].meet(&place, chain.first);
                others.iter_mut().for_each(|other| other.meet(*at));
            }
        }
        for at in &order {
            if dice.below(100) >= SHOWS {
                continue;
            }
            found.shown += 1;
            let index = devices[*at].show(&dice);
            found.twice += usize::from(chain.show(index, *at));
            others.iter_mut().for_each(|other| other.show(*at, &dice));
        }
        let last = devices.iter_mut().filter_map(Device::last).max();
        let tail = last.map_or(0, |last| (last + 1).saturating_sub(chain.first));
        found.tail = found.tail.max(tail);
        chain.pay(&dice);
        others.iter_mut().for_each(|other| other.chain.pay(&dice));
    }
    [found.twice_by_last, found.twice_at_random] = others.map(|other| other.twice);
    found
}
