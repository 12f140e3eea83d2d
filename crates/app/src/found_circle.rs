//! Founding a circle: this device is its first.

use std::sync::Arc;

use satchel_bundle::keys::{Device, Roster, SealKeysError};
use satchel_bundle::object::ObjectError;
use satchel_bundle::replica::{Identity, OwnStreams, Replica, Source, WriteError};
use satchel_bundle::state::Change;
use satchel_ports::{EntropyError, StoreError, WalletStore};
use satchel_secrets::SecretBytes;
use satchel_secrets::sign::verify_key;
use satchel_secrets::wrap::{WrapError, wrap_key};
use satchel_types::{Batch, CircleId, CircleRecord, DeviceId, StreamId, Write};

use crate::access::SeedAccessError;
use crate::access_error::AccessError;
use crate::circle::{
    ADDED_BY, CHANGES_AN_OBJECT, Circle, ToldNames, copy, device_key, everything, named, stamp,
};
use crate::events::Event;
use crate::new_devices::all_known;
use crate::open::Open;
use crate::session::App;

/// What this device is called among the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceName {
    /// Its name, such as `Kitchen laptop`; 1 to 64 characters.
    pub name: String,
    /// Its system, such as `Linux`.
    pub system: String,
}

/// Why no circle was founded or joined.
#[derive(Debug, thiserror::Error)]
pub enum CircleError {
    /// This device belongs to one already.
    #[error("this device shares with others already")]
    AlreadyIn,
    /// This device belongs to none.
    #[error("this device shares with no others")]
    NotIn,
    /// A name that cannot be used.
    #[error("a device's name has 1 to 64 characters that can be seen")]
    BadName,
    /// No proof of its owner.
    #[error(transparent)]
    Proof(#[from] SeedAccessError),
    /// The wallet cannot be reached.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// No consent.
    #[error(transparent)]
    Confirm(#[from] satchel_ports::ConfirmError),
    /// No such device belongs.
    #[error("no such device belongs")]
    UnknownDevice,
    /// A device does not remove itself.
    #[error("a device does not remove itself")]
    ThisDevice,
    /// This device does not hold the owner's key.
    #[error("only a device that holds the owner's key can do this")]
    NotTheOwner,
    /// What is sealed under the vault cannot be opened.
    #[error(transparent)]
    Sealed(#[from] satchel_vault::OpenSealedError),
    /// The keys of the circle could not be sealed.
    #[error(transparent)]
    Keys(#[from] SealKeysError),
    /// A device's keys are none.
    #[error(transparent)]
    Wrap(#[from] WrapError),
    /// What was written or given could not be taken in.
    #[error(transparent)]
    Object(#[from] ObjectError),
    /// Nothing could be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// Keys that came with a device could not be taken in.
    #[error(transparent)]
    TakeIn(#[from] Box<crate::sync_circle::SyncCircleError>),
    /// What came is not what a device of this circle gives, or not for this one.
    #[error("what came are no keys for this device")]
    BadGift,
    /// A seed could not be opened or sealed.
    #[error(transparent)]
    Seed(#[from] crate::signing::SeedError),
    /// A wallet that came could not be made.
    #[error(transparent)]
    Wallet(#[from] Box<crate::create_wallet::CreateWalletError>),
    /// There is more to hand over than fits.
    #[error(transparent)]
    Gift(#[from] satchel_pairing::gift::SealGiftError),
    /// The circle was not understood: its keys do not name this device.
    #[error("these keys are not for this device")]
    NotForUs,
}

impl From<EntropyError> for CircleError {
    fn from(error: EntropyError) -> Self {
        Self::Access(error.into())
    }
}

impl From<StoreError> for CircleError {
    fn from(error: StoreError) -> Self {
        Self::Access(error.into())
    }
}

impl DeviceName {
    /// Checks a name.
    pub(crate) fn checked(self) -> Result<Self, CircleError> {
        let name = satchel_types::WalletName::new(&self.name).map_err(|_| CircleError::BadName)?;
        Ok(Self {
            name: name.as_str().to_owned(),
            system: self.system,
        })
    }
}

impl App {
    /// Founds a circle whose first device this is; all that is here is shared from now on. Asks
    /// its owner for proof, because the key that decides who belongs is sealed where seeds are.
    ///
    /// # Errors
    /// See [`CircleError`].
    pub async fn found_circle(&self, name: DeviceName) -> Result<CircleId, CircleError> {
        let open = self.open()?;
        let name = name.checked()?;
        if open.store.circle()?.is_some() {
            return Err(CircleError::AlreadyIn);
        }
        let access = self
            .seed_access(&open, "to share with other devices")
            .await?;
        let draw = |out: &mut [u8]| self.ports.entropy.fill(out);
        let owner = SecretBytes::<32>::init_with(|out| draw(out))?;
        let id = CircleId::from_bytes(self.random_id()?);
        let (identity, own) = self.new_identity()?;
        let record = self.record_of(
            access.bundle_key(),
            (id, verify_key(&owner)),
            &identity,
            own,
        )?;
        let record = CircleRecord {
            sealed_owner: Some(access.seal_owner(id, &owner, draw)?),
            ..record
        };
        let mut roster = Roster::new(id, record.owner);
        roster.add(Device {
            id: identity.device,
            added_at: self.now().as_secs(),
            sign_key: verify_key(&identity.sign),
            wrap_key: wrap_key(&identity.wrap)?,
            name: String::new(),
            system: String::new(),
            seeds: true,
        });
        let mut replica = Replica::new(id, record.owner, identity, own);
        let (keys, _) = replica.seal_epoch(&roster, &owner, draw)??;
        replica.take(&keys.bytes, Source::Here)?;
        let mut batch = Batch::from(Write::PutCircle(Box::new(record.clone())));
        let keys_name = satchel_bundle::object::name(&keys.bytes)?;
        batch.push(Write::KeepObject(keys_name, keys.bytes));
        self.share_everything(&*open.store, &mut replica, &mut batch)?;
        self.share_name(record.device, &name, &mut replica, &mut batch)?;
        batch.push(all_known(&replica));
        open.shared.unshared().apply(&batch)?;
        open.shared.set_circle(Some(Arc::new(Circle::new(
            record,
            replica,
            ToldNames::new(),
            copy(access.bundle_key()),
        ))));
        self.tell(Event::CircleChanged);
        self.tell(Event::CircleWritten);
        Ok(id)
    }

    /// Makes what a device is in a circle: ids, keys and streams, all drawn anew.
    pub(crate) fn new_identity(&self) -> Result<(Identity, OwnStreams), EntropyError> {
        let draw = |out: &mut [u8]| self.ports.entropy.fill(out);
        let identity = Identity {
            device: DeviceId::from_bytes(self.random_id()?),
            sign: SecretBytes::init_with(|out| draw(out))?,
            wrap: SecretBytes::init_with(|out| draw(out))?,
        };
        Ok((identity, self.new_streams()?))
    }

    /// Draws the streams that a device writes.
    pub(crate) fn new_streams(&self) -> Result<OwnStreams, EntropyError> {
        Ok(OwnStreams {
            shared: StreamId::from_bytes(self.random_id()?),
            seeds: StreamId::from_bytes(self.random_id()?),
        })
    }

    /// Returns the owner's key of the circle, after proof.
    pub(crate) async fn owner_key(
        &self,
        open: &Arc<Open>,
        circle: &Circle,
        reason: &str,
    ) -> Result<SecretBytes<32>, CircleError> {
        let access = self.seed_access(open, reason).await?;
        let record = circle.record().clone();
        let sealed = record.sealed_owner.ok_or(CircleError::NotTheOwner)?;
        Ok(access.open_owner(record.id, &sealed)?)
    }

    /// Makes an epoch of those who belong now: kept, then taken in.
    pub(crate) fn begin_epoch(
        &self,
        open: &Open,
        replica: &mut Replica,
        roster: &Roster,
        owner: &SecretBytes<32>,
    ) -> Result<(), CircleError> {
        let draw = |out: &mut [u8]| self.ports.entropy.fill(out);
        let (keys, _) = replica.seal_epoch(roster, owner, draw)??;
        let name = satchel_bundle::object::name(&keys.bytes)?;
        open.shared
            .unshared()
            .apply(&Batch::from(Write::KeepObject(name, keys.bytes.clone())))?;
        replica.take(&keys.bytes, Source::Here)?;
        Ok(())
    }

    /// Returns this device's place in a circle, with its keys sealed under the vault.
    pub(crate) fn record_of(
        &self,
        bundle_key: &SecretBytes<32>,
        (id, owner): (CircleId, [u8; 32]),
        identity: &Identity,
        own: OwnStreams,
    ) -> Result<CircleRecord, EntropyError> {
        let device = identity.device;
        let keys = (&identity.sign, &identity.wrap);
        let draw = |out: &mut [u8]| self.ports.entropy.fill(out);
        Ok(CircleRecord {
            id,
            owner,
            device,
            shared_stream: own.shared,
            seeds_stream: own.seeds,
            sealed_keys: satchel_vault::seal_device_keys(bundle_key, id, device, keys, draw)?,
            sealed_owner: None,
            joined_at: self.now(),
        })
    }

    /// Writes what a device is called, and by which one it was added, into an object, to be kept with the batch.
    pub(crate) fn share_name(
        &self,
        device: DeviceId,
        name: &DeviceName,
        replica: &mut Replica,
        batch: &mut Batch,
    ) -> Result<(), CircleError> {
        let now = self.now();
        let mut changes = named(device, name, replica, now).to_vec();
        let me = replica.device();
        if device != me {
            let by = device_key(device, ADDED_BY);
            changes.push(replica.set_value(by, now.as_secs(), Some(me.to_string())));
        }
        self.write_objects(&changes, replica, batch)
    }

    /// Writes all that a store holds into objects, to be kept with the batch.
    pub(crate) fn share_everything(
        &self,
        store: &dyn WalletStore,
        replica: &mut Replica,
        batch: &mut Batch,
    ) -> Result<(), CircleError> {
        let draw = |out: &mut [u8]| Ok(self.ports.entropy.fill(out)?);
        let changes = everything::<CircleError>(store, replica, self.now(), draw)?;
        self.write_objects(&changes, replica, batch)
    }

    fn write_objects(
        &self,
        changes: &[Change],
        replica: &mut Replica,
        batch: &mut Batch,
    ) -> Result<(), CircleError> {
        let draw = |out: &mut [u8]| self.ports.entropy.fill(out);
        let stamp = stamp(self.now());
        for draft in replica.draft_all(changes, CHANGES_AN_OBJECT, &stamp, draw)?? {
            let written = replica.take_in(draft);
            let name = written.place.name(&written.sealed.hash);
            batch.push(Write::KeepObject(name, written.sealed.bytes));
        }
        Ok(())
    }
}
