//! How nodes are reached.

use std::fmt;
use std::net::Ipv4Addr;
use std::time::Duration;

use reqwest::Client;
use satchel_http::Connection;
use tokio::net::TcpStream;
use tokio::time::timeout;
use url::{Host, Url};

use crate::rpc::{Limits, broken};
use crate::{NodeAddress, NodeError};

/// Longest address of a proxy, in bytes.
const LONGEST: usize = 200;
/// Where SOCKS proxies listen when nothing else is said (RFC 1928).
const SOCKS_PORT: u16 = 1080;

/// A proxy for everything but this machine itself: `socks5h`, which resolves names itself, `http` or `https`.
#[derive(Clone, PartialEq, Eq)]
pub struct NodeProxy(Url);

impl fmt::Debug for NodeProxy {
    // It may hold credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NodeProxy({}…)", self.0.scheme())
    }
}

impl NodeProxy {
    /// Reads the address of a proxy. User names and passwords are refused: they would end up in lists.
    ///
    /// # Errors
    /// [`NodeError::BadAddress`].
    pub fn parse(text: &str) -> Result<Self, NodeError> {
        let bad = |what| Err(NodeError::BadAddress { what });
        let text = text.trim();
        if text.len() > LONGEST || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return bad("a proxy has a shorter address, without spaces");
        }
        let Ok(url) = Url::parse(text) else {
            return bad("the proxy must be like socks5h://127.0.0.1:9050");
        };
        // `socks5` would ask the local resolver for every name.
        if !matches!(url.scheme(), "socks5h" | "http" | "https") {
            return bad("the proxy must be socks5h, http or https");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return bad("user name and password do not belong in it");
        }
        let bare =
            matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
        if !bare || url.host_str().is_none_or(str::is_empty) || url.port() == Some(0) {
            return bad("the proxy must be like socks5h://127.0.0.1:9050");
        }
        Ok(Self(url))
    }

    /// Returns the one form in which it is kept.
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// Returns whether it runs on this machine.
    pub fn is_here(&self) -> bool {
        match self.0.host() {
            // Of a scheme that is not the web's, an IPv4 address is read as a name.
            Some(Host::Domain(name)) => {
                name == "localhost" || name.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
            }
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            None => false,
        }
    }

    /// Returns whether anything takes a connection at its address.
    async fn answers(&self, patience: Duration) -> bool {
        let port = self.0.port_or_known_default().unwrap_or(SOCKS_PORT);
        let connected = match self.0.host() {
            Some(Host::Domain(name)) => timeout(patience, TcpStream::connect((name, port))).await,
            Some(Host::Ipv4(ip)) => timeout(patience, TcpStream::connect((ip, port))).await,
            Some(Host::Ipv6(ip)) => timeout(patience, TcpStream::connect((ip, port))).await,
            // Not of an address that was read.
            None => return false,
        };
        matches!(connected, Ok(Ok(_)))
    }
}

/// Returns whether requests to `address` and their keys would cross a network that can read them. To an onion service
/// it is Tor that encrypts, from where it runs on: a proxy on another machine is reached in clear.
pub fn is_open_to_readers(address: &NodeAddress, proxy: Option<&NodeProxy>) -> bool {
    if address.is_onion() && address.is_plain() {
        return proxy.is_some_and(|proxy| !proxy.is_here());
    }
    address.is_open_to_readers()
}

/// How a node is reached: how long is waited, and through which proxy.
#[derive(Debug, Clone, Default)]
pub struct Way {
    /// How long is waited.
    pub limits: Limits,
    /// Through whom; `None`: directly. This machine is always asked directly.
    pub proxy: Option<NodeProxy>,
}

impl From<Limits> for Way {
    fn from(limits: Limits) -> Self {
        Self {
            limits,
            proxy: None,
        }
    }
}

impl Way {
    /// Makes an HTTP client for one place. Opens no connection.
    pub(crate) fn client(
        &self,
        address: &NodeAddress,
        longest: Duration,
        idle: usize,
    ) -> Result<Client, NodeError> {
        let connection = Connection {
            proxy: self.proxy.as_ref().map(|proxy| proxy.0.clone()),
            connect_timeout: self.limits.connect,
            request_timeout: longest,
            idle,
        };
        satchel_http::open(address.url(), &connection)
            .map_err(|bad| NodeError::BadAddress { what: bad.what })
    }

    /// Says why a request failed that was sent this way. What the HTTP library says does not tell a proxy that is gone
    /// from a node that is: the proxy's address is tried.
    pub(crate) async fn why(&self, address: &NodeAddress, error: &reqwest::Error) -> NodeError {
        let fault = broken(error);
        match &self.proxy {
            Some(proxy) if !address.is_here() && error.is_connect() => {
                if proxy.answers(self.limits.connect).await {
                    fault
                } else {
                    NodeError::NoProxy
                }
            }
            _ => fault,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_on_this_machine_is_known_by_each_of_its_names() {
        for (text, here) in [
            ("socks5h://127.0.0.1:9050", true),
            ("socks5h://[::1]:9050", true),
            ("socks5h://localhost:9050", true),
            ("http://127.0.0.1:3128", true),
            ("http://[::1]:3128", true),
            ("socks5h://10.0.0.1:9050", false),
            ("socks5h://127.0.0.1.example:9050", false),
            ("http://proxy.example:3128", false),
        ] {
            let proxy = NodeProxy::parse(text).expect("a proxy");
            assert_eq!(proxy.is_here(), here, "{text}");
        }
    }

    #[test]
    fn an_onion_service_is_open_to_readers_on_the_way_to_a_proxy_elsewhere() {
        let address = |text| NodeAddress::parse(text, true).expect("an address");
        let open = |text, proxy: Option<&str>| {
            let proxy = proxy.map(|text| NodeProxy::parse(text).expect("a proxy"));
            is_open_to_readers(&address(text), proxy.as_ref())
        };
        let (here, there) = (
            Some("socks5h://127.0.0.1:9050"),
            Some("socks5h://10.0.0.5:9050"),
        );
        assert!(!open("http://abc.onion", here));
        assert!(open("http://abc.onion", there));
        assert!(!open("https://abc.onion", there));
        assert!(open("http://node.example", here));
        assert!(!open("https://node.example", there));
        assert!(
            !open("http://127.0.0.1:8332", there),
            "this machine is asked directly"
        );
    }

    #[test]
    fn a_proxy_has_one_form_and_no_password() {
        for (text, kept) in [
            ("socks5h://127.0.0.1:9050", "socks5h://127.0.0.1:9050"),
            (" socks5h://127.0.0.1:9050/ ", "socks5h://127.0.0.1:9050"),
            ("http://proxy.example:3128", "http://proxy.example:3128"),
        ] {
            assert_eq!(NodeProxy::parse(text).expect("usual").as_str(), kept);
        }
        for text in [
            "",
            "127.0.0.1:9050",
            "socks5://127.0.0.1:9050",
            "socks5h://",
            "socks5h://a:b@127.0.0.1:9050",
            "socks5h://127.0.0.1:0",
            "http://proxy.example/path",
            "http://proxy.example/?q",
        ] {
            assert!(NodeProxy::parse(text).is_err(), "{text}");
        }
    }
}
