//! Giving a device that belongs the keys as well: those of the wallets here, and the one that decides who belongs.
//!
//! Asked for apart from adding it, because it cannot be undone. They go through the channel of the pairing alone and are
//! sealed for the device that the roster names; no place ever has them.

use std::time::Instant;

use satchel_bundle::keys::Device;
use satchel_pairing::gift::{GiftDrawn, GiftWallet, Recipient};
use satchel_pairing::{EndReason, Gift, PairingFault};
use satchel_ports::{Act, ConfirmText, Deadline};
use satchel_types::{Batch, DeviceId, WalletRecord};
use tokio_util::sync::CancellationToken;

use crate::acts::{line, more_keys};
use crate::circle::{Circle, HOLDS, holds_key};
use crate::events::Event;
use crate::found_circle::{CircleError, DeviceName};
use crate::host_pairing::{
    ADMITTING, AddedGuest, HostPairingError, STORING, tell, unless_stopped, why,
};
use crate::open::Open;
use crate::seed_access::SeedAccess;
use crate::session::App;
use crate::signing::unseal;
use crate::text;

/// Wallets that one question names.
const SHOWN: usize = 8;

/// Giving a device keys.
#[derive(Debug)]
pub struct GiveKeys {
    /// Which.
    pub device: DeviceId,
    /// What it is called.
    pub name: DeviceName,
    /// Of which wallets: name and network.
    pub wallets: Vec<String>,
}

impl Act for GiveKeys {
    fn text(&self) -> ConfirmText {
        let mut lines = vec![
            line("Device", self.name.name.as_str()),
            line("System", self.name.system.as_str()),
        ];
        lines.extend(
            self.wallets
                .iter()
                .take(SHOWN)
                .map(|wallet| line("Keys of", wallet.as_str())),
        );
        lines.extend(more_keys(self.wallets.len(), SHOWN));
        lines.push(line("Also", "it may add and remove devices"));
        ConfirmText {
            title: "Give this device your keys?".to_owned(),
            lines,
            warnings: vec![
                "Whoever has it and its passphrase has your coins.".to_owned(),
                "This cannot be taken back: if the device is lost, only moving the coins to a new \
                 wallet shuts it out."
                    .to_owned(),
            ],
            agree: "Give the keys".to_owned(),
        }
    }
}

impl App {
    /// Gives a device that was just added, or that belonged before, the keys that this one holds, after consent and proof
    /// of their own.
    ///
    /// # Errors
    /// See [`HostPairingError`]. The device belongs nevertheless.
    pub async fn give_keys(
        &self,
        guest: AddedGuest,
        cancel: &CancellationToken,
    ) -> Result<(), HostPairingError> {
        let open = self.open()?;
        let AddedGuest {
            mut link,
            joined,
            request,
            ..
        } = guest;
        let sealing = async { Ok(self.sealed_gift(&open, request.id).await?) };
        let sealing = unless_stopped(&open, cancel, sealing);
        let late = Deadline::after(ADMITTING.as_secs(), self.now(), Instant::now());
        // Nobody is asked about a device that has gone, nor given it anything.
        let sealed = tokio::select! {
            biased;
            () = late.passed(&*self.ports.clock) => {
                tell(&mut *link, joined.end(EndReason::TooLate)).await;
                return Err(PairingFault::TooLate.into());
            }
            frame = link.receive(ADMITTING) => {
                let failed = joined.interrupted(&frame?);
                tell(&mut *link, failed.farewell).await;
                return Err(failed.fault.into());
            }
            sealed = sealing => sealed,
        };
        let (name, sealed) = match sealed {
            Ok(sealed) => sealed,
            Err(error) => {
                let nothing = match why(&error) {
                    EndReason::Declined => joined.nothing_else(),
                    reason => joined.end(reason),
                };
                tell(&mut *link, nothing).await;
                return Err(error);
            }
        };
        let unheard = || HostPairingError::GivenUnheard(Box::new(name.clone()));
        let (gave, frames) = joined.give(&sealed).map_err(|failed| failed.fault)?;
        let handing_over = async {
            for frame in frames {
                link.send(&frame).await?;
            }
            Ok(link.receive(ADMITTING.max(STORING)).await?)
        };
        // From here on the device may hold them, whatever becomes of the connection.
        let frame = unless_stopped(&open, cancel, handing_over).await;
        let frame = frame.map_err(|_: HostPairingError| unheard())?;
        gave.held(&frame).map_err(|_| unheard())
    }

