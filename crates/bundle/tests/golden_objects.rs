//! Objects and files that were once written are read for ever: of the first layout, in `files/bundle-v1-2026`.
//!
//! `cargo test -p satchel-bundle --test golden_objects -- --ignored` writes files of another name anew, when there is
//! another layout: name the folder after it, and leave the old ones.

use std::convert::Infallible;
use std::fs;
use std::path::PathBuf;

use satchel_bundle::container::{Container, Part, seal_container, wallets_of};
use satchel_bundle::keys::{Device, RecoveryKey, Removal};
use satchel_bundle::object::{Contents, ObjectHash, Secrets, name};
use satchel_bundle::replica::{Identity, OwnStreams, Replica, Source, Stamp, Taken};
use satchel_bundle::state::{
    AddressKey, Change, Payment, SharedWallet, Space, Stage, State, ValueKey,
};
use satchel_bundle::{OpenedFile, open};
use satchel_secrets::kdf::KdfParams;
use satchel_secrets::sign::verify_key;
use satchel_secrets::wrap::wrap_key;
use satchel_secrets::{Passphrase, SecretBytes, SecretText, SecretVec, hash};
use satchel_types::{
    ChainSide, CircleId, DeviceId, LabelTarget, PublicDescriptors, ScriptType, StreamId, Timestamp,
    WalletId,
};

const FIRST_LAYOUT: &str = "bundle-v1-2026";

fn folder(layout: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/files")
        .join(layout)
}

fn key(byte: u8) -> SecretBytes<32> {
    SecretBytes::from_slice(&[byte; 32]).expect("32 bytes")
}

fn passphrase() -> Passphrase {
    Passphrase::new(SecretText::new("correct horse".to_owned())).expect("a valid passphrase")
}

fn device(n: u8) -> Replica {
    let identity = Identity {
        device: DeviceId::from_bytes([n; 16]),
        sign: key(n),
        wrap: key(n + 100),
    };
    let own = OwnStreams {
        shared: StreamId::from_bytes([n + 10; 16]),
        seeds: StreamId::from_bytes([n + 20; 16]),
    };
    let circle = CircleId::from_bytes([9; 16]);
    Replica::new(circle, verify_key(&key(200)), identity, own)
}

fn wallet() -> SharedWallet {
    SharedWallet::new(
        bitcoin::Network::Regtest,
        ScriptType::Taproot,
        3,
        PublicDescriptors {
            external: "tr([73c5da0a/86h/1h/3h]tpub/0/*)#aaaaaaaa".to_owned(),
            internal: "tr([73c5da0a/86h/1h/3h]tpub/1/*)#bbbbbbbb".to_owned(),
            fingerprint: [0x73, 0xc5, 0xda, 0x0a].into(),
        },
        Timestamp::from_secs(1_700_000_000),
    )
}

fn value(space: Space, field: &[u8]) -> ValueKey {
    ValueKey {
        space,
        owner: *wallet().id.as_bytes(),
        field: field.to_vec(),
    }
}

fn address(n: u32) -> AddressKey {
    AddressKey {
        wallet: wallet().id,
        side: ChainSide::Change,
        index: n,
    }
}

/// What all of it says; `labels` of them on transactions.
fn check(state: &State, labels: u32) {
    assert_eq!(state.wallet(wallet().id), Some(&wallet()));
    let shown = |space, field: &[u8]| state.value(&value(space, field));
    assert_eq!(shown(Space::WALLET_NAME, b""), Some("Savings ₿"));
    let register = state.register(&value(Space::WALLET_NAME, b""));
    let beside = register.expect("written").beside();
    let beside: Vec<_> = beside.map(|value| value.text.as_deref()).collect();
    assert_eq!(beside, [Some("Household")], "two devices named it apart");
    for n in 0..labels {
        let text = format!("label {n}");
        let shown = shown(Space::TX_LABEL, &hash::hash(&n.to_le_bytes()));
        assert_eq!(shown, Some(text.as_str()));
    }
    assert_eq!(shown(Space::ADDRESS_LABEL, b"bcrt1qexample"), None);
    assert!(
        state
            .register(&value(Space::ADDRESS_LABEL, b"bcrt1qexample"))
            .is_some()
    );
    assert_eq!(shown(Space(900), b"what a newer version wrote"), Some("?"));
    let locked: Vec<_> = state.locked().map(|(_, coin)| *coin).collect();
    assert_eq!(locked, [[1; 36]]);
    assert!(state.revealed_by(&address(4)).is_some());
    assert_eq!(state.leased(wallet().id, ChainSide::Change).count(), 1);
    let (_, _, payment) = state.payments().next().expect("a payment");
    assert_eq!((payment.stage, payment.coins.len()), (Stage::Broadcast, 2));
    let opaque = |change: &Change| matches!(change, Change::Opaque { kind: 77, .. });
    assert!(state.clone().into_changes().any(|change| opaque(&change)));
}

