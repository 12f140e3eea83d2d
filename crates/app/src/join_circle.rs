//! Joining a circle: this device becomes one of several.

use std::sync::Arc;

use satchel_bundle::replica::{Identity, OwnStreams, Replica, Source};
use satchel_secrets::SecretBytes;
use satchel_secrets::sign::verify_key;
use satchel_secrets::wrap::wrap_key;
use satchel_types::{Batch, Write};

use crate::admit_device::{Admission, DeviceRequest};
use crate::circle::{Circle, copy, put_seen, put_told};
use crate::events::Event;
use crate::found_circle::{CircleError, DeviceName};
use crate::new_devices::all_known;
use crate::seed_access::SeedAccess;
use crate::session::App;

/// A device that asks to be added, with the keys that it alone has.
#[derive(Debug)]
pub struct NewDevice {
    identity: Identity,
    own: OwnStreams,
    /// Seals its keys when it joins.
    bundle_key: SecretBytes<32>,
    name: DeviceName,
}

impl NewDevice {
    /// Returns what to ask with.
    ///
    /// # Errors
    /// If a key is none, which a random one never is.
    pub fn request(&self) -> Result<DeviceRequest, CircleError> {
        Ok(DeviceRequest {
            id: self.identity.device,
            sign_key: verify_key(&self.identity.sign),
            wrap_key: wrap_key(&self.identity.wrap)?,
            name: self.name.clone(),
        })
    }
}

impl App {
    /// Makes this device's keys for a circle to be joined, after proof: all that is here will be shared with it.
    /// Nothing is stored yet.
    ///
    /// # Errors
    /// See [`CircleError`].
    pub async fn new_device(&self, name: DeviceName) -> Result<NewDevice, CircleError> {
        let open = self.open()?;
        if open.store.circle()?.is_some() {
            return Err(CircleError::AlreadyIn);
        }
        let access = self
            .seed_access(&open, "to share with other devices")
            .await?;
        self.new_device_by(name, &access)
    }

    /// The same for whoever has just opened or made the vault with the passphrase.
    ///
    /// # Errors
    /// See [`CircleError`].
    pub fn new_device_by(
        &self,
        name: DeviceName,
        access: &SeedAccess,
    ) -> Result<NewDevice, CircleError> {
        if self.open()?.store.circle()?.is_some() {
            return Err(CircleError::AlreadyIn);
        }
        let (identity, own) = self.new_identity()?;
        Ok(NewDevice {
            bundle_key: copy(access.bundle_key()),
            identity,
            own,
            name: name.checked()?,
        })
    }

    /// Joins the circle that this device was added to, and shares what it has with it.
    ///
    /// # Errors
    /// See [`CircleError`]; nothing is stored then.
    pub async fn join_circle(
        &self,
        device: NewDevice,
        admission: &Admission,
    ) -> Result<(), CircleError> {
        let open = self.open()?;
        if open.store.circle()?.is_some() {
            return Err(CircleError::AlreadyIn);
        }
        let NewDevice {
            identity,
            own,
            bundle_key,
            name,
        } = device;
        let record = self.record_of(
            &bundle_key,
            (admission.circle, admission.owner),
            &identity,
            own,
        )?;
        let mut replica = Replica::new(admission.circle, admission.owner, identity, own);
        let mut batch = Batch::from(Write::PutCircle(Box::new(record.clone())));
        for keys in &admission.keys {
            replica.take(keys, Source::Elsewhere)?;
            let name = satchel_bundle::object::name(keys)?;
            batch.push(Write::KeepObject(name, keys.clone()));
        }
        if !replica.belongs() {
            return Err(CircleError::NotForUs);
        }
        self.share_everything(&*open.store, &mut replica, &mut batch)?;
        // The device that added it says the same, which arrives at the first meeting only.
        self.share_name(record.device, &name, &mut replica, &mut batch)?;
        batch.push(all_known(&replica));
        batch.push(put_told(&admission.names));
        batch.push(put_seen(admission.seen.as_ref()));
        open.shared.unshared().apply(&batch)?;
        open.shared.set_circle(Some(Arc::new(Circle::new(
            record,
            replica,
            admission.names.clone(),
            bundle_key,
        ))));
        self.tell(Event::CircleChanged);
        self.tell(Event::CircleWritten);
        Ok(())
    }
}
