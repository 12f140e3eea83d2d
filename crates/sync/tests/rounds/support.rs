//! A place and a keeping in memory, and a device with both.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Mutex;

use async_trait::async_trait;
use futures::executor::block_on;
use satchel_bundle::keys::{Device, Removal};
use satchel_bundle::object::{Contents, Secrets, name};
use satchel_bundle::replica::{Identity, OwnStreams, Replica, Source, Stamp};
use satchel_bundle::state::{Space, ValueKey};
use satchel_ports::{BlobError, BlobStore, KeepError, KeptObject, Listed, ObjectKeep, Put};
use satchel_secrets::SecretBytes;
use satchel_secrets::sign::verify_key;
use satchel_secrets::wrap::wrap_key;
use satchel_sync::{Check, Memory, Report, Round, round};
use satchel_types::{BlobName, CircleId, DeviceId, StreamId};
use tokio_util::sync::CancellationToken;

const CIRCLE: CircleId = CircleId::from_bytes([1; 16]);

/// What a place does wrong.
#[derive(Debug, Default)]
pub struct Faults {
    /// Cannot be listed.
    pub no_list: bool,
    /// Lists no lengths.
    pub no_lengths: bool,
    /// Has a bit of it turned by somebody else, once it was given out.
    pub flips_once_read: Option<BlobName>,
    /// Lists no tags, so that nothing tells that something was written over.
    pub no_tags: bool,
    /// Lists each length one too long.
    pub wrong_lengths: bool,
    /// Does what it is asked, and answers with an error.
    pub ambiguous: bool,
    /// Does not take these.
    pub refuses: BTreeSet<BlobName>,
    /// Does not give these.
    pub withholds: BTreeSet<BlobName>,
    /// Neither takes nor gives these, and says so.
    pub denies: BTreeSet<BlobName>,
    /// Turns a bit of the next object that is left.
    pub flips_next: bool,
}

/// A place.
#[derive(Debug, Default)]
pub struct Place {
    pub objects: Mutex<BTreeMap<BlobName, Vec<u8>>>,
    pub faults: Mutex<Faults>,
    pub calls: Mutex<Vec<&'static str>>,
}

fn unreachable() -> BlobError {
    BlobError::Unreachable {
        place: "memory".to_owned(),
    }
}

fn denied() -> BlobError {
    BlobError::Denied {
        place: "memory".to_owned(),
    }
}

fn tag_of(object: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    object.hash(&mut hasher);
    hasher.finish()
}

impl Place {
    fn called(&self, what: &'static str) {
        self.calls.lock().expect("no panic").push(what);
    }

    pub fn faults(&self, set: impl FnOnce(&mut Faults)) {
        set(&mut self.faults.lock().expect("no panic"));
    }

    /// How often each call was made since the last time this was asked.
    pub fn count(&self) -> BTreeMap<&'static str, usize> {
        let mut count = BTreeMap::new();
        for call in self.calls.lock().expect("no panic").drain(..) {
            *count.entry(call).or_default() += 1;
        }
        count
    }

    pub fn names(&self) -> Vec<BlobName> {
        let objects = self.objects.lock().expect("no panic");
        objects.keys().copied().collect()
    }

    pub fn change(&self, name: &BlobName, change: impl FnOnce(&mut Vec<u8>)) {
        let mut objects = self.objects.lock().expect("no panic");
        change(objects.get_mut(name).expect("it is there"));
    }

    pub fn put_back(&self, name: BlobName, object: Vec<u8>) {
        self.objects.lock().expect("no panic").insert(name, object);
    }

    pub fn lose(&self, name: &BlobName) {
        self.objects.lock().expect("no panic").remove(name);
    }

    pub fn is_whole(&self) -> bool {
        let objects = self.objects.lock().expect("no panic");
        objects.iter().all(|(at, object)| name(object) == Ok(*at))
    }

    fn stored(&self, object: &[u8]) -> Vec<u8> {
        let mut object = object.to_vec();
        let mut faults = self.faults.lock().expect("no panic");
        if std::mem::take(&mut faults.flips_next) {
            object[200] ^= 1;
        }
        object
    }
}

