//! What happened, for whoever listens.

use satchel_types::{Freshness, Notice, WalletId};
use satchel_wallet::WalletEvent;

/// How far a sync is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SyncProgress {
    /// Scripts looked at.
    pub done: u64,
    /// Scripts expected, as far as known by now.
    pub expected: u64,
    /// Transactions found so far.
    pub transactions: u64,
}

/// Something a shell may want to show. Told after it was stored.
#[derive(Debug, Clone)]
pub enum Event {
    /// The vault was opened.
    Unlocked,
    /// The vault was locked; everything known is to be forgotten.
    Locked,
    /// The keychain's door was taken out of the vault, because its item will never open it again.
    DeadDoorRemoved,
    /// Something in the database was changed by anything but this program.
    DatabaseDamaged,
    /// Who shares with this device changed, or what is known of them.
    CircleChanged,
    /// This device looks restored from an older copy, or copied, which is to be told.
    CopySeen,
    /// Something that the owner has to hear of until it is put away.
    Noticed {
        /// What.
        notice: Notice,
    },
    /// What is to be told was put away, or more is known of it.
    NoticesChanged,
    /// This device wrote something for the others, which the next round brings.
    CircleWritten,
    /// The list of wallets or a wallet's particulars changed.
    WalletsChanged,
    /// Contacts changed, or which of their addresses count here.
    ContactsChanged,
    /// How things are shown was changed on another device, or here.
    SettingsChanged,
    /// Something about a wallet's money or its labels changed.
    Changed {
        /// Which wallet.
        wallet: WalletId,
    },
    /// Something happened to a wallet.
    Wallet {
        /// Which wallet.
        wallet: WalletId,
        /// What.
        event: WalletEvent,
    },
    /// A sync goes on.
    Syncing {
        /// Which wallet's.
        wallet: WalletId,
        /// How far.
        progress: SyncProgress,
    },
    /// A sync ended well.
    Synced {
        /// Which wallet's.
        wallet: WalletId,
        /// How fresh the picture is now.
        freshness: Freshness,
    },
}
