//! Laws of the container, with a stretch quick enough to break a file in every place.

use std::convert::Infallible;

use bitcoin::Network;
use bitcoin::bip32::Fingerprint;
use proptest::prelude::*;
use satchel_secrets::kdf::{KdfError, KdfParams};
use satchel_secrets::sign::verify_key;
use satchel_secrets::wrap::wrap_key;
use satchel_secrets::{Passphrase, SecretBytes, SecretText, SecretVec, hash};
use satchel_types::{
    CircleId, DeviceId, LabelTarget, PublicDescriptors, ScriptType, StreamId, Timestamp,
};

use super::*;
use crate::keys::{Device, Roster};
use crate::object::{Contents, Secrets};
use crate::open::open_with;
use crate::replica::{Identity, OwnStreams, Source, Stamp};
use crate::state::{AddressKey, Change, SharedWallet, Space, ValueKey};
use crate::{OpenError, OpenedFile, SealError};

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(SecretText::new(text.to_owned())).expect("a valid passphrase")
}

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

fn sealed(container: &Container) -> Result<Vec<u8>, SealError<Infallible>> {
    let words = passphrase("correct horse");
    seal_with(container, &words, KdfParams::FILE, fill, quick)
}

fn opened(bytes: &[u8]) -> Result<OpenedContainer, OpenError> {
    match open_with(bytes, &passphrase("correct horse"), quick)? {
        OpenedFile::Container(opened) => Ok(*opened),
        OpenedFile::Wallets(_) => panic!("it is of version 2"),
    }
}

fn with_checksum(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.len() - 32;
    let checksum = hash::hash(&bytes[..end]);
    bytes[end..].copy_from_slice(&checksum);
    bytes
}

fn key(byte: u8) -> SecretBytes<32> {
    SecretBytes::from_slice(&[byte; 32]).expect("32 bytes")
}

