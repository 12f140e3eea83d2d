//! Where a page ended, as an opaque text.
//!
//! A cursor names the last row that was shown, never a row number, so rows that arrive before it
//! move nothing. Its check value binds it to one list of one wallet under one filter. It keeps
//! honest callers from mixing lists up; it is no secret and needs none, since all a forged one can
//! do is to start a page elsewhere in the same list.

use bitcoin::hashes::{Hash, HashEngine, sha256};
use bitcoin::hex::{DisplayHex, FromHex};
use satchel_types::WalletId;

use crate::error::Fault;

/// Longest body of any cursor, in bytes; longer texts are refused unread.
const MAX: usize = 128;
const CHECK: usize = 4;

/// Which list, of whom, under which filter.
pub(crate) struct List<'a> {
    pub name: &'static str,
    pub wallet: WalletId,
    pub filter: &'a [&'a str],
}

impl List<'_> {
    /// Makes the text of a position.
    pub(crate) fn cursor(&self, body: &[u8]) -> String {
        let mut bytes = self.check(body).to_vec();
        bytes.extend_from_slice(body);
        bytes.to_lower_hex_string()
    }

    /// Reads a position back.
    pub(crate) fn read(&self, text: &str) -> Result<Body, Fault> {
        if text.len() > 2 * (CHECK + MAX) {
            return Err(Fault::BadCursor);
        }
        let bytes = Vec::<u8>::from_hex(text).map_err(|_| Fault::BadCursor)?;
        let (check, body) = bytes.split_at_checked(CHECK).ok_or(Fault::BadCursor)?;
        if check != self.check(body) {
            return Err(Fault::BadCursor);
        }
        Ok(Body {
            bytes: body.to_vec(),
            at: 0,
        })
    }

    fn check(&self, body: &[u8]) -> [u8; CHECK] {
        let mut engine = sha256::Hash::engine();
        let mut part = |bytes: &[u8]| {
            engine.input(&(bytes.len() as u64).to_le_bytes());
            engine.input(bytes);
        };
        part(self.name.as_bytes());
        part(self.wallet.as_bytes());
        for word in self.filter {
            part(word.as_bytes());
        }
        part(body);
        let hash = sha256::Hash::from_engine(engine).to_byte_array();
        [hash[0], hash[1], hash[2], hash[3]]
    }
}

/// A cursor's content, read from front to back.
pub(crate) struct Body {
    bytes: Vec<u8>,
    at: usize,
}

impl Body {
    /// Takes the next bytes.
    pub(crate) fn take<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        let part = self
            .bytes
            .get(self.at..self.at + N)
            .and_then(|part| part.try_into().ok())
            .ok_or(Fault::BadCursor)?;
        self.at += N;
        Ok(part)
    }

    /// Takes a number of SQLite's range.
    pub(crate) fn number(&mut self) -> Result<i64, Fault> {
        self.take().map(i64::from_be_bytes)
    }

    /// Says that nothing may be left.
    pub(crate) fn end(&self) -> Result<(), Fault> {
        if self.at == self.bytes.len() {
            Ok(())
        } else {
            Err(Fault::BadCursor)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list<'a>(wallet: u8, filter: &'a [&'a str]) -> List<'a> {
        List {
            name: "coins",
            wallet: WalletId::from_bytes([wallet; 16]),
            filter,
        }
    }

    #[test]
    fn a_cursor_reads_back_in_its_own_list_alone() {
        let text = list(1, &["rent"]).cursor(&7_i64.to_be_bytes());
        let mut body = list(1, &["rent"]).read(&text).expect("its own list");
        assert_eq!(body.number().expect("eight bytes"), 7);
        body.end().expect("nothing after them");
        for other in [list(2, &["rent"]), list(1, &["ren", "t"]), list(1, &[])] {
            assert!(matches!(other.read(&text), Err(Fault::BadCursor)));
        }
    }

    #[test]
    fn no_changed_character_passes() {
        let text = list(1, &[]).cursor(&[0; 16]);
        for at in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[at] = if changed[at] == b'0' { b'1' } else { b'0' };
            let changed = String::from_utf8(changed).expect("digits");
            assert!(list(1, &[]).read(&changed).is_err(), "character {at}");
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "0", "zz", "00", "éé", &"00".repeat(100_000)] {
            assert!(list(1, &[]).read(text).is_err());
        }
    }
}
