//! The words every room shares.
//!
//! Ids, rows of the read models, what is asked of a chain and what it answers, drafts. Values
//! only: no IO, no clock, no serde. What crosses an edge has a twin in `wire`; what is stored has
//! a form of its own in `store`.

pub mod address;
pub mod attempts;
pub mod backend;
pub mod balance;
pub mod batch;
pub mod blob_name;
pub mod chain;
pub mod circle;
pub mod coin;
pub mod contact;
pub mod draft;
pub mod fee;
pub mod hand_out;
pub mod history;
pub mod id;
pub mod label;
pub mod local_network;
pub mod notice;
pub mod page;
pub mod place;
pub mod script_type;
pub mod text;
pub mod time;
pub mod wallet;

pub use address::{AddressQuery, AddressRow};
pub use attempts::Attempts;
pub use backend::{Backend, BackendKind};
pub use balance::{Balance, Freshness};
pub use batch::{Batch, Write};
pub use blob_name::{BlobName, BlobNameError, MAX_BLOB_NAME, ShortHash};
pub use chain::{
    BlockRef, ChainSide, FeeEstimates, ScanBatch, ScanEnd, ScanRequest, ScannedTx, SideScan, TxSeen,
};
pub use circle::CircleRecord;
pub use coin::{CoinQuery, CoinRow, CoinState};
pub use contact::{
    Compared, ContactAddressId, ContactAddressIdError, ContactAddressRow, ContactName,
    ContactNameError, ContactQuery, ContactRow, Payee,
};
pub use draft::{Draft, DraftPurpose, DraftState, PaymentFate, Recipient};
pub use fee::{FeeRate, FeeRateError};
pub use hand_out::{HandOut, Lease};
pub use history::{Direction, HistoryQuery, TxRow, TxState};
pub use id::{
    CircleId, ContactId, DeviceId, DraftId, IdError, NodeKeyId, NoticeId, PlaceId, RequestId,
    SlotId, StreamId, VaultId, WalletId,
};
pub use label::{Label, LabelError, LabelTarget};
pub use local_network::is_in_local_network;
pub use notice::{Notice, NoticeKind};
pub use page::{Page, PageSize};
pub use place::{PlaceAddress, PlaceRecord};
pub use script_type::ScriptType;
pub use time::Timestamp;
pub use wallet::{
    Origin, PublicDescriptors, WalletName, WalletNameError, WalletRecord, is_disguise,
};
