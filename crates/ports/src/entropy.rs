//! Random bytes.

/// Why there are no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random bytes")]
pub struct EntropyError;

/// The one source of randomness. A seeded one exists in `testkit` alone.
pub trait Entropy: Send + Sync {
    /// Fills `out` with random bytes fit for keys.
    fn fill(&self, out: &mut [u8]) -> Result<(), EntropyError>;
}
