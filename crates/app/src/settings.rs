//! Settings that a shell owns, kept in the vault.

use satchel_ports::{Act, ConfirmError, ConfirmText};
use satchel_types::{Batch, Write};

use crate::access_error::AccessError;
use crate::acts::line;
use crate::limits::RESERVED;
use crate::session::App;

/// Key of the folder that backups go to.
pub const BACKUP_FOLDER: &str = "backup_folder";

/// Locking later than before when nobody is there.
#[derive(Debug)]
pub struct LockLater {
    /// Minutes until now; 0: never.
    pub from: u16,
    /// Minutes from now on; 0: never.
    pub to: u16,
}

impl Act for LockLater {
    fn text(&self) -> ConfirmText {
        let say = |minutes| match minutes {
            0 => "never".to_owned(),
            1 => "after 1 minute".to_owned(),
            minutes => format!("after {minutes} minutes"),
        };
        ConfirmText {
            title: "Lock later when nobody is there?".to_owned(),
            lines: vec![line("Until now", say(self.from)), line("New", say(self.to))],
            warnings: vec![
                "While it is open, whoever sits here sees your balance and payments.".to_owned(),
            ],
            agree: "Lock later".to_owned(),
        }
    }
}

/// Staying open for a while when nobody can see it.
#[derive(Debug)]
pub struct StayOpenOutOfSight;

impl Act for StayOpenOutOfSight {
    fn text(&self) -> ConfirmText {
        ConfirmText {
            title: "Stay open for a minute when you go elsewhere?".to_owned(),
            lines: vec![
                line("Until now", "locks at once"),
                line("New", "locks after a minute"),
            ],
            warnings: vec![
                "Whoever takes this device in that minute sees your balance and payments."
                    .to_owned(),
            ],
            agree: "Stay open".to_owned(),
        }
    }
}

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

    /// Asks for consent to stay open for a minute when nobody can see it, instead of locking at once.
    pub async fn agree_to_stay_open_out_of_sight(&self) -> Result<(), LockLaterError> {
        let open = self.open()?;
        self.consent(&open, StayOpenOutOfSight).await?.into_act();
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
