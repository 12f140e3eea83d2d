//! The operating system's clock, entropy and folders, what it does to keep others out, and what it tells
//! of people who leave.

pub mod away;
mod harden;
#[cfg(target_os = "ios")]
pub mod phone;

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use satchel_ports::{Clock, Entropy, EntropyError};
use satchel_types::Timestamp;

pub use harden::{Hardening, harden};

/// The system's clock. A clock set before 1970 reads as 1970.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp::from_secs(since.as_secs())
    }
}

/// The system's entropy, as `getrandom(2)` and its peers give it.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    fn fill(&self, out: &mut [u8]) -> Result<(), EntropyError> {
        getrandom::fill(out).map_err(|_| EntropyError)
    }
}

/// Returns where Bitcoin Core keeps its data on this system unless it was told otherwise. `None`: there is no such
/// place, as on phones.
pub fn bitcoin_core_folder() -> Option<PathBuf> {
    if cfg!(any(target_os = "android", target_os = "ios")) {
        None
    } else if cfg!(target_os = "windows") {
        // In the local folder since version 28; an older one stays where it was.
        let local = dirs::data_local_dir()?.join("Bitcoin");
        let roaming = dirs::data_dir()?.join("Bitcoin");
        Some(if roaming.is_dir() { roaming } else { local })
    } else if cfg!(target_os = "macos") {
        Some(dirs::data_dir()?.join("Bitcoin"))
    } else {
        Some(dirs::home_dir()?.join(".bitcoin"))
    }
}

/// Returns the folder that wallets live in when no other is named; `None`: the system names no
/// place for an app's data.
pub fn default_home() -> Option<PathBuf> {
    Some(dirs::data_dir()?.join("satchel"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entropy_differs_between_draws() {
        let (mut a, mut b) = ([0; 32], [0; 32]);
        OsEntropy.fill(&mut a).expect("this system has entropy");
        OsEntropy.fill(&mut b).expect("this system has entropy");
        assert_ne!(a, b);
    }
}
