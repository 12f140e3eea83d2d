//! What other wallets show of themselves, and which wallet it is.

use bitcoin::Network;
use bitcoin::bip32::Fingerprint;
use satchel_types::{PublicDescriptors, ScriptType};
use satchel_wallet::{WatchKey, WatchKeyError, first_addresses};

/// Keys of the words that BIP-0049, 0084 and 0086 make their vectors of.
const XPUB_84: &str = "xpub6CatWdiZiodmUeTDp8LT5or8nmbKNcuyvz7WyksVFkKB4RHwCD3XyuvPEbvqAQY3rAPshWcMLoP2fMFMKHPJ4ZeZXYVUhLv1VMrjPC7PW6V";
const ZPUB_84: &str = "zpub6rFR7y4Q2AijBEqTUquhVz398htDFrtymD9xYYfG1m4wAcvPhXNfE3EfH1r1ADqtfSdVCToUG868RvUUkgDKf31mGDtKsAYz2oz2AGutZYs";
const XPUB_86: &str = "xpub6BgBgsespWvERF3LHQu6CnqdvfEvtMcQjYrcRzx53QJjSxarj2afYWcLteoGVky7D3UKDP9QyrLprQ3VCECoY49yfdDEHGCtMMj92pReUsQ";
const FIRST_84: &str = "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu";
const FIRST_86: &str = "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr";

fn first(text: &str, script_type: Option<ScriptType>) -> String {
    let key = WatchKey::read(text).expect("one key");
    let kind = key.script_type().or(script_type).expect("a script type");
    let made = key.descriptors(kind);
    let first = first_addresses(&made, Network::Bitcoin, 1).expect("addresses");
    first[0].to_string()
}

fn refused(text: &str) -> WatchKeyError {
    WatchKey::read(text).expect_err("it cannot be watched")
}

#[test]
fn a_key_in_every_form_that_wallets_show_is_the_same_wallet() {
    let origin = "[73c5da0a/84h/0h/0h]";
    let alike = [
        format!("wpkh({origin}{XPUB_84}/0/*)"),
        format!("wpkh({origin}{XPUB_84}/1/*)"),
        format!("wpkh({origin}{XPUB_84}/<0;1>/*)"),
        format!("wpkh([73c5da0a/84'/0'/0']{XPUB_84}/0/*)"),
        format!("{origin}{XPUB_84}"),
        format!("{origin}{ZPUB_84}"),
        format!("  {origin}{XPUB_84}/<0;1>/* \n"),
    ];
    let made: Vec<_> = alike
        .iter()
        .map(|text| {
            let key = WatchKey::read(text).expect("one key");
            assert_eq!(key.script_type(), Some(ScriptType::Segwit), "{text}");
            assert_eq!(key.account(), 0);
            assert!(key.is_of(Network::Bitcoin) && !key.is_of(Network::Regtest));
            key.descriptors(ScriptType::Segwit)
        })
        .collect();
    for (text, one) in alike.iter().zip(&made) {
        assert_eq!(one, &made[0], "{text}");
    }
    assert_eq!(made[0].fingerprint.to_string(), "73c5da0a");
    assert_eq!(first(&alike[0], None), FIRST_84);
}

#[test]
fn a_key_that_does_not_say_its_script_type_leaves_it_open() {
    assert_eq!(WatchKey::read(XPUB_84).expect("a key").script_type(), None);
    assert_eq!(first(XPUB_84, Some(ScriptType::Segwit)), FIRST_84);
    assert_eq!(first(ZPUB_84, None), FIRST_84);
    assert_eq!(WatchKey::read(ZPUB_84).expect("a key").fingerprint(), None);
    let taproot = format!("tr([73c5da0a/86h/0h/0h]{XPUB_86}/0/*)");
    assert_eq!(first(&taproot, None), FIRST_86);
}

#[test]
fn a_checksum_that_is_wrong_is_no_descriptor() {
    let made = WatchKey::read(&format!("wpkh({XPUB_84}/0/*)")).expect("one key");
    let external = made.descriptors(ScriptType::Segwit).external;
    assert!(WatchKey::read(&external).is_ok());
    let (text, _) = external.split_once('#').expect("a checksum");
    assert_eq!(
        refused(&format!("{text}#qqqqqqqq")),
        WatchKeyError::Unreadable
    );
}

