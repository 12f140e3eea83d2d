//! Reading what somebody pasted or scanned: an address or a `bitcoin:` link (BIP-0021).

use std::str::FromStr;

use bip21::de::{DeserializationError, DeserializationState, DeserializeParams};
use bitcoin::address::NetworkUnchecked;
use bitcoin::{Address, Amount, Network};
use satchel_types::is_disguise;

/// Longest text that is looked at, in bytes.
pub const MAX_TEXT: usize = 4096;
/// What links begin with, in any case.
pub(crate) const SCHEME: &str = "bitcoin:";
/// Longest note of a payee that is kept, in characters.
const MAX_NOTE: usize = 255;

/// A payment that a text asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentTarget {
    /// To whom.
    pub address: String,
    /// How much, if the text says so.
    pub amount: Option<Amount>,
    /// The payee's name, in the payee's words.
    pub label: Option<String>,
    /// A note, in the payee's words.
    pub message: Option<String>,
}

/// Why a text is no payment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PaymentTextError {
    /// Nothing there.
    #[error("there is no address in this")]
    Empty,
    /// Too long.
    #[error("this is {length} bytes long; an address or link has at most {max}")]
    TooLong {
        /// Bytes given.
        length: usize,
        /// Bytes allowed.
        max: usize,
    },
    /// No address.
    #[error("this is not a Bitcoin address")]
    NotAnAddress,
    /// A link that cannot be read.
    #[error("this bitcoin: link cannot be read")]
    BadLink,
    /// The link demands something unknown (BIP-0021 `req-`).
    #[error("this link demands something that Satchel does not know")]
    UnknownDemand,
    /// An amount of zero or more than all bitcoin.
    #[error("the amount in this link cannot be paid")]
    BadAmount,
    /// An address of another network.
    #[error("this address is for another network than {wanted}")]
    OtherNetwork {
        /// The wallet's network.
        wanted: Network,
    },
}

/// Reads a text for a wallet of `network`.
pub fn parse_payment(text: &str, network: Network) -> Result<PaymentTarget, PaymentTextError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(PaymentTextError::Empty);
    }
    if text.len() > MAX_TEXT {
        return Err(PaymentTextError::TooLong {
            length: text.len(),
            max: MAX_TEXT,
        });
    }
    let scheme = text
        .get(..SCHEME.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(SCHEME));
    if !scheme {
        return Ok(PaymentTarget {
            address: parse_address(text, network)?,
            amount: None,
            label: None,
            message: None,
        });
    }
    let moved = address_first(text);
    let text = moved.as_deref().unwrap_or(text);
    let uri = bip21::Uri::<'_, NetworkUnchecked, KnownOnly>::from_str(text)
        .map_err(|error| link_error(&error))?;
    let note = |param: Option<bip21::Param<'_>>| {
        let text = String::try_from(param?).ok()?;
        let text: String = text
            .chars()
            .filter(|c| !is_disguise(*c))
            .take(MAX_NOTE)
            .collect();
        (!text.is_empty()).then_some(text)
    };
    if uri
        .amount
        .is_some_and(|a| a == Amount::ZERO || a > Amount::MAX_MONEY)
    {
        return Err(PaymentTextError::BadAmount);
    }
    let address = uri
        .address
        .require_network(network)
        .map_err(|_| PaymentTextError::OtherNetwork { wanted: network })?;
    Ok(PaymentTarget {
        address: address.to_string(),
        amount: uri.amount,
        label: note(uri.label),
        message: note(uri.message),
    })
}

/// Checks an address for a network and returns its usual form.
pub fn parse_address(text: &str, network: Network) -> Result<String, PaymentTextError> {
    let address =
        Address::<NetworkUnchecked>::from_str(text).map_err(|_| PaymentTextError::NotAnAddress)?;
    let address = address
        .require_network(network)
        .map_err(|_| PaymentTextError::OtherNetwork { wanted: network })?;
    Ok(address.to_string())
}

/// Writes a link whose address stands among its parameters (BIP-0321) as one that begins with it. `None`: it is none.
fn address_first(link: &str) -> Option<String> {
    let query = link.get(SCHEME.len()..)?.strip_prefix('?')?;
    let parts = || query.split('&').map(|part| (part, part.split_once('=')));
    let is_address = |key: &str| {
        ["bc", "tb", "bcrt"]
            .iter()
            .any(|hrp| key.eq_ignore_ascii_case(hrp))
    };
    let address = parts()
        .find_map(|(_, pair)| pair.filter(|(key, _)| is_address(key)))?
        .1;
    let mut moved = format!("{SCHEME}{address}");
    let others = parts().filter(|(_, pair)| !pair.is_some_and(|(key, _)| is_address(key)));
    for (n, (part, _)) in others.enumerate() {
        moved.push(if n == 0 { '?' } else { '&' });
        moved.push_str(part);
    }
    Some(moved)
}

fn link_error(error: &bip21::de::Error<UnknownDemand>) -> PaymentTextError {
    match error {
        bip21::de::Error::Extras(UnknownDemand) => PaymentTextError::UnknownDemand,
        bip21::de::Error::Uri(_) => PaymentTextError::BadLink,
    }
}