#[async_trait]
impl BlobStore for Place {
    fn place(&self) -> &str {
        "memory"
    }

    async fn list(&self, cancel: &CancellationToken) -> Result<Vec<Listed>, BlobError> {
        self.called("list");
        if cancel.is_cancelled() {
            return Err(BlobError::Cancelled);
        }
        let faults = self.faults.lock().expect("no panic");
        if faults.no_list {
            return Err(unreachable());
        }
        let objects = self.objects.lock().expect("no panic");
        let listed = objects.iter().map(|(name, object)| Listed {
            name: *name,
            len: (!faults.no_lengths).then(|| {
                let len = object.len() + usize::from(faults.wrong_lengths);
                u64::try_from(len).expect("short")
            }),
            tag: (!faults.no_tags).then(|| tag_of(object)),
        });
        Ok(listed.collect())
    }

    async fn get(&self, name: &BlobName, _max: u64) -> Result<Vec<u8>, BlobError> {
        self.called("get");
        let faults = self.faults.lock().expect("no panic");
        if faults.withholds.contains(name) {
            return Err(unreachable());
        }
        if faults.denies.contains(name) {
            return Err(denied());
        }
        drop(faults);
        let mut objects = self.objects.lock().expect("no panic");
        let found = objects.get(name).cloned().ok_or(BlobError::NotFound)?;
        let mut faults = self.faults.lock().expect("no panic");
        if faults.flips_once_read.take_if(|it| it == name).is_some()
            && let Some(object) = objects.get_mut(name)
        {
            object[300] ^= 1;
        }
        Ok(found)
    }

    async fn put_new(&self, name: &BlobName, object: &[u8]) -> Result<Put, BlobError> {
        self.called("put");
        if self.faults.lock().expect("no panic").denies.contains(name) {
            return Err(denied());
        }
        if self.faults.lock().expect("no panic").refuses.contains(name) {
            return Err(unreachable());
        }
        let object = self.stored(object);
        let mut objects = self.objects.lock().expect("no panic");
        let put = match objects.entry(*name) {
            std::collections::btree_map::Entry::Occupied(_) => Put::Existed,
            std::collections::btree_map::Entry::Vacant(entry) => {
                entry.insert(object);
                Put::New
            }
        };
        if self.faults.lock().expect("no panic").ambiguous {
            return Err(unreachable());
        }
        Ok(put)
    }

    async fn mend(&self, name: &BlobName, object: &[u8]) -> Result<(), BlobError> {
        self.called("mend");
        let object = self.stored(object);
        self.objects.lock().expect("no panic").insert(*name, object);
        Ok(())
    }

    async fn remove(&self, name: &BlobName) -> Result<(), BlobError> {
        self.called("remove");
        if self.faults.lock().expect("no panic").refuses.contains(name) {
            return Err(unreachable());
        }
        self.objects.lock().expect("no panic").remove(name);
        Ok(())
    }
}

/// A keeping.
#[derive(Debug, Default)]
pub struct Keep {
    pub objects: Mutex<BTreeMap<BlobName, Vec<u8>>>,
    pub marks: Mutex<BTreeSet<(String, BlobName)>>,
    pub full: Mutex<bool>,
    pub index: Mutex<Option<Vec<u8>>>,
    pub listings: Mutex<BTreeMap<String, Vec<u8>>>,
}

#[async_trait]
impl ObjectKeep for Keep {
    async fn objects(&self) -> Result<Vec<KeptObject>, KeepError> {
        let objects = self.objects.lock().expect("no panic");
        let kept = objects.iter().map(|(name, object)| KeptObject {
            name: *name,
            len: u64::try_from(object.len()).expect("short"),
        });
        Ok(kept.collect())
    }

