//! A change of stored state as a value: written whole or not at all.

use bitcoin::{Network, OutPoint, Txid};

use crate::{
    AddressRow, Backend, Balance, BlobName, CircleRecord, CoinRow, ContactAddressId, ContactId,
    ContactName, Draft, DraftId, Freshness, HandOut, Label, LabelTarget, Lease, Notice, NoticeId,
    PaymentFate, PlaceId, PlaceRecord, RequestId, Timestamp, TxRow, WalletId, WalletName,
    WalletRecord,
};

/// One write. Every write can be repeated without changing the outcome.
#[derive(Debug, Clone)]
pub enum Write {
    /// Adds a wallet, its engine state and its sealed seed.
    InsertWallet {
        /// The record.
        record: Box<WalletRecord>,
        /// The recovery words' entropy, sealed under the seed key; `None`: watch-only.
        sealed_seed: Option<Vec<u8>>,
    },
    /// Gives a wallet that only watched its sealed seed. One that has a seed keeps its own.
    PutSeed(WalletId, Vec<u8>),
    /// Renames a wallet.
    RenameWallet(WalletId, WalletName),
    /// Notes that the owner proved to have the words.
    WordsProven(WalletId, Timestamp),
    /// Notes that a backup was written and read back.
    BackedUp(WalletId, Timestamp),
    /// Removes a wallet and all that belongs to it.
    RemoveWallet(WalletId),
    /// Appends opaque engine state. Never empty.
    AppendChanges(WalletId, Vec<u8>),
    /// Adds or replaces a history row.
    PutTx(WalletId, Box<TxRow>),
    /// Removes a history row.
    RemoveTx(WalletId, Txid),
    /// Adds or replaces a coin.
    PutCoin(WalletId, Box<CoinRow>),
    /// Removes a coin.
    RemoveCoin(WalletId, OutPoint),
    /// Adds or replaces an address.
    PutAddress(WalletId, Box<AddressRow>),
    /// Sets the balance.
    PutBalance(WalletId, Balance),
    /// Sets how fresh the picture is.
    PutFreshness(WalletId, Freshness),
    /// Sets or clears a label.
    PutLabel(WalletId, LabelTarget, Option<Label>),
    /// Locks or unlocks a coin. A lock outlives the coin, since a reorg may bring it back.
    PutCoinLock(WalletId, OutPoint, bool),
    /// Adds or replaces a draft.
    PutDraft(Box<Draft>),
    /// Removes a draft.
    RemoveDraft(DraftId),
    /// Notes what a request led to, so that it acts once. The text is the outcome's id.
    PutRequest {
        /// The request.
        id: RequestId,
        /// What it led to.
        outcome: String,
        /// When.
        at: Timestamp,
    },
    /// Forgets requests that acted and drafts that were sent before a moment, in every wallet.
    ForgetBefore(Timestamp),
    /// Sets the backend of its network.
    PutBackend(Backend),
    /// Removes the backend of a network.
    RemoveBackend(Network),
    /// Makes a wallet the selected one.
    SelectWallet(WalletId),
    /// Sets this device's place in its circle.
    PutCircle(Box<CircleRecord>),
    /// Leaves the circle: its record, its objects and what is known of places are gone.
    LeaveCircle,
    /// Keeps an object of the circle. What is there under its name is replaced: it has the same
    /// bytes, or damaged ones.
    KeepObject(BlobName, Vec<u8>),
    /// Notes which objects a place holds, and which it holds no more. Places are named by whoever
    /// asks, always alike.
    MarkObjects {
        /// Which place.
        place: String,
        /// Seen there, whole.
        seen: Vec<BlobName>,
        /// Not there any more.
        lost: Vec<BlobName>,
    },
    /// Adds or replaces a place where the circle's devices meet.
    PutPlace(Box<PlaceRecord>),
    /// Notes what a round with a place found; the rest of its record stays as it is. A place that was forgotten stays
    /// forgotten.
    NotePlace {
        /// Which place.
        id: PlaceId,
        /// When a round was gone through to its end; `None`: it was not.
        round_at: Option<Timestamp>,
        /// How many objects it lost; `None`: as before.
        lost: Option<u32>,
    },
    /// Sets the sealed password of a place where somebody logs in. A place that was forgotten stays forgotten.
    PutPlacePassword(PlaceId, Vec<u8>),
    /// Forgets a place, and what it was seen to hold.
    RemovePlace(PlaceId),
    /// Keeps the coins of a payment that another device works on until a moment of this device's clock;
    /// never for a shorter time than before. Payments are named by their unsigned transactions.
    Reserve(WalletId, Txid, Timestamp),
    /// Notes that a payment of the circle is decided: nothing is kept for it any more.
    DecidePayment(WalletId, Txid, PaymentFate),
    /// Notes an address that was handed out here.
    HandOut(WalletId, HandOut),
    /// Notes an address that this device asked for, or has. Replaces what was known of it.
    PutLease(WalletId, Lease),
    /// Adds something that its owner has to be told. What was put away stays so.
    PutNotice(Box<Notice>),
    /// Puts it away.
    DismissNotice(NoticeId, Timestamp),
    /// Sets or clears a contact's name.
    PutContactName {
        /// Whose.
        contact: ContactId,
        /// The name; `None`: none.
        name: Option<ContactName>,
        /// Whether it was given on this device: then what counts here goes on counting under it. A name that another device
        /// gave would lend somebody's address to somebody else.
        here: bool,
    },
    /// Sets or clears the note on a contact.
    PutContactNote(ContactId, Option<Label>),
    /// Sets or removes an address of a contact. What was compared stays as it was compared.
    PutContactAddress(ContactId, ContactAddressId, Option<String>),
    /// Takes a contact away, with all that was kept of it.
    RemoveContact(ContactId),
    /// Notes that its owner agreed on this device that an address is a contact's. Never shared.
    CompareContactAddress {
        /// Whose.
        contact: ContactId,
        /// Which of its addresses.
        id: ContactAddressId,
        /// The address, as the question said.
        address: String,
        /// The contact's name, as the question said.
        name: ContactName,
    },
    /// Sets a setting by its key.
    PutSetting {
        /// Which one.
        key: String,
        /// Its value, as the setting's owner encodes it.
        value: String,
    },
}

/// Writes that belong together: all of them survive, or none.
#[derive(Debug, Clone, Default)]
#[must_use = "a batch changes nothing until a store applied it"]
pub struct Batch {
    /// The writes, in order.
    pub writes: Vec<Write>,
}

impl Batch {
    /// Makes an empty batch.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a write.
    pub fn push(&mut self, write: Write) {
        self.writes.push(write);
    }

    /// Adds another batch's writes after these.
    pub fn extend(&mut self, other: Self) {
        self.writes.extend(other.writes);
    }

    /// Returns whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }
}

impl From<Write> for Batch {
    fn from(write: Write) -> Self {
        Self {
            writes: vec![write],
        }
    }
}
