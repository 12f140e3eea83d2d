//! Servers that others wrote, on loopback, for tests of the roads to them: Apache's WebDAV in a process of its own,
//! the crate `dav-server`, and the S3-compatible one of `s3s`; a SOCKS5 proxy of `fast-socks5`. And a Bitcoin node, where one is at hand.
//! Before any of them something can stand that loses, doubles, hides and spoils what goes through it.
//!
//! Each keeps what it is given in a folder of this machine, where a test can look and spoil. It ends when it is
//! dropped.

mod apache;
mod bitcoind;
mod faulty;
mod here;
mod socks;

use std::path::{Path, PathBuf};

use tempfile::TempDir;

pub use apache::Apache;
pub use bitcoind::Bitcoind;
pub use faulty::{Fault, Faulty};
pub use here::Here;
pub use socks::Socks;

/// What tests log in with.
pub const USER: &str = "Aladdin";
/// What goes with it.
pub const PASSWORD: &str = "open sesame";
/// The one bucket of the S3-compatible server.
pub const BUCKET: &str = "things";

/// A server and its folder.
#[derive(Debug)]
pub struct Served<S> {
    /// The server.
    pub server: S,
    /// Where it keeps what a road sees.
    pub files: PathBuf,
    _scratch: TempDir,
}

/// Starts Apache's `mod_dav`, as Debian packs it (`apache2-bin`), with a login.
///
/// # Panics
/// If it is not installed or does not start.
pub fn apache() -> Served<Apache> {
    let scratch = scratch();
    let server = Apache::start(scratch.path());
    Served {
        server,
        files: scratch.path().join("files"),
        _scratch: scratch,
    }
}

/// Starts the crate `dav-server`, which asks for no login.
///
/// # Panics
/// If no port is free.
pub fn rust_dav() -> Served<Here> {
    let scratch = scratch();
    Served {
        server: here::dav(scratch.path()),
        files: scratch.path().to_owned(),
        _scratch: scratch,
    }
}

/// Starts the crate `dav-server` over a folder that stays.
///
/// # Panics
/// If no port is free.
#[must_use]
pub fn rust_dav_in(folder: &Path) -> Here {
    here::dav(folder)
}

/// Starts `s3s` over a folder. It checks signatures, gives lists whole and knows no conditions.
///
/// # Panics
/// If no port is free.
pub fn rust_s3() -> Served<Here> {
    let scratch = scratch();
    let files = scratch.path().join(BUCKET);
    std::fs::create_dir(&files).expect("a healthy disk");
    Served {
        server: here::s3(scratch.path()),
        files,
        _scratch: scratch,
    }
}

fn scratch() -> TempDir {
    tempfile::tempdir().expect("a scratch folder")
}

/// Lets everybody write there: a server may run as somebody else.
pub fn open_to_all(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // What the server made is its own already.
        let _ = std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o777));
    }
    #[cfg(not(unix))]
    let _ = path;
}
