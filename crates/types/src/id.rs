//! Identifiers: 128 random bits, shown as 32 lower-case hex digits.

use std::fmt;
use std::str::FromStr;

/// Why a text is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an id is 32 lower-case hex digits, got {length} characters")]
pub struct IdError {
    /// How many characters the text had.
    pub length: usize,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name([u8; 16]);

        impl $name {
            /// Makes an id of 16 random bytes that the caller drew.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// Returns the 16 bytes.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex::encode(self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                let wrong = IdError { length: text.chars().count() };
                if text.len() != 32 || text.bytes().any(|b| b.is_ascii_uppercase()) {
                    return Err(wrong);
                }
                let mut bytes = [0; 16];
                hex::decode_to_slice(text, &mut bytes).map_err(|_| wrong)?;
                Ok(Self(bytes))
            }
        }
    };
}

id!(
    /// Names a wallet on every device that holds it.
    WalletId
);
id!(
    /// Names a payment that is being prepared. Consumed once: the same draft never pays twice.
    DraftId
);
id!(
    /// Made by a caller for one intent. A request that arrives twice acts once.
    RequestId
);
id!(
    /// Names a vault; drawn when it is made, and never again.
    VaultId
);
id!(
    /// Names what lets this program in at a node, among the items of the keychain.
    NodeKeyId
);
id!(
    /// Names one door of a vault. A new door has a new name, even in an old one's place.
    SlotId
);
id!(
    /// Names a place where devices meet, on one device.
    PlaceId
);
id!(
    /// Names the set of a person's devices that share wallets; drawn when it is founded.
    CircleId
);
id!(
    /// Names a device within a circle. One that was removed never comes back under its name.
    DeviceId
);
id!(
    /// Names a chain of objects that one device writes.
    StreamId
);
id!(
    /// Names somebody whom the owner pays.
    ContactId
);
id!(
    /// Names something that the owner has to be told: a hash of what it is about.
    NoticeId
);
