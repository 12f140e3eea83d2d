//! Recovery words that were typed, and the wallets they may mean.

use bitcoin::{Address, Network};
use satchel_bundle::state::wallet_id;
use satchel_keys::{RecoveryWords, Seed};
use satchel_secrets::SecretText;
use satchel_types::{PublicDescriptors, ScriptType, WalletId};

use crate::create_wallet::CreateWalletError;

/// First receive addresses of a kind that are looked at: as many unused ones in a row as any wallet
/// looks past (BIP-0044).
pub const LOOKED_AT: u32 = 20;

/// Words with their extra passphrase, and what account 0 of each script type would be. The words
/// are wiped when it is dropped; nothing else in it is secret.
#[derive(Debug)]
pub struct Recovery {
    seed: Seed,
    network: Network,
    kinds: Vec<Kind>,
}

/// A wallet that the words make.
#[derive(Debug, Clone)]
pub struct Kind {
    /// Its script type.
    pub script_type: ScriptType,
    /// Its id, if it is made.
    pub id: WalletId,
    /// Its public descriptors.
    pub descriptors: PublicDescriptors,
    /// Its first receive addresses, [`LOOKED_AT`] of them.
    pub addresses: Vec<Address>,
}

impl Kind {
    /// Returns the first receive address, by which people know their wallet again.
    pub fn first_address(&self) -> String {
        self.addresses
            .first()
            .map(Address::to_string)
            .unwrap_or_default()
    }
}

/// What the server says of a script type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Usage {
    /// One of its first addresses was paid.
    Used,
    /// None of its first addresses was ever paid, as far as this server knows.
    Unused,
    /// The server was not asked to the end. It says nothing about the wallet.
    Unknown,
}

/// Names a script type as people know it.
pub fn kind_name(script_type: ScriptType) -> &'static str {
    match script_type {
        ScriptType::Taproot => "Taproot",
        ScriptType::Segwit => "Native SegWit",
        ScriptType::NestedSegwit => "Nested SegWit",
        ScriptType::Legacy => "Legacy",
    }
}

impl Recovery {
    /// Derives what the words make: some milliseconds of work, none of it stored or sent.
    ///
    /// # Errors
    /// [`CreateWalletError::Seed`] when the extra passphrase is too long.
    pub fn new(
        words: RecoveryWords,
        passphrase: Option<SecretText>,
        network: Network,
    ) -> Result<Self, CreateWalletError> {
        let seed = Seed::new(words, passphrase)?;
        let kind = |script_type| -> Result<Kind, CreateWalletError> {
            let descriptors = satchel_keys::public_descriptors(&seed, script_type, network, 0)?;
            Ok(Kind {
                script_type,
                id: wallet_id(network, &descriptors),
                addresses: satchel_wallet::first_addresses(&descriptors, network, LOOKED_AT)?,
                descriptors,
            })
        };
        let kinds = ScriptType::ALL
            .into_iter()
            .map(kind)
            .collect::<Result<_, _>>()?;
        Ok(Self {
            seed,
            network,
            kinds,
        })
    }

    /// Takes another extra passphrase for the same words.
    ///
    /// # Errors
    /// As [`Recovery::new`]; the words are gone then.
    pub fn with_passphrase(self, passphrase: SecretText) -> Result<Self, CreateWalletError> {
        Self::new(self.seed.into_words(), Some(passphrase), self.network)
    }

    /// Returns whether an extra passphrase belongs to the words.
    pub fn has_passphrase(&self) -> bool {
        self.seed.has_passphrase()
    }

    /// Returns the network that is meant.
    pub fn network(&self) -> Network {
        self.network
    }

    /// Returns the four wallets, in the order of [`ScriptType::ALL`].
    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    /// Returns the wallet of a script type.
    pub fn kind(&self, script_type: ScriptType) -> &Kind {
        self.kinds
            .iter()
            .find(|kind| kind.script_type == script_type)
            .expect("each of the four was derived")
    }

    pub(crate) fn seed(&self) -> &Seed {
        &self.seed
    }
}
