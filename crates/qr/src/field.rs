//! The field of 256 elements in which blocks are mixed: polynomials over two elements modulo
//! x⁸ + x⁴ + x³ + x² + 1, in which x (the byte 2) is primitive.

/// The modulus without its highest term.
const MODULUS: u8 = 0x1d;

/// Multiplies by x.
const fn double(a: u8) -> u8 {
    (a << 1) ^ (if a & 0x80 == 0 { 0 } else { MODULUS })
}

/// Multiplies.
pub const fn mul(a: u8, b: u8) -> u8 {
    let (mut a, mut b, mut product) = (a, b, 0);
    while b != 0 {
        if b & 1 != 0 {
            product ^= a;
        }
        a = double(a);
        b >>= 1;
    }
    product
}

/// Inverts; zero, which has no inverse, gives zero.
pub const fn invert(a: u8) -> u8 {
    // a^254, since a^255 is 1.
    let (mut power, mut product, mut step) = (mul(a, a), 1, 0);
    while step < 7 {
        product = mul(product, power);
        power = mul(power, power);
        step += 1;
    }
    product
}

/// Adds `factor` times `other` to `row`. What one has more than the other is left alone.
pub fn add_times(row: &mut [u8], factor: u8, other: &[u8]) {
    match factor {
        0 => {}
        1 => row.iter_mut().zip(other).for_each(|(r, o)| *r ^= o),
        _ => {
            let table = Table::of(factor);
            row.iter_mut()
                .zip(other)
                .for_each(|(r, &o)| *r ^= table.times(o));
        }
    }
}

/// Multiplies a row by `factor`.
pub fn scale(row: &mut [u8], factor: u8) {
    let table = Table::of(factor);
    row.iter_mut().for_each(|r| *r = table.times(*r));
}

/// Products of one factor with each half of a byte.
struct Table {
    low: [u8; 16],
    high: [u8; 16],
}

impl Table {
    fn of(factor: u8) -> Self {
        let mut table = Self {
            low: [0; 16],
            high: [0; 16],
        };
        for half in 0..16_u8 {
            table.low[usize::from(half)] = mul(factor, half);
            table.high[usize::from(half)] = mul(factor, half << 4);
        }
        table
    }

    fn times(&self, byte: u8) -> u8 {
        self.low[usize::from(byte & 15)] ^ self.high[usize::from(byte >> 4)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_are_a_field_in_which_2_runs_through_all() {
        let mut power = 1;
        let mut seen = [false; 256];
        for _ in 0..255 {
            assert!(!std::mem::replace(&mut seen[usize::from(power)], true));
            power = mul(power, 2);
        }
        assert_eq!((power, seen[0]), (1, false));
        for a in 1..=255 {
            assert_eq!(mul(a, invert(a)), 1);
            assert_eq!(mul(a, 1), a);
        }
        assert_eq!((mul(0, 7), invert(0)), (0, 0));
        assert_eq!(mul(0x80, 2), 0x1d);
        for (a, b, c) in [(3, 200, 77), (255, 254, 253), (29, 1, 128)] {
            assert_eq!(mul(a, b), mul(b, a));
            assert_eq!(mul(a, b ^ c), mul(a, b) ^ mul(a, c));
            assert_eq!(mul(a, mul(b, c)), mul(mul(a, b), c));
        }
    }

    #[test]
    fn rows_are_added_and_scaled_element_by_element() {
        let all: Vec<u8> = (0..=255).collect();
        for factor in all.iter().copied() {
            let mut sum = all.clone();
            add_times(&mut sum, factor, &all);
            let mut scaled = all.clone();
            scale(&mut scaled, factor);
            for a in all.iter().copied() {
                assert_eq!(sum[usize::from(a)], a ^ mul(factor, a));
                assert_eq!(scaled[usize::from(a)], mul(factor, a));
            }
        }
    }
}
