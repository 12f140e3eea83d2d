//! Why a transaction was refused, in Core's words.

use std::fmt;

/// A refusal: `reason` is Core's reject reason, word for word; `details` its debug message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Core's reject reason, such as `min relay fee not met`.
    pub reason: String,
    /// What Core appends after a comma; may be empty.
    pub details: String,
    /// Whether an input is unknown or already spent: Core then answers with other codes.
    pub missing_inputs: bool,
}

impl Reject {
    /// A refusal without details.
    pub fn new(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            details: String::new(),
            missing_inputs: false,
        }
    }

    /// A refusal with details.
    pub fn with(reason: impl Into<String>, details: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            details: details.into(),
            missing_inputs: false,
        }
    }
}

impl Reject {
    /// Whether a script failed, rather than any check before.
    pub fn is_of_script(&self) -> bool {
        self.reason.contains("script-verify-flag")
    }
}

/// As Core's `ValidationState::ToString`: the reason, then the details after a comma.
impl fmt::Display for Reject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)?;
        if !self.details.is_empty() {
            write!(f, ", {}", self.details)?;
        }
        Ok(())
    }
}

impl std::error::Error for Reject {}

/// Satoshis as Core's messages print money: bitcoin, at least two decimals, no further zeros.
pub fn money(satoshis: u64) -> String {
    let whole = satoshis / 100_000_000;
    let fraction = format!("{:08}", satoshis % 100_000_000);
    let kept = fraction.trim_end_matches('0');
    // Core keeps at least two digits.
    format!("{whole}.{kept:0<2}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_printed_as_core_prints_it() {
        assert_eq!(money(0), "0.00");
        assert_eq!(money(1), "0.00000001");
        assert_eq!(money(150_000_000), "1.50");
        assert_eq!(money(123_456_789), "1.23456789");
    }
}
