use bitcoin::{Amount, PublicKey, TxIn, TxOut};

use super::*;

const SEGWIT: &str = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";
const TEST: &str = "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx";
const XPUB: &str = "xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265TMg7usUDFdp6W1EGMcet8";
const XPRV: &str = "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi";
const WIF: &str = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ";
const WORDS: &str = "legal winner thank year wave sausage worth useful legal winner thank yellow";

/// Says what it is, in one word.
fn name(seen: &Seen) -> &'static str {
    match seen {
        Seen::Payment(..) => "payment",
        Seen::NotPayable(_) => "not payable",
        Seen::Lightning(_) => "lightning",
        Seen::Psbt(_) => "psbt",
        Seen::Transaction(_) => "transaction",
        Seen::Descriptor(_) => "descriptor",
        Seen::AccountKey(_) => "account key",
        Seen::Pairing(_) => "pairing",
        Seen::WalletFile => "wallet file",
        Seen::Objects => "objects",
        Seen::Heads => "heads",
        Seen::Labels { .. } => "labels",
        Seen::DescriptorBackup => "descriptor backup",
        Seen::Server(_) => "server",
        Seen::Guarded => "guarded",
        Seen::Unknown => "unknown",
    }
}

fn seen(text: &str) -> &'static str {
    name(&recognise(text.as_bytes(), Some(Network::Bitcoin)))
}

fn tx() -> Transaction {
    let key: PublicKey = "02e6642fd69bd211f93f7f1f36ca51a26a5290eb2dd1b0d8279a87bb0d480c8443"
        .parse()
        .expect("a key");
    Transaction {
        version: bitcoin::transaction::Version::TWO,
        lock_time: bitcoin::absolute::LockTime::ZERO,
        input: vec![TxIn::default()],
        output: vec![TxOut {
            value: Amount::from_sat(1_000),
            script_pubkey: bitcoin::ScriptBuf::new_p2pk(&key),
        }],
    }
}

#[test]
fn what_devices_show_each_other_is_told_apart() {
    let heads = [&b"SATH\x01"[..], &[7; 38]].concat();
    let met = [&b"SATO\x01"[..], &[7; 32], b"\x01\0\0\0x"].concat();
    for (bytes, expected) in [
        (&heads[..], "heads"),
        (&met, "objects"),
        (b"SAT1 and more", "objects"),
        // Of another version: whoever acts on it says so.
        (b"SATH\x09", "heads"),
        (b"SATchel", "unknown"),
    ] {
        assert_eq!(name(&recognise(bytes, None)), expected);
    }
}

#[test]
fn addresses_and_links_are_payments() {
    assert_eq!(seen(SEGWIT), "payment");
    assert_eq!(
        seen(&format!("\u{feff} {}\n", SEGWIT.to_uppercase())),
        "payment"
    );
    assert_eq!(
        seen(&format!("bitcoin:{SEGWIT}?amount=1&lightning=LNBC1")),
        "payment"
    );
    assert_eq!(seen(TEST), "not payable");
    assert_eq!(seen(&format!("bitcoin:{TEST}")), "not payable");
    assert_eq!(seen(&format!("bitcoin:{SEGWIT}?req-x=1")), "not payable");
    assert_eq!(seen("bitcoin:nobody"), "not payable");
    let any = |text: &str| match recognise(text.as_bytes(), None) {
        Seen::Payment(_, network) => Some(network),
        _ => None,
    };
    assert_eq!(any(SEGWIT), Some(Network::Bitcoin));
    assert_eq!(any(TEST), Some(Network::Signet));
    assert_eq!(
        any("bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080"),
        Some(Network::Regtest)
    );
}

#[test]
fn an_address_after_the_question_mark_is_one_too() {
    // BIP-0321: the path may be empty.
    assert_eq!(seen(&format!("bitcoin:?bc={SEGWIT}&amount=0.5")), "payment");
    assert_eq!(
        seen(&format!("BITCOIN:?AMOUNT=0.5&BC={}", SEGWIT.to_uppercase())),
        "payment"
    );
    assert_eq!(seen(&format!("bitcoin:?tb={TEST}")), "not payable");
    assert_eq!(seen("bitcoin:?lno=lno1abc"), "lightning");
    assert_eq!(seen("bitcoin:?lightning=lnbc1abc"), "lightning");
}

#[test]
fn lightning_is_told_by_its_kind() {
    let told = |text: &str| match recognise(text.as_bytes(), None) {
        Seen::Lightning(what) => Some(what),
        _ => None,
    };
    let invoice = format!(
        "lnbc2500u1{}",
        "pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygs"
    );
    assert_eq!(told(&invoice), Some(Lightning::Invoice));
    assert_eq!(
        told(&format!("LIGHTNING:{}", invoice.to_uppercase())),
        Some(Lightning::Invoice)
    );
    assert_eq!(
        told(
            "lno1pqps7sjqpgtyzm3qv4uxzmtsd3jjqer9wd3hy6tsw35k7msjzfpy7nz5yqcnygrfdej82um5wf5k2uckyypwa3eyt44h6txtxquqh7lz5djge4afgfjn7k4rgrkuag0jsd5xvxg"
        ),
        Some(Lightning::Offer)
    );
    assert_eq!(
        told("LNURL1DP68GURN8GHJ7UM9WFMXJCM99E3K7MF0V9CXJ0M385EKVCENXC6R2C35"),
        Some(Lightning::Link)
    );
    assert_eq!(told("ana@example.org"), Some(Lightning::Name));
    assert_eq!(told("₿ana@example.org"), Some(Lightning::Name));
    for other in [
        "ana@",
        "@example.org",
        "ana at example.org",
        "a@b",
        "https://u:p@example.org",
    ] {
        assert_eq!(told(other), None, "{other}");
    }
}

