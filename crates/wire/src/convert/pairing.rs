//! Errors of two devices that come together.

use satchel_app::host_pairing::HostPairingError;
use satchel_app::join_pairing::JoinPairingError;
use satchel_pairing::{EndReason, PairingFault};
use satchel_ports::LanError;

use crate::{Code, IpcError};

impl From<LanError> for IpcError {
    fn from(error: LanError) -> Self {
        let code = match error {
            LanError::Denied => Code::LanDenied,
            _ => Code::PairingUnreachable,
        };
        Self::transient(code, error.to_string())
    }
}

impl From<PairingFault> for IpcError {
    fn from(fault: PairingFault) -> Self {
        let text = fault.to_string();
        match fault {
            PairingFault::TooLate
            | PairingFault::Taken
            | PairingFault::Ended(EndReason::Taken | EndReason::TooLate) => {
                Self::new(Code::PairingOver, text)
            }
            PairingFault::Ended(EndReason::Declined) => Self::new(Code::Declined, text),
            _ => Self::new(Code::PairingFailed, text),
        }
    }
}

impl From<HostPairingError> for IpcError {
    fn from(error: HostPairingError) -> Self {
        let text = error.to_string();
        match error {
            HostPairingError::Circle(error) => error.into(),
            HostPairingError::Lan(error) => error.into(),
            HostPairingError::Fault(fault) => fault.into(),
            HostPairingError::Stopped => Self::transient(Code::Cancelled, "Cancelled."),
            HostPairingError::AddedUnheard(_) => Self::new(Code::DeviceUnready, text),
            HostPairingError::GivenUnheard(_) => Self::new(Code::KeysUnheard, text),
        }
    }
}

impl From<JoinPairingError> for IpcError {
    fn from(error: JoinPairingError) -> Self {
        let text = error.to_string();
        match error {
            JoinPairingError::Invitation(_)
            | JoinPairingError::Words(_)
            | JoinPairingError::NoAddress => Self::new(Code::BadInput, text),
            JoinPairingError::Lan(error) => error.into(),
            JoinPairingError::NobodyThere => Self::transient(Code::PairingUnreachable, text),
            JoinPairingError::Fault(fault) => fault.into(),
            JoinPairingError::Circle(error) => error.into(),
            JoinPairingError::Stopped => Self::transient(Code::Cancelled, "Cancelled."),
        }
    }
}
