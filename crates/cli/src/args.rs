//! The command line's words.

// The fuzz target of the command line takes this file in by its path.
#[path = "args/circle.rs"]
mod circle;
#[path = "args/contact.rs"]
mod contact;
#[path = "args/interop.rs"]
mod interop;
#[path = "args/limit.rs"]
mod limit;
#[path = "args/node.rs"]
mod node;
#[path = "args/qr.rs"]
mod qr;

use std::path::PathBuf;

use clap::{ArgAction, Parser, Subcommand, ValueEnum};
use satchel_types::FeeRate;

pub use circle::{
    BundleCommand, DeviceCommand, LeftArgs, LockedArg, LoginArgs, PlaceArg, PlaceCommand,
};
pub use contact::ContactCommand;
pub use interop::{DescriptorsCommand, LabelsCommand, LabelsFormArg, WatchArgs};
pub use limit::LimitArg;
pub use node::{NodeAddressArg, NodeArgs, NodeCommand, NodeKeyArg, NodeReach};
pub use qr::{DensityArg, FormArg, QrCodeArg, QrCommand, ShowArgs};

/// A self-custody Bitcoin wallet.
///
/// Amounts are whole satoshis, fee rates are sat/vB. With --json every answer is one JSON value on
/// standard output, and an error is {"code","message","retry"} on standard error.
///
/// Exit codes: 0 done, 1 fault, 2 bad input, 3 locked or wrong passphrase, 4 no consent,
/// 5 no such wallet, transaction or draft, 6 cannot be paid, 7 server, 8 rejected by the network,
/// 9 file or disk, 10 home in use.
#[derive(Debug, Parser)]
#[command(name = "satchel", version, max_term_width = 100)]
pub struct Args {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, clap::Args)]
pub struct Global {
    /// The folder that the wallets live in.
    #[arg(long, global = true, env = "SATCHEL_HOME", value_name = "DIR")]
    pub home: Option<PathBuf>,
    /// Answer in JSON.
    #[arg(long, global = true)]
    pub json: bool,
    /// Read the passphrase from the first line of this file. Without it, SATCHEL_PASSPHRASE is
    /// taken, else the terminal asks.
    #[arg(long, global = true, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// Open with the system's keychain (`satchel keychain add`). What uses a key still takes the
    /// passphrase.
    #[arg(long, global = true)]
    pub keychain: bool,
    /// Agree to what would be asked.
    #[arg(long, short = 'y', global = true)]
    pub yes: bool,
    /// The wallet, by id or name, instead of the selected one.
    #[arg(long, short = 'w', global = true, value_name = "WALLET")]
    pub wallet: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make, list, select, restore and describe wallets.
    #[command(subcommand)]
    Wallet(WalletCommand),
    /// Fresh and earlier addresses.
    #[command(subcommand)]
    Address(AddressCommand),
    /// The balance, with its freshness.
    Balance {
        /// Only what this address holds.
        #[arg(long)]
        address: Option<String>,
    },
    /// Transactions, newest first.
    History {
        #[command(flatten)]
        page: PageArgs,
        /// Only txids that start with this, or labels and addresses that contain it.
        #[arg(long)]
        search: Option<String>,
        /// Only one direction.
        #[arg(long, value_enum)]
        direction: Option<DirectionArg>,
    },
    /// Unspent outputs, largest first; lock and unlock them.
    Coins {
        #[command(subcommand)]
        command: Option<CoinCommand>,
        #[command(flatten)]
        page: PageArgs,
        /// Only addresses and labels that contain this.
        #[arg(long)]
        search: Option<String>,
    },
    /// Ask the server what is new, and go a round with each place where devices meet.
    Sync {
        /// Look at every address from the first one on again.
        #[arg(long)]
        full: bool,
        /// Meet other devices nowhere.
        #[arg(long)]
        no_places: bool,
    },
    /// Other devices that share these wallets.
    #[command(subcommand)]
    Device(DeviceCommand),
    /// Where devices meet, and meeting them.
    #[command(subcommand)]
    Bundle(BundleCommand),
    /// What you should hear of until you put it away, such as a payment that was replaced by another
    /// device's.
    Notices {
        #[command(subcommand)]
        command: Option<NoticeCommand>,
        /// Also what was put away.
        #[arg(long)]
        all: bool,
    },
    /// Fee rates that the server estimates.
    Fees,
    /// Pay.
    Send(PayArgs),
    /// Sign a payment without sending it.
    Sign(PayArgs),
    /// Prepare payments without signing.
    #[command(subcommand)]
    Draft(DraftCommand),
    /// Look at a transaction or raise its fee.
    #[command(subcommand)]
    Tx(TxCommand),
    /// Cancel a pending payment (a higher-fee one to this wallet replaces it) or drop a draft.
    Cancel {
        /// The pending payment.
        #[arg(required_unless_present = "draft")]
        txid: Option<String>,
        /// The draft to drop.
        #[arg(long, conflicts_with = "txid")]
        draft: Option<String>,
        /// The fee rate of the replacement, in sat/vB.
        #[arg(long)]
        fee_rate: Option<FeeRate>,
    },
    /// Set or clear a label.
    Label {
        /// What it is on.
        #[arg(value_enum)]
        kind: LabelArg,
        /// Which txid, address or txid:vout.
        target: String,
        /// The label; empty clears it.
        label: String,
    },
    /// Whom you pay, by name.
    #[command(subcommand)]
    Contact(ContactCommand),
    /// Labels to and from other wallets (BIP-0329).
    #[command(subcommand)]
    Labels(LabelsCommand),
    /// Public descriptors for other wallets (BIP-0138).
    #[command(subcommand)]
    Descriptors(DescriptorsCommand),
    /// Codes that cameras read.
    #[command(subcommand)]
    Qr(QrCommand),
    /// Write a wallet with its keys to an encrypted file.
    Export(FileArgs),
    /// Read a wallet file. The same file twice changes nothing.
    Import(FileArgs),
    /// Write all wallets to a new encrypted file in a folder and read it back.
    Backup {
        /// The folder; remembered for the next time.
        #[arg(long, visible_aliases = ["dir", "folder"], value_name = "DIR")]
        to: Option<PathBuf>,
        /// The same as --to.
        #[arg(value_name = "DIR", conflicts_with = "to")]
        folder: Option<PathBuf>,
        /// Read the file's passphrase from here instead of taking the wallet's.
        #[arg(long, value_name = "FILE")]
        file_passphrase_file: Option<PathBuf>,
    },
    /// Read everything that is stored and say whether it is whole, and how it stands with backups.
    Check(CheckArgs),
    /// The passphrase.
    #[command(subcommand)]
    Passphrase(PassphraseCommand),
    /// Open the wallet with the system's keychain.
    #[command(subcommand)]
    Keychain(KeychainCommand),
    /// Which server is asked.
    #[command(subcommand)]
    Backend(BackendCommand),
    /// Somebody's Bitcoin node: its chain, its mempool, its own wallets.
    Node(NodeArgs),
    /// What may leave, with one payment, within 24 hours and without the passphrase. Raising a limit
    /// needs consent.
    Limits {
        /// Satoshis that one payment may take with its fee, or `none`.
        #[arg(long, value_name = "SATS")]
        per_payment: Option<LimitArg>,
        /// Satoshis that may leave within 24 hours, or `none`.
        #[arg(long, value_name = "SATS")]
        per_day: Option<LimitArg>,
        /// Satoshis that one payment may take with its fee when a keychain that checks presence at
        /// every reading proves it in place of the passphrase, or `none`.
        #[arg(long, value_name = "SATS")]
        by_presence: Option<LimitArg>,
    },
}

