//! Descriptors encrypted for whoever has one of their public keys (BIP-0138), as a document of BIP-0380.
//!
//! The keys of a wallet are found again from its recovery words alone; what is in this file is not: that there is
//! a second wallet, how far its addresses went. Whoever learnt the extended public key can read it, and see
//! the wallet's history, and can spend nothing.

use bip138::{
    Content, Decrypted, DescriptorBackup, DescriptorSet, EncryptedBackup, Padding, PolicySet,
    ToPayload,
    backend::{Descriptor, DescriptorKey, PublicKey},
    descriptor::{descr_to_dpks, dpk_to_root_pk},
};

/// Largest backup that is read, in bytes.
pub const MAX_BACKUP: u64 = 1024 * 1024;
/// Most wallets in one backup.
const MAX_SETS: usize = 1_000;
/// Slots of a backup with few keys (BIP-0138): the rest are decoys, so that their number says little.
const SLOTS: usize = 5;

/// What of a wallet is in such a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescriptorRecord {
    /// Descriptor of the receive addresses (BIP-0380).
    pub external: String,
    /// Descriptor of the change addresses; `None`: one that has both in one, or none.
    pub internal: Option<String>,
    /// The highest index that was handed out; `None`: not said.
    pub last_index: Option<u32>,
    /// When the wallet was made, in seconds since 1970; `None`: not said.
    pub birth_time: Option<u64>,
}

/// Why descriptors were not sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealDescriptorsError<E> {
    /// Not a descriptor, or one with no key that another device could have.
    #[error("these descriptors have no extended public key to seal them for")]
    Descriptor,
    /// More than a backup holds.
    #[error("too many wallets for one backup")]
    TooMany,
    /// No random bytes.
    #[error(transparent)]
    Entropy(E),
}

/// Why a backup was not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenDescriptorsError {
    /// Larger than anything that is read.
    #[error("the file is larger than {MAX_BACKUP} bytes")]
    TooLarge,
    /// Not such a backup, or damaged.
    #[error("the file is no descriptor backup, or it is damaged")]
    NoBackup,
    /// What should be a key is none.
    #[error("an extended public key expected")]
    NoKey,
    /// None of the keys opens it.
    #[error("none of the keys opens this backup")]
    WrongKey,
    /// It opens, and holds no descriptors.
    #[error("the backup holds no descriptors")]
    NoDescriptors,
}

fn descriptor(text: &str) -> Option<Descriptor> {
    text.parse().ok()
}

/// Seals descriptors for whoever has one of their extended public keys. `draw` fills with random
/// bytes.
pub fn seal_descriptors<E>(
    records: &[DescriptorRecord],
    mut draw: impl FnMut(&mut [u8]) -> Result<(), E>,
) -> Result<Vec<u8>, SealDescriptorsError<E>> {
    if records.len() > MAX_SETS {
        return Err(SealDescriptorsError::TooMany);
    }
    let sets = records
        .iter()
        .map(|record| {
            Some(DescriptorSet {
                descriptor: descriptor(&record.external)?,
                change_descriptor: match &record.internal {
                    Some(internal) => Some(descriptor(internal)?),
                    None => None,
                },
                archived: false,
                range: record.last_index.map(|last| (0, last)),
                birth_time: record.birth_time,
            })
        })
        .collect::<Option<Vec<_>>>()
        .ok_or(SealDescriptorsError::Descriptor)?;
    let document = DescriptorBackup {
        version: 1,
        descriptor_sets: sets,
    };
    let mut keys: Vec<[u8; 32]> = document
        .keys()
        .map_err(|_| SealDescriptorsError::Descriptor)?
        .iter()
        .map(|key| key.x_only_public_key().0.serialize())
        .collect();
    keys.sort_unstable();
    keys.dedup();
    if keys.is_empty() {
        return Err(SealDescriptorsError::Descriptor);
    }
    let mut slots = SLOTS;
    while slots < keys.len() {
        slots *= 2;
    }
    let mut nonce = [0; 12];
    draw(&mut nonce).map_err(SealDescriptorsError::Entropy)?;
    let mut decoys = vec![[0; 32]; slots - keys.len()];
    for decoy in &mut decoys {
        draw(decoy).map_err(SealDescriptorsError::Entropy)?;
    }
    let sealed = EncryptedBackup::new()
        .set_content_type(Content::Bip380)
        .set_padding(Padding::Geometric)
        .set_payload(&document)
        .and_then(|backup| backup.encrypt(nonce, &decoys))
        .map_err(|_| SealDescriptorsError::Descriptor)?;
    Ok(sealed.bytes)
}

