//! Where the devices of a circle leave objects for each other.

use std::fmt;

use crate::{PlaceId, Timestamp};

/// A place, without what opens it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlaceAddress {
    /// A folder, perhaps one that another program carries to other devices.
    Folder(String),
    /// A folder on a WebDAV server (RFC 4918), by its address.
    WebDav(String),
    /// A bucket of S3-compatible storage.
    S3 {
        /// The server's address, without the bucket.
        endpoint: String,
        /// The bucket's name.
        bucket: String,
        /// What the server calls its region.
        region: String,
    },
}

impl fmt::Display for PlaceAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => f.write_str(path),
            Self::WebDav(url) => f.write_str(url),
            Self::S3 {
                endpoint, bucket, ..
            } => write!(f, "{}/{bucket}", endpoint.trim_end_matches('/')),
        }
    }
}

/// A place that this device goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceRecord {
    /// Its id on this device.
    pub id: PlaceId,
    /// Where it is.
    pub address: PlaceAddress,
    /// Who logs in there, if anybody.
    pub user: Option<String>,
    /// The password, sealed under the vault's bundle key.
    pub sealed_password: Option<Vec<u8>>,
    /// When it was added here.
    pub added_at: Timestamp,
    /// When a round with it was last gone through to its end.
    pub last_round_at: Option<Timestamp>,
    /// How many objects that it had were gone when they were last looked for.
    pub lost: u32,
}
