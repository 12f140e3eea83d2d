//! Servers and places in the local network, into which some systems let only whom a person let in.
//!
//! They are asked over HTTP, which knows nothing of that, and a program that was not let in waits for an answer in vain. So
//! the system is asked first, when a person has just chosen such an address, and its no is told apart from a server that
//! is away. What is reached all the same, such as over a private network of one's own, goes on without it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use satchel_ports::LanError;
use satchel_types::{PlaceAddress, WalletId};

use crate::access_error::AccessError;
use crate::session::App;

/// Ends of names that are given in local networks alone: RFC 6762, RFC 8375, ICANN's `internal`, and two that routers give.
const LOCAL_ENDS: [&str; 5] = [".local", ".home.arpa", ".internal", ".lan", ".home"];

/// Returns the host of an address, without brackets.
fn host_of(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host = authority.rsplit('@').next()?;
    match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next(),
        None => host.split(':').next(),
    }
}

/// Returns whether a host is in the local network, as far as its name says: what Android counts to it
/// (Android reference, "Local network definition"), and names that have a meaning there alone.
fn is_local(host: &str) -> bool {
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => is_local_v4(ip),
        Ok(IpAddr::V6(ip)) => match ip.to_ipv4_mapped() {
            Some(ip) => is_local_v4(ip),
            None => is_local_v6(ip),
        },
        Err(_) => {
            let name = host.trim_end_matches('.').to_ascii_lowercase();
            let bare = !name.is_empty() && name != "localhost" && !name.contains('.');
            bare || LOCAL_ENDS.iter().any(|end| name.ends_with(end))
        }
    }
}

fn is_local_v4(ip: Ipv4Addr) -> bool {
    // Addresses that providers share among their customers (RFC 6598).
    let [a, b, ..] = ip.octets();
    ip.is_private() || ip.is_link_local() || (a == 100 && (64..128).contains(&b))
}

fn is_local_v6(ip: Ipv6Addr) -> bool {
    ip.is_unique_local() || ip.is_unicast_link_local()
}

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
        match host_of(url).is_some_and(is_local) {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn leads_there(url: &str) -> bool {
        host_of(url).is_some_and(is_local)
    }

    #[test]
    fn what_is_in_the_local_network_is_known_by_its_name() {
        for url in [
            "http://192.168.1.5:3002/api",
            "https://10.0.0.1",
            "http://172.16.0.9/x",
            "http://172.31.255.255",
            "http://169.254.3.4",
            "http://100.64.0.1",
            "http://100.127.0.1",
            "http://[fe80::1]:3002/api",
            "http://[fd12:3456::1]/",
            "http://[::ffff:192.168.1.5]/",
            "https://umbrel.local/dav",
            "https://UMBREL.LOCAL./dav",
            "https://nas:5006/",
            "https://me:secret@nas.lan/dav",
            "https://box.home.arpa",
            "https://node.internal?x",
        ] {
            assert!(leads_there(url), "{url}");
        }
    }

    #[test]
    fn what_is_elsewhere_or_on_this_device_is_not() {
        for url in [
            "https://blockstream.info/api",
            "http://127.0.0.1:8080/api",
            "http://localhost:8080/api",
            "http://[::1]:8080",
            "http://11.0.0.1",
            "http://172.32.0.1",
            "http://100.128.0.1",
            "http://192.169.1.5",
            "https://[2001:db8::1]/",
            "https://example.org/192.168.1.5",
            "https://192.168.1.5.example.org",
            "https://x.onion",
            "192.168.1.5",
            "",
        ] {
            assert!(!leads_there(url), "{url}");
        }
    }
}
