//! What the owner has to hear of until it is put away.

use bitcoin::Txid;

use crate::{DeviceId, NoticeId, Timestamp, WalletId};

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoticeKind {
    /// A payment that a device of this circle had sent lost a coin to another transaction: whoever it was
    /// for is not paid by it.
    PaymentReplaced {
        /// The id of its unsigned transaction, by which devices know it. That of the transaction, unless
        /// its inputs have scripts.
        payment: Txid,
        /// Which device sent it; `None`: not known.
        sent_by: Option<DeviceId>,
        /// To whom it was, by label or address, if that is known here.
        to: Option<String>,
        /// The transaction that took the coin.
        by: Txid,
        /// Which device sent that one; `None`: none that is known.
        by_device: Option<DeviceId>,
    },
    /// This device and another showed the same address to somebody.
    AddressTwice {
        /// The address.
        address: String,
        /// Index of its key on the receive side.
        index: u32,
        /// Which other device.
        other: DeviceId,
    },
    /// What was brought back is older than the wallet: the chain shows payments to addresses that it does not
    /// know of. Labels, locks and payments since then are missing.
    BundleOlder {
        /// How many addresses were paid to that it does not know of.
        unknown: u32,
    },
    /// A device was added to the circle.
    DeviceAdded {
        /// Which.
        device: DeviceId,
        /// Which device added it, as that one says; `None`: none said so.
        by: Option<DeviceId>,
    },
}

/// Something that its owner has to be told and can put away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its id: the same each time that the same is found.
    pub id: NoticeId,
    /// Which wallet it is about; `None`: all of them.
    pub wallet: Option<WalletId>,
    /// What happened.
    pub kind: NoticeKind,
    /// When it was found here.
    pub at: Timestamp,
    /// When its owner put it away.
    pub dismissed_at: Option<Timestamp>,
}
