//! Taking objects in.

use std::collections::BTreeSet;

use satchel_secrets::sign::verify_key;
use satchel_types::{DeviceId, StreamId};

use super::{Known, OwnStreams, Replica, touched_by};
use crate::keys::{Keys, RecoveryKey, is_keys, open_keys};
use crate::object::{Class, Contents, Head, ObjectError, ObjectHash, Opened, Secrets, open};
use crate::state::{State, Touched};

/// Where bytes come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// From this device's own keeping, when the program starts.
    Here,
    /// From anywhere else.
    Elsewhere,
}

/// What became of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// It is new and to be kept.
    New {
        /// What it changed.
        touched: BTreeSet<Touched>,
        /// What its owner should be told.
        notes: Vec<Note>,
        /// Objects that did not count do now, or the other way round: call [`Replica::refold`].
        refold: bool,
    },
    /// It was known.
    Known,
    /// It is new and to be kept, and does not count: a removed device wrote it.
    LeftOut {
        /// Who wrote it.
        device: DeviceId,
    },
    /// It cannot be judged yet and is not to be kept; to be brought again when there are new keys.
    Waits(Wait),
    /// It is for devices that may hold seeds.
    NotForUs,
}

/// What an object waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// The keys of its epoch.
    Keys,
    /// That its writer is added.
    Writer,
}

/// Something that the owner should be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// This device's own stream went on elsewhere: it was restored from a backup, or copied. It
    /// writes a new stream from now on.
    Copied,
    /// The same of another device.
    Forked {
        /// Which stream.
        stream: StreamId,
        /// Which device.
        device: DeviceId,
    },
    /// Devices were added or removed.
    Roster,
}

/// Why the state was not made anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RefoldError {
    /// An object's bytes are not there any more.
    #[error("an object that was taken in is gone")]
    Gone(ObjectHash),
    /// An object's bytes are not what they were.
    #[error("an object that was taken in cannot be read any more: {0}")]
    Unreadable(#[source] ObjectError),
}

impl Replica {
    /// Takes in an object of any kind.
    ///
    /// # Errors
    /// See [`ObjectError`]; any bytes may be given, and a refusal changes nothing.
    pub fn take(&mut self, object: &[u8], source: Source) -> Result<Taken, ObjectError> {
        if is_keys(object) {
            return self.take_keys(open_keys(object)?);
        }
        let head = Head::read(object)?;
        let hash = ObjectHash::of(object);
        if self.known.contains_key(&hash) {
            return Ok(Taken::Known);
        }
        let place = head.place;
        if place.circle != self.circle {
            return Err(ObjectError::OtherCircle);
        }
        if place.class == Class::Seeds && !self.may_hold_seeds() {
            return Ok(Taken::NotForUs);
        }
        if self.ring.keys(place.class, place.epoch).is_empty() {
            return Ok(Taken::Waits(Wait::Keys));
        }
        let opened = self.open(object, &head)?;
        let Some(device) = self.roster.device(opened.body.device) else {
            return Ok(Taken::Waits(Wait::Writer));
        };
        if !opened.is_signed_by(&device.sign_key) {
            return Err(ObjectError::Forged);
        }
        if place.class == Class::Seeds && !device.seeds {
            return Err(ObjectError::Invalid("seeds by a device that may hold none"));
        }
        if let Contents::Secret(Secrets {
            owner: Some(owner), ..
        }) = &opened.body.contents
            && verify_key(owner) != *self.roster.owner()
        {
            return Err(ObjectError::Invalid("another owner's key"));
        }
        Ok(self.add(opened, source))
    }

    fn may_hold_seeds(&self) -> bool {
        self.roster
            .device(self.identity.device)
            .is_some_and(|device| device.seeds)
    }

    /// Opens an object with whichever key of its epoch it was sealed with.
    fn open(&self, object: &[u8], head: &Head) -> Result<Opened, ObjectError> {
        let mut last = ObjectError::Forged;
        for key in self.ring.keys(head.place.class, head.place.epoch) {
            match open(object, key) {
                Err(error @ ObjectError::Forged) => last = error,
                other => return other,
            }
        }
        Err(last)
    }