    /// Asks, says to all that the device may hold keys, and seals them for it. Said first: a list of devices never says
    /// less than is true.
    async fn sealed_gift(
        &self,
        open: &std::sync::Arc<Open>,
        device: DeviceId,
    ) -> Result<(DeviceName, Vec<u8>), CircleError> {
        let circle = open.shared.circle().ok_or(CircleError::NotIn)?;
        let mut wallets = open.store.wallets()?;
        wallets.retain(|record| record.has_seed);
        let (name, system) = circle.name_of(&circle.replica(), device);
        let act = GiveKeys {
            device,
            name: DeviceName { name, system },
            wallets: wallets
                .iter()
                .map(|it| format!("{} ({})", it.name.as_str(), text::network(it.network)))
                .collect(),
        };
        let agreed = self.consent(open, act).await?.into_act();
        let access = self.seed_access(open, "to give a device your keys").await?;
        let record = circle.record().clone();
        let sealed_owner = record.sealed_owner.ok_or(CircleError::NotTheOwner)?;
        let owner = access.open_owner(record.id, &sealed_owner)?;
        let known = {
            let replica = circle.replica();
            let known = replica.roster().members().find(|it| it.id == device);
            known.cloned().ok_or(CircleError::UnknownDevice)?
        };
        // Opened before anything is said, so that what cannot be opened is not said to be given.
        let given = self.gift_wallets(open, &access, &wallets)?;
        self.say_it_holds(open, &circle, &known, &wallets, &owner)?;
        let gift = Gift {
            owner,
            keys: self.admission(open)?.keys,
            wallets: given,
        };
        let to = Recipient {
            circle: record.id,
            device,
            wrap_key: known.wrap_key,
        };
        let mut nonce = [0; 24];
        self.ports.entropy.fill(&mut nonce)?;
        let drawn = GiftDrawn {
            key: self.drawn()?,
            wrap: self.drawn()?,
            nonce,
        };
        Ok((agreed.name, gift.seal(&to, &drawn)?))
    }

    fn say_it_holds(
        &self,
        open: &Open,
        circle: &Circle,
        device: &Device,
        wallets: &[WalletRecord],
        owner: &satchel_secrets::SecretBytes<32>,
    ) -> Result<(), CircleError> {
        let mut replica = circle.replica();
        if !device.seeds {
            let mut roster = replica.roster().clone();
            roster.add(Device {
                seeds: true,
                ..device.clone()
            });
            self.begin_epoch(open, &mut replica, &roster, owner)?;
        }
        let now = self.now().as_secs();
        let keys = wallets.iter().map(|it| holds_key(device.id, it.id));
        let said: Vec<_> = keys
            .filter(|key| replica.state().value(key) != Some(HOLDS))
            .map(|key| replica.set_value(key, now, Some(HOLDS.to_owned())))
            .collect();
        open.shared.write(&mut replica, &Batch::new(), &said)?;
        drop(replica);
        self.tell(Event::CircleChanged);
        self.tell(Event::CircleWritten);
        Ok(())
    }

    fn gift_wallets(
        &self,
        open: &Open,
        access: &SeedAccess,
        wallets: &[WalletRecord],
    ) -> Result<Vec<GiftWallet>, CircleError> {
        let given = wallets.iter().map(|record| {
            Ok(GiftWallet {
                name: record.name.clone(),
                network: record.network.to_string(),
                script_type: record.script_type,
                account: record.account,
                created_at: record.created_at,
                seed: unseal(open, access, record)?.to_secret_bytes(),
            })
        });
        given.collect()
    }
}
