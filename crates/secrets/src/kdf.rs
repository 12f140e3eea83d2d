//! Passphrase stretching: Argon2id, version 0x13 (RFC 9106).

use std::hint::black_box;

use argon2::{Algorithm, Argon2, Block, Params, Version};

use crate::{Passphrase, SecretBytes, scrub_stack_after};

/// Salt length in bytes, as RFC 9106 recommends.
pub const SALT_LEN: usize = 16;

/// What one stretch costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KdfParams {
    /// Memory in KiB.
    pub m_kib: u32,
    /// Passes over the memory.
    pub t: u32,
    /// Lanes.
    pub p: u32,
}

impl KdfParams {
    /// The least that is ever accepted: RFC 9106's second choice. A file that asks for less is
    /// refused, so that nobody can weaken a passphrase by handing its owner a doctored file.
    pub const FLOOR: Self = Self::new(64 * 1024, 3, 4);
    /// The most that is ever accepted, so that a file cannot exhaust the device.
    pub const CEILING: Self = Self::new(1024 * 1024, 10, 8);
    /// For the vault: opened often, on phones too.
    pub const VAULT: Self = Self::new(64 * 1024, 3, 4);
    /// For files that leave the device: opened rarely, attacked at leisure.
    pub const FILE: Self = Self::new(256 * 1024, 3, 4);

    const fn new(m_kib: u32, t: u32, p: u32) -> Self {
        Self { m_kib, t, p }
    }

    /// Checks that each parameter lies between floor and ceiling.
    ///
    /// # Errors
    /// [`KdfError::TooWeak`] and [`KdfError::TooCostly`].
    pub fn check(&self) -> Result<(), KdfError> {
        let (floor, ceiling) = (Self::FLOOR, Self::CEILING);
        if self.m_kib < floor.m_kib || self.t < floor.t || self.p < floor.p {
            return Err(KdfError::TooWeak { params: *self });
        }
        if self.m_kib > ceiling.m_kib || self.t > ceiling.t || self.p > ceiling.p {
            return Err(KdfError::TooCostly { params: *self });
        }
        Ok(())
    }
}

/// Why a passphrase was not stretched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KdfError {
    /// Below [`KdfParams::FLOOR`].
    #[error("the stretching is too weak: {} KiB, {} passes, {} lanes", params.m_kib, params.t, params.p)]
    TooWeak {
        /// What was asked.
        params: KdfParams,
    },
    /// Above [`KdfParams::CEILING`].
    #[error("the stretching is too costly: {} KiB, {} passes, {} lanes", params.m_kib, params.t, params.p)]
    TooCostly {
        /// What was asked.
        params: KdfParams,
    },
    /// The system gave no memory.
    #[error("{m_kib} KiB of memory are not to be had")]
    OutOfMemory {
        /// KiB asked for.
        m_kib: u32,
    },
}

/// Stretches a passphrase into a key. Takes about 0.1 s for each 64 MiB of memory.
///
/// # Errors
/// Parameters outside floor and ceiling are refused before any work.
pub fn derive(
    passphrase: &Passphrase,
    salt: &[u8; SALT_LEN],
    params: &KdfParams,
) -> Result<SecretBytes<32>, KdfError> {
    params.check()?;
    stretch(passphrase.expose().as_bytes(), salt, params)
}

/// Stretches without asking whether the parameters are any good.
fn stretch(
    passphrase: &[u8],
    salt: &[u8],
    params: &KdfParams,
) -> Result<SecretBytes<32>, KdfError> {
    let out_of_memory = KdfError::OutOfMemory {
        m_kib: params.m_kib,
    };
    let costs = Params::new(params.m_kib, params.t, params.p, Some(32))
        .expect("floor and ceiling lie within Argon2's own limits");
    let mut blocks = Vec::new();
    blocks
        .try_reserve_exact(costs.block_count())
        .map_err(|_| out_of_memory)?;
    blocks.resize(costs.block_count(), Block::new());
    let key = scrub_stack_after(|| {
        SecretBytes::init_with(|key| {
            Argon2::new(Algorithm::Argon2id, Version::V0x13, costs).hash_password_into_with_memory(
                passphrase,
                salt,
                key.as_mut_slice(),
                &mut blocks,
            )
        })
    });
    // The crate does not wipe its memory, and the last blocks lead to the key. Filling is many times
    // quicker than wiping word by word, and `black_box` may read what was filled.
    blocks.fill(Block::new());
    black_box(&blocks);
    Ok(key.expect("lengths of passphrase, salt and key are within Argon2's limits"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SecretText;

    fn passphrase(text: &str) -> Passphrase {
        Passphrase::new(SecretText::new(text.to_owned())).expect("a valid passphrase")
    }

    #[test]
    fn stretching_gives_the_reference_implementations_hashes() {
        for (m_kib, t, p, expected) in [
            (
                256,
                2,
                1,
                "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe",
            ),
            (
                256,
                2,
                2,
                "6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037",
            ),
            (
                65536,
                2,
                1,
                "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7",
            ),
        ] {
            let key = stretch(b"password", b"somesalt", &KdfParams { m_kib, t, p })
                .expect("memory is there");
            assert_eq!(hex::encode(key.expose()), expected, "{m_kib} {t} {p}");
        }
    }

    #[test]
    fn each_parameter_below_the_floor_is_refused() {
        let KdfParams { m_kib, t, p } = KdfParams::FLOOR;
        for params in [
            KdfParams {
                m_kib: m_kib - 1,
                t,
                p,
            },
            KdfParams { m_kib, t: t - 1, p },
            KdfParams { m_kib, t, p: p - 1 },
            KdfParams {
                m_kib: 0,
                t: 0,
                p: 0,
            },
        ] {
            let refused = derive(&passphrase("x"), &[0; 16], &params).map(|_| ());
            assert_eq!(refused, Err(KdfError::TooWeak { params }));
        }
    }

    #[test]
    fn each_parameter_above_the_ceiling_is_refused() {
        let KdfParams { m_kib, t, p } = KdfParams::CEILING;
        for params in [
            KdfParams {
                m_kib: m_kib + 1,
                t,
                p,
            },
            KdfParams { m_kib, t: t + 1, p },
            KdfParams { m_kib, t, p: p + 1 },
            KdfParams {
                m_kib: u32::MAX,
                t: u32::MAX,
                p: u32::MAX,
            },
        ] {
            let refused = derive(&passphrase("x"), &[0; 16], &params).map(|_| ());
            assert_eq!(refused, Err(KdfError::TooCostly { params }));
        }
    }

    #[test]
    fn the_named_parameters_are_acceptable() {
        for params in [
            KdfParams::FLOOR,
            KdfParams::CEILING,
            KdfParams::VAULT,
            KdfParams::FILE,
        ] {
            assert_eq!(params.check(), Ok(()));
        }
    }

    #[test]
    fn salt_and_passphrase_both_change_the_key() {
        let key = |text, salt: u8| {
            derive(&passphrase(text), &[salt; 16], &KdfParams::FLOOR).expect("memory is there")
        };
        let first = key("correct horse", 1);
        assert!(first.ct_eq(&key("correct horse", 1)));
        assert!(!first.ct_eq(&key("correct horse", 2)));
        assert!(!first.ct_eq(&key("correct horsf", 1)));
    }
}
