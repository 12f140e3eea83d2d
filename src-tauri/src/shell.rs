//! What the commands share.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bitcoin::{Address, Amount, Txid};
use satchel_app::labels_file::LabelsFile;
use satchel_app::settings::BACKUP_FOLDER;
use satchel_app::shared_settings::SharedSetting;
use satchel_app::sync::SyncScope;
use satchel_app::{App, SeedAccess, VaultState};
use satchel_ports::ChainError;
use satchel_types::{RequestId, WalletId};
use satchel_wire::circle::Place;
use satchel_wire::draft::Draft;
use satchel_wire::event::AppEvent;
use satchel_wire::interop::{FoundDescriptors, LabelsPreview, TakenLabels};
use satchel_wire::keychain::KeychainRemoved;
use satchel_wire::pairing::{DeviceAdded, DeviceRemoved, KeysOutcome};
use satchel_wire::scan::MetDevice;
use satchel_wire::session::{OutOfSight, Settings, Snapshot, SyncReport, Unit};
use satchel_wire::sweep::{SweepDraft, SweepList};
use satchel_wire::wallet::WalletSummary;
use satchel_wire::wallet_file::{Imported, ProvenBackup, Restored, WrittenFile};
use satchel_wire::{Code, IpcError};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::biometry::Biometry;
use crate::dialogs::{self, FilePicker};
use crate::events::Hub;
use crate::flights::Flights;
use crate::foreground::{Foreground, Moment};
use crate::idle::Idle;
use crate::links::{Links, PaymentLink};
use crate::page_death::Deaths;
use crate::pairing::PairingDesk;
use crate::recovering::Recovering;
use crate::rounds::Rounds;
use crate::scan::{Eyes, ScanDesk};
use crate::sealed::{self, Desk, Purpose};

/// Key of the settings in the vault.
const SETTINGS: &str = "settings";

/// Ended intents that are answered again as they were.
const REMEMBERED: usize = 256;

/// Pays worthless coins, on a sandbox.
#[async_trait]
pub trait Faucet: Send + Sync {
    /// Returns the sandbox's Esplora address.
    fn esplora_url(&self) -> &str;
    /// Asks for coins.
    async fn pay(&self, address: &Address, amount: Amount) -> Result<Txid, ChainError>;
}

/// The shell, as commands and tasks hold it.
pub type Shared = Arc<Shell>;

/// What the commands share.
pub struct Shell {
    /// The wallet program.
    pub app: Arc<App>,
    /// The sealed window.
    pub desk: Arc<Desk>,
    /// The line to the page.
    pub hub: Arc<Hub>,
    /// Whether a person is there.
    pub idle: Arc<Idle>,
    /// Whether the program is in front.
    front: Foreground,
    /// Told when it is put away.
    pub left: Notify,
    /// Told when somebody comes to look.
    pub looked_at: Notify,
    /// The system's dialogs for files.
    pub files: Arc<dyn FilePicker>,
    /// The system's question for finger or face.
    pub biometry: Arc<dyn Biometry>,
    /// The sandbox of this run.
    pub faucet: Option<Arc<dyn Faucet>>,
    /// Settings as last seen, for while it is locked.
    settings: Mutex<Settings>,
    /// The file of labels that was read last.
    labels: Mutex<Option<ReadLabels>>,
    /// What the device lacks whose code was scanned last.
    lacking: Mutex<Option<Arc<[u8]>>>,
    /// Calls that may arrive twice.
    pub calls: Calls,
    /// Rounds with the places where devices meet.
    pub rounds: Rounds,
    /// Two devices that come together.
    pub pairing: PairingDesk,
    /// Bringing back what lost devices left.
    pub recovering: Recovering,
    /// The scan that goes on.
    pub scans: ScanDesk,
    /// Where it sees what no page shows it.
    pub eyes: Arc<dyn Eyes>,
    /// The link that waits to be looked at.
    pub links: Links,
    /// When pages ended.
    pub deaths: Deaths,
}

/// A file of labels that was read and not taken in yet.
#[derive(Debug, Clone)]
pub struct ReadLabels {
    /// The intent that it was read by.
    pub request: RequestId,
    /// For which wallet.
    pub wallet: WalletId,
    /// What it says.
    pub file: LabelsFile,
}

