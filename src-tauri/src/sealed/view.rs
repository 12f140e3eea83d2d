//! What the sealed page is told to show. Nothing here is secret.

use serde::Serialize;

/// What a new passphrase is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "for", content = "name")]
pub enum Purpose {
    /// The wallets on this device.
    Vault,
    /// A wallet file of this name.
    File(String),
}

/// What the sealed page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum View {
    /// Asks for the passphrase.
    Unlock,
    /// Asks for the passphrase before an act.
    Prove {
        /// What for, such as `to send this payment`.
        reason: String,
    },
    /// Asks for a new passphrase, twice.
    NewPassphrase {
        /// What it is for.
        purpose: Purpose,
        /// Fewest characters.
        min_chars: usize,
    },
    /// Asks for the current passphrase and a new one, twice.
    ChangePassphrase {
        /// Fewest characters.
        min_chars: usize,
    },
    /// Asks for the passphrase of a wallet file.
    FilePassphrase {
        /// The file's name.
        file: String,
    },
    /// Asks for recovery words.
    EnterWords {
        /// The wallet's name.
        wallet: String,
        /// The 2048 words there are (BIP-0039).
        list: &'static [&'static str],
    },
    /// Shows the recovery words once it is asked to.
    ShowWords {
        /// The wallet's name.
        wallet: String,
        /// How many there are.
        count: usize,
    },
    /// Asks some words back.
    CheckWords {
        /// The wallet's name.
        wallet: String,
        /// Which ones, counted from 1.
        positions: Vec<usize>,
    },
}

impl View {
    /// Returns the title of the window.
    pub fn title(&self) -> &'static str {
        match self {
            Self::Unlock => "Unlock Satchel",
            Self::Prove { .. } => "Enter your passphrase",
            Self::NewPassphrase {
                purpose: Purpose::Vault,
                ..
            } => "Choose a passphrase",
            Self::NewPassphrase {
                purpose: Purpose::File(_),
                ..
            } => "Passphrase of the file",
            Self::ChangePassphrase { .. } => "Change the passphrase",
            Self::FilePassphrase { .. } => "Open a wallet file",
            Self::EnterWords { .. } => "Enter the recovery words",
            Self::ShowWords { .. } => "Recovery words",
            Self::CheckWords { .. } => "Check the recovery words",
        }
    }

    /// Returns the height that the page needs, in logical pixels.
    pub fn height(&self) -> f64 {
        match self {
            Self::Unlock | Self::Prove { .. } | Self::FilePassphrase { .. } => 420.0,
            Self::NewPassphrase { .. } | Self::CheckWords { .. } => 580.0,
            Self::ChangePassphrase { .. } => 640.0,
            Self::EnterWords { .. } | Self::ShowWords { .. } => 720.0,
        }
    }
}

/// What the page is told about its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case", tag = "reply")]
pub(super) enum Reply<'a> {
    /// It did not do; the page says why and stays.
    Again {
        /// Why, for people.
        message: &'a str,
        /// Which word, counted from 1, when one is to blame.
        word: Option<usize>,
        /// Seconds until another try is taken.
        wait: Option<u64>,
    },
    /// It did; the window goes.
    Done,
}