#[test]
fn what_is_not_one_key_with_two_sides_is_refused_by_name() {
    let key = format!("{XPUB_84}/0/*");
    let other = format!("{XPUB_86}/0/*");
    for text in [
        format!("wsh(sortedmulti(2,{key},{other}))"),
        format!("sh(wsh(sortedmulti(2,{key},{other})))"),
        format!("tr({key},pk({other}))"),
        format!("wsh(pk({key}))"),
        format!("wsh(multi(2{}))", format!(",[00000000/48h/0h/0h/2h]{other}").repeat(15)),
        "Zpub739WFCnqb8H6bozqRWNgL4NwrVvUUDaa5UodTovoPXuLnoVJTvkwKA6b5ioUif4ntuhU53ob9LUdZ66F3uNGoX8S6gzjGa1yvYFtkDRknR2".to_owned(),
    ] {
        assert_eq!(refused(&text), WatchKeyError::NotOneKey, "{text}");
    }
    for text in [
        format!("wpkh({XPUB_84}/*)"),
        format!("wpkh({XPUB_84}/7/*)"),
        format!("wpkh({XPUB_84}/<1;0>/*)"),
        format!("wpkh({XPUB_84}/<0;1;2>/*)"),
        format!("wpkh({XPUB_84}/0/*h)"),
        format!("wpkh({XPUB_84}/0/5)"),
        format!("{XPUB_84}/7/*"),
    ] {
        assert_eq!(refused(&text), WatchKeyError::NotRanged, "{text}");
    }
    let private = "wpkh(xprv9xpXFhFpqdQK3TmytPBqXtGSwS3DLjojFhTGht8gwAAii8py5X6pxeBnQ6ehJiyJ6nDjWGJfZ95WxByFXVkDxHXrqu53WCRGypk2ttuqncb/0/*)";
    assert_eq!(refused(private), WatchKeyError::Unreadable);
    assert_eq!(refused(&"x".repeat(9_000)), WatchKeyError::TooLong);
    assert_eq!(refused(""), WatchKeyError::Unreadable);
    assert_eq!(refused("[zz]"), WatchKeyError::Unreadable);
}

#[test]
fn a_wallet_that_others_describe_is_one_key_on_both_sides_and_of_the_kind_that_they_say() {
    let of = |one: &PublicDescriptors, kind, network| WatchKey::of_wallet(one, kind, network);
    let (key, other) = (
        WatchKey::read(&format!("[73c5da0a/84h/0h/0h]{XPUB_84}")).expect("one key"),
        WatchKey::read(&format!("[73c5da0a/84h/0h/0h]{XPUB_86}")).expect("one key"),
    );
    let good = key.descriptors(ScriptType::Segwit);
    let read = of(&good, ScriptType::Segwit, Network::Bitcoin).expect("as it is made");
    assert!(read.is_same_key(&key) && !read.is_same_key(&other));
    assert!(read.is_same_key(&WatchKey::read(XPUB_84).expect("one key")));

    // The first address is the owner's, the change is not.
    let change = PublicDescriptors {
        internal: other.descriptors(ScriptType::Segwit).internal,
        ..good.clone()
    };
    let swapped = PublicDescriptors {
        external: good.internal.clone(),
        internal: good.external.clone(),
        ..good.clone()
    };
    let root = PublicDescriptors {
        fingerprint: Fingerprint::from([1; 4]),
        ..good.clone()
    };
    for (what, bad, kind, network) in [
        ("change", &change, ScriptType::Segwit, Network::Bitcoin),
        ("swapped", &swapped, ScriptType::Segwit, Network::Bitcoin),
        ("root", &root, ScriptType::Segwit, Network::Bitcoin),
        ("kind", &good, ScriptType::Taproot, Network::Bitcoin),
        ("network", &good, ScriptType::Segwit, Network::Regtest),
    ] {
        let refused = of(bad, kind, network).expect_err(what);
        assert_eq!(refused, WatchKeyError::OtherSides, "{what}");
    }
    let several = PublicDescriptors {
        external: format!("wsh(sortedmulti(1,{XPUB_84}/0/*,{XPUB_86}/0/*))"),
        ..good
    };
    let refused = of(&several, ScriptType::Segwit, Network::Bitcoin);
    assert_eq!(refused.expect_err("two keys"), WatchKeyError::NotOneKey);
}
