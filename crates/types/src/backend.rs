//! Which server a wallet asks.

use bitcoin::Network;

/// How a backend is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackendKind {
    /// The Esplora REST API.
    Esplora,
}

/// The server that is asked about a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backend {
    /// Network it serves.
    pub network: Network,
    /// How it is spoken to.
    pub kind: BackendKind,
    /// Base address without a trailing slash, such as `http://127.0.0.1:8080/api`.
    pub url: String,
}
