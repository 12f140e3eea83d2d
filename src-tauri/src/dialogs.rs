//! The operating system's own dialogs, opened by Rust. No page can draw, read or answer them.

mod chosen;
#[cfg(target_os = "linux")]
mod gtk_question;
mod native;
#[cfg(mobile)]
mod phone;
#[cfg(feature = "dangerous-e2e")]
mod scripted;
mod text;
mod touch;

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use satchel_ports::{Confirm, WalletFiles};
use tauri::{AppHandle, Runtime};

use crate::biometry::Biometry;

pub use chosen::{Chosen, Lender, LentFiles};
pub use native::tell_and_wait;

/// Lets a person choose files and folders. `None`: they closed the dialog.
#[async_trait]
pub trait FilePicker: Send + Sync {
    /// Asks where to write a file of this name. The system's dialog asks before it replaces one.
    async fn save(&self, kind: FileKind, suggested: &str) -> Option<Chosen>;
    /// Asks which file to read.
    async fn open(&self, kind: FileKind) -> Option<Chosen>;
    /// Asks which picture or file to look at, as a scan does.
    async fn to_scan(&self) -> Option<Chosen>;
    /// Asks for a folder; the title says what for.
    async fn folder(&self, title: &str) -> Option<PathBuf>;
    /// Returns whether there are folders to ask for. A phone has files alone.
    fn has_folders(&self) -> bool {
        true
    }
    /// Lets a person hand something to another program by the system's own sheet, and returns whether it was shown. A desktop has
    /// none.
    async fn hand_over(&self, _: Handed) -> bool {
        false
    }
}

/// What is handed to another program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handed {
    /// A text.
    Text(String),
    /// A file.
    File {
        /// What it is called.
        name: String,
        /// What is in it.
        bytes: Vec<u8>,
    },
}

/// What kind of file is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A wallet file.
    Wallet,
    /// Labels, as other wallets write them.
    Labels,
    /// Labels, as Electrum reads them.
    ElectrumLabels,
    /// A descriptor backup.
    Descriptors,
    /// A wallet described for other wallets.
    Metadata,
    /// The cookie of a node on this machine.
    Cookie,
}

impl FileKind {
    /// Returns how such files end, without the dot; the first is what is written.
    pub fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Wallet => &["satchel"],
            Self::Labels => &["jsonl", "json"],
            Self::Descriptors => &["bip138", "bed"],
            Self::ElectrumLabels | Self::Metadata => &["json"],
            Self::Cookie => &["cookie"],
        }
    }

    #[cfg(not(target_os = "ios"))]
    fn name(self) -> &'static str {
        match self {
            Self::Wallet => "Wallet file",
            Self::Labels | Self::ElectrumLabels => "Labels",
            Self::Descriptors => "Descriptor backup",
            Self::Metadata => "Wallet description",
            Self::Cookie => "Cookie file of the node",
        }
    }

    #[cfg(not(target_os = "ios"))]
    fn save_title(self) -> &'static str {
        match self {
            Self::Wallet => "Save the wallet file",
            Self::Labels | Self::ElectrumLabels => "Save the labels",
            Self::Descriptors => "Save the descriptor backup",
            Self::Metadata => "Save the wallet description",
            Self::Cookie => "Save the cookie file",
        }
    }

    fn open_title(self) -> &'static str {
        match self {
            Self::Wallet => "Open a wallet file",
            Self::Labels | Self::ElectrumLabels => "Open a file of labels",
            Self::Descriptors => "Open a descriptor backup",
            Self::Metadata => "Open a wallet description",
            Self::Cookie => "Choose the node's cookie file",
        }
    }
}

/// What the folder for backups is asked for with.
pub const BACKUP_FOLDER: &str = "Choose a folder for backups";
/// What a folder is asked for with that lost devices left.
pub const LOST_FOLDER: &str = "Choose the folder where your devices met";
/// What a folder is asked for with in which devices meet.
pub const MEETING_FOLDER: &str = "Choose the folder where your devices meet";

/// How a person is asked.
pub struct Dialogs {
    /// For consent.
    pub confirm: Arc<dyn Confirm>,
    /// For files.
    pub files: Arc<dyn FilePicker>,
    /// Reads and writes what they choose, and what is on the disk.
    pub chosen: Arc<dyn WalletFiles>,
}

impl Dialogs {
    /// Returns the system's own dialogs, and its question for finger or face; in a build for end-to-end tests, the script that
    /// `SATCHEL_E2E_SOCKET` names.
    pub fn of_platform<R: Runtime>(
        app: &AppHandle<R>,
        biometry: Arc<dyn Biometry>,
        disk: Arc<dyn WalletFiles>,
    ) -> Self {
        #[cfg(feature = "dangerous-e2e")]
        if let Some(socket) = std::env::var_os("SATCHEL_E2E_SOCKET") {
            let script = Arc::new(scripted::Script::new(socket.into()));
            return Self {
                confirm: script.clone(),
                files: script,
                chosen: disk,
            };
        }
        let native = Arc::new(native::Native::new(app.clone(), biometry));
        #[cfg(desktop)]
        return Self {
            confirm: native.clone(),
            files: native,
            chosen: disk,
        };
        #[cfg(mobile)]
        {
            let lent = LentFiles::new(disk, Arc::new(phone::PhoneLender::new(app.clone())));
            Self {
                confirm: native,
                files: Arc::new(phone::PhonePicker::new(app.clone(), Arc::clone(&lent))),
                chosen: lent,
            }
        }
    }
}
