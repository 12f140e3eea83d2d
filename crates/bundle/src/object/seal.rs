//! Sealing an object.

use satchel_secrets::aead::{self, NONCE_LEN, TAG_LEN};
use satchel_secrets::commit::commitment;
use satchel_secrets::sign::{SIGNATURE_LEN, sign};
use satchel_secrets::{SecretBytes, SecretVec};

use super::head::{HEAD_LEN, Head, ObjectKeys, padded_len, signed};
use super::{Body, Class, Kind, ObjectError, ObjectHash, Opened, Place};

/// An object that was sealed.
#[derive(Debug, Clone)]
pub struct Sealed {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its name.
    pub hash: ObjectHash,
}

/// Why an object was not sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealObjectError {
    /// What is to be shared does not fit into one object.
    #[error("this is more than the {max} bytes that one object holds")]
    TooLarge {
        /// The limit.
        max: usize,
    },
    /// A value that no reader would take.
    #[error("a value cannot be shared: {0}")]
    Invalid(&'static str),
}

/// Seals a body with the class key of its epoch, signed by its device. The nonce is random.
///
/// What was sealed is opened once before it is given out, so that no object is ever written that
/// others refuse.
pub fn seal(
    place: Place,
    body: &Body,
    class_key: &SecretBytes<32>,
    device_key: &SecretBytes<32>,
    nonce: &[u8; NONCE_LEN],
) -> Result<Sealed, SealObjectError> {
    seal_and_open(place, body, class_key, device_key, nonce).map(|(sealed, _)| sealed)
}

/// Does as [`seal`] does, and gives what was sealed as everybody will read it.
pub(crate) fn seal_and_open(
    place: Place,
    body: &Body,
    class_key: &SecretBytes<32>,
    device_key: &SecretBytes<32>,
    nonce: &[u8; NONCE_LEN],
) -> Result<(Sealed, Opened), SealObjectError> {
    let max = place.kind.max_len();
    let too_large = SealObjectError::TooLarge { max };
    if body.contents.class() != place.class {
        return Err(SealObjectError::Invalid("the class"));
    }
    if body.basis.is_some() != (place.kind == Kind::Snapshot) {
        return Err(SealObjectError::Invalid("what its writer knew"));
    }
    let written = body.write().map_err(SealObjectError::Invalid)?;
    if written.len() > max {
        return Err(too_large);
    }
    // The smallest size holds nearly all that is written, packed or not; then packing brings nothing.
    let is_small = padded_len(SIGNATURE_LEN + 8 + written.len()) == padded_len(0);
    let packed = match place.class {
        Class::Shared if !is_small => Some(pack(written.expose(), place.kind)),
        Class::Shared | Class::Seeds => None,
    };
    let content = packed.as_deref().unwrap_or(written.expose());
    let plain_len = padded_len(SIGNATURE_LEN + 8 + content.len());
    if HEAD_LEN + plain_len + TAG_LEN > max {
        return Err(too_large);
    }
    let mut head = Head {
        place,
        packed: packed.is_some(),
        nonce: *nonce,
        sealed_len: 0,
    };
    head.sealed_len = u32::try_from(plain_len + TAG_LEN).map_err(|_| too_large)?;
    let open = head.write();
    let signature = sign(device_key, &signed(&open, written.expose()));
    let length = |bytes: &[u8]| u32::try_from(bytes.len()).map_err(|_| too_large);
    let plain = SecretVec::init_with(plain_len, |out| {
        out[..SIGNATURE_LEN].copy_from_slice(&signature);
        let (lengths, rest) = out[SIGNATURE_LEN..].split_at_mut(8);
        lengths[..4].copy_from_slice(&length(written.expose())?.to_le_bytes());
        lengths[4..].copy_from_slice(&length(content)?.to_le_bytes());
        rest[..content.len()].copy_from_slice(content);
        Ok(())
    })?;
    let keys = ObjectKeys::derive(class_key, &open);
    let mut bytes = Vec::with_capacity(HEAD_LEN + plain_len + TAG_LEN);
    bytes.extend_from_slice(&open);
    bytes.extend_from_slice(&commitment(&keys.commitment, &open));
    let sealed = aead::seal(&keys.encryption, nonce, &bytes, plain.expose());
    bytes.extend_from_slice(&sealed);
    match super::open(&bytes, class_key) {
        Ok(opened) => {
            let hash = opened.hash;
            Ok((Sealed { bytes, hash }, opened))
        }
        Err(ObjectError::Invalid(what)) => Err(SealObjectError::Invalid(what)),
        Err(_) => Err(SealObjectError::Invalid("it does not open again")),
    }
}

fn pack(body: &[u8], kind: Kind) -> Vec<u8> {
    // A snapshot is written seldom and carried often.
    let level = match kind {
        Kind::Segment => 9,
        Kind::Snapshot => 17,
    };
    zstd::bulk::compress(body, level).expect("memory that holds the body holds it packed")
}
