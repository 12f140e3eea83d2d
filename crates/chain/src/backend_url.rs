//! Which addresses of servers are accepted.

use satchel_ports::ChainError;
use url::{Host, Url};

/// Longest address accepted, in bytes.
const MAX_LEN: usize = 512;

/// Checks the base address of a server and returns it in its one canonical form, without a
/// trailing slash.
///
/// Accepted: `https` to anywhere; `http` only to this machine (`localhost`, 127.0.0.0/8, `::1`)
/// and to `.onion` services, whose traffic is encrypted by Tor itself. Refused: user names and
/// passwords, which would end up in logs and lists; queries and fragments, to which no path can
/// be appended.
pub fn parse_backend_url(text: &str) -> Result<String, ChainError> {
    let url = parse(text)?;
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// Checks an address and returns it parsed.
pub(crate) fn parse(text: &str) -> Result<Url, ChainError> {
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
    if url.scheme() == "http" && !is_loopback(&url) && !is_onion(&url) {
        return bad("plain http only to this machine");
    }
    Ok(url)
}

fn bad<T>(what: &'static str) -> Result<T, ChainError> {
    Err(ChainError::BadAddress { what })
}

/// Returns whether requests to the address stay on this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// Returns whether the address is an onion service (RFC 7686).
pub(crate) fn is_onion(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.trim_end_matches('.').ends_with(".onion"),
        _ => false,
    }
}

/// Returns host and port for people; the port only where it is not the scheme's own.
pub(crate) fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_good_address_comes_back_without_trailing_slashes() {
        for (given, kept) in [
            ("http://127.0.0.1:8080/api", "http://127.0.0.1:8080/api"),
            ("http://127.0.0.1:8080/api/", "http://127.0.0.1:8080/api"),
            ("  https://example.org//  ", "https://example.org"),
            ("https://example.org", "https://example.org"),
            ("http://localhost:3002", "http://localhost:3002"),
            ("http://[::1]:80/", "http://[::1]"),
            ("http://127.8.9.10/x", "http://127.8.9.10/x"),
            ("http://0x7f.1/api", "http://127.0.0.1/api"),
            ("HTTPS://EXAMPLE.org/Api", "https://example.org/Api"),
            ("http://abcdefg.onion/api", "http://abcdefg.onion/api"),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
        ] {
            assert_eq!(parse_backend_url(given).as_deref(), Ok(kept), "{given}");
        }
    }

    #[test]
    fn plain_http_to_another_machine_is_refused() {
        for text in [
            "http://example.org/api",
            "http://192.168.1.10:3000",
            "http://10.0.0.1",
            "http://0.0.0.0:8080",
            "http://localhost.example.org",
            "http://mylocalhost",
            "http://x.onion.example.org",
            "http://onion",
            "http://[::ffff:127.0.0.1]/",
        ] {
            assert_eq!(
                parse_backend_url(text),
                Err(ChainError::BadAddress {
                    what: "plain http only to this machine"
                }),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_plain_web_address_is_refused() {
        let long = format!("https://example.org/{}", "a".repeat(MAX_LEN));
        for text in [
            "",
            "example.org",
            "ftp://example.org",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://",
            "https:///api",
            "https:example.org",
            "https:\\\\example.org",
            "https://user@example.org",
            "https://user:pass@example.org",
            "https://:pass@example.org",
            "https://example.org/?q=1",
            "https://example.org/#top",
            "https://exam ple.org",
            "https://exam\tple.org",
            "https://example.org:0",
            "https://example.org:99999",
            long.as_str(),
        ] {
            assert!(
                matches!(parse_backend_url(text), Err(ChainError::BadAddress { .. })),
                "{text:?} must be refused"
            );
        }
    }

    #[test]
    fn what_is_kept_is_taken_again() {
        // Each letter takes six bytes in the canonical form.
        let fits = format!("https://example.org/{}", "\u{e9}".repeat(82));
        let kept = parse_backend_url(&fits).expect("short enough");
        assert_eq!(parse_backend_url(&kept).as_deref(), Ok(kept.as_str()));
        let path = "https://example.org/.https:////%2E%e/c";
        assert_eq!(parse_backend_url(path).as_deref(), Ok(path));
        let grows = format!("https://example.org/{}", "\u{e9}".repeat(83));
        assert!(parse_backend_url(&grows).is_err());
    }

    #[test]
    fn the_port_is_shown_only_where_it_is_special() {
        let shown = |text: &str| host_and_port(&parse(text).expect("a good address"));
        assert_eq!(shown("https://example.org:443/api"), "example.org");
        assert_eq!(shown("https://example.org:444/api"), "example.org:444");
        assert_eq!(shown("http://[::1]:8080"), "[::1]:8080");
    }
}
