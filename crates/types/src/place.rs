//! Where the devices of a circle leave objects for each other.

use std::fmt;
use std::path::PathBuf;

/// A place, without what opens it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlaceAddress {
    /// A folder, perhaps one that another program carries to other devices.
    Folder(PathBuf),
    /// A folder on a WebDAV server (RFC 4918), by its address.
    WebDav(String),
}

impl fmt::Display for PlaceAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => write!(f, "{}", path.display()),
            Self::WebDav(url) => f.write_str(url),
        }
    }
}
