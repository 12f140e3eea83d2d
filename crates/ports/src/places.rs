//! Where the devices of a circle meet.

use std::sync::Arc;

use satchel_types::{CircleId, PlaceAddress};

use crate::{BlobError, BlobStore};

/// Opens places.
pub trait Places: Send + Sync {
    /// Returns a circle's part of a place. Opens no connection yet.
    ///
    /// # Errors
    /// If the address cannot be used.
    fn open(
        &self,
        address: &PlaceAddress,
        circle: CircleId,
    ) -> Result<Arc<dyn BlobStore>, BlobError>;
}

/// For a program that knows no places.
#[derive(Debug, Clone, Copy)]
pub struct NoPlaces;

impl Places for NoPlaces {
    fn open(&self, address: &PlaceAddress, _: CircleId) -> Result<Arc<dyn BlobStore>, BlobError> {
        Err(BlobError::Unreachable {
            place: address.to_string(),
        })
    }
}
