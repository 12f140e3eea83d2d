//! Bringing back what devices shared that are all lost, from the objects that they left and the recovery key's words.

use std::collections::{BTreeMap, BTreeSet};

use satchel_bundle::PortableWallet;
use satchel_bundle::container::{person_in, wallets_in};
use satchel_bundle::keys::{RecoveryKey, open_keys};
use satchel_bundle::object::ObjectHash;
use satchel_bundle::replica::{Replica, Source, Taken};
use satchel_bundle::state::wallet_id;
use satchel_keys::RecoveryWords;
use satchel_ports::{Act, ConfirmError, ConfirmText};
use satchel_wallet::{WatchKey, first_addresses};

use crate::access_error::AccessError;
use crate::acts::line;
use crate::create_wallet::CreateWalletError;
use crate::events::Event;
use crate::import::{ImportError, Imported};
use crate::open::Open;
use crate::recovery::kind_name;
use crate::seed_access::SeedAccess;
use crate::session::App;
use crate::text;

/// What objects begin with.
pub const MAGIC: [u8; 4] = satchel_bundle::object::MAGIC;
/// More than this no object has, in bytes.
pub const MAX_OBJECT: u64 = satchel_bundle::object::MAX_SNAPSHOT as u64;

/// Why nothing is brought back.
#[derive(Debug, thiserror::Error)]
pub enum RecoverCircleError {
    /// Nothing of what was given says who belongs.
    #[error("there is nothing here that devices left for each other")]
    NothingHere,
    /// The words open more than one circle, or one under two owners: somebody else put some of it there.
    #[error("objects of several circles lie here; choose the folder of one")]
    SeveralCircles,
    /// The words open nothing of it.
    #[error("these words do not open what is here")]
    WrongWords,
    /// No consent to a wallet.
    #[error(transparent)]
    Confirm(#[from] ConfirmError),
    /// The place where they met cannot be read.
    #[error(transparent)]
    Place(#[from] satchel_ports::PlaceError),
    /// A wallet could not be added.
    #[error(transparent)]
    Add(#[from] ImportError),
}

impl From<AccessError> for RecoverCircleError {
    fn from(error: AccessError) -> Self {
        Self::Add(error.into())
    }
}

/// What the words opened.
#[derive(Debug)]
pub struct RecoveredCircle {
    replica: Replica,
    /// How many objects could not be read: damaged, by strangers, or under keys that the words do not open.
    pub passed_over: usize,
    /// Whether something is spoken of that is not here.
    pub incomplete: bool,
}

/// Bringing a wallet back.
#[derive(Debug)]
pub struct RecoverWallet {
    /// Its name.
    pub name: String,
    /// Its network and kind, for people.
    pub kind: String,
    /// The address it begins with.
    pub first_address: String,
    /// Whether its keys come back.
    pub has_seed: bool,
    /// Whether it is of one key, and its change as well.
    pub one_key: bool,
    /// Where it is brought back from.
    pub from: BroughtFrom,
}

/// Where a wallet is brought back from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BroughtFrom {
    /// What lost devices left where they met.
    Place,
    /// A wallet file.
    File,
}

impl RecoverWallet {
    /// Prepares the question about a wallet.
    pub(crate) fn of(wallet: &PortableWallet, from: BroughtFrom) -> Result<Self, ImportError> {
        let first = first_addresses(&wallet.descriptors, wallet.network, 1);
        let first = first.map_err(CreateWalletError::from)?;
        let kind = kind_name(wallet.script_type);
        let one_key = WatchKey::of_wallet(&wallet.descriptors, wallet.script_type, wallet.network);
        Ok(Self {
            name: wallet.name.as_str().to_owned(),
            kind: format!("{}, {kind}", text::network(wallet.network)),
            first_address: first.first().map(ToString::to_string).unwrap_or_default(),
            has_seed: wallet.seed.is_some(),
            one_key: one_key.is_ok(),
            from,
        })
    }
}

impl Act for RecoverWallet {
    fn text(&self) -> ConfirmText {
        let keys = if self.has_seed {
            "come back"
        } else {
            "do not; it can only be watched"
        };
        let who = match self.from {
            BroughtFrom::Place => {
                "Whoever can write to the place could have left a wallet of their own there."
            }
            BroughtFrom::File => {
                "Whoever made the file could have put a wallet of their own into it."
            }
        };
        let mut warnings = vec![format!("Compare the address with one that you know. {who}")];
        if !self.one_key {
            warnings.push(
                "It is of several keys, or what it receives and its change are not of the same one. This program makes no \
                 such wallets: agree only if you know where it is from."
                    .to_owned(),
            );
        }
        ConfirmText {
            title: "Bring this wallet back?".to_owned(),
            lines: vec![
                line("Wallet", self.name.clone()),
                line("Kind", self.kind.clone()),
                line("First address", text::address(&self.first_address)),
                line("Keys", keys),
            ],
            warnings,
            agree: "Bring it back".to_owned(),
        }
    }
}

impl RecoveredCircle {
    /// Opens objects with the words of their circle's recovery key. What cannot be read is passed over.
    ///
    /// # Errors
    /// See [`RecoverCircleError`].
    pub fn of(objects: &[Vec<u8>], words: &RecoveryWords) -> Result<Self, RecoverCircleError> {
        let entropy = words.entropy16().ok_or(RecoverCircleError::WrongWords)?;
        let key = RecoveryKey::new(&entropy).map_err(|_| RecoverCircleError::WrongWords)?;
        let keys: Vec<_> = objects
            .iter()
            .filter_map(|object| open_keys(object).ok())
            .collect();
        let circles: BTreeSet<_> = keys.iter().map(|keys| (keys.circle, keys.owner)).collect();
        if circles.is_empty() {
            return Err(RecoverCircleError::NothingHere);
        }
        let of_keys: BTreeSet<_> = keys.iter().map(|keys| keys.hash).collect();
        let (keys, others): (Vec<_>, Vec<_>) = objects
            .iter()
            .partition(|object| of_keys.contains(&ObjectHash::of(object)));
        // What a stranger left who does not know for whom is in nobody's way.
        let mut opened = circles.into_iter().filter_map(|(circle, owner)| {
            let mut replica = Replica::observer(circle, owner, []);
            let keys = keys.iter().map(|object| object.as_slice());
            replica.take_all(keys, Source::Elsewhere);
            replica.recover(&key).then_some(replica)
        });
        let mut replica = opened.next().ok_or(RecoverCircleError::WrongWords)?;
        if opened.next().is_some() {
            return Err(RecoverCircleError::SeveralCircles);
        }
        let taken = replica.take_all(others.into_iter().map(Vec::as_slice), Source::Elsewhere);
        let read = |taken: &&Result<Taken, _>| {
            matches!(
                taken,
                Ok(Taken::New { .. } | Taken::Known | Taken::LeftOut { .. })
            )
        };
        let passed_over = taken.len() - taken.iter().filter(read).count();
        if replica.refold_due() {
            let kept: BTreeMap<_, _> = objects.iter().map(|o| (ObjectHash::of(o), o)).collect();
            let bytes = |hash: &ObjectHash| kept.get(hash).map(|object| (*object).clone());
            // All of them are there, as they were a moment ago.
            drop(replica.refold(bytes));
        }
        Ok(Self {
            incomplete: !replica.missing().is_empty(),
            replica,
            passed_over,
        })
    }

    /// Returns the wallets, with their seeds where the devices shared them.
    pub fn wallets(&self) -> Vec<PortableWallet> {
        wallets_in([&self.replica])
    }
}

impl App {
    /// Adds the wallets of a circle that was opened, each after consent to its first address. To those that are here what they
    /// do not know is added.
    ///
    /// # Errors
    /// See [`RecoverCircleError`]. Wallets before the one that failed stay.
    pub async fn take_recovered(
        &self,
        recovered: &RecoveredCircle,
        access: &SeedAccess,
    ) -> Result<Imported, RecoverCircleError> {
        let open = self.open()?;
        let mut imported = Imported::default();
        let taken = self
            .take_one_by_one(&open, recovered, access, &mut imported)
            .await;
        // Also when one failed: those before it are here.
        self.tell(Event::WalletsChanged);
        taken?;
        self.take_person(&open, person_in([&recovered.replica]))?;
        imported.selected = self.wallet(&open, None).ok().map(|record| record.id);
        Ok(imported)
    }

    async fn take_one_by_one(
        &self,
        open: &Open,
        recovered: &RecoveredCircle,
        access: &SeedAccess,
        imported: &mut Imported,
    ) -> Result<(), RecoverCircleError> {
        for wallet in recovered.wallets() {
            Self::checked_seed(&wallet)?;
            let id = wallet_id(wallet.network, &wallet.descriptors);
            let here = open.store.wallets().map_err(AccessError::from)?;
            if here.iter().any(|record| record.id == id) {
                let list = if self.merge(open, id, wallet).await? {
                    &mut imported.merged
                } else {
                    &mut imported.unchanged
                };
                list.push(open.store.wallet(id).map_err(AccessError::from)?);
                continue;
            }
            let act = RecoverWallet::of(&wallet, BroughtFrom::Place)?;
            self.consent(open, act).await?.into_act();
            let record = self.add(open, access, id, wallet, here.is_empty(), [])?;
            imported.added.push(record);
        }
        Ok(())
    }
}
