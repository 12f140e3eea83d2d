//! Nothing is said to be done that the other devices would never hear of.

use std::convert::Infallible;

use bitcoin::ScriptBuf;
use satchel_bundle::object::{Contents, Head};
use satchel_bundle::replica::{Identity, OwnStreams, Source, Stamp, Taken};
use satchel_bundle::state::{Register, Seen, Value};
use satchel_ports::Database;
use satchel_secrets::SecretBytes;
use satchel_secrets::sign::verify_key;
use satchel_secrets::wrap::wrap_key;
use satchel_store::SqlDatabase;
use satchel_testkit::{ManualClock, SeededEntropy, rows};
use satchel_types::{CircleId, DeviceId, StreamId};
use tempfile::TempDir;

use super::*;
use crate::circle::{ToldNames, label_key};

fn key(byte: u8) -> SecretBytes<32> {
    SecretBytes::from_slice(&[byte; 32]).expect("32 bytes")
}

fn drawn() -> impl FnMut(&mut [u8]) -> Result<(), Infallible> {
    let mut next = 0;
    move |out| {
        next += 1;
        out.fill(next);
        Ok(())
    }
}

/// What one device of a circle of two knows.
fn member(n: u8) -> Replica {
    let identity = Identity {
        device: DeviceId::from_bytes([n; 16]),
        sign: key(n),
        wrap: key(n + 100),
    };
    let own = OwnStreams {
        shared: StreamId::from_bytes([n; 16]),
        seeds: StreamId::from_bytes([n + 100; 16]),
    };
    Replica::new(
        CircleId::from_bytes([1; 16]),
        verify_key(&key(200)),
        identity,
        own,
    )
}

/// A device that shares with another one, and the wallet that it has.
struct Here {
    shared: SharedStore,
    other: Replica,
    heard: usize,
    _home: TempDir,
}

impl Here {
    fn new() -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let database = SqlDatabase::new(home.path());
        let store = database.open(&key(9)).expect("a new one");
        let insert = Batch::from(rows::insert(rows::wallet(1)));
        store.apply(&insert).expect("a new wallet");
        let (mut one, mut other) = (member(1), member(2));
        let mut roster = one.roster().clone();
        for n in [1, 2] {
            roster.add(satchel_bundle::keys::Device {
                id: DeviceId::from_bytes([n; 16]),
                added_at: 1,
                sign_key: verify_key(&key(n)),
                wrap_key: wrap_key(&key(n + 100)).expect("a key"),
                name: String::new(),
                system: String::new(),
                seeds: false,
            });
        }
        let Ok(keys) = one.seal_epoch(&roster, &key(200), drawn());
        let (keys, _) = keys.expect("valid");
        for replica in [&mut one, &mut other] {
            let taken = replica.take(&keys.bytes, Source::Elsewhere);
            assert!(matches!(taken, Ok(Taken::New { .. })), "{taken:?}");
        }
        let record = CircleRecord {
            id: CircleId::from_bytes([1; 16]),
            owner: verify_key(&key(200)),
            device: DeviceId::from_bytes([1; 16]),
            shared_stream: StreamId::from_bytes([1; 16]),
            seeds_stream: StreamId::from_bytes([101; 16]),
            sealed_keys: Vec::new(),
            sealed_owner: None,
            joined_at: Timestamp::from_secs(1),
        };
        let shared = SharedStore::new(
            store,
            Arc::new(SeededEntropy::dangerous_from_seed(1)),
            Arc::new(ManualClock::default()),
        );
        let circle = Circle::new(record, one, ToldNames::new(), key(8));
        shared.set_circle(Some(Arc::new(circle)));
        Self {
            shared,
            other,
            heard: 0,
            _home: home,
        }
    }

    fn circle(&self) -> Arc<Circle> {
        self.shared.circle().expect("it is in one")
    }

    /// Lets the other device hear of all that was written here since; returns how many objects that were.
    fn tell(&mut self) -> usize {
        let mut objects: Vec<_> = self.shared.objects().expect("open").into_iter().collect();
        objects.sort_by_key(|object| object.name);
        let before = self.heard;
        for object in &objects[before..] {
            let bytes = self.shared.object(&object.name).expect("open");
            let bytes = bytes.expect("it is listed");
            assert!(Head::read(&bytes).is_ok());
            let taken = self.other.take(&bytes, Source::Elsewhere);
            assert!(matches!(taken, Ok(Taken::New { .. })), "{taken:?}");
        }
        self.heard = objects.len();
        objects.len() - before
    }

    fn agrees(&self) -> bool {
        self.circle().replica().digest() == self.other.digest()
    }
}

