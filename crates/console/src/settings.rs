//! Which node is asked and how this program is let in, in a file of its own.

use std::sync::{Mutex, PoisonError};

use bitcoin::Network;
use satchel_ports::{Entropy, FileError, KeychainItem};
use satchel_secrets::aead::{self, NONCE_LEN};
use satchel_secrets::{SecretBytes, SecretText};
use satchel_types::NodeKeyId;
use serde::{Deserialize, Serialize};

use crate::Console;

/// Longest settings file, in bytes.
const MOST: u64 = 64 * 1024;
/// Longest key, in bytes.
pub(crate) const LONGEST_KEY: usize = 4_096;
/// 2: it may name a proxy, which a program that does not know of it must not leave out.
const VERSION: u32 = 2;
const CONTEXT: &str = "satchel console key v1";

/// Why the settings cannot be read or written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// They cannot be read.
    #[error("the console's settings cannot be read")]
    Unreadable,
    /// They are not what this program wrote.
    #[error("the console's settings are damaged")]
    Damaged,
    /// A newer version wrote them.
    #[error("a newer version wrote the console's settings")]
    TooNew,
    /// They cannot be written.
    #[error("the console's settings cannot be written")]
    Unwritable,
}

/// How this program is let in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum KeyKind {
    #[default]
    None,
    /// The cookie in Core's usual folder of a network.
    Cookie {
        network: Network,
    },
    /// A cookie file that its owner chose.
    CookieFile {
        path: std::path::PathBuf,
    },
    Login {
        user: String,
    },
    Authorization,
    ApiKey,
}

impl KeyKind {
    /// Returns whether there is something secret about it.
    pub(crate) fn is_typed(&self) -> bool {
        matches!(
            self,
            Self::Login { .. } | Self::Authorization | Self::ApiKey
        )
    }
}

/// A key, sealed under one of the keychain's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SealedKey {
    /// Item of the keychain, as 32 hex digits.
    pub item: String,
    /// Nonce and ciphertext, in hex.
    pub sealed: String,
}

/// What is kept. The file is its owner's alone, and is read as if it were not.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    pub version: u32,
    /// Address of the node; `None`: the one given at start.
    pub url: Option<String>,
    /// Address of an Esplora server beside it.
    pub esplora_url: Option<String>,
    /// Whether its owner agreed to plain http.
    pub plain_http: bool,
    /// Through whom everything but this machine is asked.
    pub proxy: Option<String>,
    /// The network it was on when it was first asked.
    pub network: Option<Network>,
    pub key: KeyKind,
    pub sealed: Option<SealedKey>,
}

/// Reads what [`write`] wrote.
pub(crate) fn read(bytes: &[u8]) -> Result<Settings, SettingsError> {
    #[derive(Deserialize)]
    struct Head {
        version: u32,
    }
    let head: Head = serde_json::from_slice(bytes).map_err(|_| SettingsError::Damaged)?;
    if head.version > VERSION {
        return Err(SettingsError::TooNew);
    }
    let settings: Settings = serde_json::from_slice(bytes).map_err(|_| SettingsError::Damaged)?;
    Ok(settings)
}

pub(crate) fn write(settings: &Settings) -> Result<Vec<u8>, SettingsError> {
    let settings = Settings {
        version: VERSION,
        ..settings.clone()
    };
    serde_json::to_vec_pretty(&settings).map_err(|_| SettingsError::Unwritable)
}

/// What a key is bound to: a changed file cannot send it to another place or in another way.
fn bound(settings: &Settings, item: NodeKeyId) -> Vec<u8> {
    let kind = match &settings.key {
        KeyKind::Login { user } => format!("login {user}"),
        KeyKind::Authorization => "authorization".to_owned(),
        KeyKind::ApiKey => "api key".to_owned(),
        KeyKind::None | KeyKind::Cookie { .. } | KeyKind::CookieFile { .. } => String::new(),
    };
    let url = settings.url.as_deref().unwrap_or("given at start");
    let esplora = settings.esplora_url.as_deref().unwrap_or("");
    let mut bound = format!("{CONTEXT}\n{item}\n{url}\n{esplora}\n{kind}");
    if let Some(proxy) = &settings.proxy {
        bound.push('\n');
        bound.push_str(proxy);
    }
    bound.into_bytes()
}

/// Seals a key.
pub(crate) fn seal(
    settings: &Settings,
    item: NodeKeyId,
    under: &SecretBytes<32>,
    key: &SecretText,
    entropy: &dyn Entropy,
) -> Result<SealedKey, satchel_ports::EntropyError> {
    let mut nonce = [0; NONCE_LEN];
    entropy.fill(&mut nonce)?;
    let mut bytes = nonce.to_vec();
    bytes.extend(aead::seal(
        under,
        &nonce,
        &bound(settings, item),
        key.expose().as_bytes(),
    ));
    let sealed = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(SealedKey {
        item: item.to_string(),
        sealed,
    })
}

impl SealedKey {
    /// Returns the keychain's item. `None`: it is damaged.
    pub(crate) fn id(&self) -> Option<NodeKeyId> {
        self.item.parse().ok()
    }

    pub(crate) fn keychain_item(&self) -> Option<KeychainItem> {
        self.id().map(|id| KeychainItem::NodeKey { id })
    }
}

