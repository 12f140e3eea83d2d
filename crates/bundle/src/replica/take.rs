//! Taking objects in.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use satchel_secrets::sign::{VERIFY_KEY_LEN, Verifier, verify_key};
use satchel_types::{DeviceId, StreamId};

use super::{Held, Known, OwnStreams, Replica};
use crate::keys::{
    Found, Keys, RecoveryKey, RingPlace, epoch as keys_epoch, is_keys, open_keys, read_keys,
    verify_keys,
};
use crate::object::{
    Class, Contents, Hashed, Head, ObjectError, ObjectHash, Opened, Secrets, open_hashed,
};
use crate::state::{Change, State, Touched};

/// How many changes make a state of their own before they are joined.
const MANY: usize = 64;

/// Where bytes come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Made by this device just now. What a keys object holds is seen to open; its signature is not looked at.
    Here,
    /// From this device's own keeping, under the name that its bytes have: it was verified before it was kept. Its
    /// signature is not looked at again, nor whether an owner's key in it is this circle's.
    Kept,
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

/// What was found in an object, before it is judged.
enum Step {
    Done(Taken),
    Counting(Box<Opened>, RingPlace, u64),
}

/// Whether the holder of a device's key wrote an object. `known` remembers keys that were read.
fn is_signed(
    known: &mut BTreeMap<[u8; VERIFY_KEY_LEN], Verifier>,
    opened: &Opened,
    key: &[u8; VERIFY_KEY_LEN],
) -> bool {
    if let Some(verifier) = known.get(key) {
        return opened.is_verified_by(verifier);
    }
    let Some(verifier) = Verifier::new(key) else {
        return false;
    };
    let is_signed = opened.is_verified_by(&verifier);
    known.insert(*key, verifier);
    is_signed
}

impl Replica {
    /// Takes in an object of any kind. [`Replica::refold`] is due afterwards if [`Replica::refold_due`] says so.
    ///
    /// # Errors
    /// See [`ObjectError`]; any bytes may be given, and a refusal changes nothing.
    pub fn take(&mut self, object: &[u8], source: Source) -> Result<Taken, ObjectError> {
        let mut taken = self.take_all([object], source);
        taken.pop().unwrap_or(Ok(Taken::Known))
    }

