//! Adding a device: what the new one asks with, and what it is given.
//!
//! How the two reach each other, and that each is the one meant, is the pairing's affair; here is only
//! what is asked and given.

use std::collections::BTreeMap;

use satchel_bundle::keys::Device;
use satchel_bundle::replica::Replica;
use satchel_ports::{Act, ConfirmText};
use satchel_types::{Batch, BlobName, CircleId, DeviceId};

use crate::acts::line;
pub use crate::circle::SeenInPlaces;
use crate::events::Event;
use crate::found_circle::{CircleError, DeviceName};
use crate::open::Open;
use crate::session::App;

/// What a device asks to be added with. Nothing in it is secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRequest {
    /// Its id.
    pub id: DeviceId,
    /// The key that its objects are signed with.
    pub sign_key: [u8; 32],
    /// The key that keys are wrapped for.
    pub wrap_key: [u8; 32],
    /// What it is called.
    pub name: DeviceName,
}

/// What a device that was added is given. Nothing in it is secret: keys are wrapped for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// The circle.
    pub circle: CircleId,
    /// The owner's public key.
    pub owner: [u8; 32],
    /// All keys objects, so that the newest is among them.
    pub keys: Vec<Vec<u8>>,
    /// What the devices are called, so that the new one does not show them by their ids until it meets one.
    pub names: BTreeMap<DeviceId, DeviceName>,
    /// What the device that adds it has seen in places, so that the new one notices if a place holds that back.
    pub seen: Option<SeenInPlaces>,
}

/// Adding a device.
#[derive(Debug)]
pub struct AddDevice {
    /// Which.
    pub request: DeviceRequest,
    /// Whether it may hold seeds.
    pub seeds: bool,
}

impl Act for AddDevice {
    fn text(&self) -> ConfirmText {
        let mut warnings =
            vec!["It sees all balances, payments, labels and addresses from now on.".to_owned()];
        if self.seeds {
            warnings.push(
                "It may hold your keys: whoever has it and its passphrase has your coins."
                    .to_owned(),
            );
        }
        ConfirmText {
            title: "Add this device?".to_owned(),
            lines: vec![
                line("Name", self.request.name.name.as_str()),
                line("System", self.request.name.system.as_str()),
                line(
                    "Keys",
                    if self.seeds {
                        "it may hold them and sign"
                    } else {
                        "none; it only watches"
                    },
                ),
            ],
            warnings,
            agree: "Add".to_owned(),
        }
    }
}

impl App {
    /// Adds a device after consent and proof: a new epoch whose keys are wrapped for it as well.
    ///
    /// # Errors
    /// See [`CircleError`].
    pub async fn admit_device(
        &self,
        request: DeviceRequest,
        seeds: bool,
    ) -> Result<Admission, CircleError> {
        let open = self.open()?;
        let circle = open.shared.circle().ok_or(CircleError::NotIn)?;
        let request = DeviceRequest {
            name: request.name.checked()?,
            ..request
        };
        let act = AddDevice { request, seeds };
        let AddDevice { request, seeds } = self.consent(&open, act).await?.into_act();
        let owner = self.owner_key(&open, &circle, "to add a device").await?;
        {
            let mut replica = circle.replica();
            let mut roster = replica.roster().clone();
            roster.add(Device {
                id: request.id,
                added_at: self.now().as_secs(),
                sign_key: request.sign_key,
                wrap_key: request.wrap_key,
                name: String::new(),
                system: String::new(),
                seeds,
            });
            // Before it belongs, so that a program that ends in between leaves no device without a name. The new keys lead to those
            // under which it is said. Who waits for keys says it under those that it makes.
            let can_say = replica.can_write();
            if can_say {
                self.say_name(&open, &mut replica, &request)?;
            }
            self.begin_epoch(&open, &mut replica, &roster, &owner)?;
            if !can_say {
                self.say_name(&open, &mut replica, &request)?;
            }
        }
        self.note_new_devices(&open, &circle)?;
        self.tell(Event::CircleChanged);
        self.tell(Event::CircleWritten);
        self.admission(&open)
    }

    fn say_name(
        &self,
        open: &Open,
        replica: &mut Replica,
        request: &DeviceRequest,
    ) -> Result<(), CircleError> {
        let mut batch = Batch::new();
        self.share_name(request.id, &request.name, replica, &mut batch)?;
        open.shared.unshared().apply(&batch)?;
        Ok(())
    }

    /// Returns what a device that belongs is given.
    pub(crate) fn admission(&self, open: &Open) -> Result<Admission, CircleError> {
        let circle = open.shared.circle().ok_or(CircleError::NotIn)?;
        let mut keys = Vec::new();
        for kept in open.store.objects()? {
            if matches!(kept.name, BlobName::Keys { .. }) {
                keys.extend(open.store.object(&kept.name)?);
            }
        }
        let names = circle.names();
        let seen = SeenInPlaces::of(&circle, &*open.store)?;
        let record = circle.record();
        Ok(Admission {
            names,
            seen: Some(seen),
            circle: record.id,
            owner: record.owner,
            keys,
        })
    }
}
