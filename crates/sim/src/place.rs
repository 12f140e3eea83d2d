//! A place that loses, hides, holds back, tears, doubles and forgets.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use satchel_ports::{BlobError, BlobStore, Listed, Put};
use satchel_types::BlobName;
use tokio_util::sync::CancellationToken;

use crate::blob::{Blob, Blobs, Damage};
use crate::device::pause;
use crate::dice::Dice;
use crate::faults::Fault;

/// A place.
#[derive(Debug)]
pub struct SimPlace {
    /// Its name.
    pub name: String,
    tells_lengths: bool,
    tags: Tags,
    dice: Dice,
    inner: Mutex<Inner>,
}

/// What a place tells with what it lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tags {
    None,
    /// Another one with each write, as dates and most servers' tags are.
    OfWrites,
    /// What was written, as some storage's tags are.
    OfContents,
}

#[derive(Debug, Default)]
struct Inner {
    objects: Blobs,
    /// What it held at some earlier times.
    earlier: Vec<Blobs>,
    /// Writes that were answered and come through later.
    late: Vec<(BlobName, Blob)>,
    /// Names under which something was lost or damaged after it had been whole.
    harmed: BTreeSet<BlobName>,
    /// What a device took out, because a snapshot holds it.
    taken_out: BTreeSet<BlobName>,
    calm: bool,
}

/// What becomes of a write.
enum Fate {
    Fine,
    Lost,
    Late,
    Twice,
    Torn,
    Flipped,
}

