//! Places where this device meets the others of its circle.

use satchel_ports::{Act, BlobError, ConfirmError, ConfirmText, PlaceError, PlaceLogin};
use satchel_secrets::SecretText;
use satchel_types::{Batch, PlaceAddress, PlaceId, PlaceRecord, Write};

use crate::access_error::AccessError;
use crate::acts::line;
use crate::circle::{Circle, keys_of_place};
use crate::events::Event;
use crate::session::App;

/// Why a place was not added.
#[derive(Debug, thiserror::Error)]
pub enum AddPlaceError {
    /// The wallet cannot be reached.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// This device shares with no others.
    #[error("this device shares with no others")]
    NotIn,
    /// This device goes there already.
    #[error("this device goes there already")]
    AlreadyThere,
    /// No consent.
    #[error(transparent)]
    Confirm(#[from] ConfirmError),
    /// The place cannot be used.
    #[error(transparent)]
    Place(#[from] PlaceError),
    /// The place is in the local network, and the system does not let this program there.
    #[error("the place is in the local network, and the system does not let this program there")]
    LanDenied,
}

impl From<satchel_ports::StoreError> for AddPlaceError {
    fn from(error: satchel_ports::StoreError) -> Self {
        Self::Access(error.into())
    }
}

impl From<satchel_ports::EntropyError> for AddPlaceError {
    fn from(error: satchel_ports::EntropyError) -> Self {
        Self::Access(error.into())
    }
}

/// Going to a place from now on.
#[derive(Debug)]
pub struct AddPlace {
    /// Where it is.
    pub address: PlaceAddress,
    /// Who logs in there.
    pub user: Option<String>,
}

impl Act for AddPlace {
    fn text(&self) -> ConfirmText {
        let mut lines = vec![line(kind_of(&self.address), self.address.to_string())];
        if let Some(user) = &self.user {
            lines.push(line("As", user.clone()));
        }
        ConfirmText {
            title: "Leave encrypted changes there for your devices?".to_owned(),
            lines,
            warnings: vec![
                "Whoever keeps the place sees when you change something and about how much, and \
                 nothing of what."
                    .to_owned(),
            ],
            agree: "Use it".to_owned(),
        }
    }
}

/// Returns what a place is, for people.
pub(crate) fn kind_of(address: &PlaceAddress) -> &'static str {
    match address {
        PlaceAddress::Folder(_) => "Folder",
        PlaceAddress::WebDav(_) => "WebDAV server",
        PlaceAddress::S3 { .. } => "S3-compatible storage",
    }
}

impl App {
    /// Returns the places, in the order in which they were added.
    ///
    /// # Errors
    /// See [`AccessError`].
    pub fn places(&self) -> Result<Vec<PlaceRecord>, AccessError> {
        Ok(self.open()?.store.places()?)
    }

    /// Adds a place after consent, and sees whether it serves. It is asked nothing before.
    ///
    /// # Errors
    /// See [`AddPlaceError`].
    pub async fn add_place(
        &self,
        address: PlaceAddress,
        login: Option<PlaceLogin>,
    ) -> Result<PlaceRecord, AddPlaceError> {
        let open = self.open()?;
        let circle = open.shared.circle().ok_or(AddPlaceError::NotIn)?;
        let known = open.store.places()?;
        if known.iter().any(|place| place.address == address) {
            return Err(AddPlaceError::AlreadyThere);
        }
        let user = login.as_ref().map(|login| login.user.clone());
        let act = AddPlace { address, user };
        let AddPlace { address, user } = self.consent(&open, act).await?.into_act();
        let id = circle.record().id;
        let entered = self.enter_lan_for_place(&address).await;
        let set_up = self.ports.places.set_up(&address, login.as_ref(), id);
        match set_up.await {
            Err(PlaceError::Place(BlobError::Unreachable { .. })) if entered.is_err() => {
                return Err(AddPlaceError::LanDenied);
            }
            set_up => set_up?,
        }
        let place = PlaceId::from_bytes(self.random_id()?);
        let sealed_password = match &login {
            Some(login) => Some(satchel_vault::seal_place_password(
                &circle.bundle_key,
                place,
                &login.password,
                |out| self.ports.entropy.fill(out),
            )?),
            None => None,
        };
        let record = PlaceRecord {
            id: place,
            address,
            user,
            sealed_password,
            added_at: self.now(),
            last_round_at: None,
            lost: 0,
        };
        open.store
            .apply(&Batch::from(Write::PutPlace(Box::new(record.clone()))))?;
        self.tell(Event::CircleChanged);
        Ok(record)
    }

    /// Forgets that a place lost something, because its owner knows.
    ///
    /// # Errors
    /// See [`AccessError`].
    pub fn dismiss_lost(&self, id: PlaceId) -> Result<(), AccessError> {
        let open = self.open()?;
        let places = open.store.places()?;
        let place = places.into_iter().find(|place| place.id == id);
        if let Some(place) = place.filter(|place| place.lost > 0) {
            open.store.apply(&Batch::from(Write::NotePlace {
                id: place.id,
                round_at: None,
                lost: Some(0),
            }))?;
            self.tell(Event::CircleChanged);
        }
        Ok(())
    }

    /// Goes to a place no more. What was left there stays there.
    ///
    /// # Errors
    /// See [`AccessError`].
    pub fn remove_place(&self, id: PlaceId) -> Result<(), AccessError> {
        let mut batch = Batch::from(Write::RemovePlace(id));
        for key in keys_of_place(id) {
            let value = String::new();
            batch.push(Write::PutSetting { key, value });
        }
        self.open()?.store.apply(&batch)?;
        self.tell(Event::CircleChanged);
        Ok(())
    }
}

impl Circle {
    /// Returns what logs in at a place.
    pub(crate) fn login(
        &self,
        place: &PlaceRecord,
    ) -> Result<Option<PlaceLogin>, satchel_vault::OpenSealedError> {
        let (Some(user), Some(sealed)) = (&place.user, &place.sealed_password) else {
            return Ok(None);
        };
        let password: SecretText =
            satchel_vault::open_place_password(&self.bundle_key, place.id, sealed)?;
        Ok(Some(PlaceLogin {
            user: user.clone(),
            password,
        }))
    }
}
