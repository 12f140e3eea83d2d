//! The wallet's public descriptors (BIP-0380), checked once.

use std::fmt;

use bdk_chain::{DescriptorExt, DescriptorId};
use bitcoin::bip32::{self, DerivationPath, Xpub};
use bitcoin::secp256k1::{Secp256k1, VerifyOnly};
use bitcoin::{Network, NetworkKind, Weight};
use miniscript::descriptor::{DescriptorXKey, Wildcard};
use miniscript::{
    DefiniteDescriptorKey, Descriptor, DescriptorPublicKey, ForEachKey, TranslatePk, Translator,
};
use satchel_types::{ChainSide, PublicDescriptors};

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
    /// A descriptor's scripts have no address, so that nobody could be asked to pay to them.
    #[error("the {side} descriptor has no addresses")]
    NoAddress {
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
    receive: OneSide,
    change: OneSide,
    secp: Secp256k1<VerifyOnly>,
}

#[derive(Clone)]
struct OneSide {
    /// As given, with checksum.
    text: String,
    /// Its keys derived up to the wildcard, so that an address costs one step and not two.
    near: Descriptor<DescriptorPublicKey>,
    id: DescriptorId,
    satisfaction: Weight,
}

impl Descriptors {
    pub fn parse(texts: &PublicDescriptors, network: Network) -> Result<Self, CreateError> {
        let secp = Secp256k1::verification_only();
        let external = parse(ChainSide::Receive, &texts.external, network)?;
        let internal = parse(ChainSide::Change, &texts.internal, network)?;
        if external == internal {
            return Err(CreateError::SameDescriptors);
        }
        Ok(Self {
            receive: OneSide::new(ChainSide::Receive, &external, &secp)?,
            change: OneSide::new(ChainSide::Change, &internal, &secp)?,
            secp,
        })
    }

    fn get(&self, side: ChainSide) -> &OneSide {
        match side {
            ChainSide::Receive => &self.receive,
            ChainSide::Change => &self.change,
        }
    }

    /// Returns the descriptor as the record has it, with its checksum.
    pub fn text(&self, side: ChainSide) -> &str {
        &self.get(side).text
    }

    pub fn side(&self, side: ChainSide) -> &Descriptor<DescriptorPublicKey> {
        &self.get(side).near
    }

    pub fn id(&self, side: ChainSide) -> DescriptorId {
        self.get(side).id
    }

    pub fn at(&self, side: ChainSide, index: u32) -> Descriptor<DefiniteDescriptorKey> {
        self.side(side)
            .at_derivation_index(index)
            .expect("indices handed out lie below 2^31 and the wildcard is not hardened")
    }

    /// Returns the most that a signature adds to an empty input, as in a segwit transaction.
    pub fn satisfaction(&self, side: ChainSide) -> Weight {
        self.get(side).satisfaction
    }

    pub fn is_segwit(&self) -> bool {
        self.receive.near.desc_type().segwit_version().is_some()
    }

    pub fn is_taproot(&self) -> bool {
        matches!(self.receive.near, Descriptor::Tr(_))
    }

    pub fn secp(&self) -> &Secp256k1<VerifyOnly> {
        &self.secp
    }
}

impl OneSide {
    fn new(
        side: ChainSide,
        descriptor: &Descriptor<DescriptorPublicKey>,
        secp: &Secp256k1<VerifyOnly>,
    ) -> Result<Self, CreateError> {
        let unreadable = |source| CreateError::Unreadable {
            side: Side(side),
            source,
        };
        let near = descriptor
            .translate_pk(&mut Nearer(secp))
            .map_err(|_| CreateError::NotRanged { side: Side(side) })?;
        Ok(Self {
            text: descriptor.to_string(),
            id: near.descriptor_id(),
            satisfaction: descriptor.max_weight_to_satisfy().map_err(unreadable)?,
            near,
        })
    }
}

/// Replaces an extended key and its fixed path by the key at the end of the path. Where it comes
/// from stays the same.
struct Nearer<'s>(&'s Secp256k1<VerifyOnly>);

impl Translator<DescriptorPublicKey, DescriptorPublicKey, bip32::Error> for Nearer<'_> {
    fn pk(&mut self, key: &DescriptorPublicKey) -> Result<DescriptorPublicKey, bip32::Error> {
        let DescriptorPublicKey::XPub(key) = key else {
            return Ok(key.clone());
        };
        let (fingerprint, path) = match &key.origin {
            Some((fingerprint, path)) => (*fingerprint, path.extend(&key.derivation_path)),
            None => (key.xkey.fingerprint(), key.derivation_path.clone()),
        };
        Ok(DescriptorPublicKey::XPub(DescriptorXKey {
            origin: Some((fingerprint, path)),
            xkey: key.xkey.derive_pub(self.0, &key.derivation_path)?,
            derivation_path: DerivationPath::master(),
            wildcard: key.wildcard,
        }))
    }

    miniscript::translate_hash_clone!(DescriptorPublicKey, DescriptorPublicKey, bip32::Error);
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
    if matches!(descriptor, Descriptor::Bare(_)) {
        return Err(CreateError::NoAddress { side });
    }
    Ok(descriptor)
}

fn is_of(key: &Xpub, network: Network) -> bool {
    key.network == NetworkKind::from(network)
}
