//! What a wallet is restored from: entropy and, if there is one, the BIP-0039 passphrase.

use satchel_secrets::{SecretBytes, SecretText, SecretVec, scrub_stack_after, wipe};

use crate::RecoveryWords;

const VERSION: u8 = 1;

/// Why there is no seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SeedError {
    /// The BIP-0039 passphrase is too long.
    #[error("a recovery passphrase has at most {max} bytes")]
    PassphraseTooLong {
        /// Bytes allowed.
        max: usize,
    },
    /// The sealed bytes are no seed.
    #[error("these bytes are no seed")]
    Malformed,
}

/// Recovery words and their optional passphrase, the "25th word". Wiped when dropped.
#[derive(Debug)]
pub struct Seed {
    words: RecoveryWords,
    passphrase: SecretText,
}

impl Seed {
    /// Longest BIP-0039 passphrase, in bytes.
    pub const MAX_PASSPHRASE: usize = 1024;

    /// Joins words and passphrase. An empty passphrase is the same as none (BIP-0039).
    ///
    /// # Errors
    /// [`SeedError::PassphraseTooLong`].
    pub fn new(words: RecoveryWords, passphrase: Option<SecretText>) -> Result<Self, SeedError> {
        let passphrase = passphrase.unwrap_or_else(|| SecretText::new(String::new()));
        if passphrase.expose().len() > Self::MAX_PASSPHRASE {
            return Err(SeedError::PassphraseTooLong {
                max: Self::MAX_PASSPHRASE,
            });
        }
        Ok(Self { words, passphrase })
    }

    /// Returns the words.
    pub fn words(&self) -> &RecoveryWords {
        &self.words
    }

    /// Gives the words up, to be shown to their owner.
    pub fn into_words(self) -> RecoveryWords {
        self.words
    }

    /// Returns whether a passphrase belongs to the words. Whoever writes down the words alone
    /// cannot restore the wallet then.
    pub fn has_passphrase(&self) -> bool {
        !self.passphrase.is_empty()
    }

    /// Returns the form that is sealed: version 1, entropy with a one-byte length, passphrase
    /// with a two-byte length (little endian).
    pub fn to_secret_bytes(&self) -> SecretVec {
        let entropy = self.words.entropy().expose();
        let passphrase = self.passphrase.expose().as_bytes();
        let head = [VERSION, entropy.len() as u8];
        let passphrase_len = (passphrase.len() as u16).to_le_bytes();
        let parts = [&head[..], entropy, &passphrase_len[..], passphrase];
        let built = SecretVec::init_with(parts.iter().map(|part| part.len()).sum(), |out| {
            let mut rest = out;
            for part in parts {
                let (here, after) = rest.split_at_mut(part.len());
                here.copy_from_slice(part);
                rest = after;
            }
            Ok::<_, std::convert::Infallible>(())
        });
        match built {
            Ok(bytes) => bytes,
            Err(never) => match never {},
        }
    }

    /// Reads what [`Seed::to_secret_bytes`] wrote.
    ///
    /// # Errors
    /// [`SeedError::Malformed`].
    pub fn from_secret_bytes(bytes: &SecretVec) -> Result<Self, SeedError> {
        Self::read(bytes.expose()).ok_or(SeedError::Malformed)
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (&[version, entropy_len], rest) = bytes.split_first_chunk::<2>()?;
        let (entropy, rest) = rest.split_at_checked(usize::from(entropy_len))?;
        let (&passphrase_len, passphrase) = rest.split_first_chunk::<2>()?;
        let whole = version == VERSION
            && passphrase.len() == usize::from(u16::from_le_bytes(passphrase_len));
        let passphrase = std::str::from_utf8(passphrase).ok()?;
        let words = RecoveryWords::from_entropy(entropy).ok()?;
        let passphrase = SecretText::new(passphrase.to_owned());
        whole.then(|| Self::new(words, Some(passphrase)).ok())?
    }

    /// Stretches words and passphrase into the 64 bytes that BIP-0032 starts from.
    pub(crate) fn derive_root(&self) -> SecretBytes<64> {
        let normalized = satchel_secrets::passphrase::nfkd(self.passphrase.expose());
        let root = scrub_stack_after(|| {
            SecretBytes::init_with(|out| {
                let mnemonic = bip39::Mnemonic::from_entropy(self.words.entropy().expose())?;
                let mut root = mnemonic.to_seed_normalized(normalized.expose());
                out.copy_from_slice(&root);
                wipe(&mut root);
                Ok::<_, bip39::Error>(())
            })
        });
        root.expect("the length of the entropy was checked when the words were made")
    }
}
