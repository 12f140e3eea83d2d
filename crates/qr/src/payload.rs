//! What is carried.

/// What the bytes of a payload are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Objects of a bundle (`docs/formats/bundle-v1.md`).
    Objects,
    /// What a device has of a bundle, so that another can show the rest.
    Heads,
    /// An invitation to join.
    Invitation,
    /// A wallet file (`docs/formats/wallet-file-v2.md`).
    WalletFile,
    /// A partially signed transaction (BIP-0174), binary.
    Psbt,
    /// A transaction in its network form.
    Transaction,
    /// UTF-8: an address, a payment link, whatever a single QR code says.
    Text,
    /// JSON.
    Json,
    /// CBOR (RFC 8949).
    Cbor,
    /// Bytes of which nothing is said.
    Bytes,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Objects,
        Self::Heads,
        Self::Invitation,
        Self::WalletFile,
        Self::Psbt,
        Self::Transaction,
        Self::Text,
        Self::Json,
        Self::Cbor,
        Self::Bytes,
    ];
}

/// Bytes and what they are. What was read is as its sender made it: it has the length and the check that the
/// code wrote down, and nothing about its content was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload {
    /// What the bytes are.
    pub kind: Kind,
    /// The bytes.
    pub bytes: Vec<u8>,
}
