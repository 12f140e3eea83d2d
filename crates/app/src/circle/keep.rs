//! The circle's objects in the encrypted database.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use satchel_bundle::replica::{OwnStreams, Replica};
use satchel_ports::{KeepError, KeptObject, ObjectKeep, StoreError, WalletStore};
use satchel_types::{Batch, BlobName, CircleRecord, PlaceId, Write};

use super::Circle;
use crate::high_water::StreamTag;

/// Key under which what is known of the objects is remembered. Not a table of its own: it is one value, written seldom
/// and read whole, and may be lost.
const INDEX: &str = "circle_index";

/// Key of the names of objects whose rows are due.
const ROWS_DUE: &str = "circle_rows_due";

/// Returns the objects that were kept and of which no rows were made yet.
pub(crate) fn rows_due(store: &dyn WalletStore) -> Result<Vec<BlobName>, StoreError> {
    let due = store.setting(ROWS_DUE)?.unwrap_or_default();
    Ok(due
        .split_ascii_whitespace()
        .filter_map(|name| name.parse().ok())
        .collect())
}

fn put_rows_due<'a>(names: impl Iterator<Item = &'a BlobName>) -> Write {
    let names: Vec<_> = names.map(ToString::to_string).collect();
    Write::PutSetting {
        key: ROWS_DUE.to_owned(),
        value: names.join(" "),
    }
}

/// Key of what was written here while this device waited for keys.
const UNSAID: &str = "circle_unsaid";

/// Keeps what is to be said once keys come.
pub(crate) fn put_unsaid(changes: &[u8]) -> Write {
    Write::PutSetting {
        key: UNSAID.to_owned(),
        value: text_of(changes),
    }
}

/// Returns what is to be said once keys come, if anything.
pub(crate) fn unsaid(store: &dyn WalletStore) -> Result<Option<Vec<u8>>, StoreError> {
    let text = store.setting(UNSAID)?.filter(|text| !text.is_empty());
    Ok(text.and_then(|text| bytes_of(&text)))
}

/// Notes that all rows are made.
pub(crate) fn no_rows_due() -> Write {
    put_rows_due(std::iter::empty())
}

/// Key under which it is remembered how a place listed what it holds.
fn listing_key(place: &str) -> String {
    format!("circle_listing.{place}")
}

/// Key under which it is remembered when all that is in a place was last read.
pub(crate) fn looked_key(place: PlaceId) -> String {
    format!("circle_looked.{place}")
}

/// Keys of what is remembered of a place.
pub(crate) fn keys_of_place(place: PlaceId) -> [String; 2] {
    [listing_key(&place.to_string()), looked_key(place)]
}

pub(super) fn text_of(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

pub(super) fn bytes_of(text: &str) -> Option<Vec<u8>> {
    let digit = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let pairs = text.as_bytes().chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return None;
    }
    pairs
        .map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?))
        .collect()
}

/// Key under which it waits to be told that a copy of this device was seen.
const COPY_SEEN: &str = "circle_copy_seen";

/// Returns whether it is to be told that a copy of this device was seen, and notes that it was.
pub(crate) fn take_copy_seen(store: &dyn WalletStore) -> Result<bool, StoreError> {
    let seen = store.setting(COPY_SEEN)?.is_some_and(|at| !at.is_empty());
    if seen {
        store.apply(&Batch::from(put_copy_seen("")))?;
    }
    Ok(seen)
}

fn put_copy_seen(value: &str) -> Write {
    Write::PutSetting {
        key: COPY_SEEN.to_owned(),
        value: value.to_owned(),
    }
}

/// Key of the streams that this device wrote in and left, or was told to have written in after what it is a copy of.
const LEFT: &str = "circle_streams_left";

/// Returns whether this device is known to have left a stream.
pub(crate) fn is_left(store: &dyn WalletStore, stream: StreamTag) -> Result<bool, StoreError> {
    let left = store.setting(LEFT)?.unwrap_or_default();
    let tag = stream.to_string();
    Ok(left.split_ascii_whitespace().any(|left| left == tag))
}

fn tag_of(record: &CircleRecord) -> StreamTag {
    StreamTag::of(record.id, record.device, record.shared_stream)
}

/// Makes the writes with which this device goes on in other streams: it is to be told, and not again of these.
fn renewal(
    store: &dyn WalletStore,
    renewed: &CircleRecord,
    left: &[StreamTag],
) -> Result<Batch, StoreError> {
    let mut all = store.setting(LEFT)?.unwrap_or_default();
    for stream in left {
        all.push(' ');
        all.push_str(&stream.to_string());
    }
    let mut batch = Batch::from(Write::PutCircle(Box::new(renewed.clone())));
    batch.push(put_copy_seen("1"));
    batch.push(Write::PutSetting {
        key: LEFT.to_owned(),
        value: all.trim_start().to_owned(),
    });
    Ok(batch)
}

/// Keeps objects where everything else of the wallet lies.
pub(crate) struct StoreKeep {
    store: Arc<dyn WalletStore>,
    /// Whose objects they are, once this device knows its circle.
    circle: Option<Arc<Circle>>,
}

impl StoreKeep {
    /// Keeps what a circle is made of when the wallet is opened.
    pub(crate) fn before_the_circle(store: Arc<dyn WalletStore>) -> Self {
        Self {
            store,
            circle: None,
        }
    }

