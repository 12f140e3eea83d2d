//! Opening an object.

use satchel_secrets::SecretBytes;
use satchel_secrets::aead;
use satchel_secrets::commit::verify_commitment;
use satchel_secrets::sign::{SIGNATURE_LEN, VERIFY_KEY_LEN, Verifier, verify};

use super::head::{HEAD_LEN, Head, OPEN_LEN, ObjectKeys, may_be_padded_to, signed};
use super::{Body, ObjectError, ObjectHash, Place};

/// An object that its key has opened. Who wrote it is to be checked yet.
#[derive(Debug)]
pub struct Opened {
    /// Its name.
    pub hash: ObjectHash,
    /// Where it stands.
    pub place: Place,
    /// What is inside.
    pub body: Body,
    signed: Vec<u8>,
    signature: [u8; SIGNATURE_LEN],
}

impl Opened {
    /// Returns whether the holder of this key wrote it.
    pub fn is_signed_by(&self, key: &[u8; VERIFY_KEY_LEN]) -> bool {
        verify(key, &self.signed, &self.signature)
    }

    /// The same for a key that was read before.
    pub(crate) fn is_verified_by(&self, verifier: &Verifier) -> bool {
        verifier.verify(&self.signed, &self.signature)
    }
}

/// Opens an object with the class key of its epoch.
///
/// # Errors
/// See [`ObjectError`]; any bytes may be given.
pub fn open(object: &[u8], class_key: &SecretBytes<32>) -> Result<Opened, ObjectError> {
    open_hashed(object, ObjectHash::of(object), class_key)
}

/// Does so for an object whose hash is known.
pub(crate) fn open_hashed(
    object: &[u8],
    hash: ObjectHash,
    class_key: &SecretBytes<32>,
) -> Result<Opened, ObjectError> {
    let head = Head::read(object)?;
    let (before, sealed) = object
        .split_first_chunk::<HEAD_LEN>()
        .ok_or(ObjectError::Damaged)?;
    let (open, committed) = before
        .split_first_chunk::<OPEN_LEN>()
        .ok_or(ObjectError::Damaged)?;
    let keys = ObjectKeys::derive(class_key, open);
    if !verify_commitment(&keys.commitment, open, committed) {
        return Err(ObjectError::OtherKey);
    }
    let plain = aead::open(&keys.encryption, &head.nonce, before, sealed)
        .map_err(|_| ObjectError::Forged)?;
    let (&signature, rest) = plain
        .expose()
        .split_first_chunk::<SIGNATURE_LEN>()
        .ok_or(ObjectError::Damaged)?;
    let (body_len, rest) = read_len(rest)?;
    let (content_len, rest) = read_len(rest)?;
    let (content, padding) = rest
        .split_at_checked(content_len)
        .ok_or(ObjectError::Invalid("the length does not fit"))?;
    if padding.iter().any(|byte| *byte != 0)
        || !may_be_padded_to(SIGNATURE_LEN + 8 + content_len, plain.len())
    {
        return Err(ObjectError::Invalid("the padding is not canonical"));
    }
    let unpacked;
    let body = if head.packed {
        unpacked = unpack(content, body_len, head.place.kind.max_len())?;
        &unpacked
    } else {
        content
    };
    if body.len() != body_len {
        return Err(ObjectError::Invalid("the length of the body"));
    }
    Ok(Opened {
        hash,
        place: head.place,
        body: Body::read(body, head.place.kind, head.place.class)?,
        signed: signed(open, body),
        signature,
    })
}

fn read_len(bytes: &[u8]) -> Result<(usize, &[u8]), ObjectError> {
    let (len, rest) = bytes.split_first_chunk::<4>().ok_or(ObjectError::Damaged)?;
    let len = usize::try_from(u32::from_le_bytes(*len)).map_err(|_| ObjectError::Damaged)?;
    Ok((len, rest))
}

/// Unpacks a body of a stated length. Memory is taken for that much and no more, whatever the
/// packed bytes say.
fn unpack(packed: &[u8], len: usize, max: usize) -> Result<Vec<u8>, ObjectError> {
    const PACKING: ObjectError = ObjectError::Invalid("the packing");
    if len > max {
        return Err(ObjectError::TooLarge { max });
    }
    zstd::bulk::decompress(packed, len).map_err(|_| PACKING)
}
