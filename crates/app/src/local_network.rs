//! Servers and places in the local network, into which some systems let only whom a person let in.
//!
//! They are asked over HTTP, which knows nothing of that, and a program that was not let in waits for an answer in vain. So
//! the system is asked first, when a person has just chosen such an address, and its no is told apart from a server that
//! is away. What is reached all the same, such as over a private network of one's own, goes on without it.

use satchel_ports::LanError;
use satchel_types::{PlaceAddress, WalletId, is_in_local_network};

use crate::access_error::AccessError;
use crate::session::App;

/// Returns where a place is asked, if it is asked over a network at all.
fn url_of(address: &PlaceAddress) -> Option<&str> {
    match address {
        PlaceAddress::Folder(_) => None,
        PlaceAddress::WebDav(url) => Some(url),
        PlaceAddress::S3 { endpoint, .. } => Some(endpoint),
    }
}

impl App {
    /// Has the system let this program into the local network if that is where an address leads. A person has just said that
    /// it is to be reached: the system may ask them.
    ///
    /// # Errors
    /// [`LanError::Denied`] when they or the system said no.
    pub(crate) async fn enter_lan_for(&self, url: &str) -> Result<(), LanError> {
        match is_in_local_network(url) {
            true => self.ports.lan.enter().await,
            false => Ok(()),
        }
    }

    /// The same for a place.
    ///
    /// # Errors
    /// As above.
    pub async fn enter_lan_for_place(&self, address: &PlaceAddress) -> Result<(), LanError> {
        match url_of(address) {
            Some(url) => self.enter_lan_for(url).await,
            None => Ok(()),
        }
    }

    /// The same for the server of a wallet's network, for when it did not answer somebody who asked.
    ///
    /// # Errors
    /// As above in the inner result; [`AccessError`] when the wallet cannot be reached.
    pub async fn enter_lan_for_server(
        &self,
        wallet: WalletId,
    ) -> Result<Result<(), LanError>, AccessError> {
        let open = self.open()?;
        let network = open.store.wallet(wallet)?.network;
        Ok(match self.backend_of(&open, network)? {
            Some((backend, _)) => self.enter_lan_for(&backend.url).await,
            None => Ok(()),
        })
    }
}
