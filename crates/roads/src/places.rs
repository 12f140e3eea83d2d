//! Every road behind one face.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use satchel_http::{BadAddress, Connection};
use satchel_ports::{BlobStore, PlaceError, PlaceLogin, Places};
use satchel_secrets::SecretText;
use satchel_types::{CircleId, PlaceAddress};
use tokio_util::sync::CancellationToken;

use crate::{Folder, Login, S3, S3Place, SetUpError, WebDav, connection};

/// Opens a place by its address.
pub struct Roads {
    connection: Connection,
}

impl Roads {
    /// Makes one that reaches servers directly.
    pub fn new() -> Self {
        Self {
            connection: connection(None),
        }
    }
}

impl Default for Roads {
    fn default() -> Self {
        Self::new()
    }
}

const NO_KEY: PlaceError = PlaceError::BadAddress {
    what: "it needs an access key",
};

fn bucket_at(endpoint: &str, bucket: &str, region: &str) -> S3Place {
    S3Place {
        endpoint: endpoint.to_owned(),
        bucket: bucket.to_owned(),
        region: region.to_owned(),
    }
}

fn bad(error: BadAddress) -> PlaceError {
    PlaceError::BadAddress { what: error.what }
}

fn entered(login: Option<&PlaceLogin>) -> Option<Login> {
    login.map(|login| {
        let password = SecretText::new(login.password.expose().to_owned());
        Login::new(login.user.clone(), password)
    })
}

#[async_trait]
impl Places for Roads {
    async fn set_up(
        &self,
        address: &PlaceAddress,
        login: Option<&PlaceLogin>,
        circle: CircleId,
    ) -> Result<(), PlaceError> {
        if let PlaceAddress::Folder(path) = address {
            let set_up = Folder::set_up(Path::new(path), circle, path).await;
            return match set_up {
                Ok(_) => Ok(()),
                Err(SetUpError::Unmarked { place }) => Err(PlaceError::Unmarked { place }),
                Err(SetUpError::Other { place }) => Err(PlaceError::Other { place }),
                Err(SetUpError::Place(error)) => Err(error.into()),
            };
        }
        let store = self.open(address, login, circle)?;
        store.list(&CancellationToken::new()).await?;
        Ok(())
    }

    async fn circles(
        &self,
        address: &PlaceAddress,
        login: Option<&PlaceLogin>,
    ) -> Result<Vec<CircleId>, PlaceError> {
        // Whose folder the hand is for does not matter.
        let any = CircleId::from_bytes([0; 16]);
        Ok(match address {
            PlaceAddress::Folder(path) => {
                Folder::open(Path::new(path), any, path).circles().await?
            }
            PlaceAddress::WebDav(url) => {
                let login = entered(login);
                let server = WebDav::open(url, any, login.as_ref(), &self.connection);
                server.map_err(bad)?.circles().await?
            }
            PlaceAddress::S3 {
                endpoint,
                bucket,
                region,
            } => {
                let place = bucket_at(endpoint, bucket, region);
                let login = entered(login).ok_or(NO_KEY)?;
                let server = S3::open(&place, any, login, &self.connection);
                server.map_err(bad)?.circles().await?
            }
        })
    }

    fn open(
        &self,
        address: &PlaceAddress,
        login: Option<&PlaceLogin>,
        circle: CircleId,
    ) -> Result<Arc<dyn BlobStore>, PlaceError> {
        Ok(match address {
            PlaceAddress::Folder(path) => Arc::new(Folder::open(Path::new(path), circle, path)),
            PlaceAddress::WebDav(url) => {
                let login = entered(login);
                let server = WebDav::open(url, circle, login.as_ref(), &self.connection);
                Arc::new(server.map_err(bad)?)
            }
            PlaceAddress::S3 {
                endpoint,
                bucket,
                region,
            } => {
                let login = entered(login).ok_or(NO_KEY)?;
                let place = bucket_at(endpoint, bucket, region);
                Arc::new(S3::open(&place, circle, login, &self.connection).map_err(bad)?)
            }
        })
    }
}
