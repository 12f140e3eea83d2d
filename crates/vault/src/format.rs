//! The bytes of a vault file: header, slots, authentication, checksum.

use satchel_secrets::commit::{commitment, verify_commitment};
use satchel_secrets::hash::hash;

use crate::{UnlockError, VaultKey};

pub(crate) const MAGIC: &[u8; 8] = b"SATVAULT";
pub(crate) const VERSION: u16 = 1;
/// Magic, version, vault id.
pub(crate) const HEADER_LEN: usize = 8 + 2 + 16;
/// Keyed and unkeyed hash at the end.
const MAC_LEN: usize = 32;
const CHECKSUM_LEN: usize = 32;
/// A slot of a later kind may hold an encapsulated post-quantum key, but not more.
const MAX_SLOT_LEN: usize = 4096;
/// A slot for each door: passphrase, keychain, recovery words, a few devices.
pub(crate) const MAX_SLOTS: usize = 16;
/// Larger than any file that keeps these limits.
pub(crate) const MAX_FILE_LEN: usize = 128 * 1024;

/// One door to the vault key, not yet looked into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Slot {
    /// What kind of door.
    pub(crate) kind: u8,
    /// Its bytes, which only that kind understands.
    pub(crate) body: Vec<u8>,
}

/// A vault file whose checksum is right. Slots of unknown kinds are kept as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VaultFile {
    /// Random; binds slots to their vault.
    pub(crate) id: [u8; 16],
    /// In file order.
    pub(crate) slots: Vec<Slot>,
}

impl VaultFile {
    /// Returns the header, which every slot authenticates.
    pub(crate) fn header(&self) -> [u8; HEADER_LEN] {
        let mut header = [0; HEADER_LEN];
        header[..8].copy_from_slice(MAGIC);
        header[8..10].copy_from_slice(&VERSION.to_le_bytes());
        header[10..].copy_from_slice(&self.id);
        header
    }

    /// Writes the file. There is one way to write it.
    pub(crate) fn encode(&self, key: &VaultKey) -> Vec<u8> {
        let mut bytes = self.header().to_vec();
        bytes.push(u8::try_from(self.slots.len()).expect("a file has at most 16 slots"));
        for slot in &self.slots {
            let len = u16::try_from(slot.body.len()).expect("a slot has at most 4096 bytes");
            bytes.push(slot.kind);
            bytes.extend_from_slice(&len.to_le_bytes());
            bytes.extend_from_slice(&slot.body);
        }
        let mac = commitment(&key.file_mac_key(), &bytes);
        bytes.extend_from_slice(&mac);
        let checksum = hash(&bytes);
        bytes.extend_from_slice(&checksum);
        bytes
    }

    /// Reads a file and checks its checksum, but not yet its authentication, for which the key is
    /// needed.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, UnlockError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(UnlockError::NotAVault)?;
        let (version, rest) = rest.split_first_chunk::<2>().ok_or(UnlockError::Damaged)?;
        let version = u16::from_le_bytes(*version);
        if version > VERSION {
            return Err(UnlockError::TooNew {
                found: version,
                known: VERSION,
            });
        }
        if version != VERSION || bytes.len() > MAX_FILE_LEN {
            return Err(UnlockError::Damaged);
        }
        let (body, checksum) = bytes
            .split_last_chunk::<CHECKSUM_LEN>()
            .ok_or(UnlockError::Damaged)?;
        if hash(body) != *checksum {
            return Err(UnlockError::Damaged);
        }
        Self::decode_body(rest, bytes.len()).ok_or(UnlockError::Damaged)
    }

    /// Reads what follows the version; `None` if anything is missing, too much or too long.
    fn decode_body(rest: &[u8], file_len: usize) -> Option<Self> {
        debug_assert!(rest.len() < file_len);
        let rest = rest.get(..rest.len().checked_sub(MAC_LEN + CHECKSUM_LEN)?)?;
        let (id, rest) = rest.split_first_chunk::<16>()?;
        let (&[count], mut rest) = rest.split_first_chunk::<1>()?;
        if usize::from(count) > MAX_SLOTS {
            return None;
        }
        let mut slots = Vec::with_capacity(usize::from(count));
        for _ in 0..count {
            let (&[kind, low, high], after) = rest.split_first_chunk::<3>()?;
            let len = usize::from(u16::from_le_bytes([low, high]));
            if len > MAX_SLOT_LEN {
                return None;
            }
            let (body, after) = after.split_at_checked(len)?;
            slots.push(Slot {
                kind,
                body: body.to_vec(),
            });
            rest = after;
        }
        rest.is_empty().then_some(Self { id: *id, slots })
    }

    /// Returns whether `key` is this file's and nobody without it changed, added or removed a
    /// slot. `bytes` are those this file was decoded from.
    pub(crate) fn is_authentic(bytes: &[u8], key: &VaultKey) -> bool {
        bytes
            .split_last_chunk::<CHECKSUM_LEN>()
            .and_then(|(authenticated, _)| authenticated.split_last_chunk::<MAC_LEN>())
            .is_some_and(|(body, mac)| verify_commitment(&key.file_mac_key(), body, mac))
    }
}
