//! The first half of a round: what is new in the place is taken in and kept.

use futures::StreamExt;
use satchel_bundle::object::{Hashed, max_len};
use satchel_bundle::replica::{Source, Taken};
use satchel_ports::BlobError;
use satchel_types::BlobName;

use super::{AT_ONCE, Going, Progress, RoundError};
use crate::{WhyNot, lock};

/// How many objects are taken in and kept at once, at most.
const BATCH: usize = 64;
/// And of how many bytes, about.
const BATCH_BYTES: usize = 4 * 1024 * 1024;

impl Going<'_> {
    pub(super) async fn fetch(&mut self) -> Result<(), RoundError> {
        // Keys first: what they open can be judged then.
        let keys = self.unknown(|name| matches!(name, BlobName::Keys { .. }));
        self.fetch_all(keys).await?;
        let others = self.unknown(|name| !matches!(name, BlobName::Keys { .. }));
        self.fetch_all(others).await
    }

    /// Returns what is listed and neither known nor passed over, in the order in which it was written.
    fn unknown(&mut self, wanted: impl Fn(&BlobName) -> bool) -> Vec<BlobName> {
        let replica = lock(self.replica);
        let keys = replica.roster().objects().count();
        let mut unknown = Vec::new();
        for name in self.listed.keys().filter(|name| wanted(name)) {
            if replica.knows_short(name.hash()) {
                continue;
            }
            match self.memory.passed(name, keys) {
                Some(why) => {
                    self.report.passed_over.insert(*name, why.clone());
                }
                None => unknown.push(*name),
            }
        }
        unknown
    }

    async fn fetch_all(&mut self, names: Vec<BlobName>) -> Result<(), RoundError> {
        let of = names.len();
        let mut done = 0;
        let round = self.round;
        let mut answers = futures::stream::iter(names)
            .map(|name| async move {
                let max = u64::try_from(max_len(&name)).unwrap_or(u64::MAX);
                (name, round.store.get(&name, max).await.map(Hashed::new))
            })
            .buffered(AT_ONCE);
        let mut batch = Vec::new();
        let mut bytes = 0;
        while !self.is_stopped()
            && let Some((name, answer)) = answers.next().await
        {
            match answer {
                Ok(object) if object.hash().short() == name.hash() => {
                    self.failed_in_a_row = 0;
                    self.memory.set_torn(round.place, name, false);
                    bytes += object.bytes().len();
                    batch.push((name, object));
                }
                Ok(_) => {
                    self.failed_in_a_row = 0;
                    self.memory.set_torn(round.place, name, true);
                    self.report.passed_over.insert(name, WhyNot::Torn);
                }
                Err(error) => self.not_read(name, error),
            }
            done += 1;
            (self.progress)(Progress::Fetching { done, of });
            if batch.len() == BATCH || bytes >= BATCH_BYTES {
                self.take(std::mem::take(&mut batch)).await?;
                bytes = 0;
            }
        }
        self.take(batch).await
    }

    fn not_read(&mut self, name: BlobName, error: BlobError) {
        let why = match error {
            BlobError::NotFound => WhyNot::Gone,
            BlobError::TooLarge { .. } => {
                self.memory.set_torn(self.round.place, name, true);
                WhyNot::Torn
            }
            error => {
                self.failed(&error);
                WhyNot::Unread(error)
            }
        };
        self.report.passed_over.insert(name, why);
    }

    /// Takes objects in, then keeps those that are to be kept.
    async fn take(&mut self, batch: Vec<(BlobName, Hashed)>) -> Result<(), RoundError> {
        if batch.is_empty() {
            return Ok(());
        }
        // Keys are kept before they are known: the owner may write meanwhile, and what is sealed under a
        // key must not outlive it.
        let early: Vec<_> = {
            let mut replica = lock(self.replica);
            let keys = batch
                .iter()
                .filter(|(_, object)| replica.accepts_keys(object.bytes()));
            keys.map(|(name, object)| (*name, object.bytes().to_vec()))
                .collect()
        };
        if !early.is_empty() {
            self.round.keep.put(&early).await?;
        }
        let (taken, keys) = {
            let mut replica = lock(self.replica);
            let objects = batch.iter().map(|(_, object)| object);
            let taken = replica.take_all_hashed(objects, Source::Elsewhere);
            (taken, replica.roster().objects().count())
        };
        let mut keep = Vec::new();
        let mut seen = Vec::new();
        for ((name, object), taken) in batch.into_iter().zip(taken) {
            let object = object.into_bytes();
            let why = match taken {
                Ok(Taken::New { touched, notes }) => {
                    self.report.touched.extend(touched);
                    self.report.notes.extend(notes);
                    self.report.taken += 1;
                    keep.push((self.right_name(name, &object), object));
                    None
                }
                Ok(Taken::LeftOut { .. }) => {
                    keep.push((self.right_name(name, &object), object));
                    None
                }
                Ok(Taken::Known) => None,
                Ok(Taken::Waits(wait)) => Some(WhyNot::Waits(wait)),
                Ok(Taken::NotForUs) => Some(WhyNot::NotForUs),
                Err(error) => Some(WhyNot::Refused(error)),
            };
            match why {
                Some(why) => {
                    self.report.passed_over.insert(name, why.clone());
                    self.memory.pass(name, keys, why);
                }
                None => {
                    self.memory.taken(&name);
                    self.is_as_listed(&name);
                    seen.push(name);
                }
            }
        }
        let round = self.round;
        round.keep.put(&keep).await?;
        round.keep.mark(round.place, &seen, &[]).await?;
        self.marks.extend(seen);
        Ok(())
    }

    /// The name an object has, whatever the place called it.
    fn right_name(&self, listed: BlobName, object: &[u8]) -> BlobName {
        satchel_bundle::object::named(object, listed.hash()).unwrap_or(listed)
    }
}
