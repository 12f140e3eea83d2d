//! Keys of a wallet: everything follows from one number and the wallet's name.

use bitcoin::bip32::{ChildNumber, DerivationPath, Xpriv, Xpub};
use bitcoin::hashes::{Hash, HashEngine, sha256};
use bitcoin::key::{CompressedPublicKey, Keypair, TapTweak, TweakedKeypair};
use bitcoin::secp256k1::{Message, SECP256K1, SecretKey};
use bitcoin::sighash::{EcdsaSighashType, Prevouts, SighashCache, TapSighashType};
use bitcoin::{
    Address, Network, NetworkKind, PublicKey, ScriptBuf, Transaction, TxOut, Witness, ecdsa,
    taproot,
};
use miniscript::descriptor::checksum::desc_checksum;

/// Core's address types, each with its own account (BIP-0044, BIP-0049, BIP-0084, BIP-0086).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AddressType {
    /// P2PKH.
    Legacy,
    /// P2WPKH in P2SH.
    P2shSegwit,
    /// P2WPKH.
    Bech32,
    /// P2TR.
    Bech32m,
}

impl AddressType {
    /// All, in the order of their places in a wallet's counters.
    pub const ALL: [Self; 4] = [Self::Legacy, Self::P2shSegwit, Self::Bech32, Self::Bech32m];

    /// By Core's name.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "legacy" => Self::Legacy,
            "p2sh-segwit" => Self::P2shSegwit,
            "bech32" => Self::Bech32,
            "bech32m" => Self::Bech32m,
            _ => return None,
        })
    }

    fn purpose(self) -> u32 {
        match self {
            Self::Legacy => 44,
            Self::P2shSegwit => 49,
            Self::Bech32 => 84,
            Self::Bech32m => 86,
        }
    }

    fn script(self, key: &PublicKey) -> ScriptBuf {
        let compressed = CompressedPublicKey(key.inner);
        match self {
            Self::Legacy => Address::p2pkh(key, Network::Regtest),
            Self::P2shSegwit => Address::p2shwpkh(&compressed, Network::Regtest),
            Self::Bech32 => Address::p2wpkh(&compressed, Network::Regtest),
            Self::Bech32m => {
                let (key, _) = key.inner.x_only_public_key();
                Address::p2tr(SECP256K1, key, None, Network::Regtest)
            }
        }
        .script_pubkey()
    }

    fn descriptor(self, key: &str) -> String {
        let body = match self {
            Self::Legacy => format!("pkh({key})"),
            Self::P2shSegwit => format!("sh(wpkh({key}))"),
            Self::Bech32 => format!("wpkh({key})"),
            Self::Bech32m => format!("tr({key})"),
        };
        match desc_checksum(&body) {
            Ok(checksum) => format!("{body}#{checksum}"),
            Err(_) => body,
        }
    }

    /// Weight of an input that spends a coin of this type, at the largest signature made here.
    pub fn input_weight(self) -> u64 {
        // 41 bytes of outpoint, sequence and script length; signatures with a small r are 71 bytes.
        match self {
            Self::Legacy => 4 * (41 + 1 + 71 + 1 + 33) + 1,
            Self::P2shSegwit => 4 * (41 + 23) + 1 + 1 + 71 + 1 + 33,
            Self::Bech32 => 4 * 41 + 1 + 1 + 71 + 1 + 33,
            Self::Bech32m => 4 * 41 + 1 + 1 + 64,
        }
    }
}

/// Where a key is in its wallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Spot {
    /// The kind of address.
    pub kind: AddressType,
    /// Whether it is one of those for change.
    pub change: bool,
    /// Its number.
    pub index: u32,
}

/// What signs for a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// A derived key.
    Derived(Spot),
    /// The faucet's one key.
    Faucet,
}

/// All keys of a wallet. Regtest coins are worth nothing, and these follow from a public number, so nothing
/// here is a secret.
pub struct Keys {
    fingerprint: String,
    /// By type, then for receiving and for change.
    chains: [[Xpriv; 2]; 4],
    accounts: [Xpub; 4],
    /// Of the wallet that holds the faucet's coins.
    faucet: Option<TweakedKeypair>,
}

impl Keys {
    /// Derives the accounts of the wallet `name`.
    pub fn derive(seed: u64, name: &str, faucet: Option<TweakedKeypair>) -> Self {
        let mut engine = sha256::Hash::engine();
        engine.input(b"satchel-sandbox wallet");
        engine.input(&seed.to_le_bytes());
        engine.input(name.as_bytes());
        let bytes = sha256::Hash::from_engine(engine).to_byte_array();
        let master = Xpriv::new_master(NetworkKind::Test, &bytes)
            .expect("a hash is a valid key but with a chance of 2^-127");
        let account = |kind: AddressType| {
            child(
                &master,
                &[
                    ChildNumber::Hardened {
                        index: kind.purpose(),
                    },
                    ChildNumber::Hardened { index: 1 },
                    ChildNumber::Hardened { index: 0 },
                ],
            )
        };
        let accounts = AddressType::ALL.map(account);
        let branch = |account: &Xpriv, index| child(account, &[ChildNumber::Normal { index }]);
        Self {
            fingerprint: master.fingerprint(SECP256K1).to_string(),
            chains: accounts.map(|account| [branch(&account, 0), branch(&account, 1)]),
            accounts: accounts.map(|account| Xpub::from_priv(SECP256K1, &account)),
            faucet,
        }
    }

