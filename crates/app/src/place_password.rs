//! Another password of a place that is known: it was changed there, or mistyped here.

use satchel_secrets::SecretText;
use satchel_types::{Batch, PlaceId, PlaceRecord, Write};

use crate::access_error::AccessError;
use crate::events::Event;
use crate::session::App;

/// Why a password was not taken.
#[derive(Debug, thiserror::Error)]
pub enum PlacePasswordError {
    /// The wallet cannot be reached.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// This device shares with no others.
    #[error("this device shares with no others")]
    NotIn,
    /// This device goes to no such place.
    #[error("this device goes to no such place")]
    UnknownPlace,
    /// Nobody logs in there.
    #[error("nobody logs in at this place")]
    NoLogin,
}

impl App {
    /// Takes another password for a place. Whether it is right the place says in the next round; nothing is asked here.
    ///
    /// # Errors
    /// See [`PlacePasswordError`].
    pub fn set_place_password(
        &self,
        id: PlaceId,
        password: &SecretText,
    ) -> Result<PlaceRecord, PlacePasswordError> {
        let open = self.open()?;
        let circle = open.shared.circle().ok_or(PlacePasswordError::NotIn)?;
        let places = open.store.places().map_err(AccessError::from)?;
        let place = places.into_iter().find(|place| place.id == id);
        let place = place.ok_or(PlacePasswordError::UnknownPlace)?;
        if place.user.is_none() {
            return Err(PlacePasswordError::NoLogin);
        }
        let sealed = satchel_vault::seal_place_password(&circle.bundle_key, id, password, |out| {
            self.ports.entropy.fill(out)
        });
        let sealed = sealed.map_err(AccessError::from)?;
        // This alone: a round that goes on notes what it found, and leaves this as it is.
        open.store
            .apply(&Batch::from(Write::PutPlacePassword(id, sealed.clone())))
            .map_err(AccessError::from)?;
        self.tell(Event::CircleChanged);
        Ok(PlaceRecord {
            sealed_password: Some(sealed),
            ..place
        })
    }
}
