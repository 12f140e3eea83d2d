//! placeholder
#![allow(missing_docs)]
use zeroize::Zeroizing;
pub struct SecretBytes<const N: usize>(Box<Zeroizing<[u8; N]>>);
impl<const N: usize> SecretBytes<N> {
    pub fn init_with<E>(fill: impl FnOnce(&mut [u8; N]) -> Result<(), E>) -> Result<Self, E> {
        let mut b = Box::new(Zeroizing::new([0; N]));
        fill(&mut b)?;
        Ok(Self(b))
    }
    pub fn expose(&self) -> &[u8; N] { &self.0 }
}
