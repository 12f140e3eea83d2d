//! The keychain's answers and errors.

use satchel_app::enrol_keychain::EnrolKeychainError;
use satchel_app::keychain_status::{KeychainStatus as CoreStatus, KeychainStatusError};
use satchel_app::remove_keychain::{DoorShut, RemoveKeychainError};
use satchel_app::unlock::UnlockError;
use satchel_app::unlock_by_keychain::UnlockByKeychainError;
use satchel_ports::{KeychainError, Presence as CorePresence};
use satchel_vault::ChangeSlotError;

use crate::keychain::{KeychainRemoved, KeychainStatus, Presence};
use crate::{Code, IpcError};

const ENTER: &str = "Enter your passphrase.";

fn code(error: KeychainError) -> Code {
    match error {
        KeychainError::Locked => Code::KeychainLocked,
        KeychainError::NotFound => Code::KeychainNotFound,
        KeychainError::Invalidated => Code::KeychainInvalidated,
        KeychainError::Denied => Code::KeychainDenied,
        KeychainError::Unavailable => Code::KeychainUnavailable,
    }
}

impl From<KeychainError> for IpcError {
    fn from(error: KeychainError) -> Self {
        let what = match error {
            KeychainError::Locked => "The keychain is locked.",
            KeychainError::NotFound => "The keychain has no key to this wallet.",
            KeychainError::Invalidated => {
                "The keychain's key to this wallet is not valid any more."
            }
            KeychainError::Denied => "The keychain did not give the key.",
            KeychainError::Unavailable => "There is no keychain that answers.",
        };
        let code = code(error);
        match error {
            KeychainError::NotFound | KeychainError::Invalidated => Self::new(code, what),
            KeychainError::Locked | KeychainError::Denied | KeychainError::Unavailable => {
                Self::transient(code, what)
            }
        }
    }
}

impl From<UnlockByKeychainError> for IpcError {
    fn from(error: UnlockByKeychainError) -> Self {
        match error {
            UnlockByKeychainError::NoVault => UnlockError::NoVault.into(),
            UnlockByKeychainError::NotSetUp => Self::new(
                Code::KeychainNotSetUp,
                "The keychain was not set up to open this wallet.",
            ),
            UnlockByKeychainError::Keychain(error) => {
                let mut said = Self::from(error);
                said.message = format!("{} {ENTER}", said.message);
                said
            }
            UnlockByKeychainError::Vault(error) => UnlockError::Vault(error).into(),
            UnlockByKeychainError::File(error) => error.into(),
            UnlockByKeychainError::Database(error) => error.into(),
            UnlockByKeychainError::Access(error) => error.into(),
        }
    }
}

impl From<EnrolKeychainError> for IpcError {
    fn from(error: EnrolKeychainError) -> Self {
        match error {
            EnrolKeychainError::Access(error) => error.into(),
            EnrolKeychainError::Confirm(error) => error.into(),
            EnrolKeychainError::Prove(error) => error.into(),
            EnrolKeychainError::Keychain(error) => error.into(),
            EnrolKeychainError::Vault(error) => UnlockError::Vault(error).into(),
            EnrolKeychainError::Seal(error) => slot(error),
            EnrolKeychainError::File(error) => error.into(),
        }
    }
}

impl From<RemoveKeychainError> for IpcError {
    fn from(error: RemoveKeychainError) -> Self {
        match error {
            RemoveKeychainError::Access(error) => error.into(),
            RemoveKeychainError::Confirm(error) => error.into(),
            RemoveKeychainError::Prove(error) => error.into(),
            RemoveKeychainError::Vault(error) => UnlockError::Vault(error).into(),
            RemoveKeychainError::Seal(error) => slot(error),
            RemoveKeychainError::File(error) => error.into(),
        }
    }
}

fn slot<E: std::error::Error + 'static>(error: ChangeSlotError<E>) -> IpcError {
    let text = error.to_string();
    match error {
        ChangeSlotError::Read(error) => UnlockError::Vault(error).into(),
        ChangeSlotError::WrongKey => IpcError::new(Code::Damaged, text),
        ChangeSlotError::Full => IpcError::new(Code::Internal, text),
        ChangeSlotError::Entropy(_) => IpcError::transient(Code::Internal, text),
    }
}

impl From<KeychainStatusError> for IpcError {
    fn from(error: KeychainStatusError) -> Self {
        match error {
            KeychainStatusError::File(error) => error.into(),
            KeychainStatusError::Vault(error) => UnlockError::Vault(error).into(),
        }
    }
}

impl From<CoreStatus> for KeychainStatus {
    fn from(status: CoreStatus) -> Self {
        Self {
            name: status.traits.name.to_owned(),
            presence: match status.traits.presence {
                CorePresence::EveryRead => Presence::EveryRead,
                CorePresence::Session => Presence::Session,
                CorePresence::None => Presence::None,
            },
            set_up: status.set_up,
            fault: status.ready.err().map(code),
            // Whoever can ask the system says so.
            sensor: None,
        }
    }
}

impl From<DoorShut> for KeychainRemoved {
    fn from(shut: DoorShut) -> Self {
        Self {
            item_left: shut.item_left,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_has_a_code_of_its_own_and_leads_to_the_passphrase() {
        let all = [
            KeychainError::Locked,
            KeychainError::NotFound,
            KeychainError::Invalidated,
            KeychainError::Denied,
            KeychainError::Unavailable,
        ];
        let said: Vec<IpcError> = all
            .into_iter()
            .map(|error| UnlockByKeychainError::Keychain(error).into())
            .collect();
        for (i, error) in said.iter().enumerate() {
            assert!(error.message.ends_with(ENTER), "{error}");
            assert!(said[i + 1..].iter().all(|other| other.code != error.code));
        }
    }
}
