//! What one device knows of its circle: the objects it has taken in, and the state they make.
//!
//! Nothing here reads or writes a place. Bytes come in by [`Replica::take`], in any order and from
//! anywhere; bytes to keep and to bring elsewhere come out of [`Replica::write`]. Whoever calls keeps the bytes of every
//! object that was taken or written, and gives them again when the program starts.

mod cover;
mod epoch;
mod graph;
mod heard;
mod index;
mod meet;
mod observe;
mod take;
mod unsaid;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use satchel_secrets::sign::{VERIFY_KEY_LEN, Verifier};
use satchel_secrets::{SecretBytes, SecretVec};
use satchel_types::{BlobName, CircleId, DeviceId, ShortHash, StreamId, WalletId};

use crate::keys::{Keys, Ring, RingPlace, Roster};
use crate::object::{Basis, Class, ObjectHash, Place};
use crate::state::{Change, Register, Space, State, ValueKey};

pub use cover::Replaced;
pub use index::IndexError;
pub use take::{Note, RefoldError, Source, Taken, Wait};
pub use write::{Draft, Stamp, WriteError, Written};

/// What makes a device itself. Its secrets stay with it.
#[derive(Debug)]
pub struct Identity {
    /// Its id.
    pub device: DeviceId,
    /// Signs what it writes.
    pub sign: SecretBytes<32>,
    /// Opens what is wrapped for it.
    pub wrap: SecretBytes<32>,
}

/// The streams that a device writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnStreams {
    /// For all devices.
    pub shared: StreamId,
    /// For devices that may hold seeds.
    pub seeds: StreamId,
}

impl OwnStreams {
    fn of(&self, class: Class) -> StreamId {
        match class {
            Class::Shared => self.shared,
            Class::Seeds => self.seeds,
        }
    }
}

/// An object that was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Known {
    place: Place,
    device: DeviceId,
    heads: Vec<ObjectHash>,
    /// Of a snapshot: what its writer knew.
    basis: Option<Basis>,
    clock_ms: u64,
    /// How many bytes it has.
    len: u64,
    /// Where on the ring the key is that opened it.
    key: RingPlace,
}

/// What a keys object held of one class for this device.
#[derive(Debug, Default)]
struct Held {
    /// Where on the ring the key of its own epoch is; `None`: not for this device.
    own: Option<usize>,
    /// All keys that it leads to, its own among them.
    all: BTreeSet<RingPlace>,
}

/// What one device knows of its circle.
#[derive(Debug)]
pub struct Replica {
    circle: CircleId,
    identity: Identity,
    own: OwnStreams,
    /// Drawn in advance, for when a copy of this device is seen.
    spare: Option<OwnStreams>,
    roster: Roster,
    ring: Ring,
    /// What the keys objects held that this device could open, by class.
    opened: BTreeMap<ObjectHash, [Held; 2]>,
    /// For which devices each keys object holds something.
    wrapped_for: BTreeMap<ObjectHash, BTreeSet<DeviceId>>,
    /// And for which recovery keys.
    recoverable: BTreeMap<ObjectHash, BTreeSet<[u8; 32]>>,
    /// Keys objects in which there was nothing for this device.
    closed: Vec<Keys>,
    /// Keys objects that were verified and not taken in yet.
    accepted: BTreeMap<ObjectHash, Keys>,
    /// The keys of devices whose signatures were looked at.
    verifiers: BTreeMap<[u8; VERIFY_KEY_LEN], Verifier>,
    known: BTreeMap<ObjectHash, Known>,
    /// The same and keys objects, as they are named in a place.
    short: BTreeMap<ShortHash, ObjectHash>,
    streams: BTreeMap<StreamId, BTreeMap<u64, BTreeSet<ObjectHash>>>,
    /// What comes before an object that counts.
    followed: BTreeSet<ObjectHash>,
    /// Objects that count and that none that counts comes after.
    last: BTreeSet<ObjectHash>,
    /// The numbers of snapshots that count, stream by stream.
    snapshot_numbers: BTreeMap<StreamId, BTreeSet<u64>>,
    /// Known objects that do not count, by a device that was removed.
    left_out: BTreeSet<ObjectHash>,
    /// The state is not that of the objects that count.
    refold_due: bool,
    state: State,
    seeds: Vec<(WalletId, SecretVec)>,
    owner: Option<SecretBytes<32>>,
    /// Belongs to nobody and reads everything it has keys for.
    observes: bool,
    /// Written here while this device waited for keys; part of the state.
    unsaid: Vec<Change>,
}

impl Replica {
    /// Starts with nothing taken in. `owner` is the public key that the device was told when it
    /// joined; only keys objects by that owner count.
    pub fn new(circle: CircleId, owner: [u8; 32], identity: Identity, own: OwnStreams) -> Self {
        Self {
            circle,
            identity,
            own,
            spare: None,
            roster: Roster::new(circle, owner),
            ring: Ring::default(),
            opened: BTreeMap::new(),
            wrapped_for: BTreeMap::new(),
            recoverable: BTreeMap::new(),
            closed: Vec::new(),
            accepted: BTreeMap::new(),
            verifiers: BTreeMap::new(),
            known: BTreeMap::new(),
            short: BTreeMap::new(),
            streams: BTreeMap::new(),
            followed: BTreeSet::new(),
            last: BTreeSet::new(),
            snapshot_numbers: BTreeMap::new(),
            left_out: BTreeSet::new(),
            refold_due: false,
            state: State::default(),
            seeds: Vec::new(),
            owner: None,
            observes: false,
            unsaid: Vec::new(),
        }
    }

