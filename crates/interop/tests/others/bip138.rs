//! Descriptor backups against the vectors of BIP-0138: what Satchel opens and seals, and the library beneath it, which
//! writes the bytes.

use std::convert::Infallible;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bip138::ll::DerivationPath;
use bip138::ll::crypto::{Crypto, RustBitcoin};
use bip138::{ToPayload, ll};
use bitcoin::hex::{DisplayHex, FromHex};
use satchel_interop::{
    DescriptorRecord, OpenDescriptorsError, SealDescriptorsError, open_descriptors,
    seal_descriptors,
};
use serde_json::Value;

fn entries(file: &str) -> Vec<Value> {
    let entries: Vec<Value> = serde_json::from_str(file).expect("a list");
    assert!(!entries.is_empty());
    entries
}

macro_rules! vectors {
    ($name:literal) => {
        entries(include_str!(concat!("vectors/bip138/", $name, ".json")))
    };
}

fn text<'a>(entry: &'a Value, field: &str) -> &'a str {
    entry[field]
        .as_str()
        .unwrap_or_else(|| panic!("{field} in {entry}"))
}

fn list<'a>(entry: &'a Value, field: &str) -> Vec<&'a str> {
    let list = entry[field].as_array().expect("a list");
    list.iter().map(|one| one.as_str().expect("text")).collect()
}

fn hex(text: &str) -> Vec<u8> {
    Vec::from_hex(text).expect("hexadecimal")
}

