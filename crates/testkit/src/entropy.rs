//! Randomness that is none.

use std::sync::{Mutex, PoisonError};

use bitcoin::hashes::{Hash, HashEngine, sha256};
use satchel_ports::{Entropy, EntropyError};

/// **Dangerous outside tests**: bytes that anyone who knows the seed can foretell.
///
/// The same seed gives the same bytes in the same order of calls, on every machine.
#[derive(Debug)]
pub struct SeededEntropy {
    seed: u64,
    next: Mutex<u64>,
}

impl SeededEntropy {
    /// Makes a source whose every byte follows from the seed.
    pub const fn dangerous_from_seed(seed: u64) -> Self {
        Self {
            seed,
            next: Mutex::new(0),
        }
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, out: &mut [u8]) -> Result<(), EntropyError> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        for part in out.chunks_mut(32) {
            let mut engine = sha256::Hash::engine();
            engine.input(b"satchel test entropy");
            engine.input(&self.seed.to_le_bytes());
            engine.input(&next.to_le_bytes());
            *next += 1;
            let block = sha256::Hash::from_engine(engine).to_byte_array();
            part.copy_from_slice(&block[..part.len()]);
        }
        Ok(())
    }
}

/// A source that has nothing to give.
#[derive(Debug, Clone, Copy, Default)]
pub struct BrokenEntropy;

impl Entropy for BrokenEntropy {
    fn fill(&self, _out: &mut [u8]) -> Result<(), EntropyError> {
        Err(EntropyError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(source: &SeededEntropy) -> [u8; 40] {
        let mut bytes = [0; 40];
        source.fill(&mut bytes).expect("never broken");
        bytes
    }

    #[test]
    fn the_seed_decides_and_no_two_draws_are_equal() {
        let source = SeededEntropy::dangerous_from_seed(7);
        let (first, second) = (draw(&source), draw(&source));
        assert_ne!(first, second);
        let again = SeededEntropy::dangerous_from_seed(7);
        assert_eq!((draw(&again), draw(&again)), (first, second));
        assert_ne!(draw(&SeededEntropy::dangerous_from_seed(8)), first);
    }
}
