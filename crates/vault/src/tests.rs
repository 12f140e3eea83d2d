//! Laws of the vault file, with a stretch quick enough to break a file in every place.

use std::cell::Cell;
use std::convert::Infallible;

use proptest::prelude::*;
use satchel_secrets::kdf::{KdfError, KdfParams};
use satchel_secrets::{Passphrase, SecretBytes, SecretText, hash};

use crate::change::change_passphrase_with;
use crate::create::create_with;
use crate::format::{HEADER_LEN, MAGIC, Slot, VaultFile};
use crate::unlock::unlock_with;
use crate::{ChangePassphraseError, CreateVaultError, UnlockError, VaultKey};

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(SecretText::new(text.to_owned())).expect("a valid passphrase")
}

/// Stands in for Argon2id. It keeps the check of the parameters, which is part of the format.
fn quick(
    passphrase: &Passphrase,
    salt: &[u8; 16],
    params: &KdfParams,
) -> Result<SecretBytes<32>, KdfError> {
    params.check()?;
    let text = format!("{params:?}{salt:?}{}", passphrase.expose());
    Ok(SecretBytes::from_slice(&hash::hash(text.as_bytes())).expect("32 bytes"))
}

/// Random enough for tests, and the same every time.
fn counter(start: u8) -> impl FnMut(&mut [u8]) -> Result<(), Infallible> {
    let mut next = start;
    move |out| {
        for byte in out {
            *byte = next;
            next = next.wrapping_mul(5).wrapping_add(3);
        }
        Ok(())
    }
}

fn made(text: &str) -> (Vec<u8>, VaultKey) {
    create_with(&passphrase(text), KdfParams::VAULT, counter(1), quick).expect("a counter is there")
}

fn unlocked(bytes: &[u8], text: &str) -> Result<VaultKey, UnlockError> {
    unlock_with(bytes, &passphrase(text), quick)
}

fn same(a: &VaultKey, b: &VaultKey) -> bool {
    a.secret().ct_eq(b.secret())
}

/// Makes the checksum right again, as a careful forger would.
fn with_checksum(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.len() - 32;
    let checksum = hash::hash(&bytes[..end]);
    bytes[end..].copy_from_slice(&checksum);
    bytes
}

/// Where the first slot's body begins.
const SLOT: usize = HEADER_LEN + 1 + 3;

#[test]
fn the_right_passphrase_gives_the_key_back() {
    let (bytes, key) = made("correct horse");
    assert!(same(
        &unlocked(&bytes, "correct horse").expect("right"),
        &key
    ));
}

#[test]
fn a_wrong_passphrase_is_told_as_such() {
    let (bytes, _) = made("correct horse");
    for wrong in ["correct hors", "Correct horse", "correct horse "] {
        let error = unlocked(&bytes, wrong).expect_err("wrong");
        assert_eq!(error, UnlockError::WrongPassphrase);
    }
}

#[test]
fn any_flipped_bit_is_damage_and_never_a_wrong_passphrase() {
    let (bytes, _) = made("correct horse");
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1_u8 << bit;
            let error = unlocked(&damaged, "correct horse").expect_err("damaged");
            let expected = match at {
                0..8 => error == UnlockError::NotAVault,
                8..10 => matches!(error, UnlockError::TooNew { .. } | UnlockError::Damaged),
                _ => error == UnlockError::Damaged,
            };
            assert!(expected, "byte {at} bit {bit}: {error}");
        }
    }
}

#[test]
fn any_cut_or_longer_file_is_damage() {
    let (bytes, _) = made("correct horse");
    for len in 0..bytes.len() {
        let error = unlocked(&bytes[..len], "correct horse").expect_err("cut");
        let expected = if len < MAGIC.len() {
            UnlockError::NotAVault
        } else {
            UnlockError::Damaged
        };
        assert_eq!(error, expected, "{len}");
    }
    let longer = [&bytes[..], &[0]].concat();
    assert_eq!(
        unlocked(&longer, "correct horse").expect_err("longer"),
        UnlockError::Damaged
    );
}

#[test]
fn a_forged_checksum_does_not_help() {
    let (bytes, _) = made("correct horse");
    for at in 10..bytes.len() - 32 {
        let mut forged = bytes.clone();
        forged[at] ^= 1;
        assert!(
            unlocked(&with_checksum(forged), "correct horse").is_err(),
            "byte {at}"
        );
    }
}

#[test]
fn a_forged_file_cannot_weaken_the_stretching() {
    let (mut bytes, _) = made("correct horse");
    bytes[SLOT..SLOT + 4].copy_from_slice(&8_u32.to_le_bytes());
    let params = KdfParams {
        m_kib: 8,
        ..KdfParams::VAULT
    };
    assert_eq!(
        unlocked(&with_checksum(bytes), "correct horse").expect_err("weak"),
        UnlockError::WeakParameters(KdfError::TooWeak { params })
    );
}

#[test]
fn a_damaged_file_is_refused_before_the_passphrase_is_stretched() {
    let (mut bytes, _) = made("correct horse");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    let stretched = Cell::new(0);
    let counted = |passphrase: &Passphrase, salt: &[u8; 16], params: &KdfParams| {
        stretched.set(stretched.get() + 1);
        quick(passphrase, salt, params)
    };
    assert!(unlock_with(&bytes, &passphrase("correct horse"), counted).is_err());
    assert_eq!(stretched.get(), 0);
}

