//! What Rust tells the page without being asked, after `cmd_frontend_ready`.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::Sats;
use crate::notice::NoticeKind;
use crate::place::{PlaceState, RoundStep};
use crate::session::{SyncProgress, SyncReport};
use crate::tags::Tag;

/// An event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum AppEvent {
    /// Cached answers went stale.
    Stale {
        /// Which ones.
        tags: Vec<Tag>,
    },
    /// The wallet was locked: forget everything.
    Locked,
    /// The wallet was unlocked.
    Unlocked,
    /// The keychain does not open the wallet any more: its key was not valid, so the door was
    /// removed.
    KeychainDropped,
    /// Something in the database was changed by anything but this program: back up what can be read.
    DatabaseDamaged,
    /// A payment link was opened: `cmd_get_link` returns it.
    LinkWaiting,
    /// The console's window closed, whoever closed it: on a phone its place is left.
    ConsoleClosed,
    /// A sync goes on.
    Syncing {
        /// How far it is.
        progress: SyncProgress,
    },
    /// A sync ended well.
    Synced {
        /// How.
        report: SyncReport,
    },
    /// A sync failed.
    SyncFailed {
        /// Whose.
        wallet_id: String,
        /// Why.
        error: crate::IpcError,
    },
    /// A round with a place goes on.
    PlaceRound {
        /// Which place's.
        place_id: String,
        /// What it does.
        step: RoundStep,
        /// Objects that are done.
        done: u32,
        /// Objects in all; 0: not known yet.
        of: u32,
    },
    /// A round with a place ended: how this device stands there now.
    PlaceMet {
        /// The place.
        place: PlaceState,
    },
    /// A copy of this device goes on somewhere, or this device was restored from an older copy.
    DeviceCopied,
    /// There is something that the owner has to hear of until it is put away.
    Noticed {
        /// What happened.
        what: NoticeKind,
        /// In which wallet; none: it is about all of them.
        wallet_id: Option<String>,
        /// What replaced a payment.
        replaced_by: Option<String>,
    },
    /// A payment came in.
    Received {
        /// Whose.
        wallet_id: String,
        /// Which transaction.
        txid: String,
        /// How much.
        amount: Sats,
        /// Whether it is in a block already.
        confirmed: bool,
    },
    /// A payment got into a block.
    Confirmed {
        /// Whose.
        wallet_id: String,
        /// Which transaction.
        txid: String,
        /// The block's height.
        height: u32,
    },
    /// A payment was replaced by another.
    Replaced {
        /// Whose.
        wallet_id: String,
        /// Which transaction.
        txid: String,
        /// By which one.
        by: String,
    },
}
