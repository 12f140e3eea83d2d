//! Errors about contacts, and their requests.

use satchel_app::contacts::add::{AddContact, AddContactError};
use satchel_app::contacts::address::{KeepAddress, KeepAddressError, Kept, RemoveAddressError};
use satchel_app::contacts::compare::CompareContactError;
use satchel_app::contacts::pay::ChooseContactError;
use satchel_app::contacts::remove::RemoveContactError;
use satchel_app::contacts::rename::RenameContactError;

use super::parse;
use crate::contact::{AddContactRequest, KeepContactAddressRequest};
use crate::{Code, IpcError};

impl TryFrom<AddContactRequest> for AddContact {
    type Error = IpcError;

    fn try_from(req: AddContactRequest) -> Result<Self, IpcError> {
        Ok(Self {
            request: parse::request_id(&req.request_id)?,
            wallet: parse::wallet_id(req.wallet_id.as_deref())?,
            name: parse::contact_name(&req.name)?,
            note: parse::label(req.note.as_deref())?,
            address: req.address,
        })
    }
}

impl TryFrom<KeepContactAddressRequest> for KeepAddress {
    type Error = IpcError;

    fn try_from(req: KeepContactAddressRequest) -> Result<Self, IpcError> {
        let instead_of = req.instead_of.as_deref();
        Ok(Self {
            request: parse::request_id(&req.request_id)?,
            contact: parse::contact_id(&req.contact_id)?,
            instead_of: instead_of.map(parse::contact_address_id).transpose()?,
            wallet: parse::wallet_id(req.wallet_id.as_deref())?,
            address: req.address,
        })
    }
}

impl From<Kept> for IpcError {
    fn from(kept: Kept) -> Self {
        Self::new(Code::ContactKept, kept.to_string())
    }
}

impl From<AddContactError> for IpcError {
    fn from(error: AddContactError) -> Self {
        let text = error.to_string();
        match error {
            AddContactError::Access(error) => error.into(),
            AddContactError::Address(error) => error.into(),
            AddContactError::Kept(kept) => kept.into(),
            AddContactError::Gone => Self::new(Code::UnknownContact, text),
            AddContactError::Confirm(error) => error.into(),
        }
    }
}

impl From<KeepAddressError> for IpcError {
    fn from(error: KeepAddressError) -> Self {
        let text = error.to_string();
        match error {
            KeepAddressError::Access(error) => error.into(),
            KeepAddressError::UnknownContact | KeepAddressError::UnknownAddress => {
                Self::new(Code::UnknownContact, text)
            }
            KeepAddressError::NoName | KeepAddressError::TooMany { .. } => {
                Self::new(Code::BadInput, text)
            }
            KeepAddressError::Address(error) => error.into(),
            KeepAddressError::Kept(kept) => kept.into(),
            KeepAddressError::Confirm(error) => error.into(),
        }
    }
}

impl From<RemoveAddressError> for IpcError {
    fn from(error: RemoveAddressError) -> Self {
        let text = error.to_string();
        match error {
            RemoveAddressError::Access(error) => error.into(),
            RemoveAddressError::UnknownContact | RemoveAddressError::UnknownAddress => {
                Self::new(Code::UnknownContact, text)
            }
        }
    }
}

impl From<CompareContactError> for IpcError {
    fn from(error: CompareContactError) -> Self {
        let text = error.to_string();
        match error {
            CompareContactError::Access(error) => error.into(),
            CompareContactError::UnknownContact | CompareContactError::UnknownAddress => {
                Self::new(Code::UnknownContact, text)
            }
            CompareContactError::NoName => Self::new(Code::BadInput, text),
            CompareContactError::Changed => Self::new(Code::ContactNotCompared, text),
            CompareContactError::Confirm(error) => error.into(),
        }
    }
}

impl From<RenameContactError> for IpcError {
    fn from(error: RenameContactError) -> Self {
        let text = error.to_string();
        match error {
            RenameContactError::Access(error) => error.into(),
            RenameContactError::UnknownContact => Self::new(Code::UnknownContact, text),
        }
    }
}

impl From<RemoveContactError> for IpcError {
    fn from(error: RemoveContactError) -> Self {
        let text = error.to_string();
        match error {
            RemoveContactError::Access(error) => error.into(),
            RemoveContactError::UnknownContact => Self::new(Code::UnknownContact, text),
        }
    }
}

impl From<ChooseContactError> for IpcError {
    fn from(error: ChooseContactError) -> Self {
        let text = error.to_string();
        match error {
            ChooseContactError::Access(error) => error.into(),
            ChooseContactError::UnknownContact | ChooseContactError::UnknownAddress => {
                Self::new(Code::UnknownContact, text)
            }
            ChooseContactError::NotCompared { .. } => Self::new(Code::ContactNotCompared, text),
            ChooseContactError::OtherNetwork { .. } => Self::new(Code::WrongNetwork, text),
            ChooseContactError::SeveralContacts { .. }
            | ChooseContactError::SeveralAddresses { .. } => Self::new(Code::BadInput, text),
        }
    }
}
