//! Amounts and addresses as a confirmation shows them.

use crate::FeeRate;
use bitcoin::{Amount, Network};

/// Writes satoshis with groups of three and the same in BTC: `123 456 sat (0.00123456 BTC)`.
pub fn amount(amount: Amount) -> String {
    let sats = amount.to_sat();
    format!(
        "{} sat ({}.{:08} BTC)",
        grouped(sats),
        sats / 100_000_000,
        sats % 100_000_000
    )
}

/// Writes a fee with its rate.
pub fn fee(fee: Amount, rate: FeeRate) -> String {
    format!("{} sat ({rate} sat/vB)", grouped(fee.to_sat()))
}

/// Groups an address by four characters, so that eyes can compare it.
pub fn address(address: &str) -> String {
    let chars: Vec<char> = address.chars().collect();
    chars
        .chunks(4)
        .map(|group| group.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Names a network as people know it.
pub fn network(network: Network) -> &'static str {
    match network {
        Network::Bitcoin => "Bitcoin",
        Network::Testnet => "Testnet 3 (worthless coins)",
        Network::Testnet4 => "Testnet 4 (worthless coins)",
        Network::Signet => "Signet (worthless coins)",
        Network::Regtest => "Regtest (worthless coins)",
    }
}

/// Writes a number with groups of three.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{a0}');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped_and_exact() {
        assert_eq!(
            amount(Amount::from_sat(123_456)),
            "123\u{a0}456 sat (0.00123456 BTC)"
        );
        assert_eq!(amount(Amount::from_sat(0)), "0 sat (0.00000000 BTC)");
        assert_eq!(
            amount(Amount::MAX_MONEY),
            "2\u{a0}100\u{a0}000\u{a0}000\u{a0}000\u{a0}000 sat (21000000.00000000 BTC)"
        );
    }

    #[test]
    fn an_address_is_cut_into_fours() {
        assert_eq!(address("bcrt1qabcde"), "bcrt 1qab cde");
    }
}
