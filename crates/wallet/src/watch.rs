//! What other wallets show so that one can watch them: a descriptor of one key (BIP-0380 and following), or an account's
//! extended public key. It comes from a stranger's screen: nothing of it is believed but what it derives.

use std::str::FromStr;

use bitcoin::base58;
use bitcoin::bip32::{ChildNumber, DerivationPath, Fingerprint, Xpub};
use bitcoin::{Network, NetworkKind};
use miniscript::descriptor::checksum::desc_checksum;
use miniscript::descriptor::{DescriptorMultiXKey, DescriptorXKey, ShInner, Wildcard};
use miniscript::{Descriptor, DescriptorPublicKey};
use satchel_types::{PublicDescriptors, ScriptType};

/// Longest text that is looked at, in bytes. One key needs some 250; fifteen, which are refused for what they are, some 2,000.
const MAX_TEXT: usize = 8 * 1_024;
/// Most steps of one path: what anybody uses has five.
const MAX_STEPS: usize = 16;

/// Why a text describes no wallet that can be watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WatchKeyError {
    /// It is longer than one key needs.
    #[error("longer than {MAX_TEXT} bytes")]
    TooLong,
    /// It is no public descriptor and no extended public key.
    #[error("this is no public descriptor and no extended public key")]
    Unreadable,
    /// Several keys are in it, or a script of its own.
    #[error(
        "this is a wallet of several keys, or of a script of its own: Satchel watches wallets of one key"
    )]
    NotOneKey,
    /// It has no receive and change addresses next to each other: its path does not end in `/0/*`, `/1/*` or `/<0;1>/*`.
    #[error("its path does not end in /0/*, /1/* or /<0;1>/*")]
    NotRanged,
    /// The descriptors of its two sides are not those of one key, script type and network.
    #[error(
        "the two sides of this wallet are not of one key and of the kind that it is said to be"
    )]
    OtherSides,
}

/// The key of a wallet that could be watched, and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchKey {
    origin: Option<(Fingerprint, DerivationPath)>,
    key: Xpub,
    /// Steps between the key and the two sides.
    between: DerivationPath,
    script_type: Option<ScriptType>,
}

impl WatchKey {
    /// Reads a descriptor or an extended public key, with or without its origin. Keys in the forms of SLIP-0132 (`zpub…`) say
    /// by that what script type they are of.
    ///
    /// # Errors
    /// See [`WatchKeyError`].
    pub fn read(text: &str) -> Result<Self, WatchKeyError> {
        let text = text.trim();
        if text.len() > MAX_TEXT {
            return Err(WatchKeyError::TooLong);
        }
        if text.contains('(') {
            of_descriptor(text)
        } else {
            of_key(text)
        }
    }

    /// Returns the script type, if the text says it or its origin does (BIP-0043).
    #[must_use]
    pub fn script_type(&self) -> Option<ScriptType> {
        self.script_type
    }

    /// Returns the fingerprint of the master key, if the text says where the key comes from.
    #[must_use]
    pub fn fingerprint(&self) -> Option<Fingerprint> {
        self.origin.as_ref().map(|(fingerprint, _)| *fingerprint)
    }

    /// Returns the account number of the origin (BIP-0044); 0 where none is said.
    #[must_use]
    pub fn account(&self) -> u32 {
        let step = self
            .origin
            .as_ref()
            .and_then(|(_, path)| path.into_iter().nth(2));
        match step {
            Some(ChildNumber::Hardened { index }) => *index,
            _ => 0,
        }
    }

    /// Returns whether the key can be of this network. Those for tests are not told apart.
    #[must_use]
    pub fn is_of(&self, network: Network) -> bool {
        self.key.network == NetworkKind::from(network)
    }

