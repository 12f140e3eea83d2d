//! Opening a seed for as long as a signature takes.

use bitcoin::Psbt;
use satchel_keys::{Account, Seed, SignError};
use satchel_types::WalletRecord;

use crate::access::SeedAccessError;
use crate::access_error::AccessError;
use crate::open::Open;
use crate::seed_access::SeedAccess;

/// Why a seed cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// This device does not hold it.
    #[error("this wallet can only watch; its recovery words are not on this device")]
    WatchOnly,
    /// It cannot be opened.
    #[error("the sealed recovery words are damaged")]
    Damaged,
    /// Its owner did not prove to be there.
    #[error(transparent)]
    Proof(#[from] SeedAccessError),
    /// The vault cannot be used.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Why a transaction was not signed.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    /// The seed cannot be used.
    #[error(transparent)]
    Seed(#[from] SeedError),
    /// The PSBT cannot be signed.
    #[error(transparent)]
    Sign(#[from] SignError),
}

/// Opens a wallet's seed.
pub(crate) fn unseal(
    open: &Open,
    access: &SeedAccess,
    record: &WalletRecord,
) -> Result<Seed, SeedError> {
    let sealed = open
        .store
        .sealed_seed(record.id)
        .map_err(AccessError::from)?
        .ok_or(SeedError::WatchOnly)?;
    let plain = access
        .open(record.id, &sealed)
        .map_err(|_| SeedError::Damaged)?;
    Seed::from_secret_bytes(&plain).map_err(|_| SeedError::Damaged)
}

/// Signs every input and finalizes.
pub(crate) fn sign(
    open: &Open,
    access: &SeedAccess,
    record: &WalletRecord,
    psbt: Psbt,
    aux_rand: &[u8; 32],
) -> Result<Psbt, SigningError> {
    let seed = unseal(open, access, record)?;
    let account = Account {
        script_type: record.script_type,
        network: record.network,
        account: record.account,
    };
    Ok(satchel_keys::sign(&seed, &account, psbt, aux_rand)?)
}
