//! What people scan, paste or open, and signatures that come back.
#![no_main]

use bitcoin::address::NetworkUnchecked;
use bitcoin::{Address, Network, Psbt};
use libfuzzer_sys::fuzz_target;
use satchel_app::read_payment::Dealings;
use satchel_app::seen::{Seen, recognise};
use satchel_fuzz::{assert_plain, frugal_bitcoin, seeds};
use satchel_wallet::{extract, take_signatures};
use satchel_wire::scan::Seen as Twin;

const WORDS: &str = "legal winner thank year wave sausage worth useful legal winner thank yellow";

fuzz_target!(init: seeds(make), |data: &[u8]| {
    let Some((&mode, data)) = data.split_first() else { return };
    let network = [None, Some(Network::Bitcoin), Some(Network::Regtest)][usize::from(mode & 15) % 3];
    match mode >> 4 {
        0 => look(data, network),
        1 => hidden(data, network),
        2 => signatures(data),
        _ => {}
    }
});

/// What is said of bytes is bounded, plain, and for the network that was asked for.
fn look(data: &[u8], network: Option<Network>) {
    let seen = frugal_bitcoin(data.len(), || recognise(data, network));
    let told =
        serde_json::to_string(&Twin::new(&seen, Dealings::default(), None)).expect("plain values");
    assert!(told.len() < 8 * 1024, "much of what was seen is repeated");
    match seen {
        Seen::Payment(target, of) => {
            let address: Address<NetworkUnchecked> = target.address.parse().expect("an address");
            assert!(address.is_valid_for_network(of));
            assert!(network.is_none_or(|network| network == of));
            for note in [&target.label, &target.message].into_iter().flatten() {
                assert_plain(note);
            }
        }
        Seen::Psbt(psbt) => {
            let again = recognise(&psbt.serialize(), network);
            assert!(matches!(again, Seen::Psbt(again) if again == psbt));
        }
        Seen::Server(url) => assert!(!url.contains('@') && url.is_ascii()),
        Seen::Guarded => assert_eq!(told, r#"{"kind":"sealed_only"}"#),
        _ => {}
    }
}

/// Recovery words are found whatever stands around them, as long as it is apart.
fn hidden(data: &[u8], network: Option<Network>) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let at = (text.len() / 2..=text.len())
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0);
    let (before, after) = text.split_at(at);
    // These are other files, by their first bytes.
    let other = ["psbt", "SATWFILE", "SAT1", "SATH", "SATO", "BIP138"]
        .iter()
        .any(|start| before.starts_with(start));
    let text = format!("{before} {WORDS} {after}");
    if other || text.len() > satchel_app::seen::MAX_SEEN {
        return;
    }
    assert!(matches!(recognise(text.as_bytes(), network), Seen::Guarded));
}

/// Whatever signatures come back, what is spent and paid stays.
fn signatures(data: &[u8]) {
    let Ok(theirs) = frugal_bitcoin(data.len(), || Psbt::deserialize(data)) else {
        return;
    };
    let Ok(ours) = Psbt::from_unsigned_tx(theirs.unsigned_tx.clone()) else {
        return;
    };
    if let Ok(signed) = take_signatures(&ours, &theirs) {
        assert_eq!(signed.unsigned_tx, theirs.unsigned_tx);
        // Without knowing what is spent nothing is signed; a transaction without inputs needs nothing.
        assert!(signed.inputs.is_empty() || extract(signed).is_err());
    }
}

fn make() -> Vec<(&'static str, Vec<u8>)> {
    let text = |mode: u8, text: &str| [&[mode], text.as_bytes()].concat();
    vec![
        (
            "address",
            text(1, "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu"),
        ),
        (
            "link",
            text(
                2,
                "bitcoin:?bcrt=bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080&amount=0.001&label=Ana",
            ),
        ),
        (
            "lightning",
            text(
                0,
                "lightning:lnbc2500u1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygs",
            ),
        ),
        ("offer", text(0, "bitcoin:?lno=lno1abc")),
        ("words", text(0, WORDS)),
        (
            "digits",
            text(0, "000000010002000300040005000600070008000900100011"),
        ),
        (
            "key",
            text(
                0,
                "wpkh(L4rK1yDtCWekvXuE6oXD9jCYfFNV2cWRpVuPLBcCU2z8TrisoyY1)",
            ),
        ),
        ("server", text(0, "electrum.example.org:50002:s")),
        (
            "labels",
            text(
                1,
                r#"{"type":"addr","ref":"bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu","label":"Ana"}"#,
            ),
        ),
        (
            "psbt",
            text(
                0,
                "cHNidP8BAFICAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/////wHoAwAAAAAAABYAFHUeeefPVJSEbXNLbKRNxZ2+EpTTAAAAAAAAAAA=",
            ),
        ),
        ("pairing", text(0, "SATCHELPAIR1QQQ")),
        ("file", text(0, "SATWFILE\u{1}")),
        ("around", text(0x10, "12. 7")),
        ("signatures", text(0x20, "psbt")),
    ]
}
