//! How this program is let in. What is secret goes in and never out.

use std::path::PathBuf;
use std::sync::Arc;

use bitcoin::Network;
use satchel_node_api::NodeAddress;
use satchel_ports::{EntropyError, KeychainItem};
use satchel_secrets::{SecretBytes, SecretText};
use satchel_types::NodeKeyId;

use crate::Console;
use crate::events::{Event, Topic};
use crate::settings::{KeyKind, LONGEST_KEY, SettingsError, seal};

/// Longest user name, in bytes.
const LONGEST_USER: usize = 100;

/// A way to be let in.
#[derive(Debug)]
pub enum NewKey {
    /// Without anything.
    None,
    /// By the cookie in Bitcoin Core's usual folder of a network.
    Cookie(Network),
    /// By a cookie file that its owner chose in the system's dialog.
    CookieFile(PathBuf),
    /// By user name and password.
    Login {
        /// The user name.
        user: String,
        /// The password.
        password: SecretText,
    },
    /// By an `Authorization` header.
    Authorization(SecretText),
    /// By an `X-API-Key` header.
    ApiKey(SecretText),
}

/// Why the key was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SetKeyError {
    /// A cookie is for a node on this machine.
    #[error("a cookie file is for a node on this machine")]
    NotHere,
    /// There is no usual folder on this system.
    #[error("this system has no usual folder of Bitcoin Core; choose the file")]
    NoFolder,
    /// The key will not do.
    #[error("a key has 1 to {longest} printable ASCII characters")]
    BadKey {
        /// Longest key, in bytes.
        longest: usize,
    },
    /// The user name will not do.
    #[error("a user name has 1 to {longest} characters and no colon")]
    BadUser {
        /// Longest name, in bytes.
        longest: usize,
    },
    /// There is no randomness.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// The settings cannot be read or written.
    #[error(transparent)]
    Settings(#[from] SettingsError),
}

/// Lets through what an HTTP header can carry.
fn fits(key: &SecretText) -> Result<(), SetKeyError> {
    let text = key.expose();
    let printable = text.bytes().all(|b| (b' '..=b'~').contains(&b));
    if text.is_empty() || text.len() > LONGEST_KEY || !printable {
        return Err(SetKeyError::BadKey {
            longest: LONGEST_KEY,
        });
    }
    Ok(())
}

impl Console {
    /// Takes a way to be let in. A key is sealed under a new one of the keychain; when the keychain does not take
    /// that, it stays in memory until the program ends.
    ///
    /// # Errors
    /// See [`SetKeyError`].
    pub async fn set_api_key(&self, key: NewKey) -> Result<(), SetKeyError> {
        let before = self.settings()?;
        let mut settings = before.clone();
        let (kind, typed) = match key {
            NewKey::None => (KeyKind::None, None),
            NewKey::Cookie(network) => {
                self.only_here()?;
                if self.config.core_folder.is_none() {
                    return Err(SetKeyError::NoFolder);
                }
                (KeyKind::Cookie { network }, None)
            }
            NewKey::CookieFile(path) => {
                self.only_here()?;
                (KeyKind::CookieFile { path }, None)
            }
            NewKey::Login { user, password } => {
                let odd = |c: char| c == ':' || c.is_control();
                if user.is_empty() || user.len() > LONGEST_USER || user.contains(odd) {
                    return Err(SetKeyError::BadUser {
                        longest: LONGEST_USER,
                    });
                }
                fits(&password)?;
                (KeyKind::Login { user }, Some(password))
            }
            NewKey::Authorization(key) => {
                fits(&key)?;
                (KeyKind::Authorization, Some(key))
            }
            NewKey::ApiKey(key) => {
                fits(&key)?;
                (KeyKind::ApiKey, Some(key))
            }
        };
        settings.key = kind;
        settings.sealed = None;
        if let Some(key) = &typed {
            let id = NodeKeyId::from_bytes(self.drawn()?);
            let under = SecretBytes::init_with(|out| self.ports.entropy.fill(out))?;
            let sealed = seal(&settings, id, &under, key, &*self.ports.entropy)?;
            match self
                .ports
                .keychain
                .put(KeychainItem::NodeKey { id }, &under)
                .await
            {
                Ok(()) => settings.sealed = Some(sealed),
                Err(error) => {
                    tracing::info!(%error, "the keychain does not keep the key to the node")
                }
            }
        }
        self.keep_settings(&settings)?;
        {
            let mut picture = self.picture();
            picture.run_key = typed.map(Arc::new);
            picture.keychain = None;
        }
        self.forget_item(&before).await;
        self.renew_node(false).await;
        self.tell(Event::Stale(vec![Topic::Config, Topic::Health]));
        Ok(())
    }

    fn drawn(&self) -> Result<[u8; 16], EntropyError> {
        let mut bytes = [0; 16];
        self.ports.entropy.fill(&mut bytes)?;
        Ok(bytes)
    }

    /// A cookie lies where its node runs, and its content goes nowhere else.
    fn only_here(&self) -> Result<(), SetKeyError> {
        let settings = self.settings()?;
        let given = self.config.given.as_ref().map(|given| given.url.as_str());
        let url = settings.url.as_deref().or(given).unwrap_or_default();
        match NodeAddress::parse(url, true) {
            Ok(address) if address.is_here() => Ok(()),
            _ => Err(SetKeyError::NotHere),
        }
    }
}
