//! Errors about the vault, its files and its wallets.

use satchel_app::create_vault::NewVaultError;
use satchel_app::create_wallet::CreateWalletError;
use satchel_app::export::ExportError;
use satchel_app::import::ImportError;
use satchel_app::limits::SetLimitsError;
use satchel_app::prove_backup::ProveBackupError;
use satchel_app::recover_circle::RecoverCircleError;
use satchel_app::restore_wallet::AgreeError;
use satchel_app::set_passphrase::SetPassphraseError;
use satchel_app::settings::LockLaterError;
use satchel_app::unlock::UnlockError;
use satchel_app::words::WordsError;
use satchel_app::{AccessError, SeedAccessError};
use satchel_bundle::{OpenError, SealError};
use satchel_ports::{
    AuthorizeError, ConfirmError, DoorError, FileError, OpenStoreError, StoreError, VaultFileError,
};
use satchel_secrets::PassphraseError;

use crate::wallet_file::{BackupHealth, ProvenBackup, ProvenWallet};
use crate::{Code, IpcError};

const INTERNAL: &str = "Something went wrong inside Satchel. Nothing was changed.";

impl From<AccessError> for IpcError {
    fn from(error: AccessError) -> Self {
        let text = error.to_string();
        match error {
            AccessError::Locked => Self::new(Code::Locked, "The wallet is locked."),
            AccessError::NoWallet => Self::new(Code::NoWallet, "No wallet is selected."),
            AccessError::UnknownWallet => Self::new(
                Code::UnknownWallet,
                "There is no such wallet on this device.",
            ),
            AccessError::Store(error) => error.into(),
            AccessError::Load(_) => Self::new(Code::Damaged, text),
            AccessError::Entropy(_) => Self::transient(Code::Internal, text),
            AccessError::Stopped => Self::transient(Code::Internal, INTERNAL),
        }
    }
}

impl From<StoreError> for IpcError {
    fn from(error: StoreError) -> Self {
        let text = error.to_string();
        match error {
            StoreError::UnknownWallet => Self::new(Code::UnknownWallet, text),
            StoreError::BadCursor => Self::new(Code::BadInput, text),
            StoreError::DiskFull => Self::transient(Code::DiskFull, text),
            StoreError::Damaged { .. } => Self::new(Code::Damaged, text),
            StoreError::Closed => Self::new(Code::Locked, "The wallet is locked."),
            StoreError::TooLargeToShare(_) => Self::new(Code::TooLargeToShare, text),
            StoreError::SharedFull => Self::new(Code::SharedFull, text),
            StoreError::Io(_) => Self::transient(Code::Io, text),
        }
    }
}

impl From<OpenStoreError> for IpcError {
    fn from(error: OpenStoreError) -> Self {
        let text = error.to_string();
        match error {
            // The key comes from the vault, so a key that does not fit is a damaged home.
            OpenStoreError::WrongKey | OpenStoreError::Damaged => Self::new(Code::Damaged, text),
            OpenStoreError::TooNew { .. } => Self::new(Code::TooNew, text),
            OpenStoreError::NotEncrypted => Self::new(Code::Internal, text),
            OpenStoreError::Io(_) => Self::transient(Code::Io, text),
        }
    }
}

impl From<VaultFileError> for IpcError {
    fn from(error: VaultFileError) -> Self {
        let text = error.to_string();
        match error {
            VaultFileError::Exists => Self::new(Code::VaultExists, text),
            VaultFileError::Io(_) => Self::transient(Code::Io, text),
        }
    }
}

impl From<PassphraseError> for IpcError {
    fn from(error: PassphraseError) -> Self {
        Self::new(Code::UnfitPassphrase, error.to_string())
    }
}

impl From<ConfirmError> for IpcError {
    fn from(error: ConfirmError) -> Self {
        match error {
            ConfirmError::Declined => Self::new(Code::Declined, "You said no. Nothing was done."),
            ConfirmError::Busy => Self::transient(Code::ConfirmBusy, "Another question is open."),
            ConfirmError::Unavailable => {
                Self::new(Code::NoConfirm, "There is nobody to ask for consent.")
            }
            ConfirmError::TooOften { .. } => {
                Self::transient(Code::AskedTooOften, error.to_string())
            }
            ConfirmError::TooLate => Self::new(
                Code::AskedTooLongAgo,
                "Too much time has passed since this was asked. Nothing was done.",
            ),
            ConfirmError::Withdrawn => Self::new(Code::Locked, "The wallet is locked."),
        }
    }
}

impl From<FileError> for IpcError {
    fn from(error: FileError) -> Self {
        let text = error.to_string();
        match error {
            FileError::NotFound => Self::new(Code::FileNotFound, text),
            FileError::Exists => Self::new(Code::FileExists, text),
            FileError::TooLarge { .. } => Self::new(Code::NotAWalletFile, text),
            FileError::Cancelled => Self::new(Code::Cancelled, text),
            FileError::Unverified => Self::transient(Code::Io, text),
            FileError::Io(_) => Self::transient(Code::Io, text),
        }
    }
}

