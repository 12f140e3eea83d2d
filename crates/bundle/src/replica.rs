//! What one device knows of its circle: the objects it has taken in, and the state they make.
//!
//! Nothing here reads or writes a place. Bytes come in by [`Replica::take`], in any order and from
//! anywhere; bytes to keep and to bring elsewhere come out of [`Replica::write`]. Whoever calls keeps the bytes of every
//! object that was taken or written, and gives them again when the program starts.

mod graph;
mod take;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use satchel_secrets::{SecretBytes, SecretVec};
use satchel_types::{CircleId, DeviceId, StreamId, WalletId};

use crate::keys::{Keys, Ring, Roster};
use crate::object::{Class, ObjectHash, Place};
use crate::state::{Change, Register, Space, State, Touched, ValueKey};

pub use take::{Note, RefoldError, Source, Taken, Wait};
pub use write::{Stamp, WriteError, Written};

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
#[derive(Debug, Clone)]
struct Known {
    place: Place,
    device: DeviceId,
    heads: Vec<ObjectHash>,
    clock_ms: u64,
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
    /// Where in the ring the keys of each keys object are, by class.
    opened: BTreeMap<ObjectHash, [Option<usize>; 2]>,
    /// Keys objects in which there was nothing for this device.
    closed: Vec<Keys>,
    known: BTreeMap<ObjectHash, Known>,
    streams: BTreeMap<StreamId, BTreeMap<u64, BTreeSet<ObjectHash>>>,
    /// Known objects that do not count, by a device that was removed.
    left_out: BTreeSet<ObjectHash>,
    state: State,
    seeds: Vec<(WalletId, SecretVec)>,
    owner: Option<SecretBytes<32>>,
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
            closed: Vec::new(),
            known: BTreeMap::new(),
            streams: BTreeMap::new(),
            left_out: BTreeSet::new(),
            state: State::default(),
            seeds: Vec::new(),
            owner: None,
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

    /// Returns the objects that were taken in, keys objects not among them.
    pub fn objects(&self) -> impl Iterator<Item = (&ObjectHash, &Place)> {
        self.known.iter().map(|(hash, known)| (hash, &known.place))
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

/// Changes of the state that follow from changes of who belongs.
fn touched_by(before: &State, after: &State) -> BTreeSet<Touched> {
    // Whatever either side has and the other has not, or has otherwise.
    let mut touched = after.clone().join(before.clone());
    touched.extend(before.clone().join(after.clone()));
    touched
}

#[cfg(test)]
mod tests;