#[test]
fn transactions_whole_and_not_whole_in_every_writing() {
    let psbt = Psbt::from_unsigned_tx(tx()).expect("unsigned");
    let bytes = psbt.serialize();
    assert_eq!(name(&recognise(&bytes, None)), "psbt");
    let base64 = BASE64_STANDARD.encode(&bytes);
    assert_eq!(seen(&base64), "psbt");
    let (one, two) = base64.split_at(40);
    assert_eq!(
        seen(&format!("{one}\r\n{two}")),
        "psbt",
        "as a mail breaks it"
    );
    let hex = |bytes: &[u8]| {
        bytes
            .iter()
            .map(|byte| format!("{byte:02X}"))
            .collect::<String>()
    };
    assert_eq!(seen(&hex(&bytes)), "psbt");
    assert_eq!(name(&recognise(&bytes[..bytes.len() - 1], None)), "unknown");
    let raw = bitcoin::consensus::serialize(&tx());
    assert_eq!(name(&recognise(&raw, None)), "transaction");
    assert_eq!(seen(&hex(&raw)), "transaction");
    assert_eq!(seen(&hex(&raw[1..])), "unknown");
}

#[test]
fn what_describes_a_wallet_is_no_payment() {
    assert_eq!(seen(&format!("wpkh({XPUB}/0/*)")), "descriptor");
    assert_eq!(seen(XPUB), "account key");
    assert_eq!(
        seen(&format!("[d34db33f/84h/0h/0h]{XPUB}/0/*")),
        "account key"
    );
    assert_eq!(
        seen(&XPUB.replace("Mw", "Mv")),
        "unknown",
        "a wrong checksum"
    );
    assert_eq!(seen("SATWFILE\u{1}"), "wallet file");
    assert_eq!(seen("SAT1\u{1}"), "objects");
    let label = format!(r#"{{"type":"addr","ref":"{SEGWIT}","label":"Ana"}}"#);
    assert_eq!(seen(&label), "labels");
    assert_eq!(seen(r#"{"type":"rubbish"}"#), "unknown");
    assert_eq!(seen("SATCHELPAIR1QQQ"), "pairing");
}

#[test]
fn servers_are_told_unless_they_hold_a_password() {
    for text in [
        "https://example.org/api",
        "ssl://example.org:50002",
        "electrum.example.org:50002:s",
        "HTTP://127.0.0.1:3002",
    ] {
        assert_eq!(seen(text), "server", "{text}");
    }
    for text in [
        "https://",
        "https://me:x@example.org",
        "example.org",
        "https://a b",
        "example.org:99999:s",
    ] {
        assert_eq!(seen(text), "unknown", "{text}");
    }
}

#[test]
fn words_and_keys_are_refused_however_they_are_written() {
    let numbered: String = WORDS
        .split(' ')
        .enumerate()
        .map(|(n, word)| format!("{}. {word}\n", n + 1))
        .collect();
    let short: Vec<&str> = WORDS.split(' ').map(|word| &word[..4]).collect();
    let slip = WORDS.replacen("sausage", "sausges", 1);
    let one_missing = WORDS.rsplit_once(' ').expect("many").0.to_owned();
    let twenty = "academic acid acne acquire acrobat activity actress adapt adequate adjust \
                  admit adorn adult advance advocate afraid again agency agree aide";
    for text in [
        WORDS.to_owned(),
        WORDS.to_uppercase(),
        WORDS.replace(' ', ", "),
        numbered,
        short.join(" "),
        slip,
        one_missing,
        twenty.to_owned(),
        format!("my words are {WORDS} keep them"),
        format!("bitcoin:{SEGWIT}?message={}", WORDS.replace(' ', "%20")),
        format!(r#"{{"type":"addr","ref":"{SEGWIT}","label":"{WORDS}"}}"#),
        "0000".repeat(12),
        "2047".repeat(24),
        XPRV.to_owned(),
        format!("wpkh({XPRV}/0/*)"),
        format!("wsh(multi(2,{XPUB}/0/*,{XPRV}/0/*))"),
        WIF.to_owned(),
        format!("wpkh({WIF})"),
        "6PRVWUbkzzsbcVac2qwfssoUJAN1Xhrg6bNk8J7Nzm5H7kxEbn2Nh2ZoGg".to_owned(),
        "MS12NAMEA320ZYXWVUTSRQPNMLKJHGFEDCAXRPP870HKKQRM".to_owned(),
    ] {
        assert_eq!(seen(&text), "guarded", "{text}");
    }
    assert_eq!(name(&recognise(&[0xff; 32], None)), "guarded");
    for text in [
        "2048".repeat(12),
        "0000".repeat(11),
        "Lunch with Ana at the corner, and the rent of October for the house by the river"
            .to_owned(),
    ] {
        assert_eq!(seen(&text), "unknown", "{text}");
    }
}

#[test]
fn nothing_larger_than_the_limit_is_looked_at() {
    let mut bytes = b"SATWFILE".to_vec();
    bytes.resize(MAX_SEEN, 0);
    assert_eq!(name(&recognise(&bytes, None)), "wallet file");
    bytes.push(0);
    assert_eq!(name(&recognise(&bytes, None)), "unknown");
}