/// How an attempt to open the vault ended.
#[derive(Clone)]
pub enum Opened {
    /// It was open.
    Before,
    /// It was opened or made just now, by somebody who knows the passphrase.
    Now(Arc<SeedAccess>),
    /// Its owner closed the window.
    Not,
}

/// Calls that open windows, by what makes two of them the same.
pub struct Calls {
    /// Opening or making the vault.
    pub opening: Flights<(), Result<Opened, IpcError>>,
    /// Making a wallet.
    pub wallets: Flights<RequestId, Result<WalletSummary, IpcError>>,
    /// Bringing wallets back.
    pub restored: Flights<RequestId, Result<Restored, IpcError>>,
    /// Writing a file.
    pub written: Flights<RequestId, Result<WrittenFile, IpcError>>,
    /// Reading a file.
    pub imported: Flights<RequestId, Result<Imported, IpcError>>,
    /// Changing the passphrase.
    pub passphrase: Flights<RequestId, Result<(), IpcError>>,
    /// Opening the vault with the keychain.
    pub by_keychain: Flights<(), Result<(), IpcError>>,
    /// Letting the keychain in.
    pub enrolled: Flights<RequestId, Result<(), IpcError>>,
    /// Shutting the keychain out.
    pub removed: Flights<RequestId, Result<KeychainRemoved, IpcError>>,
    /// Showing words.
    pub shown: Flights<WalletId, Result<(), IpcError>>,
    /// Asking words back.
    pub checked: Flights<WalletId, Result<bool, IpcError>>,
    /// Asking the faucet.
    pub coins: Flights<WalletId, Result<Txid, IpcError>>,
    /// Beginning to share.
    pub founded: Flights<RequestId, Result<(), IpcError>>,
    /// Showing a code. One that failed is over too: a code of an intent is shown once.
    pub hosted: Flights<RequestId, Result<DeviceAdded, IpcError>>,
    /// Joining. As above.
    pub joined: Flights<RequestId, Result<KeysOutcome, IpcError>>,
    /// Taking keys. As above.
    pub keyed: Flights<RequestId, Result<KeysOutcome, IpcError>>,
    /// Making the wallet that a sweep goes to.
    pub swept: Flights<RequestId, Result<SweepList, IpcError>>,
    /// Preparing a sweep's payment.
    pub drafted: Flights<RequestId, Result<SweepDraft, IpcError>>,
    /// Removing a device.
    pub shut_out: Flights<RequestId, Result<DeviceRemoved, IpcError>>,
    /// Taking in a wallet.
    pub taken: Flights<RequestId, Result<WalletSummary, IpcError>>,
    /// Taking in what another device signed.
    pub signed_elsewhere: Flights<RequestId, Result<Draft, IpcError>>,
    /// Adding a place, or changing its password.
    pub placed: Flights<RequestId, Result<Place, IpcError>>,
    /// Proving a backup.
    pub proven: Flights<RequestId, Result<ProvenBackup, IpcError>>,
    /// Making words that bring back what the devices share.
    pub recovery: Flights<RequestId, Result<(), IpcError>>,
    /// Acting on what another device showed.
    pub met: Flights<RequestId, Result<MetDevice, IpcError>>,
    /// Reading a file of labels.
    pub labels_read: Flights<RequestId, Result<LabelsPreview, IpcError>>,
    /// Taking it in.
    pub labels_taken: Flights<RequestId, Result<TakenLabels, IpcError>>,
    /// Reading a descriptor backup.
    pub descriptors: Flights<RequestId, Result<Vec<FoundDescriptors>, IpcError>>,
}

impl Default for Calls {
    fn default() -> Self {
        Self {
            opening: Flights::joining(),
            wallets: Flights::remembering(REMEMBERED),
            restored: Flights::remembering(REMEMBERED),
            written: Flights::remembering(REMEMBERED),
            imported: Flights::remembering(REMEMBERED),
            passphrase: Flights::remembering(REMEMBERED),
            by_keychain: Flights::joining(),
            enrolled: Flights::remembering(REMEMBERED),
            removed: Flights::remembering(REMEMBERED),
            shown: Flights::joining(),
            checked: Flights::joining(),
            coins: Flights::joining(),
            founded: Flights::remembering(REMEMBERED),
            hosted: Flights::once(REMEMBERED),
            joined: Flights::once(REMEMBERED),
            keyed: Flights::once(REMEMBERED),
            swept: Flights::remembering(REMEMBERED),
            drafted: Flights::remembering(REMEMBERED),
            shut_out: Flights::remembering(REMEMBERED),
            taken: Flights::remembering(REMEMBERED),
            signed_elsewhere: Flights::remembering(REMEMBERED),
            placed: Flights::remembering(REMEMBERED),
            proven: Flights::remembering(REMEMBERED),
            recovery: Flights::remembering(REMEMBERED),
            met: Flights::remembering(REMEMBERED),
            labels_read: Flights::remembering(REMEMBERED),
            labels_taken: Flights::remembering(REMEMBERED),
            descriptors: Flights::remembering(REMEMBERED),
        }
    }
}

