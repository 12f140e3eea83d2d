//! Laws of the keychain slot, beside those of the whole file.

use std::convert::Infallible;

use proptest::prelude::*;
use satchel_secrets::kdf::{KdfError, KdfParams};
use satchel_secrets::{Passphrase, SecretBytes, SecretText, hash};
use satchel_types::{SlotId, VaultId};

use crate::change::change_passphrase_with;
use crate::create::create_with;
use crate::format::{HEADER_LEN, MAX_SLOTS, Slot, VaultFile};
use crate::unlock::unlock_with;
use crate::{
    ChangeSlotError, UnlockByKeychainError, UnlockError, VaultKey, doors, remove_keychain_slot,
    set_keychain_slot, unlock_by_keychain,
};

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(SecretText::new(text.to_owned())).expect("a valid passphrase")
}

/// Stands in for Argon2id.
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

fn made(start: u8) -> (Vec<u8>, VaultKey) {
    create_with(
        &passphrase("correct horse"),
        KdfParams::VAULT,
        counter(start),
        quick,
    )
    .expect("a counter is there")
}

fn wrapping_key(byte: u8) -> SecretBytes<32> {
    SecretBytes::from_slice(&[byte; 32]).expect("32 bytes")
}

fn slot(byte: u8) -> SlotId {
    SlotId::from_bytes([byte; 16])
}

/// A vault with slot `byte` sealed with wrapping key `byte`.
fn with_door(bytes: &[u8], key: &VaultKey, byte: u8) -> Vec<u8> {
    set_keychain_slot(bytes, key, &wrapping_key(byte), slot(byte), counter(byte))
        .expect("the key is this vault's")
}

fn same(a: &VaultKey, b: &VaultKey) -> bool {
    a.secret().ct_eq(b.secret())
}

fn with_checksum(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.len() - 32;
    let checksum = hash::hash(&bytes[..end]);
    bytes[end..].copy_from_slice(&checksum);
    bytes
}

fn opens_by_passphrase(bytes: &[u8], key: &VaultKey) -> bool {
    unlock_with(bytes, &passphrase("correct horse"), quick).is_ok_and(|opened| same(&opened, key))
}

#[test]
fn both_doors_give_the_same_key() {
    let (bytes, key) = made(1);
    assert_eq!(doors(&bytes).expect("whole").keychain, None);
    let bytes = with_door(&bytes, &key, 7);
    let seen = doors(&bytes).expect("whole");
    assert_eq!(seen.keychain, Some(slot(7)));
    assert_eq!(
        seen.vault,
        VaultId::from_bytes(VaultFile::decode(&bytes).expect("whole").id)
    );
    let opened = unlock_by_keychain(&bytes, slot(7), &wrapping_key(7)).expect("its own item");
    assert!(same(&opened, &key));
    assert!(opens_by_passphrase(&bytes, &key));
}

#[test]
fn another_item_and_another_slot_open_nothing() {
    let (bytes, key) = made(1);
    let bytes = with_door(&bytes, &key, 7);
    assert_eq!(
        unlock_by_keychain(&bytes, slot(7), &wrapping_key(8)).err(),
        Some(UnlockByKeychainError::WrongKey)
    );
    assert_eq!(
        unlock_by_keychain(&bytes, slot(8), &wrapping_key(7)).err(),
        Some(UnlockByKeychainError::NoSlot)
    );
}

#[test]
fn any_flipped_bit_is_damage_and_never_a_wrong_item() {
    let (bytes, key) = made(1);
    let bytes = with_door(&bytes, &key, 7);
    for at in 10..bytes.len() {
        for bit in 0..8 {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1_u8 << bit;
            assert_eq!(
                unlock_by_keychain(&damaged, slot(7), &wrapping_key(7)).err(),
                Some(UnlockByKeychainError::File(UnlockError::Damaged)),
                "byte {at} bit {bit}"
            );
            assert!(doors(&damaged).is_err(), "byte {at} bit {bit}");
        }
    }
}

