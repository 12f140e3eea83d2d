//! Values that two devices wrote without knowing of each other.

use satchel_app::conflicts as core;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::circle::moment;
use crate::payment::LabelKind;
use crate::{Code, IpcError, parse};

/// On what they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ConflictOn {
    /// A wallet's name.
    WalletName {
        /// Which wallet's.
        wallet_id: String,
    },
    /// A label.
    Label {
        /// In which wallet.
        wallet_id: String,
        /// On what kind of thing.
        on: LabelKind,
        /// On which, as in `cmd_set_label`.
        target: String,
    },
    /// What a device is called.
    DeviceName {
        /// Which device.
        device_id: String,
    },
    /// A contact's name.
    ContactName {
        /// Which contact.
        contact_id: String,
    },
    /// The note on a contact.
    ContactNote {
        /// Which contact.
        contact_id: String,
    },
    /// An address of a contact. Whichever is chosen counts here only if it was compared here.
    ContactAddress {
        /// Which contact.
        contact_id: String,
        /// Which of its addresses.
        address_id: String,
    },
}

/// One of the values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct WrittenValue {
    /// What it says; none: it was deleted.
    pub text: Option<String>,
    /// The name of the device that wrote it, if that is known.
    pub device: Option<String>,
    /// When, by that device's clock, in seconds since 1970.
    #[specta(type = u32)]
    pub at: u64,
}

/// Why one of the values is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ShownBecause {
    /// It is later than each other, by its device's clock.
    Later,
    /// Another is of the same second, and none is later.
    SameSecond,
    /// Another is later by its device's clock, but its device knew of fewer changes.
    MoreChanges,
}

/// Values of which one is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Conflict {
    /// On what.
    pub on: ConflictOn,
    /// The one that is shown.
    pub shown: WrittenValue,
    /// Why that one, on every device.
    pub because: ShownBecause,
    /// The others.
    pub beside: Vec<WrittenValue>,
}

/// Chooses one of the values.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct SettleRequest {
    /// On what.
    pub on: ConflictOn,
    /// The value, exactly; none: the deleted one.
    pub text: Option<String>,
}

impl From<core::WrittenValue> for WrittenValue {
    fn from(value: core::WrittenValue) -> Self {
        Self {
            text: value.text,
            device: value.device,
            at: moment(value.at),
        }
    }
}

impl From<core::ShownBecause> for ShownBecause {
    fn from(because: core::ShownBecause) -> Self {
        match because {
            core::ShownBecause::Later => Self::Later,
            core::ShownBecause::SameSecond => Self::SameSecond,
            core::ShownBecause::MoreChanges => Self::MoreChanges,
        }
    }
}

impl From<core::ConflictOn> for ConflictOn {
    fn from(on: core::ConflictOn) -> Self {
        match on {
            core::ConflictOn::WalletName(wallet) => Self::WalletName {
                wallet_id: wallet.to_string(),
            },
            core::ConflictOn::Label(wallet, target) => {
                let (on, target) = crate::interop::named(target);
                Self::Label {
                    wallet_id: wallet.to_string(),
                    on,
                    target,
                }
            }
            core::ConflictOn::DeviceName(device) => Self::DeviceName {
                device_id: device.to_string(),
            },
            core::ConflictOn::ContactName(contact) => Self::ContactName {
                contact_id: contact.to_string(),
            },
            core::ConflictOn::ContactNote(contact) => Self::ContactNote {
                contact_id: contact.to_string(),
            },
            core::ConflictOn::ContactAddress(contact, id) => Self::ContactAddress {
                contact_id: contact.to_string(),
                address_id: id.to_string(),
            },
        }
    }
}

impl TryFrom<ConflictOn> for core::ConflictOn {
    type Error = IpcError;

    fn try_from(on: ConflictOn) -> Result<Self, IpcError> {
        let wallet = |text: &str| {
            parse::wallet_id(Some(text))?
                .ok_or_else(|| IpcError::new(Code::BadInput, "wallet_id: which wallet?"))
        };
        Ok(match on {
            ConflictOn::WalletName { wallet_id } => Self::WalletName(wallet(&wallet_id)?),
            ConflictOn::Label {
                wallet_id,
                on,
                target,
            } => Self::Label(wallet(&wallet_id)?, parse::label_target(on, &target)?),
            ConflictOn::DeviceName { device_id } => Self::DeviceName(parse::device_id(&device_id)?),
            ConflictOn::ContactName { contact_id } => {
                Self::ContactName(parse::contact_id(&contact_id)?)
            }
            ConflictOn::ContactNote { contact_id } => {
                Self::ContactNote(parse::contact_id(&contact_id)?)
            }
            ConflictOn::ContactAddress {
                contact_id,
                address_id,
            } => Self::ContactAddress(
                parse::contact_id(&contact_id)?,
                parse::contact_address_id(&address_id)?,
            ),
        })
    }
}

impl From<core::Conflict> for Conflict {
    fn from(conflict: core::Conflict) -> Self {
        Self {
            on: conflict.on.into(),
            shown: conflict.shown.into(),
            because: conflict.because.into(),
            beside: conflict.beside.into_iter().map(Into::into).collect(),
        }
    }
}
