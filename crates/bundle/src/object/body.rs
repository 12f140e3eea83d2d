//! What is inside an object.

use std::collections::BTreeSet;

use satchel_secrets::{SecretBytes, SecretVec};
use satchel_types::{DeviceId, WalletId};

use super::{Class, Kind, ObjectError, ObjectHash};
use crate::cbor::{Reader, Writer};
use crate::groups::columns::{Invalid, fixed};
use crate::groups::{ReadError, each_group, kind, read_groups, write_groups};
use crate::state::Change;

const MAX_APP: usize = 32;
/// Most heads that a body names.
pub(crate) const MAX_HEADS: usize = 256;
/// Most objects that a snapshot says it misses.
pub(crate) const MAX_MISSES: usize = 4_096;
const MAX_SEED: usize = 4_096;

/// The inside of an object.
#[derive(Debug)]
pub struct Body {
    /// Who wrote it.
    pub device: DeviceId,
    /// Its clock, in milliseconds since 1970; shown, never relied on.
    pub clock_ms: u64,
    /// Its program's version.
    pub app: String,
    /// The last object of each other stream it knew, ascending.
    pub heads: Vec<ObjectHash>,
    /// Of a snapshot, and of no other object: what its writer knew besides.
    pub basis: Option<Basis>,
    /// What it says.
    pub contents: Contents,
}

/// What a snapshot's writer knew, so that readers know what it holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Basis {
    /// The keys objects that none follows: what was left out because of them is not in it.
    pub keys: BTreeSet<ObjectHash>,
    /// Objects that were spoken of and that the writer did not have: neither these nor what comes
    /// before them by no other way is in it.
    pub misses: BTreeSet<ObjectHash>,
}

/// What an object says.
#[derive(Debug)]
pub enum Contents {
    /// For all devices.
    Shared(Vec<Change>),
    /// For devices that may hold seeds.
    Secret(Secrets),
}

impl Contents {
    /// Returns for whom it is.
    pub fn class(&self) -> Class {
        match self {
            Self::Shared(_) => Class::Shared,
            Self::Secret(_) => Class::Seeds,
        }
    }
}

/// What only devices with seeds share.
#[derive(Debug, Default)]
pub struct Secrets {
    /// Seeds as `keys` writes them.
    pub seeds: Vec<(WalletId, SecretVec)>,
    /// The owner's secret key, which signs keys objects.
    pub owner: Option<SecretBytes<32>>,
}

impl Body {
    /// Writes the body where it will stay; `None`: its values are not as they must be.
    pub(crate) fn write(&self) -> Result<SecretVec, Invalid> {
        let groups = match &self.contents {
            Contents::Shared(changes) => Groups::Shared(write_groups(changes.clone())),
            Contents::Secret(secrets) => Groups::Secret(secrets.in_order()),
        };
        let mut counting = Writer::counting();
        self.write_with(&groups, &mut counting);
        SecretVec::init_with(counting.len(), |out| {
            self.write_with(&groups, &mut Writer::into_buffer(out));
            Ok(())
        })
    }

    fn write_with(&self, groups: &Groups<'_>, w: &mut Writer<'_>) {
        w.map(if self.basis.is_some() { 7 } else { 5 });
        w.uint(0);
        w.bytes(self.device.as_bytes());
        w.uint(1);
        w.uint(self.clock_ms);
        w.uint(2);
        w.text(&self.app);
        w.uint(3);
        w.array(self.heads.len());
        for head in &self.heads {
            w.bytes(head.as_bytes());
        }
        w.uint(4);
        match groups {
            Groups::Shared(groups) => w.raw(groups),
            Groups::Secret(secrets) => secrets.write(w),
        }
        if let Some(basis) = &self.basis {
            for (key, hashes) in [(5, &basis.keys), (6, &basis.misses)] {
                w.uint(key);
                w.array(hashes.len());
                for hash in hashes {
                    w.bytes(hash.as_bytes());
                }
            }
        }
    }

    /// Reads a body of a kind and class.
    pub(crate) fn read(bytes: &[u8], kind: Kind, class: Class) -> Result<Self, ObjectError> {
        let mut reader = Reader::new(bytes);
        let r = &mut reader;
        let outer = read_outer(r, kind).map_err(ObjectError::Invalid)?;
        let (device, clock_ms, app, heads) = outer;
        let contents = match class {
            Class::Shared => read_groups(r).map(Contents::Shared),
            Class::Seeds => Secrets::read(r).map(Contents::Secret),
        }
        .map_err(|error| match error {
            ReadError::Newer => ObjectError::Newer,
            ReadError::Invalid(what) => ObjectError::Invalid(what),
        })?;
        let basis = match kind {
            Kind::Segment => None,
            Kind::Snapshot => Some(read_basis(r).map_err(ObjectError::Invalid)?),
        };
        if !reader.is_at_end() {
            return Err(ObjectError::Invalid("there is more than a body"));
        }
        Ok(Self {
            device,
            clock_ms,
            app,
            heads,
            basis,
            contents,
        })
    }
}

type Outer = (DeviceId, u64, String, Vec<ObjectHash>);