#[derive(Debug, Subcommand)]
pub enum WalletCommand {
    /// Make a wallet of new recovery words.
    Create {
        #[command(flatten)]
        new: NewWalletArgs,
    },
    /// Bring back wallets from their recovery words.
    ///
    /// The same words make a wallet of each script type. By itself this asks the network's server which
    /// ones were used, and brings those back; the first address of each is shown before.
    Restore {
        /// Its name. Further wallets of the same words are named after it and their script type.
        #[arg(long)]
        name: String,
        /// Its network.
        #[arg(long, value_enum)]
        network: NetworkArg,
        /// Its script type, or `auto`: those that were used, and taproot when none was.
        #[arg(long, value_enum, default_value = "auto")]
        script_type: FindArg,
        /// Read the words from this file instead of the terminal.
        #[arg(long, value_name = "FILE")]
        words_file: Option<PathBuf>,
        /// Read the words' own passphrase (the 25th word) from this file.
        #[arg(long, value_name = "FILE")]
        words_passphrase_file: Option<PathBuf>,
    },
    /// Watch a wallet whose keys are elsewhere, from its descriptor or extended public key.
    Watch(WatchArgs),
    /// List the wallets.
    List,
    /// Make a wallet the selected one.
    Select {
        /// Its id or name.
        wallet: String,
    },
    /// Describe a wallet.
    Info {
        // Named apart, so that `--wallet` is taken as well.
        /// Its id or name.
        #[arg(id = "described", value_name = "WALLET", conflicts_with = "wallet")]
        described: Option<String>,
    },
    /// Rename a wallet.
    Rename {
        /// Its id or name.
        wallet: String,
        /// Its new name.
        name: String,
    },
    /// Show the recovery words on the terminal. Never to a pipe or a file.
    Words,
}

