//! The vault file, a wallet's sealed seed, and the seed's own bytes.
#![no_main]

use std::convert::Infallible;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use satchel_fuzz::{frugal, seeds};
use satchel_keys::Seed;
use satchel_secrets::{Passphrase, SecretBytes, SecretText, SecretVec};
use satchel_types::{SlotId, WalletId};
use satchel_vault::fuzzing as vault;
use satchel_vault::{
    UnlockByKeychainError, UnlockError, VaultKey, doors, open_seed, remove_keychain_slot,
    seal_seed, set_keychain_slot, unlock_by_keychain,
};

/// Magic, version, vault id.
const HEADER: usize = 26;
const CHECKSUM: usize = 32;
const MAC: usize = 32;

static VAULT: LazyLock<(Vec<u8>, VaultKey)> =
    LazyLock::new(|| vault::create(&passphrase("correct horse"), fill).expect("no lack of bytes"));
const DOOR: SlotId = SlotId::from_bytes([4; 16]);
const WALLET: WalletId = WalletId::from_bytes([3; 16]);

fuzz_target!(init: seeds(make), |data: &[u8]| {
    let Some((&mode, data)) = data.split_first() else { return };
    match mode {
        0 => any_file(data),
        1 => any_file(&with_checksum(data)),
        2 => any_slot(data),
        3 => damaged(data),
        4 => sealed_seed(data),
        5 => seed_bytes(data),
        6 => keychain(data),
        7 => keychain(&with_checksum(data)),
        _ => {}
    }
});

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(SecretText::new(text.to_owned())).expect("a valid passphrase")
}

fn fill(out: &mut [u8]) -> Result<(), Infallible> {
    out.fill(0x5a);
    Ok(())
}

fn with_checksum(body: &[u8]) -> Vec<u8> {
    [body, blake3::hash(body).as_bytes()].concat()
}

/// Nobody without the key makes a file that opens, and a file that is read is written the same but
/// for the hashes that need the key.
fn any_file(bytes: &[u8]) {
    let key = &VAULT.1;
    let opened = frugal(bytes.len(), || {
        vault::unlock(bytes, &passphrase("correct horse"))
    });
    if opened.is_ok() {
        let ours = vault::rewrite(bytes, key);
        assert_eq!(
            ours.as_deref(),
            Ok(bytes),
            "a file of somebody without the key opened"
        );
    }
    match vault::rewrite(bytes, key) {
        Ok(written) => {
            let end = bytes.len() - MAC - CHECKSUM;
            assert_eq!(written[..end], bytes[..end], "read and written differently");
            assert_eq!(written.len(), bytes.len());
            assert_eq!(vault::slots(&written), vault::slots(bytes));
        }
        Err(error) => assert_eq!(vault::slots(bytes), Err(error)),
    }
    // Only who could have written it changes it.
    let changed = vault::change_passphrase(bytes, key, &passphrase("another one"), fill);
    assert_eq!(
        changed.is_ok(),
        vault::rewrite(bytes, key).as_deref() == Ok(bytes)
    );
}

/// A slot of any kind, added by a holder of the key: kept, and never a way in.
fn any_slot(data: &[u8]) {
    let Some((&kind, body)) = data.split_first() else {
        return;
    };
    if body.len() > 4096 {
        return;
    }
    let (whole, key) = &*VAULT;
    let file = vault::with_slot(whole, key, kind, body).expect("it was read before");
    // The passphrase's own slot stands before it.
    assert!(vault::unlock(&file, &passphrase("correct horse")).is_ok());
    let changed = vault::change_passphrase(&file, key, &passphrase("battery staple"), fill)
        .expect("it is authentic");
    assert!(matches!(
        vault::unlock(&changed, &passphrase("correct horse")),
        Err(UnlockError::WrongPassphrase)
    ));
    assert!(vault::unlock(&changed, &passphrase("battery staple")).is_ok());
    let kept = vault::slots(&changed).expect("just written");
    if kind == 1 {
        assert_eq!(kept.len(), 1, "an old passphrase survived");
    } else {
        assert_eq!(kept[1..], [(kind, body.to_vec())], "a slot was lost");
    }
}

/// The door by the system's keychain: what stands open is what the slots say, and nobody without the
/// key makes a file that opens by it.
fn keychain(bytes: &[u8]) {
    let key = &VAULT.1;
    let Ok(doors) = frugal(bytes.len(), || doors(bytes)) else {
        assert!(vault::slots(bytes).is_err());
        return;
    };
    let ours = vault::rewrite(bytes, key).as_deref() == Ok(bytes);
    let id = doors.keychain.unwrap_or(DOOR);
    match frugal(bytes.len(), || {
        unlock_by_keychain(bytes, id, &wrapping_key())
    }) {
        Ok(opened) => {
            assert!(ours, "a file of somebody without the key opened");
            assert_eq!(opened.fingerprint(), key.fingerprint());
        }
        Err(UnlockByKeychainError::NoSlot) => assert_eq!(doors.keychain, None),
        Err(_) => assert!(doors.keychain.is_some()),
    }
    let changed = set_keychain_slot(bytes, key, &wrapping_key(), DOOR, fill);
    assert!(changed.is_err() || ours, "a stranger's file got a door");
    if let Ok(changed) = changed {
        assert!(unlock_by_keychain(&changed, DOOR, &wrapping_key()).is_ok());
        let kinds = |bytes: &[u8]| {
            let slots = vault::slots(bytes).expect("just written");
            slots
                .into_iter()
                .filter(|(kind, _)| *kind != 2)
                .collect::<Vec<_>>()
        };
        assert_eq!(kinds(&changed), kinds(bytes), "another door was lost");
        let removed = remove_keychain_slot(&changed, key).expect("it is authentic");
        let removed = removed.expect("it has such a door");
        assert_eq!(kinds(&removed), kinds(bytes));
        assert!(unlock_by_keychain(&removed, DOOR, &wrapping_key()).is_err());
    }
}

