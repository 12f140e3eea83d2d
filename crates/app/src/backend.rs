//! Which server is asked, and asking only that one.

use std::sync::{Arc, PoisonError};

use bitcoin::Network;
use bitcoin::constants::genesis_block;
use satchel_ports::{ChainError, ChainSource, ConfirmError};
use satchel_types::{Backend, BackendKind, Batch, Write};

use crate::acts::ChangeBackend;
use crate::events::Event;
use crate::open::{KnownSource, Open};
use crate::session::{AccessError, App};

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
    /// of theirs anything by its address. Only where the network is not named must it be asked first; a
    /// page always names it.
    ///
    /// A server that does not answer is kept all the same when the network is named: it may be
    /// down just now. One that answers for another network is refused.
    pub async fn set_backend(
        &self,
        network: Option<Network>,
        url: &str,
    ) -> Result<Backend, BackendError> {
        let open = self.open()?;
        let mut backend = Backend {
            network: network.unwrap_or(Network::Bitcoin),
            kind: BackendKind::Esplora,
            url: url.trim().trim_end_matches('/').to_owned(),
        };
        let source = self.ports.chain.connect(&backend)?;
        if network.is_none() {
            backend.network = served(&*source).await?;
        }
        let from = self.backend_of(&open, backend.network)?.map(|(b, _)| b.url);
        if from.as_deref() == Some(backend.url.as_str())
            && open
                .store
                .backend(backend.network)
                .map_err(AccessError::from)?
                .is_some()
        {
            return Ok(backend);
        }
        let act = ChangeBackend {
            network: backend.network,
            from,
            to: backend.url.clone(),
        };
        self.consent(&open, act).await?.into_act();
        if network.is_some() {
            match served(&*source).await {
                Ok(serves) if serves != backend.network => return Err(BackendError::OtherNetwork),
                Err(BackendError::Chain(error)) if error.is_transient() => {}
                Ok(_) => {}
                Err(error) => return Err(error),
            }
        }
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
