//! Settings that a shell owns, kept in the vault.

use satchel_ports::ConfirmError;
use satchel_types::{Batch, Write};

use crate::acts::LockLater;
use crate::limits::RESERVED;
use crate::session::{AccessError, App};

/// Key of the folder that backups go to.
pub const BACKUP_FOLDER: &str = "backup_folder";

/// Why it keeps locking as early as before.
#[derive(Debug, thiserror::Error)]
pub enum LockLaterError {
    /// The vault cannot be used.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// No consent.
    #[error(transparent)]
    Confirm(#[from] ConfirmError),
}

impl App {
    /// Asks for consent if locking after `to` minutes without anybody is later than after `from`; 0
    /// is never.
    pub async fn agree_to_lock_later(&self, from: u16, to: u16) -> Result<(), LockLaterError> {
        let later = from != 0 && (to == 0 || to > from);
        if later {
            let open = self.open()?;
            self.consent(&open, LockLater { from, to })
                .await?
                .into_act();
        }
        Ok(())
    }

    /// Returns a setting.
    pub fn setting(&self, key: &str) -> Result<Option<String>, AccessError> {
        Ok(self.open()?.store.setting(key)?)
    }

    /// Sets a setting. What a limit says is not set here.
    pub fn set_setting(&self, key: &str, value: String) -> Result<(), AccessError> {
        debug_assert!(!key.starts_with(RESERVED), "limits are set by `set_limits`");
        if key.starts_with(RESERVED) {
            return Err(AccessError::Stopped);
        }
        let write = Write::PutSetting {
            key: key.to_owned(),
            value,
        };
        Ok(self.open()?.store.apply(&Batch::from(write))?)
    }
}
