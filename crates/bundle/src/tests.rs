//! Laws of the wallet file, with a stretch quick enough to break a file in every place.

use std::convert::Infallible;

use bitcoin::bip32::Fingerprint;
use bitcoin::hashes::Hash;
use bitcoin::{Network, OutPoint, Txid};
use proptest::prelude::*;
use satchel_secrets::kdf::{KdfError, KdfParams};
use satchel_secrets::{Passphrase, SecretBytes, SecretText, SecretVec, hash};
use satchel_types::{LabelTarget, PublicDescriptors, ScriptType, Timestamp, WalletName};

use crate::contents::decode;
use crate::envelope::bucket;
use crate::open::open_with;
use crate::seal::seal_with;
use crate::{MAX_FILE_LEN, OpenError, OpenedFile, PortableWallet, SealError, WalletFile};

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

fn fill(out: &mut [u8]) -> Result<(), Infallible> {
    out.fill(0x5a);
    Ok(())
}

fn sealed(file: &WalletFile) -> Vec<u8> {
    seal_with(
        file,
        &passphrase("correct horse"),
        KdfParams::FILE,
        fill,
        quick,
    )
    .expect("a valid file")
}

fn opened(bytes: &[u8]) -> Result<WalletFile, OpenError> {
    match open_with(bytes, &passphrase("correct horse"), quick)? {
        OpenedFile::Wallets(file) => Ok(file),
        OpenedFile::Container(_) => panic!("it is of version 1"),
    }
}

fn outpoint(byte: u8, vout: u32) -> OutPoint {
    OutPoint {
        txid: Txid::from_byte_array([byte; 32]),
        vout,
    }
}

fn wallet() -> PortableWallet {
    PortableWallet {
        name: WalletName::new("Savings ₿").expect("a valid name"),
        network: Network::Regtest,
        script_type: ScriptType::Taproot,
        account: 0,
        descriptors: PublicDescriptors {
            external: "tr([73c5da0a/86h/1h/0h]tpub/0/*)#aaaaaaaa".to_owned(),
            internal: "tr([73c5da0a/86h/1h/0h]tpub/1/*)#bbbbbbbb".to_owned(),
            fingerprint: Fingerprint::from([0x73, 0xc5, 0xda, 0x0a]),
        },
        created_at: Timestamp::from_secs(1_700_000_000),
        seed: Some(SecretVec::from_slice(&[7; 20])),
        labels: vec![
            (LabelTarget::Output(outpoint(3, 1)), "change".to_owned()),
            (LabelTarget::Tx(outpoint(2, 0).txid), "rent".to_owned()),
            (
                LabelTarget::Address("bcrt1qexample".to_owned()),
                "Ana".to_owned(),
            ),
        ],
        locked_coins: vec![outpoint(9, 4), outpoint(1, 0)],
        next_receive: 12,
        next_change: 3,
        prepared: Vec::new(),
    }
}

fn file(wallets: Vec<PortableWallet>) -> WalletFile {
    WalletFile {
        created_at: Timestamp::from_secs(1_700_000_001),
        wallets,
    }
}