    /// Reads the key of a wallet that somebody else described. Its receive addresses may be what an owner compares, and its change
    /// go elsewhere: both sides have to be this key's, and nothing else be in them.
    ///
    /// # Errors
    /// See [`WatchKeyError`].
    pub fn of_wallet(
        descriptors: &PublicDescriptors,
        script_type: ScriptType,
        network: Network,
    ) -> Result<Self, WatchKeyError> {
        let key = Self::read(&descriptors.external)?;
        let is_said = key.script_type() == Some(script_type) && key.is_of(network);
        if is_said && key.descriptors(script_type) == *descriptors {
            Ok(key)
        } else {
            Err(WatchKeyError::OtherSides)
        }
    }

    /// Whether another has the same public key, whatever kind of wallet is made of it.
    #[must_use]
    pub fn is_same_key(&self, other: &Self) -> bool {
        self.key.public_key == other.key.public_key
    }

    /// Returns the descriptors of both sides, written as those of recovery words are, so that the same wallet is the same.
    #[must_use]
    pub fn descriptors(&self, script_type: ScriptType) -> PublicDescriptors {
        let fingerprint = self.fingerprint().unwrap_or_else(|| self.key.fingerprint());
        PublicDescriptors {
            external: self.side(script_type, 0),
            internal: self.side(script_type, 1),
            fingerprint,
        }
    }

    fn side(&self, script_type: ScriptType, side: u32) -> String {
        let steps = |path: &DerivationPath| -> String {
            path.into_iter().map(|step| format!("/{step:#}")).collect()
        };
        let origin = self
            .origin
            .as_ref()
            .map_or_else(String::new, |(of, path)| format!("[{of}{}]", steps(path)));
        let key = format!("{origin}{}{}/{side}/*", self.key, steps(&self.between));
        let text = match script_type {
            ScriptType::Taproot => format!("tr({key})"),
            ScriptType::Segwit => format!("wpkh({key})"),
            ScriptType::NestedSegwit => format!("sh(wpkh({key}))"),
            ScriptType::Legacy => format!("pkh({key})"),
        };
        let checksum =
            desc_checksum(&text).expect("these descriptors use the descriptor charset only");
        format!("{text}#{checksum}")
    }
}

fn of_descriptor(text: &str) -> Result<WatchKey, WatchKeyError> {
    let read = Descriptor::<DescriptorPublicKey>::from_str(text);
    let descriptor = read.map_err(|_| WatchKeyError::Unreadable)?;
    let (script_type, key) = match &descriptor {
        Descriptor::Tr(tr) if tr.tap_tree().is_none() => (ScriptType::Taproot, tr.internal_key()),
        Descriptor::Wpkh(wpkh) => (ScriptType::Segwit, wpkh.as_inner()),
        Descriptor::Pkh(pkh) => (ScriptType::Legacy, pkh.as_inner()),
        Descriptor::Sh(sh) => match sh.as_inner() {
            ShInner::Wpkh(wpkh) => (ScriptType::NestedSegwit, wpkh.as_inner()),
            _ => return Err(WatchKeyError::NotOneKey),
        },
        _ => return Err(WatchKeyError::NotOneKey),
    };
    let key = with_sides(key.clone())?;
    Ok(WatchKey {
        script_type: Some(script_type),
        ..key
    })
}

/// Takes the last step, which chooses the side, off a key.
fn with_sides(key: DescriptorPublicKey) -> Result<WatchKey, WatchKeyError> {
    let (origin, xkey, paths, wildcard) = match key {
        DescriptorPublicKey::XPub(DescriptorXKey {
            origin,
            xkey,
            derivation_path,
            wildcard,
        }) => (origin, xkey, vec![derivation_path], wildcard),
        DescriptorPublicKey::MultiXPub(DescriptorMultiXKey {
            origin,
            xkey,
            derivation_paths,
            wildcard,
        }) => (origin, xkey, derivation_paths.into_paths(), wildcard),
        DescriptorPublicKey::Single(_) => return Err(WatchKeyError::NotRanged),
    };
    if wildcard != Wildcard::Unhardened {
        return Err(WatchKeyError::NotRanged);
    }
    let mut sides = Vec::new();
    let mut between = None;
    for path in &paths {
        let steps: &[ChildNumber] = path.as_ref();
        let Some((ChildNumber::Normal { index }, before)) = steps.split_last() else {
            return Err(WatchKeyError::NotRanged);
        };
        if before.len() > MAX_STEPS || before.iter().any(ChildNumber::is_hardened) {
            return Err(WatchKeyError::NotRanged);
        }
        if between.get_or_insert(before) != &before {
            return Err(WatchKeyError::NotRanged);
        }
        sides.push(*index);
    }
    if !matches!(sides[..], [0 | 1] | [0, 1]) {
        return Err(WatchKeyError::NotRanged);
    }
    Ok(WatchKey {
        origin,
        key: xkey,
        between: between.unwrap_or_default().into(),
        script_type: None,
    })
}