/// The error of a window that its owner closed.
pub fn cancelled() -> IpcError {
    IpcError::new(Code::Cancelled, "You closed the window. Nothing was done.")
}

impl Shell {
    /// Puts the parts together.
    pub fn new(
        app: Arc<App>,
        desk: Arc<Desk>,
        idle: Arc<Idle>,
        files: Arc<dyn FilePicker>,
        biometry: Arc<dyn Biometry>,
        faucet: Option<Arc<dyn Faucet>>,
        eyes: Arc<dyn Eyes>,
    ) -> Self {
        Self {
            app,
            desk,
            hub: Arc::new(Hub::new(Arc::clone(&idle))),
            idle,
            front: Foreground::default(),
            left: Notify::new(),
            looked_at: Notify::new(),
            files,
            biometry,
            faucet,
            settings: Mutex::default(),
            labels: Mutex::default(),
            lacking: Mutex::default(),
            calls: Calls::default(),
            rounds: Rounds::default(),
            pairing: PairingDesk::default(),
            recovering: Recovering::default(),
            scans: ScanDesk::default(),
            eyes,
            links: Links::default(),
            deaths: Deaths::default(),
        }
    }

    /// Keeps a link until the page takes it, and tells the page.
    pub fn offer_link(&self, link: PaymentLink) {
        self.links.offer(link, Moment::now());
        self.hub.send(AppEvent::LinkWaiting);
    }

    /// Returns what the page needs first.
    ///
    /// # Errors
    /// When the vault file cannot be looked at.
    pub fn snapshot(&self) -> Result<Snapshot, IpcError> {
        let vault = match self.app.vault_state()? {
            VaultState::None => satchel_wire::session::VaultState::None,
            VaultState::Locked => satchel_wire::session::VaultState::Locked,
            VaultState::Open => satchel_wire::session::VaultState::Open,
        };
        Ok(Snapshot {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            vault,
            selected: self
                .app
                .find_wallet(None)
                .ok()
                .map(|record| record.id.to_string()),
            sandbox: self
                .faucet
                .as_ref()
                .map(|faucet| faucet.esplora_url().to_owned()),
            phone: crate::form::is_phone(),
            settings: self.settings(),
        })
    }

    /// Returns the settings; while it is locked, as they were last seen.
    pub fn settings(&self) -> Settings {
        let mut seen = self.settings.lock().unwrap_or_else(PoisonError::into_inner);
        match self.app.setting(SETTINGS) {
            // What cannot be read is as good as never set.
            Ok(Some(text)) => *seen = serde_json::from_str(&text).unwrap_or_default(),
            Ok(None) => *seen = Settings::default(),
            Err(_) => {}
        }
        // How amounts are written is the same on all of the owner's devices.
        if let Ok(Some(unit)) = self.app.shared_setting(SharedSetting::Unit) {
            seen.unit = Unit::shared(&unit).unwrap_or(seen.unit);
        }
        self.desk.note_theme(seen.theme);
        seen.clone()
    }

    /// Keeps a file of labels that was read until it is taken in, another is read, or it locks.
    pub fn keep_labels(&self, labels: ReadLabels) {
        *self.labels.lock().unwrap_or_else(PoisonError::into_inner) = Some(labels);
    }

    /// Keeps what another device lacks until it was shown, another one's code is scanned, or it locks.
    pub fn keep_lacking(&self, shown: Option<Vec<u8>>) {
        *self.lacking.lock().unwrap_or_else(PoisonError::into_inner) = shown.map(Arc::from);
    }

    /// Returns what the device lacks whose code was scanned last.
    pub fn kept_lacking(&self) -> Option<Arc<[u8]>> {
        let kept = self.lacking.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clone()
    }

