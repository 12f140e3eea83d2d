//! Finds what is left of secrets in bytes.
//!
//! A needle is found also when its ends are gone, as in freed memory whose first bytes the allocator
//! took for itself. So each needle is cut into pieces of eight bytes; where a piece is seen, it is looked
//! how far the needle goes on to both sides. Any fifteen bytes of it in a row hold a piece.

use std::collections::{BTreeMap, HashMap};

use crate::forms::{Needle, Secret, needles};

const PIECE: usize = 8;
/// Bits of the first look, by hash: small enough for the processor's cache.
const FILTER_BITS: u32 = 21;

/// A find: a secret in a form, at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// What was searched, such as the path of a file.
    pub place: String,
    /// Name of the secret.
    pub secret: String,
    /// The form it had.
    pub form: &'static str,
    /// How often.
    pub times: u64,
    /// Bytes of the longest.
    pub longest: usize,
    /// Where the first one was, from the start of the place.
    pub first: u64,
}

/// Knows what to look for.
pub struct Scanner {
    needles: Vec<Needle>,
    /// Which needles a piece belongs to, and where in them.
    pieces: HashMap<u64, Vec<(usize, usize)>>,
    filter: Vec<u64>,
    /// Longest needle, in bytes.
    longest: usize,
}

/// Finds by place, secret and form.
#[derive(Default)]
pub struct Hits(BTreeMap<(String, String, &'static str), Hit>);

impl Hits {
    /// Returns the finds, sorted.
    pub fn into_vec(self) -> Vec<Hit> {
        self.0.into_values().collect()
    }

    fn note(&mut self, place: &str, needle: &Needle, length: usize, at: u64) {
        let key = (place.to_owned(), needle.name.clone(), needle.form);
        let hit = self.0.entry(key).or_insert_with(|| Hit {
            place: place.to_owned(),
            secret: needle.name.clone(),
            form: needle.form,
            times: 0,
            longest: 0,
            first: at,
        });
        hit.times += 1;
        hit.longest = hit.longest.max(length);
    }
}

fn slot(piece: u64) -> usize {
    (piece.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - FILTER_BITS)) as usize
}

fn read(bytes: &[u8], at: usize) -> Option<u64> {
    let piece = bytes.get(at..at + PIECE)?;
    Some(u64::from_le_bytes(piece.try_into().ok()?))
}

impl Scanner {
    /// Prepares to look for these, in every form.
    pub fn new(secrets: &[Secret]) -> Self {
        let needles: Vec<Needle> = secrets.iter().flat_map(needles).collect();
        let mut pieces: HashMap<u64, Vec<(usize, usize)>> = HashMap::new();
        let mut filter = vec![0; (1 << FILTER_BITS) / 64];
        for (n, needle) in needles.iter().enumerate() {
            for at in (0..needle.bytes.len()).step_by(PIECE) {
                if let Some(piece) = read(&needle.bytes, at) {
                    pieces.entry(piece).or_default().push((n, at));
                    filter[slot(piece) / 64] |= 1 << (slot(piece) % 64);
                }
            }
        }
        let longest = needles.iter().map(|needle| needle.bytes.len()).max();
        Self {
            needles,
            pieces,
            filter,
            longest: longest.unwrap_or_default(),
        }
    }

    /// Returns how many bytes of context a needle may need on each side of a chunk.
    pub fn margin(&self) -> usize {
        self.longest
    }

    /// Returns how many needles there are.
    pub fn needles(&self) -> usize {
        self.needles.len()
    }

    /// Looks through bytes.
    pub fn look(&self, place: &str, bytes: &[u8], hits: &mut Hits) {
        self.look_at(place, bytes, 0..bytes.len(), 0, hits);
    }

    /// Looks for needles of which a piece begins within `from`; `bytes` begin at `offset` of the
    /// place.
    pub fn look_at(
        &self,
        place: &str,
        bytes: &[u8],
        from: std::ops::Range<usize>,
        offset: u64,
        hits: &mut Hits,
    ) {
        // Where the last find of each needle ended, since one of them has many pieces.
        let mut seen: HashMap<(usize, usize), ()> = HashMap::new();
        for (at, eight) in bytes
            .windows(PIECE)
            .enumerate()
            .take(from.end)
            .skip(from.start)
        {
            let piece = u64::from_le_bytes([
                eight[0], eight[1], eight[2], eight[3], eight[4], eight[5], eight[6], eight[7],
            ]);
            let slot = slot(piece);
            if self.filter[slot / 64] & (1 << (slot % 64)) == 0 {
                continue;
            }
            for &(n, within) in self.pieces.get(&piece).map_or(&[][..], Vec::as_slice) {
                let needle = &self.needles[n];
                let before = (needle.bytes[..within].iter().rev())
                    .zip(bytes[..at].iter().rev())
                    .take_while(|(a, b)| a == b)
                    .count();
                let after = (needle.bytes[within..].iter())
                    .zip(&bytes[at..])
                    .take_while(|(a, b)| a == b)
                    .count();
                let part = within - before..within + after;
                if needle.counts(&part) && seen.insert((n, at - before), ()).is_none() {
                    hits.note(place, needle, part.len(), offset + (at - before) as u64);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

    use super::*;
    use crate::forms::Value;

    const KEY: [u8; 32] = [
        0xd1, 0x07, 0x5e, 0xfb, 0xff, 0x3e, 0x92, 0x11, 0x84, 0x6a, 0xc8, 0x19, 0x70, 0xbd, 0x33,
        0xe5, 0x0c, 0x58, 0xa9, 0x41, 0xde, 0x27, 0x96, 0x6f, 0xb2, 0x05, 0x7b, 0xea, 0x1d, 0x48,
        0xc3, 0x8e,
    ];
    const WORDS: [&str; 12] = [
        "legal", "winner", "thank", "year", "wave", "sausage", "worth", "useful", "legal",
        "winner", "thank", "yellow",
    ];

    fn scanner() -> Scanner {
        let secret = |name: &str, value| Secret {
            name: name.to_owned(),
            value,
        };
        Scanner::new(&[
            secret("key", Value::Bytes(KEY.to_vec())),
            secret(
                "passphrase",
                Value::Text("7h3-qu1ck-brown-f0x-jumps".to_owned()),
            ),
            secret("words", Value::Words(WORDS.map(str::to_owned).to_vec())),
        ])
    }

    /// Returns what is found in bytes that lie among others, as `secret: form`.
    fn found(bytes: &[u8]) -> Vec<String> {
        let noise: Vec<u8> = (0..999_u32).map(|i| (i * i % 251) as u8).collect();
        let hay = [&noise[..], bytes, &noise[..]].concat();
        let mut hits = Hits::default();
        scanner().look("here", &hay, &mut hits);
        let told = |hit: Hit| format!("{}: {}", hit.secret, hit.form);
        hits.into_vec().into_iter().map(told).collect()
    }

    fn wide(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn each_form_of_a_key_is_found() {
        let reversed: Vec<u8> = KEY.iter().rev().copied().collect();
        let hex = hex::encode(KEY);
        let base58 = bitcoin::base58::encode(&KEY);
        let numbers = serde_json::to_string(&KEY.to_vec()).expect("a list");
        for (form, bytes) in [
            ("raw", KEY.to_vec()),
            ("raw, reversed", reversed),
            ("hex", hex.clone().into_bytes()),
            ("HEX", hex.to_uppercase().into_bytes()),
            ("hex, utf16", wide(&hex)),
            ("base58", base58.clone().into_bytes()),
            ("base58, utf16", wide(&base58)),
            ("numbers", numbers.into_bytes()),
        ] {
            assert_eq!(found(&bytes), [format!("key: {form}")]);
        }
    }

    #[test]
    fn a_few_numbers_alike_are_chance_and_fifteen_bytes_of_them_are_none() {
        let list = |bytes: &[u8]| {
            bytes
                .iter()
                .map(u8::to_string)
                .collect::<Vec<_>>()
                .join(",")
        };
        assert!(found(list(&KEY[3..8]).as_bytes()).is_empty());
        assert_eq!(found(list(&KEY[3..30]).as_bytes()), ["key: numbers"]);
    }

    #[test]
    fn base64_is_found_wherever_the_key_lies_in_what_was_encoded() {
        for before in 0..7 {
            let larger = [&[0xaa; 7][..before], &KEY, &[0xbb; 5]].concat();
            let standard = STANDARD.encode(&larger);
            assert!(found(standard.as_bytes()).contains(&"key: base64".to_owned()));
            assert!(found(&wide(&standard)).contains(&"key: base64, utf16".to_owned()));
            let url = URL_SAFE_NO_PAD.encode(&larger);
            assert!(found(url.as_bytes()).contains(&"key: base64url".to_owned()));
        }
    }

    #[test]
    fn each_form_of_words_is_found_from_four_on() {
        let json = serde_json::to_string(&WORDS).expect("a list");
        for (form, text) in [
            ("words", WORDS.join(" ")),
            ("words", WORDS[3..7].join(" ")),
            ("words as JSON", json),
            ("words, commas", WORDS.join(",")),
            ("words, lines", WORDS.join("\n")),
            ("words in a row", WORDS.concat()),
        ] {
            assert_eq!(found(text.as_bytes()), [format!("words: {form}")]);
        }
        assert_eq!(found(&wide(&WORDS.join(" "))), ["words: words, utf16"]);
        assert!(found(WORDS[3..6].join(" ").as_bytes()).is_empty());
    }

    #[test]
    fn what_is_left_of_a_key_after_its_head_was_overwritten_is_found() {
        assert_eq!(found(&KEY[16..]), ["key: raw"]);
        assert_eq!(found(&KEY[3..18]), ["key: raw"]);
        assert!(found(&KEY[20..]).is_empty(), "eight bytes prove nothing");
    }

    #[test]
    fn a_passphrase_is_found_and_other_bytes_are_not() {
        assert_eq!(found(b"7h3-qu1ck-brown-f0x-jumps"), ["passphrase: raw"]);
        assert!(found(b"a quick brown fox jumps").is_empty());
    }

    #[test]
    fn a_find_that_lies_across_two_chunks_is_counted_once() {
        let hay = [&[0; 100][..], &KEY, &[0; 100]].concat();
        let (scanner, mut hits) = (scanner(), Hits::default());
        // Only one piece of the four begins in the first half.
        scanner.look_at("here", &hay, 0..101, 0, &mut hits);
        let [first] = &hits.into_vec()[..] else {
            panic!("it is found from the first half alone");
        };
        assert_eq!((first.times, first.longest, first.first), (1, 32, 100));
    }
}
