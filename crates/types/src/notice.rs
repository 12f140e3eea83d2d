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
}

/// Something that its owner has to be told and can put away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its id: the same each time that the same is found.
    pub id: NoticeId,
    /// Which wallet it is about.
    pub wallet: WalletId,
    /// What happened.
    pub kind: NoticeKind,
    /// When it was found here.
    pub at: Timestamp,
    /// When its owner put it away.
    pub dismissed_at: Option<Timestamp>,
}
