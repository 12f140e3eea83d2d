//! Roads on which the devices of a circle leave objects for each other: a folder, a WebDAV server,
//! S3-compatible storage.
//!
//! Every road is a [`BlobStore`](satchel_ports::BlobStore) and passes its contract in `testkit`. What lies
//! at its end is not trusted: it is listed and read up to limits, and what it says goes into no error.
//! `docs/roads.md` says for people what each road promises.
//!
//! # What must stay true
//!
//! * Only names of objects are listed, read, written and removed; whatever else lies there is left alone.
//! * A place that vanished is not an empty one, and is not made anew unasked.
//! * No call waits for ever.

#[cfg(test)]
mod fake;
pub mod folder;
#[cfg(fuzzing)]
pub mod fuzzing;
mod gather;
mod limits;
pub mod pace;
mod places;
mod s3;
mod web;
mod webdav;
mod xml;

/// Makes a tag for a list of whatever a place changes when it writes. It means nothing to other versions of this program,
/// who look once more.
pub(crate) fn tag_of(what: impl std::hash::Hash) -> u64 {
    use std::hash::Hasher;
    let mut hasher = std::hash::DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

pub use folder::{Folder, SetUpError};
pub use gather::{ObjectsBelow, objects_below};
pub use pace::{Next, Pace, PaceSettings};
pub use places::Roads;
pub use s3::{S3, S3Place};
pub use web::{Login, connection};
pub use webdav::WebDav;
