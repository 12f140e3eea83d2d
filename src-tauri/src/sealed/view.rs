//! What the sealed page is told to show. Nothing here is secret.

use satchel_wire::wallet::ScriptType;
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

/// How a search for the words' wallets ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// There was none: the script type was named.
    Named,
    /// Some were used.
    Used,
    /// None was used, as far as the server knows.
    Unused,
    /// The server could not be asked, or not about everything; nothing used was seen.
    Unknown,
    /// Its owner stopped it.
    Stopped,
}

/// A wallet that the words make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KindView {
    /// Its script type.
    pub script_type: ScriptType,
    /// The same, for people.
    pub name: &'static str,
    /// The number of its BIP.
    pub bip: u32,
    /// Its first address.
    pub first_address: String,
    /// Whether it was used; none: not known.
    pub used: Option<bool>,
    /// Whether it is on this device already.
    pub here: bool,
    /// Whether it is chosen at first.
    pub chosen: bool,
}

/// What words open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WordsOf {
    /// A wallet: they spend its coins.
    Wallet,
    /// What the devices share: they spend nothing.
    Circle,
}

/// What is typed to be let in at a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeKeyView {
    /// The password of a login.
    Password,
    /// The value of an `Authorization` header.
    Authorization,
    /// The value of an `X-API-Key` header.
    ApiKey,
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
    /// Asks for the password of a place where devices meet.
    PlacePassword {
        /// Where it is.
        place: String,
        /// Who logs in there.
        user: String,
        /// Whether it is the secret of an access key.
        key: bool,
    },
    /// Asks for what lets this program in at a node.
    NodeKey {
        /// The node's address.
        node: String,
        /// Who logs in there.
        user: Option<String>,
        /// What is typed.
        way: NodeKeyView,
    },
    /// Asks for recovery words.
    ///
    /// The page has the whole list and marks words by itself, so that what is typed goes nowhere until
    /// all of it is there; whether the words fit together it asks of Rust, where the one checksum is.
    /// It does not say which last words would fit: each of them makes a valid wallet, so that a list
    /// would only invite to pick one, and the wallet behind it is empty.
    EnterWords {
        /// The wallet's name.
        wallet: String,
        /// The 2048 words there are (BIP-0039).
        list: &'static [&'static str],
        /// What they open.
        of: WordsOf,
    },
    /// Looks for the wallets that the words were used for; the page asks again how far it is.
    Looking {
        /// The wallet's name.
        wallet: String,
        /// Script types asked.
        done: u32,
        /// Script types in all.
        of: u32,
    },
    /// Shows the wallets that the words make, and asks which are the owner's.
    ChooseWallets {
        /// The wallet's name.
        wallet: String,
        /// How the search ended.
        outcome: Outcome,
        /// Host and port of the server that was asked.
        server: Option<String>,
        /// Why not everything is known, for people.
        fault: Option<String>,
        /// Whether an extra passphrase belongs to the words.
        extra: bool,
        /// How many addresses of each were looked at.
        looked_at: u32,
        /// The wallets.
        kinds: Vec<KindView>,
    },
    /// Shows the recovery words once it is asked to.
    ShowWords {
        /// The wallet's name.
        wallet: String,
        /// How many there are.
        count: usize,
        /// What they open.
        of: WordsOf,
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
            Self::PlacePassword { .. } => "Password of the place",
            Self::NodeKey { .. } => "Key to the node",
            Self::EnterWords { .. } | Self::Looking { .. } | Self::ChooseWallets { .. } => {
                "Enter the recovery words"
            }
            Self::ShowWords { .. } => "Recovery words",
            Self::CheckWords { .. } => "Check the recovery words",
        }
    }

    /// Returns the height that the page needs, in logical pixels.
    pub fn height(&self) -> f64 {
        match self {
            Self::Unlock | Self::Prove { .. } | Self::FilePassphrase { .. } => 420.0,
            Self::PlacePassword { .. } | Self::NodeKey { .. } => 480.0,
            Self::NewPassphrase { .. } | Self::CheckWords { .. } => 580.0,
            Self::ChangePassphrase { .. } => 640.0,
            Self::EnterWords { .. }
            | Self::Looking { .. }
            | Self::ChooseWallets { .. }
            | Self::ShowWords { .. } => 720.0,
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
    /// It did, and the task goes on: the page asks for its new view.
    Next,
    /// The words fit together.
    Fits,
    /// It did; the window goes.
    Done,
}
