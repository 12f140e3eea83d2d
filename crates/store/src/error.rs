//! What SQLite says, in the words of the ports.

use rusqlite::{Error, ErrorCode, ffi};
use satchel_ports::{OpenStoreError, StoreError};

/// Why a query failed inside this room.
#[derive(Debug)]
pub(crate) enum Fault {
    /// SQLite or a conversion of one of its columns.
    Sqlite(Error),
    /// A wallet that is not there.
    UnknownWallet,
    /// A cursor of another list, or none at all.
    BadCursor,
    /// A stored value that no write of this room makes.
    Damaged(&'static str),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::UnknownWallet => Self::UnknownWallet,
            Fault::BadCursor => Self::BadCursor,
            Fault::Damaged(what) => Self::Damaged { what },
            Fault::Sqlite(error) => match error {
                Error::FromSqlConversionFailure(..)
                | Error::IntegralValueOutOfRange(..)
                | Error::InvalidColumnType(..)
                | Error::Utf8Error(..) => Self::Damaged { what: "column" },
                error if is_full(&error) => Self::DiskFull,
                error => match error.sqlite_error_code() {
                    Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                        Self::Damaged { what: "page" }
                    }
                    // Only `close` interrupts.
                    Some(ErrorCode::OperationInterrupted) => Self::Closed,
                    _ => Self::Io(Box::new(error)),
                },
            },
        }
    }
}

/// Says why a database does not open.
pub(crate) fn open_fault(error: Error) -> OpenStoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => OpenStoreError::WrongKey,
        Some(ErrorCode::DatabaseCorrupt) => OpenStoreError::Damaged,
        _ => OpenStoreError::Io(Box::new(error)),
    }
}

fn is_full(error: &Error) -> bool {
    match error {
        Error::SqliteFailure(failure, _) => {
            failure.code == ErrorCode::DiskFull
                // The write-ahead index could not grow, which is the same to people.
                || failure.extended_code == ffi::SQLITE_IOERR_SHMSIZE
        }
        _ => false,
    }
}
