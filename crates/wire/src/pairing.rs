//! Two devices that come together, step by step.
//!
//! [`HostStep::Shown`] is the one thing here that a stranger could use: who reads the code, or its words,
//! within two minutes, is in the same network and comes first, takes the new device's place and is then stopped by
//! the six digits. It is made to be shown (`docs/threat-model.md`), and is in no other answer.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::IpcError;
use crate::payment::Qr;

/// Begins to share.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct FoundCircleRequest {
    /// Made by the caller for this one intent.
    pub request_id: String,
    /// What this device is called among the others, 1 to 64 characters.
    pub name: String,
}

/// Shows a code that adds a device.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct HostPairingRequest {
    /// Made by the caller for this one intent. The same again leads to nothing new, also when it failed.
    pub request_id: String,
    /// Whether its owner is asked, once the device belongs, to give it the keys that are here.
    pub give_keys: bool,
}

/// How far the device that shows the code is.
#[derive(Clone, Serialize, Deserialize, Type)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum HostStep {
    /// The code is to be shown.
    Shown {
        /// Its text, for a device that cannot scan but paste.
        code: String,
        /// The same as a picture.
        qr: Qr,
        /// Eight words that say the same to a device to which one can only type, together with an address.
        pairing_words: String,
        /// Where this device is, the likeliest first, as `ip:port`.
        at: Vec<String>,
        /// Until when a device has to come, in seconds since 1970.
        #[specta(type = u32)]
        expires: u64,
    },
    /// A device has come and shows six digits, which are to be typed here.
    Arrived {
        /// What it calls itself. Not proven before the digits were right.
        name: String,
        /// Its system, in its own words.
        system: String,
        /// Until when they have to be typed, in seconds since 1970.
        #[specta(type = u32)]
        until: u64,
    },
    /// The digits go to the proof; if they are right, the system and then the passphrase are asked.
    Adding,
    /// It belongs. The system and then the passphrase are asked before it gets the keys.
    GivingKeys,
}

/// What became of the keys at a pairing. The device belongs whatever it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum KeysOutcome {
    /// None were to be given: it watches, or is what it was.
    Watches,
    /// It holds them.
    Given,
    /// It does not, or it is not known whether it does.
    NotGiven {
        /// Why.
        error: IpcError,
    },
}

impl std::fmt::Debug for HostStep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The code is good for two minutes, and logs stay.
        f.write_str(match self {
            Self::Shown { .. } => "Shown(…)",
            Self::Arrived { .. } => "Arrived(…)",
            Self::Adding => "Adding",
            Self::GivingKeys => "GivingKeys",
        })
    }
}

/// A device that was added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DeviceAdded {
    /// Its id.
    pub device_id: String,
    /// Whether it got keys.
    pub keys: KeysOutcome,
}

/// The digits that the new device shows.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct DigitsRequest {
    /// Six digits; spaces are passed over.
    pub digits: String,
}

/// Becomes one of the devices that share.
#[derive(Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct JoinPairingRequest {
    /// Made by the caller for this one intent. The same again leads to nothing new, also when it failed.
    pub request_id: String,
    /// What this device is called among the others, 1 to 64 characters.
    pub name: String,
    /// The code that the other device shows, or its eight words.
    pub code: String,
    /// With words: an address that the other device shows, as `ip:port`.
    pub at: Vec<String>,
}

impl std::fmt::Debug for JoinPairingRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JoinPairingRequest(…)")
    }
}

/// Takes the keys that another device of the circle gives.
#[derive(Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct TakeKeysRequest {
    /// Made by the caller for this one intent. The same again leads to nothing new, also when it failed.
    pub request_id: String,
    /// The code that the other device shows, or its eight words.
    pub code: String,
    /// With words: an address that the other device shows, as `ip:port`.
    pub at: Vec<String>,
}

impl std::fmt::Debug for TakeKeysRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TakeKeysRequest(…)")
    }
}

/// How far the device that joins is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum JoinStep {
    /// The other device is looked for.
    Reaching,
    /// The other device answered: these digits are to be typed there.
    Digits {
        /// Such as `123 456`.
        digits: String,
    },
}

/// Names a device for one intent.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct RemoveDeviceRequest {
    /// Made by the caller for this one intent.
    pub request_id: String,
    /// Which device.
    pub device_id: String,
}

/// What a removal leaves to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DeviceRemoved {
    /// The device may hold keys: only moving the coins shuts it out.
    pub move_coins: bool,
}

/// Takes in a wallet that another device shares.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct TakeWalletRequest {
    /// Made by the caller for this one intent.
    pub request_id: String,
    /// Which wallet.
    pub wallet_id: String,
}
