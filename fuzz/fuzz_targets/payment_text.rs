//! What people paste or scan: addresses and `bitcoin:` links.
#![no_main]

use bitcoin::address::NetworkUnchecked;
use bitcoin::{Address, Amount, Network};
use libfuzzer_sys::fuzz_target;
use satchel_app::payment::{MAX_TEXT, PaymentTextError, parse_address, parse_payment};
use satchel_fuzz::{assert_plain, frugal, qr, seeds};
use satchel_wire::IpcError;

const NETWORKS: [Network; 5] = [
    Network::Bitcoin,
    Network::Testnet,
    Network::Testnet4,
    Network::Signet,
    Network::Regtest,
];

fuzz_target!(init: seeds(make), |data: &[u8]| {
    let Some((&mode, data)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(data) else { return };
    let network = NETWORKS[usize::from(mode & 15) % 5];
    match mode >> 4 {
        0 => payment(text, network),
        1 => payment(&format!("bitcoin:{}?{text}", address(network)), network),
        2 => code(text),
        _ => {}
    }
});

fn address(network: Network) -> &'static str {
    match network {
        Network::Bitcoin => "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu",
        Network::Regtest => "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080",
        _ => "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx",
    }
}

/// A payment that is read can be made, says so in plain words, and reads the same when it is written
/// as a link.
fn payment(text: &str, network: Network) {
    let read = frugal(text.len(), || parse_payment(text, network));
    let target = match read {
        Ok(target) => target,
        Err(error) => {
            let told = IpcError::from(error.clone());
            assert!(told.message.len() < 300, "an endless error");
            assert_eq!(error == PaymentTextError::Empty, text.trim().is_empty());
            if let PaymentTextError::TooLong { length, max } = error {
                assert!(length > max && max == MAX_TEXT);
            }
            return;
        }
    };
    assert!(text.trim().len() <= MAX_TEXT);
    let checked: Address<NetworkUnchecked> = target.address.parse().expect("an address");
    assert!(checked.is_valid_for_network(network), "of another network");
    assert_eq!(
        parse_address(&target.address, network).as_ref(),
        Ok(&target.address)
    );
    if let Some(amount) = target.amount {
        assert!(amount > Amount::ZERO && amount <= Amount::MAX_MONEY);
    }
    for note in [&target.label, &target.message].into_iter().flatten() {
        assert_plain(note);
        assert!((1..=255).contains(&note.chars().count()));
    }
    let mut link = format!("bitcoin:{}", target.address);
    let mut mark = '?';
    let amount = target
        .amount
        .map(|a| a.to_string_in(bitcoin::Denomination::Bitcoin));
    for (key, value) in [
        ("amount", amount),
        ("label", target.label.clone()),
        ("message", target.message.clone()),
    ] {
        if let Some(value) = value {
            let value: String = value
                .bytes()
                .map(|b| {
                    if b.is_ascii_alphanumeric() || b == b'.' {
                        char::from(b).to_string()
                    } else {
                        format!("%{b:02X}")
                    }
                })
                .collect();
            link.push_str(&format!("{mark}{key}={value}"));
            mark = '&';
        }
    }
    if link.len() <= MAX_TEXT {
        assert_eq!(parse_payment(&link, network), Ok(target), "{link}");
    }
}

/// A code that is drawn has a size of the standard and a picture bounded by it.
fn code(text: &str) {
    match qr::draw(text) {
        Ok(code) => {
            assert!((21..=177).contains(&code.size) && (code.size - 21) % 4 == 0);
            assert!(code.path.len() <= 20 * 177 * 177);
            assert!(code.path.starts_with("M0 0h7v1h-7z"), "no corner");
            assert!(!text.is_empty());
        }
        Err(error) => assert!(text.is_empty() || text.len() > 2_953, "{}", error.message),
    }
}

fn make() -> Vec<(&'static str, Vec<u8>)> {
    let text = |mode: u8, text: &str| [&[mode], text.as_bytes()].concat();
    vec![
        (
            "segwit",
            text(0, "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu"),
        ),
        (
            "taproot",
            text(
                0,
                "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr",
            ),
        ),
        ("legacy", text(0, "1LqBGSKuX5yYUonjxT5qGfpUsXKYYWeabA")),
        ("nested", text(1, "2Mww8dCYPUpKHofjgcXcBCEGmniw9CoaiD2")),
        (
            "shouted",
            text(4, "BCRT1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KYGT080"),
        ),
        (
            "link",
            text(
                4,
                "bitcoin:bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080?amount=0.001&label=Ana&message=Thank%20you",
            ),
        ),
        (
            "link-shouted",
            text(
                4,
                "BITCOIN:BCRT1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KYGT080?AMOUNT=1",
            ),
        ),
        ("demand", text(0x14, "req-somethingyoudontunderstand=50")),
        (
            "optional",
            text(0x14, "amount=20.3&somethingyoudontunderstand=50"),
        ),
        (
            "notes",
            text(0x14, "label=%E2%80%AEAna%00&message=%D8%9C%0A"),
        ),
        ("amounts", text(0x10, "amount=21000000.00000001")),
        (
            "lightning",
            text(0x14, "lightning=LNBCRT1&pj=https://example.org/&pjos=0"),
        ),
        (
            "code",
            text(0x20, "bitcoin:bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080"),
        ),
    ]
}
