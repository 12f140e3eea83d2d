//! The small part of CBOR (RFC 8949) that bundles, wallet files and pairing use, in its one canonical form.
//!
//! Unsigned integers, byte and text strings, arrays, maps and null, all of definite length and
//! shortest form (§4.2.1). Written by hand because the contents hold seeds: a general encoder grows
//! its buffer and a general decoder copies through scratch space, and both leave secrets behind.
//! Here the writer runs twice, first to measure, and the reader borrows.

const UINT: u8 = 0;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;
const MAP: u8 = 5;
const NULL: u8 = 0xf6;

/// Writes items, or only counts their bytes.
#[derive(Debug)]
pub struct Writer<'a> {
    out: Option<&'a mut [u8]>,
    at: usize,
}

impl<'a> Writer<'a> {
    /// Makes a writer that counts.
    pub fn counting() -> Self {
        Self { out: None, at: 0 }
    }

    /// Makes a writer into a buffer that was counted before.
    pub fn into_buffer(out: &'a mut [u8]) -> Self {
        Self {
            out: Some(out),
            at: 0,
        }
    }

    /// Returns how many bytes were written.
    pub fn len(&self) -> usize {
        self.at
    }

    /// Returns whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.at == 0
    }

    /// Writes an unsigned integer.
    pub fn uint(&mut self, value: u64) {
        self.head(UINT, value);
    }

    /// Writes a byte string.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.head(BYTES, bytes.len() as u64);
        self.put(bytes);
    }

    /// Begins a byte string of this length; [`Self::raw`] writes it piece by piece.
    pub fn bytes_head(&mut self, len: usize) {
        self.head(BYTES, len as u64);
    }

    /// Writes a piece of a byte string that was begun.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.put(bytes);
    }

    /// Writes a text.
    pub fn text(&mut self, text: &str) {
        self.head(TEXT, text.len() as u64);
        self.put(text.as_bytes());
    }

    /// Begins an array of this many items.
    pub fn array(&mut self, len: usize) {
        self.head(ARRAY, len as u64);
    }

    /// Begins a map of this many pairs.
    pub fn map(&mut self, len: usize) {
        self.head(MAP, len as u64);
    }

    /// Writes a null.
    pub fn null(&mut self) {
        self.put(&[NULL]);
    }

    fn head(&mut self, major: u8, value: u64) {
        let major = major << 5;
        let bytes = value.to_be_bytes();
        match value {
            0..=23 => self.put(&[major | bytes[7]]),
            24..=0xff => self.put(&[major | 24, bytes[7]]),
            0x100..=0xffff => {
                self.put(&[major | 25]);
                self.put(&bytes[6..]);
            }
            0x1_0000..=0xffff_ffff => {
                self.put(&[major | 26]);
                self.put(&bytes[4..]);
            }
            _ => {
                self.put(&[major | 27]);
                self.put(&bytes);
            }
        }
    }

    fn put(&mut self, bytes: &[u8]) {
        let end = self.at + bytes.len();
        if let Some(out) = &mut self.out {
            out[self.at..end].copy_from_slice(bytes);
        }
        self.at = end;
    }
}