    async fn get(&self, name: &BlobName) -> Result<Vec<u8>, KeepError> {
        let objects = self.objects.lock().expect("no panic");
        objects.get(name).cloned().ok_or(KeepError::Gone)
    }

    async fn put(&self, new: &[(BlobName, Vec<u8>)]) -> Result<(), KeepError> {
        if *self.full.lock().expect("no panic") && !new.is_empty() {
            return Err(KeepError::Full);
        }
        self.objects
            .lock()
            .expect("no panic")
            .extend(new.iter().cloned());
        Ok(())
    }

    async fn index(&self) -> Result<Option<Vec<u8>>, KeepError> {
        Ok(self.index.lock().expect("no panic").clone())
    }

    async fn put_index(&self, index: &[u8]) -> Result<(), KeepError> {
        *self.index.lock().expect("no panic") = Some(index.to_vec());
        Ok(())
    }

    async fn listing(&self, place: &str) -> Result<Option<Vec<u8>>, KeepError> {
        let listings = self.listings.lock().expect("no panic");
        Ok(listings.get(place).cloned())
    }

    async fn put_listing(&self, place: &str, listing: &[u8]) -> Result<(), KeepError> {
        let mut listings = self.listings.lock().expect("no panic");
        listings.insert(place.to_owned(), listing.to_vec());
        Ok(())
    }

    async fn marks(&self, place: &str) -> Result<BTreeSet<BlobName>, KeepError> {
        let marks = self.marks.lock().expect("no panic");
        let here = marks.iter().filter(|(other, _)| other == place);
        Ok(here.map(|(_, name)| *name).collect())
    }

    async fn mark(
        &self,
        place: &str,
        seen: &[BlobName],
        lost: &[BlobName],
    ) -> Result<(), KeepError> {
        let mut marks = self.marks.lock().expect("no panic");
        marks.extend(seen.iter().map(|name| (place.to_owned(), *name)));
        for name in lost {
            marks.remove(&(place.to_owned(), *name));
        }
        Ok(())
    }
}

fn key(byte: u8) -> SecretBytes<32> {
    SecretBytes::from_slice(&[byte; 32]).expect("32 bytes")
}

fn id(n: u8) -> DeviceId {
    DeviceId::from_bytes([n; 16])
}

pub fn label() -> ValueKey {
    ValueKey {
        space: Space::WALLET_NAME,
        owner: [9; 16],
        field: Vec::new(),
    }
}

/// A device.
pub struct Dev {
    n: u8,
    next: u64,
    pub replica: Mutex<Replica>,
    pub keep: Keep,
    pub memory: Memory,
    pub check: Check,
    pub cancel: CancellationToken,
}

impl Dev {
    /// A device that knows nothing yet.
    pub fn new(n: u8) -> Self {
        Self {
            n,
            next: u64::from(n) * 1_000_000,
            replica: Mutex::new(Self::empty(n)),
            keep: Keep::default(),
            memory: Memory::default(),
            check: Check::Lengths,
            cancel: CancellationToken::new(),
        }
    }

    pub fn empty(n: u8) -> Replica {
        let identity = Identity {
            device: id(n),
            sign: key(n),
            wrap: key(n + 100),
        };
        let own = OwnStreams {
            shared: StreamId::from_bytes([n; 16]),
            seeds: StreamId::from_bytes([n + 50; 16]),
        };
        Replica::new(CIRCLE, verify_key(&key(200)), identity, own)
    }

    fn draw(&mut self) -> impl FnMut(&mut [u8]) -> Result<(), Infallible> + use<> {
        let mut at = self.next;
        self.next += 1_000;
        move |out: &mut [u8]| {
            for chunk in out.chunks_mut(8) {
                at += 1;
                chunk.copy_from_slice(&at.to_le_bytes()[..chunk.len()]);
            }
            Ok(())
        }
    }

    fn replica(&mut self) -> &mut Replica {
        self.replica.get_mut().expect("no panic")
    }

