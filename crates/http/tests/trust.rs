//! A server whose certificate nobody vouches for.

use std::net::TcpListener;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection};

use satchel_http::{Connection, is_untrusted, open};

/// A certificate that its own key signed; nobody vouches for it.
const OWN: &str = include_str!("own.pem");

async fn failed(url: &str) -> reqwest::Error {
    let base = url::Url::parse(url).expect("a URL");
    let client = open(&base, &Connection::default()).expect("a client");
    let failed = client.get(url).send().await;
    failed.expect_err("nobody vouches for it")
}

#[tokio::test]
async fn a_server_that_vouches_for_itself_alone_is_told_from_one_that_does_not_answer() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    let serve = std::thread::spawn(move || {
        let chain = CertificateDer::pem_slice_iter(OWN.as_bytes());
        let chain = chain.collect::<Result<_, _>>().expect("a certificate");
        let key = PrivateKeyDer::from_pem_slice(OWN.as_bytes()).expect("its key");
        let config = ServerConfig::builder().with_no_client_auth();
        let config = config.with_single_cert(chain, key).expect("they fit");
        let (mut stream, _) = listener.accept().expect("a connection");
        let mut session = ServerConnection::new(Arc::new(config)).expect("a session");
        // The other side ends it.
        while session.complete_io(&mut stream).is_ok() {}
    });
    let untrusted = failed(&format!("https://127.0.0.1:{port}/")).await;
    assert!(is_untrusted(&untrusted), "{untrusted:?}");
    serve.join().expect("no panic");

    let away = failed(&format!("https://127.0.0.1:{port}/")).await;
    assert!(!is_untrusted(&away), "{away:?}");
}
