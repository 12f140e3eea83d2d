//! Public descriptors of an account (BIP-0380 and following).

use bitcoin::Network;
use miniscript::descriptor::checksum::desc_checksum;
use satchel_types::{PublicDescriptors, ScriptType};

use crate::account_key::{AccountKey, derive_account};
use crate::{Account, Seed};

/// Why there are no descriptors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DescriptorsError {
    /// The account number does not fit a derivation path.
    #[error("an account number is less than 2147483648, got {account}")]
    AccountNumber {
        /// Number given.
        account: u32,
    },
}

/// Returns an account's public descriptors with key origin and checksum, such as
/// `tr([73c5da0a/86h/0h/0h]xpub…/0/*)#…`. They let one see everything and spend nothing.
///
/// # Errors
/// [`DescriptorsError::AccountNumber`].
pub fn public_descriptors(
    seed: &Seed,
    script_type: ScriptType,
    network: Network,
    account: u32,
) -> Result<PublicDescriptors, DescriptorsError> {
    let of = Account {
        script_type,
        network,
        account,
    };
    let key = derive_account(seed, &of).map_err(|_| DescriptorsError::AccountNumber { account })?;
    Ok(PublicDescriptors {
        external: descriptor(&key, script_type, 0),
        internal: descriptor(&key, script_type, 1),
        fingerprint: key.fingerprint,
    })
}

/// Writes one descriptor. Hardened steps are written with `h`, which needs no quoting in a shell.
fn descriptor(key: &AccountKey, script_type: ScriptType, side: u32) -> String {
    let key = format!(
        "[{}/{:#}]{}/{side}/*",
        key.fingerprint, key.path, key.public
    );
    let text = match script_type {
        ScriptType::Taproot => format!("tr({key})"),
        ScriptType::Segwit => format!("wpkh({key})"),
        ScriptType::NestedSegwit => format!("sh(wpkh({key}))"),
        ScriptType::Legacy => format!("pkh({key})"),
    };
    let checksum = desc_checksum(&text).expect("these descriptors use the descriptor charset only");
    format!("{text}#{checksum}")
}
