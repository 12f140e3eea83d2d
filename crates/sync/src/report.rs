//! What a round found.

use std::collections::{BTreeMap, BTreeSet};

use satchel_bundle::object::{ObjectError, ObjectHash};
use satchel_bundle::replica::{Note, Wait};
use satchel_bundle::state::Touched;
use satchel_ports::BlobError;
use satchel_types::BlobName;

/// Whether an object of one's own is in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It was read back from there with the right hash, and the place lists it still.
    Confirmed,
    /// The place does not have it, or not whole. The next round brings it.
    Pending,
    /// The place did not say: it could not be listed, or did not answer when the object was brought.
    Unknown,
}

/// Why an object that a place lists was not taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhyNot {
    /// Its bytes are not those that its name promises: torn, or changed there or on the way.
    Torn,
    /// It is whole and not as it must be.
    Refused(ObjectError),
    /// It cannot be judged before there are other keys.
    Waits(Wait),
    /// It is for devices that may hold seeds.
    NotForUs,
    /// The place lists it and does not have it.
    Gone,
    /// The place did not give it.
    Unread(BlobError),
}

/// What a round found and did.
#[derive(Debug, Default)]
pub struct Report {
    /// Why the round was not gone through to its end; `None`: it was.
    pub stopped: Option<BlobError>,
    /// How each object of this device stands, and each keys object if it holds the owner's key.
    pub own: BTreeMap<BlobName, Standing>,
    /// How many objects were taken in.
    pub taken: usize,
    /// What they changed.
    pub touched: BTreeSet<Touched>,
    /// What the owner should be told: copies of devices, devices that came and went.
    pub notes: Vec<Note>,
    /// Objects that were brought and read back.
    pub brought: BTreeSet<BlobName>,
    /// Of these, such as were there and not whole.
    pub mended: BTreeSet<BlobName>,
    /// How many of this device's objects were taken out of the place because a snapshot there holds them.
    pub thinned: usize,
    /// Objects that the place had, and lists no more: it lost them or hides them.
    pub lost: BTreeSet<BlobName>,
    /// Objects that the place lists and that were not taken in.
    pub passed_over: BTreeMap<BlobName, WhyNot>,
    /// Objects of this device's keeping that cannot be read any more.
    pub damaged: BTreeSet<BlobName>,
    /// Objects that others name and no place had so far: one holds them back, or they are on
    /// their way.
    pub missing: BTreeSet<ObjectHash>,
    /// A device with the owner's key should make a new epoch.
    pub epoch_due: bool,
}
