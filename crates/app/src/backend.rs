//! Which server is asked, and asking only that one.

use std::sync::{Arc, PoisonError};

use bitcoin::Network;
use bitcoin::constants::genesis_block;
use satchel_ports::{ChainError, ChainSource, ConfirmError};
use satchel_types::{Backend, BackendKind, Batch, Write};

use crate::access_error::AccessError;
use crate::acts::ChangeBackend;
use crate::events::Event;
use crate::open::{KnownSource, Open};
use crate::session::App;

/// Why no server can be asked.
#[derive(Debug, thiserror::Error)]
pub enum BackendError {
    /// The vault cannot be used.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// None is set for this network.
    #[error("no server is set for this network")]
    NotSet {
        /// Which network.
        network: Network,
    },
    /// The server serves another network, or is no server of a known network.
    #[error("the server serves another network")]
    OtherNetwork,
    /// The server cannot be asked.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// No consent.
    #[error(transparent)]
    Confirm(#[from] ConfirmError),
    /// The server is in the local network, and the system does not let this program there.
    #[error("the server is in the local network, and the system does not let this program there")]
    LanDenied,
}

const NETWORKS: [Network; 5] = [
    Network::Bitcoin,
    Network::Testnet,
    Network::Testnet4,
    Network::Signet,
    Network::Regtest,
];

impl App {
    /// Returns the backend of a network, and whether it is one given at start.
    pub fn backend(&self, network: Network) -> Result<Option<(Backend, bool)>, AccessError> {
        self.backend_of(&*self.open()?, network)
    }

    pub(crate) fn backend_of(
        &self,
        open: &Open,
        network: Network,
    ) -> Result<Option<(Backend, bool)>, AccessError> {
        if let Some(backend) = open.store.backend(network)? {
            return Ok(Some((backend, false)));
        }
        let given = self
            .config
            .default_backends
            .iter()
            .find(|b| b.network == network);
        Ok(given.map(|backend| (backend.clone(), true)))
    }

    /// Returns the source for a network, once its server was seen to serve that network.
    pub(crate) async fn source(
        &self,
        open: &Open,
        network: Network,
    ) -> Result<Arc<dyn ChainSource>, BackendError> {
        let (backend, _) = self
            .backend_of(open, network)?
            .ok_or(BackendError::NotSet { network })?;
        let known = {
            let sources = open.sources.lock().unwrap_or_else(PoisonError::into_inner);
            sources
                .get(&network)
                .filter(|known| known.url == backend.url)
                .cloned()
        };
        if let Some(known) = known {
            return Ok(known.source);
        }
        let source = self.ports.chain.connect(&backend)?;
        if source.genesis().await? != genesis_block(network).block_hash() {
            return Err(BackendError::OtherNetwork);
        }
        let known = KnownSource {
            url: backend.url,
            source: Arc::clone(&source),
        };
        open.sources
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(network, known);
        Ok(source)
    }

    /// Sets the server of a network. When the network is not named, it is the one that the server
    /// says it serves.
    ///
    /// The server is asked nothing before its owner agreed to it: whoever may name servers could tell one
    /// of theirs anything by its address. A server that is in use already needs no consent.
    ///
    /// A server that does not answer is kept all the same when the network is named: it may be
    /// down just now. One that answers for another network is refused, and so is one in a local network into which
    /// the system does not let this program: it would never answer.
    pub async fn set_backend(
        &self,
        network: Option<Network>,
        url: &str,
    ) -> Result<Backend, BackendError> {
        let open = self.open()?;
        let url = url.trim().trim_end_matches('/').to_owned();
        let backend = |network| Backend {
            network,
            kind: BackendKind::Esplora,
            url: url.clone(),
        };
        // How a server is reached does not depend on the network.
        let source = self
            .ports
            .chain
            .connect(&backend(network.unwrap_or(Network::Bitcoin)))?;
        let asked: &[Network] = network.as_ref().map_or(&NETWORKS, std::slice::from_ref);
        for network in asked {
            let stored = open.store.backend(*network).map_err(AccessError::from)?;
            if let Some(stored) = stored.filter(|stored| stored.url == url) {
                return Ok(stored);
            }
        }
        let from = match network {
            Some(network) => self.backend_of(&open, network)?.map(|(b, _)| b.url),
            None => None,
        };
        let act = ChangeBackend {
            network,
            from,
            to: url.clone(),
        };
        self.consent(&open, act).await?.into_act();
        let entered = self.enter_lan_for(&url).await;
        let network = match (network, served(&*source).await) {
            (_, Err(BackendError::Chain(ChainError::Unreachable { .. }))) if entered.is_err() => {
                return Err(BackendError::LanDenied);
            }
            (None, serves) => serves?,
            (Some(network), Ok(serves)) if serves == network => network,
            (Some(_), Ok(_)) => return Err(BackendError::OtherNetwork),
            (Some(network), Err(BackendError::Chain(error))) if error.is_transient() => network,
            (Some(_), Err(error)) => return Err(error),
        };
        let backend = backend(network);
        open.store
            .apply(&Batch::from(Write::PutBackend(backend.clone())))
            .map_err(AccessError::from)?;
        self.tell(Event::WalletsChanged);
        Ok(backend)
    }
}

/// Asks a server which network it serves.
async fn served(source: &dyn ChainSource) -> Result<Network, BackendError> {
    let genesis = source.genesis().await?;
    NETWORKS
        .into_iter()
        .find(|network| genesis_block(*network).block_hash() == genesis)
        .ok_or(BackendError::OtherNetwork)
}
