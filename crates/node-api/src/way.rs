//! How nodes are reached.

use std::fmt;
use std::time::Duration;

use reqwest::Client;
use satchel_http::Connection;
use url::Url;

use crate::rpc::Limits;
use crate::{NodeAddress, NodeError};

/// Longest address of a proxy, in bytes.
const LONGEST: usize = 200;

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
}

#[cfg(test)]
mod tests {
    use super::*;

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
