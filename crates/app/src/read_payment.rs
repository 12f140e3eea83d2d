//! Reading a payment for a wallet: what the text asks for, and what the wallet has had to do with the address.

use bitcoin::Network;
use satchel_types::{WalletId, WalletRecord};

use crate::access_error::AccessError;
use crate::contacts::pay::{paid_before, payee};
use crate::open::Open;
use crate::payment::{PaymentTarget, PaymentTextError, parse_payment};
use crate::session::App;

/// What a text asks for, and what its wallet has to do with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadPayment {
    /// The payment, or why it is none.
    pub target: Result<PaymentTarget, PaymentTextError>,
    /// The wallet's network.
    pub network: Network,
    /// What the wallet has to do with the address.
    pub dealings: Dealings,
}

/// What a wallet has to do with an address. Nothing, where no wallet is open.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dealings {
    /// Whether the address is the wallet's own.
    pub mine: bool,
    /// The contact whose address it is, if that counts here.
    pub contact: Option<String>,
    /// Whether the wallet paid to this address before.
    pub paid_before: bool,
}

impl Dealings {
    pub(crate) fn of(
        open: &Open,
        record: &WalletRecord,
        address: &str,
    ) -> Result<Self, AccessError> {
        Ok(Self {
            mine: open.store.address(record.id, address)?.is_some(),
            contact: payee(open, record.network, address)?,
            paid_before: paid_before(open, record.id, address)?,
        })
    }
}

impl App {
    /// Reads a text for a wallet; says too what the wallet has to do with the address.
    pub fn parse_payment(
        &self,
        id: Option<WalletId>,
        text: &str,
    ) -> Result<ReadPayment, AccessError> {
        let open = self.open()?;
        let record = self.wallet(&open, id)?;
        let target = parse_payment(text, record.network);
        let mut read = ReadPayment {
            target,
            network: record.network,
            dealings: Dealings::default(),
        };
        if let Ok(target) = &read.target {
            read.dealings = Dealings::of(&open, &record, &target.address)?;
        }
        Ok(read)
    }
}
