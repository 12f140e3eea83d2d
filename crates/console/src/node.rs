//! The node that is asked, made of settings and key.

use std::sync::Arc;

use bitcoin::Network;
use satchel_node_api::{
    AdminClient, Credential, Esplora, NodeAddress, NodeError, NodeProxy, Way, default_cookie,
    is_open_to_readers,
};
use satchel_ports::KeychainError;
use satchel_secrets::SecretText;
use tokio::sync::OnceCell;

use crate::Console;
use crate::ask_error::AskError;
use crate::settings::{self, KeyKind, Settings};

/// A key whose only home is this process: the keychain did not take it.
pub(crate) type RunKey = Arc<SecretText>;

/// The node that is asked.
pub(crate) struct Node {
    /// Its JSON-RPC.
    pub admin: AdminClient,
    /// The same, for looks that are worth nothing when they are late.
    pub glances: AdminClient,
    /// An Esplora server that was named.
    pub esplora: Option<Esplora>,
    /// One that a sandbox serves beside its JSON-RPC.
    beside: OnceCell<Option<Esplora>>,
    /// How a server beside it is reached.
    way: Way,
    /// The network it was on when it was first asked.
    pub network: Option<Network>,
}

impl Node {
    /// Returns the server that has an index of addresses, if there is one.
    pub(crate) async fn index(&self) -> Result<Option<&Esplora>, NodeError> {
        if let Some(named) = &self.esplora {
            return Ok(Some(named));
        }
        let found = self.beside.get_or_try_init(|| async {
            if !self.admin.network_info().await?.is_sandbox() {
                return Ok(None);
            }
            let url = format!("{}/api", self.admin.address().as_str());
            // The same place: whoever agreed to the one agreed to the other.
            let address = NodeAddress::parse(&url, true)?;
            Esplora::new(address, Credential::None, self.way.clone()).map(Some)
        });
        Ok(found.await?.as_ref())
    }
}

fn copy(key: &SecretText) -> SecretText {
    SecretText::new(key.expose().to_owned())
}

/// What lets this program in, as the settings say.
fn credential(console: &Console, settings: &Settings, key: Option<&SecretText>) -> Credential {
    match (&settings.key, key) {
        (KeyKind::Cookie { network }, _) => match &console.config.core_folder {
            Some(folder) => Credential::Cookie(default_cookie(folder, *network)),
            // There is no usual folder here: a path that leads nowhere says that there is no cookie.
            None => Credential::Cookie("".into()),
        },
        (KeyKind::CookieFile { path }, _) => Credential::Cookie(path.clone()),
        (KeyKind::Login { user }, Some(key)) => Credential::Login {
            user: user.clone(),
            password: copy(key),
        },
        (KeyKind::Authorization, Some(key)) => Credential::Authorization(copy(key)),
        (KeyKind::ApiKey, Some(key)) => Credential::ApiKey(copy(key)),
        (KeyKind::None | KeyKind::Login { .. } | KeyKind::Authorization | KeyKind::ApiKey, _) => {
            Credential::None
        }
    }
}

impl Console {
    /// Returns the node, made when it is first needed.
    pub(crate) async fn node(&self) -> Result<Arc<Node>, AskError> {
        let mut slot = self.node.lock().await;
        if let Some(node) = &*slot {
            return Ok(Arc::clone(node));
        }
        let node = Arc::new(self.made().await?);
        *slot = Some(Arc::clone(&node));
        Ok(node)
    }

    async fn made(&self) -> Result<Node, AskError> {
        let settings = self.settings()?;
        let given = self.config.given.as_ref();
        let url = settings
            .url
            .as_deref()
            .or(given.map(|given| given.url.as_str()))
            .ok_or(AskError::NotSet)?;
        let plain = match given {
            Some(given) if settings.url.is_none() => given.plain_http,
            _ => settings.plain_http,
        };
        let address = NodeAddress::parse(url, plain)?;
        let proxy = match given {
            Some(given) if settings.url.is_none() => given.proxy.as_deref(),
            _ => settings.proxy.as_deref(),
        };
        let way = Way {
            limits: self.config.limits,
            proxy: proxy.map(NodeProxy::parse).transpose()?,
        };
        let closed = |address: &NodeAddress| {
            if !plain && is_open_to_readers(address, way.proxy.as_ref()) {
                let what = "plain http to an onion service needs the proxy on this machine";
                return Err(NodeError::BadAddress { what });
            }
            Ok(())
        };
        closed(&address)?;
        let glancing = Way {
            limits: self.config.look,
            ..way.clone()
        };
        let key = self.key(&settings).await?;
        let credential_now = || match given {
            Some(given) if settings.url.is_none() && settings.key == KeyKind::None => given
                .cookie
                .clone()
                .map_or(Credential::None, Credential::Cookie),
            _ => credential(self, &settings, key.as_deref()),
        };
        let named = settings.esplora_url.as_ref().or(match given {
            Some(given) if settings.url.is_none() => given.esplora.as_ref(),
            _ => None,
        });
        let esplora = match named {
            None => None,
            Some(url) => {
                let beside = NodeAddress::parse(url, plain)?;
                closed(&beside)?;
                // A key is for the node; another host is not given it.
                let theirs = beside.is_same_place(&address) && settings.key.is_typed();
                let credential = if theirs {
                    credential_now()
                } else {
                    Credential::None
                };
                Some(Esplora::new(beside, credential, way.clone())?)
            }
        };
        Ok(Node {
            admin: AdminClient::new(address.clone(), credential_now(), way.clone())?,
            glances: AdminClient::new(address, credential_now(), glancing)?,
            esplora,
            way,
            beside: OnceCell::new(),
            network: settings.network,
        })
    }

    /// Returns the key, out of memory or the keychain. A keychain that fails is not asked again by itself: some ask a
    /// person each time.
    async fn key(&self, settings: &Settings) -> Result<Option<RunKey>, AskError> {
        if !settings.key.is_typed() {
            return Ok(None);
        }
        if let Some(key) = &self.picture().run_key {
            return Ok(Some(Arc::clone(key)));
        }
        if let Some(error) = self.picture().keychain {
            return Err(AskError::Keychain(error));
        }
        let Some(sealed) = &settings.sealed else {
            return Err(AskError::Keychain(KeychainError::NotFound));
        };
        let item = sealed.keychain_item().ok_or(AskError::KeyChanged)?;
        let under = match self.ports.keychain.get(item).await {
            Ok(under) => under,
            Err(error) => {
                self.picture().keychain = Some(error);
                return Err(AskError::Keychain(error));
            }
        };
        let key = Arc::new(settings::open(settings, sealed, &under).ok_or(AskError::KeyChanged)?);
        self.picture().run_key = Some(Arc::clone(&key));
        Ok(Some(key))
    }

    /// Forgets the client, so that the next question makes a new one of the settings; with `all` also what the node
    /// before said.
    pub(crate) async fn renew_node(&self, all: bool) {
        *self.node.lock().await = None;
        if all {
            self.kept().forget();
            let mut picture = self.picture();
            let run_key = std::mem::take(&mut *picture).run_key;
            picture.run_key = run_key;
        }
        self.wake.notify_one();
    }
}