#[test]
fn a_forged_checksum_opens_neither_door() {
    let (bytes, key) = made(1);
    let bytes = with_door(&bytes, &key, 7);
    for at in 10..bytes.len() - 32 {
        let mut forged = bytes.clone();
        forged[at] ^= 1;
        let forged = with_checksum(forged);
        assert!(
            unlock_by_keychain(&forged, slot(7), &wrapping_key(7)).is_err(),
            "byte {at}"
        );
        assert!(!opens_by_passphrase(&forged, &key), "byte {at}");
    }
}

#[test]
fn a_new_door_takes_the_old_ones_place() {
    let (bytes, key) = made(1);
    let bytes = with_door(&with_door(&bytes, &key, 7), &key, 9);
    assert_eq!(doors(&bytes).expect("whole").keychain, Some(slot(9)));
    assert_eq!(
        unlock_by_keychain(&bytes, slot(7), &wrapping_key(7)).err(),
        Some(UnlockByKeychainError::NoSlot)
    );
    assert!(unlock_by_keychain(&bytes, slot(9), &wrapping_key(9)).is_ok());
    assert!(opens_by_passphrase(&bytes, &key));
}

#[test]
fn a_door_moved_to_another_place_or_vault_is_shut() {
    let (bytes, key) = made(1);
    let file = VaultFile::decode(&with_door(&bytes, &key, 7)).expect("whole");

    let mut renamed = file.clone();
    renamed.slots[1].body[0] ^= 1;
    let mut id = [7; 16];
    id[0] ^= 1;
    assert_eq!(
        unlock_by_keychain(
            &renamed.encode(&key),
            SlotId::from_bytes(id),
            &wrapping_key(7)
        )
        .err(),
        Some(UnlockByKeychainError::WrongKey),
        "the id is part of what is committed to"
    );

    let mut moved = file;
    moved.id[0] ^= 1;
    assert_eq!(
        unlock_by_keychain(&moved.encode(&key), slot(7), &wrapping_key(7)).err(),
        Some(UnlockByKeychainError::WrongKey)
    );

    // A passphrase slot's bytes in a keychain slot's clothes.
    let mut disguised = VaultFile::decode(&bytes).expect("whole");
    let body = disguised.slots[0].body.clone();
    disguised.slots.push(Slot { kind: 2, body });
    assert_eq!(
        doors(&disguised.encode(&key)).expect("whole").keychain,
        None
    );
}

#[test]
fn a_door_that_somebody_added_without_the_key_is_refused() {
    let (bytes, key) = made(1);
    let (_, forger) = made(77);
    // The forger seals his own key into the vault's file, and authenticates with what he has.
    let mut file = VaultFile::decode(&bytes).expect("whole");
    let forged = VaultFile::decode(&with_door(
        &VaultFile {
            id: file.id,
            slots: vec![],
        }
        .encode(&forger),
        &forger,
        7,
    ))
    .expect("whole");
    file.slots.extend(forged.slots);
    let bytes_by_forger = file.encode(&forger);
    assert!(!opens_by_passphrase(&bytes_by_forger, &key));
    let opened = unlock_by_keychain(&bytes_by_forger, slot(7), &wrapping_key(7))
        .expect("it is his own vault, with a passphrase that opens nothing");
    assert!(!same(&opened, &key), "he gets out what he put in");
    // With the right authentication stripped of its key he cannot come even there.
    let mut kept_mac = bytes.clone();
    let slot_bytes = &bytes_by_forger[bytes.len() - 64..bytes_by_forger.len() - 64];
    let at = bytes.len() - 64;
    kept_mac.splice(at..at, slot_bytes.iter().copied());
    kept_mac[HEADER_LEN] = 2;
    assert_eq!(
        unlock_by_keychain(&with_checksum(kept_mac), slot(7), &wrapping_key(7)).err(),
        Some(UnlockByKeychainError::File(UnlockError::Damaged))
    );
}