#[derive(Debug, clap::Args)]
pub struct NewWalletArgs {
    /// Its name.
    #[arg(long)]
    pub name: String,
    /// Its network.
    #[arg(long, value_enum)]
    pub network: NetworkArg,
    /// Its script type.
    #[arg(long, value_enum, default_value = "taproot")]
    pub script_type: ScriptTypeArg,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum NetworkArg {
    Bitcoin,
    Testnet,
    Testnet4,
    Signet,
    Regtest,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ScriptTypeArg {
    /// BIP-0086
    Taproot,
    /// BIP-0084
    Segwit,
    /// BIP-0049
    #[value(alias = "nested_segwit")]
    NestedSegwit,
    /// BIP-0044
    Legacy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FindArg {
    /// As the server tells
    Auto,
    /// BIP-0086
    Taproot,
    /// BIP-0084
    Segwit,
    /// BIP-0049
    #[value(alias = "nested_segwit")]
    NestedSegwit,
    /// BIP-0044
    Legacy,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum DirectionArg {
    Incoming,
    Outgoing,
    Internal,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum LabelArg {
    Tx,
    Address,
    Output,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum SideArg {
    Receive,
    Change,
}

#[derive(Debug, Subcommand)]
pub enum AddressCommand {
    /// Hand out an address that was never shown before.
    New {
        /// A label for it.
        #[arg(long)]
        label: Option<String>,
    },
    /// List addresses, newest first.
    List {
        #[command(flatten)]
        page: PageArgs,
        /// Which side.
        #[arg(long, value_enum, default_value = "receive")]
        side: SideArg,
        /// Only unused ones.
        #[arg(long)]
        unused: bool,
    },
}

#[derive(Debug, clap::Args)]
pub struct PageArgs {
    /// Rows: at least 1 and at most 500 are given, whatever is asked for.
    #[arg(long, default_value_t = 50)]
    pub limit: u32,
    /// `next` of the page before.
    #[arg(long)]
    pub after: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum CoinCommand {
    /// Lock a coin, so that no payment takes it.
    Lock {
        /// Which one, as txid:vout.
        outpoint: String,
    },
    /// Unlock a coin.
    Unlock {
        /// Which one, as txid:vout.
        outpoint: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum NoticeCommand {
    /// Put it away.
    Dismiss {
        /// Its id.
        notice: String,
    },
}

#[derive(Debug, clap::Args)]
pub struct PayArgs {
    /// To whom: an address, a bitcoin: link, or the name of a contact. Repeat with --amount for several recipients.
    #[arg(long, action = ArgAction::Append, required_unless_present = "draft")]
    pub to: Vec<String>,
    /// How much, in satoshis, or `all` for everything that is left.
    #[arg(long, action = ArgAction::Append)]
    pub amount: Vec<AmountArg>,
    /// The fee rate in sat/vB; without it the server's estimate for six blocks is taken.
    #[arg(long)]
    pub fee_rate: Option<FeeRate>,
    /// Spend exactly these coins, each as txid:vout.
    #[arg(long = "coin", action = ArgAction::Append)]
    pub coins: Vec<String>,
    /// A label for the payment.
    #[arg(long)]
    pub label: Option<String>,
    /// A draft made before.
    #[arg(long, conflicts_with_all = ["to", "amount", "fee_rate", "coins", "label"])]
    pub draft: Option<String>,
    /// Do not ask the server for news first.
    #[arg(long)]
    pub no_sync: bool,
}

/// Satoshis, or everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmountArg {
    Sats(u64),
    All,
}

impl std::str::FromStr for AmountArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "all" {
            return Ok(Self::All);
        }
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let sats: u64 = digits
            .then(|| text.parse().ok())
            .flatten()
            .ok_or("an amount is a whole number of satoshis, or `all`")?;
        if sats > bitcoin::Amount::MAX_MONEY.to_sat() {
            return Err("more than 21 million BTC".to_owned());
        }
        Ok(Self::Sats(sats))
    }
}

#[derive(Debug, Subcommand)]
pub enum DraftCommand {
    /// Prepare a payment.
    Create(PayArgs),
    /// List drafts that were not sent.
    List,
    /// Show a draft.
    Show {
        /// Its id.
        draft: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum TxCommand {
    /// Where a transaction stands.
    Status {
        /// Its id.
        txid: String,
        /// Do not ask the server for news first.
        #[arg(long)]
        no_sync: bool,
    },
    /// Everything about a transaction.
    Show {
        /// Its id.
        txid: String,
    },
    /// Pay a pending payment again with a higher fee.
    Bump {
        /// The pending payment.
        txid: String,
        /// The new fee rate in sat/vB.
        #[arg(long)]
        fee_rate: FeeRate,
    },
}

#[derive(Debug, clap::Args)]
pub struct FileArgs {
    /// The file.
    #[arg(value_name = "FILE", required_unless_present = "path")]
    pub file: Option<PathBuf>,
    /// The same, as an option.
    #[arg(
        long = "file",
        visible_aliases = ["out", "to", "from", "in", "path", "output"],
        short = 'o',
        value_name = "FILE",
        conflicts_with = "file"
    )]
    pub path: Option<PathBuf>,
    /// Read the file's passphrase from here instead of taking the wallet's.
    #[arg(long, value_name = "FILE")]
    pub file_passphrase_file: Option<PathBuf>,
    /// Overwrite a file that is there.
    #[arg(long)]
    pub force: bool,
}

#[derive(Debug, clap::Args)]
pub struct CheckArgs {
    /// Open the last backup instead, change nothing, and say what it would bring back.
    #[arg(long)]
    pub backup: bool,
    /// This backup rather than the last.
    #[arg(long, value_name = "FILE", requires = "backup")]
    pub file: Option<PathBuf>,
    /// Read the file's passphrase from here instead of taking the wallet's.
    #[arg(long, value_name = "FILE", requires = "backup")]
    pub file_passphrase_file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum PassphraseCommand {
    /// Change it.
    Set {
        /// Read the new passphrase from here. Without it, SATCHEL_NEW_PASSPHRASE is taken, else
        /// the terminal asks.
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub enum KeychainCommand {
    /// Which keychain there is, and whether it opens this wallet.
    Status,
    /// Let it open this wallet. On Linux it does not check who is asking.
    Add,
    /// Stop it.
    Remove,
}

#[derive(Debug, Subcommand)]
pub enum BackendCommand {
    /// Set it.
    Set {
        /// How it is spoken to.
        #[arg(value_enum)]
        kind: BackendKindArg,
        /// Its address, such as http://127.0.0.1:8080/api.
        url: String,
        /// Its network; without it the server is asked.
        #[arg(long, value_enum)]
        network: Option<NetworkArg>,
    },
    /// Show it.
    Show,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum BackendKindArg {
    Esplora,
}
