//! A place that keeps objects in memory, and misbehaves when told to.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use satchel_ports::{BlobError, BlobStore, Listed, Put};
use satchel_types::{BlobName, CircleId};
use tokio_util::sync::CancellationToken;

/// What a place is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// For a list.
    List,
    /// For an object.
    Get(BlobName),
    /// To take a new object.
    Put(BlobName),
    /// To take an object in place of another.
    Mend(BlobName),
    /// To remove an object.
    Remove(BlobName),
}

/// What a place does with what it is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// What it should.
    Serve,
    /// Nothing, and says so.
    Refuse(BlobError),
    /// What it should, and then says that it did not.
    LoseAnswer(BlobError),
    /// Keeps, gives or lists only the first so many: bytes of an object, or objects of a list.
    Cut(usize),
}

type Judge = dyn FnMut(Asked) -> Fate + Send;

/// A circle's folder in memory. A clone is another hand in the same place; places are shared by
/// any number of circles.
#[derive(Clone)]
pub struct MemoryPlace {
    circle: CircleId,
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    /// By circle and path.
    files: BTreeMap<(CircleId, String), Vec<u8>>,
    judge: Box<Judge>,
}

impl MemoryPlace {
    /// Makes an empty place that serves.
    pub fn new(circle: CircleId) -> Self {
        Self {
            circle,
            inner: Arc::new(Mutex::new(Inner {
                files: BTreeMap::new(),
                judge: Box::new(|_| Fate::Serve),
            })),
        }
    }

    /// Returns another circle's folder in the same place.
    #[must_use]
    pub fn of(&self, circle: CircleId) -> Self {
        Self {
            circle,
            inner: Arc::clone(&self.inner),
        }
    }

    /// Lets every later call, by whatever hand, be judged. Whoever judges must not call the place.
    pub fn judge(&self, judge: impl FnMut(Asked) -> Fate + Send + 'static) {
        self.lock().judge = Box::new(judge);
    }

    /// Leaves bytes under any path in the circle's folder, as somebody else would.
    pub fn plant(&self, path: &str, bytes: &[u8]) {
        let key = (self.circle, path.to_owned());
        self.lock().files.insert(key, bytes.to_vec());
    }

    /// Returns what lies under a path in the circle's folder.
    pub fn held(&self, path: &str) -> Option<Vec<u8>> {
        let key = (self.circle, path.to_owned());
        self.lock().files.get(&key).cloned()
    }

    /// Returns all that the place holds, to be brought back by [`restore`](Self::restore).
    pub fn snapshot(&self) -> BTreeMap<(CircleId, String), Vec<u8>> {
        self.lock().files.clone()
    }

    /// Makes the place hold what it held once, and nothing else.
    pub fn restore(&self, files: BTreeMap<(CircleId, String), Vec<u8>>) {
        self.lock().files = files;
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic in a judge leaves the files as they were.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does one thing as the judge wants it; `act` gets what is to be cut off.
    fn act<T>(
        &self,
        asked: Asked,
        act: impl FnOnce(&mut Inner, Option<usize>) -> Result<T, BlobError>,
    ) -> Result<T, BlobError> {
        let mut inner = self.lock();
        match (inner.judge)(asked) {
            Fate::Serve => act(&mut inner, None),
            Fate::Refuse(error) => Err(error),
            Fate::LoseAnswer(error) => act(&mut inner, None).and(Err(error)),
            Fate::Cut(len) => act(&mut inner, Some(len)),
        }
    }

    fn key(&self, name: &BlobName) -> (CircleId, String) {
        (self.circle, name.to_string())
    }
}

impl fmt::Debug for MemoryPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryPlace")
            .field("circle", &self.circle)
            .field("files", &self.lock().files.len())
            .finish()
    }
}

fn cut(bytes: &[u8], len: Option<usize>) -> Vec<u8> {
    bytes[..len.unwrap_or(bytes.len()).min(bytes.len())].to_vec()
}

#[async_trait]
impl BlobStore for MemoryPlace {
    fn place(&self) -> &str {
        "memory"
    }