fn read_outer(r: &mut Reader<'_>, kind: Kind) -> Result<Outer, Invalid> {
    const BODY: Invalid = "the body";
    let len = match kind {
        Kind::Segment => 5,
        Kind::Snapshot => 7,
    };
    r.map(len).ok_or(BODY)?;
    r.key(0).ok_or(BODY)?;
    let device = r.bytes().and_then(|bytes| bytes.try_into().ok());
    let device = DeviceId::from_bytes(device.ok_or("the writer")?);
    r.key(1).ok_or(BODY)?;
    let clock_ms = r.uint().ok_or("the clock")?;
    r.key(2).ok_or(BODY)?;
    let app = r
        .text()
        .filter(|app| app.len() <= MAX_APP)
        .ok_or("the program's version")?
        .to_owned();
    r.key(3).ok_or(BODY)?;
    let heads = read_hashes(r, MAX_HEADS, "the heads")?;
    r.key(4).ok_or(BODY)?;
    Ok((device, clock_ms, app, heads))
}

fn read_basis(r: &mut Reader<'_>) -> Result<Basis, Invalid> {
    const BASIS: Invalid = "what a snapshot's writer knew";
    r.key(5).ok_or(BASIS)?;
    let keys = read_hashes(r, MAX_HEADS, "the keys of a snapshot")?;
    r.key(6).ok_or(BASIS)?;
    let misses = read_hashes(r, MAX_MISSES, "what a snapshot misses")?;
    Ok(Basis {
        keys: keys.into_iter().collect(),
        misses: misses.into_iter().collect(),
    })
}

/// Reads hashes in ascending order.
fn read_hashes(r: &mut Reader<'_>, max: usize, what: Invalid) -> Result<Vec<ObjectHash>, Invalid> {
    let count = r.array().filter(|count| *count <= max).ok_or(what)?;
    let mut hashes = Vec::with_capacity(count);
    for _ in 0..count {
        let hash = r.bytes().and_then(|bytes| bytes.try_into().ok());
        let hash = ObjectHash::from_bytes(hash.ok_or(what)?);
        if hashes.last().is_some_and(|last| *last >= hash) {
            return Err(what);
        }
        hashes.push(hash);
    }
    Ok(hashes)
}

enum Groups<'a> {
    Shared(Vec<u8>),
    Secret(InOrder<'a>),
}

/// Secrets in the order in which they are written, each once.
struct InOrder<'a> {
    seeds: Vec<(&'a WalletId, &'a [u8])>,
    owner: Option<&'a [u8; 32]>,
}

impl Secrets {
    fn in_order(&self) -> InOrder<'_> {
        let mut seeds: Vec<_> = self
            .seeds
            .iter()
            .map(|(wallet, seed)| (wallet, seed.expose()))
            .collect();
        seeds.sort_unstable();
        seeds.dedup();
        InOrder {
            seeds,
            owner: self.owner.as_ref().map(SecretBytes::expose),
        }
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, ReadError> {
        let mut secrets = Self::default();
        each_group(r, |kind, content| {
            let mut reader = Reader::new(content);
            let r = &mut reader;
            match kind {
                kind::SEEDS => read_seeds(r, &mut secrets.seeds)?,
                kind::OWNER => {
                    let (Some(1), Some(owner)) = (r.array(), r.bytes()) else {
                        return Err(ReadError::Invalid("the owner's key"));
                    };
                    let owner = SecretBytes::from_slice(owner).ok_or("the owner's key")?;
                    if secrets.owner.replace(owner).is_some() {
                        return Err(ReadError::Invalid("two owner's keys"));
                    }
                }
                kind::CRITICAL.. => return Err(ReadError::Newer),
                1..=7 => return Err(ReadError::Invalid("a change among the secrets")),
                // What a newer version adds for those who hold seeds is not kept: it is its
                // writer's to write again.
                _ => return Ok(()),
            }
            if reader.is_at_end() {
                Ok(())
            } else {
                Err(ReadError::Invalid("there is more than a group"))
            }
        })?;
        Ok(secrets)
    }
}

impl InOrder<'_> {
    fn write(&self, w: &mut Writer<'_>) {
        w.array(usize::from(!self.seeds.is_empty()) + usize::from(self.owner.is_some()));
        if !self.seeds.is_empty() {
            w.array(2);
            w.uint(u64::from(kind::SEEDS));
            let mut counting = Writer::counting();
            self.write_seeds(&mut counting);
            w.bytes_head(counting.len());
            self.write_seeds(w);
        }
        if let Some(owner) = self.owner {
            w.array(2);
            w.uint(u64::from(kind::OWNER));
            // An array's head and that of 32 bytes.
            w.bytes_head(1 + 2 + owner.len());
            w.array(1);
            w.bytes(owner);
        }
    }

    fn write_seeds(&self, w: &mut Writer<'_>) {
        w.array(2);
        fixed(w, self.seeds.iter().map(|(wallet, _)| wallet.as_bytes()));
        w.array(self.seeds.len());
        for (_, seed) in &self.seeds {
            w.bytes(seed);
        }
    }
}

fn read_seeds(r: &mut Reader<'_>, seeds: &mut Vec<(WalletId, SecretVec)>) -> Result<(), Invalid> {
    const SEEDS: Invalid = "the seeds";
    if !seeds.is_empty() || r.array() != Some(2) {
        return Err(SEEDS);
    }
    let wallets = crate::groups::columns::read_fixed::<16>(r, None)?;
    if r.array() != Some(wallets.len()) {
        return Err(SEEDS);
    }
    let mut last: Option<(&[u8; 16], &[u8])> = None;
    for wallet in wallets {
        let seed = r
            .bytes()
            .filter(|seed| !seed.is_empty() && seed.len() <= MAX_SEED)
            .ok_or("a seed")?;
        if last.is_some_and(|last| last >= (wallet, seed)) {
            return Err("the order of the seeds");
        }
        last = Some((wallet, seed));
        seeds.push((WalletId::from_bytes(*wallet), SecretVec::from_slice(seed)));
    }
    Ok(())
}
