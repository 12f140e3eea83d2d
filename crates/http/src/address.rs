//! Which addresses of servers are accepted.

use url::{Host, Url};

/// Longest address accepted, in bytes.
const MAX_LEN: usize = 512;

/// Why an address cannot be used, in this program's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct BadAddress {
    /// What is wrong with it, to follow "the address cannot be used:".
    pub what: &'static str,
}

/// Where plain `http` may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlainHttp {
    /// To this machine and to `.onion` services, whose traffic Tor encrypts.
    Safe,
    /// Anywhere: its owner was told that everybody on the way can read and change what is sent, and agreed.
    Confirmed,
}

/// Checks the base address of a server and returns it parsed.
///
/// Accepted: `https` to anywhere; `http` where `plain` lets it. Refused: user names and passwords, which
/// would end up in logs and lists; queries and fragments, to which no path can be appended.
///
/// # Errors
/// Says what is wrong with it.
pub fn parse(text: &str, plain: PlainHttp) -> Result<Url, BadAddress> {
    let text = text.trim();
    if text.len() > MAX_LEN {
        return bad("it is too long");
    }
    // The parser would drop tabs and line ends and read backslashes as slashes: what a person
    // sees and what is asked must be the same.
    if text
        .chars()
        .any(|c| c.is_control() || c.is_whitespace() || c == '\\')
    {
        return bad("it holds spaces or characters that no address has");
    }
    let lower = text.to_ascii_lowercase();
    if !lower.starts_with("http://") && !lower.starts_with("https://") {
        return bad("it must begin with https:// or http://");
    }
    // At its beginning: a path may hold the same.
    if lower.starts_with("http:///") || lower.starts_with("https:///") {
        return bad("the host is missing");
    }
    let Ok(url) = Url::parse(text) else {
        return bad("it is no web address");
    };
    // Its canonical form is what is kept, and it has to be read again.
    if url.as_str().len() > MAX_LEN {
        return bad("it is too long");
    }
    if url.host_str().is_none_or(str::is_empty) {
        return bad("the host is missing");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return bad("user name and password do not belong in it");
    }
    if url.query().is_some() {
        return bad("it must not have a query (?)");
    }
    if url.fragment().is_some() {
        return bad("it must not have a fragment (#)");
    }
    if url.port() == Some(0) {
        return bad("port 0 cannot be asked");
    }
    if plain == PlainHttp::Safe && url.scheme() == "http" && !is_loopback(&url) && !is_onion(&url) {
        return bad("plain http only to this machine");
    }
    Ok(url)
}

fn bad<T>(what: &'static str) -> Result<T, BadAddress> {
    Err(BadAddress { what })
}

/// Returns the one form in which an address is kept: without a slash at its end.
pub fn canonical(url: &Url) -> &str {
    url.as_str().trim_end_matches('/')
}

/// Returns whether requests to the address stay on this machine.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// Returns whether the address is an onion service (RFC 7686).
pub fn is_onion(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.trim_end_matches('.').ends_with(".onion"),
        _ => false,
    }
}

/// Returns host and port for people; the port only where it is not the scheme's own.
pub fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str, plain: PlainHttp) -> Result<String, &'static str> {
        parse(text, plain)
            .map(|url| canonical(&url).to_owned())
            .map_err(|bad| bad.what)
    }

    #[test]
    fn plain_http_leaves_this_machine_only_when_that_was_confirmed() {
        for text in ["http://192.168.1.10:8332", "http://node.example"] {
            assert_eq!(
                kept(text, PlainHttp::Safe),
                Err("plain http only to this machine"),
                "{text}"
            );
            assert_eq!(kept(text, PlainHttp::Confirmed).as_deref(), Ok(text));
        }
        for text in [
            "http://127.0.0.1:8332",
            "http://abc.onion",
            "https://node.example",
        ] {
            assert_eq!(kept(text, PlainHttp::Safe).as_deref(), Ok(text));
        }
    }

    #[test]
    fn confirming_plain_http_confirms_nothing_else() {
        for text in [
            "http://user:pass@node.example",
            "ftp://node.example",
            "http://node.example/?q",
        ] {
            assert!(kept(text, PlainHttp::Confirmed).is_err(), "{text}");
        }
    }

    #[test]
    fn the_port_is_shown_only_where_it_is_special() {
        let shown =
            |text: &str| host_and_port(&parse(text, PlainHttp::Safe).expect("a good address"));
        assert_eq!(shown("https://example.org:443/api"), "example.org");
        assert_eq!(shown("https://example.org:444/api"), "example.org:444");
        assert_eq!(shown("http://[::1]:8080"), "[::1]:8080");
    }
}
