//! How long a start takes and how large things are, on ten thousand labels written one by one:
//! `cargo run --profile sim -p satchel-sim --example figures`.
#![allow(clippy::print_stdout)] // a tool for a terminal talks there

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use async_trait::async_trait;
use satchel_bundle::container::{Container, Part, seal_container};
use satchel_bundle::keys::{Device, Roster};
use satchel_bundle::object::{Contents, ObjectHash, name};
use satchel_bundle::replica::{Identity, OwnStreams, Replica, Source, Stamp};
use satchel_bundle::state::{Space, ValueKey};
use satchel_ports::{KeepError, KeptObject, ObjectKeep};
use satchel_secrets::kdf::KdfParams;
use satchel_secrets::sign::verify_key;
use satchel_secrets::wrap::wrap_key;
use satchel_secrets::{Passphrase, SecretBytes, SecretText, hash};
use satchel_sync::load;
use satchel_types::{BlobName, CircleId, DeviceId, StreamId, Timestamp};

const LABELS: u32 = 10_000;
/// What may have been written since the last snapshot.
const AFTER: u32 = 300;

#[derive(Debug, Default)]
struct Memory {
    objects: BTreeMap<BlobName, Vec<u8>>,
    index: Mutex<Option<Vec<u8>>>,
}

#[async_trait]
impl ObjectKeep for Memory {
    async fn objects(&self) -> Result<Vec<KeptObject>, KeepError> {
        let kept = self.objects.iter().map(|(name, object)| KeptObject {
            name: *name,
            len: object.len() as u64,
        });
        Ok(kept.collect())
    }

    async fn get(&self, name: &BlobName) -> Result<Vec<u8>, KeepError> {
        self.objects.get(name).cloned().ok_or(KeepError::Gone)
    }

    async fn put(&self, _: &[(BlobName, Vec<u8>)]) -> Result<(), KeepError> {
        Ok(())
    }

    async fn index(&self) -> Result<Option<Vec<u8>>, KeepError> {
        Ok(self.index.lock().expect("no panic").clone())
    }

    async fn put_index(&self, index: &[u8]) -> Result<(), KeepError> {
        *self.index.lock().expect("no panic") = Some(index.to_vec());
        Ok(())
    }

    async fn marks(&self, _: &str) -> Result<BTreeSet<BlobName>, KeepError> {
        Ok(BTreeSet::new())
    }

    async fn mark(&self, _: &str, _: &[BlobName], _: &[BlobName]) -> Result<(), KeepError> {
        Ok(())
    }
}

/// Nothing here waits for anything.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    loop {
        let mut context = Context::from_waker(Waker::noop());
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}

fn key(byte: u8) -> SecretBytes<32> {
    SecretBytes::from_slice(&[byte; 32]).expect("32 bytes")
}

fn empty() -> Replica {
    let identity = Identity {
        device: DeviceId::from_bytes([1; 16]),
        sign: key(1),
        wrap: key(101),
    };
    let own = OwnStreams {
        shared: StreamId::from_bytes([1; 16]),
        seeds: StreamId::from_bytes([2; 16]),
    };
    Replica::new(
        CircleId::from_bytes([1; 16]),
        verify_key(&key(200)),
        identity,
        own,
    )
}

fn main() {
    let mut next = 0_u64;
    let mut draw = move |out: &mut [u8]| {
        for chunk in out.chunks_mut(8) {
            next += 1;
            let random = hash::hash(&next.to_le_bytes());
            chunk.copy_from_slice(&random[..chunk.len()]);
        }
        Ok::<_, Infallible>(())
    };
    let mut replica = empty();
    let mut roster = Roster::new(replica.circle(), verify_key(&key(200)));
    roster.add(Device {
        id: replica.device(),
        added_at: 1,
        sign_key: verify_key(&key(1)),
        wrap_key: wrap_key(&key(101)).expect("a key"),
        name: String::new(),
        system: String::new(),
        seeds: true,
    });
    let Ok(keys) = replica.seal_epoch(&roster, &key(200), &mut draw);
    let keys = keys.expect("valid").0.bytes;
    replica.take(&keys, Source::Here).expect("its own");
    let mut kept = Memory::default();
    kept.objects
        .insert(name(&keys).expect("an object"), keys.clone());
    let stamp = |n: u32| Stamp {
        clock_ms: 1_764_000_000_000 + u64::from(n) * 60_000,
        app: "figures".to_owned(),
    };
    let words = [
        "rent", "salary", "bread", "books", "coffee", "from Ana", "to Ben", "savings",
    ];
    let write = |replica: &mut Replica,
                 n: u32,
                 draw: &mut dyn FnMut(&mut [u8]) -> Result<(), Infallible>| {
        let field = hash::hash(&n.to_be_bytes());
        let text = format!("{} {}", words[n as usize % 8], words[(n / 8) as usize % 8]);
        let label = ValueKey {
            space: Space::TX_LABEL,
            owner: [9; 16],
            field: field.to_vec(),
        };
        let clock = 1_764_000_000 + u64::from(n) * 60;
        let change = replica.set_value(label, clock, Some(text));
        let Ok(written) = replica.write(Contents::Shared(vec![change]), &stamp(n), draw);
        let sealed = written.expect("it belongs").sealed;
        (name(&sealed.bytes).expect("an object"), sealed.bytes)
    };
    for n in 0..LABELS {
        let (name, bytes) = write(&mut replica, n, &mut draw);
        kept.objects.insert(name, bytes);
    }
    let start = Instant::now();
    let loaded = block_on(load(empty(), &kept)).expect("readable");
    println!(
        "start, {LABELS} objects and no snapshot: {:?}",
        start.elapsed()
    );
    assert_eq!(loaded.replica.digest(), replica.digest());

    let start = Instant::now();
    let Ok(snapshot) = replica.write_snapshot(&stamp(LABELS), &mut draw);
    let snapshot = snapshot.expect("it belongs").sealed;
    println!(
        "writing a snapshot: {:?}, {} bytes",
        start.elapsed(),
        snapshot.bytes.len()
    );
    kept.objects
        .insert(name(&snapshot.bytes).expect("an object"), snapshot.bytes);
    for n in LABELS..LABELS + AFTER {
        let (name, bytes) = write(&mut replica, n, &mut draw);
        kept.objects.insert(name, bytes);
    }
    block_on(load(empty(), &kept)).expect("readable");
    println!(
        "index: {} bytes",
        kept.index
            .lock()
            .expect("no panic")
            .as_ref()
            .map_or(0, Vec::len)
    );
    let start = Instant::now();
    let loaded = block_on(load(empty(), &kept)).expect("readable");
    println!(
        "start, snapshot of {LABELS} labels and {AFTER} objects after it: {:?}, {} objects not read",
        start.elapsed(),
        loaded.remembered
    );
    assert_eq!(loaded.replica.digest(), replica.digest());

    let essence = replica.essence();
    let objects: Vec<_> = kept
        .objects
        .values()
        .filter(|object| essence.contains(&ObjectHash::of(object)))
        .cloned()
        .collect();
    let file = Container {
        created_at: Timestamp::from_secs(1),
        parts: vec![Part::of_circle(&replica, vec![keys], objects)],
    };
    let passphrase =
        Passphrase::new(SecretText::new("correct horse".to_owned())).expect("long enough");
    let start = Instant::now();
    let bytes = seal_container(&file, &passphrase, KdfParams::FILE, &mut draw).expect("valid");
    println!(
        "file: {} bytes, sealed and read once in {:?}",
        bytes.len(),
        start.elapsed()
    );
}
