//! Errors of sharing between devices.

use satchel_app::conflicts::SettleError;
use satchel_app::found_circle::CircleError;
use satchel_app::meet_by_codes::{MeetError, MeetingError};
use satchel_app::place_password::PlacePasswordError;
use satchel_app::places::AddPlaceError;
use satchel_app::sweep_steps::SweepError;
use satchel_app::sync_circle::SyncCircleError;
use satchel_app::take_wallet::TakeWalletError;
use satchel_app::watch_wallet::WatchWalletError;
use satchel_ports::{BlobError, KeepError, PlaceError};
use satchel_vault::OpenSealedError;

use crate::{Code, IpcError};

impl From<BlobError> for IpcError {
    fn from(error: BlobError) -> Self {
        let text = error.to_string();
        match error {
            BlobError::Unreachable { .. } | BlobError::Busy { .. } => {
                Self::transient(Code::PlaceUnreachable, text)
            }
            BlobError::Untrusted { .. } => Self::new(Code::PlaceUntrusted, text),
            BlobError::Denied { .. } => Self::new(Code::PlaceDenied, text),
            BlobError::Full { .. } => Self::new(Code::PlaceFull, text),
            BlobError::NotFound | BlobError::TooLarge { .. } | BlobError::Nonsense { .. } => {
                Self::new(Code::PlaceBroken, text)
            }
            BlobError::Cancelled => Self::transient(Code::Cancelled, "Cancelled."),
        }
    }
}

impl From<PlaceError> for IpcError {
    fn from(error: PlaceError) -> Self {
        let text = error.to_string();
        match error {
            PlaceError::BadAddress { .. } => Self::new(Code::BadPlace, text),
            PlaceError::Unmarked { .. } | PlaceError::Other { .. } => {
                Self::new(Code::PlaceTaken, text)
            }
            PlaceError::Place(error) => error.into(),
        }
    }
}

impl From<KeepError> for IpcError {
    fn from(error: KeepError) -> Self {
        let text = error.to_string();
        match error {
            KeepError::Full => Self::new(Code::DiskFull, text),
            KeepError::Closed => Self::new(Code::Locked, text),
            KeepError::Gone | KeepError::Io(_) => Self::new(Code::Internal, text),
        }
    }
}

fn sealed(error: OpenSealedError) -> IpcError {
    let code = match error {
        OpenSealedError::TooNew { .. } => Code::TooNew,
        OpenSealedError::Damaged => Code::Damaged,
    };
    IpcError::new(code, error.to_string())
}

const NOT_SHARING: &str = "This device shares with no others yet.";

impl From<CircleError> for IpcError {
    fn from(error: CircleError) -> Self {
        let text = error.to_string();
        match error {
            CircleError::AlreadyIn => Self::new(Code::SharingAlready, text),
            CircleError::NotIn => Self::new(Code::NotSharing, NOT_SHARING),
            CircleError::BadName => Self::new(Code::BadInput, text),
            CircleError::Proof(error) => error.into(),
            CircleError::Access(error) => error.into(),
            CircleError::Confirm(error) => error.into(),
            CircleError::NotTheOwner => Self::new(Code::NotTheOwner, text),
            CircleError::Sealed(error) => sealed(error),
            CircleError::UnknownDevice => Self::new(Code::UnknownDevice, text),
            CircleError::ThisDevice => Self::new(Code::BadInput, text),
            CircleError::NotForUs | CircleError::Object(_) | CircleError::Wrap(_) => {
                Self::new(Code::BadInput, text)
            }
            CircleError::TakeIn(error) => (*error).into(),
            CircleError::Seed(error) => error.into(),
            CircleError::Wallet(error) => (*error).into(),
            CircleError::BadGift | CircleError::Gift(_) => Self::new(Code::PairingFailed, text),
            CircleError::Keys(_) | CircleError::Write(_) => Self::new(Code::Internal, text),
        }
    }
}

impl From<SyncCircleError> for IpcError {
    fn from(error: SyncCircleError) -> Self {
        let text = error.to_string();
        match error {
            SyncCircleError::Access(error) => error.into(),
            SyncCircleError::NotIn => Self::new(Code::NotSharing, NOT_SHARING),
            SyncCircleError::UnknownPlace => Self::new(Code::UnknownPlace, text),
            SyncCircleError::Place(error) => error.into(),
            SyncCircleError::Password(error) => sealed(error),
            SyncCircleError::Keep(error) => error.into(),
        }
    }
}

