//! Secret bytes of fixed and of variable length.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// `N` secret bytes, on the heap, wiped when dropped.
pub struct SecretBytes<const N: usize>(Box<[u8; N]>);

impl<const N: usize> SecretBytes<N> {
    /// Builds the bytes where they will stay, so that no copy of them was ever elsewhere.
    ///
    /// # Errors
    /// Whatever `fill` says; what it wrote is wiped then.
    pub fn init_with<E>(fill: impl FnOnce(&mut [u8; N]) -> Result<(), E>) -> Result<Self, E> {
        let mut secret = Self(Box::new([0; N]));
        fill(&mut secret.0)?;
        Ok(secret)
    }

    /// Copies the bytes of a slice that is exactly `N` long. Wiping the slice is up to its owner.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        if bytes.len() != N {
            return None;
        }
        let mut secret = Self(Box::new([0; N]));
        secret.0.copy_from_slice(bytes);
        Some(secret)
    }

    /// Returns the bytes. Copies made of them are no longer wiped.
    pub fn expose(&self) -> &[u8; N] {
        &self.0
    }

    /// Compares in constant time.
    pub fn ct_eq(&self, other: &Self) -> bool {
        self.0.as_slice().ct_eq(other.0.as_slice()).into()
    }
}

impl<const N: usize> Drop for SecretBytes<N> {
    fn drop(&mut self) {
        self.0.as_mut_slice().zeroize();
    }
}

impl<const N: usize> fmt::Debug for SecretBytes<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretBytes<{N}>(…)")
    }
}

/// Secret bytes of a length known when they are made, on the heap, wiped when dropped.
///
/// The buffer never grows, since growing would leave the old copy behind.
pub struct SecretVec(Box<[u8]>);

impl SecretVec {
    /// Builds `len` bytes where they will stay.
    ///
    /// # Errors
    /// Whatever `fill` says; what it wrote is wiped then.
    pub fn init_with<E>(
        len: usize,
        fill: impl FnOnce(&mut [u8]) -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut secret = Self(vec![0; len].into_boxed_slice());
        fill(&mut secret.0)?;
        Ok(secret)
    }

    /// Copies a slice. Wiping the slice is up to its owner.
    pub fn from_slice(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }

    /// Takes a vector over and wipes it, spare capacity included.
    pub fn from_vec(mut bytes: Vec<u8>) -> Self {
        let secret = Self::from_slice(&bytes);
        bytes.zeroize();
        secret
    }

    /// Returns the bytes. Copies made of them are no longer wiped.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// Returns how many bytes there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Compares in constant time; only the lengths may be learned from the time it takes.
    pub fn ct_eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Drop for SecretVec {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for SecretVec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretVec(…)")
    }
}