fn bytes<const N: usize>(text: &str) -> [u8; N] {
    hex(text).try_into().expect("its length")
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

fn record(external: &str) -> DescriptorRecord {
    DescriptorRecord {
        external: external.to_owned(),
        internal: None,
        last_index: None,
        birth_time: None,
    }
}

#[test]
fn backups_of_others_are_opened_by_each_of_their_keys() {
    let mut opened = 0;
    for entry in vectors!("encrypted_backup") {
        let what = text(&entry, "description");
        let sealed = hex(text(&entry, "expected"));
        let in_text = BASE64_STANDARD.encode(&sealed).into_bytes();
        let mut trailed = sealed.clone();
        trailed.extend(entry["trailing"].as_str().map(hex).unwrap_or_default());
        // The content's own number: what is none of descriptors opens, and holds none.
        let expected = match (entry["valid"].as_bool(), text(&entry, "content")) {
            (Some(false), _) => Err(OpenDescriptorsError::NoBackup),
            (_, "01017c") if text(&entry, "plaintext") == "00" => {
                Err(OpenDescriptorsError::NoBackup)
            }
            (_, "01017c") => Ok(vec![record(text(&entry, "plaintext"))]),
            (_, "010184") => {
                let keys: Value = serde_json::from_str(text(&entry, "plaintext")).expect("JSON");
                let keys = list(&keys, "keys").map_paths();
                Ok(vec![record(&format!("wsh(sortedmulti(2,{keys}))"))])
            }
            _ => Err(OpenDescriptorsError::NoDescriptors),
        };
        for key in list(&entry, "keys") {
            for form in [&sealed, &in_text, &trailed] {
                let found = open_descriptors(form, &[key]).map(without_checksums);
                let expected = expected.clone().map(without_checksums);
                assert_eq!(found, expected, "{what}");
                opened += 1;
            }
        }
        let stranger = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
        let refused = open_descriptors(&sealed, &[stranger]);
        assert!(
            matches!(
                refused,
                Err(OpenDescriptorsError::WrongKey | OpenDescriptorsError::NoBackup)
            ),
            "{what}"
        );
    }
    assert_eq!(opened, 39);
}

/// Keys of a policy, as a descriptor of both sides names them.
trait MapPaths {
    fn map_paths(&self) -> String;
}

impl MapPaths for Vec<&str> {
    fn map_paths(&self) -> String {
        let keys: Vec<_> = self.iter().map(|key| format!("{key}/<0;1>/*")).collect();
        keys.join(",")
    }
}

fn without_checksums(mut records: Vec<DescriptorRecord>) -> Vec<DescriptorRecord> {
    for record in &mut records {
        let (bare, _) = record
            .external
            .split_once('#')
            .unwrap_or((&record.external, ""));
        record.external = bare
            .replace('h', "'")
            .replace("ws'(", "wsh(")
            .replace("pk'(", "pkh(");
    }
    records
}

#[test]
fn a_descriptor_is_sealed_for_the_keys_that_the_document_names() {
    let (mut sealed_for, mut refused) = (0, 0);
    for entry in vectors!("recipient_keys") {
        let what = text(&entry, "description");
        let records: Vec<_> = list(&entry, "descriptors")
            .into_iter()
            .map(record)
            .collect();
        let sealed = seal_descriptors(&records, counting());
        if entry["expected_keys"].is_null() || what.contains("MuSig") {
            // Keys that several make together (BIP-0390) are not read: no wallet here has them.
            assert!(
                matches!(sealed, Err(SealDescriptorsError::Descriptor)),
                "{what}"
            );
            refused += 1;
            continue;
        }
        let sealed = sealed.unwrap_or_else(|error| panic!("{what}: {error}"));
        let keys = list(&entry, "expected_keys");
        for key in &keys {
            let found = open_descriptors(&sealed, &[&format!("02{key}")]);
            assert_eq!(found.expect("opened").len(), records.len(), "{what}");
        }
        // Nobody else has a slot: the others are decoys.
        let (_, secrets, ..) = ll::decode_v1(&sealed).expect("its parts");
        let keys: Vec<[u8; 32]> = keys.into_iter().map(bytes).collect();
        let secret = ll::decryption_secret(&RustBitcoin, &keys);
        let own = ll::individual_secrets(&RustBitcoin, &secret, &keys);
        assert!(own.iter().all(|own| secrets.contains(own)), "{what}");
        sealed_for += keys.len();
    }
    assert_eq!((sealed_for, refused), (5, 6));
}

#[test]
fn documents_of_descriptors_and_policies_are_read_as_the_document_says() {
    for entry in vectors!("bip380_descriptor_backup") {
        let document = entry["document"].to_string();
        let read = bip138::parse_descriptor_backup(document.as_bytes());
        assert_eq!(read.is_ok(), entry["valid"].as_bool().expect("a boolean"));
        let read = read.expect("valid");
        assert_eq!(
            bip138::parse_descriptor_backup(&read.to_payload().expect("bytes")).expect("valid"),
            read
        );
        // What we write of the same wallet says the same.
        let set = &read.descriptor_sets[0];
        let ours = DescriptorRecord {
            external: set.descriptor.to_string(),
            internal: set.change_descriptor.as_ref().map(ToString::to_string),
            last_index: set.range.map(|(_, last)| last),
            birth_time: set.birth_time,
        };
        let sealed = seal_descriptors(std::slice::from_ref(&ours), counting()).expect("sealed");
        assert_eq!(open_descriptors(&sealed, &[&ours.external]), Ok(vec![ours]));
    }
    for entry in vectors!("bip388") {
        let document = entry["document"].to_string();
        let read = bip138::parse_policy_backup(document.as_bytes());
        let valid = entry["valid"].as_bool().expect("a boolean");
        assert_eq!(read.is_ok(), valid, "{}", text(&entry, "description"));
    }
}

#[test]
fn keys_give_the_secrets_that_the_document_says() {
    for entry in vectors!("encryption_secret") {
        let keys = list(&entry, "keys")
            .into_iter()
            .map(|key| bytes::<32>(&key[2..]));
        let mut keys: Vec<_> = keys.collect();
        let secret = ll::decryption_secret(&RustBitcoin, &keys);
        assert_eq!(secret, bytes(text(&entry, "decryption_secret")));
        keys.dedup();
        let mut own = ll::individual_secrets(&RustBitcoin, &secret, &keys);
        let mut expected: Vec<_> = list(&entry, "individual_secrets")
            .into_iter()
            .map(bytes)
            .collect();
        own.sort_unstable();
        expected.sort_unstable();
        assert_eq!(own, expected, "{}", text(&entry, "description"));
    }
    for entry in vectors!("chacha20poly1305_encryption") {
        let (nonce, secret) = (bytes(text(&entry, "nonce")), bytes(text(&entry, "secret")));
        let sealed =
            ll::encrypt_with_nonce(&RustBitcoin, secret, hex(text(&entry, "plaintext")), nonce);
        let expected = entry["ciphertext"].as_str().map(hex);
        assert_eq!(sealed.ok().map(|(_, sealed)| sealed), expected, "{entry}");
        if let Some(sealed) = expected {
            let opened = RustBitcoin.aead_decrypt(&secret, &nonce, &sealed);
            assert_eq!(opened, Some(hex(text(&entry, "plaintext"))));
        }
    }
}

fn path(text: &str) -> DerivationPath {
    let steps = text
        .split('/')
        .skip(1)
        .map(|step| match step.strip_suffix('\'') {
            Some(step) => step.parse::<u32>().expect("a number") | 1 << 31,
            None => step.parse().expect("a number"),
        });
    DerivationPath::from(steps.collect::<Vec<_>>())
}

#[test]
fn paths_and_secrets_are_written_as_the_document_says() {
    for entry in vectors!("derivation_path") {
        let paths = list(&entry, "paths").into_iter().map(path).collect();
        let written = ll::encode_derivation_paths(paths).expect("paths");
        assert_eq!(
            written.to_lower_hex_string(),
            text(&entry, "expected"),
            "{entry}"
        );
    }
    for entry in vectors!("individual_secrets") {
        let secrets: Vec<_> = list(&entry, "secrets").into_iter().map(bytes).collect();
        let written = ll::encode_individual_secrets(&secrets).ok();
        let expected = entry["expected"].as_str().map(hex);
        assert_eq!(written, expected, "{entry}");
    }
    // As many as a byte counts, and one more.
    let deep = |steps: usize| vec![DerivationPath::from(vec![0; steps])];
    let full = ll::encode_derivation_paths(deep(255)).expect("as deep as can be");
    assert_eq!(full, [&[1, 255][..], &[0; 255 * 4]].concat());
    assert!(ll::encode_derivation_paths(deep(256)).is_err());
    let wide = |paths: u32| (0..paths).map(|n| DerivationPath::from(vec![n])).collect();
    let full = ll::encode_derivation_paths(wide(255)).expect("as many as can be");
    let each = (0..255u32).flat_map(|n| [&[1][..], &n.to_be_bytes()].concat());
    assert_eq!(full, std::iter::once(255).chain(each).collect::<Vec<u8>>());
    assert!(ll::encode_derivation_paths(wide(256)).is_err());
    let secrets = |count: u16| -> Vec<[u8; 32]> {
        let secret = |n: u16| {
            let mut secret = [0; 32];
            secret[30..].copy_from_slice(&n.to_be_bytes());
            secret
        };
        (1..=count).map(secret).collect()
    };
    let full = ll::encode_individual_secrets(&secrets(255)).expect("as many as can be");
    assert_eq!(full, [vec![255], secrets(255).concat()].concat());
    assert!(ll::encode_individual_secrets(&secrets(256)).is_err());
}

#[test]
fn contents_are_told_apart_as_the_document_says() {
    for entry in vectors!("content_type") {
        let content = hex(text(&entry, "content"));
        let read = ll::parse_content(&content);
        let valid = entry["valid"].as_bool().expect("a boolean");
        assert_eq!(read.is_ok(), valid, "{entry}");
        if let Ok((length, _)) = read {
            assert_eq!(length, content.len(), "{entry}");
        }
    }
    for entry in vectors!("payload") {
        let read = ll::decode_plaintext(&hex(text(&entry, "payload"))).expect("a payload");
        let items = entry["items"].as_array().expect("a list");
        assert_eq!(read.len(), items.len());
        for ((content, bytes), item) in read.iter().zip(items) {
            assert_eq!(item["type"], 3);
            assert_eq!(*content, ll::Content::String);
            assert_eq!(*bytes, hex(text(item, "content")));
        }
    }
}
