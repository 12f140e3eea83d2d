//! What could be recovery words or a private key. Too much is refused rather than too little.

use bitcoin::{PrivateKey, base58};
use satchel_keys::RecoveryWords;

/// Words of the list one after the other that are no sentence any more.
const RUN: usize = 11;

/// Returns whether a text holds what only the sealed window takes.
pub(super) fn is_guarded(text: &str) -> bool {
    has_words(text) || is_digits(text) || is_share(text) || has_key(text)
}

/// Recovery words (BIP-0039), in whole or by their first letters, numbered or not, perhaps with a slip of the pen; and the
/// shares of SLIP-0039, whose list is another.
fn has_words(text: &str) -> bool {
    let (mut words, mut listed, mut run, mut longest) = (0_usize, 0_usize, 0_usize, 0_usize);
    for word in text.split(|c: char| !c.is_alphabetic()) {
        if word.is_empty() {
            continue;
        }
        words += 1;
        if is_listed(word) {
            listed += 1;
            run += 1;
            longest = longest.max(run);
        } else {
            run = 0;
        }
    }
    let mostly = (12..=33).contains(&words) && listed * 4 >= words * 3;
    let bare = text
        .chars()
        .all(|c| c.is_ascii_alphabetic() || c.is_whitespace());
    let share = bare
        && matches!(words, 20 | 33)
        && text
            .split_whitespace()
            .all(|word| (4..=8).contains(&word.len()));
    longest >= RUN || mostly || share
}

/// A word of the list, or its first four letters, which tell it from all others.
fn is_listed(word: &str) -> bool {
    let length = word.len();
    if !(3..=8).contains(&length) || !word.is_ascii() {
        return false;
    }
    let lower = word.to_ascii_lowercase();
    let list = RecoveryWords::list();
    let at = list.partition_point(|known| *known < lower.as_str());
    let found = list
        .get(at)
        .is_some_and(|known| *known == lower || (length >= 4 && known.starts_with(&lower)));
    // What is freed is wiped by the shells' allocator.
    drop(lower);
    found
}

/// Places of words in the list, four digits each, as some signing devices show them.
fn is_digits(text: &str) -> bool {
    let digits = text.as_bytes();
    matches!(digits.len(), 48 | 60 | 72 | 84 | 96)
        && digits.iter().all(u8::is_ascii_digit)
        && digits.chunks(4).all(|four| {
            let place = four
                .iter()
                .fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
            place < 2048
        })
}

/// A share of a seed, or a key of another service, as one word with a checksum (BIP-0093 and its like).
fn is_share(text: &str) -> bool {
    let is_one = |prefix: &str| {
        text.len() >= 40
            && super::starts(text, prefix)
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    is_one("ms1") || is_one("nsec1") || is_one("ncryptsec1")
}

/// Private keys: extended ones, alone or in a descriptor; single ones; single ones under a passphrase (BIP-0038).
fn has_key(text: &str) -> bool {
    // Numbers and letters of Base58 are among these, and nothing else of a descriptor.
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .any(|token| {
            let extended = token.len() > 60 && token.get(1..4) == Some("prv");
            let single = matches!(token.len(), 51 | 52) && PrivateKey::from_wif(token).is_ok();
            let sealed =
                token.len() == 58 && token.starts_with("6P") && base58::decode_check(token).is_ok();
            extended || single || sealed
        })
}