/// Compares what two wallets say; labels and locked coins are sets.
fn assert_same(a: &PortableWallet, b: &PortableWallet) {
    assert_eq!(a.name, b.name);
    assert_eq!(a.network, b.network);
    assert_eq!(a.script_type, b.script_type);
    assert_eq!(a.account, b.account);
    assert_eq!(a.descriptors, b.descriptors);
    assert_eq!(a.created_at, b.created_at);
    assert_eq!(
        a.seed.as_ref().map(SecretVec::expose),
        b.seed.as_ref().map(SecretVec::expose)
    );
    let labels = |wallet: &PortableWallet| {
        wallet
            .labels
            .iter()
            .map(|label| format!("{label:?}"))
            .collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(labels(a), labels(b));
    let locked = |wallet: &PortableWallet| {
        wallet
            .locked_coins
            .iter()
            .copied()
            .collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(locked(a), locked(b));
    assert_eq!(a.next_receive, b.next_receive);
    assert_eq!(a.next_change, b.next_change);
}

/// Makes the checksum right again, as a careful forger would.
fn with_checksum(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.len() - 32;
    let checksum = hash::hash(&bytes[..end]);
    bytes[end..].copy_from_slice(&checksum);
    bytes
}

#[test]
fn what_was_sealed_opens_the_same() {
    let watch_only = PortableWallet {
        seed: None,
        network: Network::Bitcoin,
        script_type: ScriptType::Legacy,
        labels: vec![],
        locked_coins: vec![],
        ..wallet()
    };
    let wallets = file(vec![wallet(), watch_only]);
    let again = opened(&sealed(&wallets)).expect("just sealed");
    assert_eq!(again.created_at, wallets.created_at);
    assert_eq!(again.wallets.len(), 2);
    for (a, b) in wallets.wallets.iter().zip(&again.wallets) {
        assert_same(a, b);
    }
}

#[test]
fn an_empty_file_opens() {
    let again = opened(&sealed(&file(vec![]))).expect("just sealed");
    assert!(again.wallets.is_empty());
}

#[test]
fn nothing_of_it_is_readable() {
    let bytes = sealed(&file(vec![wallet()]));
    for text in ["Savings", "tpub", "rent", "taproot", "regtest"] {
        assert!(
            !bytes
                .windows(text.len())
                .any(|part| part == text.as_bytes()),
            "{text}"
        );
    }
    assert!(!bytes.windows(20).any(|part| part == [7; 20]));
}

#[test]
fn a_wrong_passphrase_is_told_as_such() {
    let bytes = sealed(&file(vec![wallet()]));
    let error = open_with(&bytes, &passphrase("correct hors"), quick).expect_err("wrong");
    assert_eq!(error, OpenError::WrongPassphrase);
}

#[test]
fn any_flipped_bit_is_damage_and_never_a_wrong_passphrase() {
    let bytes = sealed(&file(vec![wallet()]));
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1_u8 << bit;
            let error = opened(&damaged).expect_err("damaged");
            let expected = match at {
                0..8 => error == OpenError::NotAWalletFile,
                8..10 => matches!(error, OpenError::TooNew { .. } | OpenError::Damaged),
                _ => error == OpenError::Damaged,
            };
            assert!(expected, "byte {at} bit {bit}: {error}");
        }
    }
}

#[test]
fn any_cut_or_longer_file_is_damage() {
    let bytes = sealed(&file(vec![wallet()]));
    for len in 0..bytes.len() {
        let error = opened(&bytes[..len]).expect_err("cut");
        let expected = if len < 8 {
            OpenError::NotAWalletFile
        } else {
            OpenError::Damaged
        };
        assert_eq!(error, expected, "{len}");
    }
    let longer = [&bytes[..], &[0]].concat();
    assert_eq!(opened(&longer).expect_err("longer"), OpenError::Damaged);
}

#[test]
fn a_forged_checksum_does_not_help() {
    let bytes = sealed(&file(vec![wallet()]));
    for at in 10..bytes.len() - 32 {
        let mut forged = bytes.clone();
        forged[at] ^= 1;
        assert!(opened(&with_checksum(forged)).is_err(), "byte {at}");
    }
}

#[test]
fn a_forged_file_cannot_weaken_the_stretching() {
    let mut bytes = sealed(&file(vec![wallet()]));
    bytes[10..14].copy_from_slice(&1024_u32.to_le_bytes());
    let error = opened(&with_checksum(bytes)).expect_err("weak");
    assert!(matches!(
        error,
        OpenError::WeakParameters(KdfError::TooWeak { .. })
    ));
}

#[test]
fn a_newer_version_says_so() {
    let mut bytes = sealed(&file(vec![wallet()]));
    bytes[8..10].copy_from_slice(&7_u16.to_le_bytes());
    assert_eq!(
        opened(&bytes).expect_err("newer"),
        OpenError::TooNew { found: 7, known: 2 }
    );
}

#[test]
fn a_file_that_is_too_large_is_refused_unread() {
    let error = opened(&vec![0; MAX_FILE_LEN + 1]).expect_err("large");
    assert_eq!(error, OpenError::TooLarge { max: MAX_FILE_LEN });
}

