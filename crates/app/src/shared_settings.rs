//! Reading and setting what devices share of settings.

use satchel_types::Batch;

use crate::access_error::AccessError;
use crate::events::Event;
use crate::session::App;
pub use crate::shared_setting::SharedSetting;

impl App {
    /// Returns what a shared setting says; `None`: nobody set it.
    ///
    /// # Errors
    /// See [`AccessError`].
    pub fn shared_setting(&self, setting: SharedSetting) -> Result<Option<String>, AccessError> {
        let found = self.open()?.store.setting(&setting.key())?;
        Ok(found.filter(|value| setting.values().contains(&value.as_str())))
    }

    /// Sets a shared setting, here and on the owner's other devices. What it cannot say changes nothing.
    ///
    /// # Errors
    /// See [`AccessError`].
    pub fn set_shared_setting(
        &self,
        setting: SharedSetting,
        value: &str,
    ) -> Result<(), AccessError> {
        let open = self.open()?;
        let Some(write) = setting.put(value) else {
            return Ok(());
        };
        if open.store.setting(&setting.key())?.as_deref() == Some(value) {
            return Ok(());
        }
        open.store.apply(&Batch::from(write))?;
        self.tell(Event::SettingsChanged);
        Ok(())
    }
}
