//! The ways in which a leak would write a secret down.

use std::ops::Range;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

/// Shortest run of a needle's bytes that counts as found: enough not to come about by chance.
const LEAST: usize = 15;
/// Fewest consecutive words that count.
const LEAST_WORDS: usize = 4;

/// A secret's value.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// Such as a key.
    Bytes(Vec<u8>),
    /// Such as a passphrase.
    Text(String),
    /// Recovery words.
    Words(Vec<String>),
}

/// A secret of a run. It has no `Debug`, since what is found is told by name.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    /// What it is, such as `passphrase`.
    pub name: String,
    /// Its value.
    pub value: Value,
}

/// A secret in one form.
pub struct Needle {
    /// Of the secret.
    pub name: String,
    /// Of the form, such as `hex`.
    pub form: &'static str,
    /// What is looked for.
    pub bytes: Vec<u8>,
    /// Fewest bytes in a row that count.
    least: usize,
    /// Where each word lies, of words.
    words: Vec<Range<usize>>,
}

impl Needle {
    fn new(name: &str, form: &'static str, bytes: Vec<u8>) -> Self {
        let wide = form.ends_with("utf16");
        // A byte as a number has up to four letters: fifteen of them say little more than three bytes, and among lists
        // of numbers they come about by chance.
        let letters = if form.starts_with("numbers") { 4 } else { 1 };
        let least = letters * if wide { 2 * LEAST } else { LEAST };
        Self {
            name: name.to_owned(),
            form,
            least: least.min(bytes.len()),
            words: Vec::new(),
            bytes,
        }
    }

    /// Returns whether this part of it, found in a row, is a find.
    pub fn counts(&self, part: &Range<usize>) -> bool {
        if self.words.is_empty() {
            return part.len() >= self.least;
        }
        let whole = |word: &&Range<usize>| part.start <= word.start && word.end <= part.end;
        self.words.iter().filter(whole).count() >= LEAST_WORDS
    }
}

/// Writes a secret in every form.
pub fn needles(secret: &Secret) -> Vec<Needle> {
    match &secret.value {
        Value::Bytes(bytes) => of_bytes(&secret.name, bytes),
        Value::Text(text) => of_text(&secret.name, text),
        Value::Words(words) => of_words(&secret.name, words),
    }
}

fn of_bytes(name: &str, bytes: &[u8]) -> Vec<Needle> {
    let mut reversed = bytes.to_vec();
    // The limbs of a scalar on a little-endian machine.
    reversed.reverse();
    let mut needles = vec![
        Needle::new(name, "raw", bytes.to_vec()),
        Needle::new(name, "raw, reversed", reversed),
    ];
    needles.extend(encoded(name, bytes));
    needles
}

fn of_text(name: &str, text: &str) -> Vec<Needle> {
    let mut needles = vec![
        Needle::new(name, "raw", text.as_bytes().to_vec()),
        Needle::new(name, "utf16", wide(text)),
    ];
    needles.extend(encoded(name, text.as_bytes()));
    needles
}

/// Forms in letters, each also in the two bytes a letter that web engines and Windows use.
fn encoded(name: &str, bytes: &[u8]) -> Vec<Needle> {
    let numbers: Vec<String> = bytes.iter().map(u8::to_string).collect();
    let mut texts = vec![
        ("hex", "hex, utf16", hex::encode(bytes)),
        ("HEX", "HEX, utf16", hex::encode_upper(bytes)),
        ("base58", "base58, utf16", bitcoin::base58::encode(bytes)),
        // A serializer that takes bytes for a list.
        ("numbers", "numbers, utf16", numbers.join(",")),
    ];
    for before in 0..3 {
        texts.push(("base64", "base64, utf16", inside(&STANDARD, bytes, before)));
        texts.push((
            "base64url",
            "base64url, utf16",
            inside(&URL_SAFE, bytes, before),
        ));
    }
    let both = |(narrow, wide_form, text): (&'static str, &'static str, String)| {
        [
            Needle::new(name, narrow, text.as_bytes().to_vec()),
            Needle::new(name, wide_form, wide(&text)),
        ]
    };
    texts.into_iter().flat_map(both).collect()
}

/// Writes what base64 makes of these bytes wherever they lie in something larger, behind `before`
/// other bytes: the letters that no neighbour has a part in.
fn inside(engine: &impl Engine, bytes: &[u8], before: usize) -> String {
    let mut padded = vec![0; before];
    padded.extend_from_slice(bytes);
    let letters = engine.encode(&padded);
    letters[(before * 8).div_ceil(6)..padded.len() * 8 / 6].to_owned()
}

fn of_words(name: &str, words: &[String]) -> Vec<Needle> {
    let mut needles = Vec::new();
    for (narrow, wide_form, between) in [
        ("words", "words, utf16", " "),
        ("words as JSON", "words as JSON, utf16", "\",\""),
        ("words, commas", "words, commas, utf16", ","),
        ("words, lines", "words, lines, utf16", "\n"),
        ("words in a row", "words in a row, utf16", ""),
    ] {
        let text = words.join(between);
        let mut at = 0;
        let places: Vec<_> = words
            .iter()
            .map(|word| {
                let place = at..at + word.len();
                at = place.end + between.len();
                place
            })
            .collect();
        let doubled = places.iter().map(|place| place.start * 2..place.end * 2);
        needles.push(Needle {
            words: doubled.collect(),
            ..Needle::new(name, wide_form, wide(&text))
        });
        needles.push(Needle {
            words: places,
            ..Needle::new(name, narrow, text.into_bytes())
        });
    }
    needles.extend(encoded(name, words.join(" ").as_bytes()));
    needles
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}
