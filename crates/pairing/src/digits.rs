//! Six digits that are the same on two devices with nobody in between.

use std::fmt;

use satchel_secrets::derive::derive_key_about;
use satchel_secrets::{SecretBytes, SecretText, wipe};

/// How many there are.
pub const DIGITS: usize = 6;
/// What digits are taken of.
const BELOW: u64 = 1_000_000;
const CONTEXT: &str = "satchel pairing digits v1";

/// Six digits.
pub struct Digits(SecretBytes<DIGITS>);

impl Digits {
    /// Reads what a person typed: six digits, with any white space between. `None` is no try.
    pub fn read(typed: &SecretText) -> Option<Self> {
        let digits = SecretBytes::init_with(|out: &mut [u8; DIGITS]| {
            let mut chars = typed.expose().chars().filter(|c| !c.is_whitespace());
            for place in out {
                let digit = chars.next().filter(char::is_ascii_digit).ok_or(())?;
                *place = u8::try_from(digit).map_err(|_| ())?;
            }
            chars.next().map_or(Ok(()), |_| Err(()))
        });
        digits.ok().map(Self)
    }

    /// Makes the digits of a handshake and of both sides' numbers.
    pub(crate) fn of(hash: &SecretBytes<32>, guest: &[u8; 16], host: &[u8; 16]) -> Self {
        let key = derive_key_about(hash, CONTEXT, &[guest, host]);
        let mut first = [0; 8];
        first.copy_from_slice(&key.expose()[..8]);
        let mut rest = u64::from_le_bytes(first) % BELOW;
        wipe(&mut first);
        let digits: Result<_, std::convert::Infallible> = SecretBytes::init_with(|out| {
            for place in out.iter_mut().rev() {
                *place = b'0' + (rest % 10) as u8;
                rest /= 10;
            }
            Ok(())
        });
        match digits {
            Ok(digits) => Self(digits),
            Err(never) => match never {},
        }
    }

    /// Compares in constant time.
    pub(crate) fn ct_eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0)
    }

    /// Returns them in two groups, to be read to the other device: `123 456`.
    pub fn shown(&self) -> SecretText {
        let digits = std::str::from_utf8(self.0.expose()).unwrap_or("");
        let (one, two) = digits.split_at(DIGITS / 2);
        SecretText::new(format!("{one} {two}"))
    }
}

impl fmt::Debug for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digits(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Digits> {
        Digits::read(&SecretText::new(text.to_owned()))
    }

    #[test]
    fn six_digits_are_read_however_they_are_grouped() {
        let digits = read("012345").expect("six digits");
        for text in ["012 345", " 0 1 2 3 4 5\n", "012\u{a0}345"] {
            assert!(read(text).expect("six digits").ct_eq(&digits), "{text}");
        }
        assert_eq!(digits.shown().expose(), "012 345");
        assert!(!read("012346").expect("six digits").ct_eq(&digits));
        for text in ["", "12345", "1234567", "12345a", "12345٦", "-12345"] {
            assert!(read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn digits_follow_from_all_three() {
        let hash = |byte| SecretBytes::from_slice(&[byte; 32]).expect("32 bytes");
        let of = |h, g, n| Digits::of(&hash(h), &[g; 16], &[n; 16]);
        let one = of(1, 2, 3);
        assert!(one.ct_eq(&of(1, 2, 3)));
        for other in [of(9, 2, 3), of(1, 9, 3), of(1, 2, 9), of(1, 3, 2)] {
            assert!(!one.ct_eq(&other));
        }
    }

    #[test]
    fn every_digit_comes_in_every_place() {
        let hash = SecretBytes::from_slice(&[1; 32]).expect("32 bytes");
        let mut seen = [[false; 10]; DIGITS];
        for n in 0..=255 {
            let digits = Digits::of(&hash, &[n; 16], &[0; 16]);
            for (place, digit) in digits.0.expose().iter().enumerate() {
                seen[place][usize::from(digit - b'0')] = true;
            }
        }
        assert!(seen.iter().flatten().all(|seen| *seen));
    }
}