    /// Takes in many objects, in whatever order. Which of them count is judged once: that takes as long as all that is
    /// known is wide.
    pub fn take_all<'a>(
        &mut self,
        objects: impl IntoIterator<Item = &'a [u8]>,
        source: Source,
    ) -> Vec<Result<Taken, ObjectError>> {
        let hashed = objects
            .into_iter()
            .map(|object| (object, ObjectHash::of(object)));
        self.take_each(hashed.collect(), source)
    }

    /// The same for objects whose hashes were computed before.
    pub fn take_all_hashed<'a>(
        &mut self,
        objects: impl IntoIterator<Item = &'a Hashed>,
        source: Source,
    ) -> Vec<Result<Taken, ObjectError>> {
        let hashed = objects
            .into_iter()
            .map(|object| (object.bytes(), object.hash()));
        self.take_each(hashed.collect(), source)
    }

    fn take_each(
        &mut self,
        objects: Vec<(&[u8], ObjectHash)>,
        source: Source,
    ) -> Vec<Result<Taken, ObjectError>> {
        let mut all: Vec<_> = objects.iter().map(|_| Ok(Taken::Known)).collect();
        let mut new = Vec::new();
        // Keys before what they open, and the newest first: they carry the older ones.
        let mut order: Vec<_> = (0..objects.len()).collect();
        order.sort_by_key(|at| {
            let (object, _) = objects[*at];
            let epoch = is_keys(object).then(|| keys_epoch(object).unwrap_or(0));
            Reverse(epoch)
        });
        for at in order {
            let (object, hash) = objects[at];
            all[at] = self.look_into(object, hash, source).map(|step| match step {
                Step::Done(taken) => taken,
                Step::Counting(opened, key, len) => {
                    let notes = self.note(&opened, source);
                    let (hash, contents) = self.register(*opened, key, len);
                    new.push((at, hash, contents));
                    Taken::New {
                        touched: BTreeSet::new(),
                        notes,
                    }
                }
            });
        }
        for (at, changed) in self.settle(new) {
            match (&mut all[at], changed) {
                (Ok(Taken::New { touched, .. }), Ok(changed)) => *touched = changed,
                (taken, Err(device)) => *taken = Ok(Taken::LeftOut { device }),
                _ => {}
            }
        }
        self.accepted.clear();
        all
    }

    /// Checks an object, as far as that depends on nothing that comes later.
    fn look_into(
        &mut self,
        object: &[u8],
        hash: ObjectHash,
        source: Source,
    ) -> Result<Step, ObjectError> {
        if is_keys(object) {
            let keys = match (source, self.accepted.remove(&hash)) {
                (_, Some(accepted)) => accepted,
                (Source::Kept | Source::Here, None) => read_keys(object)?,
                (Source::Elsewhere, None) => {
                    let keys = read_keys(object)?;
                    self.is_of_ours(&keys)?;
                    verify_keys(object, &keys)?;
                    keys
                }
            };
            return self.take_keys(keys).map(Step::Done);
        }
        let head = Head::read(object)?;
        if self.known.contains_key(&hash) {
            return Ok(Step::Done(Taken::Known));
        }
        let place = head.place;
        if place.circle != self.circle {
            return Err(ObjectError::OtherCircle);
        }
        if place.class == Class::Seeds && !self.may_hold_seeds() {
            return Ok(Step::Done(Taken::NotForUs));
        }
        let (opened, key) = match self.open(object, hash, &head) {
            // Two epochs of one number may have been made at once, and its key is the other's.
            Err(ObjectError::OtherKey) => return Ok(Step::Done(Taken::Waits(Wait::Keys))),
            other => other?,
        };
        let Some(device) = self.roster.device(opened.body.device) else {
            return Ok(Step::Done(Taken::Waits(Wait::Writer)));
        };
        if source != Source::Kept && !is_signed(&mut self.verifiers, &opened, &device.sign_key) {
            return Err(ObjectError::Forged);
        }
        if place.class == Class::Seeds && !device.seeds {
            return Err(ObjectError::Invalid("seeds by a device that may hold none"));
        }
        if source != Source::Kept
            && let Contents::Secret(Secrets {
                owner: Some(owner), ..
            }) = &opened.body.contents
            && verify_key(owner) != *self.roster.owner()
        {
            return Err(ObjectError::Invalid("another owner's key"));
        }
        let len = u64::try_from(object.len()).unwrap_or(u64::MAX);
        Ok(Step::Counting(Box::new(opened), key, len))
    }

    pub(super) fn may_hold_seeds(&self) -> bool {
        let here = self.roster.device(self.identity.device);
        self.observes || here.is_some_and(|device| device.seeds)
    }

    /// Opens an object with whichever key of its epoch it was sealed with.
    fn open(
        &self,
        object: &[u8],
        hash: ObjectHash,
        head: &Head,
    ) -> Result<(Opened, RingPlace), ObjectError> {
        let (class, epoch) = (head.place.class, head.place.epoch);
        for (at, key) in self.ring.keys(class, epoch).iter().enumerate() {
            match open_hashed(object, hash, key) {
                Err(ObjectError::OtherKey) => {}
                other => return other.map(|opened| (opened, (epoch, at))),
            }
        }
        Err(ObjectError::OtherKey)
    }

    /// Takes in what was written here.
    pub(super) fn add(&mut self, opened: Opened, key: RingPlace, len: u64) -> Taken {
        let (hash, contents) = self.register(opened, key, len);
        let changed = self.settle(vec![(0, hash, contents)]).pop();
        match changed {
            Some((_, Err(device))) => Taken::LeftOut { device },
            Some((_, Ok(touched))) => Taken::New {
                touched,
                notes: Vec::new(),
            },
            None => Taken::Known,
        }
    }

    /// What the owner should be told of an object that is about to be taken in.
    fn note(&mut self, opened: &Opened, source: Source) -> Vec<Note> {
        let place = opened.place;
        if source != Source::Elsewhere {
            return Vec::new();
        }
        if place.stream == self.own.of(place.class) {
            self.renew_streams();
            return vec![Note::Copied];
        }
        let stands = |objects: &BTreeMap<u64, _>| objects.contains_key(&place.seq);
        if self.streams.get(&place.stream).is_some_and(stands) {
            return vec![Note::Forked {
                stream: place.stream,
                device: opened.body.device,
            }];
        }
        Vec::new()
    }

    fn register(&mut self, opened: Opened, key: RingPlace, len: u64) -> (ObjectHash, Contents) {
        let (hash, body) = (opened.hash, opened.body);
        let known = Known {
            place: opened.place,
            device: body.device,
            heads: body.heads,
            basis: body.basis,
            clock_ms: body.clock_ms,
            len,
            key,
        };
        self.enter(hash, known);
        (hash, body.contents)
    }

    /// Notes where an object stands.
    pub(super) fn enter(&mut self, hash: ObjectHash, known: Known) {
        let stream = self.streams.entry(known.place.stream).or_default();
        stream.entry(known.place.seq).or_default().insert(hash);
        self.short.insert(hash.short(), hash);
        self.known.insert(hash, known);
    }

    /// Judges everything, and folds those of the new that count. Returns what each touched; of
    /// those that do not count, who wrote them.
    fn settle(
        &mut self,
        new: Vec<(usize, ObjectHash, Contents)>,
    ) -> Vec<(usize, Result<BTreeSet<Touched>, DeviceId>)> {
        let judged = self.judge();
        let mut changed = Vec::with_capacity(new.len());
        for (at, hash, contents) in new {
            let device = self.known.get(&hash).map(|known| known.device);
            match device.filter(|_| judged.contains(&hash)) {
                Some(device) => {
                    self.left_out.insert(hash);
                    changed.push((at, Err(device)));
                }
                None => {
                    self.index(hash);
                    changed.push((at, Ok(self.fold(contents))));
                }
            }
        }
        // Until the state is made anew, it is that of the objects that counted before.
        self.refold_due = judged != self.left_out;
        changed
    }

    /// Returns whether objects that did not count do now, or the other way round.
    pub fn refold_due(&self) -> bool {
        self.refold_due
    }

    pub(super) fn fold(&mut self, contents: Contents) -> BTreeSet<Touched> {
        match contents {
            Contents::Shared(changes) if changes.len() >= MANY => {
                let said: State = changes.into_iter().collect();
                self.state.join(&said)
            }
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

    /// Returns whether an object is a keys object by this circle's owner: [`Replica::take_all`] will take it, and what
    /// was verified here is not verified again by the next call of that.
    pub fn accepts_keys(&mut self, object: &[u8]) -> bool {
        if !is_keys(object) {
            return false;
        }
        match open_keys(object) {
            Ok(keys) if self.is_of_ours(&keys).is_ok() => {
                self.accepted.insert(keys.hash, keys);
                true
            }
            _ => false,
        }
    }

    /// Checks that a keys object says to be by this circle's owner.
    fn is_of_ours(&self, keys: &Keys) -> Result<(), ObjectError> {
        if keys.circle == self.circle && keys.owner == *self.roster.owner() {
            Ok(())
        } else {
            Err(ObjectError::OtherCircle)
        }
    }

    fn take_keys(&mut self, keys: Keys) -> Result<Taken, ObjectError> {
        if self.roster.knows(&keys.hash) {
            return Ok(Taken::Known);
        }
        self.is_of_ours(&keys)?;
        self.roster.join(&keys);
        self.short.insert(keys.hash.short(), keys.hash);
        self.wrapped_for.insert(keys.hash, keys.wrapped_for());
        self.recoverable.insert(keys.hash, keys.recoverable_by());
        let device = self.identity.device;
        let found = self
            .ring
            .open_for_device(&keys, device, &self.identity.wrap);
        self.put_on_ring(&keys, found);
        Ok(Taken::New {
            touched: BTreeSet::new(),
            notes: vec![Note::Roster],
        })
    }

    fn put_on_ring(&mut self, keys: &Keys, found: [Option<Found>; 2]) {
        let [shared, seeds] = found;
        let held = [(Class::Shared, shared), (Class::Seeds, seeds)].map(|(class, found)| {
            let Some(found) = found else {
                return Held::default();
            };
            let own = self.ring.add(class, keys.epoch, found.own);
            let mut all = found.older;
            all.extend(own.map(|at| (keys.epoch, at)));
            Held { own, all }
        });
        if held.iter().all(|held| held.own.is_none()) {
            self.closed.push(keys.clone());
        } else {
            self.opened.insert(keys.hash, held);
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

    /// Makes the state that of the objects that count, whose bytes the caller kept. What a snapshot holds is not
    /// read; if more count than did, these alone are.
    ///
    /// # Errors
    /// If bytes are gone or cannot be read; the state is then as it was.
    pub fn refold(
        &mut self,
        bytes: impl FnMut(&ObjectHash) -> Option<Vec<u8>>,
    ) -> Result<BTreeSet<Touched>, RefoldError> {
        let left_out = self.judge();
        let more = left_out.is_subset(&self.left_out);
        let needed: Vec<_> = if more {
            let again = self.left_out.difference(&left_out);
            again.copied().collect()
        } else {
            self.said_once(&left_out).collect()
        };
        let contents = self.contents_of(&needed, bytes)?;
        let before = if more {
            self.state.clone()
        } else {
            self.seeds.clear();
            std::mem::take(&mut self.state)
        };
        self.left_out = left_out;
        self.refold_due = false;
        self.index_anew();
        for contents in contents {
            self.fold(contents);
        }
        self.state.apply_all(self.unsaid.clone());
        Ok(before.difference(&self.state))
    }

    /// Returns what an object that was taken in once may have changed; nothing, if it does not count or is of a class
    /// of its own.
    pub fn touched_by_object(&self, object: &[u8]) -> BTreeSet<Touched> {
        let hash = ObjectHash::of(object);
        if self.left_out.contains(&hash) {
            return BTreeSet::new();
        }
        self.spoken_of_in(object)
    }

    /// Returns what an object that was taken in once speaks of, whether it counts or not.
    pub fn spoken_of_in(&self, object: &[u8]) -> BTreeSet<Touched> {
        let hash = ObjectHash::of(object);
        if !self.known.contains_key(&hash) {
            return BTreeSet::new();
        }
        let opened = Head::read(object).and_then(|head| self.open(object, hash, &head));
        match opened.map(|(opened, _)| opened.body.contents) {
            Ok(Contents::Shared(changes)) => changes.iter().map(Change::touches).collect(),
            _ => BTreeSet::new(),
        }
    }

    /// Opens objects that were taken in once.
    pub(super) fn contents_of(
        &self,
        objects: &[ObjectHash],
        mut bytes: impl FnMut(&ObjectHash) -> Option<Vec<u8>>,
    ) -> Result<Vec<Contents>, RefoldError> {
        let mut contents = Vec::with_capacity(objects.len());
        for hash in objects {
            let object = bytes(hash).ok_or(RefoldError::Gone(*hash))?;
            if ObjectHash::of(&object) != *hash {
                return Err(RefoldError::Unreadable(ObjectError::Damaged));
            }
            let head = Head::read(&object).map_err(RefoldError::Unreadable)?;
            let opened = self
                .open(&object, *hash, &head)
                .map_err(RefoldError::Unreadable)?;
            contents.push(opened.0.body.contents);
        }
        Ok(contents)
    }

    /// Returns a hash of the state: equal on devices that know the same.
    pub fn digest(&self) -> [u8; 32] {
        let state: State = self.state.clone();
        let changes = state.into_changes().collect();
        satchel_secrets::hash::hash(&crate::groups::write_groups(changes))
    }
}
