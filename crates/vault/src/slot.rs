//! The passphrase slot.

use satchel_secrets::aead::{self, NONCE_LEN, TAG_LEN};
use satchel_secrets::commit::{COMMITMENT_LEN, commitment, verify_commitment};
use satchel_secrets::derive::derive_key;
use satchel_secrets::kdf::{self, KdfError, KdfParams, SALT_LEN};
use satchel_secrets::{Passphrase, SecretBytes};

use crate::format::{HEADER_LEN, Slot};
use crate::{UnlockError, VaultKey};

/// Kind number of a passphrase slot. Others are kept, not read.
pub(crate) const PASSPHRASE: u8 = 1;

const WRAP: &str = "satchel vault v1 passphrase slot wrap";
const COMMIT: &str = "satchel vault v1 passphrase slot commitment";

/// Costs, salt, nonce.
const OPEN_LEN: usize = 12 + SALT_LEN + NONCE_LEN;
const BODY_LEN: usize = OPEN_LEN + COMMITMENT_LEN + 32 + TAG_LEN;

/// Turns a passphrase into a key. The public doors pass [`stretch_checked`]; tests pass something
/// quick, so that thousands of damaged files can be tried.
pub(crate) trait Stretch:
    Fn(&Passphrase, &[u8; SALT_LEN], &KdfParams) -> Result<SecretBytes<32>, KdfError>
{
}
impl<F> Stretch for F where
    F: Fn(&Passphrase, &[u8; SALT_LEN], &KdfParams) -> Result<SecretBytes<32>, KdfError>
{
}

/// The real thing: Argon2id within floor and ceiling.
pub(crate) fn stretch_checked(
    passphrase: &Passphrase,
    salt: &[u8; SALT_LEN],
    params: &KdfParams,
) -> Result<SecretBytes<32>, KdfError> {
    kdf::derive(passphrase, salt, params)
}

/// Wraps the vault key under a passphrase.
pub(crate) fn wrap(
    header: &[u8; HEADER_LEN],
    key: &VaultKey,
    passphrase: &Passphrase,
    params: KdfParams,
    salt: &[u8; SALT_LEN],
    nonce: &[u8; NONCE_LEN],
    stretch: impl Stretch,
) -> Result<Slot, KdfError> {
    let stretched = stretch(passphrase, salt, &params)?;
    let mut body = Vec::with_capacity(BODY_LEN);
    for cost in [params.m_kib, params.t, params.p] {
        body.extend_from_slice(&cost.to_le_bytes());
    }
    body.extend_from_slice(salt);
    body.extend_from_slice(nonce);
    let mut aad = associated_data(header, &body);
    let commitment = commitment(&derive_key(&stretched, COMMIT), &aad);
    aad.extend_from_slice(&commitment);
    body.extend_from_slice(&commitment);
    body.extend_from_slice(&aead::seal(
        &derive_key(&stretched, WRAP),
        nonce,
        &aad,
        key.secret().expose(),
    ));
    Ok(Slot {
        kind: PASSPHRASE,
        body,
    })
}

/// Unwraps the vault key.
pub(crate) fn unwrap(
    header: &[u8; HEADER_LEN],
    slot: &Slot,
    passphrase: &Passphrase,
    stretch: impl Stretch,
) -> Result<VaultKey, UnlockError> {
    let (open, sealed) = slot
        .body
        .split_first_chunk::<OPEN_LEN>()
        .filter(|_| slot.body.len() == BODY_LEN)
        .ok_or(UnlockError::Damaged)?;
    let (params, salt, nonce) = read_open(open).ok_or(UnlockError::Damaged)?;
    let (committed, wrapped) = sealed
        .split_first_chunk::<COMMITMENT_LEN>()
        .ok_or(UnlockError::Damaged)?;

    let stretched = stretch(passphrase, &salt, &params)?;
    let mut aad = associated_data(header, open);
    if !verify_commitment(&derive_key(&stretched, COMMIT), &aad, committed) {
        return Err(UnlockError::WrongPassphrase);
    }
    aad.extend_from_slice(committed);
    let key = aead::open(&derive_key(&stretched, WRAP), &nonce, &aad, wrapped)
        .map_err(|_| UnlockError::Damaged)?;
    SecretBytes::from_slice(key.expose())
        .map(VaultKey::new)
        .ok_or(UnlockError::Damaged)
}

/// What a slot authenticates besides the key: the header and its own readable part.
fn associated_data(header: &[u8; HEADER_LEN], open: &[u8]) -> Vec<u8> {
    let mut aad = header.to_vec();
    aad.push(PASSPHRASE);
    aad.extend_from_slice(open);
    aad
}

fn read_open(open: &[u8; OPEN_LEN]) -> Option<(KdfParams, [u8; SALT_LEN], [u8; NONCE_LEN])> {
    let (&m_kib, rest) = open.split_first_chunk::<4>()?;
    let (&t, rest) = rest.split_first_chunk::<4>()?;
    let (&p, rest) = rest.split_first_chunk::<4>()?;
    let (&salt, rest) = rest.split_first_chunk::<SALT_LEN>()?;
    let (&nonce, _) = rest.split_first_chunk::<NONCE_LEN>()?;
    let params = KdfParams {
        m_kib: u32::from_le_bytes(m_kib),
        t: u32::from_le_bytes(t),
        p: u32::from_le_bytes(p),
    };
    Some((params, salt, nonce))
}
