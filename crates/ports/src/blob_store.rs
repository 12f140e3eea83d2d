//! A place where the devices of a circle leave objects for each other.
//!
//! A place is not trusted: it may lose, hide, hold back, tear or change what it was given, and
//! others may write there. What it holds is sealed and named by its hash, so whoever reads checks;
//! a place that misbehaves costs time, never contents (ADR 0011).

use std::fmt;

use async_trait::async_trait;
use satchel_types::BlobName;
use tokio_util::sync::CancellationToken;

/// An object that a place says it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    /// Its name.
    pub name: BlobName,
    /// Its length in bytes, if the place tells. Less than the object has means a torn copy.
    pub len: Option<u64>,
    /// What the place changes when it writes there, if it tells: of a file when it was changed, of a server its
    /// entity tag. Compared with what it was before and with nothing else.
    pub tag: Option<u64>,
}

/// Whether a place took an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// It is new there.
    New,
    /// Something of that name was there already and was left as it is. It need not be whole.
    Existed,
}

/// Why a place did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlobError {
    /// No connection, no answer in time, or the medium is not there. Worth another try later.
    #[error("{place} does not answer")]
    Unreachable {
        /// Which place, for people.
        place: String,
    },
    /// It shows a certificate that is not its own, or that nobody known vouches for: perhaps somebody stands between. Nothing
    /// was said to it.
    #[error("{place} cannot prove that it is itself: its certificate is not known or not valid")]
    Untrusted {
        /// Which place, for people.
        place: String,
    },
    /// The place wants other credentials, or these may not do that.
    #[error("{place} refuses access")]
    Denied {
        /// Which place.
        place: String,
    },
    /// There is no room left.
    #[error("{place} is full")]
    Full {
        /// Which place.
        place: String,
    },
    /// It asks to be left alone for a while, or has a fault of its own. Worth another try later.
    #[error("{place} cannot serve now")]
    Busy {
        /// Which place.
        place: String,
        /// How long it asked to be left alone, in seconds.
        after_s: Option<u32>,
    },
    /// There is no object of that name.
    #[error("there is no such object")]
    NotFound,
    /// More than the caller wants to read.
    #[error("what {place} holds under this name is longer than {max} bytes")]
    TooLarge {
        /// Which place.
        place: String,
        /// Bytes allowed.
        max: u64,
    },
    /// The answer breaks the protocol or a limit.
    #[error("{place} gave an answer that cannot be right: {what}")]
    Nonsense {
        /// Which place.
        place: String,
        /// What was wrong, in this program's own words.
        what: &'static str,
    },
    /// The caller cancelled.
    #[error("cancelled")]
    Cancelled,
}

impl BlobError {
    /// Returns whether the same may succeed later without anybody doing something.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Busy { .. })
    }
}

/// A circle's folder in some place.
///
/// Every call may end in an error although the place did what was asked: whoever writes knows only
/// after reading back. Dropping a future abandons the call and leaves that open as well.
#[async_trait]
pub trait BlobStore: Send + Sync + fmt::Debug {
    /// Returns what the place is called, for people. No credentials.
    fn place(&self) -> &str;

    /// Lists the circle's objects, in any order; what has another name is passed over. A list that
    /// could not be read to its end is an error, never a shorter list. Nothing there yet is an
    /// empty list.
    async fn list(&self, cancel: &CancellationToken) -> Result<Vec<Listed>, BlobError>;

    /// Reads an object of at most `max` bytes, whole. What it holds is not checked here.
    async fn get(&self, name: &BlobName, max: u64) -> Result<Vec<u8>, BlobError>;

    /// Leaves an object, creating the folders above it. A reader sees it whole or not at all where
    /// the place can promise that. What is there under this name already stays.
    async fn put_new(&self, name: &BlobName, object: &[u8]) -> Result<Put, BlobError>;

    /// Leaves an object in place of what is there under its name: for a torn copy, by whoever has
    /// the whole.
    async fn mend(&self, name: &BlobName, object: &[u8]) -> Result<(), BlobError>;

    /// Removes an object of one's own that a snapshot replaced. None there is success.
    async fn remove(&self, name: &BlobName) -> Result<(), BlobError>;
}
