//! Files of other wallets: labels, descriptors.
#![no_main]

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::LazyLock;

use bip138::{Content, EncryptedBackup, descriptor, miniscript::DescriptorPublicKey};
use bitcoin::address::NetworkUnchecked;
use bitcoin::{Address, Network};
use libfuzzer_sys::fuzz_target;
use satchel_fuzz::{assert_plain, frugal, seeds};
use satchel_interop::{
    DescriptorRecord, Form, KeyOrigin, LabelRecord, OpenDescriptorsError, RecordOrigin,
    open_descriptors, read_labels, seal_descriptors, write_labels,
};
use satchel_types::{Label, LabelTarget};

const XPUB: &str = "tpubDDfvzhdVV4unsoKt5aE6dcsNsfeWbTgmLZPi8LQDYU2xixrYemMfWJ3BaVneH3u7DBQePdTwhpybaKRU95pi6PMUtLPBJLVQRpzEnjfjZzX";

static SEALED: LazyLock<Vec<u8>> =
    LazyLock::new(|| seal_descriptors(&[record()], counting()).expect("valid descriptors"));

fuzz_target!(init: seeds(make), |data: &[u8]| {
    let Some((&mode, data)) = data.split_first() else { return };
    match mode {
        0 => labels(data, Network::Bitcoin),
        1 => labels(data, Network::Regtest),
        2 => origin(data),
        3 => backup(data),
        4 => document(data),
        5 => damaged(data),
        _ => {}
    }
});

/// What is read is written and read again as it was, each target once.
fn labels(data: &[u8], network: Network) {
    let Ok(found) = frugal(data.len(), || read_labels(data, network)) else {
        return;
    };
    for record in &found.records {
        if let Some(label) = &record.label {
            assert_plain(label.as_str());
            assert_eq!(Label::new(label.as_str()), Ok(Some(label.clone())));
        }
        match &record.target {
            LabelTarget::Address(text) => {
                let address: Address<NetworkUnchecked> = text.parse().expect("an address");
                assert!(address.is_valid_for_network(network), "{text}");
            }
            LabelTarget::Key(key) => assert!((1..=LabelTarget::MAX_KEY).contains(&key.len())),
            _ => {}
        }
        assert!(record.spendable.is_none() || matches!(record.target, LabelTarget::Output(_)));
    }
    let mut seen = BTreeSet::new();
    let mut kept = found.records;
    kept.retain(|record| {
        seen.insert(record.target.clone()) && (record.label.is_some() || record.spendable.is_some())
    });
    // It is written with transactions, and names keys.
    for record in &mut kept {
        let is_tx = matches!(record.target, LabelTarget::Tx(_));
        record.origin = record
            .origin
            .take()
            .filter(|origin| is_tx && matches!(origin, RecordOrigin::Key(_)));
    }
    let object = write_labels(&kept, Form::Electrum);
    let mut of_electrum: Vec<_> = kept.iter().filter(|record| in_electrum(record)).collect();
    of_electrum.sort_by_key(|record| reference(&record.target));
    match read_labels(&object, network) {
        Ok(again) => {
            assert_eq!(again.form, Form::Electrum);
            assert!(
                again
                    .records
                    .iter()
                    .map(|record| (&record.target, &record.label))
                    .eq(of_electrum
                        .iter()
                        .map(|record| (&record.target, &record.label)))
            );
        }
        Err(_) => assert!(of_electrum.is_empty()),
    }
    let written = write_labels(&kept, Form::Bip329);
    match read_labels(&written, network) {
        Ok(again) => {
            assert_eq!(again.passed_over_count, 0);
            assert_eq!(again.records, kept);
        }
        Err(_) => assert!(kept.is_empty()),
    }
}

fn in_electrum(record: &LabelRecord) -> bool {
    let known = matches!(record.target, LabelTarget::Tx(_) | LabelTarget::Address(_));
    known && record.label.is_some()
}

fn reference(target: &LabelTarget) -> String {
    match target {
        LabelTarget::Tx(txid) => txid.to_string(),
        LabelTarget::Address(address) => address.clone(),
        _ => String::new(),
    }
}

fn origin(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(origin) = frugal(text.len(), || text.parse::<KeyOrigin>()) {
        let form = origin.to_string();
        assert_plain(&form);
        assert_eq!(form.parse(), Ok(origin));
    }
}

/// Nobody makes a backup that opens without knowing the key.
fn backup(data: &[u8]) {
    let opened = frugal(data.len(), || open_descriptors(data, &[XPUB]));
    assert!(opened.is_err() || opened == Ok(vec![record()]));
}

