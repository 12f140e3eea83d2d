//! Addresses of nodes.

use satchel_http::PlainHttp;
use satchel_http::address::{canonical, host_and_port, is_loopback, is_onion, parse};
use url::Url;

use crate::NodeError;

/// The address of a node, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeAddress(Url);

impl NodeAddress {
    /// Reads an address: `https` to anywhere, `http` to this machine and to onion services. To where else plain
    /// `http` may go is its owner's decision, which `confirmed` says.
    ///
    /// # Errors
    /// [`NodeError::BadAddress`] with what is wrong.
    pub fn parse(text: &str, confirmed: bool) -> Result<Self, NodeError> {
        let plain = if confirmed {
            PlainHttp::Confirmed
        } else {
            PlainHttp::Safe
        };
        let url = parse(text, plain).map_err(|bad| NodeError::BadAddress { what: bad.what })?;
        Ok(Self(url))
    }

    /// Returns whether requests and their keys would cross a network that can read them, if asked directly.
    pub(crate) fn is_open_to_readers(&self) -> bool {
        self.is_plain() && !is_loopback(&self.0) && !is_onion(&self.0)
    }

    pub(crate) fn is_plain(&self) -> bool {
        self.0.scheme() == "http"
    }

    /// Returns whether it is this machine.
    pub fn is_here(&self) -> bool {
        is_loopback(&self.0)
    }

    /// Returns whether it is an onion service, which is reached through a proxy alone.
    pub fn is_onion(&self) -> bool {
        is_onion(&self.0)
    }

    /// Returns whether both are the same host, port and scheme, so that a key for one may go to the other.
    pub fn is_same_place(&self, other: &Self) -> bool {
        self.0.origin() == other.0.origin()
    }

    /// Returns the one form in which it is kept.
    pub fn as_str(&self) -> &str {
        canonical(&self.0)
    }

    /// Returns host and port, for people.
    pub fn host(&self) -> String {
        host_and_port(&self.0)
    }

    pub(crate) fn url(&self) -> &Url {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_readers_on_the_way_see_needs_its_owner() {
        assert!(NodeAddress::parse("http://192.168.1.5:8332", false).is_err());
        let address = NodeAddress::parse("http://192.168.1.5:8332", true).expect("confirmed");
        assert!(address.is_open_to_readers() && !address.is_here());
        let here = NodeAddress::parse("http://127.0.0.1:8332/", false).expect("here");
        assert!(here.is_here() && !here.is_open_to_readers());
        let other = NodeAddress::parse("http://127.0.0.1:8333", false).expect("here");
        assert!(!here.is_same_place(&other));
    }
}
