//! Reading a wallet file.

use satchel_secrets::Passphrase;
use satchel_secrets::kdf::KdfError;

use crate::container::{OpenedContainer, read_container, wallets_of};
use crate::contents;
use crate::envelope::{Stretch, VersionOf, bucket, decrypt, stretch_checked};
use crate::{PortableWallet, WalletFile};

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
    /// A newer Satchel wrote an object in it that this one must not guess at.
    #[error("a newer version of Satchel wrote what is in this file; update to read it")]
    NewerObjects,
    /// It opened, but holds something that no Satchel writes.
    #[error("the wallet file holds something invalid: {what}")]
    Invalid {
        /// What is wrong.
        what: &'static str,
    },
}

/// A wallet file of any version.
#[derive(Debug)]
pub enum OpenedFile {
    /// Version 1.
    Wallets(WalletFile),
    /// Version 2.
    Container(Box<OpenedContainer>),
}

impl OpenedFile {
    /// Returns when it was written.
    pub fn created_at(&self) -> satchel_types::Timestamp {
        match self {
            Self::Wallets(file) => file.created_at,
            Self::Container(opened) => opened.container.created_at,
        }
    }

    /// Returns the wallets that it would bring.
    pub fn into_wallets(self) -> Vec<PortableWallet> {
        match self {
            Self::Wallets(file) => file.wallets,
            Self::Container(opened) => wallets_of(&opened),
        }
    }
}

/// Opens a wallet file of any version. Takes as long as one stretch; damage is found before it.
///
/// # Errors
/// See [`OpenError`]. A wrong passphrase and a damaged file are told apart.
pub fn open(bytes: &[u8], passphrase: &Passphrase) -> Result<OpenedFile, OpenError> {
    open_with(bytes, passphrase, stretch_checked)
}

pub(crate) fn open_with(
    bytes: &[u8],
    passphrase: &Passphrase,
    stretch: impl Stretch,
) -> Result<OpenedFile, OpenError> {
    let (version, padded) = decrypt(bytes, passphrase, stretch)?;
    match version {
        VersionOf::Wallets => contents::decode(&padded, bucket)
            .map(OpenedFile::Wallets)
            .map_err(|what| OpenError::Invalid { what }),
        VersionOf::Container => {
            read_container(&padded).map(|opened| OpenedFile::Container(Box::new(opened)))
        }
    }
}