    fn secret(&self, spot: Spot) -> SecretKey {
        let chain = &self.chains[spot.kind as usize][usize::from(spot.change)];
        let step = ChildNumber::Normal { index: spot.index };
        child(chain, &[step]).private_key
    }

    /// The public key at a spot.
    pub fn public(&self, spot: Spot) -> PublicKey {
        PublicKey::new(self.secret(spot).public_key(SECP256K1))
    }

    /// The script at a spot.
    pub fn script(&self, spot: Spot) -> ScriptBuf {
        spot.kind.script(&self.public(spot))
    }

    /// Fingerprint of the wallet's first key (BIP-0032).
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The steps to a spot.
    pub fn path(&self, spot: Spot) -> String {
        let (purpose, change) = (spot.kind.purpose(), u32::from(spot.change));
        format!("m/{purpose}h/1h/0h/{change}/{}", spot.index)
    }

    /// The descriptor of the one script at a spot.
    pub fn descriptor(&self, spot: Spot) -> String {
        let path = self.path(spot).replacen('m', &self.fingerprint, 1);
        let key = self.public(spot);
        let key = match spot.kind {
            AddressType::Bech32m => key.inner.x_only_public_key().0.to_string(),
            _ => key.to_string(),
        };
        spot.kind.descriptor(&format!("[{path}]{key}"))
    }

    /// The ranged descriptor a spot belongs to.
    pub fn parent_descriptor(&self, spot: Spot) -> String {
        let purpose = spot.kind.purpose();
        let account = self.accounts[spot.kind as usize];
        let change = u32::from(spot.change);
        spot.kind.descriptor(&format!(
            "[{}/{purpose}h/1h/0h]{account}/{change}/*",
            self.fingerprint
        ))
    }

    /// Signs every input; `coins` are what they spend, in order.
    pub fn sign(&self, tx: &mut Transaction, coins: &[(TxOut, Owner)]) {
        let outputs: Vec<&TxOut> = coins.iter().map(|(output, _)| output).collect();
        for (place, (output, owner)) in coins.iter().enumerate() {
            let pair = match owner {
                Owner::Faucet => self.faucet,
                Owner::Derived(spot) if spot.kind == AddressType::Bech32m => {
                    let pair = Keypair::from_secret_key(SECP256K1, &self.secret(*spot));
                    Some(pair.tap_tweak(SECP256K1, None))
                }
                Owner::Derived(_) => None,
            };
            match (pair, owner) {
                (Some(pair), _) => sign_taproot(tx, place, &outputs, &pair),
                (None, Owner::Derived(spot)) => self.sign_ecdsa(tx, place, output, *spot),
                // Only the faucet's own wallet has its coins.
                (None, Owner::Faucet) => {}
            }
        }
    }

    fn sign_ecdsa(&self, tx: &mut Transaction, place: usize, output: &TxOut, spot: Spot) {
        let secret = self.secret(spot);
        let public = self.public(spot);
        let kind = EcdsaSighashType::All;
        let cache = &mut SighashCache::new(&*tx);
        let message = match spot.kind {
            AddressType::Legacy => cache
                .legacy_signature_hash(place, &output.script_pubkey, kind.to_u32())
                .map(Message::from)
                .map_err(|error| error.to_string()),
            _ => {
                let program = AddressType::Bech32.script(&public);
                cache
                    .p2wpkh_signature_hash(place, &program, output.value, kind)
                    .map(Message::from)
                    .map_err(|error| error.to_string())
            }
        }
        .expect("the input exists and its program is one of this key");
        let signature = ecdsa::Signature {
            signature: SECP256K1.sign_ecdsa_low_r(&message, &secret),
            sighash_type: kind,
        };
        let input = &mut tx.input[place];
        match spot.kind {
            AddressType::Legacy => {
                input.script_sig = bitcoin::script::Builder::new()
                    .push_slice(signature.serialize())
                    .push_key(&public)
                    .into_script();
            }
            _ => input.witness = Witness::p2wpkh(&signature, &public.inner),
        }
        if spot.kind == AddressType::P2shSegwit {
            let program = AddressType::Bech32.script(&public);
            let push = bitcoin::script::PushBytesBuf::try_from(program.into_bytes())
                .expect("22 bytes fit into a push");
            input.script_sig = bitcoin::script::Builder::new()
                .push_slice(push)
                .into_script();
        }
    }
}

/// Signs one input by its key path; the signature is the same in every run.
pub fn sign_taproot(tx: &mut Transaction, place: usize, spent: &[&TxOut], pair: &TweakedKeypair) {
    let hash = SighashCache::new(&*tx)
        .taproot_key_spend_signature_hash(place, &Prevouts::All(spent), TapSighashType::Default)
        .expect("every input has its spent output at hand");
    let message = Message::from_digest(hash.to_byte_array());
    let signature = taproot::Signature {
        signature: SECP256K1.sign_schnorr_no_aux_rand(&message, &pair.to_keypair()),
        sighash_type: TapSighashType::Default,
    };
    tx.input[place].witness = Witness::p2tr_key_spend(&signature);
}

fn child(of: &Xpriv, steps: &[ChildNumber]) -> Xpriv {
    let path = DerivationPath::from(steps.to_vec());
    of.derive_priv(SECP256K1, &path)
        .expect("a step fails with a chance of 2^-127")
}
