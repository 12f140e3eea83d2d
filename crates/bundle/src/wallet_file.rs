//! What a wallet file holds.

use bitcoin::{Network, OutPoint, Txid};
use satchel_secrets::SecretVec;
use satchel_types::{LabelTarget, PublicDescriptors, ScriptType, Timestamp, WalletName};

use crate::state::Payment;

/// Everything that restores wallets on another device.
#[derive(Debug)]
pub struct WalletFile {
    /// When it was written.
    pub created_at: Timestamp,
    /// The wallets, in the order of the list.
    pub wallets: Vec<PortableWallet>,
}

/// A wallet without what a chain can tell.
#[derive(Debug)]
pub struct PortableWallet {
    /// Its name.
    pub name: WalletName,
    /// Its network.
    pub network: Network,
    /// Its script type.
    pub script_type: ScriptType,
    /// Account number of its derivation path (BIP-0044).
    pub account: u32,
    /// Its public descriptors. They were read as text: whoever imports them parses them, and
    /// where there is a seed, derives them anew and compares.
    pub descriptors: PublicDescriptors,
    /// When the wallet was made.
    pub created_at: Timestamp,
    /// The seed as `keys` writes it; `None`: watch-only.
    pub seed: Option<SecretVec>,
    /// Labels, one for each target.
    pub labels: Vec<(LabelTarget, String)>,
    /// Coins that their owner locked.
    pub locked_coins: Vec<OutPoint>,
    /// Index of the next receive address that was not handed out.
    pub next_receive: u32,
    /// Index of the next change address that was not used.
    pub next_change: u32,
    /// Payments that were being prepared. Files of version 1 hold none.
    pub prepared: Vec<Prepared>,
}

/// A payment that was being prepared.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The id of its unsigned transaction.
    pub name: Txid,
    /// What devices know of it. PSBTs are as they were read: whoever takes one looks what it does.
    pub payment: Payment,
    /// The label that it will have.
    pub label: Option<String>,
}
