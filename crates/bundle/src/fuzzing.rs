//! Doors for the fuzz targets; see `fuzz/README.md`. Built with `--cfg fuzzing` and never shipped.
//!
//! They differ from the public ones in the stretching alone, or begin behind it.

use satchel_secrets::kdf::{KdfError, KdfParams};
use satchel_secrets::{Passphrase, SecretBytes, SecretVec, hash};

use crate::contents;
use crate::envelope::{MAX_PADDED_LEN, bucket};
use crate::object::{Body, Class, Kind, ObjectError};
use crate::open::open_with;
use crate::seal::seal_with;
use crate::{Container, OpenError, OpenedFile, SealError, WalletFile, container};

fn quick(
    passphrase: &Passphrase,
    salt: &[u8; 16],
    params: &KdfParams,
) -> Result<SecretBytes<32>, KdfError> {
    params.check()?;
    let text = [salt, passphrase.expose().as_bytes()].concat();
    Ok(SecretBytes::from_slice(&hash::hash(&text)).expect("a hash has 32 bytes"))
}

/// As [`crate::seal`].
pub fn seal<E>(
    file: &WalletFile,
    passphrase: &Passphrase,
    fill: impl FnMut(&mut [u8]) -> Result<(), E>,
) -> Result<Vec<u8>, SealError<E>> {
    seal_with(file, passphrase, KdfParams::FILE, fill, quick)
}

/// As [`crate::open`].
pub fn open(bytes: &[u8], passphrase: &Passphrase) -> Result<OpenedFile, OpenError> {
    open_with(bytes, passphrase, quick)
}

/// As [`crate::seal_container`].
pub fn seal_container<E>(
    container: &Container,
    passphrase: &Passphrase,
    fill: impl FnMut(&mut [u8]) -> Result<(), E>,
) -> Result<Vec<u8>, SealError<E>> {
    container::seal_with(container, passphrase, KdfParams::FILE, fill, quick)
}

/// Reads a container that somebody with the passphrase wrote: the bytes before encryption.
pub fn read_container(padded: &[u8]) -> Result<Container, OpenError> {
    container::read_container(&SecretVec::from_slice(padded)).map(|opened| opened.container)
}

/// Writes a container; `None` where [`crate::seal_container`] would refuse.
pub fn write_container(container: &Container) -> Option<Vec<u8>> {
    let padded = container::encode(container).ok()?;
    Some(padded.expose().to_vec())
}

/// Reads contents that somebody with the passphrase wrote: the bytes before encryption.
pub fn read_padded(padded: &[u8]) -> Result<WalletFile, &'static str> {
    contents::decode(&SecretVec::from_slice(padded), bucket)
}

/// Puts a CBOR item behind its length and pads it, as the writer does.
pub fn pad(cbor: &[u8]) -> Vec<u8> {
    let len = u32::try_from(cbor.len()).expect("a test's item is far below 4 GiB");
    let mut padded = len.to_le_bytes().to_vec();
    padded.extend_from_slice(cbor);
    padded.resize(bucket(padded.len()), 0);
    padded
}

/// Writes contents; `None` where [`crate::seal`] would refuse.
pub fn write_padded(file: &WalletFile) -> Option<Vec<u8>> {
    let padded = contents::encode(file, bucket, MAX_PADDED_LEN).ok()?;
    Some(padded.expose().to_vec())
}

/// Reads the body of an object that a member sealed and writes it again.
pub fn rewrite_body(bytes: &[u8], kind: Kind, class: Class) -> Result<Vec<u8>, ObjectError> {
    let body = Body::read(bytes, kind, class)?;
    let written = body.write().map_err(ObjectError::Invalid)?;
    Ok(written.expose().to_vec())
}

/// Writes a body.
pub fn write_body(body: &Body) -> Option<Vec<u8>> {
    Some(body.write().ok()?.expose().to_vec())
}
