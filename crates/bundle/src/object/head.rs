//! The readable head of an object.

use satchel_secrets::SecretBytes;
use satchel_secrets::aead::{NONCE_LEN, TAG_LEN};
use satchel_secrets::commit::COMMITMENT_LEN;
use satchel_secrets::derive::derive_key_about;
use satchel_types::{BlobName, CircleId, ShortHash, StreamId};

use super::{MAX_SEGMENT, MAX_SNAPSHOT, ObjectError, ObjectHash};

/// What objects begin with.
pub const MAGIC: [u8; 4] = *b"SAT1";
/// The ciphers: XChaCha20-Poly1305, BLAKE3, Ed25519, HKDF-SHA256.
pub(crate) const SUITE: u8 = 1;
/// This version, and the lowest that reads what it writes.
pub(crate) const VERSION: u8 = 1;
const PACKED: u8 = 1;

/// Where what the object key depends on lies: circle to predecessor.
const ABOUT: std::ops::Range<usize> = 8..85;
/// What the signature covers.
pub(super) const SIGNED_LEN: usize = 85 + NONCE_LEN;
/// What the commitment covers.
pub(super) const OPEN_LEN: usize = SIGNED_LEN + 4;
/// Everything before the ciphertext.
pub(super) const HEAD_LEN: usize = OPEN_LEN + COMMITMENT_LEN;

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Some changes by one device.
    Segment,
    /// All that one device knew.
    Snapshot,
}

impl Kind {
    pub(super) fn max_len(self) -> usize {
        match self {
            Self::Segment => MAX_SEGMENT,
            Self::Snapshot => MAX_SNAPSHOT,
        }
    }
}

/// Who may read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// All devices of the circle.
    Shared,
    /// Devices that may hold seeds.
    Seeds,
}

impl Class {
    pub(crate) fn number(self) -> u8 {
        match self {
            Self::Shared => 0,
            Self::Seeds => 1,
        }
    }
}

/// Where in a circle an object stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    /// What it is.
    pub kind: Kind,
    /// Whose circle.
    pub circle: CircleId,
    /// Under which epoch's keys.
    pub epoch: u32,
    /// Who may read it.
    pub class: Class,
    /// In which stream.
    pub stream: StreamId,
    /// Its number there, from 0.
    pub seq: u64,
    /// The object before it; [`ObjectHash::NONE`] for the first.
    pub prev: ObjectHash,
}

impl Place {
    /// Returns the name under which a place keeps the object.
    pub fn name(&self, hash: &ObjectHash) -> BlobName {
        self.named(hash.short())
    }

    pub(super) fn named(&self, hash: ShortHash) -> BlobName {
        let (stream, seq) = (self.stream, self.seq);
        match self.kind {
            Kind::Segment => BlobName::Segment { stream, seq, hash },
            Kind::Snapshot => BlobName::Snapshot { stream, seq, hash },
        }
    }
}

/// The head of an object, read but not believed: that takes the key and the writer's signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Where it says it stands.
    pub place: Place,
    pub(super) packed: bool,
    pub(super) nonce: [u8; NONCE_LEN],
    pub(super) sealed_len: u32,
}

impl Head {
    /// Reads the head of an object; no key is needed.
    ///
    /// # Errors
    /// All of [`ObjectError`] but `OtherKey`, `Forged` and `Invalid`.
    pub fn read(object: &[u8]) -> Result<Self, ObjectError> {
        if object.len() > MAX_SNAPSHOT {
            return Err(ObjectError::TooLarge { max: MAX_SNAPSHOT });
        }
        let rest = object
            .strip_prefix(&MAGIC)
            .ok_or(ObjectError::NotAnObject)?;
        let [kind, suite, lowest, flags, ..] = *rest else {
            return Err(ObjectError::Damaged);
        };
        let kind = match kind {
            1 => Kind::Segment,
            2 => Kind::Snapshot,
            _ => return Err(ObjectError::NotAnObject),
        };
        if suite != SUITE || lowest > VERSION {
            return Err(ObjectError::Newer);
        }
        if object.len() > kind.max_len() {
            return Err(ObjectError::TooLarge {
                max: kind.max_len(),
            });
        }
        let head = object
            .first_chunk::<HEAD_LEN>()
            .ok_or(ObjectError::Damaged)?;
        let head = Self::read_rest(kind, flags, head).ok_or(ObjectError::Damaged)?;
        if usize::try_from(head.sealed_len) != Ok(object.len() - HEAD_LEN) || lowest != VERSION {
            return Err(ObjectError::Damaged);
        }
        Ok(head)
    }

