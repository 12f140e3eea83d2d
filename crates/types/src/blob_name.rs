//! Names of the objects that a circle keeps in a place (`docs/formats/bundle-v1.md`, "Objects").

use std::fmt;
use std::str::FromStr;

use crate::StreamId;

/// The longest name: 2 + 32 + 1 + 16 + 1 + 32 characters and `.snap`.
pub const MAX_BLOB_NAME: usize = 89;

/// The first 16 bytes of an object's hash, with which its name ends.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ShortHash([u8; 16]);

impl ShortHash {
    /// Makes one of the first 16 bytes of a hash.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Returns the 16 bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for ShortHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for ShortHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ShortHash({self})")
    }
}

/// The name of an object in a place: it says what the object claims to be and ends with its hash,
/// so that two objects never share one and a torn copy is known as such.
///
/// Ordered so that keys come before what they open, and a stream's objects as they were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BlobName {
    /// Who belongs, and the keys of an epoch: `keys/<epoch>-<h16>.key`.
    Keys {
        /// Number of the epoch.
        epoch: u32,
        /// Begin of the object's hash.
        hash: ShortHash,
    },
    /// Changes by one device: `s/<stream>/<seq>-<h16>.seg`.
    Segment {
        /// Whose.
        stream: StreamId,
        /// Number in the stream.
        seq: u64,
        /// Begin of the object's hash.
        hash: ShortHash,
    },
    /// All that one device knew: `s/<stream>/<seq>-<h16>.snap`.
    Snapshot {
        /// Whose.
        stream: StreamId,
        /// Number in the stream.
        seq: u64,
        /// Begin of the object's hash.
        hash: ShortHash,
    },
}

impl BlobName {
    /// Returns the begin of the object's hash.
    pub fn hash(&self) -> ShortHash {
        match self {
            Self::Keys { hash, .. } | Self::Segment { hash, .. } | Self::Snapshot { hash, .. } => {
                *hash
            }
        }
    }
}

impl fmt::Display for BlobName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keys { epoch, hash } => write!(f, "keys/{epoch:08x}-{hash}.key"),
            Self::Segment { stream, seq, hash } => write!(f, "s/{stream}/{seq:016x}-{hash}.seg"),
            Self::Snapshot { stream, seq, hash } => write!(f, "s/{stream}/{seq:016x}-{hash}.snap"),
        }
    }
}

/// Why a text is not the name of an object. Places hold what others put there, so this is no fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not the name of an object")]
pub struct BlobNameError;

impl FromStr for BlobName {
    type Err = BlobNameError;

    fn from_str(text: &str) -> Result<Self, BlobNameError> {
        // Read leniently, then compared with the one way to write it.
        let name = read(text).ok_or(BlobNameError)?;
        if name.to_string() == text {
            Ok(name)
        } else {
            Err(BlobNameError)
        }
    }
}

fn read(text: &str) -> Option<BlobName> {
    if text.len() > MAX_BLOB_NAME {
        return None;
    }
    if let Some(rest) = text.strip_prefix("keys/") {
        let (epoch, hash) = rest.strip_suffix(".key")?.split_once('-')?;
        return Some(BlobName::Keys {
            epoch: u32::from_str_radix(epoch, 16).ok()?,
            hash: short(hash)?,
        });
    }
    let (stream, file) = text.strip_prefix("s/")?.split_once('/')?;
    let stream = stream.parse().ok()?;
    let (stem, end) = file.split_once('.')?;
    let (seq, hash) = stem.split_once('-')?;
    let seq = u64::from_str_radix(seq, 16).ok()?;
    let hash = short(hash)?;
    match end {
        "seg" => Some(BlobName::Segment { stream, seq, hash }),
        "snap" => Some(BlobName::Snapshot { stream, seq, hash }),
        _ => None,
    }
}

fn short(text: &str) -> Option<ShortHash> {
    let mut bytes = [0; 16];
    hex::decode_to_slice(text, &mut bytes).ok()?;
    Some(ShortHash(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const H: &str = "000102030405060708090a0b0c0d0e0f";

    #[test]
    fn each_name_is_read_as_it_is_written() {
        for text in [
            format!("keys/00000001-{H}.key"),
            format!("keys/ffffffff-{H}.key"),
            format!("s/{H}/0000000000000000-{H}.seg"),
            format!("s/{H}/ffffffffffffffff-{H}.snap"),
        ] {
            let name: BlobName = text.parse().expect("a name");
            assert_eq!(name.to_string(), text);
            assert!(text.len() <= MAX_BLOB_NAME);
        }
    }

    #[test]
    fn what_has_another_spelling_is_no_name() {
        let upper = H.to_uppercase();
        for text in [
            String::new(),
            "keys".to_owned(),
            format!("keys/1-{H}.key"),
            format!("keys/+0000001-{H}.key"),
            format!("keys/00000001-{upper}.key"),
            format!("keys/00000001-{H}.seg"),
            format!("/keys/00000001-{H}.key"),
            format!("s/{H}/0000000000000000-{H}.seg.tmp"),
            format!("s/{H}/0000000000000000-{H}"),
            format!("s/../{H}/0000000000000000-{H}.seg"),
            format!("s/{H}/../0000000000000000-{H}.seg"),
            format!("s/{H}/0000000000000000-{H} (1).seg"),
            format!("s/{H}/000000000000000A-{H}.seg"),
            "é".repeat(40),
        ] {
            assert_eq!(text.parse::<BlobName>(), Err(BlobNameError), "{text}");
        }
    }

    #[test]
    fn keys_come_first() {
        let keys: BlobName = format!("keys/ffffffff-{H}.key").parse().expect("a name");
        let segment: BlobName = format!("s/{H}/0000000000000000-{H}.seg")
            .parse()
            .expect("a name");
        assert!(keys < segment);
    }
}
