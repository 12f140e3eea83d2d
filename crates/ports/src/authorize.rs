//! Proof that its owner is there, asked each time a seed is to be used.
//!
//! Opening a wallet and using its keys are two authorisations. While a wallet is open, memory holds
//! what reads the database and nothing that opens a seed; whoever finds an open wallet on an
//! unattended desk can look, and cannot spend.

use async_trait::async_trait;
use satchel_secrets::Passphrase;

/// Why a proof was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DoorError {
    /// The passphrase is not the right one.
    #[error("the passphrase is not the right one")]
    WrongPassphrase,
    /// Too many wrong passphrases.
    #[error("too many wrong passphrases; try again in {seconds} seconds")]
    TooManyAttempts {
        /// Seconds to wait.
        seconds: u64,
    },
    /// No proof would do: the vault cannot be read, or was locked meanwhile. Whoever asked for the
    /// proof knows why.
    #[error("the vault cannot be opened")]
    Shut,
}

/// Where a proof is tried.
#[async_trait]
pub trait Door: Send + Sync {
    /// Tries a passphrase. Takes as long as one stretch.
    async fn passphrase(&self, passphrase: Passphrase) -> Result<(), DoorError>;
}

/// Why there is no proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AuthorizeError {
    /// The person gave up.
    #[error("the passphrase was not entered")]
    Declined,
    /// Another question is open.
    #[error("another question is open")]
    Busy,
    /// There is nobody to ask, such as no terminal.
    #[error("there is nobody to ask for the passphrase")]
    Unavailable,
    /// The door took a proof for wrong and nobody can be asked again.
    #[error(transparent)]
    Refused(#[from] DoorError),
}

/// Asks its owner for a proof, in a place that the webview cannot read.
#[async_trait]
pub trait Authorize: Send + Sync {
    /// Asks, and tries what is given at the door, until it opens. `reason` ends a sentence that
    /// begins with "Enter your passphrase", such as `to send this payment`.
    ///
    /// # Errors
    /// See [`AuthorizeError`]. `Ok` is believed only when the door opened.
    async fn authorize(&self, reason: &str, door: &dyn Door) -> Result<(), AuthorizeError>;
}
