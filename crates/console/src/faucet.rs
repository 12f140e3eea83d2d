//! Coins to practise with, on regtest.

use bitcoin::{Amount, BlockHash, Network, Txid};
use satchel_node_api::{AddressType, AdminClient, NodeError, WalletPayment};

use crate::create_wallet::wallet_error;
use crate::send::SendError;
use crate::{AskError, Console, Event, Topic};

/// The node's wallet that the coins come from; a sandbox has it from the start.
const WALLET: &str = "faucet";
/// Blocks that are mined when it lacks coins, and how often: what is mined can be spent 100 blocks later.
const MINED: u32 = 101;
const ROUNDS: u32 = 2;
/// Put aside for the fee.
const FEE: Amount = Amount::from_sat(1_000_000);
/// In satoshis per 1,000 vB: said, since a node of regtest has nothing to estimate by.
const FEE_RATE: u64 = 10_000;

/// What the faucet did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaucetPaid {
    /// Its payment.
    pub txid: Txid,
    /// The block that was mined after it; `None`: the payment waits, since that failed.
    pub block: Option<BlockHash>,
}

/// Why the faucet did not pay, or why that is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FaucetError {
    /// Coins are worth something there.
    #[error("there is a faucet on regtest alone; the node is on {network}")]
    NotHere {
        /// The node's network.
        network: Network,
    },
    /// Nothing can be paid.
    #[error("an amount of 0 cannot be paid")]
    Nothing,
    /// Not even mining gives so much: rewards are halved every 150 blocks of regtest.
    #[error("the node's wallet \"faucet\" has less than that, and mining for it gave too little")]
    Dry,
    /// The node gave no answer before anything was paid.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// The node was told to pay and gave no answer.
    #[error(
        "it is not known whether the node paid ({0}); look at its mempool before you try again"
    )]
    Unknown(NodeError),
}

impl From<NodeError> for FaucetError {
    fn from(error: NodeError) -> Self {
        Self::Ask(error.into())
    }
}

impl Console {
    /// Pays coins of regtest to an address and mines a block. They come from the node's wallet `faucet`, which is made
    /// and mined to when that is needed. Nobody is asked for consent: as with mining, there is nothing of worth.
    ///
    /// # Errors
    /// See [`FaucetError`]; after [`FaucetError::Unknown`] it may have paid.
    pub async fn faucet(&self, address: &str, amount: Amount) -> Result<FaucetPaid, FaucetError> {
        if amount == Amount::ZERO {
            return Err(FaucetError::Nothing);
        }
        // Asked now: what was kept may be of another day.
        let network =
            self.asked(|node| async move {
                Ok::<_, AskError>(node.admin.blockchain_info().await?.network)
            })
            .await?;
        if network != Network::Regtest {
            return Err(FaucetError::NotHere { network });
        }
        let payment = WalletPayment {
            address: crate::address_transactions::address(address, network)?.to_string(),
            amount,
            fee_rate: Some(FEE_RATE),
            subtract_fee: false,
        };
        let filled = self
            .asked(|node| async move { fill(&node.admin, amount).await })
            .await
            .map_err(wallet_error);
        let Some(reward) = filled? else {
            self.wake.notify_one();
            return Err(FaucetError::Dry);
        };
        let sent = self
            .asked(|node| async move { node.admin.wallet(Some(WALLET)).send(&payment).await })
            .await
            .map_err(|error| match SendError::of(error) {
                SendError::Unknown(error) => FaucetError::Unknown(error),
                SendError::Ask(error) => FaucetError::Ask(error),
                SendError::Nothing | SendError::Confirm(_) => FaucetError::Nothing,
            });
        let txid = match sent {
            Ok(txid) => txid,
            Err(error) => {
                self.wake.notify_one();
                return Err(error);
            }
        };
        let mined = self
            .asked(|node| async move { node.admin.generate_to_address(1, &reward).await })
            .await;
        self.tell(Event::Stale(vec![Topic::NodeWallets]));
        self.wake.notify_one();
        let block = mined.ok().and_then(|hashes| hashes.first().copied());
        Ok(FaucetPaid { txid, block })
    }
}

/// Sees to it that the wallet is there and has the amount; returns an address of it for what is mined next, or `None`
/// when it cannot have so much.
async fn fill(admin: &AdminClient, amount: Amount) -> Result<Option<String>, NodeError> {
    if !admin.wallets().await?.iter().any(|name| name == WALLET) {
        if admin
            .wallets_on_disk()
            .await?
            .iter()
            .any(|name| name == WALLET)
        {
            admin.load_wallet(WALLET).await?;
        } else {
            admin.create_wallet(WALLET, false).await?;
        }
    }
    let wallet = admin.wallet(Some(WALLET));
    let reward = wallet.new_address("", AddressType::Segwit).await?;
    let wanted = amount.checked_add(FEE).unwrap_or(Amount::MAX_MONEY);
    for _ in 0..ROUNDS {
        if wallet.balances().await?.trusted >= wanted {
            return Ok(Some(reward));
        }
        admin.generate_to_address(MINED, &reward).await?;
    }
    Ok((wallet.balances().await?.trusted >= wanted).then_some(reward))
}
