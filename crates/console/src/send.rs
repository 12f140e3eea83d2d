//! Paying out of a wallet of the node, after consent.

use bitcoin::{Amount, Txid};
use satchel_node_api::{NodeError, WalletPayment};
use satchel_ports::ConfirmError;
use satchel_types::FeeRate;

use crate::acts::SendFromNode;
use crate::address_transactions::address;
use crate::create_wallet::wallet_error;
use crate::{AskError, Console};

/// A payment that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// The wallet; `None`: the only one that is loaded.
    pub wallet: Option<String>,
    /// To whom.
    pub address: String,
    /// How much.
    pub amount: Amount,
    /// The fee rate; `None`: what the node estimates.
    pub fee_rate: Option<FeeRate>,
    /// Whether the fee comes out of the amount.
    pub subtract_fee: bool,
}

/// Why nothing was paid, or why that is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Nothing can be paid.
    #[error("an amount of 0 cannot be paid")]
    Nothing,
    /// Its owner did not agree.
    #[error(transparent)]
    Confirm(#[from] ConfirmError),
    /// The node gave no answer before anything was done.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// The node was told to pay and gave no answer.
    #[error("it is not known whether the node paid ({0}); look at its wallet before you try again")]
    Unknown(NodeError),
}

impl Console {
    /// Has a wallet of the node pay, after its owner agreed to the parsed address, the amount, the wallet and the
    /// node. It is told to once; whoever calls this sees to it that one intent comes here once.
    ///
    /// # Errors
    /// See [`SendError`]; after [`SendError::Unknown`] it may have paid.
    pub async fn send(&self, payment: &Payment) -> Result<Txid, SendError> {
        if payment.amount == Amount::ZERO {
            return Err(SendError::Nothing);
        }
        let named = payment.wallet.clone();
        // What will be agreed to is asked now: the wallet by the name that the node gives it, and the network.
        let (network, wallet, host) = self
            .asked(|node| async move {
                let network = node.admin.blockchain_info().await?.network;
                let wallet = node.admin.wallet(named.as_deref()).info().await?.name;
                Ok::<_, AskError>((network, wallet, node.admin.address().host()))
            })
            .await
            .map_err(wallet_error)?;
        let act = SendFromNode {
            to: address(&payment.address, network)?,
            amount: payment.amount,
            fee_rate: payment.fee_rate,
            subtract_fee: payment.subtract_fee,
            wallet,
            node: host,
            network,
        };
        let agreed = self.consent(act).await?.into_act();
        let paid = WalletPayment {
            address: agreed.to.to_string(),
            amount: agreed.amount,
            fee_rate: agreed.fee_rate.map(FeeRate::sat_per_kvb),
            subtract_fee: agreed.subtract_fee,
        };
        let wallet = agreed.wallet;
        let sent = self
            .asked(|node| async move { node.admin.wallet(Some(&wallet)).send(&paid).await })
            .await;
        self.wake.notify_one();
        sent.map_err(SendError::of)
    }
}

impl SendError {
    /// Says what it means when a node that was told to pay gave no good answer.
    pub(crate) fn of(error: AskError) -> Self {
        match error {
            // Whatever was answered, it was no reasoned no.
            AskError::Node(
                error @ (NodeError::Unreachable
                | NodeError::TimedOut
                | NodeError::TooLong
                | NodeError::Nonsense { .. }
                | NodeError::Http { .. }),
            ) => Self::Unknown(error),
            other => Self::Ask(wallet_error(other)),
        }
    }
}
