//! Roads on which the devices of a circle leave objects for each other: a folder.
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

pub mod folder;
mod limits;

pub use folder::{Folder, SetUpError};
