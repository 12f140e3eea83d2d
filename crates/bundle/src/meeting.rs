//! What two devices show each other when they meet by codes and nothing else (`docs/formats/qr-frames-v1.md`, payloads 1 and 2).
//!
//! One shows the ends of what it has ([`Heads`]); the other answers with the objects that it lacks ([`Met`]). Neither is signed
//! or sealed: heads are hashes, as a place's names are, and objects are sealed by themselves.

use std::collections::BTreeSet;

use satchel_types::{CircleId, DeviceId};

use crate::object::ObjectHash;

/// Longest of what a device tells of itself, in bytes.
pub const MAX_HEADS_LEN: usize = 64 * 1024;
/// Longest of what is answered, in bytes: what a transfer of QR frames carries.
pub const MAX_MET_LEN: usize = 909_440;
/// Most hashes in each list. Who has more tells of so many; the answer is longer for it, and no worse.
const MAX_HASHES: usize = 2_000;
/// Most objects in an answer.
const MAX_OBJECTS: usize = 10_000;
/// Bytes of a hash that are told. Whoever found another object that begins alike would keep that from being shown, once.
const TOLD: usize = 8;
const HEADS_MAGIC: &[u8; 5] = b"SATH\x01";
const MET_MAGIC: &[u8; 5] = b"SATO\x01";

/// The beginning of an object's hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ToldHash([u8; TOLD]);

impl From<&ObjectHash> for ToldHash {
    fn from(hash: &ObjectHash) -> Self {
        let mut told = [0; TOLD];
        told.copy_from_slice(&hash.as_bytes()[..TOLD]);
        Self(told)
    }
}

/// What a device has: the last objects that it knows and some before them, what it knows to be missing, and its keys objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heads {
    /// Of which circle.
    pub circle: CircleId,
    /// Which device.
    pub device: DeviceId,
    /// Objects that nothing it has comes after, and some of what comes before each.
    pub last: BTreeSet<ToldHash>,
    /// Objects that others named and nobody brought.
    pub missing: BTreeSet<ToldHash>,
    /// Keys objects that it has.
    pub keys: BTreeSet<ToldHash>,
}

/// Objects that another device lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Met {
    /// Of which circle.
    pub circle: CircleId,
    /// The device that shows them.
    pub device: DeviceId,
    /// The objects, keys objects first.
    pub objects: Vec<Vec<u8>>,
}

/// Why bytes are not what a device shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MeetingError {
    /// Longer than anything that is read.
    #[error("this is longer than {max} bytes")]
    TooLarge {
        /// The most that is read.
        max: usize,
    },
    /// Nothing of this kind.
    #[error("this is nothing that a device shows to another")]
    NotOurs,
    /// A newer version wrote it.
    #[error("a newer version of Satchel wrote this")]
    NeedsNewer,
    /// It breaks off, goes on, or is out of order.
    #[error("this is damaged")]
    Damaged,
}

/// Whether bytes begin like what a device tells of itself.
#[must_use]
pub fn is_heads(bytes: &[u8]) -> bool {
    bytes.starts_with(&HEADS_MAGIC[..4])
}

/// Whether bytes begin like objects that a device shows to another.
#[must_use]
pub fn is_met(bytes: &[u8]) -> bool {
    bytes.starts_with(&MET_MAGIC[..4])
}

fn begin<'a>(bytes: &'a [u8], magic: &[u8; 5], max: usize) -> Result<Rest<'a>, MeetingError> {
    if bytes.len() > max {
        return Err(MeetingError::TooLarge { max });
    }
    let rest = bytes.strip_prefix(&magic[..4]);
    let rest = rest.ok_or(MeetingError::NotOurs)?;
    match rest.split_first() {
        Some((version, rest)) if *version == magic[4] => Ok(Rest(rest)),
        Some(_) => Err(MeetingError::NeedsNewer),
        None => Err(MeetingError::Damaged),
    }
}

struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], MeetingError> {
        let (taken, rest) = self
            .0
            .split_at_checked(length)
            .ok_or(MeetingError::Damaged)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], MeetingError> {
        let taken = self.take(N)?;
        taken.try_into().map_err(|_| MeetingError::Damaged)
    }

    /// Reads a list of hashes in rising order, each once.
    fn hashes(&mut self) -> Result<BTreeSet<ToldHash>, MeetingError> {
        let count = usize::from(u16::from_le_bytes(self.array()?));
        if count > MAX_HASHES {
            return Err(MeetingError::Damaged);
        }
        let mut hashes = BTreeSet::new();
        for _ in 0..count {
            let hash = ToldHash(self.array()?);
            if hashes.last().is_some_and(|last| *last >= hash) {
                return Err(MeetingError::Damaged);
            }
            hashes.insert(hash);
        }
        Ok(hashes)
    }
}

impl Heads {
    /// Reads what a device tells of itself.
    ///
    /// # Errors
    /// See [`MeetingError`].
    pub fn read(bytes: &[u8]) -> Result<Self, MeetingError> {
        let mut rest = begin(bytes, HEADS_MAGIC, MAX_HEADS_LEN)?;
        let heads = Self {
            circle: CircleId::from_bytes(rest.array()?),
            device: DeviceId::from_bytes(rest.array()?),
            last: rest.hashes()?,
            missing: rest.hashes()?,
            keys: rest.hashes()?,
        };
        if rest.0.is_empty() {
            Ok(heads)
        } else {
            Err(MeetingError::Damaged)
        }
    }

