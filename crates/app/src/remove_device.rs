//! Removing a device that was lost or given away.
//!
//! It learns nothing that is written from then on, and what it writes counts no more. What it knew it
//! keeps: if it held keys, only moving the coins to a new wallet shuts it out.

use satchel_bundle::keys::Removal;
use satchel_ports::{Act, ConfirmText};
use satchel_types::DeviceId;

use crate::acts::line;
use crate::circle_status::holds;
use crate::events::Event;
use crate::found_circle::CircleError;
use crate::session::App;

/// Removing a device.
#[derive(Debug)]
pub struct RemoveDevice {
    /// Which.
    pub device: DeviceId,
    /// Its name.
    pub name: String,
    /// Its system.
    pub system: String,
    /// Whether it may hold keys.
    pub seeds: bool,
}

impl Act for RemoveDevice {
    fn text(&self) -> ConfirmText {
        let mut warnings = vec![
            "It keeps what it knows, and can never be added again under this name.".to_owned(),
        ];
        if self.seeds {
            warnings.push(
                "It may hold your keys. Move your coins to a new wallet: whoever has the device \
                 and its passphrase can spend them."
                    .to_owned(),
            );
        }
        ConfirmText {
            title: "Remove this device?".to_owned(),
            lines: vec![
                line("Name", self.name.as_str()),
                line("System", self.system.as_str()),
            ],
            warnings,
            agree: "Remove".to_owned(),
        }
    }
}

/// What a removal leaves to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceRemoved {
    /// The device may hold keys: the coins are to be moved.
    pub held_seeds: bool,
}

impl App {
    /// Removes a device after consent and proof: a new epoch whose keys it does not get.
    ///
    /// # Errors
    /// See [`CircleError`].
    pub async fn remove_device(&self, id: DeviceId) -> Result<DeviceRemoved, CircleError> {
        let open = self.open()?;
        let circle = open.shared.circle().ok_or(CircleError::NotIn)?;
        let act = {
            let replica = circle.replica();
            let member = replica.roster().members().find(|member| member.id == id);
            let member = member.ok_or(CircleError::UnknownDevice)?;
            if id == replica.device() {
                return Err(CircleError::ThisDevice);
            }
            let (name, system) = circle.name_of(&replica, id);
            RemoveDevice {
                device: id,
                name,
                system,
                seeds: member.seeds || !holds(&replica, id).is_empty(),
            }
        };
        let act = self.consent(&open, act).await?.into_act();
        let owner = self.owner_key(&open, &circle, "to remove a device").await?;
        {
            let mut replica = circle.replica();
            let mut roster = replica.roster().clone();
            roster.remove(Removal {
                device: act.device,
                at: self.now().as_secs(),
                // What it wrote until now and arrived here counts; nothing else.
                last: replica.last_of(act.device),
            });
            self.begin_epoch(&open, &mut replica, &roster, &owner)?;
        }
        self.note_new_devices(&open, &circle)?;
        self.tell(Event::CircleChanged);
        self.tell(Event::CircleWritten);
        Ok(DeviceRemoved {
            held_seeds: act.seeds,
        })
    }
}
