//! The passphrase slot, and what slots of all kinds have in common.

use satchel_secrets::aead::{self, NONCE_LEN, TAG_LEN};
use satchel_secrets::commit::{COMMITMENT_LEN, commitment, verify_commitment};
use satchel_secrets::derive::derive_key;
use satchel_secrets::kdf::{self, KdfError, KdfParams, SALT_LEN};
use satchel_secrets::{Passphrase, SecretBytes};

use crate::format::{HEADER_LEN, Slot};
use crate::{UnlockError, VaultKey};

/// Kind number of a passphrase slot. Others are kept, not read.
pub(crate) const PASSPHRASE: u8 = 1;

const KIND: Kind = Kind {
    number: PASSPHRASE,
    wrap: "satchel vault v1 passphrase slot wrap",
    commit: "satchel vault v1 passphrase slot commitment",
};

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
    let mut open = Vec::with_capacity(BODY_LEN);
    for cost in [params.m_kib, params.t, params.p] {
        open.extend_from_slice(&cost.to_le_bytes());
    }
    open.extend_from_slice(salt);
    open.extend_from_slice(nonce);
    Ok(seal(header, &KIND, &stretched, nonce, open, key))
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
    let stretched = stretch(passphrase, &salt, &params)?;
    open_sealed(header, &KIND, &stretched, &nonce, open, sealed).map_err(|error| match error {
        OpenSlotError::WrongKey => UnlockError::WrongPassphrase,
        OpenSlotError::Damaged => UnlockError::Damaged,
    })
}

/// What tells slots of one kind from those of others.
pub(crate) struct Kind {
    pub(crate) number: u8,
    /// HKDF context of the key that wraps.
    pub(crate) wrap: &'static str,
    /// HKDF context of the key that commits.
    pub(crate) commit: &'static str,
}

/// Why a slot's sealed part did not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OpenSlotError {
    /// It was sealed with another key.
    WrongKey,
    /// It was changed.
    Damaged,
}

/// Makes a slot: its readable part, the commitment to its root key, the wrapped vault key.
pub(crate) fn seal(
    header: &[u8; HEADER_LEN],
    kind: &Kind,
    root: &SecretBytes<32>,
    nonce: &[u8; NONCE_LEN],
    open: Vec<u8>,
    key: &VaultKey,
) -> Slot {
    let mut body = open;
    let mut aad = associated_data(header, kind, &body);
    let commitment = commitment(&derive_key(root, kind.commit), &aad);
    aad.extend_from_slice(&commitment);
    body.extend_from_slice(&commitment);
    body.extend_from_slice(&aead::seal(
        &derive_key(root, kind.wrap),
        nonce,
        &aad,
        key.secret().expose(),
    ));
    Slot {
        kind: kind.number,
        body,
    }
}

/// Opens what follows a slot's readable part.
pub(crate) fn open_sealed(
    header: &[u8; HEADER_LEN],
    kind: &Kind,
    root: &SecretBytes<32>,
    nonce: &[u8; NONCE_LEN],
    open: &[u8],
    sealed: &[u8],
) -> Result<VaultKey, OpenSlotError> {
    let (committed, wrapped) = sealed
        .split_first_chunk::<COMMITMENT_LEN>()
        .ok_or(OpenSlotError::Damaged)?;
    let mut aad = associated_data(header, kind, open);
    if !verify_commitment(&derive_key(root, kind.commit), &aad, committed) {
        return Err(OpenSlotError::WrongKey);
    }
    aad.extend_from_slice(committed);
    let key = aead::open(&derive_key(root, kind.wrap), nonce, &aad, wrapped)
        .map_err(|_| OpenSlotError::Damaged)?;
    SecretBytes::from_slice(key.expose())
        .map(VaultKey::new)
        .ok_or(OpenSlotError::Damaged)
}

/// What a slot authenticates besides the key: the header, its kind and its own readable part.
fn associated_data(header: &[u8; HEADER_LEN], kind: &Kind, open: &[u8]) -> Vec<u8> {
    let mut aad = header.to_vec();
    aad.push(kind.number);
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