    fn keep(&self, object: &[u8]) -> BlobName {
        let name = name(object).expect("just written");
        block_on(self.keep.put(&[(name, object.to_vec())])).expect("there is room");
        name
    }

    /// Adds devices; each is told with whether it may hold seeds.
    pub fn add(&mut self, devices: &[(u8, bool)]) -> BlobName {
        self.add_at(1, devices)
    }

    /// The same at a time, in seconds since 1970.
    pub fn add_at(&mut self, at: u64, devices: &[(u8, bool)]) -> BlobName {
        let mut roster = self.replica().roster().clone();
        for (n, seeds) in devices {
            roster.add(Device {
                id: id(*n),
                added_at: at,
                sign_key: verify_key(&key(*n)),
                wrap_key: wrap_key(&key(n + 100)).expect("a key"),
                name: format!("Device {n}"),
                system: "Linux".to_owned(),
                seeds: *seeds,
            });
        }
        self.epoch(roster)
    }

    pub fn remove(&mut self, n: u8) -> BlobName {
        let mut roster = self.replica().roster().clone();
        roster.remove(Removal {
            device: id(n),
            at: 2,
            last: self.replica().last_of(id(n)),
        });
        self.epoch(roster)
    }

    fn epoch(&mut self, roster: satchel_bundle::keys::Roster) -> BlobName {
        let draw = self.draw();
        let Ok(sealed) = self.replica().seal_epoch(&roster, &key(200), draw);
        let bytes = sealed.expect("valid").0.bytes;
        let name = self.keep(&bytes);
        self.replica().take(&bytes, Source::Here).expect("valid");
        name
    }

    pub fn write(&mut self, contents: Contents) -> BlobName {
        let draw = self.draw();
        let stamp = Stamp {
            clock_ms: 1,
            app: "test".to_owned(),
        };
        let Ok(written) = self.replica().write(contents, &stamp, draw);
        self.keep(&written.expect("it belongs").sealed.bytes)
    }

    pub fn snapshot(&mut self) -> BlobName {
        let draw = self.draw();
        let stamp = Stamp {
            clock_ms: 1_764_000_000_000,
            app: "test".to_owned(),
        };
        let Ok(written) = self.replica().write_snapshot(&stamp, draw);
        self.keep(&written.expect("it belongs").sealed.bytes)
    }

    pub fn rename(&mut self, text: &str) -> BlobName {
        let change = self.replica().set_value(label(), 1, Some(text.to_owned()));
        self.write(Contents::Shared(vec![change]))
    }

    pub fn owner_key(&mut self) -> BlobName {
        self.write(Contents::Secret(Secrets {
            seeds: Vec::new(),
            owner: Some(key(200)),
        }))
    }

    pub fn name(&mut self) -> Option<String> {
        self.replica().state().value(&label()).map(str::to_owned)
    }

    pub fn try_round(&mut self, place: &Place) -> Result<Report, satchel_sync::RoundError> {
        let spare = OwnStreams {
            shared: StreamId::from_bytes([self.n + 150; 16]),
            seeds: StreamId::from_bytes([self.n + 180; 16]),
        };
        let at = format!("{:p}", std::ptr::from_ref(place));
        let with = Round {
            store: place,
            place: &at,
            keep: &self.keep,
            spare,
            check: self.check,
            now_ms: 1_764_000_000_000,
            cancel: &self.cancel,
        };
        block_on(round(&self.replica, &mut self.memory, &with, &mut |_| {}))
    }

    pub fn round(&mut self, place: &Place) -> Report {
        self.try_round(place).expect("the keeping works")
    }
}

/// A founder that has brought its keys, and a second device that has taken them.
pub fn two(place: &Place) -> (Dev, Dev) {
    let (mut one, mut two) = (Dev::new(1), Dev::new(2));
    one.add(&[(1, true), (2, true)]);
    one.owner_key();
    one.round(place);
    two.round(place);
    place.count();
    (one, two)
}