impl SimPlace {
    /// An empty place.
    pub fn new(name: String, dice: &Dice) -> Self {
        let tells_lengths = !dice.one_in(4);
        let tags = [Tags::None, Tags::OfWrites, Tags::OfContents][dice.below(3)];
        dice.note(match (tells_lengths, tags) {
            (true, Tags::None) => Fault::LengthsAlone,
            (true, _) => Fault::LengthsAndTags,
            (false, Tags::None) => Fault::NeitherTold,
            (false, _) => Fault::TagsAlone,
        });
        Self {
            name,
            tells_lengths,
            tags,
            dice: dice.clone(),
            inner: Mutex::default(),
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unreachable(&self) -> BlobError {
        BlobError::Unreachable {
            place: self.name.clone(),
        }
    }

    /// What it holds.
    pub fn objects(&self) -> Blobs {
        self.inner().objects.clone()
    }

    /// Whether what is under this name is whole.
    pub fn is_whole(&self, at: &BlobName) -> bool {
        let inner = self.inner();
        let object = inner.objects.get(at);
        object.is_some_and(|object| object.is_named(at))
    }

    /// Whether there is something under this name, whole or not.
    pub fn has(&self, name: &BlobName) -> bool {
        self.inner().objects.contains_key(name)
    }

    /// Whether something under this name was lost or damaged after it had been whole.
    pub fn harmed(&self, name: &BlobName) -> bool {
        self.inner().harmed.contains(name)
    }

    /// Whether a device took out what was under this name.
    pub fn was_taken_out(&self, name: &BlobName) -> bool {
        self.inner().taken_out.contains(name)
    }

    /// Whether something in it is not as it was left, and no list tells.
    pub fn hides_damage(&self) -> bool {
        let tells_tags = self.tags != Tags::None;
        let inner = self.inner();
        let mut objects = inner.objects.iter();
        objects.any(|(name, object)| {
            !object.is_named(name) && object.hides_damage(self.tells_lengths, tells_tags)
        })
    }

    /// From now on it does as it should. Late writes come through first.
    pub fn calm(&self) {
        while self.late_write() {}
        self.inner().calm = true;
    }

    /// Remembers what it holds, to show or go back to it later.
    pub fn remember(&self) {
        let mut inner = self.inner();
        let now = inner.objects.clone();
        inner.earlier.push(now);
        if inner.earlier.len() > 4 {
            inner.earlier.remove(0);
        }
    }

    /// A late write comes through.
    pub fn late_write(&self) -> bool {
        let mut inner = self.inner();
        if inner.late.is_empty() {
            return false;
        }
        let at = self.dice.below(inner.late.len());
        let (name, object) = inner.late.swap_remove(at);
        inner.objects.entry(name).or_insert(object);
        true
    }

    /// Something under one name is lost, cut off, or has a bit turned.
    pub fn harm_one(&self) {
        let mut inner = self.inner();
        let names: Vec<_> = inner.objects.keys().copied().collect();
        let Some(name) = self.dice.pick(&names).copied() else {
            return;
        };
        inner.harmed.insert(name);
        let kind = self.dice.below(3);
        if kind == 0 {
            self.dice.note(Fault::HarmLost);
            inner.objects.remove(&name);
        } else if let Some(object) = inner.objects.get_mut(&name) {
            let is_rot = self.dice.one_in(2);
            self.dice.note(match kind {
                _ if is_rot => Fault::Rot,
                1 => Fault::HarmTorn,
                _ => Fault::HarmFlipped,
            });
            let damage = [Damage::Torn, Damage::Flipped][kind - 1];
            *object = self.damaged(object, damage, is_rot);
        }
    }

    /// It goes back to what it held at some earlier time. Returns whether it had more since.
    pub fn roll_back(&self) -> bool {
        let mut inner = self.inner();
        let Some(earlier) = self.dice.pick(&inner.earlier).cloned() else {
            return false;
        };
        let now = std::mem::replace(&mut inner.objects, earlier);
        let before = inner.harmed.len();
        let gone: Vec<_> = now
            .into_iter()
            .filter(|(name, object)| inner.objects.get(name) != Some(object))
            .map(|(name, _)| name)
            .collect();
        inner.harmed.extend(gone);
        // Tags come back with what they were told of, and an old list may have told them of what was whole since.
        for (name, object) in &mut inner.objects {
            if !object.is_named(name) {
                *object = object.as_rot();
            }
        }
        inner.harmed.len() > before
    }

    fn torn(&self, object: &[u8]) -> Vec<u8> {
        object[..self.dice.below(object.len())].to_vec()
    }

    fn flipped(&self, object: &[u8]) -> Vec<u8> {
        let mut object = object.to_vec();
        let at = self.dice.below(object.len());
        if let Some(byte) = object.get_mut(at) {
            *byte ^= 1 << self.dice.below(8);
        }
        object
    }

    fn tag(&self, object: &[u8]) -> u64 {
        match self.tags {
            Tags::None => 0,
            Tags::OfWrites => u64::from_le_bytes(self.dice.bytes()),
            Tags::OfContents => {
                let mut hasher = DefaultHasher::new();
                object.hash(&mut hasher);
                hasher.finish()
            }
        }
    }

    fn damaged(&self, object: &Blob, damage: Damage, is_rot: bool) -> Blob {
        let bytes = match damage {
            Damage::Torn => self.torn(object.bytes()),
            _ => self.flipped(object.bytes()),
        };
        let tag = match is_rot {
            true => object.tag(),
            false => self.tag(&bytes),
        };
        // What was cut off before is still too short.
        let damage = match object.damage() {
            Damage::Torn => Damage::Torn,
            _ => damage,
        };
        Blob::damaged(bytes, tag, damage, is_rot)
    }

    fn fate(&self) -> Fate {
        match self.dice.below(40) {
            0..=2 => Fate::Lost,
            3..=4 => Fate::Late,
            5 => Fate::Twice,
            6..=7 => Fate::Torn,
            8 => Fate::Flipped,
            _ => Fate::Fine,
        }
    }

    fn write(&self, name: &BlobName, object: &[u8], over: bool) -> Result<Put, BlobError> {
        let mut inner = self.inner();
        let fate = if inner.calm { Fate::Fine } else { self.fate() };
        let had = inner.objects.contains_key(name);
        let whole = Blob::damaged(object.to_vec(), self.tag(object), Damage::None, false);
        let object = match fate {
            Fate::Torn => self.damaged(&whole, Damage::Torn, false),
            Fate::Flipped => self.damaged(&whole, Damage::Flipped, false),
            _ => whole,
        };
        if matches!(fate, Fate::Late | Fate::Twice) {
            inner.late.push((*name, object.clone()));
        }
        let comes_through = !matches!(fate, Fate::Lost | Fate::Late);
        if comes_through && (over || !had) {
            if had && matches!(fate, Fate::Torn | Fate::Flipped) {
                inner.harmed.insert(*name);
            }
            inner.objects.insert(*name, object);
        }
        // The answer says little about what happened.
        let wrong = match fate {
            Fate::Lost | Fate::Torn => self.dice.one_in(2),
            _ => self.dice.one_in(12),
        };
        let wrong = wrong && !inner.calm;
        self.dice.note_some(match fate {
            Fate::Fine => None,
            Fate::Lost if wrong => Some(Fault::FailedWrite),
            Fate::Lost => Some(Fault::LostWrite),
            Fate::Late => Some(Fault::LateWrite),
            Fate::Twice => Some(Fault::DoubledWrite),
            Fate::Torn => Some(Fault::TornWrite),
            Fate::Flipped => Some(Fault::FlippedWrite),
        });
        if wrong {
            self.dice
                .note_some(comes_through.then_some(Fault::AmbiguousWrite));
            return Err(self.unreachable());
        }
        Ok(if had { Put::Existed } else { Put::New })
    }

    /// What a list says now, if it says anything.
    fn listed(&self) -> Result<Vec<Listed>, BlobError> {
        let inner = self.inner();
        let calm = inner.calm;
        if !calm && self.dice.one_in(15) {
            self.dice.note(Fault::FailedList);
            return Err(self.unreachable());
        }
        let stale = !calm && self.dice.one_in(8);
        let objects = match self.dice.pick(&inner.earlier) {
            Some(earlier) if stale => {
                self.dice.note(Fault::StaleList);
                earlier
            }
            _ => &inner.objects,
        };
        let hides = !calm && self.dice.one_in(8);
        let shown = objects
            .iter()
            .filter(|_| !hides || !self.dice.one_in(3))
            .map(|(name, object)| Listed {
                name: *name,
                len: self
                    .tells_lengths
                    .then(|| u64::try_from(object.bytes().len()).unwrap_or(u64::MAX)),
                tag: (self.tags != Tags::None).then(|| object.tag()),
            });
        let mut shown: Vec<_> = shown.collect();
        if shown.len() < objects.len() {
            self.dice.note(Fault::HiddenList);
        }
        self.dice.shuffle(&mut shown);
        Ok(shown)
    }
}

#[async_trait]
impl BlobStore for SimPlace {
    fn place(&self) -> &str {
        &self.name
    }

    async fn list(&self, _cancel: &CancellationToken) -> Result<Vec<Listed>, BlobError> {
        pause(&self.dice, Fault::EndAtList).await;
        let listed = self.listed();
        pause(&self.dice, Fault::EndAtListed).await;
        listed
    }

    async fn get(&self, name: &BlobName, _max: u64) -> Result<Vec<u8>, BlobError> {
        pause(&self.dice, Fault::EndAtGet).await;
        let (object, calm) = {
            let inner = self.inner();
            (inner.objects.get(name).cloned(), inner.calm)
        };
        let object = object.ok_or(BlobError::NotFound)?;
        let object = object.bytes();
        let (fault, answer) = match self.dice.below(40) {
            _ if calm => return Ok(object.to_vec()),
            0..=1 => (Fault::FailedGet, Err(self.unreachable())),
            2 => (Fault::MissingGet, Err(BlobError::NotFound)),
            3 => (Fault::TornGet, Ok(self.torn(object))),
            4 => (Fault::FlippedGet, Ok(self.flipped(object))),
            _ => return Ok(object.to_vec()),
        };
        self.dice.note(fault);
        answer
    }

    async fn put_new(&self, name: &BlobName, object: &[u8]) -> Result<Put, BlobError> {
        pause(&self.dice, Fault::EndAtPut).await;
        let put = self.write(name, object, false);
        pause(&self.dice, Fault::EndAtPutDone).await;
        put
    }

    async fn mend(&self, name: &BlobName, object: &[u8]) -> Result<(), BlobError> {
        pause(&self.dice, Fault::EndAtMend).await;
        let put = self.write(name, object, true);
        pause(&self.dice, Fault::EndAtMendDone).await;
        put.map(|_| ())
    }

    async fn remove(&self, name: &BlobName) -> Result<(), BlobError> {
        pause(&self.dice, Fault::EndAtRemove).await;
        let failed = {
            let mut inner = self.inner();
            inner.objects.remove(name);
            inner.taken_out.insert(*name);
            !inner.calm && self.dice.one_in(20)
        };
        pause(&self.dice, Fault::EndAtRemoveDone).await;
        match failed {
            true => Err(self.unreachable()),
            false => Ok(()),
        }
    }
}