fn drawn(start: u8) -> impl FnMut(&mut [u8]) -> Result<(), Infallible> {
    let mut at = u64::from(start) << 32;
    move |out: &mut [u8]| {
        for chunk in out.chunks_mut(8) {
            at += 1;
            chunk.copy_from_slice(&at.to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

fn stamp() -> Stamp {
    Stamp {
        clock_ms: 1_764_000_000_000,
        app: "test".to_owned(),
    }
}

fn wallet() -> SharedWallet {
    SharedWallet::new(
        Network::Regtest,
        ScriptType::Taproot,
        0,
        PublicDescriptors {
            external: "tr([73c5da0a/86h/1h/0h]tpub/0/*)#aaaaaaaa".to_owned(),
            internal: "tr([73c5da0a/86h/1h/0h]tpub/1/*)#bbbbbbbb".to_owned(),
            fingerprint: Fingerprint::from([0x73, 0xc5, 0xda, 0x0a]),
        },
        Timestamp::from_secs(1_700_000_000),
    )
}

/// A circle of one device, and the objects that it wrote.
struct Circle {
    replica: Replica,
    keys: Vec<u8>,
    objects: Vec<Vec<u8>>,
    n: u8,
}

impl Circle {
    fn new(n: u8) -> Self {
        let (circle, owner) = (CircleId::from_bytes([n; 16]), verify_key(&key(200)));
        let identity = Identity {
            device: DeviceId::from_bytes([n; 16]),
            sign: key(n),
            wrap: key(n + 100),
        };
        let own = OwnStreams {
            shared: StreamId::from_bytes([n; 16]),
            seeds: StreamId::from_bytes([n + 1; 16]),
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
        let mut replica = Replica::new(circle, owner, identity, own);
        let Ok(keys) = replica.seal_epoch(&roster, &key(200), drawn(n));
        let keys = keys.expect("valid").0.bytes;
        replica.take(&keys, Source::Here).expect("its own");
        Self {
            replica,
            keys,
            objects: Vec::new(),
            n: n + 10,
        }
    }

    fn draw(&mut self) -> impl FnMut(&mut [u8]) -> Result<(), Infallible> + use<> {
        self.n += 1;
        drawn(self.n)
    }

    fn write(&mut self, contents: Contents) {
        let draw = self.draw();
        let Ok(written) = self.replica.write(contents, &stamp(), draw);
        self.objects.push(written.expect("it belongs").sealed.bytes);
    }

    fn label(&mut self, text: Option<&str>) {
        let label = ValueKey {
            space: Space::ADDRESS_LABEL,
            owner: *wallet().id.as_bytes(),
            field: b"bcrt1qexample".to_vec(),
        };
        let change = self.replica.set_value(label, 1, text.map(str::to_owned));
        self.write(Contents::Shared(vec![change]));
    }

    fn snapshot(&mut self) {
        let draw = self.draw();
        let Ok(written) = self.replica.write_snapshot(&stamp(), draw);
        self.objects.push(written.expect("it belongs").sealed.bytes);
    }

    fn part(&self) -> Part {
        let essence = self.replica.essence();
        let carried = self.objects.iter();
        let carried = carried.filter(|object| essence.contains(&ObjectHash::of(object)));
        Part::of_circle(
            &self.replica,
            vec![self.keys.clone()],
            carried.cloned().collect(),
        )
    }
}

/// A circle with a wallet that has a label, and a part with its seed.
fn two_parts() -> Container {
    let mut circle = Circle::new(1);
    let name = ValueKey {
        space: Space::WALLET_NAME,
        owner: *wallet().id.as_bytes(),
        field: Vec::new(),
    };
    let name = circle
        .replica
        .set_value(name, 1, Some("Savings".to_owned()));
    let coin = Change::Lock {
        wallet: wallet().id,
        coin: [3; 36],
        tag: [1; 8],
    };
    circle.write(Contents::Shared(vec![Change::Wallet(wallet()), name, coin]));
    circle.label(Some("rent"));
    circle.snapshot();
    circle.label(Some("rent of May"));
    let mut seeds = Circle::new(50);
    let address = Change::Revealed {
        key: AddressKey {
            wallet: wallet().id,
            side: satchel_types::ChainSide::Receive,
            index: 6,
        },
        device: seeds.replica.device(),
        at: 1,
    };
    let draw = seeds.draw();
    let Ok(all) = seeds.replica.write_all(vec![address], &stamp(), draw);
    seeds.objects.push(all.expect("it belongs").sealed.bytes);
    seeds.write(Contents::Secret(Secrets {
        seeds: vec![(wallet().id, SecretVec::from_slice(&[7; 20]))],
        owner: None,
    }));
    let seeds = Part::of_all(
        &seeds.replica,
        vec![seeds.keys.clone()],
        seeds.objects.clone(),
    );
    Container {
        created_at: Timestamp::from_secs(1_700_000_001),
        parts: vec![circle.part(), seeds],
    }
}

#[test]
fn what_was_sealed_opens_and_says_it_all() {
    let container = two_parts();
    // What the snapshot holds is not carried: keys, snapshot, and one segment after it.
    assert_eq!(container.parts[0].objects.len(), 3);
    let opened = opened(&sealed(&container).expect("valid")).expect("just sealed");
    assert_eq!(opened.container.created_at, container.created_at);
    for (a, b) in container.parts.iter().zip(&opened.container.parts) {
        assert_eq!(
            (a.circle, a.owner, &a.objects),
            (b.circle, b.owner, &b.objects)
        );
    }
    let wallets = wallets_of(&opened);
    assert_eq!(wallets.len(), 1);
    let found = &wallets[0];
    assert_eq!(found.name.as_str(), "Savings");
    assert_eq!(found.descriptors, wallet().descriptors);
    let label = LabelTarget::Address("bcrt1qexample".to_owned());
    assert_eq!(found.labels, [(label, "rent of May".to_owned())]);
    assert_eq!(found.locked_coins.len(), 1);
    assert_eq!((found.next_receive, found.next_change), (7, 0));
    let seed = found.seed.as_ref().map(SecretVec::expose);
    assert_eq!(seed, Some(&[7; 20][..]));
}

#[test]
fn nothing_of_it_is_readable() {
    let container = two_parts();
    let bytes = sealed(&container).expect("valid");
    let part = &container.parts[0];
    let secrets = [
        part.circle.as_bytes().as_slice(),
        &part.owner,
        part.keys[0].2.expose(),
        &part.objects[1][..32],
        b"Savings",
        b"tpub",
    ];
    for secret in secrets {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret));
    }
}

#[test]
fn a_wrong_passphrase_is_told_as_such() {
    let bytes = sealed(&two_parts()).expect("valid");
    let error = open_with(&bytes, &passphrase("correct hors"), quick).expect_err("wrong");
    assert_eq!(error, OpenError::WrongPassphrase);
}

#[test]
fn any_flipped_bit_is_damage_and_never_a_wrong_passphrase() {
    let bytes = sealed(&two_parts()).expect("valid");
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
            if at >= 10 && at < bytes.len() - 32 && bit == 0 {
                let error = opened(&with_checksum(damaged)).expect_err("forged");
                assert!(!matches!(error, OpenError::Invalid { .. }), "byte {at}");
            }
        }
    }
    for len in (0..bytes.len()).step_by(7) {
        assert!(opened(&bytes[..len]).is_err(), "{len}");
    }
}

#[test]
fn one_version_is_not_taken_for_the_other() {
    let mut bytes = sealed(&two_parts()).expect("valid");
    bytes[8..10].copy_from_slice(&1_u16.to_le_bytes());
    assert_eq!(
        opened(&with_checksum(bytes)).expect_err("of version 2"),
        OpenError::WrongPassphrase
    );
}

#[test]
fn a_forged_file_cannot_weaken_the_stretching() {
    let mut bytes = sealed(&two_parts()).expect("valid");
    bytes[10..14].copy_from_slice(&1024_u32.to_le_bytes());
    assert!(matches!(
        opened(&with_checksum(bytes)).expect_err("weak"),
        OpenError::WeakParameters(KdfError::TooWeak { .. })
    ));
}

fn refused(change: impl FnOnce(&mut Container)) -> &'static str {
    let mut container = two_parts();
    change(&mut container);
    match sealed(&container) {
        Err(SealError::Invalid { what }) => what,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_is_whole_or_nothing() {
    assert_eq!(
        refused(|file| file.parts[0].keys.clear()),
        "an object that cannot be judged"
    );
    assert_eq!(
        refused(|file| drop(file.parts[0].objects.remove(0))),
        "an object that cannot be judged"
    );
    assert_eq!(
        refused(|file| file.parts[0].objects[1][200] ^= 1),
        "an object that is refused"
    );
    assert_eq!(
        refused(|file| file.parts[0].owner[0] ^= 1),
        "an object that is refused"
    );
    assert_eq!(
        refused(|file| file.parts[0].keys.push((Class::Seeds, 1, key(9)))),
        "a class key that opens nothing"
    );
    assert_eq!(
        refused(|file| file.parts[0].objects.swap(1, 2)),
        "the order of the objects"
    );
    assert_eq!(
        refused(|file| {
            let again = file.parts[0].objects[2].clone();
            file.parts[0].objects.push(again);
        }),
        "the order of the objects"
    );
    assert_eq!(
        refused(|file| {
            let key = &file.parts[0].keys[0].2;
            let again = (Class::Shared, 1, copy(key));
            file.parts[0].keys.push(again);
        }),
        "the order of the class keys"
    );
    assert_eq!(
        refused(|file| file.parts[1].circle = file.parts[0].circle),
        "two parts of one circle"
    );
    assert_eq!(refused(|file| file.parts.clear()), "the number of parts");
}

#[test]
fn what_a_newer_version_must_be_asked_for_says_so() {
    // Whoever has the passphrase can put in anything. The lowest reader stands outside, before any key; a name
    // takes all of an object, so that the order has to be made right again.
    let mut container = two_parts();
    let part = &mut container.parts[0];
    part.objects[2][6] = 2;
    part.objects.remove(1);
    let part = &container.parts[0];
    assert_eq!(
        read::observe(part).map(|_| ()),
        Err(read::NEWER),
        "and not that it is damaged"
    );
}

#[test]
fn an_empty_circle_is_no_file() {
    // Its key would open what the file does not hold.
    let circle = Circle::new(1);
    let part = Part::of_all(&circle.replica, vec![circle.keys.clone()], Vec::new());
    assert!(part.keys.is_empty());
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(bytes: Vec<u8>) {
        prop_assert!(opened(&bytes).is_err());
        let disguised = [&b"SATWFILE\x02\x00"[..], &bytes, &[0; 32]].concat();
        prop_assert!(opened(&with_checksum(disguised)).is_err());
    }

    /// What a person with the passphrase could forge.
    #[test]
    fn any_contents_are_read_without_panic(at in 4_usize..9_000, byte: u8, cut in 0_usize..9_000) {
        let padded = encode(&two_parts()).expect("valid");
        let mut changed = padded.expose().to_vec();
        let (at, cut) = (at.min(changed.len() - 1), cut.min(changed.len()));
        changed[at] = byte;
        if let Ok(read) = read_container(&SecretVec::from_slice(&changed)) {
            let again = encode(&read.container).expect("it was accepted");
            prop_assert_eq!(again.expose(), &changed[..]);
        }
        prop_assert!(read_container(&SecretVec::from_slice(&changed[..cut])).is_err() || cut == changed.len());
    }
}
