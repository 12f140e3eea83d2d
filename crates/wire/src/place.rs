//! How this device stands at the places where it meets others.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::IpcError;
use crate::circle::Place;

/// Adds a place. A folder is chosen in the system's own dialog; a password is typed in the sealed window, sealed
/// under the vault, and told to nobody again.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct AddPlaceRequest {
    /// Made by the caller for this one intent.
    pub request_id: String,
    /// What kind of place, and where.
    pub place: NewPlace,
}

/// A place to be added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum NewPlace {
    /// A folder.
    Folder {},
    /// A folder on a WebDAV server.
    Webdav {
        /// Its address.
        url: String,
        /// Who logs in; none: nobody needs to.
        user: Option<String>,
    },
    /// A bucket of S3-compatible storage.
    S3 {
        /// The server's address, without the bucket.
        endpoint: String,
        /// The bucket.
        bucket: String,
        /// What the server calls its region.
        region: String,
        /// The id of the access key.
        user: String,
    },
}

/// Brings back what lost devices left where they met. A folder is chosen in the system's own dialog; a password and the words
/// made for this are typed in the sealed window.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct RecoverCircleRequest {
    /// Made by the caller for this one intent.
    pub request_id: String,
    /// Where they met.
    pub place: NewPlace,
}

/// How far bringing back is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum RecoverStep {
    /// The system, or the sealed window, has the word: which folder, whether the place may be looked at, its password.
    Asking,
    /// The place is asked what lies there.
    Listing,
    /// It is fetched.
    Fetching {
        /// How many objects were.
        done: u32,
        /// How many there are.
        of: u32,
    },
    /// The sealed window takes what opens it. Nothing of a new home was written so far.
    Opening,
    /// What they opened is added, wallet by wallet, each after consent. From here on it cannot be stopped from the page.
    Adding,
}

/// Changes the password of a place, which is typed in the sealed window.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct PlacePasswordRequest {
    /// Made by the caller for this one intent.
    pub request_id: String,
    /// Which place's.
    pub place_id: String,
}

/// Names a place.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct PlaceRef {
    /// Which.
    pub place_id: String,
}

/// Asks for rounds now.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct SyncPlacesRequest {
    /// With which place; none: with all.
    pub place_id: Option<String>,
}

/// What a round does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RoundStep {
    /// It asks what is there.
    Listing,
    /// It fetches what others left.
    Fetching,
    /// It leaves what is new here and reads it back.
    Bringing,
}

/// Where this device stands at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// No round was ever gone through.
    Never,
    /// Everything of this device was read back from there, and everything there was taken in, at the last round.
    InStep,
    /// Some of this device is not there yet, or some of what is there could not be taken in.
    Pending,
    /// The last round did not get an answer: what is there is not known.
    Unknown,
}

/// Names what the owner of this device knows now.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields, default)]
pub struct CircleNoticeRef {
    /// That this place lost something; none: that a copy of this device was seen.
    pub place_id: Option<String>,
}

/// A place, and how this device stands there as far as is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PlaceState {
    /// The place.
    pub place: Place,
    /// Where this device stands there.
    pub standing: Standing,
    /// Whether a round goes on now.
    pub going: bool,
    /// This device's objects that were read back from there.
    pub confirmed: u32,
    /// Such as are not there, as far as is known.
    pub pending: u32,
    /// Objects there that could not be taken in, at the last round since the start.
    pub passed_over: u32,
    /// Objects that the place had and did not list any more, until its owner knows. They are brought again.
    pub lost: u32,
    /// Objects that other devices speak of and nobody brought so far.
    pub missing: u32,
    /// The device that added this one had seen more in places than this one was shown by its last round: what it is called.
    pub less_than: Option<String>,
    /// Why the last round was not gone through, since the start.
    pub error: Option<IpcError>,
    /// Whether no round is made by itself until its owner asks for one: the place refuses.
    pub waits_for_owner: bool,
    /// When the next round is made by itself, in seconds since 1970.
    #[specta(type = Option<u32>)]
    pub next_at: Option<u64>,
}
