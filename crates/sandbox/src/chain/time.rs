//! When blocks say they were made: never in the future while that can be helped, always above the
//! median of the eleven before (BIP-0113), spread so that a chain looks lived in.

use std::time::{SystemTime, UNIX_EPOCH};

/// Target spacing in seconds.
const SPACING: u64 = 600;

/// Seconds since 1970.
pub fn now() -> u32 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |elapsed| elapsed.as_secs())
        .try_into()
        .unwrap_or(u32::MAX)
}

/// Times for `count` blocks on a parent.
///
/// `recent` are the times of the parent and up to ten blocks before it, oldest first. The last block
/// is at `now`; the ones before are spread over the time since the parent, at most ten minutes apart.
/// On the genesis block (made in 2011) the batch ends now with ten minutes between blocks. When more
/// blocks are asked for than seconds have passed, the median rule pushes times ahead by one second
/// for about every six blocks.
pub fn block_times(recent: &[u32], count: usize, now: u32) -> Vec<u32> {
    let mut window: Vec<u32> = recent[recent.len().saturating_sub(11)..].to_vec();
    let mut times = Vec::with_capacity(count);
    for made in 0..count {
        let remaining = (count - made) as u64;
        let parent = *window.last().unwrap_or(&0);
        let elapsed = u64::from(now.saturating_sub(parent));
        let step = (elapsed / remaining).min(SPACING);
        let wanted = (u64::from(now)).saturating_sub(step * (remaining - 1)) as u32;
        let mut sorted = window.clone();
        sorted.sort_unstable();
        let median = sorted.get(sorted.len() / 2).copied().unwrap_or(0);
        let time = wanted.max(median.saturating_add(1));
        times.push(time);
        window.push(time);
        if window.len() > 11 {
            window.remove(0);
        }
    }
    times
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_first_batch_ends_now_ten_minutes_apart() {
        let times = block_times(&[1_296_688_602], 4, 1_800_000_000);
        assert_eq!(
            times,
            [1_799_998_200, 1_799_998_800, 1_799_999_400, 1_800_000_000]
        );
    }

    #[test]
    fn one_block_on_an_old_chain_is_made_now() {
        assert_eq!(
            block_times(&[1_700_000_000; 11], 1, 1_800_000_000),
            [1_800_000_000]
        );
    }

    proptest! {
        #[test]
        fn every_time_is_above_the_median_and_not_ahead_without_need(
            start in 1_000_000u32..1_000_100, count in 1usize..60, gap in 0u32..100_000,
        ) {
            let now = start + gap;
            let mut chain = vec![start];
            for time in block_times(&chain.clone(), count, now) {
                let mut window = chain[chain.len().saturating_sub(11)..].to_vec();
                window.sort_unstable();
                let median = window[window.len() / 2];
                prop_assert!(time > median);
                prop_assert!(time <= now.max(median + 1));
                chain.push(time);
            }
        }
    }
}