fn wrapping_key() -> SecretBytes<32> {
    SecretBytes::from_slice(&[9; 32]).expect("32 bytes")
}

/// Any change of any bytes is noticed, also where the checksum is made right again.
fn damaged(data: &[u8]) {
    let whole = &VAULT.0;
    let mut file = whole.clone();
    for change in data.chunks_exact(3).take(8) {
        let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % file.len();
        file[at] = change[2];
    }
    let repaired = with_checksum(&file[..file.len() - CHECKSUM]);
    for (file, is_repaired) in [(file, false), (repaired, true)] {
        let opened = vault::unlock(&file, &passphrase("correct horse"));
        if file == *whole {
            assert!(opened.is_ok());
            continue;
        }
        let error = opened.expect_err("it was changed");
        assert_eq!(error == UnlockError::NotAVault, file[..8] != whole[..8]);
        // Damage by chance is told before anybody waits for a stretch.
        assert!(is_repaired || error != UnlockError::WrongPassphrase);
    }
}

fn sealed_seed(sealed: &[u8]) {
    let key = VAULT.1.seed_key();
    assert!(
        frugal(sealed.len(), || open_seed(&key, WALLET, sealed)).is_err(),
        "somebody without the key sealed a seed"
    );
    let seed = SecretVec::from_slice(sealed);
    let mut ours = seal_seed(&key, WALLET, &seed, fill).expect("no lack of bytes");
    let opened = open_seed(&key, WALLET, &ours).expect("just sealed");
    assert!(opened.ct_eq(&seed));
    let at = sealed.iter().fold(0, |sum, byte| sum + usize::from(*byte)) % ours.len();
    ours[at] ^= 1;
    assert!(open_seed(&key, WALLET, &ours).is_err(), "byte {at}");
    let other = SecretBytes::from_slice(&[0; 32]).expect("32 bytes");
    ours[at] ^= 1;
    assert!(open_seed(&other, WALLET, &ours).is_err());
}

/// There is one way to write a seed.
fn seed_bytes(bytes: &[u8]) {
    let secret = SecretVec::from_slice(bytes);
    if let Ok(seed) = frugal(bytes.len(), || Seed::from_secret_bytes(&secret)) {
        assert!(seed.to_secret_bytes().ct_eq(&secret));
        assert!(matches!(seed.words().word_count(), 12 | 15 | 18 | 21 | 24));
    }
}

fn make() -> Vec<(&'static str, Vec<u8>)> {
    let (whole, key) = &*VAULT;
    let body = &whole[..whole.len() - CHECKSUM];
    let words = satchel_keys::RecoveryWords::from_entropy(&[7; 32]).expect("a valid length");
    let phrase = SecretText::new("caf\u{e9}".to_owned());
    let seed = Seed::new(words, Some(phrase)).expect("short");
    let seed = seed.to_secret_bytes();
    let sealed = seal_seed(&key.seed_key(), WALLET, &seed, fill).expect("no lack of bytes");
    let two = vault::with_slot(whole, key, 9, b"a door to come").expect("just made");
    let door = set_keychain_slot(whole, key, &wrapping_key(), DOOR, fill).expect("room for it");
    vec![
        ("whole", [&[0], &whole[..]].concat()),
        ("two-slots", [&[0], &two[..]].concat()),
        ("unchecked", [&[1], body].concat()),
        (
            "no-slots",
            [&[1][..], b"SATVAULT\x01\x00", &[0; 17 + MAC]].concat(),
        ),
        ("newer", [&[1][..], b"SATVAULT\x02\x00", &[0; 49]].concat()),
        (
            "slot-passphrase",
            [&[2, 1], &whole[HEADER + 4..HEADER + 136]].concat(),
        ),
        ("slot-other", b"\x02\x09a door to come".to_vec()),
        ("damage", vec![3, 30, 0, 255, 100, 0, 1]),
        ("sealed-seed", [&[4], &sealed[1..]].concat()),
        ("seed", [&[5], seed.expose()].concat()),
        ("keychain", [&[6], &door[..]].concat()),
        (
            "keychain-unchecked",
            [&[7], &door[..door.len() - CHECKSUM]].concat(),
        ),
    ]
}
