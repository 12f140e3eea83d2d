//! How servers are asked.

use std::fmt;
use std::time::Duration;

use url::Url;

/// How servers are asked. No user agent is sent, no redirect followed, no cookie kept, and the
/// environment's proxy variables are ignored: what is not set here is not used.
#[derive(Clone)]
pub struct HttpSettings {
    /// Proxy for everything but this machine itself: `socks5h` (names are resolved by the proxy),
    /// `http` or `https`. `socks5` is refused, since it would ask the local resolver for every
    /// name.
    pub proxy: Option<Url>,
    /// Time for making a connection. 10 s by default.
    pub connect_timeout: Duration,
    /// Time for a request, from sending to the last byte of the answer. 30 s by default.
    pub request_timeout: Duration,
    /// Requests at a time to one server. 16 by default.
    pub parallel: usize,
    /// Tries after the first one that failed for a passing reason: no connection, a cut
    /// connection, status 429 or 5xx. 3 by default. Time-outs are not tried again: they have cost
    /// their time already.
    pub retries: u32,
    /// Pause before the first repetition; it doubles each time and is shortened by up to half at
    /// random, so that requests that failed together do not come back together. 250 ms by
    /// default; four times that after a 429 that names no time.
    pub retry_pause: Duration,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            proxy: None,
            connect_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(30),
            parallel: 16,
            retries: 3,
            retry_pause: Duration::from_millis(250),
        }
    }
}

impl fmt::Debug for HttpSettings {
    // A proxy's address may hold credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpSettings")
            .field("proxy", &self.proxy.as_ref().map(Url::scheme))
            .field("connect_timeout", &self.connect_timeout)
            .field("request_timeout", &self.request_timeout)
            .field("parallel", &self.parallel)
            .field("retries", &self.retries)
            .field("retry_pause", &self.retry_pause)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_credentials_of_the_proxy() {
        let settings = HttpSettings {
            proxy: Some(Url::parse("socks5h://alice:hunter2@127.0.0.1:9050").expect("a URL")),
            ..HttpSettings::default()
        };
        let shown = format!("{settings:?}");
        assert!(
            !shown.contains("alice") && !shown.contains("hunter2"),
            "{shown}"
        );
        assert!(shown.contains("socks5h"), "{shown}");
    }
}