#[test]
fn objects_of_the_first_layout_are_read() {
    let mut files: Vec<_> = fs::read_dir(folder(FIRST_LAYOUT))
        .expect("the folder")
        .map(|file| file.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|end| end != "satchel"))
        .collect();
    // Keys objects first.
    files.sort_by_key(|path| {
        (
            path.extension().is_none_or(|end| end != "key"),
            path.clone(),
        )
    });
    assert_eq!(files.len(), 9);
    let mut replica = device(1);
    let mut without_snapshots = device(1);
    for path in &files {
        let object = fs::read(path).expect("a file");
        let file_name = path.file_name().and_then(|name| name.to_str());
        let in_place = name(&object).expect("an object").to_string();
        assert_eq!(Some(in_place.replace('/', "_").as_str()), file_name);
        let taken = replica.take(&object, Source::Elsewhere);
        let left_out = matches!(taken, Ok(Taken::LeftOut { .. }));
        assert!(
            left_out || matches!(taken, Ok(Taken::New { .. })),
            "{path:?}: {taken:?}"
        );
        if path.extension().is_some_and(|end| end != "snap") {
            let _ = without_snapshots.take(&object, Source::Elsewhere);
        }
    }
    check(replica.state(), 120);
    check(without_snapshots.state(), 120);
    assert_eq!(replica.digest(), without_snapshots.digest());
    assert!(replica.missing().is_empty());
    assert_eq!(replica.left_out().count(), 1, "written after its removal");
    assert_eq!(replica.roster().members().count(), 2);
    assert!(replica.roster().recovery().is_some());
    assert_eq!(replica.seeds().len(), 1);
    assert_eq!(
        replica.owner_key().map(SecretBytes::expose),
        Some(&[200; 32])
    );
}

#[test]
fn the_file_of_version_2_is_read() {
    let bytes = fs::read(folder(FIRST_LAYOUT).join("v2.satchel")).expect("the file");
    let opened = open(&bytes, &passphrase()).expect("it was whole in 2026");
    assert_eq!(opened.created_at().as_secs(), 1_764_000_000);
    let OpenedFile::Container(container) = opened else {
        panic!("it is of version 2");
    };
    check(container.read[0].state(), 120);
    let wallets = wallets_of(&container);
    assert_eq!(wallets.len(), 1);
    assert_eq!(wallets[0].name.as_str(), "Savings ₿");
    assert_eq!(wallets[0].labels.len(), 120);
    let one = LabelTarget::Tx(bitcoin::hashes::Hash::from_byte_array(hash::hash(&[0; 4])));
    assert!(wallets[0].labels.contains(&(one, "label 0".to_owned())));
    assert_eq!(wallets[0].locked_coins.len(), 1);
    assert_eq!(wallets[0].next_change, 5);
}

fn stamp(n: u64) -> Stamp {
    Stamp {
        clock_ms: 1_764_000_000_000 + n,
        app: "0.1.0".to_owned(),
    }
}

fn added(n: u8, seeds: bool) -> Device {
    Device {
        id: DeviceId::from_bytes([n; 16]),
        added_at: u64::from(n),
        sign_key: verify_key(&key(n)),
        wrap_key: wrap_key(&key(n + 100)).expect("a key"),
        name: String::new(),
        system: String::new(),
        seeds,
    }
}

/// Everything that is written, in order.
struct Writing {
    objects: Vec<Vec<u8>>,
    drawn: u64,
}

impl Writing {
    fn draw(&mut self) -> impl FnMut(&mut [u8]) -> Result<(), Infallible> + use<> {
        self.drawn += 1;
        let mut next = self.drawn * 1_000;
        move |out: &mut [u8]| {
            for chunk in out.chunks_mut(32) {
                next += 1;
                chunk.copy_from_slice(&hash::hash(&next.to_le_bytes())[..chunk.len()]);
            }
            Ok(())
        }
    }

    fn epoch(
        &mut self,
        replica: &mut Replica,
        change: impl FnOnce(&mut satchel_bundle::keys::Roster),
    ) {
        let mut roster = replica.roster().clone();
        change(&mut roster);
        let Ok(sealed) = replica.seal_epoch(&roster, &key(200), self.draw());
        let bytes = sealed.expect("valid").0.bytes;
        replica.take(&bytes, Source::Here).expect("its own");
        self.objects.push(bytes);
    }

    fn write(&mut self, replica: &mut Replica, contents: Contents) {
        let stamp = stamp(self.drawn);
        let Ok(written) = replica.write(contents, &stamp, self.draw());
        self.objects.push(written.expect("it belongs").sealed.bytes);
    }

    fn take_all(&self, replica: &mut Replica) {
        for object in &self.objects {
            replica.take(object, Source::Elsewhere).expect("it is one");
        }
    }
}

