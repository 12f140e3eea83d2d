//! Looking at everything that is stored, before it is needed.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use satchel_ports::StoreError;

use crate::access_error::AccessError;
use crate::events::Event;
use crate::session::App;

impl App {
    /// Reads the whole database, every page of which proves that it was written with its key. Reads
    /// and writes go on meanwhile; damage is also told as [`Event::DatabaseDamaged`].
    ///
    /// # Errors
    /// [`AccessError::Store`] with [`StoreError::Damaged`] when something was changed from outside or
    /// by the disk.
    pub async fn check_database(&self) -> Result<(), AccessError> {
        let open = self.open()?;
        let store = Arc::clone(&open.store);
        let checked = tokio::task::spawn_blocking(move || store.verify())
            .await
            .map_err(|_| AccessError::Stopped)?;
        if matches!(checked, Err(StoreError::Damaged { .. })) {
            open.damaged.store(true, Ordering::Relaxed);
            self.tell(Event::DatabaseDamaged);
        }
        Ok(checked?)
    }
}
