//! Where the devices of a circle meet.

use std::sync::Arc;

use async_trait::async_trait;
use satchel_secrets::SecretText;
use satchel_types::{CircleId, PlaceAddress};

use crate::{BlobError, BlobStore};

/// Who logs in at a place, and with what. For S3-compatible storage the id of an access key and its
/// secret.
#[derive(Debug)]
pub struct PlaceLogin {
    /// The name.
    pub user: String,
    /// The password.
    pub password: SecretText,
}

/// Why a place cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// The address cannot be used.
    #[error("this place cannot be used: {what}")]
    BadAddress {
        /// What is wrong with it.
        what: &'static str,
    },
    /// It holds something of this circle and lacks what marks it: perhaps not all of it arrived yet.
    #[error("{place} holds something of this circle, but not what marks its folder")]
    Unmarked {
        /// Which place.
        place: String,
    },
    /// It is another circle's.
    #[error("{place} belongs to another circle")]
    Other {
        /// Which place.
        place: String,
    },
    /// It does not do what it is asked.
    #[error(transparent)]
    Place(#[from] BlobError),
}

/// Opens places.
#[async_trait]
pub trait Places: Send + Sync {
    /// Gets a place ready that this device has never used, and sees whether it serves. One that another
    /// device has set up is taken as it is.
    async fn set_up(
        &self,
        address: &PlaceAddress,
        login: Option<&PlaceLogin>,
        circle: CircleId,
    ) -> Result<(), PlaceError>;

    /// Lists the circles whose folders lie in a place: for who lost all devices and knows none. Touches nothing.
    async fn circles(
        &self,
        address: &PlaceAddress,
        login: Option<&PlaceLogin>,
    ) -> Result<Vec<CircleId>, PlaceError>;

    /// Returns a circle's part of a place that was set up. Opens no connection yet.
    fn open(
        &self,
        address: &PlaceAddress,
        login: Option<&PlaceLogin>,
        circle: CircleId,
    ) -> Result<Arc<dyn BlobStore>, PlaceError>;
}

/// For a program that knows no places.
#[derive(Debug, Clone, Copy)]
pub struct NoPlaces;

#[async_trait]
impl Places for NoPlaces {
    async fn set_up(
        &self,
        _: &PlaceAddress,
        _: Option<&PlaceLogin>,
        _: CircleId,
    ) -> Result<(), PlaceError> {
        Err(NO_PLACES)
    }

    async fn circles(
        &self,
        _: &PlaceAddress,
        _: Option<&PlaceLogin>,
    ) -> Result<Vec<CircleId>, PlaceError> {
        Err(NO_PLACES)
    }

    fn open(
        &self,
        _: &PlaceAddress,
        _: Option<&PlaceLogin>,
        _: CircleId,
    ) -> Result<Arc<dyn BlobStore>, PlaceError> {
        Err(NO_PLACES)
    }
}

const NO_PLACES: PlaceError = PlaceError::BadAddress {
    what: "this program goes to no places",
};
