//! Wallets as they are shared: public, immutable, named by what they are.

use bitcoin::Network;
use satchel_types::{PublicDescriptors, ScriptType, Timestamp, WalletId};

/// A wallet without its name, its coins and its seed. Never merged with another: the id is a hash
/// of network and descriptors (ADR 0005), and what does not fit its id is refused.
// The order is that in which two claims about the same wallet are decided; see the format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedWallet {
    /// Its id.
    pub id: WalletId,
    /// Its network.
    pub network: Network,
    /// Its script type.
    pub script_type: ScriptType,
    /// Account number of its derivation path (BIP-0044).
    pub account: u32,
    /// Its public descriptors, as text: whoever takes them in parses them and shows the first
    /// address before anything is received to it.
    pub descriptors: PublicDescriptors,
    /// When it was made.
    pub created_at: Timestamp,
}

impl SharedWallet {
    /// Makes the shared form of a wallet.
    pub fn new(
        network: Network,
        script_type: ScriptType,
        account: u32,
        descriptors: PublicDescriptors,
        created_at: Timestamp,
    ) -> Self {
        Self {
            id: wallet_id(network, &descriptors),
            network,
            script_type,
            account,
            descriptors,
            created_at,
        }
    }

    fn rank(&self) -> impl Ord + '_ {
        (
            self.created_at,
            self.network.to_string(),
            self.script_type.as_str(),
            self.account,
            self.descriptors.external.as_str(),
            self.descriptors.internal.as_str(),
            self.descriptors.fingerprint.to_bytes(),
        )
    }
}

impl PartialOrd for SharedWallet {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for SharedWallet {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.id
            .cmp(&other.id)
            .then_with(|| self.rank().cmp(&other.rank()))
    }
}

/// Names a wallet by what it is, so that it has the same id on every device and is never there
/// twice (ADR 0005).
pub fn wallet_id(network: Network, descriptors: &PublicDescriptors) -> WalletId {
    let mut text = b"satchel wallet id v1\0".to_vec();
    text.extend_from_slice(&network.magic().to_bytes());
    text.extend_from_slice(descriptors.external.as_bytes());
    text.push(0);
    text.extend_from_slice(descriptors.internal.as_bytes());
    let hash = satchel_secrets::hash::hash(&text);
    let mut id = [0; 16];
    id.copy_from_slice(&hash[..16]);
    WalletId::from_bytes(id)
}
