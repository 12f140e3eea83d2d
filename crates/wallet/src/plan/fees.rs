//! Sizes, fees and limits.

use bitcoin::{Amount, Script, VarInt, Weight};
use satchel_types::{ChainSide, CoinRow, FeeRate, ScriptType};

use super::PlanError;
use crate::engine::Descriptors;

/// Largest transaction that nodes relay (Bitcoin Core's `MAX_STANDARD_TX_WEIGHT`).
pub const MAX_WEIGHT: u64 = 400_000;
/// Largest fee accepted, as Bitcoin Core's `-maxtxfee`.
pub const MAX_FEE: Amount = Amount::from_sat(10_000_000);
/// What a replacement pays for its own relay: 1 sat/vB. Nodes since Bitcoin Core 30 ask for a
/// tenth of it; older ones for this.
pub(super) fn incremental() -> FeeRate {
    FeeRate::from_sat_per_kvb(1_000).expect("1 sat/vB is a fee rate")
}

/// An input without script and witness, in a segwit transaction: outpoint, sequence, two lengths.
const EMPTY_SEGWIT_INPUT: u64 = 165;
/// The same in a transaction without witnesses.
const EMPTY_LEGACY_INPUT: u64 = 164;

/// What things weigh in transactions of one wallet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Weights {
    segwit: bool,
    receive: u64,
    change: u64,
}

impl Weights {
    pub fn of(descriptors: &Descriptors) -> Self {
        let segwit = descriptors.is_segwit();
        let empty = if segwit {
            EMPTY_SEGWIT_INPUT
        } else {
            EMPTY_LEGACY_INPUT
        };
        let input = |side| empty + descriptors.satisfaction(side).to_wu();
        Self {
            segwit,
            receive: input(ChainSide::Receive),
            change: input(ChainSide::Change),
        }
    }

    /// Returns the most an input weighs when signed.
    pub fn input(&self, side: ChainSide) -> u64 {
        match side {
            ChainSide::Receive => self.receive,
            ChainSide::Change => self.change,
        }
    }

    pub fn is_segwit(&self) -> bool {
        self.segwit
    }

    pub fn inputs<'c>(&self, coins: impl IntoIterator<Item = &'c CoinRow>) -> u64 {
        coins.into_iter().map(|coin| self.input(coin.side)).sum()
    }

    /// Returns the most a transaction weighs when signed.
    pub fn transaction(&self, inputs: usize, input_weight: u64, outputs: &Outputs) -> u64 {
        let counts = VarInt::from(inputs).size() + VarInt::from(outputs.count).size();
        // Version and lock time, counts, and the segwit marker and flag.
        let frame = 4 * (8 + counts as u64) + if self.segwit { 2 } else { 0 };
        frame + input_weight + outputs.weight
    }
}

/// Outputs, as far as their size goes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Outputs {
    pub count: usize,
    pub weight: u64,
}

impl Outputs {
    pub fn with(self, script: &Script) -> Self {
        Self {
            count: self.count + 1,
            weight: self.weight + output_weight(script),
        }
    }
}

pub(super) fn output_weight(script: &Script) -> u64 {
    let length = script.len();
    4 * (8 + VarInt::from(length).size() + length) as u64
}

/// Returns the fee of a weight, rounded up twice: to whole vB and to whole satoshis.
pub(super) fn fee_of(rate: FeeRate, weight: u64) -> Amount {
    rate.fee_for_vsize(weight.div_ceil(4))
}

/// Returns the smallest change worth making: relayed, and worth more than spending it will cost.
/// That cost is taken at the rate of now, within 1 to 10 sat/vB.
pub(super) fn least_change(rate: FeeRate, script: &Script, weights: &Weights) -> Amount {
    let later = later_rate(rate);
    fee_of(later, weights.input(ChainSide::Change)).max(script.minimal_non_dust())
}

/// Returns the rate at which change is expected to be spent one day.
pub(super) fn later_rate(rate: FeeRate) -> FeeRate {
    FeeRate::from_sat_per_kvb(rate.sat_per_kvb().clamp(1_000, 10_000))
        .expect("1 to 10 sat/vB are fee rates")
}

pub(super) fn check_limits(fee: Amount, weight: u64) -> Result<(), PlanError> {
    if weight > MAX_WEIGHT {
        return Err(PlanError::TooLarge {
            vsize: weight.div_ceil(4),
            max: MAX_WEIGHT / 4,
        });
    }
    if fee > MAX_FEE {
        return Err(PlanError::FeeTooHigh {
            fee,
            limit: MAX_FEE,
        });
    }
    Ok(())
}

/// Returns the most an input that spends `script` by a single key weighs when signed; `None` for
/// other scripts. `redeem` is what a script hash stands for.
pub(crate) fn input_weight_of(script: &Script, redeem: Option<&Script>) -> Option<(Weight, bool)> {
    let (kind, segwit) = if script.is_p2tr() {
        (ScriptType::Taproot, true)
    } else if script.is_p2wpkh() {
        (ScriptType::Segwit, true)
    } else if script.is_p2sh() && redeem.is_some_and(Script::is_p2wpkh) {
        (ScriptType::NestedSegwit, true)
    } else if script.is_p2pkh() {
        (ScriptType::Legacy, false)
    } else {
        return None;
    };
    Some((Weight::from_wu(input_weight(kind)), segwit))
}

/// Returns the most an input weighs when a single key signed it, in WU.
pub fn input_weight(kind: ScriptType) -> u64 {
    // A signature is up to 72 bytes with its sighash byte, and 73 with its length; a key 33 and 34.
    // The number of witness items is in the empty input already.
    let signed = 73 + 34;
    match kind {
        ScriptType::Taproot => EMPTY_SEGWIT_INPUT + 66,
        ScriptType::Segwit => EMPTY_SEGWIT_INPUT + signed,
        ScriptType::NestedSegwit => EMPTY_SEGWIT_INPUT + 4 * 23 + signed,
        ScriptType::Legacy => EMPTY_LEGACY_INPUT + 4 * signed,
    }
}

/// A small deterministic generator (SplitMix64). It orders inputs and outputs; nothing secret
/// depends on it.
pub(super) struct Shuffler(u64);

impl Shuffler {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number below `bound`, which is not 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        let wide = u128::from(self.next()) * u128::from(bound);
        (wide >> 64) as u64
    }

    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            let other = self.below(last as u64 + 1) as usize;
            list.swap(last, other);
        }
    }
}
