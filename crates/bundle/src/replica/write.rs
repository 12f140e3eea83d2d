//! Writing objects.

use std::collections::BTreeSet;

use satchel_secrets::aead::NONCE_LEN;

use super::{Replica, Taken};
use crate::object::{
    Body, Class, Contents, Kind, MAX_HEADS, ObjectHash, Opened, Place, SealObjectError, Sealed,
    seal_and_open,
};
use crate::state::{Change, State, Touched};

/// When and by what something is written.
#[derive(Debug, Clone)]
pub struct Stamp {
    /// The device's clock, in milliseconds since 1970.
    pub clock_ms: u64,
    /// The program's version, at most 32 bytes.
    pub app: String,
}

/// An object that was written and taken in here. Its bytes are to be kept before anything is said
/// to be done.
#[derive(Debug, Clone)]
pub struct Written {
    /// Its bytes and name.
    pub sealed: Sealed,
    /// Where it stands.
    pub place: Place,
    /// What it changed.
    pub touched: BTreeSet<Touched>,
}

/// Why nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// This device has no keys to write with: it was removed, or did not join yet.
    #[error("this device does not belong, or does not yet")]
    NoKeys,
    /// It belongs, but the keys of the newest epoch were not wrapped for it: two devices made one
    /// at once, and the next epoch brings them together.
    #[error("this device waits for new keys from one that holds the owner's key")]
    AwaitsKeys,
    /// So much is on its way to this device that a snapshot cannot say what it lacks.
    #[error("too much of what others wrote is not here yet")]
    MissesTooMuch,
    /// It cannot be sealed.
    #[error(transparent)]
    Seal(#[from] SealObjectError),
}

/// An object that was written and that nobody knows yet, this device neither.
#[derive(Debug)]
#[must_use = "it is to be kept, then taken in"]
pub struct Draft {
    sealed: Sealed,
    opened: Opened,
    key: (u32, usize),
}

impl Draft {
    /// Returns its bytes and name.
    pub fn sealed(&self) -> &Sealed {
        &self.sealed
    }

    /// Returns where it stands.
    pub fn place(&self) -> &Place {
        &self.opened.place
    }
}

impl Replica {
    /// Writes what this device has to say and takes it in. `draw` fills with random bytes.
    pub fn write<E>(
        &mut self,
        contents: Contents,
        stamp: &Stamp,
        draw: impl FnMut(&mut [u8]) -> Result<(), E>,
    ) -> Result<Result<Written, WriteError>, E> {
        let draft = self.draft(contents, stamp, draw)?;
        Ok(draft.map(|draft| self.take_in(draft)))
    }

    /// Writes all that this device knows, so that what it wrote before need not be kept.
    pub fn write_snapshot<E>(
        &mut self,
        stamp: &Stamp,
        draw: impl FnMut(&mut [u8]) -> Result<(), E>,
    ) -> Result<Result<Written, WriteError>, E> {
        let draft = self.draft_snapshot(stamp, draw)?;
        Ok(draft.map(|draft| self.take_in(draft)))
    }

    /// The same, for whoever keeps the bytes before anything else.
    pub fn draft_snapshot<E>(
        &self,
        stamp: &Stamp,
        draw: impl FnMut(&mut [u8]) -> Result<(), E>,
    ) -> Result<Result<Draft, WriteError>, E> {
        let all = self.state.clone().into_changes().collect();
        self.put(Kind::Snapshot, Contents::Shared(all), stamp, draw)
    }

    /// Writes a snapshot of these changes, as if they were all that is known: for what begins with them.
    pub fn write_all<E>(
        &mut self,
        changes: Vec<Change>,
        stamp: &Stamp,
        draw: impl FnMut(&mut [u8]) -> Result<(), E>,
    ) -> Result<Result<Written, WriteError>, E> {
        let mut all = self.state.clone();
        all.apply_all(changes);
        let all = all.into_changes().collect();
        let draft = self.put(Kind::Snapshot, Contents::Shared(all), stamp, draw)?;
        Ok(draft.map(|draft| self.take_in(draft)))
    }

    /// Writes what this device has to say, for whoever keeps the bytes before anything else. Until
    /// [`Replica::take_in`] nothing has happened.
    pub fn draft<E>(
        &self,
        contents: Contents,
        stamp: &Stamp,
        draw: impl FnMut(&mut [u8]) -> Result<(), E>,
    ) -> Result<Result<Draft, WriteError>, E> {
        self.put(Kind::Segment, contents, stamp, draw)
    }

    /// Writes changes into as many objects as they need, at most so many in one, each after the one before it. They are to
    /// be kept together, and taken in in this order.
    pub fn draft_all<E>(
        &self,
        changes: &[Change],
        at_most: usize,
        stamp: &Stamp,
        mut draw: impl FnMut(&mut [u8]) -> Result<(), E>,
    ) -> Result<Result<Vec<Draft>, WriteError>, E> {
        let mut drafts: Vec<Draft> = Vec::new();
        let mut left: Vec<_> = changes.chunks(at_most.max(1)).rev().collect();
        while let Some(part) = left.pop() {
            let mut nonce = [0; NONCE_LEN];
            draw(&mut nonce)?;
            let contents = Contents::Shared(part.to_vec());
            match self.put_with(Kind::Segment, contents, stamp, &nonce, drafts.last()) {
                Ok(draft) => drafts.push(draft),
                // Few changes may be long.
                Err(WriteError::Seal(SealObjectError::TooLarge { .. })) if part.len() > 1 => {
                    let (first, rest) = part.split_at(part.len() / 2);
                    left.extend([rest, first]);
                }
                Err(error) => return Ok(Err(error)),
            }
        }
        Ok(Ok(drafts))
    }

