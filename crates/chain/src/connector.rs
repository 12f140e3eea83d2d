//! Makes chain sources.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use satchel_ports::{ChainConnector, ChainError, ChainSource};
use satchel_types::{Backend, BackendKind};

use crate::HttpSettings;
use crate::backend_url;
use crate::client::Http;
use crate::source::EsploraSource;

/// Makes sources that speak the Esplora REST API. Sources of one backend share one pool of
/// connections and one bound on requests at a time, however many wallets use it.
#[derive(Debug)]
pub struct EsploraConnector {
    settings: HttpSettings,
    /// Pools in use, by base address.
    pools: Mutex<HashMap<String, Weak<Http>>>,
}

impl EsploraConnector {
    /// Makes a connector. Settings that cannot be used are told by
    /// [`connect`](ChainConnector::connect).
    pub fn new(settings: HttpSettings) -> Self {
        Self {
            settings,
            pools: Mutex::new(HashMap::new()),
        }
    }
}

impl ChainConnector for EsploraConnector {
    fn connect(&self, backend: &Backend) -> Result<Arc<dyn ChainSource>, ChainError> {
        match backend.kind {
            BackendKind::Esplora => {}
        }
        let url = backend_url::parse(&backend.url)?;
        let key = satchel_http::address::canonical(&url).to_owned();
        // A panic cannot leave the map half changed.
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        pools.retain(|_, pool| pool.strong_count() > 0);
        let http = match pools.get(&key).and_then(Weak::upgrade) {
            Some(http) => http,
            None => {
                let http = Arc::new(Http::new(&url, &self.settings)?);
                pools.insert(key, Arc::downgrade(&http));
                http
            }
        };
        Ok(Arc::new(EsploraSource::new(http)))
    }
}

impl std::fmt::Debug for Http {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Http")
            .field("server", &self.server())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::fake::{Answer, Fake};

    fn backend(url: &str) -> Backend {
        Backend {
            network: bitcoin::Network::Regtest,
            kind: BackendKind::Esplora,
            url: url.to_owned(),
        }
    }

    fn with_proxy(proxy: Option<&str>) -> EsploraConnector {
        EsploraConnector::new(HttpSettings {
            proxy: proxy.map(|p| url::Url::parse(p).expect("a URL")),
            ..HttpSettings::default()
        })
    }

    fn what(result: Result<Arc<dyn ChainSource>, ChainError>) -> &'static str {
        match result.map(|_| ()) {
            Err(ChainError::BadAddress { what }) => what,
            other => panic!("expected a bad address, got {other:?}"),
        }
    }

    #[test]
    fn a_source_names_host_and_port() {
        let source = with_proxy(None)
            .connect(&backend("http://127.0.0.1:8080/api"))
            .expect("a good address");
        assert_eq!(source.server(), "127.0.0.1:8080");
    }

    #[test]
    fn an_onion_address_without_a_proxy_is_refused() {
        assert_eq!(
            what(with_proxy(None).connect(&backend("http://abc.onion/api"))),
            "an onion address needs a proxy"
        );
        let tor = with_proxy(Some("socks5h://127.0.0.1:9050"));
        assert!(tor.connect(&backend("http://abc.onion/api")).is_ok());
    }

    #[test]
    fn a_proxy_that_resolves_names_locally_is_refused() {
        assert_eq!(
            what(
                with_proxy(Some("socks5://127.0.0.1:9050"))
                    .connect(&backend("https://example.org"))
            ),
            "the proxy must be socks5h, http or https"
        );
    }

    #[tokio::test]
    async fn everything_but_this_machine_goes_through_the_proxy() {
        let hash = "ab".repeat(32);
        let proxy = Fake::start(move |_, _| Answer::text(200, hash.clone())).await;
        let elsewhere = Fake::start(|_, _| Answer::text(200, "cd".repeat(32))).await;
        let connector = with_proxy(Some(proxy.url.trim_end_matches("/api")));

        let onion = connector.connect(&backend("http://abc.onion/api"));
        let hash = onion.expect("a good address").genesis().await;
        assert_eq!(hash.map(|h| h.to_string()), Ok("ab".repeat(32)));
        assert_eq!(proxy.asked(), ["http://abc.onion/api/block-height/0"]);

        let local = connector.connect(&backend(&elsewhere.url));
        let hash = local.expect("a good address").genesis().await;
        assert_eq!(hash.map(|h| h.to_string()), Ok("cd".repeat(32)));
        assert_eq!(proxy.asked().len(), 1, "this machine is asked directly");
    }

    #[tokio::test]
    async fn a_socks_proxy_gets_the_name_unresolved() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let connector = EsploraConnector::new(HttpSettings {
            proxy: url::Url::parse(&format!("socks5h://127.0.0.1:{port}")).ok(),
            retries: 0,
            ..HttpSettings::default()
        });
        let source = connector
            .connect(&backend("https://wallet.example:444/api"))
            .expect("a good address");
        let proxy = async {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            // RFC 1928: version, number of methods, methods.
            let mut hello = [0; 2];
            stream.read_exact(&mut hello).await.expect("a greeting");
            let mut methods = vec![0; hello[1].into()];
            stream.read_exact(&mut methods).await.expect("methods");
            stream.write_all(&[5, 0]).await.expect("no authentication");
            // Version, connect, reserved, a name of so many bytes.
            let mut wish = [0; 5];
            stream.read_exact(&mut wish).await.expect("a request");
            let mut name = vec![0; usize::from(wish[4]) + 2];
            stream.read_exact(&mut name).await.expect("a name");
            (wish, name)
        };
        let (answer, (wish, name)) = tokio::join!(source.genesis(), proxy);
        assert_eq!(wish[..4], [5, 1, 0, 3]);
        assert_eq!(
            name,
            [b"wallet.example".as_slice(), &444u16.to_be_bytes()].concat()
        );
        assert!(
            matches!(answer, Err(ChainError::Unreachable { server }) if server == "wallet.example:444")
        );
    }

    #[test]
    fn sources_of_one_backend_share_one_pool() {
        let connector = with_proxy(None);
        let backend = backend("http://127.0.0.1:1/api");
        let first = connector.connect(&backend).expect("a good address");
        let _second = connector.connect(&backend).expect("a good address");
        let pools = || connector.pools.lock().expect("no panic").len();
        assert_eq!(pools(), 1);
        let strong = connector
            .pools
            .lock()
            .expect("no panic")
            .values()
            .map(Weak::strong_count)
            .sum::<usize>();
        assert_eq!(strong, 2, "both hold the same pool");
        drop(first);
    }
}