    /// Writes it.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut bytes = HEADS_MAGIC.to_vec();
        bytes.extend(self.circle.as_bytes());
        bytes.extend(self.device.as_bytes());
        for hashes in [&self.last, &self.missing, &self.keys] {
            let told = hashes.len().min(MAX_HASHES);
            let count = u16::try_from(told).expect("at most MAX_HASHES");
            bytes.extend(count.to_le_bytes());
            bytes.extend(hashes.iter().take(told).flat_map(|hash| hash.0));
        }
        bytes
    }
}

impl Met {
    /// Reads objects that a device shows. What they are is not looked at here.
    ///
    /// # Errors
    /// See [`MeetingError`].
    pub fn read(bytes: &[u8]) -> Result<Self, MeetingError> {
        let mut rest = begin(bytes, MET_MAGIC, MAX_MET_LEN)?;
        let circle = CircleId::from_bytes(rest.array()?);
        let device = DeviceId::from_bytes(rest.array()?);
        let mut objects = Vec::new();
        while !rest.0.is_empty() {
            let length = u32::from_le_bytes(rest.array()?);
            let length = usize::try_from(length).map_err(|_| MeetingError::Damaged)?;
            if length == 0 || objects.len() == MAX_OBJECTS {
                return Err(MeetingError::Damaged);
            }
            objects.push(rest.take(length)?.to_vec());
        }
        if objects.is_empty() {
            return Err(MeetingError::Damaged);
        }
        Ok(Self {
            circle,
            device,
            objects,
        })
    }

    /// Writes it; `None`: it is more than codes carry.
    #[must_use]
    pub fn write(&self) -> Option<Vec<u8>> {
        let mut bytes = MET_MAGIC.to_vec();
        bytes.extend(self.circle.as_bytes());
        bytes.extend(self.device.as_bytes());
        for object in &self.objects {
            bytes.extend(u32::try_from(object.len()).ok()?.to_le_bytes());
            bytes.extend(object);
        }
        (bytes.len() <= MAX_MET_LEN && self.objects.len() <= MAX_OBJECTS).then_some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hashes() -> impl Strategy<Value = BTreeSet<ToldHash>> {
        proptest::collection::btree_set(any::<[u8; TOLD]>().prop_map(ToldHash), 0..40)
    }

    proptest! {
        #[test]
        fn what_is_told_is_read_as_it_was_written(
            circle in any::<[u8; 16]>(), device in any::<[u8; 16]>(),
            last in hashes(), missing in hashes(), keys in hashes(),
            objects in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..60), 1..20),
        ) {
            let (circle, device) = (CircleId::from_bytes(circle), DeviceId::from_bytes(device));
            let heads = Heads { circle, device, last, missing, keys };
            let written = heads.write();
            prop_assert_eq!(Heads::read(&written), Ok(heads));
            let met = Met { circle, device, objects };
            let shown = met.write().expect("it is small");
            prop_assert_eq!(Met::read(&shown), Ok(met));
            // Every cut and every byte more is seen.
            for cut in 0..written.len() {
                prop_assert!(Heads::read(&written[..cut]).is_err());
            }
            prop_assert!(Heads::read(&[&written[..], &[0]].concat()).is_err());
            prop_assert!(Met::read(&shown[..shown.len() - 1]).is_err());
        }
    }

    #[test]
    fn what_is_too_much_newer_or_out_of_order_is_refused() {
        let heads = Heads {
            circle: CircleId::from_bytes([1; 16]),
            device: DeviceId::from_bytes([2; 16]),
            last: (0..3).map(|n| ToldHash([n; TOLD])).collect(),
            missing: BTreeSet::new(),
            keys: BTreeSet::new(),
        };
        let written = heads.write();
        assert!(is_heads(&written) && !is_met(&written));
        let mut newer = written.clone();
        newer[4] = 2;
        assert_eq!(Heads::read(&newer), Err(MeetingError::NeedsNewer));
        let mut turned = written.clone();
        turned[39] = 9;
        assert_eq!(Heads::read(&turned), Err(MeetingError::Damaged));
        let mut endless = written;
        endless[37..39].copy_from_slice(&u16::MAX.to_le_bytes());
        assert_eq!(Heads::read(&endless), Err(MeetingError::Damaged));
        let large = [&HEADS_MAGIC[..], &vec![0; MAX_HEADS_LEN][..]].concat();
        assert!(matches!(
            Heads::read(&large),
            Err(MeetingError::TooLarge { .. })
        ));
        let met = |objects| Met {
            circle: CircleId::from_bytes([1; 16]),
            device: DeviceId::from_bytes([2; 16]),
            objects,
        };
        assert_eq!(met(vec![vec![0; MAX_MET_LEN]]).write(), None);
        let nothing = met(Vec::new()).write().expect("it is small");
        assert_eq!(Met::read(&nothing), Err(MeetingError::Damaged));
    }
}
