//! People whom the owner pays.

use std::fmt;
use std::str::FromStr;

use bitcoin::Network;

use crate::{ContactId, IdError, PageSize, WalletName, WalletNameError};

/// A name people gave a contact, under the rules of a wallet's: 1 to 64 characters, trimmed, no control characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ContactName(WalletName);

/// Why a text is no contact's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContactNameError {
    /// Nothing but white space.
    #[error("a contact needs a name")]
    Empty,
    /// Longer than a screen can show.
    #[error("a contact's name has at most {max} characters, got {length}")]
    TooLong {
        /// Characters given.
        length: usize,
        /// Characters allowed.
        max: usize,
    },
    /// A control character, which could disguise one contact as another.
    #[error("a contact's name has no control characters")]
    ControlCharacter,
}

impl From<WalletNameError> for ContactNameError {
    fn from(error: WalletNameError) -> Self {
        match error {
            WalletNameError::Empty => Self::Empty,
            WalletNameError::TooLong { length, max } => Self::TooLong { length, max },
            WalletNameError::ControlCharacter => Self::ControlCharacter,
        }
    }
}

impl ContactName {
    /// Checks and trims a name.
    ///
    /// # Errors
    /// See [`ContactNameError`].
    pub fn new(text: &str) -> Result<Self, ContactNameError> {
        Ok(Self(WalletName::new(text)?))
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// Names an address that is kept for a contact, and says of which network it is: `regtest/` and 32 hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContactAddressId {
    /// The network of the address; never changes.
    pub network: Network,
    /// Drawn when it is first kept.
    pub number: [u8; 16],
}

/// Why a text names no address of a contact.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContactAddressIdError {
    /// No network that is known, or nothing after it.
    #[error("an address's id is a network, a slash and 32 hex digits")]
    NoNetwork,
    /// Not the digits of an id.
    #[error(transparent)]
    Number(#[from] IdError),
}

impl fmt::Display for ContactAddressId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.network, hex::encode(self.number))
    }
}

impl FromStr for ContactAddressId {
    type Err = ContactAddressIdError;

    fn from_str(text: &str) -> Result<Self, ContactAddressIdError> {
        let (network, number) = text
            .split_once('/')
            .ok_or(ContactAddressIdError::NoNetwork)?;
        let network: Network = network
            .parse()
            .map_err(|_| ContactAddressIdError::NoNetwork)?;
        let number: ContactId = number.parse()?;
        let id = Self {
            network,
            number: *number.as_bytes(),
        };
        // One address has one id: a network that can be spelt in two ways would give it two.
        if id.to_string() != text {
            return Err(ContactAddressIdError::NoNetwork);
        }
        Ok(id)
    }
}

/// An address of a contact, as this device knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactAddressRow {
    /// Its id.
    pub id: ContactAddressId,
    /// The address, as it was last said by any device.
    pub address: String,
    /// What its owner agreed to on this device; `None`: nothing yet.
    pub compared: Option<Compared>,
    /// Whether it counts on this device: it is the one that was agreed to here, under a name that was agreed to or given here.
    pub counts: bool,
}

/// What an owner agreed to in a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The address.
    pub address: String,
    /// Whose it is, as the question said.
    pub name: String,
}

/// A contact, as this device knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactRow {
    /// Its id.
    pub id: ContactId,
    /// Its name; `None`: one device took the contact away while another kept an address for it.
    pub name: Option<String>,
    /// A note.
    pub note: Option<String>,
    /// Its addresses: those that count first.
    pub addresses: Vec<ContactAddressRow>,
}

impl ContactRow {
    /// Most addresses that are read of one contact. A device that was taken over could write any number.
    pub const MAX_ADDRESSES: usize = 64;
}

/// Whose an address is that counts on this device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payee {
    /// The contact.
    pub contact: ContactId,
    /// Its name.
    pub name: String,
    /// Its name as the question said it when the address was agreed to. A name that was given since needed no question.
    pub compared_as: String,
}

/// Which contacts to list, by name.
#[derive(Debug, Clone, Default)]
pub struct ContactQuery {
    /// From [`crate::Page::next`]; `None`: from the first.
    pub after: Option<String>,
    /// Contacts a page.
    pub size: PageSize,
    /// Only those whose name or note has this in it, or one of whose addresses does.
    pub search: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_addresses_id_is_read_in_one_way_alone() {
        let id = ContactAddressId {
            network: Network::Testnet4,
            number: [0xab; 16],
        };
        let text = format!("testnet4/{}", "ab".repeat(16));
        assert_eq!(id.to_string(), text);
        assert_eq!(text.parse(), Ok(id));
        for wrong in [
            "",
            "testnet4",
            "testnet4/",
            "/abababababababababababababababab",
            "main/abababababababababababababababab",
            "Testnet4/abababababababababababababababab",
            "testnet4/ABababababababababababababababab",
            "testnet4/abababababababababababababababab/",
            " testnet4/abababababababababababababababab",
        ] {
            assert!(wrong.parse::<ContactAddressId>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_name_says_what_is_wrong_with_it() {
        assert_eq!(ContactName::new(" \n"), Err(ContactNameError::Empty));
        let long = "a".repeat(65);
        assert!(matches!(
            ContactName::new(&long),
            Err(ContactNameError::TooLong {
                length: 65,
                max: 64
            })
        ));
        assert_eq!(
            ContactName::new("Mu\u{202e}m"),
            Err(ContactNameError::ControlCharacter)
        );
        assert_eq!(
            ContactName::new(" Mum ").map(|n| n.as_str().to_owned()),
            Ok("Mum".to_owned())
        );
    }
}
