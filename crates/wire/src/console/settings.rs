//! Which node is asked, and how this program is let in.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::health::NodeHealth;
use crate::IpcError;
use crate::session::Theme;
use crate::wallet::Network;

/// Sets the node, after consent. What lets this program in at another node is forgotten.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct SetBaseUrlRequest {
    /// Made by the caller for this intent; a request that arrives twice asks once.
    pub request_id: String,
    /// Address of its JSON-RPC, `https://` or, to this machine, `http://`. Anywhere else plain `http` is a question of
    /// its own. None: no node is asked any more, or the one given at start.
    pub url: Option<String>,
    /// Address of an Esplora server beside it, which knows every address's transactions. A sandbox needs none named.
    #[serde(default)]
    pub esplora_url: Option<String>,
    /// Address of a proxy for everything but this machine, `socks5h://`, `http://` or `https://`. Onion services need
    /// one.
    #[serde(default)]
    pub proxy: Option<String>,
}

/// How this program is let in. What is secret about it is typed in the sealed window and never passes a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum NodeKey {
    /// Without anything.
    None,
    /// By the cookie in Bitcoin Core's usual folder of the network. Nodes on this machine only.
    Cookie {
        /// Of which network.
        network: Network,
    },
    /// By a cookie file that the owner chooses in the system's dialog. Nodes on this machine only.
    CookieFile,
    /// By user name and password; the password is typed in the sealed window.
    Login {
        /// The user name, at most 100 characters and without a colon.
        user: String,
    },
    /// By an `Authorization` header, as a reverse proxy wants it; typed in the sealed window.
    Authorization,
    /// By an `X-API-Key` header; typed in the sealed window.
    ApiKey,
}

/// Sets how this program is let in.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct SetApiKeyRequest {
    /// Made by the caller for this intent; a request that arrives twice asks once.
    pub request_id: String,
    /// How.
    pub key: NodeKey,
}

/// Which way is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum NodeKeyKind {
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

/// Where the key is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum NodeKeyKept {
    /// There is nothing to keep: a cookie is read from its file each time.
    Nothing,
    /// By the system's keychain.
    Keychain,
    /// In memory, until the program ends: the keychain did not take it.
    ThisRun,
}

/// What `cmd_get_config` returns. It never says what the key is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeConfig {
    /// Address of the node; none: no node is set.
    pub url: Option<String>,
    /// Address of an Esplora server beside it.
    pub esplora_url: Option<String>,
    /// Address of the proxy to both; this machine is asked directly.
    pub proxy: Option<String>,
    /// Whether the node was given at start instead of set by the owner.
    pub is_default: bool,
    /// Whether it is a sandbox; none: it was not asked yet.
    pub is_sandbox: Option<bool>,
    /// The network it was on when it was first asked.
    pub network: Option<Network>,
    /// How this program is let in.
    pub key_kind: NodeKeyKind,
    /// Whether a key is set.
    pub key_set: bool,
    /// Where it is kept.
    pub key_kept: NodeKeyKept,
    /// The user name of a login.
    pub user: Option<String>,
    /// What the system calls its keychain.
    pub keychain: String,
}

/// What `cmd_check_connection` returns: what came of asking just now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeCheck {
    /// Whether something answered at the address.
    pub reached: bool,
    /// Whether it let this program in.
    pub let_in: bool,
    /// How long the first answer took, in milliseconds.
    pub took_ms: u32,
    /// The network.
    pub network: Option<Network>,
    /// Version of the node.
    pub version: Option<u32>,
    /// What the node calls itself.
    pub subversion: Option<String>,
    /// Height of the newest block.
    pub height: Option<u32>,
    /// Whether it has wallets; none: not known.
    pub wallets: Option<bool>,
    /// Whether the Esplora server answers and has the same chain; none: there is none.
    pub esplora: Option<bool>,
    /// What was wrong.
    pub error: Option<IpcError>,
    /// When it was asked, in seconds since 1970.
    #[specta(type = u32)]
    pub at: u64,
}

/// What the console's page needs first, from `cmd_console_ready`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ConsoleSnapshot {
    /// This program's version.
    pub version: String,
    /// Whether it is a phone.
    pub phone: bool,
    /// Light or dark.
    pub theme: Theme,
    /// Which node is asked.
    pub config: NodeConfig,
    /// What is known of it.
    pub health: NodeHealth,
}