/// A draft whose PSBT has so many bytes more.
fn long_draft(n: u32, more: usize) -> Draft {
    let mut draft = rows::draft(n, rows::wallet_id(1));
    draft.psbt.inputs[0].witness_script = Some(ScriptBuf::from_bytes(vec![1; more]));
    draft
}

fn drafts(count: u32) -> Batch {
    let mut batch = Batch::new();
    for n in 0..count {
        batch.push(Write::PutDraft(Box::new(long_draft(n, 1_400_000))));
    }
    batch
}

#[test]
fn what_one_object_does_not_hold_is_written_into_several() {
    let mut here = Here::new();
    here.shared.apply(&drafts(5)).expect("it is shared");
    assert!(here.tell() > 1);
    assert_eq!(here.other.state().payments().count(), 5);
    assert!(here.agrees());
}

#[test]
fn a_label_that_many_streams_wrote_is_written_over_and_shared() {
    let mut here = Here::new();
    let target = LabelTarget::Tx(rows::txid(1));
    let by_stream = |n: u32| {
        let mut stream = [7; 16];
        stream[..4].copy_from_slice(&n.to_be_bytes());
        Change::Value {
            key: label_key(rows::wallet_id(1), &target),
            value: Value {
                version: 1,
                clock: 1,
                stream: StreamId::from_bytes(stream),
                text: None,
                seen: Seen::default(),
            },
        }
    };
    let stamp = Stamp {
        clock_ms: 1,
        app: "test".to_owned(),
    };
    let many = Contents::Shared((0..4_200).map(by_stream).collect());
    let Ok(written) = here.other.write(many, &stamp, drawn());
    let written = written.expect("it belongs");
    let taken = here
        .circle()
        .replica()
        .take(&written.sealed.bytes, Source::Elsewhere);
    assert!(matches!(taken, Ok(Taken::New { .. })), "{taken:?}");
    let label = Write::PutLabel(
        rows::wallet_id(1),
        target.clone(),
        Some(rows::label("rent")),
    );
    here.shared
        .apply(&Batch::from(label))
        .expect("it is shared");
    assert_eq!(here.tell(), 1);
    let key = label_key(rows::wallet_id(1), &target);
    assert_eq!(here.other.state().value(&key), Some("rent"));
    assert!(here.agrees());
}

#[test]
fn an_address_is_asked_for_once_the_last_of_several_objects_is_heard_of() {
    let mut here = Here::new();
    let mut batch = drafts(5);
    let lease = Lease {
        side: satchel_types::ChainSide::Receive,
        index: 3,
        stream: StreamId::from_bytes([0; 16]),
        seq: 0,
        confirmed: false,
    };
    batch.push(Write::PutLease(rows::wallet_id(1), lease));
    here.shared.apply(&batch).expect("it is shared");
    let objects = u64::try_from(here.tell()).expect("a few");
    let leases = here.shared.leases(rows::wallet_id(1)).expect("open");
    assert!(objects > 1);
    assert_eq!(leases[0].seq, objects - 1);
}

#[test]
fn what_cannot_be_shared_is_not_said_to_be_done() {
    let here = Here::new();
    let change = Change::Value {
        key: label_key(rows::wallet_id(1), &LabelTarget::Tx(rows::txid(1))),
        value: Register::default().next(
            StreamId::from_bytes([1; 16]),
            1,
            // Longer than a value is.
            Some("x".repeat(Value::MAX_TEXT + 1)),
        ),
    };
    let label = Write::PutLabel(
        rows::wallet_id(1),
        LabelTarget::Tx(rows::txid(1)),
        Some(rows::label("rent")),
    );
    let circle = here.circle();
    let mut replica = circle.replica();
    let written = here
        .shared
        .write(&mut replica, &Batch::from(label), &[change]);
    assert!(
        matches!(written, Err(StoreError::TooLargeToShare(_))),
        "{written:?}"
    );
    assert!(
        here.shared
            .labels(rows::wallet_id(1))
            .expect("open")
            .is_empty()
    );
}

#[test]
fn what_waits_for_keys_goes_into_several_objects_too() {
    let mut here = Here::new();
    let circle = here.circle();
    let draw = |out: &mut [u8]| -> Result<(), StoreError> {
        out.fill(1);
        Ok(())
    };
    let now = Timestamp::from_secs(1);
    let held = share_of(
        &drafts(5),
        &*here.shared.inner,
        &circle.replica(),
        now,
        draw,
    );
    circle.replica().hold(held.expect("open"));
    here.shared.catch_up().expect("they are shared");
    assert!(here.tell() > 1);
    assert!(circle.replica().unsaid().is_empty());
    assert!(here.agrees());
}
