//! The wallet's public descriptors (BIP-0380), checked once.

use std::fmt;

use bitcoin::bip32::Xpub;
use bitcoin::secp256k1::Secp256k1;
use bitcoin::{Network, NetworkKind, Weight};
use miniscript::descriptor::{DescriptorXKey, Wildcard};
use miniscript::{DefiniteDescriptorKey, Descriptor, DescriptorPublicKey, ForEachKey};
use satchel_types::{ChainSide, WalletRecord};

/// A side, for error texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Side(pub ChainSide);

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            ChainSide::Receive => "receive",
            ChainSide::Change => "change",
        })
    }
}

/// Why a wallet could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// A descriptor holds a private key. This engine never takes one.
    #[error("the {side} descriptor holds a private key")]
    HoldsPrivateKey {
        /// Which one.
        side: Side,
    },
    /// A descriptor cannot be read, or can never be spent from.
    #[error("the {side} descriptor cannot be read")]
    Unreadable {
        /// Which one.
        side: Side,
        /// What the parser says.
        #[source]
        source: miniscript::Error,
    },
    /// A descriptor has no unhardened wildcard, or has several paths, so that its addresses
    /// cannot be counted through.
    #[error("the {side} descriptor has no plain range of addresses")]
    NotRanged {
        /// Which one.
        side: Side,
    },
    /// A key of a descriptor is of another network than the wallet.
    #[error("the {side} descriptor is of another network")]
    WrongNetwork {
        /// Which one.
        side: Side,
    },
    /// Both sides are the same, so that change could not be told from receipts.
    #[error("receive and change descriptor are the same")]
    SameDescriptors,
}

/// Both descriptors, and what spending from them weighs.
#[derive(Clone)]
pub(crate) struct Descriptors {
    pub external: Descriptor<DescriptorPublicKey>,
    pub internal: Descriptor<DescriptorPublicKey>,
    satisfaction: [Weight; 2],
}

impl Descriptors {
    pub fn parse(record: &WalletRecord) -> Result<Self, CreateError> {
        let texts = &record.descriptors;
        let external = parse(ChainSide::Receive, &texts.external, record.network)?;
        let internal = parse(ChainSide::Change, &texts.internal, record.network)?;
        if external == internal {
            return Err(CreateError::SameDescriptors);
        }
        let weigh = |side, descriptor: &Descriptor<DescriptorPublicKey>| {
            descriptor
                .max_weight_to_satisfy()
                .map_err(|source| CreateError::Unreadable {
                    side: Side(side),
                    source,
                })
        };
        Ok(Self {
            satisfaction: [
                weigh(ChainSide::Receive, &external)?,
                weigh(ChainSide::Change, &internal)?,
            ],
            external,
            internal,
        })
    }

    pub fn side(&self, side: ChainSide) -> &Descriptor<DescriptorPublicKey> {
        match side {
            ChainSide::Receive => &self.external,
            ChainSide::Change => &self.internal,
        }
    }

    pub fn at(&self, side: ChainSide, index: u32) -> Descriptor<DefiniteDescriptorKey> {
        self.side(side)
            .at_derivation_index(index)
            .expect("indices handed out lie below 2^31 and the wildcard is not hardened")
    }

    /// Returns the most that a signature adds to an empty input, as in a segwit transaction.
    pub fn satisfaction(&self, side: ChainSide) -> Weight {
        match side {
            ChainSide::Receive => self.satisfaction[0],
            ChainSide::Change => self.satisfaction[1],
        }
    }

    pub fn is_segwit(&self) -> bool {
        self.external.desc_type().segwit_version().is_some()
    }

    pub fn is_taproot(&self) -> bool {
        matches!(self.external, Descriptor::Tr(_))
    }
}

fn parse(
    side: ChainSide,
    text: &str,
    network: Network,
) -> Result<Descriptor<DescriptorPublicKey>, CreateError> {
    let side = Side(side);
    let (descriptor, keys) = Descriptor::parse_descriptor(&Secp256k1::signing_only(), text)
        .map_err(|source| CreateError::Unreadable { side, source })?;
    if !keys.is_empty() {
        return Err(CreateError::HoldsPrivateKey { side });
    }
    let counted = |key: &DescriptorPublicKey| {
        matches!(
            key,
            DescriptorPublicKey::XPub(DescriptorXKey {
                wildcard: Wildcard::Unhardened,
                ..
            }) | DescriptorPublicKey::Single(_)
        )
    };
    if !descriptor.has_wildcard() || !descriptor.for_each_key(counted) {
        return Err(CreateError::NotRanged { side });
    }
    let same_network = |key: &DescriptorPublicKey| match key {
        DescriptorPublicKey::XPub(key) => is_of(&key.xkey, network),
        _ => true,
    };
    if !descriptor.for_each_key(same_network) {
        return Err(CreateError::WrongNetwork { side });
    }
    Ok(descriptor)
}

fn is_of(key: &Xpub, network: Network) -> bool {
    key.network == NetworkKind::from(network)
}
