//! What is wrong with an address, in Core's words.

use bitcoin::address::NetworkUnchecked;
use bitcoin::base58;
use bitcoin::{Address, Network};

/// What regtest's witness addresses begin with.
const PREFIX: &str = "bcrt";
/// Longest witness address (BIP-0173).
const LONGEST: usize = 90;
/// Symbols of a checksum.
const CHECKSUM: usize = 6;
/// The alphabet of BIP-0173.
const ALPHABET: &str = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
/// What regtest's other addresses begin with: of keys, and of scripts.
const VERSIONS: [u8; 2] = [111, 196];

/// Reads an address of this chain, or says what is wrong with it and at which characters.
pub fn read(text: &str) -> Result<Address, (String, Vec<usize>)> {
    let read = text.parse::<Address<NetworkUnchecked>>();
    match read.map(|address| address.require_network(Network::Regtest)) {
        Ok(Ok(address)) => Ok(address),
        _ => Err(fault(text)),
    }
}

fn fault(text: &str) -> (String, Vec<usize>) {
    let said = |what: &str| (what.to_owned(), Vec::new());
    let begins = text.get(..PREFIX.len()).unwrap_or_default();
    if begins.eq_ignore_ascii_case(PREFIX) {
        return witness(text);
    }
    if let Ok(data) = base58::decode_check(text)
        && data.len() <= 21
    {
        return said(match data.first() {
            Some(version) if VERSIONS.contains(version) => {
                "Invalid length for Base58 address (P2PKH or P2SH)"
            }
            _ => "Invalid or unsupported Base58-encoded address.",
        });
    }
    said(match base58::decode(text) {
        Ok(data) if data.len() <= 100 => {
            "Invalid checksum or length of Base58 address (P2PKH or P2SH)"
        }
        _ => "Invalid or unsupported Segwit (Bech32) or Base58 encoding.",
    })
}

/// Core finds out which characters of a wrong checksum are mistyped; this does not.
fn witness(text: &str) -> (String, Vec<usize>) {
    let said = |what: &str, places: Vec<usize>| (what.to_owned(), places);
    if text.len() > LONGEST {
        return said("Bech32 string too long", (LONGEST..text.len()).collect());
    }
    let places = |odd: &dyn Fn(u8) -> bool| -> Vec<usize> {
        let bytes = text.bytes().enumerate();
        bytes.filter(|(_, b)| odd(*b)).map(|(at, _)| at).collect()
    };
    let unprintable = places(&|b| !(33..=126).contains(&b));
    let first_is_upper = text.bytes().find(u8::is_ascii_alphabetic);
    let mixed = places(&|b| match first_is_upper {
        Some(first) if first.is_ascii_uppercase() => b.is_ascii_lowercase(),
        _ => b.is_ascii_uppercase(),
    });
    if !unprintable.is_empty() || !mixed.is_empty() {
        let mut all = [unprintable, mixed].concat();
        all.sort_unstable();
        return said("Invalid character or mixed case", all);
    }
    let Some(separator) = text.rfind('1') else {
        return said("Missing separator", Vec::new());
    };
    if separator == 0 || separator + CHECKSUM >= text.len() {
        return said("Invalid separator position", vec![separator]);
    }
    let symbols = text.char_indices().skip(separator + 1);
    let mut odd = symbols.filter(|(_, c)| !ALPHABET.contains(c.to_ascii_lowercase()));
    if let Some((at, _)) = odd.next() {
        return said("Invalid Base 32 character", vec![at]);
    }
    said("Invalid checksum", Vec::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_said_in_cores_words() {
        let told = |text: &str| {
            read(text)
                .map(|_| ())
                .map_err(|(what, at)| (what, at.len()))
        };
        let said = |what: &str, places: usize| Err((what.to_owned(), places));
        let good = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
        assert_eq!(told(good), Ok(()));
        assert_eq!(told(&good.to_uppercase()), Ok(()));
        let base = said(
            "Invalid checksum or length of Base58 address (P2PKH or P2SH)",
            0,
        );
        assert_eq!(told("nonsense"), base);
        let other = "Invalid or unsupported Segwit (Bech32) or Base58 encoding.";
        assert_eq!(
            told("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
            said(other, 0)
        );
        assert_eq!(told("0"), said(other, 0));
        let main = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa";
        assert_eq!(
            told(main),
            said("Invalid or unsupported Base58-encoded address.", 0)
        );
        let place = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt081";
        assert_eq!(told(place), said("Invalid separator position", 1));
        let sum = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt08q";
        assert_eq!(told(sum), said("Invalid checksum", 0));
        assert_eq!(
            told("bcrt1Qqqqqqqqqq"),
            said("Invalid character or mixed case", 1)
        );
        assert_eq!(told("bcrt"), said("Missing separator", 0));
        assert_eq!(
            told("bcrt1qqqqbqqqqqq"),
            said("Invalid Base 32 character", 1)
        );
        assert_eq!(
            told(&format!("bcrt1{}", "q".repeat(90))),
            said("Bech32 string too long", 5)
        );
    }
}
