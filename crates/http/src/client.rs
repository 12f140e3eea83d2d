//! Making a client for one server.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use reqwest::{Client, Proxy, redirect};
use url::Url;

use crate::address::{BadAddress, is_loopback, is_onion};

/// How a server is reached.
#[derive(Clone)]
pub struct Connection {
    /// Proxy for everything but this machine itself: `socks5h` (names are resolved by the proxy),
    /// `http` or `https`. `socks5` is refused, since it would ask the local resolver for every
    /// name.
    pub proxy: Option<Url>,
    /// Time for making a connection.
    pub connect_timeout: Duration,
    /// Time for a request, from sending to the last byte of the answer.
    pub request_timeout: Duration,
    /// Connections that are kept open without a request.
    pub idle: usize,
}

impl Default for Connection {
    fn default() -> Self {
        Self {
            proxy: None,
            connect_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(30),
            idle: 4,
        }
    }
}

impl fmt::Debug for Connection {
    // A proxy's address may hold credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("proxy", &self.proxy.as_ref().map(Url::scheme))
            .field("connect_timeout", &self.connect_timeout)
            .field("request_timeout", &self.request_timeout)
            .field("idle", &self.idle)
            .finish()
    }
}

/// Makes a client for requests below `base`. Opens no connection.
///
/// # Errors
/// When the proxy cannot be used, or an onion address has none.
pub fn open(base: &Url, connection: &Connection) -> Result<Client, BadAddress> {
    let mut builder = Client::builder()
        .redirect(redirect::Policy::none())
        .referer(false)
        .connect_timeout(connection.connect_timeout)
        .timeout(connection.request_timeout)
        .pool_max_idle_per_host(connection.idle)
        .tcp_nodelay(true)
        // Also forgets the proxies of the environment.
        .no_proxy();
    if is_loopback(base) {
        // Whatever the hosts file or a resolver says, this name means this machine.
        let here = [
            SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), 0),
        ];
        builder = builder.resolve_to_addrs("localhost", &here);
    } else if let Some(proxy) = &connection.proxy {
        // Loopback is left out above: Tor refuses it, and nothing leaves the machine.
        if !matches!(proxy.scheme(), "socks5h" | "http" | "https") {
            return Err(BadAddress {
                what: "the proxy must be socks5h, http or https",
            });
        }
        let proxy = Proxy::all(proxy.clone()).map_err(|_| BadAddress {
            what: "the proxy's address cannot be used",
        })?;
        builder = builder.proxy(proxy);
    } else if is_onion(base) {
        // Asking the resolver for an onion name would tell it (RFC 7686).
        return Err(BadAddress {
            what: "an onion address needs a proxy",
        });
    }
    builder.build().map_err(|_| BadAddress {
        what: "no connection can be set up for it",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_credentials_of_the_proxy() {
        let connection = Connection {
            proxy: Url::parse("socks5h://alice:hunter2@127.0.0.1:9050").ok(),
            ..Connection::default()
        };
        let shown = format!("{connection:?}");
        assert!(
            !shown.contains("alice") && !shown.contains("hunter2"),
            "{shown}"
        );
        assert!(shown.contains("socks5h"), "{shown}");
    }

    #[test]
    fn a_proxy_that_would_ask_the_local_resolver_is_refused() {
        let base = Url::parse("https://node.example").expect("a URL");
        let through = |proxy: Option<&str>, base: &Url| {
            let connection = Connection {
                proxy: proxy.and_then(|text| Url::parse(text).ok()),
                ..Connection::default()
            };
            open(base, &connection).map(|_| ()).map_err(|bad| bad.what)
        };
        assert_eq!(
            through(Some("socks5://127.0.0.1:9050"), &base),
            Err("the proxy must be socks5h, http or https")
        );
        assert_eq!(through(Some("socks5h://127.0.0.1:9050"), &base), Ok(()));
        let onion = Url::parse("http://abc.onion").expect("a URL");
        assert_eq!(through(None, &onion), Err("an onion address needs a proxy"));
    }
}