    /// Returns the file of labels that was read by an intent.
    pub fn kept_labels(&self, request: RequestId) -> Option<ReadLabels> {
        let kept = self.labels.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clone().filter(|labels| labels.request == request)
    }

    /// Keeps the settings. Locking later than before needs consent.
    ///
    /// # Errors
    /// When it is locked, its owner says no, or the store refuses.
    pub async fn set_settings(&self, settings: &Settings) -> Result<(), IpcError> {
        let before = self.settings();
        let (from, to) = (before.auto_lock_minutes, settings.auto_lock_minutes);
        self.app.agree_to_lock_later(from, to).await?;
        if (before.out_of_sight, settings.out_of_sight)
            == (OutOfSight::AtOnce, OutOfSight::AfterAMinute)
        {
            self.app.agree_to_stay_open_out_of_sight().await?;
        }
        let text = serde_json::to_string(settings)
            .map_err(|_| IpcError::new(Code::Internal, "The settings could not be written."))?;
        self.app.set_setting(SETTINGS, text)?;
        if before.unit != settings.unit {
            let unit = settings.unit.as_shared();
            self.app.set_shared_setting(SharedSetting::Unit, unit)?;
        }
        Ok(())
    }

    /// Has the vault opened in the sealed window. `false`: its owner closed the window.
    ///
    /// # Errors
    /// When there is no vault, it cannot be opened, or no window can be shown.
    pub async fn unlock(&self) -> Result<bool, IpcError> {
        let opened = self
            .calls
            .opening
            .run((), async {
                match self.app.vault_state()? {
                    VaultState::Open => Ok(Opened::Before),
                    VaultState::None => {
                        Err(IpcError::new(Code::NoVault, "There is no wallet here yet."))
                    }
                    VaultState::Locked => self.unlock_now().await,
                }
            })
            .await?;
        Ok(!matches!(opened, Opened::Not))
    }

    /// Has the vault opened with the keychain. Seeds stay another authorisation.
    ///
    /// # Errors
    /// A code of its own for each way in which a keychain fails; the passphrase opens it then.
    pub async fn unlock_by_keychain(&self) -> Result<(), IpcError> {
        self.calls
            .by_keychain
            .run((), async {
                match self.app.vault_state()? {
                    VaultState::Open => Ok(()),
                    VaultState::None | VaultState::Locked => {
                        self.app.unlock_by_keychain().await?;
                        // Nobody types any more what was being asked for.
                        self.desk.cancel();
                        Ok(())
                    }
                }
            })
            .await
    }

    async fn unlock_now(&self) -> Result<Opened, IpcError> {
        let access = sealed::unlock(&self.desk, self.settings().theme, &self.app).await?;
        Ok(access.map_or(Opened::Not, |access| Opened::Now(Arc::new(access))))
    }

    async fn make_vault(&self) -> Result<Opened, IpcError> {
        let theme = self.settings().theme;
        match sealed::new_passphrase(&self.desk, theme, Purpose::Vault).await? {
            Some(passphrase) => {
                let access = self.app.create_vault(passphrase).await?;
                Ok(Opened::Now(Arc::new(access)))
            }
            None => Ok(Opened::Not),
        }
    }

    /// Has the vault opened, or made when there is none, and returns access to add wallets. Who
    /// has just typed the passphrase is not asked for it again.
    ///
    /// # Errors
    /// [`Code::Cancelled`] when its owner closed a window; else as [`Shell::unlock`].
    pub async fn access_to_add(&self) -> Result<Arc<SeedAccess>, IpcError> {
        match self.open_or_make().await? {
            Opened::Now(access) => Ok(access),
            Opened::Before => Ok(self.app.prove_to_add().await?),
            Opened::Not => Err(cancelled()),
        }
    }

    /// Has the vault opened, or made when there is none.
    ///
    /// # Errors
    /// As [`Shell::unlock`].
    pub async fn open_or_make(&self) -> Result<Opened, IpcError> {
        self.calls
            .opening
            .run((), async {
                match self.app.vault_state()? {
                    VaultState::Open => Ok(Opened::Before),
                    VaultState::Locked => Box::pin(self.unlock_now()).await,
                    VaultState::None => Box::pin(self.make_vault()).await,
                }
            })
            .await
    }

