//! Addresses of servers.
#![no_main]

use libfuzzer_sys::fuzz_target;
use satchel_chain::{EsploraConnector, HttpSettings, parse_backend_url};
use satchel_fuzz::{assert_plain, frugal, seeds};
use satchel_ports::{ChainConnector, ChainError};
use satchel_types::{Backend, BackendKind};
use url::{Host, Url};

fuzz_target!(init: seeds(make), |data: &[u8]| {
    let Some((&mode, data)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(data) else { return };
    match mode {
        0 => address(text),
        1 => address(&format!("https://{text}")),
        2 => address(&format!("http://{text}")),
        _ => {}
    }
});

/// An address that is taken stays as it is, is asked at the place that it shows, and is asked in clear
/// on this machine and through Tor alone.
fn address(text: &str) {
    let kept = match frugal(text.len(), || parse_backend_url(text)) {
        Ok(kept) => kept,
        Err(error) => {
            assert!(matches!(error, ChainError::BadAddress { .. }), "{error}");
            return;
        }
    };
    assert_eq!(
        parse_backend_url(&kept).as_deref(),
        Ok(kept.as_str()),
        "taken once only"
    );
    assert_plain(&kept);
    assert!(kept.is_ascii() && !kept.ends_with('/') && !kept.contains(['?', '#', ' ', '\\']));
    let url = Url::parse(&kept).expect("a web address");
    assert!(url.username().is_empty() && url.password().is_none() && url.port() != Some(0));
    match (url.scheme(), url.host()) {
        ("https", Some(_)) => {}
        ("http", Some(Host::Domain(name))) => {
            assert!(
                name == "localhost" || name.trim_end_matches('.').ends_with(".onion"),
                "{name} in clear"
            );
        }
        ("http", Some(Host::Ipv4(ip))) => assert!(ip.is_loopback(), "{ip} in clear"),
        ("http", Some(Host::Ipv6(ip))) => assert!(ip.is_loopback(), "{ip} in clear"),
        (scheme, host) => panic!("{scheme} to {host:?}"),
    }
    let backend = Backend {
        network: bitcoin::Network::Regtest,
        kind: BackendKind::Esplora,
        url: kept.clone(),
    };
    match EsploraConnector::new(HttpSettings::default()).connect(&backend) {
        Ok(source) => {
            assert_plain(source.server());
            assert!(kept.contains(source.server()), "it shows another server");
        }
        Err(ChainError::BadAddress { what }) => {
            assert!(what.contains("onion"), "kept and then refused: {what}");
        }
        Err(error) => panic!("{error}"),
    }
}

fn make() -> Vec<(&'static str, Vec<u8>)> {
    [
        ("loopback", "http://127.0.0.1:8080/api"),
        ("six", "http://[::1]:80/"),
        ("named", "http://localhost:3002"),
        ("slashes", "  https://example.org//  "),
        ("shouted", "HTTPS://EXAMPLE.org/Api"),
        ("onion", "http://abcdefg.onion/api"),
        ("umlaut", "https://b\u{fc}cher.example/\u{e9}"),
        ("odd-number", "http://0x7f.1/api"),
        ("mapped", "http://[::ffff:127.0.0.1]/"),
        ("owner", "https://user:pass@example.org"),
        ("query", "https://example.org/?q=1#top"),
        ("dots", "https://example.org/a/../../b/./%2e%2e/c"),
        ("turned", "https://example.org/\u{202e}ipa"),
        ("file", "file:///etc/passwd"),
    ]
    .into_iter()
    .map(|(name, text)| (name, [&[0], text.as_bytes()].concat()))
    .collect()
}
