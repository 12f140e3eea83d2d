//! What a pasted or scanned text means.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::Sats;
use crate::wallet::Network;

/// A text that may be a payment.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct PaymentText {
    /// The wallet that would pay; none: the selected one.
    pub wallet_id: Option<String>,
    /// The text: an address or a `bitcoin:` link (BIP-0021).
    pub text: String,
}

/// A payment that a text asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PaymentTarget {
    /// To whom.
    pub address: String,
    /// How much, if the text says so.
    pub amount: Option<Sats>,
    /// The payee's name, in the payee's words.
    pub label: Option<String>,
    /// A note, in the payee's words.
    pub message: Option<String>,
    /// Whether the address is this wallet's own.
    pub mine: bool,
    /// The contact whose address it is, if that was agreed to on this device.
    pub contact: Option<String>,
    /// Whether this wallet paid to the address before.
    pub paid_before: bool,
    /// The network the address is for.
    pub network: Network,
}

/// A payment link that another program opened. Nobody looked at what it says yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct OpenedLink {
    /// Its number, for `cmd_dismiss_link`.
    pub number: u32,
    /// Its text, at most 8,192 bytes.
    pub text: String,
}

/// Names a payment link.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct LinkRef {
    /// Its number.
    pub number: u32,
}

/// Text to draw as a QR code.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct QrRequest {
    /// The text, at most 2,953 bytes.
    pub text: String,
}

/// A QR code as a picture: modules a side, without the quiet zone, and the SVG path of the dark
/// ones in module units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Qr {
    /// Modules a side.
    pub size: u32,
    /// `d` of an SVG path.
    pub path: String,
}

/// What a label is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum LabelKind {
    /// A transaction, by txid.
    Tx,
    /// An address.
    Address,
    /// An output, by `txid:vout`.
    Output,
    /// An input, by `txid:vin`; kept for other wallets (BIP-0329).
    Input,
    /// A public key, extended or not; the same.
    Key,
}

/// Sets or clears a label.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct LabelRequest {
    /// The wallet; none: the selected one.
    pub wallet_id: Option<String>,
    /// What it is on.
    pub kind: LabelKind,
    /// Which one.
    pub target: String,
    /// The text; empty: no label.
    pub label: String,
}