    pub(super) fn add(&mut self, opened: Opened, source: Source) -> Taken {
        let (hash, place, body) = (opened.hash, opened.place, opened.body);
        let mut notes = Vec::new();
        let at_place = self
            .streams
            .entry(place.stream)
            .or_default()
            .entry(place.seq)
            .or_default();
        at_place.insert(hash);
        let forked = at_place.len() > 1;
        if source == Source::Elsewhere {
            if place.stream == self.own.of(place.class) {
                self.renew_streams();
                notes.push(Note::Copied);
            } else if forked {
                notes.push(Note::Forked {
                    stream: place.stream,
                    device: body.device,
                });
            }
        }
        self.known.insert(
            hash,
            Known {
                place,
                device: body.device,
                heads: body.heads,
                clock_ms: body.clock_ms,
            },
        );
        let left_out = self.judge();
        let mut others = left_out.clone();
        let counts = !others.remove(&hash);
        let refold = others != self.left_out;
        // Until the state is made anew, it is that of the objects that counted before.
        if !counts {
            self.left_out.insert(hash);
            return if refold {
                Taken::New {
                    touched: BTreeSet::new(),
                    notes,
                    refold,
                }
            } else {
                Taken::LeftOut {
                    device: body.device,
                }
            };
        }
        Taken::New {
            touched: self.fold(body.contents),
            notes,
            refold,
        }
    }

    fn fold(&mut self, contents: Contents) -> BTreeSet<Touched> {
        match contents {
            Contents::Shared(changes) => self.state.apply_all(changes),
            Contents::Secret(secrets) => {
                for (wallet, seed) in secrets.seeds {
                    let known = self
                        .seeds
                        .iter()
                        .any(|(id, known)| *id == wallet && known.ct_eq(&seed));
                    if !known {
                        self.seeds.push((wallet, seed));
                    }
                }
                if let Some(owner) = secrets.owner {
                    self.owner = Some(owner);
                }
                BTreeSet::new()
            }
        }
    }

    /// Writes other streams from now on.
    fn renew_streams(&mut self) {
        if let Some(spare) = self.spare.take() {
            self.own = spare;
        }
    }

    /// Gives the streams that this device goes on with when it sees a copy of itself. They are
    /// drawn at random, and given again after each [`Note::Copied`].
    pub fn set_spare_streams(&mut self, spare: OwnStreams) {
        self.spare = Some(spare);
    }

    /// Returns whether [`Replica::set_spare_streams`] is due.
    pub fn needs_spare_streams(&self) -> bool {
        self.spare.is_none()
    }

    fn take_keys(&mut self, keys: Keys) -> Result<Taken, ObjectError> {
        if self.roster.knows(&keys.hash) {
            return Ok(Taken::Known);
        }
        if keys.circle != self.circle || keys.owner != *self.roster.owner() {
            return Err(ObjectError::OtherCircle);
        }
        self.roster.join(&keys);
        let device = self.identity.device;
        let found = self
            .ring
            .open_for_device(&keys, device, &self.identity.wrap);
        self.put_on_ring(&keys, found);
        let refold = self.judge() != self.left_out;
        Ok(Taken::New {
            touched: BTreeSet::new(),
            notes: vec![Note::Roster],
            refold,
        })
    }

    fn put_on_ring(&mut self, keys: &Keys, found: [Option<satchel_secrets::SecretBytes<32>>; 2]) {
        let [shared, seeds] = found;
        let at = [(Class::Shared, shared), (Class::Seeds, seeds)]
            .map(|(class, key)| key.and_then(|key| self.ring.add(class, keys.epoch, key)));
        if at == [None, None] {
            self.closed.push(keys.clone());
        } else {
            self.opened.insert(keys.hash, at);
        }
    }

    /// Opens with the recovery key what was not wrapped for this device.
    pub fn recover(&mut self, recovery: &RecoveryKey) -> bool {
        let closed = std::mem::take(&mut self.closed);
        for keys in closed {
            let found = self.ring.open_with_recovery(&keys, recovery);
            self.put_on_ring(&keys, found);
        }
        !self.opened.is_empty()
    }

    /// Makes the state anew from the objects that count, whose bytes the caller kept.
    ///
    /// # Errors
    /// If bytes are gone or cannot be read; the state is then as it was.
    pub fn refold(
        &mut self,
        mut bytes: impl FnMut(&ObjectHash) -> Option<Vec<u8>>,
    ) -> Result<BTreeSet<Touched>, RefoldError> {
        let left_out = self.judge();
        let mut contents = Vec::new();
        for (hash, known) in &self.known {
            if left_out.contains(hash) {
                continue;
            }
            let object = bytes(hash).ok_or(RefoldError::Gone(*hash))?;
            let head = Head::read(&object).map_err(RefoldError::Unreadable)?;
            debug_assert_eq!(head.place, known.place);
            let opened = self.open(&object, &head).map_err(RefoldError::Unreadable)?;
            contents.push(opened.body.contents);
        }
        let before = std::mem::take(&mut self.state);
        self.seeds.clear();
        self.left_out = left_out;
        for contents in contents {
            self.fold(contents);
        }
        Ok(touched_by(&before, &self.state))
    }

    /// Returns a hash of the state: equal on devices that know the same.
    pub fn digest(&self) -> [u8; 32] {
        let state: State = self.state.clone();
        let changes = state.into_changes().collect();
        satchel_secrets::hash::hash(&crate::groups::write_groups(changes))
    }
}
