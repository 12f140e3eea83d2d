//! The wallet file: envelope, contents of version 1, and the container of version 2.
#![no_main]

use std::collections::HashSet;
use std::convert::Infallible;
use std::sync::LazyLock;

use bitcoin::bip32::Fingerprint;
use bitcoin::hashes::Hash;
use bitcoin::{Network, OutPoint, Txid};
use libfuzzer_sys::fuzz_target;
use satchel_bundle::container::{Container, Part};
use satchel_bundle::keys::{Device, Roster};
use satchel_bundle::object::{Contents, Secrets};
use satchel_bundle::replica::{Identity, OwnStreams, Replica, Source, Stamp};
use satchel_bundle::state::{Change, SharedWallet};
use satchel_bundle::{OpenError, OpenedFile, PortableWallet, WalletFile, fuzzing as bundle};
use satchel_fuzz::{frugal, seeds};
use satchel_secrets::sign::verify_key;
use satchel_secrets::wrap::wrap_key;
use satchel_secrets::{Passphrase, SecretBytes, SecretText, SecretVec};
use satchel_types::{
    CircleId, DeviceId, Label, LabelTarget, PublicDescriptors, ScriptType, StreamId, Timestamp,
    WalletName,
};

const CHECKSUM: usize = 32;
static WHOLE: LazyLock<Vec<u8>> =
    LazyLock::new(|| bundle::seal(&file(), &passphrase(), fill).expect("a valid file"));

static BOX: LazyLock<Vec<u8>> = LazyLock::new(|| {
    bundle::seal_container(&container(), &passphrase(), fill).expect("a valid file")
});

fuzz_target!(init: seeds(make), |data: &[u8]| {
    let Some((&mode, data)) = data.split_first() else { return };
    match mode {
        0 => any_file(data),
        1 => any_file(&with_checksum(data)),
        2 => damaged(data, &WHOLE),
        7 => damaged(data, &BOX),
        3 => contents(data, &bundle::pad(data)),
        4 => contents(data, data),
        5 => objects(data, &bundle::pad(data)),
        6 => objects(data, data),
        _ => {}
    }
});

fn passphrase() -> Passphrase {
    Passphrase::new(SecretText::new("correct horse".to_owned())).expect("a valid passphrase")
}

fn fill(out: &mut [u8]) -> Result<(), Infallible> {
    out.fill(0x5a);
    Ok(())
}

fn with_checksum(body: &[u8]) -> Vec<u8> {
    [body, blake3::hash(body).as_bytes()].concat()
}

/// Nobody without the passphrase makes a file that opens.
fn any_file(bytes: &[u8]) {
    let opened = frugal(bytes.len(), || bundle::open(bytes, &passphrase()));
    assert!(
        opened.is_err() || bytes == *WHOLE || bytes == *BOX,
        "somebody without the passphrase made a file"
    );
}

/// Any change of any bytes is noticed, also where the checksum is made right again.
fn damaged(data: &[u8], whole: &[u8]) {
    let mut file = whole.to_vec();
    for change in data.chunks_exact(3).take(8) {
        let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % file.len();
        file[at] = change[2];
    }
    let repaired = with_checksum(&file[..file.len() - CHECKSUM]);
    for file in [file, repaired] {
        match bundle::open(&file, &passphrase()) {
            Ok(opened) => {
                assert_eq!(file, whole);
                let _ = opened.into_wallets();
            }
            Err(error) => {
                assert_ne!(file, whole);
                assert_eq!(error == OpenError::NotAWalletFile, file[..8] != whole[..8]);
            }
        }
    }
}

/// What a person with the passphrase could forge. What is accepted keeps every limit, and there is
/// one way to write it.
fn contents(given: &[u8], padded: &[u8]) {
    // The padding is at least a page, which somebody else's file brings along as well.
    let size = given.len().max(padded.len());
    let Ok(read) = frugal(size, || bundle::read_padded(padded)) else {
        return;
    };
    let written = bundle::write_padded(&read).expect("what is read can be written");
    assert_eq!(written, padded, "read and written differently");
    assert!(read.wallets.len() <= 1_000);
    for wallet in &read.wallets {
        keeps_limits(wallet);
    }
}

/// What a person with the passphrase could put into a container. What is accepted is written the same.
fn objects(given: &[u8], padded: &[u8]) {
    let size = given.len().max(padded.len());
    let Ok(read) = frugal(size + 4096, || bundle::read_container(padded)) else {
        return;
    };
    let written = bundle::write_container(&read).expect("what is read can be written");
    assert_eq!(written, padded, "read and written differently");
    let file = bundle::seal_container(&read, &passphrase(), fill).expect("it was accepted");
    let opened = bundle::open(&file, &passphrase()).expect("just sealed");
    assert!(matches!(opened, OpenedFile::Container(_)));
    for wallet in opened.into_wallets() {
        keeps_limits(&wallet);
    }
}

fn key(byte: u8) -> SecretBytes<32> {
    SecretBytes::from_slice(&[byte; 32]).expect("32 bytes")
}

