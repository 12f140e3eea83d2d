//! The system's keychain as a way in.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::Code;

/// When the keychain makes sure that a person is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// At every opening.
    EveryRead,
    /// When the session began.
    Session,
    /// Never: any program of the same user may read it while it is unlocked.
    None,
}

/// What the system can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SensorKind {
    /// Neither finger nor face.
    None,
    /// A finger.
    Fingerprint,
    /// A face.
    Face,
}

/// Why a finger or face cannot be asked for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SensorFault {
    /// There is no sensor, it does not work, or this program may not ask.
    Absent,
    /// There is one, and nobody has shown it a finger or face.
    NotEnrolled,
    /// The device has no PIN, passcode or password, without which there is no biometry.
    NoPasscode,
    /// Too many wrong tries: the device has to be unlocked by its own means first.
    LockedOut,
}

/// What of finger or face the system can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Sensor {
    /// Which.
    pub kind: SensorKind,
    /// Why not now; none: it can.
    pub fault: Option<SensorFault>,
}

/// Where the keychain stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct KeychainStatus {
    /// What the system calls it.
    pub name: String,
    /// When it makes sure that a person is there.
    pub presence: Presence,
    /// Whether it was set up to open this wallet.
    pub set_up: bool,
    /// Why it cannot be used now; none: it can.
    pub fault: Option<Code>,
    /// What of finger or face the system can ask for; none: nothing here tells.
    pub sensor: Option<Sensor>,
}

/// How the keychain's door was shut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct KeychainRemoved {
    /// Whether the keychain kept its item, which opens nothing any more.
    pub item_left: bool,
}
