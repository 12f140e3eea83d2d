//! Signing PSBTs (BIP-0174) of a single-key account.
//!
//! A PSBT may come from anywhere, so nothing in it is believed: each previous output is checked
//! against the transaction it comes from before any key is derived, each key against the script it
//! is said to open, and each signature is verified before it leaves.

mod fault;
mod input;
mod validate;

use bitcoin::bip32::{ChildNumber, DerivationPath};
use bitcoin::psbt::Psbt;
use bitcoin::{Amount, Network};
use satchel_types::{ScriptType, WalletRecord};

use crate::Seed;
use crate::account_key::{AccountNumberError, derive_account};

pub use fault::InputFault;

/// Which account of a seed: script type, network and account number fix the derivation path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// Script type, which gives the purpose (BIP-0043).
    pub script_type: ScriptType,
    /// Network, which gives the coin type (BIP-0044): 0 for bitcoin, 1 for all others.
    pub network: Network,
    /// Account number, less than 2147483648.
    pub account: u32,
}

impl From<&WalletRecord> for Account {
    fn from(wallet: &WalletRecord) -> Self {
        Self {
            script_type: wallet.script_type,
            network: wallet.network,
            account: wallet.account,
        }
    }
}

impl Account {
    pub(crate) fn path(&self) -> Result<DerivationPath, AccountNumberError> {
        let coin_type = u32::from(self.network != Network::Bitcoin);
        [self.script_type.purpose(), coin_type, self.account]
            .into_iter()
            .map(|index| ChildNumber::from_hardened_idx(index).map_err(|_| AccountNumberError))
            .collect()
    }
}

/// Why nothing was signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The account number does not fit a derivation path.
    #[error("an account number is less than 2147483648, got {account}")]
    AccountNumber {
        /// Number given.
        account: u32,
    },
    /// Its parts do not fit together: as many maps as inputs and outputs, an unsigned transaction.
    #[error("the PSBT is malformed: {what}")]
    Malformed {
        /// What is wrong.
        what: &'static str,
    },
    /// Outputs are worth more than inputs.
    #[error("the outputs are worth {outputs}, the inputs only {inputs}")]
    NegativeFee {
        /// Worth of the inputs.
        inputs: Amount,
        /// Worth of the outputs.
        outputs: Amount,
    },
    /// Some inputs cannot be signed. All of them are listed, by index.
    #[error("{} cannot be signed: {}", fault::count(faults), fault::list(faults))]
    Inputs {
        /// Index and reason.
        faults: Vec<(usize, InputFault)>,
    },
}

/// What [`sign_partial`] did.
#[derive(Debug, Clone)]
#[must_use]
pub struct SignedPart {
    /// The PSBT, this account's inputs finalized.
    pub psbt: Psbt,
    /// Indices of the inputs that were signed now.
    pub signed: Vec<usize>,
    /// Indices of inputs that are others' and not final yet.
    pub missing: Vec<usize>,
}

/// Signs and finalizes every input. The result's transaction can be extracted and broadcast.
///
/// `aux_rand` are 32 fresh random bytes, which harden BIP-0340 signatures against faults and
/// side channels; ECDSA signatures are deterministic (RFC 6979) with a low R.
///
/// # Errors
/// See [`SignError`]; nothing is signed unless everything can be. Inputs of others and inputs that
/// are final already count as faults; see [`sign_partial`] for those.
pub fn sign(
    seed: &Seed,
    account: &Account,
    psbt: Psbt,
    aux_rand: &[u8; 32],
) -> Result<Psbt, SignError> {
    let part = sign_where(seed, account, psbt, aux_rand, |_| false)?;
    Ok(part.psbt)
}

/// Signs and finalizes this account's inputs and leaves others' as they are, for payments with
/// several parties.
///
/// What others' inputs are worth is checked only where their whole previous transaction is given,
/// so the fee is what the other parties say it is.
///
/// # Errors
/// See [`SignError`]; inputs of others and inputs that are final already are no faults here, but
/// an input that claims to be this account's and is not is one. At least one input has to be signed.
pub fn sign_partial(
    seed: &Seed,
    account: &Account,
    psbt: Psbt,
    aux_rand: &[u8; 32],
) -> Result<SignedPart, SignError> {
    sign_where(seed, account, psbt, aux_rand, |fault| {
        matches!(fault, InputFault::NotOurs | InputFault::AlreadyFinal)
    })
}

/// Signs what is ours, unless an input has a fault that is not `tolerated`.
fn sign_where(
    seed: &Seed,
    account: &Account,
    mut psbt: Psbt,
    aux_rand: &[u8; 32],
    tolerated: impl Fn(&InputFault) -> bool,
) -> Result<SignedPart, SignError> {
    validate::check_shape(&psbt)?;
    let prevouts = validate::previous_outputs(&psbt)?;
    validate::check_fee(&psbt, &prevouts)?;

    let key = derive_account(seed, account).map_err(|_| SignError::AccountNumber {
        account: account.account,
    })?;
    let mut ours = Vec::new();
    let mut faults = Vec::new();
    for (index, input) in psbt.inputs.iter().enumerate() {
        match validate::claim(input, &key, account.script_type) {
            Ok(claim) => ours.push((index, claim)),
            Err(fault) => faults.push((index, fault)),
        }
    }
    let missing = faults
        .iter()
        .filter(|(_, fault)| *fault == InputFault::NotOurs)
        .map(|(index, _)| *index)
        .collect();
    // Nothing to sign is a failure even where others' inputs are welcome.
    if ours.is_empty() || faults.iter().any(|(_, fault)| !tolerated(fault)) {
        if !ours.is_empty() {
            faults.retain(|(_, fault)| !tolerated(fault));
        }
        return Err(SignError::Inputs { faults });
    }

    let signed: Vec<usize> = ours.iter().map(|(index, _)| *index).collect();
    let finals = input::sign_all(
        &psbt.unsigned_tx,
        &prevouts,
        &ours,
        &key.private,
        account.script_type,
        aux_rand,
    )
    .map_err(|faults| SignError::Inputs { faults })?;
    for (index, ready) in finals {
        ready.apply(&mut psbt.inputs[index]);
    }
    Ok(SignedPart {
        psbt,
        signed,
        missing,
    })
}