/// Opens a backup with any of several keys: each an extended public key, with or without its origin, the public key
/// at the root of one, or a descriptor that has some.
pub fn open_descriptors(
    bytes: &[u8],
    keys: &[&str],
) -> Result<Vec<DescriptorRecord>, OpenDescriptorsError> {
    if bytes.len() as u64 > MAX_BACKUP {
        return Err(OpenDescriptorsError::TooLarge);
    }
    let keys = keys
        .iter()
        .map(|text| public_keys(text))
        .collect::<Option<Vec<_>>>()
        .ok_or(OpenDescriptorsError::NoKey)?
        .concat();
    if keys.is_empty() {
        return Err(OpenDescriptorsError::NoKey);
    }
    let opened = EncryptedBackup::new()
        .set_encrypted_payload(bytes)
        .map_err(|_| OpenDescriptorsError::NoBackup)?
        .set_keys(keys)
        .decrypt()
        .map_err(|error| match error {
            bip138::Error::WrongKey => OpenDescriptorsError::WrongKey,
            _ => OpenDescriptorsError::NoBackup,
        })?;
    let mut records = Vec::new();
    for item in opened {
        match item {
            Decrypted::Descriptor(descriptor) => records.push(DescriptorRecord {
                external: descriptor.to_string(),
                internal: None,
                last_index: None,
                birth_time: None,
            }),
            Decrypted::DescriptorBackup(document) => {
                records.extend(document.descriptor_sets.into_iter().map(record));
            }
            // A policy that makes no descriptor (BIP-0388) tells of no wallet.
            Decrypted::PolicyBackup(document) => {
                records.extend(document.policy_sets.iter().filter_map(policy_record));
            }
            _ => {}
        }
        if records.len() > MAX_SETS {
            return Err(OpenDescriptorsError::NoBackup);
        }
    }
    if records.is_empty() {
        return Err(OpenDescriptorsError::NoDescriptors);
    }
    Ok(records)
}

fn record(set: DescriptorSet) -> DescriptorRecord {
    DescriptorRecord {
        external: set.descriptor.to_string(),
        internal: set.change_descriptor.map(|change| change.to_string()),
        last_index: set.range.map(|(_, last)| last),
        birth_time: set.birth_time,
    }
}

fn policy_record(set: &PolicySet) -> Option<DescriptorRecord> {
    Some(DescriptorRecord {
        external: set.to_descriptor().ok()?.to_string(),
        internal: None,
        last_index: set.range.map(|(_, last)| last),
        birth_time: set.birth_time,
    })
}

fn public_keys(text: &str) -> Option<Vec<PublicKey>> {
    let text = text.trim();
    // Nothing is sealed for such a key (BIP-0138); the root of an extended one opens all the same.
    if let Ok(key) = text.parse::<PublicKey>() {
        return Some(vec![key]);
    }
    let keys: Vec<DescriptorKey> = match text.parse() {
        Ok(key) => vec![key],
        Err(_) => descr_to_dpks(&descriptor(text)?),
    };
    let keys: Vec<_> = keys
        .iter()
        .filter_map(|key| dpk_to_root_pk(key).ok())
        .collect();
    (!keys.is_empty()).then_some(keys)
}

/// Longest descriptor that [`is_public_descriptor`] looks at, in bytes: a multisig of 15 keys has some 2,000.
const MAX_DESCRIPTOR: usize = 8 * 1024;

/// Returns whether a text is a descriptor (BIP-0380) without any private key.
#[must_use]
pub fn is_public_descriptor(text: &str) -> bool {
    text.len() <= MAX_DESCRIPTOR && descriptor(text).is_some()
}

/// Returns whether bytes begin like a descriptor backup, as a file or as the text of one.
#[must_use]
pub fn is_descriptor_backup(bytes: &[u8]) -> bool {
    bytes.len() as u64 <= MAX_BACKUP && EncryptedBackup::new().set_encrypted_payload(bytes).is_ok()
}

#[cfg(test)]
mod tests;
