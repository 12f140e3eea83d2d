//! The node's own wallets. None of them is a wallet of this program.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::NodeSeen;
use crate::{FeeRate, Sats};

/// Makes a wallet in the node, or loads one that is there.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct CreateNodeWalletRequest {
    /// Made by the caller for this intent; a request that arrives twice acts once.
    pub request_id: String,
    /// Its name: 1 to 64 letters, digits, `-`, `_` and `.`.
    pub name: String,
    /// Make it without keys, so that it can only watch.
    #[serde(default)]
    pub watch_only: bool,
    /// Load the one of this name that is on the node's disk instead of making one.
    #[serde(default)]
    pub existing: bool,
}

/// Names a wallet of the node.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields, default)]
pub struct NodeWalletRef {
    /// Its name; none: the only one that is loaded.
    pub wallet: Option<String>,
}

/// A wallet of the node in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeWalletName {
    /// Its name; empty: the one without a name.
    pub name: String,
    /// Whether it is loaded.
    pub loaded: bool,
}

/// A wallet of the node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeWallet {
    /// Its name.
    pub name: String,
    /// How it is kept, in the node's words, such as `sqlite`.
    pub format: Option<String>,
    /// How many transactions it has.
    pub transactions: u32,
    /// Whether it has no keys.
    pub watch_only: bool,
    /// Whether it is made of descriptors.
    pub descriptors: bool,
    /// Whether its keys are encrypted on the node's disk.
    pub encrypted: bool,
    /// Whether its keys can be used now.
    pub unlocked: bool,
    /// Whether it looks through the chain at the moment, and how far it is in millionths.
    pub scanning_ppm: Option<u32>,
}

/// What `cmd_get_wallet_info_admin` and `cmd_create_wallet_admin` return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeWallets {
    /// All wallets of the node.
    pub wallets: Vec<NodeWalletName>,
    /// The one asked for; none: none was named and not exactly one is loaded.
    pub wallet: Option<NodeWallet>,
    /// How fresh this is.
    pub seen: NodeSeen,
}

/// What kind of address is wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum NodeAddressKind {
    /// BIP-0084.
    #[default]
    Segwit,
    /// BIP-0086.
    Taproot,
    /// BIP-0049.
    NestedSegwit,
    /// BIP-0044.
    Legacy,
}

/// Asks for a new address.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct FreshAddress {
    /// Made by the caller for this intent; a request that arrives twice acts once.
    pub request_id: String,
    /// What kind.
    #[serde(default)]
    pub kind: NodeAddressKind,
    /// A label for it, at most 200 characters.
    #[serde(default)]
    pub label: Option<String>,
}

/// Asks for addresses of a wallet of the node.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields, default)]
pub struct NodeAddressesQuery {
    /// The wallet; none: the only one that is loaded.
    pub wallet: Option<String>,
    /// Hand out a new one first.
    pub fresh: Option<FreshAddress>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// Addresses wanted, 1 to 100; without it 25.
    pub limit: Option<u32>,
}

/// An address of a wallet of the node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeWalletAddress {
    /// The address.
    pub address: String,
    /// Its label; empty: none.
    pub label: String,
    /// What came to it in all.
    pub received: Sats,
    /// Confirmations of the newest payment to it; 0: none, or it waits.
    pub confirmations: u32,
    /// How many transactions paid to it.
    pub transactions: u32,
}

/// What `cmd_get_addresses_admin` returns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeAddresses {
    /// The new address, when one was asked for.
    pub fresh: Option<String>,
    /// The addresses, those with most received first.
    pub addresses: Vec<NodeWalletAddress>,
    /// Pass it back as `after`; none: this was the last page.
    pub next: Option<String>,
    /// How many there are.
    pub total: u32,
    /// How fresh this is.
    pub seen: NodeSeen,
}

/// What `cmd_get_balance_admin` returns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeBalance {
    /// In blocks, or own change.
    pub trusted: Sats,
    /// Waiting, from others.
    pub pending: Sats,
    /// Mined, and too young to be spent.
    pub immature: Sats,
    /// Up to which block; none: the node does not tell.
    pub height: Option<u32>,
    /// How fresh this is.
    pub seen: NodeSeen,
}

/// Pays out of a wallet of the node, after consent.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct SendFromNodeRequest {
    /// Made by the caller for this intent; a request that arrives twice pays once.
    pub request_id: String,
    /// The wallet; none: the only one that is loaded.
    #[serde(default)]
    pub wallet: Option<String>,
    /// To whom.
    pub address: String,
    /// How much.
    pub amount: Sats,
    /// The fee rate; none: what the node estimates.
    #[serde(default)]
    pub fee_rate: Option<FeeRate>,
    /// Whether the fee comes out of the amount.
    #[serde(default)]
    pub subtract_fee: bool,
}

/// Pays coins of regtest out of the node's wallet `faucet` and mines a block; refused on any other network. The wallet
/// is made and mined to when that is needed. Nobody is asked for consent: these coins are worth nothing.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct FaucetRequest {
    /// Made by the caller for this intent; a request that arrives twice pays once.
    pub request_id: String,
    /// To whom.
    pub address: String,
    /// How much.
    pub amount: Sats,
}

/// What `cmd_pay_from_faucet` returns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeFaucetPaid {
    /// The payment's transaction.
    pub txid: String,
    /// Hash of the block that was mined after it; none: the payment waits, since that failed.
    pub block: Option<String>,
}

/// What `cmd_send_transaction_admin` returns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeSent {
    /// The payment's transaction.
    pub txid: String,
}