/// Whoever knows the key may write anything into it.
fn document(data: &[u8]) {
    if data.is_empty() {
        return;
    }
    let key: DescriptorPublicKey = XPUB.parse().expect("a key");
    let key = descriptor::dpk_to_root_pk(&key).expect("an extended key");
    let (mut nonce, mut decoys) = ([0; 12], [[0; 32]; 4]);
    let mut draw = counting();
    for bytes in std::iter::once(&mut nonce[..]).chain(decoys.iter_mut().map(|d| &mut d[..])) {
        let Ok(()) = draw(bytes);
    }
    let sealed = EncryptedBackup::new()
        .set_keys(vec![key])
        .set_content_type(Content::Bip380)
        .set_payload(&data.to_vec())
        .and_then(|backup| backup.encrypt(nonce, &decoys))
        .expect("any bytes are sealed");
    match frugal(sealed.bytes.len(), || {
        open_descriptors(&sealed.bytes, &[XPUB])
    }) {
        Ok(records) => {
            for record in records {
                assert_plain(&record.external);
                assert!(!record.external.contains("prv"), "no private key is public");
                assert_eq!(
                    frugal(record.external.len(), || open_descriptors(
                        &SEALED,
                        &[&record.external]
                    ))
                    .is_ok(),
                    record.external.contains(XPUB),
                );
            }
        }
        Err(error) => assert!(matches!(
            error,
            OpenDescriptorsError::NoBackup | OpenDescriptorsError::NoDescriptors
        )),
    }
}

/// A changed backup is refused or says what it said.
fn damaged(data: &[u8]) {
    let mut file = SEALED.clone();
    for change in data.chunks_exact(3).take(8) {
        let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % file.len();
        file[at] = change[2];
    }
    backup(&file);
}

fn record() -> DescriptorRecord {
    let side = |side: u32| {
        let text = format!("tr([73c5da0a/86'/1'/0']{XPUB}/{side}/*)");
        let descriptor: bip138::backend::Descriptor = text.parse().expect("a descriptor");
        descriptor.to_string()
    };
    DescriptorRecord {
        external: side(0),
        internal: Some(side(1)),
        last_index: Some(41),
        birth_time: Some(1_700_000_000),
    }
}

fn counting() -> impl FnMut(&mut [u8]) -> Result<(), Infallible> {
    let mut next = 0u8;
    move |bytes| {
        for byte in bytes {
            next = next.wrapping_add(1);
            *byte = next;
        }
        Ok(())
    }
}

fn make() -> Vec<(&'static str, Vec<u8>)> {
    let with = |mode: u8, data: &[u8]| [&[mode], data].concat();
    let txid = "f91d0a8a78462bc59398f2c5d7a84fcff491c26ba54c4833478b202796c8aafd";
    let lines = format!(
        "{{\"type\":\"tx\",\"ref\":\"{txid}\",\"label\":\"rent\",\"origin\":\"wpkh([d34db33f/84'/0'/0'])\"}}\n\
         {{\"type\":\"addr\",\"ref\":\"bc1q34aq5drpuwy3wgl9lhup9892qp6svr8ldzyy7c\",\"label\":\"Ana\"}}\n\
         {{\"type\":\"output\",\"ref\":\"{txid}:1\",\"spendable\":\"false\"}}\n\
         {{\"type\":\"input\",\"ref\":\"{txid}:0\",\"label\":\"in\"}}\n\
         {{\"type\":\"xpub\",\"ref\":\"{XPUB}\",\"label\":\"Savings\"}}\n"
    );
    let object = format!(
        "{{\"{txid}\": \"rent\", \"bc1q34aq5drpuwy3wgl9lhup9892qp6svr8ldzyy7c\": \"Ana\"}}"
    );
    let document = format!(
        "{{\"version\":1,\"descriptor_sets\":[{{\"descriptor\":\"{}\",\"range\":[0,41]}}]}}",
        record().external
    );
    vec![
        ("labels", with(0, lines.as_bytes())),
        ("labels_regtest", with(1, lines.as_bytes())),
        ("electrum", with(0, object.as_bytes())),
        ("origin", with(2, b"sh(wpkh([73c5da0a/49h/0h/0h]))")),
        ("backup", with(3, &SEALED)),
        ("document", with(4, document.as_bytes())),
        ("bare", with(4, record().external.as_bytes())),
        ("damaged", with(5, &[10, 0, 1, 200, 0, 7])),
    ]
}
