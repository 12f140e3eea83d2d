//! Reading ids, outpoints and the like from a caller's text.

use std::str::FromStr;

use bitcoin::{BlockHash, OutPoint, Txid};
use satchel_types::{
    ContactAddressId, ContactId, ContactName, DeviceId, DraftId, Label, LabelTarget, NoticeId,
    PageSize, PlaceId, RequestId, WalletId, WalletName,
};

use crate::payment::LabelKind;
use crate::{Code, IpcError};

fn bad(what: &str, why: impl std::fmt::Display) -> IpcError {
    IpcError::new(Code::BadInput, format!("{what}: {why}"))
}

/// Reads a wallet's id; none stays none.
pub fn wallet_id(text: Option<&str>) -> Result<Option<WalletId>, IpcError> {
    text.map(|text| text.parse().map_err(|error| bad("wallet_id", error)))
        .transpose()
}

/// Reads a request's id.
pub fn request_id(text: &str) -> Result<RequestId, IpcError> {
    text.parse().map_err(|error| bad("request_id", error))
}

/// Reads a draft's id.
pub fn draft_id(text: &str) -> Result<DraftId, IpcError> {
    text.parse().map_err(|error| bad("draft_id", error))
}

/// Reads a notice's id.
pub fn notice_id(text: &str) -> Result<NoticeId, IpcError> {
    text.parse().map_err(|error| bad("notice_id", error))
}

/// Reads a contact's id.
pub fn contact_id(text: &str) -> Result<ContactId, IpcError> {
    text.parse().map_err(|error| bad("contact_id", error))
}

/// Reads the id of an address of a contact.
pub fn contact_address_id(text: &str) -> Result<ContactAddressId, IpcError> {
    text.parse().map_err(|error| bad("address_id", error))
}

/// Reads a contact's name.
pub fn contact_name(text: &str) -> Result<ContactName, IpcError> {
    ContactName::new(text).map_err(|error| bad("name", error))
}

/// Reads a device's id.
pub fn device_id(text: &str) -> Result<DeviceId, IpcError> {
    text.parse().map_err(|error| bad("device_id", error))
}

/// Reads a place's id.
pub fn place_id(text: &str) -> Result<PlaceId, IpcError> {
    text.parse().map_err(|error| bad("place_id", error))
}

/// Reads a transaction's id.
pub fn txid(text: &str) -> Result<Txid, IpcError> {
    Txid::from_str(text).map_err(|_| bad("txid", "64 hex digits expected"))
}

/// Reads a block's hash.
pub fn block_hash(text: &str) -> Result<BlockHash, IpcError> {
    BlockHash::from_str(text).map_err(|_| bad("block", "64 hex digits expected"))
}

/// Reads an outpoint, as `txid:vout`.
pub fn outpoint(text: &str) -> Result<OutPoint, IpcError> {
    OutPoint::from_str(text).map_err(|_| bad("outpoint", "txid:vout expected"))
}

/// Reads a wallet's name.
pub fn wallet_name(text: &str) -> Result<WalletName, IpcError> {
    WalletName::new(text).map_err(|error| bad("name", error))
}

/// Reads a label; empty means none.
pub fn label(text: Option<&str>) -> Result<Option<Label>, IpcError> {
    Label::new(text.unwrap_or_default()).map_err(|error| bad("label", error))
}

/// Reads what a label is on.
pub fn label_target(kind: LabelKind, text: &str) -> Result<LabelTarget, IpcError> {
    Ok(match kind {
        LabelKind::Tx => LabelTarget::Tx(txid(text)?),
        LabelKind::Output => LabelTarget::Output(outpoint(text)?),
        // What a wallet file can hold: one label on anything else would make every backup fail.
        LabelKind::Address => {
            LabelTarget::address(text).ok_or_else(|| bad("target", "an address expected"))?
        }
        LabelKind::Input => LabelTarget::Input(
            OutPoint::from_str(text).map_err(|_| bad("target", "txid:vin expected"))?,
        ),
        LabelKind::Key => {
            LabelTarget::key(text).ok_or_else(|| bad("target", "a public key expected"))?
        }
    })
}

/// Reads how many rows are wanted.
pub fn page_size(limit: Option<u32>) -> PageSize {
    limit.map_or_else(PageSize::default, PageSize::clamped)
}

/// Reads a fee rate.
pub fn fee_rate(rate: crate::FeeRate) -> Result<satchel_types::FeeRate, IpcError> {
    satchel_types::FeeRate::try_from(rate).map_err(|error| {
        let code = match error {
            satchel_types::FeeRateError::OutOfRange { .. }
                if rate.sat_per_kvb() < satchel_types::FeeRate::MIN_SAT_PER_KVB =>
            {
                Code::FeeTooLow
            }
            satchel_types::FeeRateError::OutOfRange { .. } => Code::FeeTooHigh,
            satchel_types::FeeRateError::NotANumber => Code::BadInput,
        };
        IpcError::new(code, error.to_string())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_on_what_could_be_an_address() {
        let target = |text: &str| label_target(LabelKind::Address, text).is_ok();
        assert!(target("bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080"));
        for text in ["", "no address", "a\nb", "a:0", "\u{e9}", &"a".repeat(101)] {
            assert!(!target(text), "{text:?}");
        }
    }
}