/// Opens a sealed key. `None`: it was sealed for another node, in another way or under another key, or is damaged.
pub(crate) fn open(
    settings: &Settings,
    sealed: &SealedKey,
    under: &SecretBytes<32>,
) -> Option<SecretText> {
    let hex = sealed.sealed.as_bytes();
    if hex.len() > 2 * (LONGEST_KEY + 64) || !hex.len().is_multiple_of(2) {
        return None;
    }
    let digit = |b: u8| {
        char::from(b)
            .to_digit(16)
            .and_then(|d| u8::try_from(d).ok())
    };
    let bytes: Option<Vec<u8>> = hex
        .chunks_exact(2)
        .map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?))
        .collect();
    let bytes = bytes?;
    let (nonce, ciphertext) = bytes.split_first_chunk::<NONCE_LEN>()?;
    let opened = aead::open(under, nonce, &bound(settings, sealed.id()?), ciphertext).ok()?;
    let text = std::str::from_utf8(opened.expose()).ok()?;
    Some(SecretText::new(text.to_owned()))
}

/// The settings in memory, read once.
#[derive(Debug, Default)]
pub(crate) struct Keep(Mutex<Option<Settings>>);

impl Console {
    /// Returns the settings.
    pub(crate) fn settings(&self) -> Result<Settings, SettingsError> {
        let mut kept = self
            .settings
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(settings) = &*kept {
            return Ok(settings.clone());
        }
        let settings = match &self.config.settings {
            None => Settings::default(),
            Some(path) => match self.ports.files.read(path, MOST) {
                Ok(bytes) => read(&bytes)?,
                Err(FileError::NotFound) => Settings::default(),
                Err(_) => return Err(SettingsError::Unreadable),
            },
        };
        *kept = Some(settings.clone());
        Ok(settings)
    }

    /// Has the settings read again when they are next needed: the command line may have set them.
    pub(crate) fn read_settings_anew(&self) {
        if self.config.settings.is_some() {
            *self
                .settings
                .0
                .lock()
                .unwrap_or_else(PoisonError::into_inner) = None;
        }
    }

    /// Keeps the settings.
    pub(crate) fn keep_settings(&self, settings: &Settings) -> Result<(), SettingsError> {
        if let Some(path) = &self.config.settings {
            let bytes = write(settings)?;
            self.ports
                .files
                .write(path, &bytes, true)
                .map_err(|_| SettingsError::Unwritable)?;
        }
        *self
            .settings
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(settings.clone());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use satchel_testkit::SeededEntropy;

    use super::*;

    fn settings() -> Settings {
        Settings {
            version: VERSION,
            url: Some("https://node.example".to_owned()),
            key: KeyKind::Login {
                user: "alice".to_owned(),
            },
            ..Settings::default()
        }
    }

    #[test]
    fn what_is_written_is_read_and_what_is_newer_or_damaged_is_told() {
        let bytes = write(&settings()).expect("plain values");
        assert_eq!(read(&bytes), Ok(settings()));
        assert_eq!(
            read(br#"{"version":3,"more":1}"#),
            Err(SettingsError::TooNew)
        );
        let first =
            br#"{"version":1,"url":null,"esplora_url":null,"plain_http":false,"network":null,
            "key":{"kind":"none"},"sealed":null}"#;
        let read_first = Settings {
            version: 1,
            ..Settings::default()
        };
        assert_eq!(
            read(first),
            Ok(read_first),
            "as it was before there were proxies"
        );
        for bytes in [&b""[..], b"{}", br#"{"version":1,"url":7}"#, b"[1]"] {
            assert_eq!(read(bytes), Err(SettingsError::Damaged));
        }
    }

    #[test]
    fn a_key_opens_for_the_node_it_was_sealed_for_and_for_no_other() {
        let entropy = SeededEntropy::dangerous_from_seed(1);
        let under = SecretBytes::from_slice(&[7; 32]).expect("32 bytes");
        let id = NodeKeyId::from_bytes([1; 16]);
        let key = SecretText::new("hunter2".to_owned());
        let sealed = seal(&settings(), id, &under, &key, &entropy).expect("never broken");
        assert!(!format!("{sealed:?}").contains("hunter2"));
        let opened = open(&settings(), &sealed, &under).expect("just sealed");
        assert_eq!(opened.expose(), "hunter2");
        let others = [
            Settings {
                url: Some("https://evil.example".to_owned()),
                ..settings()
            },
            Settings {
                esplora_url: Some("https://evil.example".to_owned()),
                ..settings()
            },
            Settings {
                proxy: Some("http://evil.example:3128".to_owned()),
                ..settings()
            },
            Settings {
                key: KeyKind::Authorization,
                ..settings()
            },
            Settings {
                key: KeyKind::Login {
                    user: "bob".to_owned(),
                },
                ..settings()
            },
        ];
        for other in others {
            assert!(open(&other, &sealed, &under).is_none(), "{other:?}");
        }
        let another = SecretBytes::from_slice(&[8; 32]).expect("32 bytes");
        assert!(open(&settings(), &sealed, &another).is_none());
        for text in ["", "zz", "00", "0", &"00".repeat(10_000)] {
            let forged = SealedKey {
                sealed: text.to_owned(),
                ..sealed.clone()
            };
            assert!(open(&settings(), &forged, &under).is_none());
        }
    }
}