    async fn list(&self, cancel: &CancellationToken) -> Result<Vec<Listed>, BlobError> {
        if cancel.is_cancelled() {
            return Err(BlobError::Cancelled);
        }
        self.act(Asked::List, |inner, len| {
            let ours = inner.files.iter().filter(|((c, _), _)| *c == self.circle);
            let listed = ours.filter_map(|((_, path), bytes)| {
                Some(Listed {
                    name: path.parse().ok()?,
                    len: Some(bytes.len() as u64),
                    tag: None,
                })
            });
            Ok(listed.take(len.unwrap_or(usize::MAX)).collect())
        })
    }

    async fn get(&self, name: &BlobName, max: u64) -> Result<Vec<u8>, BlobError> {
        self.act(Asked::Get(*name), |inner, len| {
            let bytes = inner.files.get(&self.key(name));
            let bytes = bytes.ok_or(BlobError::NotFound)?;
            if bytes.len() as u64 > max {
                return Err(BlobError::TooLarge {
                    place: self.place().to_owned(),
                    max,
                });
            }
            Ok(cut(bytes, len))
        })
    }

    async fn put_new(&self, name: &BlobName, object: &[u8]) -> Result<Put, BlobError> {
        self.act(Asked::Put(*name), |inner, len| {
            let key = self.key(name);
            if inner.files.contains_key(&key) {
                return Ok(Put::Existed);
            }
            inner.files.insert(key, cut(object, len));
            Ok(Put::New)
        })
    }

    async fn mend(&self, name: &BlobName, object: &[u8]) -> Result<(), BlobError> {
        self.act(Asked::Mend(*name), |inner, len| {
            inner.files.insert(self.key(name), cut(object, len));
            Ok(())
        })
    }

    async fn remove(&self, name: &BlobName) -> Result<(), BlobError> {
        self.act(Asked::Remove(*name), |inner, _| {
            inner.files.remove(&self.key(name));
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::contract::{self, Ground};
    use crate::rows;

    #[async_trait]
    impl Ground for MemoryPlace {
        fn hand(&self, circle: CircleId) -> Arc<dyn BlobStore> {
            Arc::new(self.of(circle))
        }

        async fn plant(&self, circle: CircleId, path: &str, bytes: &[u8]) {
            self.of(circle).plant(path, bytes);
        }

        async fn held(&self, circle: CircleId, path: &str) -> Option<Vec<u8>> {
            self.of(circle).held(path)
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn memory_keeps_the_contract() {
        contract::blob_store(async || MemoryPlace::new(CircleId::from_bytes([9; 16]))).await;
    }

    #[tokio::test]
    async fn a_judge_decides_what_becomes_of_a_call() {
        let place = MemoryPlace::new(CircleId::from_bytes([1; 16]));
        let name = rows::blob_name(1);
        let lost = BlobError::Unreachable {
            place: "memory".to_owned(),
        };
        let told = lost.clone();
        place.judge(move |asked| match asked {
            Asked::Put(_) => Fate::LoseAnswer(told.clone()),
            Asked::Get(_) => Fate::Cut(2),
            Asked::List => Fate::Cut(0),
            Asked::Mend(_) | Asked::Remove(_) => Fate::Refuse(told.clone()),
        });
        assert_eq!(place.put_new(&name, b"whole").await, Err(lost.clone()));
        assert_eq!(place.held(&name.to_string()), Some(b"whole".to_vec()));
        assert_eq!(place.get(&name, 5).await, Ok(b"wh".to_vec()));
        assert_eq!(place.list(&CancellationToken::new()).await, Ok(vec![]));
        assert_eq!(place.mend(&name, b"other").await, Err(lost.clone()));
        assert_eq!(place.remove(&name).await, Err(lost));
        assert_eq!(place.held(&name.to_string()), Some(b"whole".to_vec()));
        let before = place.snapshot();
        place.judge(|_| Fate::Serve);
        assert_eq!(place.remove(&name).await, Ok(()));
        place.restore(before);
        assert_eq!(place.get(&name, 5).await, Ok(b"whole".to_vec()));
    }
}
