//! Transactions that nobody would send.

use bitcoin::absolute::LockTime;
use bitcoin::transaction::Version;
use bitcoin::{ScriptBuf, Sequence, Transaction};

use crate::common::{Coin, Key};

/// Chance that is the same in every run.
pub struct Draw(pub u64);

impl Draw {
    pub fn below(&mut self, end: u64) -> u64 {
        // Knuth's multiplier; the high bits are good enough to choose tests by.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }
}

/// A transaction of a coin: mostly good, often with one fault or two.
pub fn candidate(draw: &mut Draw, key: &Key, coins: &[Coin], height: u32) -> Transaction {
    let mut spent = vec![coins[draw.below(coins.len() as u64) as usize].clone()];
    if draw.below(4) == 0 {
        let other = &coins[draw.below(coins.len() as u64) as usize];
        if other.outpoint != spent[0].outpoint || draw.below(4) == 0 {
            spent.push(other.clone());
        }
    }
    if draw.below(20) == 0 {
        spent[0].outpoint.vout += 7;
    }
    let sum: u64 = spent.iter().map(|coin| coin.output.value.to_sat()).sum();
    let fee = draw.one(&[0, 50, 109, 110, 111, 150, 500, 5_000, 40_000]);
    let mut outputs = vec![(key.script(), sum.saturating_sub(fee))];
    match draw.below(12) {
        0 => outputs.push((ScriptBuf::new(), draw.one(&[0, 1, 1_000]))),
        1 => outputs.push((key.script(), draw.one(&[0, 1, 293, 294, 546]))),
        2 => outputs.push((key.taproot_script(), draw.one(&[329, 330, u64::MAX]))),
        3 => {
            let length = draw.one(&[1usize, 40, 75, 80, 81, 82, 100, 300]);
            let push = bitcoin::script::PushBytesBuf::try_from(vec![7; length]).unwrap();
            outputs.push((ScriptBuf::new_op_return(push), draw.one(&[0, 1])));
        }
        4 => outputs.push((ScriptBuf::from_bytes(vec![0x51, 0x02, 0x4e, 0x73]), 1_000)),
        5 => outputs.clear(),
        _ => {}
    }
    let mut tx = key.draft(&spent, &outputs);
    tx.version = Version(draw.one(&[1, 2, 2, 2, 3, 0, 4, -1]));
    tx.lock_time = LockTime::from_consensus(draw.one(&[
        0,
        0,
        0,
        1,
        height,
        height + 1,
        1_000_000,
        4_000_000_000,
    ]));
    for input in &mut tx.input {
        input.sequence =
            Sequence(draw.one(&[u32::MAX, 0xffff_fffd, 0xffff_fffe, 0, 1, 200, 1 << 22]));
    }
    let mut tx = key.sign(tx, &spent);
    match draw.below(12) {
        0 => tx.input[0].witness.clear(),
        1 => tx.input[0].witness.push([1]),
        2 => tx.input[0].script_sig = ScriptBuf::from_bytes(vec![0x51]),
        3 => {
            let mut items = tx.input[0].witness.to_vec();
            items[0][20] ^= 1;
            tx.input[0].witness = items.into();
        }
        _ => {}
    }
    tx
}
