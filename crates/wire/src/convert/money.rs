//! Errors about payments.

use satchel_app::balance::BalanceError;
use satchel_app::cancel::CancelError;
use satchel_app::coins::CoinLockError;
use satchel_app::draft::DraftError;
use satchel_app::notices::DismissError;
use satchel_app::payment::PaymentTextError;
use satchel_app::send::SendError;
use satchel_app::take_signed::TakeSignedError;
use satchel_app::transaction::TransactionError;
use satchel_wallet::{ExtractError, PlanError, SummaryError};

use crate::{Code, IpcError};

impl From<PaymentTextError> for IpcError {
    fn from(error: PaymentTextError) -> Self {
        let code = match error {
            PaymentTextError::OtherNetwork { .. } => Code::WrongNetwork,
            PaymentTextError::Empty
            | PaymentTextError::TooLong { .. }
            | PaymentTextError::NotAnAddress
            | PaymentTextError::BadLink
            | PaymentTextError::UnknownDemand
            | PaymentTextError::BadAmount => Code::BadAddress,
        };
        Self::new(code, error.to_string())
    }
}

impl From<BalanceError> for IpcError {
    fn from(error: BalanceError) -> Self {
        match error {
            BalanceError::Access(error) => error.into(),
            BalanceError::UnknownAddress => Self::new(Code::BadInput, error.to_string()),
        }
    }
}

impl From<CoinLockError> for IpcError {
    fn from(error: CoinLockError) -> Self {
        let text = error.to_string();
        match error {
            CoinLockError::Access(error) => error.into(),
            CoinLockError::UnknownCoin { .. } => Self::new(Code::BadInput, text),
        }
    }
}

impl From<TransactionError> for IpcError {
    fn from(error: TransactionError) -> Self {
        let text = error.to_string();
        match error {
            TransactionError::Access(error) => error.into(),
            TransactionError::Unknown { .. } => Self::new(Code::UnknownTransaction, text),
        }
    }
}

impl From<PlanError> for IpcError {
    fn from(error: PlanError) -> Self {
        let text = error.to_string();
        let code = match error {
            PlanError::NoRecipients
            | PlanError::AmountTooLarge
            | PlanError::UnknownCoin { .. }
            | PlanError::CoinLocked { .. }
            | PlanError::CoinImmature { .. }
            | PlanError::TooLarge { .. } => Code::BadInput,
            PlanError::BadAddress { .. } => Code::BadAddress,
            PlanError::WrongNetwork { .. } => Code::WrongNetwork,
            PlanError::DustOutput { .. } => Code::Dust,
            PlanError::NotEnough { .. } => Code::NotEnough,
            PlanError::FeeTooHigh { .. } => Code::FeeTooHigh,
            PlanError::FeeTooLow { .. } => Code::FeeTooLow,
            PlanError::NothingToCancel => Code::UnknownTransaction,
            PlanError::NotPending | PlanError::NotReplaceable => Code::NotReplaceable,
        };
        Self::new(code, text)
    }
}

impl From<DraftError> for IpcError {
    fn from(error: DraftError) -> Self {
        let text = error.to_string();
        match error {
            DraftError::Access(error) => error.into(),
            DraftError::Address { error, .. } => Self {
                message: text,
                ..error.into()
            },
            DraftError::TwoRests | DraftError::TooMany { .. } => Self::new(Code::BadInput, text),
            DraftError::Fees(error) => error.into(),
            DraftError::Plan(error) => error.into(),
            DraftError::Reserved(_) => Self::new(Code::PaymentConflict, text),
            DraftError::Unknown => Self::new(Code::UnknownDraft, text),
            DraftError::AlreadySigned => Self::new(Code::DraftSpent, text),
        }
    }
}

impl From<SummaryError> for IpcError {
    fn from(error: SummaryError) -> Self {
        Self::new(Code::BadInput, error.to_string())
    }
}

impl From<SendError> for IpcError {
    fn from(error: SendError) -> Self {
        use satchel_app::SigningError;
        let text = error.to_string();
        match error {
            SendError::Access(error) => error.into(),
            SendError::UnknownDraft => Self::new(Code::UnknownDraft, text),
            SendError::CoinsGone => Self::new(Code::DraftSpent, text),
            SendError::Conflict { .. } => Self::new(Code::PaymentConflict, text),
            SendError::CoinLocked { .. } => Self::new(Code::BadInput, text),
            SendError::NotPending => Self::new(Code::NotReplaceable, text),
            SendError::Summary(error) => error.into(),
            SendError::OverLimit(_) => Self::new(Code::OverLimit, text),
            SendError::Confirm(error) => error.into(),
            SendError::Signing(SigningError::Seed(error)) => error.into(),
            SendError::Signing(SigningError::Sign(_)) => Self::new(Code::BadInput, text),
            SendError::Extract(ExtractError::FeeTooHigh { .. }) => {
                Self::new(Code::FeeTooHigh, text)
            }
            SendError::Extract(_) => Self::new(Code::BadInput, text),
            SendError::Backend(error) => error.into(),
            SendError::Broadcast(error) => error.into(),
        }
    }
}

impl From<TakeSignedError> for IpcError {
    fn from(error: TakeSignedError) -> Self {
        let text = error.to_string();
        match error {
            TakeSignedError::NoDraft => Self::new(Code::UnknownDraft, text),
            TakeSignedError::Signatures(_) => Self::new(Code::BadInput, text),
            TakeSignedError::Payment(error) => error.into(),
        }
    }
}

impl From<DismissError> for IpcError {
    fn from(error: DismissError) -> Self {
        match error {
            DismissError::Access(error) => error.into(),
            DismissError::Unknown => Self::new(Code::UnknownNotice, error.to_string()),
        }
    }
}

impl From<CancelError> for IpcError {
    fn from(error: CancelError) -> Self {
        match error {
            CancelError::Draft(error) => error.into(),
            CancelError::Send(error) => error.into(),
        }
    }
}
