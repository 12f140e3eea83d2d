//! Errors as the page and scripts see them.

use serde::{Deserialize, Serialize};
use specta::Type;

/// What the page and scripts branch on. The text beside it is for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The wallet is locked.
    Locked,
    /// There is no vault yet.
    NoVault,
    /// There is a vault already.
    VaultExists,
    /// The passphrase is not the right one.
    WrongPassphrase,
    /// The passphrase is too short or too long.
    UnfitPassphrase,
    /// Too many wrong passphrases; wait.
    TooManyAttempts,
    /// The keychain is locked; the passphrase opens the wallet.
    KeychainLocked,
    /// The keychain has no key to this wallet; the passphrase opens it.
    KeychainNotFound,
    /// The keychain's key will never open this wallet again; the passphrase does.
    KeychainInvalidated,
    /// The person or the system refused; the passphrase opens the wallet.
    KeychainDenied,
    /// There is no keychain that answers; the passphrase opens the wallet.
    KeychainUnavailable,
    /// The keychain was not set up to open this wallet.
    KeychainNotSetUp,
    /// Another process uses this home.
    HomeInUse,
    /// A file of this wallet is damaged.
    Damaged,
    /// A newer version wrote this file.
    TooNew,
    /// The disk is full.
    DiskFull,
    /// A file or folder cannot be read or written.
    Io,
    /// There is no such wallet.
    UnknownWallet,
    /// No wallet is selected.
    NoWallet,
    /// Something in the request is not valid; the text says what.
    BadInput,
    /// The text is no address.
    BadAddress,
    /// The address is for another network.
    WrongNetwork,
    /// The wallet has too little.
    NotEnough,
    /// The amount is too small to be relayed.
    Dust,
    /// The fee rate is too low.
    FeeTooLow,
    /// The fee rate is too high.
    FeeTooHigh,
    /// There is no such transaction.
    UnknownTransaction,
    /// There is no such draft.
    UnknownDraft,
    /// The draft was already sent or its coins are gone.
    DraftSpent,
    /// Another payment has or wants a coin of this one; only one of the two can be paid.
    PaymentConflict,
    /// The payment cannot be replaced any more.
    NotReplaceable,
    /// The coins of this wallet need not be moved.
    SweepNotDue,
    /// Another step of moving the coins comes first.
    SweepNotYet,
    /// Some coins are locked, and their owner did not say whether they are moved.
    LockedCoins,
    /// Every coin is worth less than moving it costs.
    NotWorthMoving,
    /// This wallet can only watch.
    WatchOnly,
    /// The owner said no.
    Declined,
    /// Another question is open.
    ConfirmBusy,
    /// Several questions were answered with no; wait.
    AskedTooOften,
    /// Too much time passed since it was asked, or agreed to; look again.
    AskedTooLongAgo,
    /// More would leave than the owner's limits allow.
    OverLimit,
    /// There is nobody to ask for consent.
    NoConfirm,
    /// No server is set for this network.
    NoBackend,
    /// The server does not answer.
    Unreachable,
    /// The proxy to the node does not answer.
    NodeNoProxy,
    /// The node removed a block to save room, and has its header alone.
    NodeBlockRemoved,
    /// The server gave an answer that cannot be right.
    BadAnswer,
    /// The server serves another network.
    BackendNetwork,
    /// The address of the server cannot be used.
    BadBackend,
    /// The network refused the transaction.
    Rejected,
    /// Cancelled.
    Cancelled,
    /// The words are not valid.
    BadWords,
    /// There is no such file.
    FileNotFound,
    /// A file of that name is there already.
    FileExists,
    /// It is no wallet file.
    NotAWalletFile,
    /// The wallet file is damaged.
    FileDamaged,
    /// It is no file of labels.
    NotALabelFile,
    /// It is no descriptor backup.
    NotADescriptorBackup,
    /// The key does not open the file.
    WrongKey,
    /// This device shares with no others yet.
    NotSharing,
    /// This device shares with others already.
    SharingAlready,
    /// Only a device that holds the owner's key can do this.
    NotTheOwner,
    /// No device answers to the code.
    PairingUnreachable,
    /// The system may not let this program into the local network.
    LanDenied,
    /// The code is too old or was used.
    PairingOver,
    /// The two devices did not come together; nothing was added.
    PairingFailed,
    /// The new device was added and did not say that it is ready.
    DeviceUnready,
    /// The device was given keys and did not say that it kept them.
    KeysUnheard,
    /// No such device belongs.
    UnknownDevice,
    /// There is no such contact, or it has no such address.
    UnknownContact,
    /// This address of a contact came from elsewhere and was not compared on this device.
    ContactNotCompared,
    /// The address is kept for a contact already.
    ContactKept,
    /// There is no such notice.
    UnknownNotice,
    /// This device goes to no such place.
    UnknownPlace,
    /// The place's address cannot be used.
    BadPlace,
    /// The place is in use already, or by others.
    PlaceTaken,
    /// The place does not answer.
    PlaceUnreachable,
    /// The place's certificate is not known or not valid.
    PlaceUntrusted,
    /// The place refuses access.
    PlaceDenied,
    /// Nothing that devices left lies there.
    NothingLeft,
    /// Devices of several owners left something there.
    SeveralCircles,
    /// The place is full.
    PlaceFull,
    /// The place gave an answer that cannot be right.
    PlaceBroken,
    /// It is too much to be said to the other devices, so that it is not done here either.
    TooLargeToShare,
    /// The devices share as much as they can.
    SharedFull,
    /// The node does not let this program in.
    NodeUnauthorized,
    /// The node's cookie file cannot be read.
    NodeNoCookie,
    /// The node has too much to do; ask again.
    NodeBusy,
    /// The node said no; the text has its number and its words.
    NodeRefused,
    /// The node has no such block, transaction or address.
    NodeNotFound,
    /// The node has no such wallet, or several and none was named.
    NodeNoWallet,
    /// The node is on another network than before.
    NodeOtherChain,
    /// This is not done on this network.
    NotOnThisNetwork,
    /// The node has no index for this.
    NodeNoIndex,
    /// A fault in this program; nothing was changed.
    Internal,
}

/// An error, typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct IpcError {
    /// What to branch on.
    pub code: Code,
    /// What happened, for people.
    pub message: String,
    /// Whether the same request may succeed later as it is.
    pub retry: bool,
}

impl IpcError {
    /// Makes an error that trying again does not mend.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            retry: false,
        }
    }

    /// Makes an error that may pass by itself.
    pub fn transient(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            retry: true,
        }
    }
}

impl std::fmt::Display for IpcError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for IpcError {}
