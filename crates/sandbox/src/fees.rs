//! Fee estimates: what it takes now to be among the best the pool holds for the next blocks. There is
//! no history worth learning from on a chain that mines on request.

use crate::mempool::{MIN_RELAY_SAT_PER_KVB, Mempool};

const BLOCK_VSIZE: u64 = 990_000;

/// Targets Esplora answers for, in blocks.
pub const TARGETS: [u32; 28] = [
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 144,
    504, 1008,
];

/// Rates by block: the lowest rate that still enters the n-th next block, in satoshis per 1000 vB.
pub struct Estimates {
    floors: Vec<u64>,
}

impl Estimates {
    /// Looks at the pool as it is.
    pub fn of(pool: &Mempool) -> Self {
        let mut rates: Vec<(u64, u64)> = pool
            .iter()
            .map(|entry| (entry.fee.to_sat() * 1000 / entry.vsize.max(1), entry.vsize))
            .collect();
        rates.sort_unstable_by_key(|(rate, _)| std::cmp::Reverse(*rate));
        let mut floors = Vec::new();
        let mut filled = 0;
        for (rate, vsize) in rates {
            filled += vsize;
            if filled > BLOCK_VSIZE {
                // One more than the last that fits displaces it.
                floors.push(rate + 1_000);
                filled = vsize;
            }
        }
        Self { floors }
    }

    /// Satoshis per 1000 virtual bytes to be mined within `target` blocks.
    pub fn rate(&self, target: u32) -> u64 {
        let place = (target.max(1) - 1) as usize;
        self.floors
            .get(place)
            .copied()
            .unwrap_or(0)
            .max(MIN_RELAY_SAT_PER_KVB)
    }
}

/// Satoshis per 1000 virtual bytes from the decimals of a rate in sat/vB, of which there are at most three.
pub fn parse_rate(text: &str) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || part.len() > 3 || !digits(whole) || !digits(part) {
        return None;
    }
    format!("{whole}{part:0<3}").parse().ok()
}
