//! Errors of files that other wallets read and write.

use satchel_app::descriptor_backup::{ReadDescriptorsError, WriteDescriptorsError};
use satchel_app::labels_file::TakeLabelsError;
use satchel_app::plain_file::WritePlainError;

use crate::{Code, IpcError};

impl From<WritePlainError> for IpcError {
    fn from(error: WritePlainError) -> Self {
        match error {
            WritePlainError::Access(error) => error.into(),
            WritePlainError::Confirm(error) => error.into(),
            WritePlainError::File(error) => error.into(),
        }
    }
}

impl From<TakeLabelsError> for IpcError {
    fn from(error: TakeLabelsError) -> Self {
        match error {
            TakeLabelsError::Access(error) => error.into(),
            TakeLabelsError::File(error) => error.into(),
            TakeLabelsError::Read(error) => Self::new(Code::NotALabelFile, error.to_string()),
        }
    }
}

impl From<WriteDescriptorsError> for IpcError {
    fn from(error: WriteDescriptorsError) -> Self {
        match error {
            WriteDescriptorsError::Access(error) => error.into(),
            WriteDescriptorsError::Confirm(error) => error.into(),
            WriteDescriptorsError::Seal(error) => Self::new(Code::Internal, error.to_string()),
            WriteDescriptorsError::File(error) => error.into(),
        }
    }
}

impl From<ReadDescriptorsError> for IpcError {
    fn from(error: ReadDescriptorsError) -> Self {
        use satchel_app::descriptor_backup::OpenDescriptorsError as E;
        match error {
            ReadDescriptorsError::Access(error) => error.into(),
            ReadDescriptorsError::File(error) => error.into(),
            ReadDescriptorsError::Open(error) => {
                let text = error.to_string();
                match error {
                    E::WrongKey => Self::new(Code::WrongKey, text),
                    E::NoKey => Self::new(Code::BadInput, text),
                    E::TooLarge | E::NoBackup | E::NoDescriptors => {
                        Self::new(Code::NotADescriptorBackup, text)
                    }
                }
            }
        }
    }
}