impl From<NewVaultError> for IpcError {
    fn from(error: NewVaultError) -> Self {
        let text = error.to_string();
        match error {
            NewVaultError::Exists => Self::new(Code::VaultExists, text),
            NewVaultError::Orphaned => Self::new(Code::Damaged, text),
            NewVaultError::Passphrase(error) => error.into(),
            NewVaultError::Seal(_) => Self::transient(Code::Internal, text),
            NewVaultError::File(error) => error.into(),
            NewVaultError::Database(error) => error.into(),
            NewVaultError::Access(error) => error.into(),
        }
    }
}

impl From<UnlockError> for IpcError {
    fn from(error: UnlockError) -> Self {
        use satchel_vault::UnlockError as Vault;
        let text = error.to_string();
        match error {
            UnlockError::NoVault => Self::new(Code::NoVault, "There is no wallet here yet."),
            UnlockError::WrongPassphrase => {
                Self::new(Code::WrongPassphrase, "This is not the right passphrase.")
            }
            UnlockError::TooManyAttempts { .. } => Self::transient(Code::TooManyAttempts, text),
            UnlockError::Vault(Vault::TooNew { .. }) => Self::new(Code::TooNew, text),
            UnlockError::Vault(_) => Self::new(Code::Damaged, text),
            UnlockError::File(error) => error.into(),
            UnlockError::Database(error) => error.into(),
            UnlockError::Access(error) => error.into(),
        }
    }
}

impl From<SetPassphraseError> for IpcError {
    fn from(error: SetPassphraseError) -> Self {
        let text = error.to_string();
        match error {
            SetPassphraseError::Current(error) => error.into(),
            SetPassphraseError::New(error) => error.into(),
            SetPassphraseError::Confirm(error) => error.into(),
            SetPassphraseError::Seal(_) => Self::transient(Code::Internal, text),
            SetPassphraseError::File(error) => error.into(),
            SetPassphraseError::Access(error) => error.into(),
        }
    }
}

impl From<SeedAccessError> for IpcError {
    fn from(error: SeedAccessError) -> Self {
        match error {
            SeedAccessError::Authorize(error) => error.into(),
            SeedAccessError::Vault(error) => (*error).into(),
            SeedAccessError::Access(error) => error.into(),
        }
    }
}

impl From<AuthorizeError> for IpcError {
    fn from(error: AuthorizeError) -> Self {
        let text = error.to_string();
        match error {
            AuthorizeError::Declined => Self::new(
                Code::Cancelled,
                "The passphrase was not entered. Nothing was done.",
            ),
            AuthorizeError::Busy => Self::transient(Code::ConfirmBusy, text),
            AuthorizeError::Unavailable => Self::new(Code::NoConfirm, text),
            AuthorizeError::Refused(DoorError::WrongPassphrase) => {
                Self::new(Code::WrongPassphrase, "This is not the right passphrase.")
            }
            AuthorizeError::Refused(DoorError::TooManyAttempts { .. }) => {
                Self::transient(Code::TooManyAttempts, text)
            }
            AuthorizeError::Refused(DoorError::Shut) => Self::new(Code::Locked, text),
        }
    }
}

impl From<SetLimitsError> for IpcError {
    fn from(error: SetLimitsError) -> Self {
        match error {
            SetLimitsError::Access(error) => error.into(),
            SetLimitsError::Confirm(error) => error.into(),
            SetLimitsError::Proof(error) => error.into(),
        }
    }
}

impl From<LockLaterError> for IpcError {
    fn from(error: LockLaterError) -> Self {
        match error {
            LockLaterError::Access(error) => error.into(),
            LockLaterError::Confirm(error) => error.into(),
        }
    }
}

impl From<CreateWalletError> for IpcError {
    fn from(error: CreateWalletError) -> Self {
        let text = error.to_string();
        match error {
            CreateWalletError::Access(error) => error.into(),
            CreateWalletError::Words(_) | CreateWalletError::Seed(_) => {
                Self::new(Code::BadWords, text)
            }
            CreateWalletError::Descriptors(_) | CreateWalletError::Engine(_) => {
                Self::new(Code::Internal, INTERNAL)
            }
            CreateWalletError::NoKind | CreateWalletError::AlreadyHere { .. } => {
                Self::new(Code::BadInput, text)
            }
        }
    }
}

impl From<AgreeError> for IpcError {
    fn from(error: AgreeError) -> Self {
        match error {
            AgreeError::Access(error) => error.into(),
            AgreeError::Confirm(error) => error.into(),
        }
    }
}

impl From<satchel_keys::WordsError> for IpcError {
    fn from(error: satchel_keys::WordsError) -> Self {
        Self::new(Code::BadWords, error.to_string())
    }
}