#[test]
fn removing_shuts_the_door_and_leaves_the_others() {
    let (bytes, key) = made(1);
    assert!(matches!(remove_keychain_slot(&bytes, &key), Ok(None)));
    let mut file = VaultFile::decode(&with_door(&bytes, &key, 7)).expect("whole");
    let later = Slot {
        kind: 200,
        body: vec![1, 2, 3],
    };
    file.slots.insert(1, later.clone());
    let removed = remove_keychain_slot(&file.encode(&key), &key)
        .expect("the key is this vault's")
        .expect("there was a door");
    assert_eq!(doors(&removed).expect("whole").keychain, None);
    assert!(opens_by_passphrase(&removed, &key));
    let left = VaultFile::decode(&removed).expect("whole").slots;
    assert_eq!(left.len(), 2);
    assert!(left.contains(&later));
    assert_eq!(
        unlock_by_keychain(&removed, slot(7), &wrapping_key(7)).err(),
        Some(UnlockByKeychainError::NoSlot)
    );
}

#[test]
fn another_vaults_key_adds_and_removes_no_door() {
    let (bytes, key) = made(1);
    let (_, other) = made(77);
    let refused = set_keychain_slot(&bytes, &other, &wrapping_key(7), slot(7), counter(7));
    assert!(matches!(refused, Err(ChangeSlotError::WrongKey)));
    let bytes = with_door(&bytes, &key, 7);
    assert!(matches!(
        remove_keychain_slot(&bytes, &other),
        Err(ChangeSlotError::WrongKey)
    ));
}

#[test]
fn a_full_file_takes_no_further_door_and_a_renewed_one_fits() {
    let (bytes, key) = made(1);
    let mut file = VaultFile::decode(&bytes).expect("whole");
    while file.slots.len() < MAX_SLOTS {
        file.slots.push(Slot {
            kind: 200,
            body: vec![],
        });
    }
    let full = file.encode(&key);
    let refused = set_keychain_slot(&full, &key, &wrapping_key(7), slot(7), counter(7));
    assert!(matches!(refused, Err(ChangeSlotError::Full)));
    file.slots.pop();
    let renewed = with_door(&with_door(&file.encode(&key), &key, 7), &key, 8);
    assert_eq!(doors(&renewed).expect("whole").keychain, Some(slot(8)));
}

#[test]
fn a_changed_passphrase_leaves_the_keychains_door_open() {
    let (bytes, key) = made(1);
    let bytes = with_door(&bytes, &key, 7);
    let changed = change_passphrase_with(
        &bytes,
        &key,
        &passphrase("battery staple"),
        KdfParams::VAULT,
        counter(9),
        quick,
    )
    .expect("the key is this vault's");
    let opened = unlock_by_keychain(&changed, slot(7), &wrapping_key(7)).expect("kept");
    assert!(same(&opened, &key));
    assert!(!opens_by_passphrase(&changed, &key));
}

#[test]
fn no_door_is_made_without_randomness() {
    let (bytes, key) = made(1);
    let failed = set_keychain_slot(&bytes, &key, &wrapping_key(7), slot(7), |_| Err("dry"));
    assert!(matches!(failed, Err(ChangeSlotError::Entropy("dry"))));
}

proptest! {
    #[test]
    fn any_slot_body_is_read_without_panic(body in prop::collection::vec(any::<u8>(), 0..300)) {
        let (_, key) = made(1);
        let file = VaultFile { id: [3; 16], slots: vec![Slot { kind: 2, body }] };
        let bytes = file.encode(&key);
        let id = doors(&bytes).expect("whole").keychain.unwrap_or(slot(0));
        prop_assert!(unlock_by_keychain(&bytes, id, &wrapping_key(7)).is_err());
    }
}
