//! Which addresses of servers are accepted.

use satchel_http::PlainHttp;
use satchel_http::address::{self, canonical};
use satchel_ports::ChainError;
use url::Url;

/// Checks the base address of a server and returns it in its one canonical form, without a
/// trailing slash.
///
/// Accepted: `https` to anywhere; `http` only to this machine (`localhost`, 127.0.0.0/8, `::1`)
/// and to `.onion` services, whose traffic is encrypted by Tor itself. Refused: user names and
/// passwords, which would end up in logs and lists; queries and fragments, to which no path can
/// be appended.
pub fn parse_backend_url(text: &str) -> Result<String, ChainError> {
    parse(text).map(|url| canonical(&url).to_owned())
}

/// Checks an address and returns it parsed.
pub(crate) fn parse(text: &str) -> Result<Url, ChainError> {
    address::parse(text, PlainHttp::Safe).map_err(|bad| ChainError::BadAddress { what: bad.what })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Longest address accepted, in bytes.
    const MAX_LEN: usize = 512;

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
}
