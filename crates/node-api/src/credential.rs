//! What lets this program in at a node.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bitcoin::Network;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use satchel_secrets::SecretText;

use crate::NodeError;

/// Longest cookie file, in bytes; Bitcoin Core's has 75.
const COOKIE_BYTES: u64 = 1_000;

/// What lets this program in. It shows what kind it is, and nothing of what it says.
#[derive(Default)]
pub enum Credential {
    /// Nothing.
    #[default]
    None,
    /// A cookie file, which the node writes anew whenever it starts.
    Cookie(PathBuf),
    /// User name and password.
    Login {
        /// The user name.
        user: String,
        /// The password.
        password: SecretText,
    },
    /// The value of an `Authorization` header, as a reverse proxy wants it.
    Authorization(SecretText),
    /// The value of an `X-API-Key` header.
    ApiKey(SecretText),
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "Credential::None",
            Self::Cookie(_) => "Credential::Cookie(…)",
            Self::Login { .. } => "Credential::Login(…)",
            Self::Authorization(_) => "Credential::Authorization(…)",
            Self::ApiKey(_) => "Credential::ApiKey(…)",
        })
    }
}

impl Credential {
    /// Returns whether another try may find another key: cookies are renewed.
    pub(crate) fn may_be_renewed(&self) -> bool {
        matches!(self, Self::Cookie(_))
    }

    /// Returns the header, marked so that no log of the HTTP library shows it.
    pub(crate) fn header(&self) -> Result<Option<(HeaderName, HeaderValue)>, NodeError> {
        let (name, value) = match self {
            Self::None => return Ok(None),
            Self::Cookie(path) => (AUTHORIZATION, basic(&read_cookie(path)?)),
            Self::Login { user, password } => (
                AUTHORIZATION,
                basic(&format!("{user}:{}", password.expose())),
            ),
            Self::Authorization(value) => {
                (AUTHORIZATION, HeaderValue::from_str(value.expose()).ok())
            }
            Self::ApiKey(value) => (
                HeaderName::from_static("x-api-key"),
                HeaderValue::from_str(value.expose()).ok(),
            ),
        };
        let mut value = value.ok_or(NodeError::Unauthorized)?;
        value.set_sensitive(true);
        Ok(Some((name, value)))
    }
}

fn basic(login: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(login))).ok()
}

/// Reads `user:password` out of a cookie file.
fn read_cookie(path: &Path) -> Result<String, NodeError> {
    let read = || {
        // Asked first: opening a pipe would wait for its writer.
        if !std::fs::metadata(path).ok()?.is_file() {
            return None;
        }
        let mut text = String::new();
        File::open(path)
            .ok()?
            .take(COOKIE_BYTES + 1)
            .read_to_string(&mut text)
            .ok()?;
        parse_cookie(&text).map(str::to_owned)
    };
    read().ok_or(NodeError::NoCookie)
}

/// Returns the login that a cookie file holds. `None`: it is no cookie file, so that no other file's content is sent.
pub(crate) fn parse_cookie(text: &str) -> Option<&str> {
    let line = text.trim_end_matches(['\r', '\n']);
    let (user, password) = line.split_once(':')?;
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
    let whole = line.len() as u64 <= COOKIE_BYTES && plain(password);
    (whole && user == "__cookie__").then_some(line)
}

/// Returns where Bitcoin Core keeps its cookie for a network, below its data folder.
pub fn default_cookie(data_folder: &Path, network: Network) -> PathBuf {
    let folder = match network {
        Network::Bitcoin => data_folder.to_owned(),
        Network::Testnet => data_folder.join("testnet3"),
        Network::Testnet4 => data_folder.join("testnet4"),
        Network::Signet => data_folder.join("signet"),
        Network::Regtest => data_folder.join("regtest"),
    };
    folder.join(".cookie")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> SecretText {
        SecretText::new(text.to_owned())
    }

    #[test]
    fn no_debug_shows_a_key_or_where_one_lies() {
        for credential in [
            Credential::Cookie("/hunter2".into()),
            Credential::Login {
                user: "hunter2".to_owned(),
                password: secret("hunter2"),
            },
            Credential::Authorization(secret("hunter2")),
            Credential::ApiKey(secret("hunter2")),
        ] {
            assert!(!format!("{credential:?}").contains("hunter2"));
            if let Ok(Some((_, value))) = credential.header() {
                assert!(!format!("{value:?}").contains("hunter2"), "{credential:?}");
                assert!(value.is_sensitive());
            }
        }
    }

    #[test]
    fn a_file_that_is_no_cookie_is_not_sent() {
        assert_eq!(parse_cookie("__cookie__:ab12\n"), Some("__cookie__:ab12"));
        for text in [
            "",
            "secret words of somebody",
            "root:x:0:0",
            "__cookie__:",
            "__cookie__:a b",
            "__cookie__:a\nb",
        ] {
            assert_eq!(parse_cookie(text), None, "{text:?}");
        }
        let long = format!("__cookie__:{}", "a".repeat(1_000));
        assert_eq!(parse_cookie(&long), None);
    }

    #[test]
    fn a_header_that_no_http_can_carry_is_refused_without_being_told() {
        let error = Credential::Authorization(secret("a\nb"))
            .header()
            .expect_err("no header");
        assert_eq!(error, NodeError::Unauthorized);
    }

    #[test]
    fn the_usual_cookie_is_in_its_network_s_folder() {
        let at = |network| default_cookie(Path::new("/d"), network);
        assert_eq!(at(Network::Bitcoin), Path::new("/d/.cookie"));
        assert_eq!(at(Network::Signet), Path::new("/d/signet/.cookie"));
    }
}