/// A circle of one device with a wallet and its seed.
fn container() -> Container {
    let (circle, owner) = (CircleId::from_bytes([1; 16]), verify_key(&key(200)));
    let identity = Identity {
        device: DeviceId::from_bytes([1; 16]),
        sign: key(1),
        wrap: key(101),
    };
    let own = OwnStreams {
        shared: StreamId::from_bytes([1; 16]),
        seeds: StreamId::from_bytes([2; 16]),
    };
    let mut roster = Roster::new(circle, owner);
    roster.add(Device {
        id: identity.device,
        added_at: 1,
        sign_key: verify_key(&identity.sign),
        wrap_key: wrap_key(&identity.wrap).expect("a key"),
        name: String::new(),
        system: String::new(),
        seeds: true,
    });
    let mut next = 0;
    let mut draw = |out: &mut [u8]| {
        next += 1;
        out.fill(next);
        Ok::<_, Infallible>(())
    };
    let mut replica = Replica::new(circle, owner, identity, own);
    let Ok(keys) = replica.seal_epoch(&roster, &key(200), &mut draw);
    let keys = keys.expect("valid").0.bytes;
    replica.take(&keys, Source::Here).expect("its own");
    let wallet = SharedWallet::new(
        Network::Regtest,
        ScriptType::Taproot,
        0,
        PublicDescriptors {
            external: "tr([73c5da0a/86h/1h/0h]tpub/0/*)#aaaaaaaa".to_owned(),
            internal: "tr([73c5da0a/86h/1h/0h]tpub/1/*)#bbbbbbbb".to_owned(),
            fingerprint: Fingerprint::from([0x73, 0xc5, 0xda, 0x0a]),
        },
        Timestamp::from_secs(1_700_000_000),
    );
    let stamp = Stamp {
        clock_ms: 1_764_000_000_000,
        app: "fuzz".to_owned(),
    };
    let secrets = Contents::Secret(Secrets {
        seeds: vec![(wallet.id, SecretVec::from_slice(&[7; 20]))],
        owner: None,
    });
    let Ok(all) = replica.write_all(vec![Change::Wallet(wallet)], &stamp, &mut draw);
    let Ok(seeds) = replica.write(secrets, &stamp, &mut draw);
    let objects = [all, seeds].map(|written| written.expect("it belongs").sealed.bytes);
    Container {
        created_at: Timestamp::from_secs(1_700_000_001),
        parts: vec![Part::of_all(&replica, vec![keys], objects.to_vec())],
    }
}

fn keeps_limits(wallet: &PortableWallet) {
    let name = WalletName::new(wallet.name.as_str()).expect("a name stays one");
    assert_eq!(name, wallet.name);
    for text in [&wallet.descriptors.external, &wallet.descriptors.internal] {
        assert!(text.len() <= 1_024 && text.bytes().all(|b| b.is_ascii_graphic()));
        assert!(!text.contains("xprv") && !text.contains("tprv"));
    }
    assert!(wallet.account < 1 << 31);
    assert!(wallet.next_receive <= 1 << 31 && wallet.next_change <= 1 << 31);
    assert!(wallet.seed.as_ref().is_none_or(|seed| !seed.is_empty()));
    let targets: HashSet<_> = wallet.labels.iter().map(|(target, _)| target).collect();
    assert_eq!(
        targets.len(),
        wallet.labels.len(),
        "two labels on one target"
    );
    for (_, label) in &wallet.labels {
        let again = Label::new(label).expect("short enough").expect("not empty");
        assert_eq!(again.as_str(), label);
    }
    let locked: HashSet<_> = wallet.locked_coins.iter().collect();
    assert_eq!(locked.len(), wallet.locked_coins.len());
}

fn file() -> WalletFile {
    let outpoint = |byte, vout| OutPoint {
        txid: Txid::from_byte_array([byte; 32]),
        vout,
    };
    let wallet = PortableWallet {
        name: WalletName::new("Savings").expect("a valid name"),
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
    };
    let watch_only = PortableWallet {
        name: WalletName::new("Looking on").expect("a valid name"),
        network: Network::Bitcoin,
        script_type: ScriptType::Legacy,
        descriptors: wallet.descriptors.clone(),
        account: 5,
        created_at: Timestamp::from_secs(1),
        seed: None,
        labels: vec![],
        locked_coins: vec![],
        next_receive: 0,
        next_change: 0,
        prepared: Vec::new(),
    };
    WalletFile {
        created_at: Timestamp::from_secs(1_700_000_001),
        wallets: vec![wallet, watch_only],
    }
}

fn make() -> Vec<(&'static str, Vec<u8>)> {
    let padded = bundle::write_padded(&file()).expect("a valid file");
    let len = u32::from_le_bytes([padded[0], padded[1], padded[2], padded[3]]) as usize;
    let mut empty = file();
    empty.wallets.clear();
    let empty = bundle::write_padded(&empty).expect("a valid file");
    let boxed = bundle::write_container(&container()).expect("a valid file");
    let boxed_len = u32::from_le_bytes([boxed[0], boxed[1], boxed[2], boxed[3]]) as usize;
    vec![
        ("container", [&[5], &boxed[4..4 + boxed_len]].concat()),
        ("container-padded", [&[6], &boxed[..]].concat()),
        ("container-whole", [&[0], &BOX[..]].concat()),
        ("container-damage", vec![7, 30, 0, 255, 100, 0, 1]),
        ("whole", [&[0], &WHOLE[..]].concat()),
        (
            "unchecked",
            [&[1], &WHOLE[..WHOLE.len() - CHECKSUM]].concat(),
        ),
        ("newer", b"\x01SATWFILE\x03\x00".to_vec()),
        ("damage", vec![2, 30, 0, 255, 100, 0, 1]),
        ("contents", [&[3], &padded[4..4 + len]].concat()),
        ("contents-empty", [&[3], &empty[4..20]].concat()),
        ("padded-empty", [&[4], &empty[..]].concat()),
    ]
}