    /// Keeps what rounds of a circle bring.
    pub(crate) fn of(circle: &Arc<Circle>, store: Arc<dyn WalletStore>) -> Self {
        Self {
            store,
            circle: Some(Arc::clone(circle)),
        }
    }

    /// Asks the database, off the async threads.
    async fn ask<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&dyn WalletStore) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, KeepError> {
        let store = Arc::clone(&self.store);
        tokio::task::spawn_blocking(move || ask(&*store))
            .await
            .map_err(|error| KeepError::Io(Box::new(error)))?
            .map_err(|error| match error {
                StoreError::DiskFull => KeepError::Full,
                StoreError::Closed => KeepError::Closed,
                other => KeepError::Io(Box::new(other)),
            })
    }
}

impl Circle {
    /// Stores a batch, and with it under which streams this device writes, if a copy of it was seen. An object of
    /// the copy that is kept is never told apart again from one of this device: if the streams were remembered later,
    /// a program that ended in between would go on in the copy's stream, and nobody would be told.
    pub(super) fn keep_with_streams(
        &self,
        store: &dyn WalletStore,
        mut batch: Batch,
    ) -> Result<(), StoreError> {
        let own = self.replica().own_streams();
        let mut record = self.record();
        let renewed = CircleRecord {
            shared_stream: own.shared,
            seeds_stream: own.seeds,
            ..record.clone()
        };
        if *record != renewed {
            batch.extend(renewal(store, &renewed, &[tag_of(&record)])?);
        }
        store.apply(&batch)?;
        *record = renewed;
        Ok(())
    }

    /// Goes on in these streams: stored first, so that nothing is written in them that is not known to be this device's.
    /// `beyond` is how it is known: a stream of which more went out than the replica has.
    pub(crate) fn go_on_in(
        &self,
        replica: &mut Replica,
        streams: OwnStreams,
        beyond: StreamTag,
        store: &dyn WalletStore,
    ) -> Result<(), StoreError> {
        let mut record = self.record();
        let renewed = CircleRecord {
            shared_stream: streams.shared,
            seeds_stream: streams.seeds,
            ..record.clone()
        };
        let left = [tag_of(&record), beyond];
        store.apply(&renewal(store, &renewed, &left)?)?;
        *record = renewed;
        replica.go_on_in(streams);
        Ok(())
    }
}

impl fmt::Debug for StoreKeep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoreKeep")
    }
}

#[async_trait]
impl ObjectKeep for StoreKeep {
    async fn objects(&self) -> Result<Vec<KeptObject>, KeepError> {
        self.ask(|store| store.objects()).await
    }

    async fn get(&self, name: &BlobName) -> Result<Vec<u8>, KeepError> {
        let name = *name;
        let object = self.ask(move |store| store.object(&name)).await?;
        object.ok_or(KeepError::Gone)
    }

    async fn put(&self, objects: &[(BlobName, Vec<u8>)]) -> Result<(), KeepError> {
        let writes = objects
            .iter()
            .map(|(name, bytes)| Write::KeepObject(*name, bytes.clone()));
        let mut batch = Batch {
            writes: writes.collect(),
        };
        let names: Vec<_> = objects.iter().map(|(name, _)| *name).collect();
        let circle = self.circle.clone();
        self.ask(move |store| {
            // With them: if this is as far as it comes, their rows are made later.
            let due = rows_due(store)?;
            if !names.is_empty() {
                batch.push(put_rows_due(due.iter().chain(&names)));
            }
            match circle {
                Some(circle) => circle.keep_with_streams(store, batch),
                None => store.apply(&batch),
            }
        })
        .await
    }

    async fn index(&self) -> Result<Option<Vec<u8>>, KeepError> {
        let text = self.ask(|store| store.setting(INDEX)).await?;
        Ok(text.and_then(|text| bytes_of(&text)))
    }

    async fn put_index(&self, index: &[u8]) -> Result<(), KeepError> {
        let batch = Batch::from(Write::PutSetting {
            key: INDEX.to_owned(),
            value: text_of(index),
        });
        self.ask(move |store| store.apply(&batch)).await
    }

    async fn listing(&self, place: &str) -> Result<Option<Vec<u8>>, KeepError> {
        let key = listing_key(place);
        let text = self.ask(move |store| store.setting(&key)).await?;
        Ok(text.and_then(|text| bytes_of(&text)))
    }

    async fn put_listing(&self, place: &str, listing: &[u8]) -> Result<(), KeepError> {
        let batch = Batch::from(Write::PutSetting {
            key: listing_key(place),
            value: text_of(listing),
        });
        self.ask(move |store| store.apply(&batch)).await
    }

    async fn marks(&self, place: &str) -> Result<BTreeSet<BlobName>, KeepError> {
        let place = place.to_owned();
        let marks = self.ask(move |store| store.marks(&place)).await?;
        Ok(marks.into_iter().collect())
    }

    async fn mark(
        &self,
        place: &str,
        seen: &[BlobName],
        lost: &[BlobName],
    ) -> Result<(), KeepError> {
        let batch = Batch::from(Write::MarkObjects {
            place: place.to_owned(),
            seen: seen.to_vec(),
            lost: lost.to_vec(),
        });
        self.ask(move |store| store.apply(&batch)).await
    }
}