    fn read_rest(kind: Kind, flags: u8, head: &[u8; HEAD_LEN]) -> Option<Self> {
        let rest = &head[8..];
        let (&circle, rest) = rest.split_first_chunk::<16>()?;
        let (&epoch, rest) = rest.split_first_chunk::<4>()?;
        let (&class, rest) = rest.split_first()?;
        let (&stream, rest) = rest.split_first_chunk::<16>()?;
        let (&seq, rest) = rest.split_first_chunk::<8>()?;
        let (&prev, rest) = rest.split_first_chunk::<32>()?;
        let (&nonce, rest) = rest.split_first_chunk::<NONCE_LEN>()?;
        let (&sealed_len, _) = rest.split_first_chunk::<4>()?;
        let class = match class {
            0 => Class::Shared,
            1 => Class::Seeds,
            _ => return None,
        };
        let packed = match (flags, class) {
            (0, _) => false,
            (PACKED, Class::Shared) => true,
            _ => return None,
        };
        let (seq, prev) = (u64::from_le_bytes(seq), ObjectHash::from_bytes(prev));
        if (seq == 0) != (prev == ObjectHash::NONE) {
            return None;
        }
        Some(Self {
            place: Place {
                kind,
                circle: CircleId::from_bytes(circle),
                epoch: u32::from_le_bytes(epoch),
                class,
                stream: StreamId::from_bytes(stream),
                seq,
                prev,
            },
            packed,
            nonce,
            sealed_len: u32::from_le_bytes(sealed_len),
        })
    }

    /// Writes all before the commitment.
    pub(super) fn write(&self) -> [u8; OPEN_LEN] {
        let place = &self.place;
        let kind = match place.kind {
            Kind::Segment => 1,
            Kind::Snapshot => 2,
        };
        let mut out = Vec::with_capacity(OPEN_LEN);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&[kind, SUITE, VERSION, if self.packed { PACKED } else { 0 }]);
        out.extend_from_slice(place.circle.as_bytes());
        out.extend_from_slice(&place.epoch.to_le_bytes());
        out.push(place.class.number());
        out.extend_from_slice(place.stream.as_bytes());
        out.extend_from_slice(&place.seq.to_le_bytes());
        out.extend_from_slice(place.prev.as_bytes());
        out.extend_from_slice(&self.nonce);
        out.extend_from_slice(&self.sealed_len.to_le_bytes());
        out.try_into().expect("the fields add up to this length")
    }
}

/// The two keys of an object.
pub(super) struct ObjectKeys {
    pub(super) commitment: SecretBytes<32>,
    pub(super) encryption: SecretBytes<32>,
}

impl ObjectKeys {
    /// Derives them from the class key and the head.
    pub(super) fn derive(class_key: &SecretBytes<32>, open: &[u8; OPEN_LEN]) -> Self {
        use satchel_secrets::derive::derive_key;
        let object = derive_key_about(class_key, "satchel bundle v1 object", &[&open[ABOUT]]);
        Self {
            commitment: derive_key(&object, "satchel bundle v1 commitment"),
            encryption: derive_key(&object, "satchel bundle v1 encryption"),
        }
    }
}

/// What a device signs.
pub(super) fn signed(head: &[u8; OPEN_LEN], body: &[u8]) -> Vec<u8> {
    let mut message = b"satchel bundle v1 signature\0".to_vec();
    message.extend_from_slice(&satchel_secrets::hash::hash(&head[..SIGNED_LEN]));
    message.extend_from_slice(&satchel_secrets::hash::hash(body));
    message
}

/// Returns how long the plaintext of `len` bytes is made, so that the whole object has one of few
/// sizes: 1, 4, 16 or 64 KiB, above that a sixteenth of the next power of two more at most.
pub(super) fn padded_len(len: usize) -> usize {
    const KIB: usize = 1024;
    let around = HEAD_LEN + TAG_LEN;
    let whole = len + around;
    let small = [KIB, 4 * KIB, 16 * KIB, 64 * KIB];
    let whole = match small.into_iter().find(|size| whole <= *size) {
        Some(size) => size,
        None => whole.next_multiple_of(whole.next_power_of_two() / 16),
    };
    whole - around
}