    /// Takes in what this device wrote, once its bytes are kept. Nothing may have been taken in between.
    pub fn take_in(&mut self, draft: Draft) -> Written {
        let Draft {
            sealed,
            opened,
            key,
        } = draft;
        let place = opened.place;
        let len = u64::try_from(sealed.bytes.len()).unwrap_or(u64::MAX);
        let touched = match self.add(opened, key, len) {
            Taken::New { touched, .. } => touched,
            _ => BTreeSet::new(),
        };
        Written {
            sealed,
            place,
            touched,
        }
    }

    fn put<E>(
        &self,
        kind: Kind,
        contents: Contents,
        stamp: &Stamp,
        mut draw: impl FnMut(&mut [u8]) -> Result<(), E>,
    ) -> Result<Result<Draft, WriteError>, E> {
        let mut nonce = [0; NONCE_LEN];
        draw(&mut nonce)?;
        Ok(self.put_with(kind, contents, stamp, &nonce, None))
    }

    fn put_with(
        &self,
        kind: Kind,
        contents: Contents,
        stamp: &Stamp,
        nonce: &[u8; NONCE_LEN],
        after: Option<&Draft>,
    ) -> Result<Draft, WriteError> {
        if !self.belongs() {
            return Err(WriteError::NoKeys);
        }
        let contents = match contents {
            // Rows that say something about one thing become one row, as readers want it.
            Contents::Shared(changes) => {
                let mut joined = State::default();
                joined.apply_all(changes);
                Contents::Shared(joined.into_changes().collect())
            }
            secret @ Contents::Secret(_) => secret,
        };
        let class = contents.class();
        let (epoch, at) = match self.writing_key(class) {
            Some(key) => key,
            None if class == Class::Seeds && !self.may_hold_seeds() => {
                return Err(WriteError::NoKeys);
            }
            None => return Err(WriteError::AwaitsKeys),
        };
        let stream = self.own.of(class);
        let (seq, prev) = match after {
            Some(before) => (
                before.opened.place.seq.saturating_add(1),
                before.sealed.hash,
            ),
            None => self.next_in(stream),
        };
        let heads = self.heads_for(kind, class, prev);
        let basis = match kind {
            Kind::Segment => None,
            Kind::Snapshot => Some(self.basis().ok_or(WriteError::MissesTooMuch)?),
        };
        let place = Place {
            kind,
            circle: self.circle,
            epoch,
            class,
            stream,
            seq,
            prev,
        };
        let body = Body {
            device: self.identity.device,
            clock_ms: stamp.clock_ms,
            app: stamp.app.clone(),
            heads,
            basis,
            contents,
        };
        let key = self.ring.keys(class, epoch).get(at);
        let key = key.ok_or(WriteError::AwaitsKeys)?;
        let (sealed, opened) = seal_and_open(place, &body, key, &self.identity.sign, nonce)?;
        Ok(Draft {
            sealed,
            opened,
            key: (epoch, at),
        })
    }

    /// Returns whether what is written now can be sealed: this device belongs and has the newest keys.
    pub fn can_write(&self) -> bool {
        self.belongs() && self.writing_key(Class::Shared).is_some()
    }

    /// Returns epoch and place in the ring of the key that is used for what is written now.
    pub(super) fn writing_key(&self, class: Class) -> Option<(u32, usize)> {
        let (epoch, hash) = self.roster.current()?;
        let opened = self.opened.get(&hash)?;
        Some((epoch, opened[usize::from(class.number())].own?))
    }

    /// Returns what is named by an object that is written after `prev`: the last of each other stream. A snapshot names also
    /// what stands before a snapshot of its own stream with nothing after it: the end of a branch, where a copy of a device
    /// went on, is not held by that snapshot, and by this one it is. What holes alone make look so is held by both.
    pub(super) fn heads_for(&self, kind: Kind, class: Class, prev: ObjectHash) -> Vec<ObjectHash> {
        let stream = self.own.of(class);
        let of_others = self.heads(class).filter(|(other, _)| *other != stream);
        let mut heads: Vec<ObjectHash> = of_others.map(|(_, hash)| hash).collect();
        heads.sort_unstable();
        if kind == Kind::Snapshot {
            let named: BTreeSet<_> = heads.iter().copied().collect();
            let ends = self.ends(class).filter(|hash| *hash != prev);
            heads.extend(ends.filter(|hash| !named.contains(hash)));
        }
        heads.truncate(MAX_HEADS);
        heads.sort_unstable();
        heads
    }

    pub(super) fn next_in(&self, stream: satchel_types::StreamId) -> (u64, ObjectHash) {
        let last = self
            .streams
            .get(&stream)
            .and_then(|objects| objects.last_key_value());
        match last {
            Some((seq, hashes)) => (
                seq.saturating_add(1),
                hashes.first().copied().unwrap_or(ObjectHash::NONE),
            ),
            None => (0, ObjectHash::NONE),
        }
    }
}