#[test]
fn a_newer_version_says_so() {
    let (mut bytes, _) = made("correct horse");
    bytes[8] = 2;
    assert_eq!(
        unlocked(&bytes, "correct horse").expect_err("newer"),
        UnlockError::TooNew { found: 2, known: 1 }
    );
}

#[test]
fn a_changed_passphrase_opens_the_same_key_and_the_old_one_nothing() {
    let (bytes, key) = made("correct horse");
    let changed = change_passphrase_with(
        &bytes,
        &key,
        &passphrase("battery staple"),
        KdfParams::VAULT,
        counter(9),
        quick,
    )
    .expect("the key is this vault's");
    assert!(same(
        &unlocked(&changed, "battery staple").expect("new"),
        &key
    ));
    assert_eq!(
        unlocked(&changed, "correct horse").expect_err("old"),
        UnlockError::WrongPassphrase
    );
}

#[test]
fn another_vaults_key_changes_nothing() {
    let (bytes, _) = made("correct horse");
    let (_, other) = create_with(
        &passphrase("correct horse"),
        KdfParams::VAULT,
        counter(77),
        quick,
    )
    .expect("a counter is there");
    let refused = change_passphrase_with(
        &bytes,
        &other,
        &passphrase("battery staple"),
        KdfParams::VAULT,
        counter(9),
        quick,
    );
    assert!(matches!(refused, Err(ChangePassphraseError::WrongKey)));
}

#[test]
fn slots_of_later_kinds_outlive_a_change_of_passphrase() {
    let (bytes, key) = made("correct horse");
    let later = Slot {
        kind: 200,
        body: vec![1, 2, 3],
    };
    let mut file = VaultFile::decode(&bytes).expect("just made");
    file.slots.insert(0, later.clone());
    let bytes = file.encode(&key);
    assert!(same(
        &unlocked(&bytes, "correct horse").expect("right"),
        &key
    ));

    let changed = change_passphrase_with(
        &bytes,
        &key,
        &passphrase("battery staple"),
        KdfParams::VAULT,
        counter(9),
        quick,
    )
    .expect("the key is this vault's");
    let slots = VaultFile::decode(&changed).expect("just made").slots;
    assert_eq!(slots.len(), 2);
    assert!(slots.contains(&later));
}

#[test]
fn a_slot_that_somebody_added_without_the_key_is_refused() {
    let (bytes, _) = made("correct horse");
    let mut file = VaultFile::decode(&bytes).expect("just made");
    file.slots.push(Slot {
        kind: 2,
        body: vec![0; 48],
    });
    // The forger authenticates with a key of his own.
    let (_, forger) = create_with(&passphrase("forger"), KdfParams::VAULT, counter(5), quick)
        .expect("a counter is there");
    assert_eq!(
        unlocked(&file.encode(&forger), "correct horse").expect_err("forged"),
        UnlockError::Damaged
    );
}

#[test]
fn a_slot_of_another_vault_does_not_fit() {
    let (bytes, key) = made("correct horse");
    let mut file = VaultFile::decode(&bytes).expect("just made");
    file.id[0] ^= 1;
    assert_eq!(
        unlocked(&file.encode(&key), "correct horse").expect_err("moved"),
        UnlockError::WrongPassphrase
    );
}

#[test]
fn a_vault_without_a_passphrase_says_so() {
    let (bytes, key) = made("correct horse");
    let mut file = VaultFile::decode(&bytes).expect("just made");
    file.slots.clear();
    assert_eq!(
        unlocked(&file.encode(&key), "correct horse").expect_err("no slot"),
        UnlockError::NoPassphraseSlot
    );
}

#[test]
fn nothing_is_made_without_randomness() {
    let failed = create_with(
        &passphrase("correct horse"),
        KdfParams::VAULT,
        |_| Err("dry"),
        quick,
    );
    assert!(matches!(failed, Err(CreateVaultError::Entropy("dry"))));
}

#[test]
fn keys_for_different_uses_differ() {
    let (_, key) = made("correct horse");
    let keys = [
        key.database_key(),
        key.seed_key(),
        key.bundle_key(),
        key.file_mac_key(),
    ];
    for (i, one) in keys.iter().enumerate() {
        assert!(!one.ct_eq(key.secret()));
        assert!(keys[i + 1..].iter().all(|other| !one.ct_eq(other)));
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(bytes: Vec<u8>) {
        prop_assert!(unlocked(&bytes, "correct horse").is_err());
        let disguised = [&MAGIC[..], &[1, 0], &bytes].concat();
        prop_assert!(unlocked(&disguised, "correct horse").is_err());
        if disguised.len() >= 32 {
            prop_assert!(unlocked(&with_checksum(disguised), "correct horse").is_err());
        }
    }

    #[test]
    fn what_is_encoded_decodes_the_same(id: [u8; 16], slots in prop::collection::vec((any::<u8>(), prop::collection::vec(any::<u8>(), 0..300)), 0..16)) {
        let (_, key) = made("x");
        let slots = slots.into_iter().map(|(kind, body)| Slot { kind, body }).collect();
        let file = VaultFile { id, slots };
        let bytes = file.encode(&key);
        prop_assert_eq!(&VaultFile::decode(&bytes).expect("just encoded"), &file);
        prop_assert!(VaultFile::is_authentic(&bytes, &key));
    }
}