/// Reads items by borrowing. `None` means: something else, too short, or not the shortest form.
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Begins to read.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Returns whether all was read.
    pub fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }

    /// Reads an unsigned integer.
    pub fn uint(&mut self) -> Option<u64> {
        self.head(UINT)
    }

    /// Reads a byte string.
    pub fn bytes(&mut self) -> Option<&'a [u8]> {
        let len = self.head(BYTES)?;
        self.take(len)
    }

    /// Reads a text.
    pub fn text(&mut self) -> Option<&'a str> {
        let len = self.head(TEXT)?;
        std::str::from_utf8(self.take(len)?).ok()
    }

    /// Reads an array's head. Each item takes a byte at least, so a length that the rest cannot
    /// hold is refused before anyone reserves memory for it.
    pub fn array(&mut self) -> Option<usize> {
        let len = usize::try_from(self.head(ARRAY)?).ok()?;
        (len <= self.0.len()).then_some(len)
    }

    /// Reads the head of a map of exactly this many pairs.
    pub fn map(&mut self, len: u64) -> Option<()> {
        (self.head(MAP)? == len).then_some(())
    }

    /// Reads exactly this integer, as a map's key.
    pub fn key(&mut self, key: u64) -> Option<()> {
        (self.uint()? == key).then_some(())
    }

    /// Skips a null if there is one.
    pub fn null(&mut self) -> bool {
        match self.0.split_first() {
            Some((&NULL, rest)) => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    fn head(&mut self, major: u8) -> Option<u64> {
        let first = *self.take(1)?.first()?;
        if first >> 5 != major {
            return None;
        }
        // Each longer form has to say something that the shorter ones cannot.
        let (len, least) = match first & 0x1f {
            short @ 0..=23 => return Some(u64::from(short)),
            24 => (1, 24),
            25 => (2, 0x100),
            26 => (4, 0x1_0000),
            27 => (8, 0x1_0000_0000),
            _ => return None,
        };
        let value = self
            .take(len)?
            .iter()
            .fold(0, |value, byte| value << 8 | u64::from(*byte));
        (value >= least).then_some(value)
    }

    fn take(&mut self, len: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(usize::try_from(len).ok()?)?;
        self.0 = rest;
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(write: impl Fn(&mut Writer<'_>)) -> Vec<u8> {
        let mut counting = Writer::counting();
        write(&mut counting);
        let mut out = vec![0; counting.len()];
        let mut writer = Writer::into_buffer(&mut out);
        write(&mut writer);
        assert_eq!(writer.len(), counting.len());
        out
    }

    #[test]
    fn integers_are_written_as_in_rfc_8949_appendix_a() {
        for (value, hex) in [
            (0, "00"),
            (23, "17"),
            (24, "1818"),
            (100, "1864"),
            (1000, "1903e8"),
            (1_000_000, "1a000f4240"),
            (1_000_000_000_000, "1b000000e8d4a51000"),
            (u64::MAX, "1bffffffffffffffff"),
        ] {
            let bytes = written(|w| w.uint(value));
            assert_eq!(hex::encode(&bytes), hex);
            assert_eq!(Reader::new(&bytes).uint(), Some(value));
        }
    }

    #[test]
    fn longer_forms_of_the_same_integer_are_refused() {
        for hex in [
            "1817",
            "1900ff",
            "1a0000ffff",
            "1b00000000ffffffff",
            "1f",
            "1c",
        ] {
            let bytes = hex::decode(hex).expect("valid hex");
            assert_eq!(Reader::new(&bytes).uint(), None, "{hex}");
        }
    }

    #[test]
    fn an_array_longer_than_the_rest_is_refused() {
        let bytes = hex::decode("9affffffff").expect("valid hex");
        assert_eq!(Reader::new(&bytes).array(), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(n: u64, bytes: Vec<u8>, text: String) {
            let out = written(|w| { w.uint(n); w.bytes(&bytes); w.text(&text); w.null(); });
            let mut reader = Reader::new(&out);
            prop_assert_eq!(reader.uint(), Some(n));
            prop_assert_eq!(reader.bytes(), Some(&bytes[..]));
            prop_assert_eq!(reader.text(), Some(&text[..]));
            prop_assert!(reader.null());
            prop_assert!(reader.is_at_end());
        }

        #[test]
        fn any_bytes_are_read_without_panic(bytes: Vec<u8>) {
            let _ = Reader::new(&bytes).uint();
            let _ = Reader::new(&bytes).bytes();
            let _ = Reader::new(&bytes).text();
            let _ = Reader::new(&bytes).array();
            let _ = Reader::new(&bytes).map(1);
        }
    }
}
