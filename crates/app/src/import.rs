//! Reading a wallet file of any version: what it knows is added, nothing is taken away.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use satchel_bundle::container::{PortablePerson, person_in, wallets_of};
use satchel_bundle::state::wallet_id;
use satchel_bundle::{OpenError, OpenedContainer, PortableWallet};
use satchel_keys::Seed;
use satchel_ports::{ConfirmError, FileError};
use satchel_secrets::Passphrase;
use satchel_types::{Batch, ChainSide, Label, Origin, Timestamp, WalletId, WalletRecord, Write};
use satchel_wallet::Engine;

use crate::access_error::AccessError;
use crate::circle::label_key;
use crate::create_wallet::CreateWalletError;
use crate::events::Event;
use crate::export::MAX_FILE;
use crate::fill::to_be_filled;
use crate::open::Open;
use crate::recover_circle::{BroughtFrom, RecoverWallet};
use crate::seed_access::SeedAccess;
use crate::session::App;
use crate::shared_payments::prepared_draft;
use crate::sync_circle::SyncCircleError;
use crate::used_addresses::{brought_back, known_by_the_circle};

/// Addresses that a file may claim were handed out on one side. Deriving more would take minutes;
/// the first sync finds what was used beyond.
pub(crate) const MAX_HANDED_OUT: u32 = 500_000;