/// Version bytes of an extended public key, those of Bitcoin or of its tests that they stand for, and the script type that
/// they say (SLIP-0132). Keys for several signers are not among them.
const VERSIONS: [([u8; 4], NetworkKind, Option<ScriptType>); 6] = {
    use NetworkKind::{Main, Test};
    use ScriptType::{NestedSegwit, Segwit};
    [
        ([0x04, 0x88, 0xb2, 0x1e], Main, None),
        ([0x04, 0x9d, 0x7c, 0xb2], Main, Some(NestedSegwit)),
        ([0x04, 0xb2, 0x47, 0x46], Main, Some(Segwit)),
        ([0x04, 0x35, 0x87, 0xcf], Test, None),
        ([0x04, 0x4a, 0x52, 0x62], Test, Some(NestedSegwit)),
        ([0x04, 0x5f, 0x1c, 0xf6], Test, Some(Segwit)),
    ]
};
/// The same for keys of several signers.
const SHARED: [[u8; 4]; 4] = [
    [0x02, 0x95, 0xb4, 0x3f],
    [0x02, 0xaa, 0x7e, 0xd3],
    [0x02, 0x42, 0x89, 0xef],
    [0x02, 0x57, 0x54, 0x83],
];

fn of_key(text: &str) -> Result<WatchKey, WatchKeyError> {
    let unreadable = || WatchKeyError::Unreadable;
    let (origin, rest) = match text.strip_prefix('[') {
        None => (None, text),
        Some(inside) => {
            let (origin, rest) = inside.split_once(']').ok_or_else(unreadable)?;
            let (of, path) = origin.split_once('/').unwrap_or((origin, ""));
            let of: Fingerprint = of.parse().map_err(|_| unreadable())?;
            let path: DerivationPath = path.parse().map_err(|_| unreadable())?;
            if path.len() > MAX_STEPS {
                return Err(unreadable());
            }
            (Some((of, path)), rest)
        }
    };
    let (key, path) = rest.split_once('/').unwrap_or((rest, ""));
    if !matches!(path, "" | "0/*" | "1/*" | "<0;1>/*" | "**") {
        return Err(WatchKeyError::NotRanged);
    }
    let mut bytes: [u8; 78] = base58::decode_check(key)
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(unreadable)?;
    let version = [bytes[0], bytes[1], bytes[2], bytes[3]];
    if SHARED.contains(&version) {
        return Err(WatchKeyError::NotOneKey);
    }
    let known = VERSIONS.iter().find(|(known, ..)| *known == version);
    let (_, kind, of_version) = known.ok_or_else(unreadable)?;
    let plain = VERSIONS
        .iter()
        .find(|(_, other, said)| other == kind && said.is_none());
    if let Some((plain, ..)) = plain {
        bytes[..4].copy_from_slice(plain);
    }
    let key = Xpub::decode(&bytes).map_err(|_| unreadable())?;
    let purpose = origin
        .as_ref()
        .and_then(|(_, path)| path.into_iter().next());
    let of_purpose = ScriptType::ALL.into_iter().find(|script_type| {
        let index = script_type.purpose();
        purpose == Some(&ChildNumber::Hardened { index })
    });
    Ok(WatchKey {
        origin,
        key,
        between: DerivationPath::master(),
        script_type: of_version.or(of_purpose),
    })
}