fn payment(replica: &Replica) -> Change {
    let tx = bitcoin::Transaction {
        version: bitcoin::transaction::Version::TWO,
        lock_time: bitcoin::absolute::LockTime::ZERO,
        input: vec![bitcoin::TxIn::default()],
        output: vec![bitcoin::TxOut::NULL],
    };
    Change::Payment {
        wallet: wallet().id,
        txid: bitcoin::hashes::Hash::to_byte_array(tx.compute_txid()),
        payment: Payment {
            stage: Stage::Broadcast,
            reserved_until: 1_764_086_400,
            devices: [replica.device()].into(),
            coins: [[1; 36], [2; 36]].into(),
            psbts: Default::default(),
        },
    }
}

fn everything(replica: &Replica) -> Vec<Change> {
    let at = 1_764_000_000;
    let set = |space, field: &[u8], text: Option<&str>| {
        replica.set_value(value(space, field), at, text.map(str::to_owned))
    };
    let device = replica.device();
    let lock = |coin: u8| Change::Lock {
        wallet: wallet().id,
        coin: [coin; 36],
        tag: [coin; 8],
    };
    let mut all = vec![
        Change::Wallet(wallet()),
        set(Space::WALLET_NAME, b"", Some("Savings ₿")),
        set(Space::ADDRESS_LABEL, b"bcrt1qexample", None),
        set(Space(900), b"what a newer version wrote", Some("?")),
        lock(1),
        lock(2),
        Change::Unlock {
            wallet: WalletId::from_bytes(*wallet().id.as_bytes()),
            coin: [2; 36],
            tag: [2; 8],
        },
        Change::Revealed {
            key: address(4),
            device,
            at,
        },
        Change::Leased {
            key: address(5),
            device,
            at,
        },
        payment(replica),
        Change::Opaque {
            kind: 77,
            content: vec![0x81, 0x05],
        },
    ];
    all.extend((0..120_u32).map(|n| {
        let text = format!("label {n}");
        set(Space::TX_LABEL, &hash::hash(&n.to_le_bytes()), Some(&text))
    }));
    all
}

#[test]
#[ignore = "writes files"]
fn write_the_files() {
    let layout = std::env::var("SATCHEL_LAYOUT").expect("the name of a new layout");
    let folder = folder(&layout);
    fs::create_dir(&folder).expect("a layout that is not there yet");
    let mut first = device(1);
    let mut writing = Writing {
        objects: Vec::new(),
        drawn: 0,
    };
    let entropy = SecretBytes::from_slice(&[7; 16]).expect("16 bytes");
    let recovery = RecoveryKey::new(&entropy).expect("a key").public();
    writing.epoch(&mut first, |roster| {
        for (n, seeds) in [(1, true), (2, false), (3, false)] {
            roster.add(added(n, seeds));
        }
        roster.set_recovery(recovery, 5);
    });
    let mut other = device(2);
    writing.take_all(&mut other);
    let apart = value(Space::WALLET_NAME, b"");
    let apart = other.set_value(apart, 1_763_000_000, Some("Household".to_owned()));
    let all = everything(&first);
    writing.write(&mut first, Contents::Shared(all));
    writing.write(&mut other, Contents::Shared(vec![apart]));
    let mut gone = device(3);
    writing.take_all(&mut gone);
    writing.write(&mut gone, Contents::Shared(Vec::new()));
    writing.take_all(&mut first);
    let last = first.last_of(gone.device());
    writing.epoch(&mut first, |roster| {
        roster.remove(Removal {
            device: gone.device(),
            at: 1_764_000_001,
            last,
        });
    });
    // It does not know of it, and goes on.
    let too_late = Change::Lock {
        wallet: wallet().id,
        coin: [4; 36],
        tag: [4; 8],
    };
    writing.write(&mut gone, Contents::Shared(vec![too_late]));
    writing.take_all(&mut first);
    let secrets = Secrets {
        seeds: vec![(wallet().id, SecretVec::from_slice(b"a seed"))],
        owner: Some(key(200)),
    };
    writing.write(&mut first, Contents::Secret(secrets));
    let stamp = stamp(99);
    let Ok(snapshot) = first.write_snapshot(&stamp, writing.draw());
    writing
        .objects
        .push(snapshot.expect("it belongs").sealed.bytes);
    writing.write(&mut first, Contents::Shared(Vec::new()));
    for object in &writing.objects {
        let name = name(object)
            .expect("an object")
            .to_string()
            .replace('/', "_");
        fs::write(folder.join(name), object).expect("room");
    }
    let essence = first.essence();
    let (keys, others): (Vec<_>, Vec<_>) = writing
        .objects
        .iter()
        .cloned()
        .partition(|object| object[4] == 3);
    let carried = others
        .into_iter()
        .filter(|object| essence.contains(&ObjectHash::of(object)) && object[28] == 0);
    let file = Container {
        created_at: Timestamp::from_secs(1_764_000_000),
        parts: vec![Part::of_circle(&first, keys, carried.collect())],
    };
    let bytes =
        seal_container(&file, &passphrase(), KdfParams::FILE, writing.draw()).expect("valid");
    fs::write(folder.join("v2.satchel"), bytes).expect("room");
}
