//! Reading a wallet file.

use satchel_secrets::Passphrase;
use satchel_secrets::kdf::KdfError;

use crate::WalletFile;
use crate::contents;
use crate::envelope::{Stretch, bucket, decrypt, stretch_checked};

/// Why a wallet file did not open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// It does not begin as a wallet file does.
    #[error("this is no wallet file")]
    NotAWalletFile,
    /// A newer Satchel wrote it.
    #[error("the wallet file has version {found}, this Satchel reads up to {known}")]
    TooNew {
        /// Version found.
        found: u16,
        /// Newest version known.
        known: u16,
    },
    /// Larger than any wallet file.
    #[error("a wallet file has at most {max} bytes")]
    TooLarge {
        /// Bytes allowed.
        max: usize,
    },
    /// The file is whole, the passphrase is another one.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// Some bytes are not as they were written, or some are missing.
    #[error("the wallet file is damaged")]
    Damaged,
    /// It asks for a stretching that is not accepted, or that this device cannot do.
    #[error("the wallet file's passphrase stretching is not acceptable")]
    WeakParameters(#[from] KdfError),
    /// It opened, but holds something that no Satchel writes.
    #[error("the wallet file holds something invalid: {what}")]
    Invalid {
        /// What is wrong.
        what: &'static str,
    },
}

/// Opens a wallet file. Takes as long as one stretch; damage is found before it.
///
/// # Errors
/// See [`OpenError`]. A wrong passphrase and a damaged file are told apart.
pub fn open(bytes: &[u8], passphrase: &Passphrase) -> Result<WalletFile, OpenError> {
    open_with(bytes, passphrase, stretch_checked)
}

pub(crate) fn open_with(
    bytes: &[u8],
    passphrase: &Passphrase,
    stretch: impl Stretch,
) -> Result<WalletFile, OpenError> {
    let padded = decrypt(bytes, passphrase, stretch)?;
    contents::decode(&padded, bucket).map_err(|what| OpenError::Invalid { what })
}