    /// Notes that the program came to the front or was put away. What was due while it was away, and
    /// perhaps stood still, is done first.
    pub fn note_seen(&self, in_front: bool, now: Moment) {
        if in_front {
            self.lock_when_due(now);
            if self.front.is_away() {
                self.rounds.note_back(now.steady);
            }
            self.front.note_back();
            self.looked_at.notify_one();
        } else {
            self.front.note_left(now);
            self.left.notify_one();
        }
    }

    /// Locks an open wallet when nobody was there, or it was out of sight, for as long as the settings
    /// say. Returns in what time it will be due if nothing happens. `None`: not by time.
    pub fn lock_when_due(&self, now: Moment) -> Option<Duration> {
        if !matches!(self.app.vault_state(), Ok(VaultState::Open)) {
            return None;
        }
        let settings = self.settings();
        let idle = self.idle.locks_in(settings.auto_lock_minutes, now);
        // A scan asks for the camera, or for a picture.
        let scans = self.scans.is_open().then_some(now);
        let asked = scans.or_else(|| self.idle.asking().last(now));
        let away = self.front.locks_in(&settings, asked, now);
        let due = idle.into_iter().chain(away).min()?;
        if due.is_zero() {
            self.lock();
            return None;
        }
        Some(due)
    }

    /// Notes a command of a page. One that comes when the wallet should be locked finds it locked.
    pub fn note_command(&self, command: &str, now: Moment) {
        // No wallet locks sooner than after a minute, and most calls come sooner after another.
        if self.front.is_away() || self.idle.is_long(now) {
            self.lock_when_due(now);
        }
        self.idle.note_command(command, now);
    }

    /// Locks: the sealed window goes, keys and the open database leave memory.
    pub fn lock(&self) {
        // The theme stays known, for the window that unlocks.
        let _ = self.settings();
        self.desk.cancel();
        self.pairing.stop();
        self.recovering.stop();
        self.scans.stop();
        self.rounds.stop();
        self.app.lock();
        *self.labels.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.keep_lacking(None);
        self.rounds.forget();
    }

    /// Syncs a wallet and tells the page how it ended.
    ///
    /// # Errors
    /// When the wallet cannot be reached or its server does not answer.
    pub async fn sync(
        &self,
        id: Option<WalletId>,
        scope: SyncScope,
    ) -> Result<SyncReport, IpcError> {
        let wallet = self.app.find_wallet(id)?.id;
        let done = self
            .app
            .sync(Some(wallet), scope, CancellationToken::new())
            .await;
        match done.map(SyncReport::from).map_err(IpcError::from) {
            Ok(report) => {
                self.hub.send(AppEvent::Synced {
                    report: report.clone(),
                });
                Ok(report)
            }
            Err(error) => {
                // Being stopped is no failure of anything.
                if !matches!(error.code, Code::Cancelled | Code::Locked) {
                    self.hub.send(AppEvent::SyncFailed {
                        wallet_id: wallet.to_string(),
                        error: error.clone(),
                    });
                }
                Err(error)
            }
        }
    }

    /// The same for somebody who asked for it. A server in the local network that does not answer may be one into whose network the
    /// system does not let this program: then the system asks, and its no is what is said.
    ///
    /// # Errors
    /// As above; [`Code::LanDenied`].
    pub async fn sync_for_somebody(
        &self,
        id: Option<WalletId>,
        scope: SyncScope,
    ) -> Result<SyncReport, IpcError> {
        let done = self.sync(id, scope).await;
        if matches!(&done, Err(error) if error.code == Code::Unreachable) {
            let wallet = self.app.find_wallet(id)?.id;
            self.app.enter_lan_for_server(wallet).await??;
        }
        done
    }

    /// Returns the folder for backups, asking for it when none was chosen or it is gone.
    ///
    /// # Errors
    /// [`Code::Cancelled`] when its owner closed the dialog.
    pub async fn backup_folder(&self) -> Result<PathBuf, IpcError> {
        let known = self.app.setting(BACKUP_FOLDER)?.map(PathBuf::from);
        if let Some(folder) = known.filter(|folder| folder.is_dir()) {
            return Ok(folder);
        }
        let folder = self.files.folder(dialogs::BACKUP_FOLDER).await;
        let folder = folder.ok_or_else(cancelled)?;
        let Some(text) = folder.to_str() else {
            return Err(IpcError::new(
                Code::BadInput,
                "The folder's name cannot be written down.",
            ));
        };
        self.app.set_setting(BACKUP_FOLDER, text.to_owned())?;
        Ok(folder)
    }
}