/// Ignores optional parameters and refuses demanded ones.
#[derive(Debug, Default)]
struct KnownOnly;

#[derive(Debug)]
struct UnknownDemand;

impl DeserializationError for KnownOnly {
    type Error = UnknownDemand;
}

impl<'a> DeserializeParams<'a> for KnownOnly {
    type DeserializationState = Self;
}

impl<'a> DeserializationState<'a> for KnownOnly {
    type Value = Self;

    fn is_param_known(&self, _: &str) -> bool {
        false
    }

    fn deserialize_temp(
        &mut self,
        key: &str,
        _: bip21::Param<'_>,
    ) -> Result<bip21::de::ParamKind, UnknownDemand> {
        let demanded = key
            .get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("req-"));
        if demanded {
            return Err(UnknownDemand);
        }
        Ok(bip21::de::ParamKind::Unknown)
    }

    fn finalize(self) -> Result<Self, UnknownDemand> {
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An address of BIP-0173's examples, and a real one: that of BIP-0021's has a wrong checksum.
    const SEGWIT: &str = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";
    const LEGACY: &str = "1andreas3batLhQa2FawWjeyjCqyBzypd";

    fn read(text: &str) -> Result<PaymentTarget, PaymentTextError> {
        parse_payment(text, Network::Bitcoin)
    }

    fn link(rest: &str) -> Result<PaymentTarget, PaymentTextError> {
        read(&format!("bitcoin:{LEGACY}{rest}"))
    }

    #[test]
    fn the_examples_of_bip_0021_are_read_as_it_says() {
        let plain = link("").expect("just the address");
        assert_eq!((plain.address.as_str(), plain.amount), (LEGACY, None));
        let named = link("?label=Luke-Jr").expect("an address with a name");
        assert_eq!(named.label.as_deref(), Some("Luke-Jr"));
        let paid = link("?amount=20.3&label=Luke-Jr").expect("a request for 20.30 BTC");
        assert_eq!(paid.amount, Some(Amount::from_sat(2_030_000_000)));
        let long = link("?amount=50&label=Luke-Jr&message=Donation%20for%20project%20xyz");
        let long = long.expect("a request for 50 BTC with a message");
        assert_eq!(long.amount, Some(Amount::from_sat(5_000_000_000)));
        assert_eq!(long.message.as_deref(), Some("Donation for project xyz"));
        assert_eq!(
            link("?req-somethingyoudontunderstand=50&req-somethingelseyoudontget=999"),
            Err(PaymentTextError::UnknownDemand)
        );
        assert!(link("?somethingyoudontunderstand=50&somethingelseyoudontget=999").is_ok());
    }

    #[test]
    fn case_matters_where_the_standards_say_so() {
        let upper = format!("BITCOIN:{}?amount=1", SEGWIT.to_uppercase());
        assert_eq!(read(&upper).expect("as QR codes have it").address, SEGWIT);
        assert_eq!(read(&SEGWIT.to_uppercase()).expect("too").address, SEGWIT);
        let mixed = SEGWIT.replace("kv8f", "KV8f");
        assert_eq!(read(&mixed), Err(PaymentTextError::NotAnAddress));
    }

    #[test]
    fn amounts_that_no_payment_can_have_are_refused() {
        for amount in ["0", "0.00000000", "21000000.00000001", "21000001"] {
            assert_eq!(
                link(&format!("?amount={amount}")),
                Err(PaymentTextError::BadAmount),
                "{amount}"
            );
        }
        for amount in [
            "",
            "-1",
            "1e3",
            "0x10",
            "1,5",
            "0.000000001",
            "184467440737.09551617",
            "NaN",
        ] {
            assert!(link(&format!("?amount={amount}")).is_err(), "{amount}");
        }
        let all = link("?amount=21000000").expect("all there will ever be");
        assert_eq!(all.amount, Some(Amount::MAX_MONEY));
    }

    #[test]
    fn what_is_no_payment_says_why() {
        assert_eq!(read(" \n"), Err(PaymentTextError::Empty));
        assert_eq!(read("hello"), Err(PaymentTextError::NotAnAddress));
        assert_eq!(read("bitcoin:"), Err(PaymentTextError::BadLink));
        assert_eq!(
            read("bitcoin:hello?amount=1"),
            Err(PaymentTextError::BadLink)
        );
        let long = format!("bitcoin:{LEGACY}?message={}", "x".repeat(MAX_TEXT));
        assert!(matches!(read(&long), Err(PaymentTextError::TooLong { .. })));
        for text in [SEGWIT.to_owned(), format!("bitcoin:{SEGWIT}")] {
            assert_eq!(
                parse_payment(&text, Network::Regtest),
                Err(PaymentTextError::OtherNetwork {
                    wanted: Network::Regtest
                })
            );
        }
    }

    #[test]
    fn a_payee_cannot_turn_the_text_around_that_shows_it() {
        let told = link("?label=%E2%80%AEecila%0A%00&message=a%E2%80%8Bb").expect("a link");
        assert_eq!(told.label.as_deref(), Some("ecila"));
        assert_eq!(told.message.as_deref(), Some("ab"));
        assert_eq!(link("?label=%E2%80%AE").expect("a link").label, None);
    }
}
