//! The recovery key: opens a circle's keys when all devices are lost.
//!
//! Devices know its public half, so that every later epoch is wrapped for it as well. The secret half is
//! made of what its owner wrote down, when it is needed, and kept nowhere.

use satchel_secrets::SecretBytes;
use satchel_secrets::derive::derive_key;
use satchel_secrets::wrap::{WRAP_KEY_LEN, WrapError, wrap_key};
use satchel_types::CircleId;

/// A recovery key, as the owner set it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Recovery {
    /// Since when it is in use, in seconds since 1970; later than all that it replaced.
    pub since: u64,
    /// Its public key.
    pub key: [u8; WRAP_KEY_LEN],
}

/// The secret half: 128 random bits that the owner wrote down.
#[derive(Debug)]
pub struct RecoveryKey {
    secret: SecretBytes<32>,
    public: [u8; WRAP_KEY_LEN],
}

impl RecoveryKey {
    /// Makes the key of the 16 bytes that were written down.
    ///
    /// # Errors
    /// If they make no key, which random ones never do.
    pub fn new(entropy: &SecretBytes<16>) -> Result<Self, WrapError> {
        let long = SecretBytes::init_with(|out: &mut [u8; 32]| {
            out[..16].copy_from_slice(entropy.expose());
            Ok::<_, std::convert::Infallible>(())
        });
        let long = long.unwrap_or_else(|never| match never {});
        let secret = derive_key(&long, "satchel bundle v1 recovery key");
        Ok(Self {
            public: wrap_key(&secret)?,
            secret,
        })
    }

    /// Returns the public half, which tells nothing of the other.
    pub fn public(&self) -> [u8; WRAP_KEY_LEN] {
        self.public
    }

    pub(super) fn secret(&self) -> &SecretBytes<32> {
        &self.secret
    }
}

/// What a slot for a recovery key is bound to.
pub(super) fn recovery_info(
    circle: CircleId,
    epoch: u32,
    seeds: bool,
    key: &[u8; WRAP_KEY_LEN],
) -> Vec<u8> {
    let mut info = b"satchel bundle v1 recovery\0".to_vec();
    info.extend_from_slice(circle.as_bytes());
    info.extend_from_slice(&epoch.to_le_bytes());
    info.push(u8::from(seeds));
    info.extend_from_slice(key);
    info
}
