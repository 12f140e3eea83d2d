//! Exit codes. Two is a wrong command line, as most programs have it.

use satchel_wire::Code;

/// What the process ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitCode {
    /// A fault of this program or this machine.
    Fault = 1,
    /// The request is not valid.
    BadInput = 2,
    /// Locked: no passphrase, a wrong one, no vault, or a keychain that does not open it.
    Locked = 3,
    /// No consent.
    Declined = 4,
    /// No such wallet, transaction or draft.
    NotFound = 5,
    /// The payment cannot be made: too little, dust, a fee too low or too high, coins gone.
    Unpayable = 6,
    /// The server does not answer, or not sensibly, or is none.
    Network = 7,
    /// The network refused the transaction.
    Rejected = 8,
    /// A file is missing, damaged, in the way, or of the wrong kind; the disk is full.
    File = 9,
    /// Another process uses this home.
    HomeInUse = 10,
}

impl From<Code> for ExitCode {
    fn from(code: Code) -> Self {
        match code {
            Code::Internal | Code::Cancelled => Self::Fault,
            Code::BadInput | Code::BadAddress | Code::WrongNetwork | Code::BadWords => {
                Self::BadInput
            }
            Code::UnfitPassphrase | Code::VaultExists => Self::BadInput,
            Code::ContactKept => Self::BadInput,
            Code::TooLargeToShare | Code::SharedFull => Self::BadInput,
            Code::NotSharing | Code::SharingAlready | Code::NotTheOwner | Code::BadPlace => {
                Self::BadInput
            }
            Code::NothingLeft => Self::NotFound,
            Code::PlaceTaken | Code::PlaceFull | Code::SeveralCircles => Self::File,
            Code::PlaceUnreachable
            | Code::PlaceUntrusted
            | Code::PlaceDenied
            | Code::PlaceBroken
            | Code::PairingUnreachable
            | Code::LanDenied => Self::Network,
            Code::PairingOver | Code::PairingFailed | Code::DeviceUnready | Code::KeysUnheard => {
                Self::Declined
            }
            Code::Locked | Code::NoVault | Code::WrongPassphrase | Code::TooManyAttempts => {
                Self::Locked
            }
            Code::KeychainLocked
            | Code::KeychainNotFound
            | Code::KeychainInvalidated
            | Code::KeychainDenied
            | Code::KeychainUnavailable
            | Code::KeychainNotSetUp => Self::Locked,
            Code::Declined
            | Code::ConfirmBusy
            | Code::AskedTooOften
            | Code::AskedTooLongAgo
            | Code::NoConfirm => Self::Declined,
            Code::UnknownWallet
            | Code::NoWallet
            | Code::UnknownTransaction
            | Code::UnknownDraft
            | Code::UnknownNotice
            | Code::UnknownContact
            | Code::UnknownPlace
            | Code::UnknownDevice => Self::NotFound,
            Code::NotEnough
            | Code::Dust
            | Code::FeeTooLow
            | Code::FeeTooHigh
            | Code::DraftSpent
            | Code::PaymentConflict
            | Code::NotReplaceable
            | Code::SweepNotDue
            | Code::SweepNotYet
            | Code::LockedCoins
            | Code::NotWorthMoving
            | Code::OverLimit
            | Code::ContactNotCompared
            | Code::WatchOnly => Self::Unpayable,
            Code::NotOnThisNetwork => Self::BadInput,
            Code::NodeNotFound | Code::NodeBlockRemoved | Code::NodeNoWallet => Self::NotFound,
            Code::NodeUnauthorized
            | Code::NodeNoCookie
            | Code::NodeBusy
            | Code::NodeRefused
            | Code::NodeOtherChain
            | Code::NodeNoProxy
            | Code::NodeNoIndex => Self::Network,
            Code::NoBackend
            | Code::Unreachable
            | Code::BadAnswer
            | Code::BackendNetwork
            | Code::BadBackend => Self::Network,
            Code::Rejected => Self::Rejected,
            Code::Damaged
            | Code::TooNew
            | Code::DiskFull
            | Code::Io
            | Code::FileNotFound
            | Code::FileExists
            | Code::NotAWalletFile
            | Code::NotALabelFile
            | Code::NotADescriptorBackup
            | Code::WrongKey
            | Code::FileDamaged => Self::File,
            Code::HomeInUse => Self::HomeInUse,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = include_str!("../../../docs/cli.md");

    /// Every code there is, from what serde says about one that is none.
    fn codes() -> Vec<String> {
        let error = serde_json::from_str::<Code>("\"no code\"").expect_err("it is none");
        let text = error.to_string();
        let (_, list) = text.split_once("expected one of ").expect("a list");
        let names = list.split('`').skip(1).step_by(2);
        names.map(str::to_owned).collect()
    }

    #[test]
    fn the_page_lists_every_code_with_its_exit_code() {
        let rows: Vec<(u8, &str)> = PAGE
            .lines()
            .filter_map(|line| {
                let mut cells = line.strip_prefix("| ")?.split(" | ");
                let exit = cells.next()?.parse().ok()?;
                Some((exit, cells.next()?.strip_prefix('`')?.strip_suffix('`')?))
            })
            .collect();
        let codes = codes();
        assert!(codes.len() > 40, "{codes:?}");
        for name in &codes {
            let code: Code = serde_json::from_str(&format!("\"{name}\"")).expect("a code");
            let expected = (ExitCode::from(code) as u8, name.as_str());
            let found = rows.iter().filter(|row| row.1 == name).count();
            assert_eq!(found, 1, "{name} is on the page once");
            assert!(rows.contains(&expected), "{expected:?}");
        }
        assert_eq!(rows.len(), codes.len(), "the page has no other codes");
    }
}
