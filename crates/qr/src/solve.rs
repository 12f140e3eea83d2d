//! Blocks from sums of blocks: linear equations, solved as they come.

use crate::field::{add_times, invert, scale};

/// Takes equations over `blocks` unknown blocks of `width` bytes each.
///
/// An equation is kept when it says something that those before do not. `blocks` of them are enough,
/// whichever they are.
#[derive(Clone, Debug)]
pub struct Solver {
    width: usize,
    /// At `n`, in a box, since most are missing for long: an equation without the unknowns before `n`, in which the `n`th has the factor 1.
    rows: Vec<Option<Box<Row>>>,
    known: usize,
}

#[derive(Clone, Debug)]
struct Row {
    factors: Vec<u8>,
    sum: Vec<u8>,
}

impl Solver {
    pub fn new(blocks: usize, width: usize) -> Self {
        Self {
            width,
            rows: vec![None; blocks],
            known: 0,
        }
    }

    pub const fn width(&self) -> usize {
        self.width
    }

    pub const fn blocks(&self) -> usize {
        self.rows.len()
    }

    /// Returns how many equations are kept.
    pub const fn known(&self) -> usize {
        self.known
    }

    pub const fn is_solved(&self) -> bool {
        self.known == self.rows.len()
    }

    /// Takes one equation: the factor of each block, and the sum. Returns whether it said something new.
    pub fn take(&mut self, mut factors: Vec<u8>, mut sum: Vec<u8>) -> bool {
        debug_assert_eq!((factors.len(), sum.len()), (self.rows.len(), self.width));
        for at in 0..self.rows.len() {
            let factor = factors[at];
            if factor == 0 {
                continue;
            }
            if let Some(row) = &self.rows[at] {
                add_times(&mut factors[at..], factor, &row.factors[at..]);
                add_times(&mut sum, factor, &row.sum);
            } else {
                let inverse = invert(factor);
                scale(&mut factors[at..], inverse);
                scale(&mut sum, inverse);
                self.rows[at] = Some(Box::new(Row { factors, sum }));
                self.known += 1;
                return true;
            }
        }
        false
    }

    /// Returns all blocks, one after the other; nothing as long as equations are missing.
    pub fn solve(&self) -> Option<Vec<u8>> {
        if !self.is_solved() {
            return None;
        }
        let mut blocks: Vec<Vec<u8>> = Vec::with_capacity(self.rows.len());
        // From the last, which stands alone, to the first; `blocks` is the other way round.
        for (at, row) in self.rows.iter().enumerate().rev() {
            let row = row.as_ref()?;
            let mut sum = row.sum.clone();
            for (later, block) in blocks.iter().rev().enumerate() {
                add_times(&mut sum, row.factors[at + 1 + later], block);
            }
            blocks.push(sum);
        }
        blocks.reverse();
        Some(blocks.concat())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sum(blocks: &[Vec<u8>], factors: &[u8]) -> Vec<u8> {
        let mut sum = vec![0; blocks[0].len()];
        for (block, &factor) in blocks.iter().zip(factors) {
            add_times(&mut sum, factor, block);
        }
        sum
    }

    proptest! {
        #[test]
        fn as_many_new_equations_as_blocks_give_the_blocks(
            blocks in (1..12_usize, 1..9_usize).prop_flat_map(|(n, width)| {
                prop::collection::vec(prop::collection::vec(any::<u8>(), width), n)
            }),
            // Few values, so that many equations say what others said.
            factors in prop::collection::vec(prop::collection::vec(0..3_u8, 12), 60),
        ) {
            let mut solver = Solver::new(blocks.len(), blocks[0].len());
            for factors in factors {
                let factors = factors[..blocks.len()].to_vec();
                prop_assert_eq!(solver.solve().is_some(), solver.is_solved());
                let before = solver.known();
                let is_new = solver.take(factors.clone(), sum(&blocks, &factors));
                prop_assert_eq!(solver.known(), before + usize::from(is_new));
                prop_assert!(!solver.take(factors.clone(), sum(&blocks, &factors)), "twice the same");
            }
            if let Some(solved) = solver.solve() {
                prop_assert_eq!(solved, blocks.concat());
            }
        }
    }

    #[test]
    fn what_says_nothing_is_not_kept() {
        let mut solver = Solver::new(2, 1);
        assert!(!solver.take(vec![0, 0], vec![0]));
        assert!(solver.take(vec![2, 4], vec![9]));
        assert!(
            !solver.take(vec![1, 2], vec![7]),
            "a contradiction adds nothing"
        );
        assert_eq!((solver.known(), solver.solve()), (1, None));
    }
}