#[test]
fn files_of_like_wallets_have_the_same_size() {
    let mut other = wallet();
    other.seed = None;
    other.labels.push((
        LabelTarget::Address("bcrt1qother".to_owned()),
        "a label that is quite a bit longer than the others".to_owned(),
    ));
    assert_eq!(
        sealed(&file(vec![wallet()])).len(),
        sealed(&file(vec![other])).len()
    );
}

#[test]
fn a_bucket_holds_its_contents_and_wastes_an_eighth_at_most() {
    for len in (0..300_000).chain([1 << 20, (1 << 20) + 1, 40_000_000]) {
        let size = bucket(len);
        assert!(size >= len.max(4096), "{len}");
        assert!(size - len <= (len / 8).max(4096), "{len}");
        assert_eq!(bucket(size), size, "{len}");
    }
}

#[test]
fn two_labels_on_one_target_are_not_sealed() {
    let mut twice = wallet();
    twice
        .labels
        .push((LabelTarget::Output(outpoint(3, 1)), "other".to_owned()));
    let refused = seal_with(
        &file(vec![twice]),
        &passphrase("correct horse"),
        KdfParams::FILE,
        fill,
        quick,
    );
    assert!(matches!(refused, Err(SealError::Invalid { .. })));
}

#[test]
fn a_private_descriptor_is_not_sealed() {
    let mut private = wallet();
    private.descriptors.internal = "tr(tprv8ZgxMBicQKsPd/1/*)#cccccccc".to_owned();
    let refused = seal_with(
        &file(vec![private]),
        &passphrase("correct horse"),
        KdfParams::FILE,
        fill,
        quick,
    );
    assert!(matches!(
        refused,
        Err(SealError::Invalid {
            what: "a descriptor with a private key"
        })
    ));
}

#[test]
fn a_public_key_with_the_letters_of_a_private_one_is_sealed() {
    use crate::contents::checked_descriptor;
    let by_chance = "tr([73c5da0a/86'/1'/0']tpubDxprvAtprvB/0/*)#xprvxprv";
    assert_eq!(checked_descriptor(by_chance), Ok(by_chance));
    for key in ["xprv9s21", "tprv8Zgx"] {
        for text in [
            key.to_owned(),
            format!("tr({key}/0/*)"),
            format!("tr([73c5da0a/86'/1'/0']{key}/0/*)"),
            format!("wsh(multi(1,xpub6,{key}))"),
        ] {
            let refused = checked_descriptor(&text);
            assert_eq!(refused, Err("a descriptor with a private key"), "{text}");
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(bytes: Vec<u8>) {
        prop_assert!(opened(&bytes).is_err());
        let disguised = [&b"SATWFILE\x01\x00"[..], &bytes, &[0; 32]].concat();
        prop_assert!(opened(&with_checksum(disguised)).is_err());
    }

    /// What a person with the passphrase could forge: contents of any kind.
    #[test]
    fn any_contents_are_read_without_panic(at in 4_usize..600, byte: u8, cut in 0_usize..600) {
        let padded = crate::contents::encode(&file(vec![wallet()]), bucket, usize::MAX)
            .expect("a valid file");
        let mut changed = padded.expose().to_vec();
        changed[at] = byte;
        let _ = decode(&SecretVec::from_slice(&changed), bucket);
        let _ = decode(&SecretVec::from_slice(&changed[..cut]), bucket);
    }

    /// There is one way to write what was read.
    #[test]
    fn contents_that_are_accepted_are_written_the_same(at in 4_usize..600, byte: u8) {
        let encode = |file: &WalletFile| crate::contents::encode(file, bucket, usize::MAX);
        let padded = encode(&file(vec![wallet()])).expect("a valid file");
        let mut changed = padded.expose().to_vec();
        changed[at] = byte;
        if let Ok(read) = decode(&SecretVec::from_slice(&changed), bucket) {
            let written = encode(&read).expect("it was accepted");
            prop_assert_eq!(written.expose(), &changed[..]);
        }
    }
}
