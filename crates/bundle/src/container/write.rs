//! Writing a container.

use satchel_secrets::kdf::KdfParams;
use satchel_secrets::{Passphrase, SecretVec};

use super::{Container, Part, read};
use crate::SealError;
use crate::cbor::Writer;
use crate::contents::EncodeError;
use crate::envelope::{MAX_PADDED_LEN, Stretch, VersionOf, bucket, stretch_checked};
use crate::seal::seal_encoded;

/// Encrypts a container under a passphrase. `fill` fills a slice with random bytes fit for keys. Takes as
/// long as one stretch: use [`KdfParams::FILE`]. What is written was read once, so that no file is made that does not open.
///
/// # Errors
/// See [`SealError`].
pub fn seal_container<E>(
    container: &Container,
    passphrase: &Passphrase,
    params: KdfParams,
    fill: impl FnMut(&mut [u8]) -> Result<(), E>,
) -> Result<Vec<u8>, SealError<E>> {
    seal_with(container, passphrase, params, fill, stretch_checked)
}

pub(crate) fn seal_with<E>(
    container: &Container,
    passphrase: &Passphrase,
    params: KdfParams,
    fill: impl FnMut(&mut [u8]) -> Result<(), E>,
    stretch: impl Stretch,
) -> Result<Vec<u8>, SealError<E>> {
    let stretched = (passphrase, params, stretch);
    seal_encoded(encode(container), VersionOf::Container, stretched, fill)
}

/// Writes the contents behind their length and pads them.
pub(crate) fn encode(container: &Container) -> Result<SecretVec, EncodeError> {
    let write = |w: &mut Writer<'_>| {
        w.map(3);
        w.uint(0);
        w.uint(read::LAYOUT);
        w.uint(1);
        w.uint(container.created_at.as_secs());
        w.uint(2);
        w.array(container.parts.len());
        for part in &container.parts {
            write_part(part, w);
        }
    };
    let mut counting = Writer::counting();
    write(&mut counting);
    let len = counting.len();
    let padded_len = bucket(4 + len);
    if padded_len > MAX_PADDED_LEN {
        return Err(EncodeError::TooLarge);
    }
    let length = u32::try_from(len).map_err(|_| EncodeError::TooLarge)?;
    let padded = SecretVec::init_with(padded_len, |out| {
        out[..4].copy_from_slice(&length.to_le_bytes());
        write(&mut Writer::into_buffer(&mut out[4..4 + len]));
        Ok::<_, EncodeError>(())
    })?;
    let back = read::decode(&padded).map_err(EncodeError::Invalid)?;
    read::take_in(back).map_err(EncodeError::Invalid)?;
    Ok(padded)
}

fn write_part(part: &Part, w: &mut Writer<'_>) {
    w.map(4);
    w.uint(0);
    w.bytes(part.circle.as_bytes());
    w.uint(1);
    w.bytes(&part.owner);
    w.uint(2);
    w.array(part.keys.len());
    for (class, epoch, key) in &part.keys {
        w.array(3);
        w.uint(u64::from(class.number()));
        w.uint(u64::from(*epoch));
        w.bytes(key.expose());
    }
    w.uint(3);
    w.array(part.objects.len());
    for object in &part.objects {
        w.bytes(object);
    }
}
