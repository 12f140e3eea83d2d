//! Keys that another device of the circle gave: sealed in this device's own vault, so that it signs and decides.

use std::sync::Arc;

use bitcoin::Network;
use satchel_bundle::state::wallet_id;
use satchel_keys::Seed;
use satchel_pairing::Gift;
use satchel_pairing::gift::GiftWallet;
use satchel_ports::{Act, ConfirmText};
use satchel_secrets::sign::verify_key;
use satchel_types::{Batch, CircleRecord, Origin, Timestamp, WalletId, WalletRecord, Write};
use satchel_wallet::{Engine, first_addresses};

use crate::acts::{line, more_keys};
use crate::circle::Circle;
use crate::create_wallet::CreateWalletError;
use crate::events::Event;
use crate::fill::to_be_filled;
use crate::found_circle::CircleError;
use crate::open::Open;
use crate::recovery::kind_name;
use crate::seed_access::SeedAccess;
use crate::session::App;
use crate::text;

/// Wallets that one question names.
const SHOWN: usize = 6;

/// Holding keys from now on.
#[derive(Debug)]
pub struct HoldKeys {
    /// Of which wallets: name, kind, and the address it begins with.
    pub wallets: Vec<(String, String, String)>,
}

impl Act for HoldKeys {
    fn text(&self) -> ConfirmText {
        let mut lines = Vec::new();
        for (name, kind, first) in self.wallets.iter().take(SHOWN) {
            lines.push(line("Keys of", format!("{name} ({kind})")));
            lines.push(line("First address", text::address(first)));
        }
        lines.extend(more_keys(self.wallets.len(), SHOWN));
        ConfirmText {
            title: "Hold these keys on this device?".to_owned(),
            lines,
            warnings: vec![
                "Whoever has this device and its passphrase has the coins.".to_owned(),
                "Compare the addresses with the first receive addresses that your other device \
                 shows. If one differs, decline."
                    .to_owned(),
            ],
            agree: "Hold them".to_owned(),
        }
    }
}

/// A wallet that came with its seed.
struct Given {
    record: WalletRecord,
    seed: Seed,
    first: String,
}

impl App {
    /// Opens keys that another device gave, asks, and seals them in the own vault.
    pub(crate) async fn hold_keys(
        &self,
        open: &Arc<Open>,
        sealed: &[u8],
    ) -> Result<Vec<WalletId>, CircleError> {
        let circle = open.shared.circle().ok_or(CircleError::NotIn)?;
        let record = circle.record().clone();
        let (_, wrap) = satchel_vault::open_device_keys(
            &circle.bundle_key,
            record.id,
            record.device,
            &record.sealed_keys,
        )?;
        let gift = Gift::open(sealed, record.id, record.device, &wrap);
        let gift = gift.filter(|gift| verify_key(&gift.owner) == record.owner);
        let Gift {
            owner,
            keys,
            wallets,
        } = gift.ok_or(CircleError::BadGift)?;
        let mut given = Vec::new();
        for wallet in wallets {
            given.push(given_wallet(wallet, self.now())?);
        }
        let act = HoldKeys {
            wallets: given
                .iter()
                .map(|it| {
                    let kind = kind_name(it.record.script_type);
                    let network = text::network(it.record.network);
                    let name = it.record.name.as_str().to_owned();
                    (name, format!("{network}, {kind}"), it.first.clone())
                })
                .collect(),
        };
        self.consent(open, act).await?.into_act();
        let access = self.seed_access(open, "to hold keys here").await?;
        let taken = self.take_over_objects(open, &circle, keys).await;
        taken.map_err(Box::new)?;
        let mut held = Vec::new();
        for wallet in given {
            held.push(wallet.record.id);
            self.hold_wallet(open, &circle, &access, wallet).await?;
        }
        // Last: who holds the owner's key holds the others.
        let draw = |out: &mut [u8]| self.ports.entropy.fill(out);
        let sealed_owner = access.seal_owner(record.id, &owner, draw)?;
        {
            let mut record = circle.record();
            let owner = CircleRecord {
                sealed_owner: Some(sealed_owner),
                ..record.clone()
            };
            let put = Write::PutCircle(Box::new(owner.clone()));
            open.shared.unshared().apply(&Batch::from(put))?;
            *record = owner;
        }
        self.tell(Event::WalletsChanged);
        self.tell(Event::CircleChanged);
        self.tell(Event::CircleWritten);
        Ok(held)
    }

    /// Seals one seed here; the wallet comes with it if it was not here.
    async fn hold_wallet(
        &self,
        open: &Arc<Open>,
        circle: &Circle,
        access: &SeedAccess,
        given: Given,
    ) -> Result<(), CircleError> {
        let Given { record, seed, .. } = given;
        let id = record.id;
        let sealed = self.seal_seed(access, id, &seed).map_err(Box::new)?;
        let here = open.store.wallets()?;
        if here.iter().any(|known| known.id == id) {
            open.store.apply(&Batch::from(Write::PutSeed(id, sealed)))?;
            return Ok(());
        }
        let mut batch = Batch::from(Write::InsertWallet {
            record: Box::new(record.clone()),
            sealed_seed: Some(sealed),
        });
        let made = Engine::create(&record).map_err(CreateWalletError::from);
        let (_, engine) = made.map_err(Box::new)?;
        batch.extend(engine);
        if here.is_empty() {
            batch.push(Write::SelectWallet(id));
        }
        batch.push(to_be_filled(id));
        open.store.apply(&batch)?;
        self.fill_from_circle(open, circle, id).await?;
        Ok(())
    }
}

fn given_wallet(wallet: GiftWallet, now: Timestamp) -> Result<Given, CircleError> {
    let bad = |_| CircleError::BadGift;
    let network: Network = wallet.network.parse().map_err(|_| CircleError::BadGift)?;
    let seed = Seed::from_secret_bytes(&wallet.seed).map_err(|_| CircleError::BadGift)?;
    let kind = wallet.script_type;
    let descriptors =
        satchel_keys::public_descriptors(&seed, kind, network, wallet.account).map_err(bad)?;
    let first = first_addresses(&descriptors, network, 1).ok();
    let first = first.as_ref().and_then(|first| first.first());
    let first = first.ok_or(CircleError::BadGift)?.to_string();
    let record = WalletRecord {
        id: wallet_id(network, &descriptors),
        name: wallet.name,
        network,
        script_type: kind,
        descriptors,
        account: wallet.account,
        origin: Origin::Imported,
        has_seed: true,
        created_at: wallet.created_at.min(now).max(Timestamp::from_secs(1)),
        words_proven_at: None,
        backed_up_at: None,
    };
    Ok(Given {
        record,
        seed,
        first,
    })
}
