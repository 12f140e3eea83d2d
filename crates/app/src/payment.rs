//! Reading what somebody pasted or scanned: an address or a `bitcoin:` link (BIP-0021).

use std::str::FromStr;

use bip21::de::{DeserializationError, DeserializationState, DeserializeParams};
use bitcoin::address::NetworkUnchecked;
use bitcoin::{Address, Amount, Network};
use satchel_types::WalletId;

use crate::session::{AccessError, App};

/// Longest text that is looked at, in bytes.
pub const MAX_TEXT: usize = 4096;
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
        .get(..8)
        .is_some_and(|start| start.eq_ignore_ascii_case("bitcoin:"));
    if !scheme {
        return Ok(PaymentTarget {
            address: parse_address(text, network)?,
            amount: None,
            label: None,
            message: None,
        });
    }
    let uri = bip21::Uri::<'_, NetworkUnchecked, KnownOnly>::from_str(text)
        .map_err(|error| link_error(&error))?;
    let note = |param: Option<bip21::Param<'_>>| {
        let text = String::try_from(param?).ok()?;
        let text: String = text
            .chars()
            .filter(|c| !c.is_control())
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
        _: &str,
        _: bip21::Param<'_>,
    ) -> Result<bip21::de::ParamKind, UnknownDemand> {
        Ok(bip21::de::ParamKind::Unknown)
    }

    fn finalize(self) -> Result<Self, UnknownDemand> {
        Ok(self)
    }
}

impl App {
    /// Reads a text for a wallet; says too whether the address is the wallet's own.
    pub fn parse_payment(
        &self,
        id: Option<WalletId>,
        text: &str,
    ) -> Result<(Result<PaymentTarget, PaymentTextError>, bool, Network), AccessError> {
        let open = self.open()?;
        let record = self.wallet(&open, id)?;
        let target = parse_payment(text, record.network);
        let mine = match &target {
            Ok(target) => open.store.address(record.id, &target.address)?.is_some(),
            Err(_) => false,
        };
        Ok((target, mine, record.network))
    }
}
