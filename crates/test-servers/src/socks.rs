//! A SOCKS5 proxy that knows some names that nobody else knows, as Tor knows those of onion services.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use fast_socks5::ReplyError;
use fast_socks5::server::{Socks5ServerProtocol, SocksServerError, run_tcp_proxy};
use fast_socks5::util::target_addr::TargetAddr;
use tokio::net::TcpStream;
use tokio::runtime::Runtime;

/// It, on a free port of loopback, until it is dropped; what goes through it ends with it.
#[derive(Debug)]
pub struct Socks {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    runtime: Option<Runtime>,
}

impl Drop for Socks {
    fn drop(&mut self) {
        // A test may drop it on a thread that must not wait.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Socks {
    /// Starts one that leads from some hosts with ports, written as a client has to ask for them, to others.
    ///
    /// # Panics
    /// If no port is free.
    pub fn start(leads: &[(&str, SocketAddr)]) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("threads");
        let leads: HashMap<String, SocketAddr> = leads
            .iter()
            .map(|(from, to)| ((*from).to_owned(), *to))
            .collect();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("a socket");
        let address = listener.local_addr().expect("bound");
        let (leads, heard) = (Arc::new(leads), Arc::clone(&asked));
        runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a socket");
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&leads), Arc::clone(&heard)));
            }
        });
        Self {
            address,
            asked,
            runtime: Some(runtime),
        }
    }

    /// Its address, for clients that let it resolve names.
    pub fn url(&self) -> String {
        format!("socks5h://{}", self.address)
    }

    /// Hosts with ports that it was asked for, in order, as it was asked for them.
    pub fn asked(&self) -> Vec<String> {
        self.asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

async fn serve(
    stream: TcpStream,
    leads: Arc<HashMap<String, SocketAddr>>,
    asked: Arc<Mutex<Vec<String>>>,
) -> Result<(), SocksServerError> {
    let proxy = Socks5ServerProtocol::accept_no_auth(stream).await?;
    let (proxy, _, wanted) = proxy.read_command().await?;
    let name = match &wanted {
        TargetAddr::Domain(name, port) => format!("{name}:{port}"),
        TargetAddr::Ip(address) => address.to_string(),
    };
    let lead = leads.get(&name).copied();
    asked
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(name);
    match lead {
        Some(to) => {
            run_tcp_proxy(proxy, &TargetAddr::Ip(to), Duration::from_secs(30), true).await?;
        }
        None => proxy.reply_error(&ReplyError::HostUnreachable).await?,
    }
    Ok(())
}
