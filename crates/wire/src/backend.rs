//! Which server is asked.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::wallet::Network;

/// The server of a network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Backend {
    /// The network.
    pub network: Network,
    /// `esplora`.
    pub kind: String,
    /// Its address; none: no server is set, so nothing is asked.
    pub url: Option<String>,
    /// Whether it was given at start instead of set by the owner.
    pub is_default: bool,
    /// Whether it is a sandbox, whose coins are free.
    pub is_sandbox: bool,
}

/// Sets the server of a network.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct SetBackendRequest {
    /// The network; none: the selected wallet's.
    pub network: Option<Network>,
    /// Its Esplora address.
    pub url: String,
}

impl Backend {
    /// Makes the twin of a network's backend, with whether it was given at start.
    pub fn new(
        network: bitcoin::Network,
        backend: Option<(satchel_types::Backend, bool)>,
        is_sandbox: bool,
    ) -> Self {
        let is_default = backend.as_ref().is_some_and(|(_, given)| *given);
        Self {
            network: network.into(),
            kind: "esplora".to_owned(),
            url: backend.map(|(backend, _)| backend.url),
            is_default,
            is_sandbox,
        }
    }
}
