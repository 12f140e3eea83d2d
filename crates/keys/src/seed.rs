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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seed(entropy: &[u8], passphrase: &str) -> Seed {
        let words = RecoveryWords::from_entropy(entropy).expect("a valid length");
        Seed::new(words, Some(SecretText::new(passphrase.to_owned()))).expect("short enough")
    }

    #[test]
    fn words_are_stretched_as_in_bip_0039() {
        let vectors = include_str!("vectors/bip39_english.txt");
        for line in vectors.lines().filter(|line| !line.starts_with('#')) {
            let parts: Vec<_> = line.split(" | ").collect();
            let entropy = hex::decode(parts[0]).expect("valid hex");
            let root = seed(&entropy, "TREZOR").derive_root();
            assert_eq!(hex::encode(root.expose()), parts[2], "{}", parts[1]);
        }
    }

    #[test]
    fn a_passphrase_typed_in_another_form_is_the_same() {
        let composed = seed(&[1; 16], "caf\u{e9}").derive_root();
        assert!(composed.ct_eq(&seed(&[1; 16], "cafe\u{301}").derive_root()));
        assert!(!composed.ct_eq(&seed(&[1; 16], "cafe").derive_root()));
    }

    #[test]
    fn an_empty_passphrase_is_none() {
        let words = || RecoveryWords::from_entropy(&[1; 16]).expect("a valid length");
        let without = Seed::new(words(), None).expect("nothing to be too long");
        assert!(!without.has_passphrase());
        assert!(
            without
                .derive_root()
                .ct_eq(&seed(&[1; 16], "").derive_root())
        );
        assert!(seed(&[1; 16], " ").has_passphrase());
    }

    #[test]
    fn a_passphrase_that_is_too_long_is_refused() {
        let words = RecoveryWords::from_entropy(&[1; 16]).expect("a valid length");
        let long = SecretText::new("x".repeat(1025));
        assert_eq!(
            Seed::new(words, Some(long)).expect_err("too long"),
            SeedError::PassphraseTooLong { max: 1024 }
        );
    }

    #[test]
    fn debug_shows_nothing() {
        let shown = format!("{:?}", seed(&[0; 16], "hunter2"));
        assert!(
            !shown.contains("hunter2") && !shown.contains("abandon"),
            "{shown}"
        );
    }

    proptest! {
        #[test]
        fn sealed_form_reads_back(quarters in 4_usize..=8, bytes: [u8; 32], passphrase in ".{0,40}") {
            let first = seed(&bytes[..quarters * 4], &passphrase);
            let read = Seed::from_secret_bytes(&first.to_secret_bytes()).expect("just written");
            prop_assert!(read.words().entropy().ct_eq(first.words().entropy()));
            prop_assert_eq!(read.passphrase.expose(), passphrase);
        }

        #[test]
        fn any_cut_or_added_byte_is_refused(cut in 0_usize..24, added: u8) {
            let bytes = seed(&[3; 16], "abcd").to_secret_bytes();
            prop_assert_eq!(bytes.len(), 24);
            let refused = |bytes: &[u8]| Seed::from_secret_bytes(&SecretVec::from_slice(bytes)).is_err();
            prop_assert!(refused(&bytes.expose()[..cut]));
            prop_assert!(refused(&[bytes.expose(), &[added]].concat()));
        }

        #[test]
        fn any_bytes_are_read_without_panic(bytes: Vec<u8>) {
            let _ = Seed::from_secret_bytes(&SecretVec::from_vec(bytes));
        }
    }
}
