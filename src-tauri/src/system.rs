//! The system's clock and randomness.

use std::time::{SystemTime, UNIX_EPOCH};

use satchel_ports::{Clock, Entropy, EntropyError};
use satchel_types::Timestamp;

/// The system's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        // A clock before 1970 is as good as none.
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp::from_secs(since.as_secs())
    }
}

/// The system's random bytes.
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, out: &mut [u8]) -> Result<(), EntropyError> {
        getrandom::fill(out).map_err(|_| EntropyError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_bytes_differ_and_the_clock_is_past_2024() {
        let (mut a, mut b) = ([0; 32], [0; 32]);
        SystemEntropy.fill(&mut a).expect("the system has entropy");
        SystemEntropy.fill(&mut b).expect("the system has entropy");
        assert_ne!(a, b);
        assert!(SystemClock.now() > Timestamp::from_secs(1_704_067_200));
    }
}
