//! The account's private key, for as long as one call takes.

use bitcoin::NetworkKind;
use bitcoin::bip32::{ChainCode, ChildNumber, DerivationPath, Fingerprint, Xpriv, Xpub};
use satchel_secrets::{scrub_stack_after, wipe};
use secp256k1::SECP256K1;

use crate::{Account, Seed};

/// An extended private key on the heap, erased when dropped. `Xpriv` is `Copy` and does not erase
/// itself, so none is ever kept by value.
pub(crate) struct ErasedXpriv(Box<Xpriv>);

impl ErasedXpriv {
    /// Returns the key. Whoever copies it erases the copy.
    pub(crate) fn expose(&self) -> &Xpriv {
        &self.0
    }

    /// Derives a child. The caller runs inside [`scrub_stack_after`].
    pub(crate) fn child(&self, number: ChildNumber) -> Self {
        let mut child = self
            .0
            .derive_priv(SECP256K1, &[number])
            .expect("a child of an account is at most five levels deep");
        let kept = Self(Box::new(child));
        erase(&mut child);
        kept
    }
}

impl Drop for ErasedXpriv {
    fn drop(&mut self) {
        erase(&mut self.0);
    }
}

/// Overwrites an extended private key.
pub(crate) fn erase(key: &mut Xpriv) {
    key.private_key.non_secure_erase();
    let mut chain_code = key.chain_code.to_bytes();
    wipe(&mut chain_code);
    key.chain_code = ChainCode::from(chain_code);
    std::hint::black_box(&key.chain_code);
}

/// An account's keys: the private one and what its descriptors say.
pub(crate) struct AccountKey {
    pub(crate) private: ErasedXpriv,
    pub(crate) public: Xpub,
    /// Of the master key.
    pub(crate) fingerprint: Fingerprint,
    /// From the master key to this one.
    pub(crate) path: DerivationPath,
}

/// Why there is no such account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an account number is less than 2147483648")]
pub(crate) struct AccountNumberError;

/// Derives an account's key from the seed: three hardened levels (BIP-0043, BIP-0044). The words'
/// stretching makes up most of its two milliseconds.
pub(crate) fn derive_account(
    seed: &Seed,
    account: &Account,
) -> Result<AccountKey, AccountNumberError> {
    let path = account.path()?;
    let kind = NetworkKind::from(account.network);
    let root = seed.derive_root();
    Ok(scrub_stack_after(|| {
        let mut master = Xpriv::new_master(kind, root.expose())
            .expect("one seed in 2^127 gives no master key (BIP-0032)");
        let fingerprint = master.fingerprint(SECP256K1);
        let mut derived = master
            .derive_priv(SECP256K1, &path)
            .expect("an account is three levels deep");
        erase(&mut master);
        let private = ErasedXpriv(Box::new(derived));
        erase(&mut derived);
        AccountKey {
            public: Xpub::from_priv(SECP256K1, private.expose()),
            private,
            fingerprint,
            path,
        }
    }))
}