impl From<MeetError> for IpcError {
    fn from(error: MeetError) -> Self {
        let text = error.to_string();
        match error {
            MeetError::Sync(error) => error.into(),
            MeetError::Keep(error) => error.into(),
            MeetError::Read(MeetingError::NeedsNewer) => Self::new(Code::TooNew, text),
            MeetError::Read(MeetingError::TooLarge { .. } | MeetingError::NotOurs)
            | MeetError::Own => Self::new(Code::BadInput, text),
            MeetError::Read(MeetingError::Damaged) => Self::new(Code::FileDamaged, text),
            MeetError::OtherCircle | MeetError::NotAMember => Self::new(Code::UnknownDevice, text),
        }
    }
}

impl From<PlacePasswordError> for IpcError {
    fn from(error: PlacePasswordError) -> Self {
        let text = error.to_string();
        match error {
            PlacePasswordError::Access(error) => error.into(),
            PlacePasswordError::NotIn => Self::new(Code::NotSharing, NOT_SHARING),
            PlacePasswordError::UnknownPlace => Self::new(Code::UnknownPlace, text),
            PlacePasswordError::NoLogin => Self::new(Code::BadPlace, text),
        }
    }
}

impl From<AddPlaceError> for IpcError {
    fn from(error: AddPlaceError) -> Self {
        let text = error.to_string();
        match error {
            AddPlaceError::Access(error) => error.into(),
            AddPlaceError::NotIn => Self::new(Code::NotSharing, NOT_SHARING),
            AddPlaceError::AlreadyThere => Self::new(Code::PlaceTaken, text),
            AddPlaceError::Confirm(error) => error.into(),
            AddPlaceError::Place(error) => error.into(),
            AddPlaceError::LanDenied => Self::new(Code::LanDenied, text),
        }
    }
}

impl From<WatchWalletError> for IpcError {
    fn from(error: WatchWalletError) -> Self {
        let text = error.to_string();
        match error {
            WatchWalletError::Access(error) => error.into(),
            WatchWalletError::WrongNetwork { .. } => Self::new(Code::WrongNetwork, text),
            WatchWalletError::NoKind
            | WatchWalletError::AlreadyHere { .. }
            | WatchWalletError::Descriptors(_) => Self::new(Code::BadInput, text),
            WatchWalletError::Confirm(error) => error.into(),
        }
    }
}

impl From<TakeWalletError> for IpcError {
    fn from(error: TakeWalletError) -> Self {
        let text = error.to_string();
        match error {
            TakeWalletError::Access(error) => error.into(),
            TakeWalletError::NotOffered => Self::new(Code::UnknownWallet, text),
            TakeWalletError::AlreadyHere | TakeWalletError::Descriptors(_) => {
                Self::new(Code::BadInput, text)
            }
            TakeWalletError::Confirm(error) => error.into(),
        }
    }
}

impl From<SettleError> for IpcError {
    fn from(error: SettleError) -> Self {
        let text = error.to_string();
        match error {
            SettleError::Access(error) => error.into(),
            SettleError::NotIn => Self::new(Code::NotSharing, NOT_SHARING),
            SettleError::Settled => Self::new(Code::BadInput, text),
        }
    }
}

impl From<SweepError> for IpcError {
    fn from(error: SweepError) -> Self {
        let text = error.to_string();
        match error {
            SweepError::Access(error) => error.into(),
            SweepError::NotDue => Self::new(Code::SweepNotDue, text),
            SweepError::Elsewhere => Self::new(Code::WatchOnly, text),
            SweepError::NotYet(_) => Self::new(Code::SweepNotYet, text),
            SweepError::LockedCoins(_) => Self::new(Code::LockedCoins, text),
            SweepError::NotWorthIt { .. } => Self::new(Code::NotWorthMoving, text),
            SweepError::Create(error) => error.into(),
            SweepError::Draft(error) => error.into(),
            SweepError::Lock(error) => error.into(),
            SweepError::Confirm(error) => error.into(),
        }
    }
}