impl From<satchel_app::words::WordsError> for IpcError {
    fn from(error: WordsError) -> Self {
        match error {
            WordsError::Access(error) => error.into(),
            WordsError::Confirm(error) => error.into(),
            WordsError::Seed(error) => error.into(),
        }
    }
}

impl From<satchel_app::SeedError> for IpcError {
    fn from(error: satchel_app::SeedError) -> Self {
        use satchel_app::SeedError as E;
        let text = error.to_string();
        match error {
            E::WatchOnly => Self::new(Code::WatchOnly, text),
            E::Damaged => Self::new(Code::Damaged, text),
            E::Proof(error) => error.into(),
            E::Access(error) => error.into(),
        }
    }
}

impl From<ExportError> for IpcError {
    fn from(error: ExportError) -> Self {
        let text = error.to_string();
        match error {
            ExportError::Access(error) => error.into(),
            ExportError::Seed(error) => error.into(),
            ExportError::Passphrase(error) => error.into(),
            ExportError::Confirm(error) => error.into(),
            ExportError::Seal(SealError::TooLarge { .. } | SealError::Invalid { .. }) => {
                Self::new(Code::Internal, text)
            }
            ExportError::Seal(_) => Self::transient(Code::Internal, text),
            ExportError::Objects(_) => Self::new(Code::Internal, text),
            ExportError::File(error) => error.into(),
            ExportError::Unverified => Self::transient(Code::Io, text),
        }
    }
}

impl From<RecoverCircleError> for IpcError {
    fn from(error: RecoverCircleError) -> Self {
        let text = error.to_string();
        match error {
            RecoverCircleError::NothingHere => Self::new(Code::NothingLeft, text),
            RecoverCircleError::SeveralCircles => Self::new(Code::SeveralCircles, text),
            RecoverCircleError::WrongWords => Self::new(Code::BadWords, text),
            RecoverCircleError::Confirm(error) => error.into(),
            RecoverCircleError::Place(error) => error.into(),
            RecoverCircleError::Add(error) => error.into(),
        }
    }
}

impl From<ProveBackupError> for IpcError {
    fn from(error: ProveBackupError) -> Self {
        match error {
            ProveBackupError::Access(error) => error.into(),
            ProveBackupError::NoBackup => {
                Self::new(Code::FileNotFound, "No backup was written yet.")
            }
            ProveBackupError::File(error) => error.into(),
        }
    }
}

impl From<satchel_app::prove_backup::BackupHealth> for BackupHealth {
    fn from(health: satchel_app::prove_backup::BackupHealth) -> Self {
        let (written_at, path) = health.last.unzip();
        Self {
            path: path.map(|path| path.display().to_string()),
            written_at: written_at.map(satchel_types::Timestamp::as_secs),
            proven_at: health.proven_at.map(satchel_types::Timestamp::as_secs),
            never: health.never.iter().map(ToString::to_string).collect(),
        }
    }
}

impl From<satchel_app::prove_backup::ProvenBackup> for ProvenBackup {
    fn from(proven: satchel_app::prove_backup::ProvenBackup) -> Self {
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let wallets = proven.wallets.into_iter().map(|wallet| ProvenWallet {
            id: wallet.id.to_string(),
            name: wallet.name.as_str().to_owned(),
            network: wallet.network.into(),
            script_type: wallet.script_type.into(),
            has_seed: wallet.has_seed,
            labels: count(wallet.labels),
            locked_coins: count(wallet.locked_coins),
        });
        Self {
            path: proven.path.display().to_string(),
            written_at: proven.written_at.as_secs(),
            wallets: wallets.collect(),
            lacking: proven.lacking.iter().map(ToString::to_string).collect(),
        }
    }
}

impl From<ImportError> for IpcError {
    fn from(error: ImportError) -> Self {
        let text = error.to_string();
        match error {
            ImportError::Access(error) => error.into(),
            ImportError::File(error) => error.into(),
            ImportError::Open(error) => match error {
                OpenError::NotAWalletFile | OpenError::TooLarge { .. } => {
                    Self::new(Code::NotAWalletFile, text)
                }
                OpenError::TooNew { .. } | OpenError::NewerObjects => Self::new(Code::TooNew, text),
                OpenError::WrongPassphrase => Self::new(
                    Code::WrongPassphrase,
                    "This is not the passphrase that the file was written with.",
                ),
                OpenError::Damaged | OpenError::Invalid { .. } => {
                    Self::new(Code::FileDamaged, text)
                }
                OpenError::WeakParameters(_) => Self::new(Code::FileDamaged, text),
            },
            ImportError::ForeignSeed => Self::new(Code::FileDamaged, text),
            ImportError::Circle(error) => error.into(),
            ImportError::Add(error) => error.into(),
            ImportError::Confirm(error) => error.into(),
        }
    }
}
