//! Words about devices that share and where they meet.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Subcommand;

use super::ShowArgs;

#[derive(Debug, Subcommand)]
pub enum DeviceCommand {
    /// The devices, wallets that they share and that are not here, and values that two devices wrote at once.
    List,
    /// Begin to share; this device is the first.
    Start {
        /// What it is called among the others.
        #[arg(long)]
        name: String,
    },
    /// Add a device that is here: it runs `satchel device join`, or scans the code.
    Add {
        /// Write the code into this file instead of showing it.
        #[arg(long, value_name = "FILE")]
        code_to: Option<PathBuf>,
        /// Ask whether it gets the keys that are here as well, so that it signs. Without this it only watches.
        #[arg(long)]
        give_keys: bool,
    },
    /// Give a device that shares already the keys that are here: it runs `satchel device take-keys`.
    GiveKeys {
        /// Write the code into this file instead of showing it.
        #[arg(long, value_name = "FILE")]
        code_to: Option<PathBuf>,
    },
    /// Take the keys that another of the devices gives, by the code that `satchel device give-keys` shows.
    TakeKeys {
        /// Read the code from the first line of this file. Without it the terminal asks.
        #[arg(long, value_name = "FILE")]
        code_file: Option<PathBuf>,
        /// Where the other device is, when its words are typed: an address that it shows.
        #[arg(long, value_name = "IP:PORT")]
        at: Vec<SocketAddr>,
    },
    /// Become one of the devices that share, by the code that `satchel device add` shows.
    Join {
        /// What this device is called among the others.
        #[arg(long)]
        name: String,
        /// Read the code from the first line of this file. Without it the terminal asks.
        #[arg(long, value_name = "FILE")]
        code_file: Option<PathBuf>,
        /// Where the other device is, when its words are typed: an address that it shows.
        #[arg(long, value_name = "IP:PORT")]
        at: Vec<SocketAddr>,
    },
    /// Shut a device out that was lost or given away.
    Remove {
        /// Its id or name.
        device: String,
    },
    /// Move the coins of wallets whose keys a removed device holds: one step further each time.
    Sweep {
        /// Only of this wallet, by its name or id.
        #[arg(long)]
        wallet: Option<String>,
        /// The fee rate in sat/vB; estimated without it.
        #[arg(long)]
        fee_rate: Option<satchel_types::FeeRate>,
        /// What becomes of coins that are locked.
        #[arg(long, value_enum)]
        locked: Option<LockedArg>,
        /// Only say how far it is.
        #[arg(long)]
        status: bool,
        /// Leave the coins where they are, because you erased the device yourself.
        #[arg(long, requires = "wallet", conflicts_with_all = ["fee_rate", "locked", "status"])]
        leave_all: bool,
    },
    /// Make words that bring back what the devices share when all are lost, and show them once.
    RecoveryWords,
    /// Watch a wallet here that another device shares.
    Take {
        /// Its id, or the name that the others gave it.
        wallet: String,
    },
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum LockedArg {
    /// They are moved as well.
    Move,
    /// They stay.
    Leave,
}

#[derive(Debug, Subcommand)]
pub enum BundleCommand {
    /// Leave what is new here, take what others left.
    Sync {
        /// Only at this place, by its id or address.
        #[arg(long)]
        place: Option<String>,
    },
    /// What this device knows of what is shared, in one line that can be compared: two devices of which it is the
    /// same know the same.
    Digest,
    /// Show what this device has as a code, so that another of your devices can show what is missing here. No place and no
    /// network is needed.
    Code {
        #[command(flatten)]
        show: ShowArgs,
    },
    /// Read what another of your devices shows: of what it has, show what it lacks; what it shows of what is missing here, take in.
    Meet {
        /// Pictures (PNG, JPEG) or lines of frames; `-` is standard input.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Each file must be a picture.
        #[arg(long)]
        image: bool,
        #[command(flatten)]
        show: ShowArgs,
    },
    /// Where devices meet.
    #[command(subcommand)]
    Place(PlaceCommand),
    /// Bring back wallets from what lost devices left where they met, with the words of `satchel device
    /// recovery-words`.
    Recover {
        #[command(flatten)]
        from: Box<LeftArgs>,
        /// Read the words from this file. Without it the terminal asks.
        #[arg(long, value_name = "FILE")]
        words_file: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub enum PlaceCommand {
    /// The places, and when a round was last gone through.
    List,
    /// Meet there from now on.
    #[command(subcommand)]
    Add(PlaceArg),
    /// Take another password for a place, which was changed there. The next round says whether it is right.
    Password {
        /// Its id or address.
        place: String,
        /// Read the password from the first line of this file. Without it the terminal asks.
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
    },
    /// Meet there no more. What was left there stays.
    Remove {
        /// Its id or address.
        place: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum PlaceArg {
    /// A folder, such as one that Syncthing or a cloud's program carries along, or a stick.
    Folder {
        /// It must be there.
        path: PathBuf,
    },
    /// A folder on a WebDAV server, such as Nextcloud's.
    Webdav {
        /// Its address.
        url: String,
        #[command(flatten)]
        login: LoginArgs,
    },
    /// A bucket of S3-compatible storage.
    S3 {
        /// The server's address, without the bucket.
        endpoint: String,
        /// The bucket.
        #[arg(long)]
        bucket: String,
        /// What the server calls its region.
        #[arg(long, default_value = "us-east-1")]
        region: String,
        #[command(flatten)]
        login: LoginArgs,
    },
}

/// Where lost devices met.
#[derive(Debug, clap::Args)]
pub struct LeftArgs {
    /// A folder, or anything below which their objects lie.
    #[arg(required_unless_present_any = ["webdav", "s3"], value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// A folder on a WebDAV server, by its address.
    #[arg(long, value_name = "URL", conflicts_with_all = ["folder", "s3"])]
    pub webdav: Option<String>,
    /// S3-compatible storage, by the server's address without the bucket.
    #[arg(
        long,
        value_name = "URL",
        conflicts_with = "folder",
        requires = "bucket"
    )]
    pub s3: Option<String>,
    /// The bucket.
    #[arg(long, requires = "s3")]
    pub bucket: Option<String>,
    /// What the server calls its region.
    #[arg(long, default_value = "us-east-1")]
    pub region: String,
    #[command(flatten)]
    pub login: LoginArgs,
}

#[derive(Debug, clap::Args)]
pub struct LoginArgs {
    /// Who logs in there; the id of the access key.
    #[arg(long)]
    pub user: Option<String>,
    /// Read the password, or the secret of the access key, from the first line of this file.
    /// Without it the terminal asks.
    #[arg(long, value_name = "FILE", requires = "user")]
    pub password_file: Option<PathBuf>,
}
