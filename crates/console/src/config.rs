//! Which node is asked and how this program is let in, without saying the key.

use bitcoin::Network;

use crate::Console;
use crate::settings::{KeyKind, SettingsError};

/// Which way of being let in is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyWay {
    /// None.
    None,
    /// The cookie in the usual folder.
    Cookie,
    /// A cookie file.
    CookieFile,
    /// User name and password.
    Login,
    /// An `Authorization` header.
    Authorization,
    /// An `X-API-Key` header.
    ApiKey,
}

/// Where a key is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyHome {
    /// There is nothing to keep.
    Nothing,
    /// By the keychain.
    Keychain,
    /// In memory, until the program ends.
    ThisRun,
}

/// The console's settings, as they may be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeConfig {
    /// Address of the node.
    pub url: Option<String>,
    /// Address of an Esplora server beside it.
    pub esplora_url: Option<String>,
    /// Through whom everything but this machine is asked.
    pub proxy: Option<String>,
    /// Whether the node was given at start.
    pub is_given: bool,
    /// Whether it calls itself a sandbox; `None`: it was not asked yet.
    pub is_sandbox: Option<bool>,
    /// The network it was on when it was first asked.
    pub network: Option<Network>,
    /// How this program is let in.
    pub way: KeyWay,
    /// Whether there is something to be let in by.
    pub key_is_set: bool,
    /// Where the key is kept.
    pub home: KeyHome,
    /// The user name of a login.
    pub user: Option<String>,
    /// What the system calls its keychain.
    pub keychain: &'static str,
}

impl Console {
    /// Says which node is asked.
    ///
    /// # Errors
    /// See [`SettingsError`].
    pub fn node_config(&self) -> Result<NodeConfig, SettingsError> {
        let settings = self.settings()?;
        let given = self.config.given.as_ref();
        let is_given = settings.url.is_none() && given.is_some();
        let picture = self.picture();
        let network = picture
            .glance
            .as_ref()
            .and_then(|glance| glance.network.as_ref());
        let given_cookie = is_given && given.is_some_and(|given| given.cookie.is_some());
        let (way, user) = match &settings.key {
            KeyKind::None if given_cookie => (KeyWay::CookieFile, None),
            KeyKind::None => (KeyWay::None, None),
            KeyKind::Cookie { .. } => (KeyWay::Cookie, None),
            KeyKind::CookieFile { .. } => (KeyWay::CookieFile, None),
            KeyKind::Login { user } => (KeyWay::Login, Some(user.clone())),
            KeyKind::Authorization => (KeyWay::Authorization, None),
            KeyKind::ApiKey => (KeyWay::ApiKey, None),
        };
        let home = match (settings.key.is_typed(), &settings.sealed, &picture.run_key) {
            (false, ..) | (true, None, None) => KeyHome::Nothing,
            (true, Some(_), _) => KeyHome::Keychain,
            (true, None, Some(_)) => KeyHome::ThisRun,
        };
        Ok(NodeConfig {
            url: settings
                .url
                .clone()
                .or_else(|| given.map(|given| given.url.clone())),
            esplora_url: settings.esplora_url.clone(),
            proxy: match given {
                Some(given) if is_given => given.proxy.clone(),
                _ => settings.proxy.clone(),
            },
            is_given,
            is_sandbox: network.map(|network| network.is_sandbox()),
            network: settings.network,
            key_is_set: way != KeyWay::None
                && (!settings.key.is_typed() || home != KeyHome::Nothing),
            way,
            home,
            user,
            keychain: self.ports.keychain.traits().name,
        })
    }
}
