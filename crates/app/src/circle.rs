//! The circle of devices that this one shares with (`docs/formats/bundle-v1.md`).
//!
//! What the owner writes here goes through [`SharedStore`], which writes the shared part of it into
//! the circle's objects in the same transaction; what others wrote comes in by rounds and becomes rows
//! by [`rows`]. No use case has to think of the circle to share what it writes.

mod changes;
mod file_road;
mod keep;
pub(crate) mod payments;
mod person;
pub(crate) mod rows;
mod seen_in_places;
mod shared_store;
mod told_names;

use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bitcoin::Txid;
use satchel_bundle::replica::{Identity, OwnStreams, Replica, Stamp};
use satchel_ports::WalletStore;
use satchel_secrets::SecretBytes;
use satchel_sync::Memory;
use satchel_types::{CircleRecord, DeviceId, Timestamp, WalletId};
use satchel_vault::OpenSealedError;

use crate::found_circle::DeviceName;

pub(crate) use changes::{
    ADDED_BY, HOLDS, SYSTEM, device_key, everything, everything_of, holds_key, label_key, name_key,
    named, share_of, undeclared,
};
pub(crate) use file_road::{FileKeep, FileObjects};
pub(crate) use keep::{
    StoreKeep, is_left, keys_of_place, looked_key, no_rows_due, put_unsaid, rows_due,
    take_copy_seen,
};
pub(crate) use person::{
    all_contacts, all_of_person, contact_address_key, contact_name_key, contact_note_key,
    contact_of,
};
pub use seen_in_places::SeenInPlaces;
pub(crate) use seen_in_places::{put_seen, seen_in_places};
pub(crate) use shared_store::SharedStore;
pub(crate) use told_names::{ToldNames, put_told};

/// The newest program that wrote, in what is shared.
const APP: &str = env!("CARGO_PKG_VERSION");

/// Most changes in one object, far below what one may hold.
pub(crate) const CHANGES_AN_OBJECT: usize = 2_000;

/// Returns when and by what something is written now.
pub(crate) fn stamp(now: Timestamp) -> Stamp {
    Stamp {
        clock_ms: now.as_secs().saturating_mul(1000),
        app: APP.to_owned(),
    }
}

/// This device's picture of its circle.
pub(crate) struct Circle {
    /// Its own place in it.
    pub(crate) record: Mutex<CircleRecord>,
    /// Opens this device's keys and the passwords of places. In memory while the wallet of a device
    /// that shares is open, and of no other.
    pub(crate) bundle_key: SecretBytes<32>,
    /// What others were called when this device was added.
    told: ToldNames,
    /// What it knows.
    pub(crate) replica: Mutex<Replica>,
    /// Rows of objects that were kept may be due: a round was broken off after it kept them.
    pub(crate) rows_due: AtomicBool,
    /// Payments of which something new is known and whose drafts were being worked on.
    pub(crate) untaken: Mutex<BTreeSet<(WalletId, Txid)>>,
    /// What rounds remember of places.
    pub(crate) memory: tokio::sync::Mutex<Memory>,
}

impl Circle {
    pub(crate) fn new(
        record: CircleRecord,
        replica: Replica,
        told: ToldNames,
        bundle_key: SecretBytes<32>,
    ) -> Self {
        Self {
            told,
            // Whether any are, the database says.
            rows_due: AtomicBool::new(true),
            bundle_key,
            record: Mutex::new(record),
            replica: Mutex::new(replica),
            untaken: Mutex::default(),
            memory: tokio::sync::Mutex::new(Memory::default()),
        }
    }

    /// Looks at what is known. Never held across a wait.
    pub(crate) fn replica(&self) -> MutexGuard<'_, Replica> {
        self.replica.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns what a device is called and its system; a device that nobody named is told by its id.
    pub(crate) fn name_of(&self, replica: &Replica, device: DeviceId) -> (String, String) {
        match self.called(replica, device) {
            Some(DeviceName { name, system }) => (name, system),
            None => (device.to_string()[..8].to_owned(), String::new()),
        }
    }

    fn called(&self, replica: &Replica, device: DeviceId) -> Option<DeviceName> {
        let value = |field| replica.state().value(&device_key(device, field));
        let said = value(b"").map(|name| DeviceName {
            name: name.to_owned(),
            system: value(SYSTEM).unwrap_or_default().to_owned(),
        });
        said.or_else(|| self.told.get(&device).cloned())
    }

    /// Returns what all devices are called that this one knows by name.
    pub(crate) fn names(&self) -> ToldNames {
        let replica = self.replica();
        let devices = replica.roster().devices().map(|device| device.id);
        devices
            .filter_map(|id| Some((id, self.called(&replica, id)?)))
            .collect()
    }

    /// Looks at what was not taken. Never held across a wait.
    pub(crate) fn untaken(&self) -> MutexGuard<'_, BTreeSet<(WalletId, Txid)>> {
        self.untaken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at the record. Never held across a wait.
    pub(crate) fn record(&self) -> MutexGuard<'_, CircleRecord> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why the circle cannot be read. The wallet opens all the same; nothing is shared until it can.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadCircleError {
    #[error(transparent)]
    Store(#[from] satchel_ports::StoreError),
    #[error(transparent)]
    Keep(#[from] satchel_ports::KeepError),
    #[error(transparent)]
    Keys(#[from] OpenSealedError),
}

/// Reads what this device keeps of its circle, if it belongs to one.
pub(crate) async fn load(
    store: &std::sync::Arc<dyn WalletStore>,
    bundle_key: SecretBytes<32>,
) -> Result<Option<Circle>, LoadCircleError> {
    let Some(record) = store.circle()? else {
        return Ok(None);
    };
    let (sign, wrap) = satchel_vault::open_device_keys(
        &bundle_key,
        record.id,
        record.device,
        &record.sealed_keys,
    )?;
    let identity = Identity {
        device: record.device,
        sign,
        wrap,
    };
    let own = OwnStreams {
        shared: record.shared_stream,
        seeds: record.seeds_stream,
    };
    let replica = Replica::new(record.id, record.owner, identity, own);
    let keep = StoreKeep::before_the_circle(std::sync::Arc::clone(store));
    let mut replica = satchel_sync::load(replica, &keep).await?.replica;
    if let Some(unsaid) = keep::unsaid(&**store)?
        && let Err(error) = replica.hold_kept(&unsaid)
    {
        tracing::warn!(%error, "what was written while waiting for keys cannot be read");
    }
    let told = told_names::told_names(&**store)?;
    Ok(Some(Circle::new(record, replica, told, bundle_key)))
}

/// Copies a key for another owner of its own.
pub(crate) fn copy(key: &SecretBytes<32>) -> SecretBytes<32> {
    SecretBytes::from_slice(key.expose()).expect("it has the length of a key")
}
