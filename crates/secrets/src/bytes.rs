//! Secret bytes of fixed and of variable length.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use crate::locked::Locked;

/// `N` secret bytes, in memory of their own, wiped when dropped.
pub struct SecretBytes<const N: usize>(Locked);

impl<const N: usize> SecretBytes<N> {
    /// Builds the bytes where they will stay, so that no copy of them was ever elsewhere.
    ///
    /// # Errors
    /// Whatever `fill` says; what it wrote is wiped then.
    pub fn init_with<E>(fill: impl FnOnce(&mut [u8; N]) -> Result<(), E>) -> Result<Self, E> {
        let mut secret = Self(Locked::zeroed(N));
        fill(secret.array())?;
        Ok(secret)
    }

    fn array(&mut self) -> &mut [u8; N] {
        self.0
            .as_mut_slice()
            .try_into()
            .expect("it was made of N bytes")
    }

    /// Copies the bytes of a slice that is exactly `N` long. Wiping the slice is up to its owner.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        (bytes.len() == N).then(|| Self(Locked::copy_of(bytes)))
    }

    /// Returns the bytes. Copies made of them are no longer wiped.
    pub fn expose(&self) -> &[u8; N] {
        self.0
            .as_slice()
            .try_into()
            .expect("it was made of N bytes")
    }

    /// Compares in constant time.
    pub fn ct_eq(&self, other: &Self) -> bool {
        self.0.as_slice().ct_eq(other.0.as_slice()).into()
    }
}

impl<const N: usize> fmt::Debug for SecretBytes<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretBytes<{N}>(…)")
    }
}

/// Secret bytes of a length known when they are made, in memory of their own, wiped when dropped.
///
/// The buffer never grows, since growing would leave the old copy behind.
pub struct SecretVec(Locked);

impl SecretVec {
    /// Builds `len` bytes where they will stay.
    ///
    /// # Errors
    /// Whatever `fill` says; what it wrote is wiped then.
    pub fn init_with<E>(
        len: usize,
        fill: impl FnOnce(&mut [u8]) -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut secret = Self(Locked::zeroed(len));
        fill(secret.0.as_mut_slice())?;
        Ok(secret)
    }

    /// Copies a slice. Wiping the slice is up to its owner.
    pub fn from_slice(bytes: &[u8]) -> Self {
        Self(Locked::copy_of(bytes))
    }

    /// Takes a vector over and wipes it, spare capacity included.
    pub fn from_vec(mut bytes: Vec<u8>) -> Self {
        let secret = Self::from_slice(&bytes);
        bytes.zeroize();
        secret
    }

    /// Returns the bytes. Copies made of them are no longer wiped.
    pub fn expose(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// Returns how many bytes there are.
    pub fn len(&self) -> usize {
        self.expose().len()
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }

    /// Compares in constant time; only the lengths may be learned from the time it takes.
    pub fn ct_eq(&self, other: &Self) -> bool {
        self.expose().ct_eq(other.expose()).into()
    }
}

impl fmt::Debug for SecretVec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretVec(…)")
    }
}