/// Why nothing, or not everything, was read in.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The vault cannot be used.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A wallet of the file contradicts itself; nothing of it was taken.
    #[error("a wallet in this file has words that do not make its addresses")]
    ForeignSeed,
    /// The circle's objects in the file could not be taken in.
    #[error(transparent)]
    Circle(#[from] SyncCircleError),
    /// A wallet of the file could not be added.
    #[error(transparent)]
    Add(#[from] CreateWalletError),
    /// No consent to a wallet that comes without its keys; nothing of the file was taken.
    #[error(transparent)]
    Confirm(#[from] ConfirmError),
}

/// What an import changed.
#[derive(Debug, Clone, Default)]
pub struct Imported {
    /// Wallets that were added.
    pub added: Vec<WalletRecord>,
    /// Wallets that were here and learnt something.
    pub merged: Vec<WalletRecord>,
    /// Wallets that were here and learnt nothing.
    pub unchanged: Vec<WalletRecord>,
    /// The wallet that is selected now.
    pub selected: Option<WalletId>,
}

/// A wallet file that its passphrase has opened and that was not read in yet.
#[derive(Debug)]
pub struct OpenedFile(pub(crate) satchel_bundle::OpenedFile);

impl App {
    /// Reads a wallet file. Importing the same file again changes nothing.
    ///
    /// A label that is here stays; a label that is not is added. A lock from either side holds.
    pub async fn import_file(
        &self,
        path: &Path,
        passphrase: Passphrase,
        access: &SeedAccess,
    ) -> Result<Imported, ImportError> {
        self.open()?;
        let file = self.open_file(path, passphrase).await?;
        self.import_opened(file, access).await
    }

    /// Opens a wallet file and changes nothing. No vault is needed, so that a mistyped passphrase
    /// can be told before a first vault is made under it.
    pub async fn open_file(
        &self,
        path: &Path,
        passphrase: Passphrase,
    ) -> Result<OpenedFile, ImportError> {
        let (ports, path) = (self.ports.clone(), path.to_owned());
        tokio::task::spawn_blocking(move || {
            let bytes = ports.files.read(&path, MAX_FILE)?;
            Ok(OpenedFile(satchel_bundle::open(&bytes, &passphrase)?))
        })
        .await
        .map_err(|_| AccessError::Stopped)?
    }

    /// The same with the bytes of a file that came another way, such as by a camera.
    ///
    /// # Errors
    /// See [`ImportError`].
    pub async fn open_file_bytes(
        &self,
        bytes: Arc<[u8]>,
        passphrase: Passphrase,
    ) -> Result<OpenedFile, ImportError> {
        tokio::task::spawn_blocking(move || {
            Ok(OpenedFile(satchel_bundle::open(&bytes, &passphrase)?))
        })
        .await
        .map_err(|_| AccessError::Stopped)?
    }

    /// Reads in what [`App::open_file`] opened.
    ///
    /// A file of this home's own circle is taken in as a round with a place would: it changes what it knows better and
    /// nothing else.
    pub async fn import_opened(
        &self,
        OpenedFile(file): OpenedFile,
        access: &SeedAccess,
    ) -> Result<Imported, ImportError> {
        let open = self.open()?;
        let mut person = PortablePerson::default();
        let (wallets, ours) = match file {
            satchel_bundle::OpenedFile::Wallets(file) => (file.wallets, None),
            satchel_bundle::OpenedFile::Container(opened) => {
                let ours = objects_for(&open, &opened);
                person = person_in(&opened.read);
                (wallets_of(&opened), ours)
            }
        };
        // A file that contradicts itself teaches nothing, not even its other wallets.
        for wallet in &wallets {
            Self::checked_seed(wallet)?;
        }
        let imported = match ours {
            Some(objects) => self.import_ours(&open, wallets, objects, access).await?,
            None => self.import_others(&open, wallets, access).await?,
        };
        self.take_person(&open, person)?;
        self.tell(Event::WalletsChanged);
        Ok(imported)
    }

    /// Takes in objects of this home's circle. Wallets that come with their seed are added; others wait until their first
    /// address was compared.
    async fn import_ours(
        &self,
        open: &Open,
        wallets: Vec<PortableWallet>,
        objects: Vec<Vec<u8>>,
        access: &SeedAccess,
    ) -> Result<Imported, ImportError> {
        let circle = open.shared.circle().ok_or(SyncCircleError::NotIn)?;
        let learnt = self.take_over_objects(open, &circle, objects).await?;
        let mut imported = Imported::default();
        for wallet in wallets {
            let id = wallet_id(wallet.network, &wallet.descriptors);
            let here = open.store.wallets().map_err(AccessError::from)?;
            if let Some(record) = here.iter().find(|record| record.id == id) {
                let list = if learnt.contains(&id) {
                    &mut imported.merged
                } else {
                    &mut imported.unchanged
                };
                list.push(record.clone());
            } else if wallet.seed.is_some() {
                // What is on it the circle says, and says it better than an old file.
                let bare = PortableWallet {
                    labels: Vec::new(),
                    locked_coins: Vec::new(),
                    prepared: Vec::new(),
                    ..wallet
                };
                let known = [known_by_the_circle(id), to_be_filled(id)];
                self.add(open, access, id, bare, here.is_empty(), known)?;
                self.fill_from_circle(open, &circle, id).await?;
                let record = open.store.wallet(id).map_err(AccessError::from)?;
                imported.added.push(record);
            }
        }
        imported.selected = self.wallet(open, None).ok().map(|record| record.id);
        Ok(imported)
    }

    /// Adds wallets that are not here, and to those that are what they do not know. What comes without keys is compared first:
    /// nothing but its descriptors says whose it is, and they may pay somebody else.
    async fn import_others(
        &self,
        open: &Open,
        wallets: Vec<PortableWallet>,
        access: &SeedAccess,
    ) -> Result<Imported, ImportError> {
        let here = open.store.wallets().map_err(AccessError::from)?;
        // Before anything is written, so that a no leaves all as it was.
        for wallet in wallets.iter().filter(|wallet| wallet.seed.is_none()) {
            let id = wallet_id(wallet.network, &wallet.descriptors);
            if !here.iter().any(|record| record.id == id) {
                let act = RecoverWallet::of(wallet, BroughtFrom::File)?;
                self.consent(open, act).await?.into_act();
            }
        }
        let mut imported = Imported::default();
        for wallet in wallets {
            let id = wallet_id(wallet.network, &wallet.descriptors);
            let here = open.store.wallets().map_err(AccessError::from)?;
            if here.iter().any(|record| record.id == id) {
                let list = if self.merge(open, id, wallet).await? {
                    &mut imported.merged
                } else {
                    &mut imported.unchanged
                };
                list.push(open.store.wallet(id).map_err(AccessError::from)?);
            } else {
                imported
                    .added
                    .push(self.add(open, access, id, wallet, here.is_empty(), [])?);
            }
        }
        imported.selected = self.wallet(open, None).ok().map(|record| record.id);
        Ok(imported)
    }

    /// Checks that the seed makes the descriptors it came with.
    pub(crate) fn checked_seed(wallet: &PortableWallet) -> Result<Option<Seed>, ImportError> {
        let Some(bytes) = &wallet.seed else {
            return Ok(None);
        };
        let seed = Seed::from_secret_bytes(bytes).map_err(|_| ImportError::ForeignSeed)?;
        let (kind, network) = (wallet.script_type, wallet.network);
        let made = satchel_keys::public_descriptors(&seed, kind, network, wallet.account)
            .map_err(|_| ImportError::ForeignSeed)?;
        if made != wallet.descriptors {
            return Err(ImportError::ForeignSeed);
        }
        Ok(Some(seed))
    }

    /// Adds a wallet that is not here, and writes what else is to be written with it.
    pub(crate) fn add(
        &self,
        open: &Open,
        access: &SeedAccess,
        id: WalletId,
        wallet: PortableWallet,
        select: bool,
        besides: impl IntoIterator<Item = Write>,
    ) -> Result<WalletRecord, ImportError> {
        let seed = Self::checked_seed(&wallet)?;
        let now = self.now();
        let record = WalletRecord {
            id,
            name: wallet.name,
            network: wallet.network,
            script_type: wallet.script_type,
            descriptors: wallet.descriptors,
            account: wallet.account,
            origin: Origin::Imported,
            has_seed: seed.is_some(),
            created_at: wallet.created_at.min(now).max(Timestamp::from_secs(1)),
            words_proven_at: None,
            backed_up_at: Some(now),
        };
        let sealed_seed = match &seed {
            Some(seed) => Some(self.seal_seed(access, id, seed)?),
            None => None,
        };
        let mut batch = Batch::from(Write::InsertWallet {
            record: Box::new(record.clone()),
            sealed_seed,
        });
        let (mut engine, made) = Engine::create(&record).map_err(CreateWalletError::from)?;
        batch.extend(made);
        batch.push(brought_back(id, [wallet.next_receive, wallet.next_change]));
        for (side, next) in [
            (ChainSide::Receive, wallet.next_receive),
            (ChainSide::Change, wallet.next_change),
        ] {
            if let Some(last) = next.min(MAX_HANDED_OUT).checked_sub(1) {
                batch.extend(engine.reveal_to(side, last));
            }
        }
        for (target, label) in wallet.labels {
            if let Ok(Some(label)) = Label::new(&label) {
                batch.push(Write::PutLabel(id, target, Some(label)));
            }
        }
        for outpoint in wallet.locked_coins {
            batch.push(Write::PutCoinLock(id, outpoint, true));
        }
        // Of a wallet that is here already what was dropped is not known any more, and an old file would bring it back.
        let prepared = wallet.prepared.iter();
        let drafts = prepared.filter_map(|each| prepared_draft(&engine, &record, each, now));
        for draft in drafts {
            batch.push(Write::PutDraft(Box::new(draft)));
        }
        if select {
            batch.push(Write::SelectWallet(id));
        }
        batch.writes.extend(besides);
        open.store.apply(&batch).map_err(AccessError::from)?;
        Ok(record)
    }

    /// Adds what is not known yet; says whether anything was.
    pub(crate) async fn merge(
        &self,
        open: &Open,
        id: WalletId,
        wallet: PortableWallet,
    ) -> Result<bool, ImportError> {
        let labels = open.store.labels(id).map_err(AccessError::from)?;
        let locked = open.store.locked_coins(id).map_err(AccessError::from)?;
        let mut news = Batch::new();
        let labelled: HashSet<_> = labels.iter().map(|(target, _)| target).collect();
        let locked: HashSet<_> = locked.into_iter().collect();
        let circle = open.shared.circle();
        for (target, label) in wallet.labels {
            // One that was taken off is known as well, where a circle remembers it.
            let was_written = circle.as_ref().is_some_and(|circle| {
                let key = label_key(id, &target);
                circle.replica().state().register(&key).is_some()
            });
            let known = labelled.contains(&target) || was_written;
            if let (false, Ok(Some(label))) = (known, Label::new(&label)) {
                news.push(Write::PutLabel(id, target, Some(label)));
            }
        }
        for outpoint in wallet.locked_coins {
            if !locked.contains(&outpoint) {
                news.push(Write::PutCoinLock(id, outpoint, true));
            }
        }
        let (receive, change) = (wallet.next_receive, wallet.next_change);
        let learnt = open
            .change_engine(id, move |engine| -> Result<_, AccessError> {
                for (side, next) in [(ChainSide::Receive, receive), (ChainSide::Change, change)] {
                    let known = engine.last_revealed(side).map_or(0, |last| last + 1);
                    let next = next.min(MAX_HANDED_OUT);
                    if let (true, Some(last)) = (next > known, next.checked_sub(1)) {
                        news.extend(engine.reveal_to(side, last));
                    }
                }
                Ok((!news.is_empty(), news))
            })
            .await?;
        if learnt {
            self.tell(Event::Changed { wallet: id });
        }
        Ok(learnt)
    }
}

/// Returns the objects of this home's circle that a file has; `None`: it has none, or this home shares with nobody.
fn objects_for(open: &Open, opened: &OpenedContainer) -> Option<Vec<Vec<u8>>> {
    let circle = open.shared.circle()?;
    let (id, owner) = {
        let record = circle.record();
        (record.id, record.owner)
    };
    let (part, _) = opened.part(id)?;
    (part.owner == owner).then(|| part.objects.clone())
}
