//! Recovery words and passphrases as people type them.
#![no_main]

use bip39::{Language, Mnemonic};
use libfuzzer_sys::fuzz_target;
use satchel_fuzz::{frugal, seeds};
use satchel_keys::{RecoveryWords, Seed, WordsError};
use satchel_secrets::passphrase::nfkd;
use satchel_secrets::{Passphrase, PassphraseError, SecretText};

fuzz_target!(init: seeds(make), |data: &[u8]| {
    let Some((&mode, data)) = data.split_first() else { return };
    match mode {
        0 => {
            if let Ok(text) = std::str::from_utf8(data) {
                words(text);
            }
        }
        1 => words(&listed(data)),
        2 => {
            if let Ok(text) = std::str::from_utf8(data) {
                passphrase(text);
            }
        }
        3 => entropy(data),
        _ => {}
    }
});

/// Words of the list, two bytes each, so that the checksum is reached.
fn listed(data: &[u8]) -> String {
    let words: Vec<&str> = data
        .chunks_exact(2)
        .map(|pair| {
            RecoveryWords::list()[usize::from(u16::from_le_bytes([pair[0], pair[1]])) % 2048]
        })
        .collect();
    words.join(" ")
}

fn written(words: &RecoveryWords) -> String {
    let words: Vec<_> = (0..words.word_count()).map(|i| words.word(i)).collect();
    words.join(" ")
}

/// Read as another reader reads it, and read back from what is shown.
fn words(text: &str) {
    let secret = SecretText::new(text.to_owned());
    let ours = frugal(text.len(), || RecoveryWords::parse(&secret));
    let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let theirs = Mnemonic::parse_in_normalized(Language::English, &plain.to_ascii_lowercase());
    match &ours {
        Ok(words) => {
            let theirs = theirs.expect("both accept it");
            assert_eq!(written(words), theirs.words().collect::<Vec<_>>().join(" "));
            let again = RecoveryWords::parse(&SecretText::new(written(words)));
            assert_eq!(written(&again.expect("just shown")), written(words));
        }
        Err(error) => {
            assert!(theirs.is_err(), "another wallet accepts these words");
            let shown = format!("{error} {error:?}");
            let first = text.split_whitespace().next().unwrap_or_default();
            // What was typed is in no error; short words are in every sentence.
            assert!(first.len() < 12 || !shown.contains(first));
            if let WordsError::UnknownWord { position } = error {
                assert!((1..=24).contains(position));
            }
        }
    }
}

fn entropy(bytes: &[u8]) {
    match RecoveryWords::from_entropy(bytes) {
        Ok(words) => {
            let again = RecoveryWords::parse(&SecretText::new(written(&words)));
            assert_eq!(written(&again.expect("just shown")), written(&words));
            let theirs = Mnemonic::from_entropy(bytes).expect("both accept it");
            assert_eq!(
                written(&words),
                theirs.words().collect::<Vec<_>>().join(" ")
            );
        }
        Err(error) => assert_eq!(error, WordsError::EntropyLength { got: bytes.len() }),
    }
}

/// The normal form of a passphrase is its own normal form, and its size is bounded.
fn passphrase(text: &str) {
    // The longest letter becomes eighteen; what is typed has at most 1024 bytes.
    match frugal(text.len(), || {
        Passphrase::new(SecretText::new(text.to_owned()))
    }) {
        Ok(passphrase) => {
            assert!((1..=Passphrase::MAX_BYTES).contains(&text.len()));
            let again = nfkd(passphrase.expose());
            assert_eq!(again.expose(), passphrase.expose());
            assert_eq!(
                passphrase.check_strength_for_new().is_ok(),
                text.chars().count() >= Passphrase::MIN_NEW_CHARS
            );
        }
        Err(PassphraseError::Empty) => assert!(text.is_empty()),
        Err(error) => {
            assert!(text.len() > Passphrase::MAX_BYTES, "{error}");
        }
    }
    let words = RecoveryWords::from_entropy(&[1; 16]).expect("a valid length");
    let seed = Seed::new(words, Some(SecretText::new(text.to_owned())));
    assert_eq!(seed.is_ok(), text.len() <= Seed::MAX_PASSPHRASE);
    if let Ok(seed) = seed {
        let again = Seed::from_secret_bytes(&seed.to_secret_bytes()).expect("just written");
        assert_eq!(again.has_passphrase(), !text.is_empty());
    }
}

fn make() -> Vec<(&'static str, Vec<u8>)> {
    let text = |mode: u8, text: &str| [&[mode], text.as_bytes()].concat();
    let twelve = "legal winner thank year wave sausage worth useful legal winner thank yellow";
    let long = Mnemonic::from_entropy(&[0x80; 32]).expect("a valid length");
    let indices: Vec<u8> = (0..12_u16).flat_map(|i| (i * 7).to_le_bytes()).collect();
    vec![
        ("twelve", text(0, twelve)),
        ("twenty-four", text(0, &long.to_string())),
        (
            "shouted",
            text(0, &twelve.to_uppercase().replace(' ', "\t\n")),
        ),
        ("unknown", text(0, &twelve.replace("wave", "wavy"))),
        (
            "swapped",
            text(0, &twelve.replace("legal winner", "winner legal")),
        ),
        ("listed", [&[1], &indices[..]].concat()),
        ("passphrase", text(2, "caf\u{e9} \u{fb01}sh \u{fdfa}")),
        ("entropy", [&[3], &[0x7f; 20][..]].concat()),
    ]
}
