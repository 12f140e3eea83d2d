//! Asking another node, after consent.

use satchel_node_api::{NodeAddress, NodeError, NodeProxy, is_open_to_readers};
use satchel_ports::{ConfirmError, LanError};
use satchel_types::is_in_local_network;

use crate::Console;
use crate::acts::SetNode;
use crate::events::{Event, Topic};
use crate::settings::{KeyKind, Settings, SettingsError};

/// Why the node was not set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetNodeError {
    /// An address cannot be used.
    #[error(transparent)]
    Address(#[from] NodeError),
    /// Its owner did not agree.
    #[error(transparent)]
    Confirm(#[from] ConfirmError),
    /// The settings cannot be read or written.
    #[error(transparent)]
    Settings(#[from] SettingsError),
}

impl Console {
    /// Sets the node, the Esplora server beside it and the proxy to both, after its owner agreed to all three; plain
    /// `http` to another machine is part of the question. A key goes along to the same host by the same way alone.
    ///
    /// # Errors
    /// See [`SetNodeError`].
    pub async fn set_base_url(
        &self,
        url: Option<&str>,
        esplora: Option<&str>,
        proxy: Option<&str>,
    ) -> Result<(), SetNodeError> {
        let read = |text: &str| NodeAddress::parse(text, true);
        let (node, esplora) = (url.map(read).transpose()?, esplora.map(read).transpose()?);
        let proxy = proxy.map(NodeProxy::parse).transpose()?;
        for address in [&node, &esplora].into_iter().flatten() {
            if address.is_onion() && proxy.is_none() {
                return Err(NodeError::BadAddress {
                    what: "an onion address needs a proxy",
                }
                .into());
            }
        }
        let before = self.settings()?;
        let same_way = before.proxy.as_deref() == proxy.as_ref().map(NodeProxy::as_str);
        let was = before.url.as_deref().map(read).transpose().unwrap_or(None);
        let same = matches!((&was, &node), (Some(was), Some(node)) if was.is_same_place(node))
            || was == node;
        // What is sealed is sealed for these very addresses.
        let unchanged = before.url.as_deref() == node.as_ref().map(NodeAddress::as_str)
            && before.esplora_url.as_deref() == esplora.as_ref().map(NodeAddress::as_str)
            && same_way;
        let keeps = unchanged || (same && !before.key.is_typed());
        let forgets_key = !keeps && before.key != KeyKind::None;
        let act = SetNode {
            node,
            esplora,
            proxy,
            forgets_key,
        };
        let agreed = self.consent(act).await?.into_act();
        let plain = |address: &Option<NodeAddress>| {
            address
                .as_ref()
                .is_some_and(|address| is_open_to_readers(address, agreed.proxy.as_ref()))
        };
        let settings = Settings {
            version: before.version,
            url: agreed.node.as_ref().map(|node| node.as_str().to_owned()),
            esplora_url: agreed
                .esplora
                .as_ref()
                .map(|esplora| esplora.as_str().to_owned()),
            proxy: agreed.proxy.as_ref().map(|proxy| proxy.as_str().to_owned()),
            plain_http: plain(&agreed.node) || plain(&agreed.esplora),
            network: None,
            key: if keeps {
                before.key.clone()
            } else {
                KeyKind::None
            },
            sealed: before.sealed.clone().filter(|_| keeps),
        };
        self.keep_settings(&settings)?;
        // Before it is asked for the first time. What a no means, asking tells: it may be reached another way.
        let _ = self.enter_lan().await;
        if !keeps {
            self.picture().run_key = None;
            self.forget_item(&before).await;
        }
        self.renew_node(true).await;
        self.tell(Event::Stale(vec![
            Topic::Config,
            Topic::Chain,
            Topic::Blocks,
            Topic::Mempool,
            Topic::Transactions,
            Topic::NodeWallets,
            Topic::Health,
        ]));
        Ok(())
    }

    /// Has the system let this program into the local network if the node is there, or who it is asked through. Somebody has just
    /// said that it is to be reached: the system may ask them.
    pub(crate) async fn enter_lan(&self) -> Result<(), LanError> {
        let Ok(node) = self.node_config() else {
            return Ok(());
        };
        let asked = match node.proxy {
            Some(proxy) => vec![proxy],
            None => [node.url, node.esplora_url].into_iter().flatten().collect(),
        };
        match asked.iter().any(|url| is_in_local_network(url)) {
            true => self.ports.lan.enter().await,
            false => Ok(()),
        }
    }

    /// Removes the keychain's item of settings that are no more. What stays behind opens nothing.
    pub(crate) async fn forget_item(&self, before: &Settings) {
        let item = before
            .sealed
            .as_ref()
            .and_then(|sealed| sealed.keychain_item());
        if let Some(item) = item
            && let Err(error) = self.ports.keychain.remove(item).await
        {
            tracing::debug!(%error, "a node's item stays in the keychain");
        }
    }
}
