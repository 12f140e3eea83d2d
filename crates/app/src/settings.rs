//! Settings that a shell owns, kept in the vault.

use satchel_types::{Batch, Write};

use crate::session::{AccessError, App};

/// Key of the folder that backups go to.
pub const BACKUP_FOLDER: &str = "backup_folder";

impl App {
    /// Returns a setting.
    pub fn setting(&self, key: &str) -> Result<Option<String>, AccessError> {
        Ok(self.open()?.store.setting(key)?)
    }

    /// Sets a setting.
    pub fn set_setting(&self, key: &str, value: String) -> Result<(), AccessError> {
        let write = Write::PutSetting {
            key: key.to_owned(),
            value,
        };
        Ok(self.open()?.store.apply(&Batch::from(write))?)
    }
}
