//! How a session ends before its time.

/// What one side tells the other of why it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndReason {
    /// Another device reads this invitation, or did.
    Taken,
    /// The invitation is too old.
    TooLate,
    /// The digits were wrong.
    WrongDigits,
    /// The owner declined.
    Declined,
    /// It was stopped.
    Stopped,
    /// Something was not understood.
    NotUnderstood,
    /// It did not work out there.
    Failed,
}

impl EndReason {
    /// All there are, in the order of their numbers.
    pub const ALL: [Self; 7] = [
        Self::Taken,
        Self::TooLate,
        Self::WrongDigits,
        Self::Declined,
        Self::Stopped,
        Self::NotUnderstood,
        Self::Failed,
    ];

    pub(crate) fn to_byte(self) -> u8 {
        match self {
            Self::Taken => 1,
            Self::TooLate => 2,
            Self::WrongDigits => 3,
            Self::Declined => 4,
            Self::Stopped => 5,
            Self::NotUnderstood => 6,
            Self::Failed => 7,
        }
    }

    /// Reads a reason; one of a newer version counts as "it did not work out there".
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let [byte] = bytes else { return None };
        let known = Self::ALL.into_iter().find(|it| it.to_byte() == *byte);
        Some(known.unwrap_or(Self::Failed))
    }
}

/// Why a step was not taken. The session is over then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PairingFault {
    /// The invitation is too old.
    #[error("it is too late: this code was good for two minutes")]
    TooLate,
    /// The other side does not have the secret, or somebody changed what was said.
    #[error("what came is not from the other device")]
    NotTheOther,
    /// The other side is one, and says what was not due.
    #[error("the other device says something that is not understood")]
    NotUnderstood,
    /// The digits are not those that the other side shows.
    #[error("these are not the digits that the other device shows")]
    WrongDigits,
    /// Another device was there before.
    #[error("another device used this code already")]
    Taken,
    /// The admission is not to the circle that the invitation named.
    #[error("the other device does not hold what its code said")]
    AnotherCircle,
    /// There were too many that are no guest.
    #[error("something keeps knocking that is not the new device")]
    TooMany,
    /// What is to be sent is longer than a message may be.
    #[error("there is more to hand over than fits")]
    TooLong,
    /// The other side ended it.
    #[error("{}", ended(*.0))]
    Ended(EndReason),
}

fn ended(reason: EndReason) -> &'static str {
    match reason {
        EndReason::Taken => "the other device says that another one used this code already",
        EndReason::TooLate => "the other device says that this code is too old",
        EndReason::WrongDigits => "the other device was given wrong digits",
        EndReason::Declined => "it was declined on the other device",
        EndReason::Stopped => "it was stopped on the other device",
        EndReason::NotUnderstood => "the other device did not understand",
        EndReason::Failed => "it did not work out on the other device",
    }
}

/// A session that failed: why, and what the other side may still be told.
#[derive(Debug)]
pub struct Failed {
    /// Why.
    pub fault: PairingFault,
    /// The frame to send before the connection is closed.
    pub farewell: Option<Vec<u8>>,
}

impl From<PairingFault> for Failed {
    fn from(fault: PairingFault) -> Self {
        Self {
            fault,
            farewell: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_a_number_of_its_own_and_a_newer_one_is_a_failure() {
        for (n, reason) in EndReason::ALL.into_iter().enumerate() {
            assert_eq!(usize::from(reason.to_byte()), n + 1);
            assert_eq!(EndReason::from_bytes(&[reason.to_byte()]), Some(reason));
        }
        assert_eq!(EndReason::from_bytes(&[99]), Some(EndReason::Failed));
        assert_eq!(EndReason::from_bytes(&[]), None);
        assert_eq!(EndReason::from_bytes(&[1, 1]), None);
    }
}