    /// Returns the circle's id.
    pub fn circle(&self) -> CircleId {
        self.circle
    }

    /// Returns this device's id.
    pub fn device(&self) -> DeviceId {
        self.identity.device
    }

    /// Returns the streams that this device writes, to be remembered.
    pub fn own_streams(&self) -> OwnStreams {
        self.own
    }

    /// Writes these streams from now on. They are to be remembered first.
    pub fn go_on_in(&mut self, own: OwnStreams) {
        self.own = own;
    }

    /// Returns the numbers that the next objects of this device get, of both classes.
    pub fn next_numbers(&self) -> [u64; 2] {
        [self.own.shared, self.own.seeds].map(|stream| self.next_in(stream).0)
    }

    /// Returns the streams of which something that this device wrote was taken in.
    pub fn streams_written(&self) -> impl Iterator<Item = StreamId> {
        let is_own = |hash| self.writer(hash) == Some(self.identity.device);
        let own = self
            .streams
            .iter()
            .filter(move |(_, objects)| objects.values().flatten().any(is_own));
        own.map(|(stream, _)| *stream)
    }

    /// Returns what is shared.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Returns who belongs.
    pub fn roster(&self) -> &Roster {
        &self.roster
    }

    /// Returns the keys that this device can open.
    pub fn ring(&self) -> &Ring {
        &self.ring
    }

    /// Returns the seeds that are shared among those who may hold them.
    pub fn seeds(&self) -> &[(WalletId, SecretVec)] {
        &self.seeds
    }

    /// Returns the owner's secret key, if this device was given it.
    pub fn owner_key(&self) -> Option<&SecretBytes<32>> {
        self.owner.as_ref()
    }

    /// Returns whether an object was taken in, counted or not.
    pub fn knows(&self, hash: &ObjectHash) -> bool {
        self.known.contains_key(hash) || self.roster.knows(hash)
    }

    /// Returns the object that a place's name means, if it was taken in.
    pub fn known_as(&self, hash: ShortHash) -> Option<ObjectHash> {
        self.short.get(&hash).copied()
    }

    /// Returns whether what a place names was taken in: names end with half of the hash.
    pub fn knows_short(&self, hash: ShortHash) -> bool {
        self.short.contains_key(&hash)
    }

    /// Returns the name of an object that was taken in.
    pub fn name_of(&self, hash: &ObjectHash) -> Option<BlobName> {
        match self.known.get(hash) {
            Some(known) => Some(known.place.name(hash)),
            None => self.roster.name_of(hash),
        }
    }

    /// Returns who wrote an object that was taken in; keys objects do not say.
    pub fn writer(&self, hash: &ObjectHash) -> Option<DeviceId> {
        self.known.get(hash).map(|known| known.device)
    }

    /// Returns whether an object is this device's to bring to places: it was taken in, and this device wrote it; or it is a keys
    /// object, of which none says who wrote it and without which nobody could open the rest.
    pub fn is_to_bring(&self, name: &BlobName) -> bool {
        let hash = self.known_as(name.hash());
        hash.is_some_and(|hash| {
            self.writer(&hash)
                .is_none_or(|writer| writer == self.identity.device)
        })
    }

    /// Returns the objects that were taken in, keys objects not among them.
    pub fn objects(&self) -> impl Iterator<Item = (&ObjectHash, &Place)> {
        self.known.iter().map(|(hash, known)| (hash, &known.place))
    }

    /// Returns the objects that were taken in and do not count: a removed device wrote them, or a
    /// snapshot holds what it wrote.
    pub fn left_out(&self) -> impl Iterator<Item = &ObjectHash> {
        self.left_out.iter()
    }

    /// Returns the greatest clock that a device's objects bore, in milliseconds since 1970.
    pub fn last_seen(&self, device: DeviceId) -> Option<u64> {
        self.known
            .values()
            .filter(|known| known.device == device)
            .map(|known| known.clock_ms)
            .max()
    }

    /// Makes the change that writes a value over all that is known of it.
    pub fn set_value(&self, key: ValueKey, clock: u64, text: Option<String>) -> Change {
        let unwritten = Register::default();
        let register = self.state.register(&key).unwrap_or(&unwritten);
        let value = register.next(self.own.shared, clock, text);
        Change::Value { key, value }
    }

    /// Makes the changes that take all standing locks off a coin.
    pub fn unlock(&self, wallet: WalletId, coin: &crate::state::Coin) -> Vec<Change> {
        let standing = self.state.lock(wallet, coin).map(|lock| {
            lock.standing().map(|tag| Change::Unlock {
                wallet,
                coin: *coin,
                tag,
            })
        });
        standing.into_iter().flatten().collect()
    }

    /// Returns the name a device goes by: that of the roster unless it was renamed.
    pub fn device_name(&self, device: DeviceId) -> Option<&str> {
        let key = ValueKey {
            space: Space::DEVICE_NAME,
            owner: *device.as_bytes(),
            field: Vec::new(),
        };
        let given = self.roster.device(device)?.name.as_str();
        Some(self.state.value(&key).unwrap_or(given))
    }
}

#[cfg(test)]
mod tests;
