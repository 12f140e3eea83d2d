//! Words for files of other wallets.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

use super::{NetworkArg, ScriptTypeArg};

/// Labels to and from other wallets.
#[derive(Debug, Subcommand)]
pub enum LabelsCommand {
    /// Write labels and locked coins to a plain file, a record a line (BIP-0329), or labels as Electrum reads them.
    Export {
        /// The file.
        file: PathBuf,
        /// How it is written.
        #[arg(long, value_enum, default_value = "bip329")]
        form: LabelsFormArg,
        /// Replace a file of that name.
        #[arg(long)]
        force: bool,
    },
    /// Take in labels that Sparrow, Electrum or another wallet wrote. Coins are locked and never unlocked. Heights, dates and
    /// prices that stand beside a label are read past.
    Import {
        /// The file.
        file: PathBuf,
        /// Where both have a label, take the file's.
        #[arg(long)]
        replace: bool,
    },
}

/// How a file of labels is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LabelsFormArg {
    /// A record a line, as Sparrow and most others read it (BIP-0329)
    Bip329,
    /// One object, as Electrum reads it: labels of transactions and addresses, and nothing else
    Electrum,
}

/// A wallet's public descriptors for other wallets.
#[derive(Debug, Subcommand)]
pub enum DescriptorsCommand {
    /// Write them encrypted for whoever has the wallet's extended public key (BIP-0138).
    Export {
        /// The file.
        file: PathBuf,
        /// Replace a file of that name.
        #[arg(long)]
        force: bool,
    },
    /// Describe the wallet for other wallets in plain text: descriptors, labels, transactions (BIP-0139).
    Describe {
        /// The file.
        file: PathBuf,
        /// Replace a file of that name.
        #[arg(long)]
        force: bool,
    },
    /// Read an encrypted file. A wallet that is here learns how far its addresses went.
    Read {
        /// The file.
        file: PathBuf,
        /// An extended public key, instead of those of the wallets here.
        #[arg(long, value_name = "XPUB")]
        key: Option<String>,
    },
}

#[derive(Debug, clap::Args)]
pub struct WatchArgs {
    /// A descriptor of one key (BIP-0380), or an extended public key, with or without its origin.
    pub key: String,
    /// Its name.
    #[arg(long)]
    pub name: String,
    /// Its network.
    #[arg(long, value_enum)]
    pub network: NetworkArg,
    /// Its script type, where the key does not say it.
    #[arg(long, value_enum)]
    pub script_type: Option<ScriptTypeArg>,
}
