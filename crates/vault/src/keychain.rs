//! The keychain slot: the vault key behind a random key that the system's keychain keeps.

use satchel_secrets::SecretBytes;
use satchel_secrets::aead::{NONCE_LEN, TAG_LEN};
use satchel_secrets::commit::COMMITMENT_LEN;
use satchel_types::{SlotId, VaultId};

use crate::format::{HEADER_LEN, MAX_SLOTS, Slot, VaultFile};
use crate::slot::{self, Kind, OpenSlotError};
use crate::{UnlockError, VaultKey};

/// Kind number of a keychain slot.
pub(crate) const KEYCHAIN: u8 = 2;

const KIND: Kind = Kind {
    number: KEYCHAIN,
    wrap: "satchel vault v1 keychain slot wrap",
    commit: "satchel vault v1 keychain slot commitment",
};

const ID_LEN: usize = 16;
/// Id, nonce.
const OPEN_LEN: usize = ID_LEN + NONCE_LEN;
const BODY_LEN: usize = OPEN_LEN + COMMITMENT_LEN + 32 + TAG_LEN;

/// What anybody who has the file can see of its doors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doors {
    /// The vault's id.
    pub vault: VaultId,
    /// The keychain slot, if there is one.
    pub keychain: Option<SlotId>,
}

/// Why a slot was not added or removed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeSlotError<E> {
    /// The file cannot be read.
    #[error("the vault file cannot be read")]
    Read(#[source] UnlockError),
    /// The key is another vault's, or the slots were changed by somebody without the key.
    #[error("the key is not this vault's")]
    WrongKey,
    /// There are as many slots as a file can have.
    #[error("the vault file has no room for another door")]
    Full,
    /// There is no randomness.
    #[error("there is no randomness")]
    Entropy(#[source] E),
}

/// Why a vault did not open with a key from the keychain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnlockByKeychainError {
    /// The file has no such slot.
    #[error("the vault has no such door")]
    NoSlot,
    /// The file is whole; the key is not the one that this slot was sealed with.
    #[error("the keychain's key is not this door's")]
    WrongKey,
    /// The file cannot be read, as when it is damaged.
    #[error(transparent)]
    File(UnlockError),
}

/// Reads what stands open in a vault file: its id and whether it has a keychain slot. Nothing of it
/// is authenticated before the vault key is there.
///
/// # Errors
/// [`UnlockError::Damaged`], [`UnlockError::NotAVault`] or [`UnlockError::TooNew`].
pub fn doors(bytes: &[u8]) -> Result<Doors, UnlockError> {
    let file = VaultFile::decode(bytes)?;
    Ok(Doors {
        vault: VaultId::from_bytes(file.id),
        keychain: file.slots.iter().find_map(id_of),
    })
}

/// Returns a vault file whose one keychain slot is a new one, sealed with `wrapping_key`. An earlier
/// keychain slot drops out, so that its key opens nothing any more; slots of other kinds stay.
///
/// # Errors
/// See [`ChangeSlotError`].
pub fn set_keychain_slot<E>(
    bytes: &[u8],
    key: &VaultKey,
    wrapping_key: &SecretBytes<32>,
    id: SlotId,
    mut fill: impl FnMut(&mut [u8]) -> Result<(), E>,
) -> Result<Vec<u8>, ChangeSlotError<E>> {
    let mut file = authentic(bytes, key)?;
    let mut nonce = [0; NONCE_LEN];
    fill(&mut nonce).map_err(ChangeSlotError::Entropy)?;
    file.slots.retain(|slot| slot.kind != KEYCHAIN);
    if file.slots.len() >= MAX_SLOTS {
        return Err(ChangeSlotError::Full);
    }
    let mut open = Vec::with_capacity(BODY_LEN);
    open.extend_from_slice(id.as_bytes());
    open.extend_from_slice(&nonce);
    file.slots.push(slot::seal(
        &file.header(),
        &KIND,
        wrapping_key,
        &nonce,
        open,
        key,
    ));
    Ok(file.encode(key))
}

/// Returns a vault file without a keychain slot; `None`: it has none, and stays as it is.
///
/// # Errors
/// [`ChangeSlotError::Read`] or [`ChangeSlotError::WrongKey`].
pub fn remove_keychain_slot(
    bytes: &[u8],
    key: &VaultKey,
) -> Result<Option<Vec<u8>>, ChangeSlotError<std::convert::Infallible>> {
    let mut file = authentic(bytes, key)?;
    let before = file.slots.len();
    file.slots.retain(|slot| slot.kind != KEYCHAIN);
    Ok((file.slots.len() < before).then(|| file.encode(key)))
}

/// Opens a vault with the key that the keychain kept for a slot.
///
/// # Errors
/// See [`UnlockByKeychainError`]. A wrong key and a damaged file are told apart.
pub fn unlock_by_keychain(
    bytes: &[u8],
    id: SlotId,
    wrapping_key: &SecretBytes<32>,
) -> Result<VaultKey, UnlockByKeychainError> {
    const DAMAGED: UnlockByKeychainError = UnlockByKeychainError::File(UnlockError::Damaged);
    let file = VaultFile::decode(bytes).map_err(UnlockByKeychainError::File)?;
    let slot = file
        .slots
        .iter()
        .find(|slot| id_of(slot) == Some(id))
        .ok_or(UnlockByKeychainError::NoSlot)?;
    let key = unwrap(&file.header(), slot, wrapping_key).map_err(|error| match error {
        OpenSlotError::WrongKey => UnlockByKeychainError::WrongKey,
        OpenSlotError::Damaged => DAMAGED,
    })?;
    if !VaultFile::is_authentic(bytes, &key) {
        return Err(DAMAGED);
    }
    Ok(key)
}

fn authentic<E>(bytes: &[u8], key: &VaultKey) -> Result<VaultFile, ChangeSlotError<E>> {
    let file = VaultFile::decode(bytes).map_err(ChangeSlotError::Read)?;
    if VaultFile::is_authentic(bytes, key) {
        Ok(file)
    } else {
        Err(ChangeSlotError::WrongKey)
    }
}

/// Returns a keychain slot's id; `None`: it is of another kind, or not as one is written.
fn id_of(slot: &Slot) -> Option<SlotId> {
    let (id, _) = slot.body.split_first_chunk::<ID_LEN>()?;
    (slot.kind == KEYCHAIN && slot.body.len() == BODY_LEN).then_some(SlotId::from_bytes(*id))
}

fn unwrap(
    header: &[u8; HEADER_LEN],
    slot: &Slot,
    wrapping_key: &SecretBytes<32>,
) -> Result<VaultKey, OpenSlotError> {
    let (open, sealed) = slot
        .body
        .split_first_chunk::<OPEN_LEN>()
        .ok_or(OpenSlotError::Damaged)?;
    let (nonce, _) = open[ID_LEN..]
        .split_first_chunk::<NONCE_LEN>()
        .ok_or(OpenSlotError::Damaged)?;
    slot::open_sealed(header, &KIND, wrapping_key, nonce, open, sealed)
}
