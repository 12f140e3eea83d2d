//! Who may reach the sandbox: where it listens, and the key that callers must have.

use std::fmt;
use std::fs;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};

use axum::http::{HeaderMap, header};
use thiserror::Error;

/// Fewest characters of a key.
const SHORTEST: usize = 16;
/// Most bytes of a file with a key.
const LONGEST: u64 = 512;

/// Why a key is none.
#[derive(Debug, Error)]
pub enum ApiKeyError {
    /// The file cannot be read.
    #[error("cannot read the API key from {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is too long.
    #[error("an API key has at most 512 bytes")]
    TooLong,
    /// It is too short to be hard to guess.
    #[error("an API key has at least 16 characters")]
    TooShort,
    /// It has characters that no header can carry.
    #[error("an API key is made of visible ASCII characters")]
    Characters,
}

/// A key that every request must carry, as `Authorization: Bearer KEY` or `X-API-Key: KEY`.
#[derive(Clone)]
pub struct ApiKey(Box<str>);

/// Shows nothing of the key.
impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(..)")
    }
}

impl ApiKey {
    /// Takes a key; white space around it does not count.
    pub fn new(text: &str) -> Result<Self, ApiKeyError> {
        let text = text.trim();
        if text.len() as u64 > LONGEST {
            return Err(ApiKeyError::TooLong);
        }
        if text.len() < SHORTEST {
            return Err(ApiKeyError::TooShort);
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(ApiKeyError::Characters);
        }
        Ok(Self(text.into()))
    }

    /// Reads a key from a file.
    pub fn read(path: &Path) -> Result<Self, ApiKeyError> {
        let read = |source| ApiKeyError::Read {
            path: path.to_owned(),
            source,
        };
        if fs::metadata(path).map_err(read)?.len() > LONGEST {
            return Err(ApiKeyError::TooLong);
        }
        Self::new(&fs::read_to_string(path).map_err(read)?)
    }

    /// Whether the request carries the key.
    pub fn is_in(&self, headers: &HeaderMap) -> bool {
        let bearer = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "));
        let named = headers
            .get("x-api-key")
            .and_then(|value| value.to_str().ok());
        [bearer, named]
            .into_iter()
            .flatten()
            .any(|given| same(given.trim().as_bytes(), self.0.as_bytes()))
    }

    /// The value of an `Authorization` header, for asking another sandbox.
    pub(crate) fn bearer(&self) -> String {
        format!("Bearer {}", self.0)
    }
}

/// Compares in a time that says nothing about where two texts differ: by hashes, which are compared in
/// constant time.
pub fn same(given: &[u8], expected: &[u8]) -> bool {
    blake3::hash(given) == blake3::hash(expected)
}

/// Where the sandbox listens and what it asks for.
#[derive(Debug, Clone)]
pub struct Access {
    /// The address; loopback unless somebody says otherwise.
    pub bind: IpAddr,
    /// The key every request must carry. JSON-RPC takes its cookie as well.
    pub api_key: Option<ApiKey>,
    /// Whether other machines may reach it, also by a tunnel that ends on this machine. Needs a key.
    pub allow_remote: bool,
}

impl Default for Access {
    fn default() -> Self {
        Self {
            bind: Ipv4Addr::LOCALHOST.into(),
            api_key: None,
            allow_remote: false,
        }
    }
}

/// An address that other machines reach, without what that takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RemoteError {
    /// No key.
    #[error(
        "{0} can be reached from other machines: whoever reaches it mines and pays. It needs an API key \
         (--api-key-file FILE) and --allow-remote"
    )]
    NoKey(IpAddr),
    /// A key, and no word that it is meant.
    #[error("{0} can be reached from other machines: say --allow-remote if that is meant")]
    NotAllowed(IpAddr),
}

impl Access {
    /// Whether other machines reach it.
    pub fn is_remote(&self) -> bool {
        !self.bind.is_loopback()
    }

    /// Whether it is asked by other names than loopback's: by other machines, or through a tunnel that ends here.
    pub fn has_other_names(&self) -> bool {
        self.is_remote() || (self.allow_remote && self.api_key.is_some())
    }

    /// Refuses an address that others reach unless both a key and the word are there.
    pub fn check(&self) -> Result<(), RemoteError> {
        match (self.is_remote(), &self.api_key, self.allow_remote) {
            (false, ..) | (true, Some(_), true) => Ok(()),
            (true, None, _) => Err(RemoteError::NoKey(self.bind)),
            (true, Some(_), false) => Err(RemoteError::NotAllowed(self.bind)),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_address_that_others_reach_needs_both() {
        let key = || ApiKey::new("0123456789abcdef").unwrap();
        let access = |bind: &str, api_key, allow_remote| Access {
            bind: bind.parse().unwrap(),
            api_key,
            allow_remote,
        };
        for local in ["127.0.0.1", "127.9.9.9", "::1"] {
            assert_eq!(access(local, None, false).check(), Ok(()));
        }
        for open in ["0.0.0.0", "192.168.0.2", "::", "fe80::1"] {
            let bind = open.parse().unwrap();
            assert_eq!(
                access(open, None, true).check(),
                Err(RemoteError::NoKey(bind))
            );
            assert_eq!(
                access(open, None, false).check(),
                Err(RemoteError::NoKey(bind))
            );
            assert_eq!(
                access(open, Some(key()), false).check(),
                Err(RemoteError::NotAllowed(bind))
            );
            assert_eq!(access(open, Some(key()), true).check(), Ok(()));
        }
    }

    #[test]
    fn a_key_is_long_visible_and_not_shown() {
        assert!(matches!(ApiKey::new("short"), Err(ApiKeyError::TooShort)));
        assert!(matches!(
            ApiKey::new(&"x".repeat(513)),
            Err(ApiKeyError::TooLong)
        ));
        assert!(matches!(
            ApiKey::new("0123456789 abcdef"),
            Err(ApiKeyError::Characters)
        ));
        let key = ApiKey::new(" 0123456789abcdef\n").unwrap();
        assert_eq!(format!("{key:?}"), "ApiKey(..)");
        let headers = |name: &'static str, value: &str| {
            HeaderMap::from_iter([(name.parse().unwrap(), value.parse().unwrap())])
        };
        for (name, value, good) in [
            ("authorization", "Bearer 0123456789abcdef", true),
            ("x-api-key", "0123456789abcdef", true),
            ("authorization", "0123456789abcdef", false),
            ("authorization", "Bearer 0123456789abcdeF", false),
            ("x-api-key", "0123456789abcde", false),
            ("x-api-key", "", false),
        ] {
            assert_eq!(key.is_in(&headers(name, value)), good, "{name}: {value}");
        }
    }
}
