//! The system's question for a finger or a face, and what it says it has to ask with.
//!
//! It answers yes or no and hands over no key. So it opens nothing and proves nothing: what opens a
//! wallet is the keychain's item, which the system keeps locked and asks for by itself
//! (`satchel-keychain`). Here a person is asked to agree to a short text, as a dialog would ask, and the
//! settings say why a keychain cannot be used.

#[cfg(any(mobile, target_os = "macos"))]
mod plugin;

use async_trait::async_trait;
use satchel_wire::keychain::{Sensor, SensorFault};

#[cfg(any(mobile, target_os = "macos"))]
pub use plugin::PluginBiometry;

/// What the prompt shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brief {
    /// What is about to happen.
    pub title: String,
    /// The particulars, a line each.
    pub body: String,
    /// The word on the button that says no.
    pub refuse: String,
}

/// What came of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Touch {
    /// The right finger or face.
    Yes,
    /// The person said no.
    No,
    /// Nothing: it was not recognized, there is none, or the system took the prompt away.
    Nothing,
}

/// The system's question for a finger or a face.
#[async_trait]
pub trait Biometry: Send + Sync {
    /// Returns what there is to ask with. Nobody is asked. `None`: nothing tells.
    async fn sensor(&self) -> Option<Sensor>;

    /// Returns how many characters of text the prompt of this sensor shows for certain.
    fn room(&self, sensor: &Sensor) -> usize;

    /// Asks.
    async fn ask(&self, brief: &Brief) -> Touch;
}

/// Where nothing can be asked.
pub struct NoBiometry;

#[async_trait]
impl Biometry for NoBiometry {
    async fn sensor(&self) -> Option<Sensor> {
        None
    }

    fn room(&self, _: &Sensor) -> usize {
        0
    }

    async fn ask(&self, _: &Brief) -> Touch {
        Touch::Nothing
    }
}

/// Returns what the plugin's word for "not available" means. Its words are those of Apple's `LAError`,
/// on Android too.
#[cfg_attr(not(any(mobile, target_os = "macos", test)), allow(dead_code))]
fn fault(code: Option<&str>) -> SensorFault {
    match code {
        Some("biometryNotEnrolled") => SensorFault::NotEnrolled,
        Some("passcodeNotSet") => SensorFault::NoPasscode,
        Some("biometryLockout") => SensorFault::LockedOut,
        _ => SensorFault::Absent,
    }
}

/// Returns what the plugin's word for a refusal means. Only a person's own no is one; whatever else it
/// says, the question is put in another way.
#[cfg_attr(not(any(mobile, target_os = "macos", test)), allow(dead_code))]
fn refusal(code: Option<&str>) -> Touch {
    match code {
        Some("userCancel") => Touch::No,
        _ => Touch::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_of_the_plugin_has_its_meaning_and_others_mean_absent() {
        for (code, meaning) in [
            (Some("biometryNotEnrolled"), SensorFault::NotEnrolled),
            (Some("passcodeNotSet"), SensorFault::NoPasscode),
            (Some("biometryLockout"), SensorFault::LockedOut),
            (Some("biometryNotAvailable"), SensorFault::Absent),
            (Some(""), SensorFault::Absent),
            (None, SensorFault::Absent),
        ] {
            assert_eq!(fault(code), meaning);
        }
    }

    #[test]
    fn only_a_person_s_own_no_is_a_no() {
        assert_eq!(refusal(Some("userCancel")), Touch::No);
        for code in [
            "appCancel",
            "authenticationFailed",
            "biometryLockout",
            "invalidContext",
            "systemCancel",
            "userFallback",
            "",
        ] {
            assert_eq!(refusal(Some(code)), Touch::Nothing, "{code}");
        }
        assert_eq!(refusal(None), Touch::Nothing);
    }
}
