//! A place that loses, hides, holds back, tears, doubles and forgets.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use satchel_ports::{BlobError, BlobStore, Listed, Put};
use satchel_types::BlobName;
use tokio_util::sync::CancellationToken;

use crate::blob::{Blob, Blobs};
use crate::device::pause;
use crate::dice::Dice;

/// A place.
#[derive(Debug)]
pub struct SimPlace {
    /// Its name.
    pub name: String,
    with_lengths: bool,
    dice: Dice,
    inner: Mutex<Inner>,
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
        Self {
            name,
            with_lengths: !dice.one_in(4),
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
        match self.dice.below(3) {
            0 => {
                inner.objects.remove(&name);
            }
            kind => {
                if let Some(object) = inner.objects.get_mut(&name) {
                    *object = if kind == 1 {
                        self.torn(object.bytes())
                    } else {
                        self.flipped(object.bytes())
                    };
                }
            }
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
        inner.harmed.len() > before
    }

    fn torn(&self, object: &[u8]) -> Blob {
        Blob::new(object[..self.dice.below(object.len())].to_vec())
    }

    fn flipped(&self, object: &[u8]) -> Blob {
        let mut object = object.to_vec();
        let at = self.dice.below(object.len());
        if let Some(byte) = object.get_mut(at) {
            *byte ^= 1 << self.dice.below(8);
        }
        Blob::new(object)
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
        let object = match fate {
            Fate::Torn => self.torn(object),
            Fate::Flipped => self.flipped(object),
            _ => Blob::new(object.to_vec()),
        };
        if matches!(fate, Fate::Late | Fate::Twice) {
            inner.late.push((*name, object.clone()));
        }
        if !matches!(fate, Fate::Lost | Fate::Late) && (over || !had) {
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
        if wrong && !inner.calm {
            return Err(self.unreachable());
        }
        Ok(if had { Put::Existed } else { Put::New })
    }
}

#[async_trait]
impl BlobStore for SimPlace {
    fn place(&self) -> &str {
        &self.name
    }

    async fn list(&self, _cancel: &CancellationToken) -> Result<Vec<Listed>, BlobError> {
        pause().await;
        let listed = {
            let inner = self.inner();
            let calm = inner.calm;
            if !calm && self.dice.one_in(15) {
                return Err(self.unreachable());
            }
            let stale = !calm && self.dice.one_in(8);
            let objects = match self.dice.pick(&inner.earlier) {
                Some(earlier) if stale => earlier,
                _ => &inner.objects,
            };
            let hides = !calm && self.dice.one_in(8);
            let mut listed: Vec<_> = objects
                .iter()
                .filter(|_| !hides || !self.dice.one_in(3))
                .map(|(name, object)| Listed {
                    name: *name,
                    len: self
                        .with_lengths
                        .then(|| u64::try_from(object.bytes().len()).unwrap_or(u64::MAX)),
                    tag: None,
                })
                .collect();
            self.dice.shuffle(&mut listed);
            listed
        };
        pause().await;
        Ok(listed)
    }

    async fn get(&self, name: &BlobName, _max: u64) -> Result<Vec<u8>, BlobError> {
        pause().await;
        let (object, calm) = {
            let inner = self.inner();
            (inner.objects.get(name).cloned(), inner.calm)
        };
        let object = object.ok_or(BlobError::NotFound)?;
        if calm {
            return Ok(object.bytes().to_vec());
        }
        match self.dice.below(40) {
            0..=1 => Err(self.unreachable()),
            2 => Err(BlobError::NotFound),
            3 => Ok(self.torn(object.bytes()).bytes().to_vec()),
            4 => Ok(self.flipped(object.bytes()).bytes().to_vec()),
            _ => Ok(object.bytes().to_vec()),
        }
    }

    async fn put_new(&self, name: &BlobName, object: &[u8]) -> Result<Put, BlobError> {
        pause().await;
        let put = self.write(name, object, false);
        pause().await;
        put
    }

    async fn mend(&self, name: &BlobName, object: &[u8]) -> Result<(), BlobError> {
        pause().await;
        let put = self.write(name, object, true);
        pause().await;
        put.map(|_| ())
    }

    async fn remove(&self, name: &BlobName) -> Result<(), BlobError> {
        pause().await;
        let mut inner = self.inner();
        inner.objects.remove(name);
        inner.taken_out.insert(*name);
        if !inner.calm && self.dice.one_in(20) {
            return Err(self.unreachable());
        }
        Ok(())
    }
}
