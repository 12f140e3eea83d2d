//! What a new device asks, and what it is given.

use satchel_bundle::cbor::{Reader, Writer};
use satchel_types::{CircleId, DeviceId, WalletName, is_disguise};

/// Longest request in bytes.
pub const MAX_REQUEST: usize = 512;
/// Longest admission in bytes.
pub const MAX_ADMISSION: usize = 1024 * 1024;
/// Most keys objects in an admission.
pub const MAX_KEYS: usize = 4096;
/// Most names in an admission: of as many devices as can belong.
pub const MAX_NAMES: usize = satchel_bundle::keys::MAX_DEVICES;
/// Most objects of which an admission says that they were seen in a place.
pub const MAX_SEEN: usize = 256;
/// Longest name of a system, in characters.
pub const MAX_SYSTEM: usize = 64;

/// What a device asks to be added with. Nothing in it is secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Its id.
    pub device: DeviceId,
    /// The key that its objects are signed with.
    pub sign_key: [u8; 32],
    /// The key that keys are wrapped for.
    pub wrap_key: [u8; 32],
    /// What it is called.
    pub name: WalletName,
    /// Its system, at most [`MAX_SYSTEM`] characters, none of which hides others.
    pub system: String,
}

/// What a device that was added is given. Nothing in it is secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// The circle.
    pub circle: CircleId,
    /// The owner's public key.
    pub owner: [u8; 32],
    /// All keys objects; 1 to [`MAX_KEYS`].
    pub keys: Vec<Vec<u8>>,
    /// What devices are called; at most [`MAX_NAMES`].
    pub names: Vec<Named>,
    /// What the host had seen in places. A host from before says nothing of it.
    pub seen: Option<SeenInPlaces>,
}

/// The last objects that a device read in places, by which another notices that a place holds something back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenInPlaces {
    /// Who read them.
    pub by: DeviceId,
    /// Of each its stream (16 bytes), number (8, little endian) and hash (32), ascending; at most [`MAX_SEEN`].
    pub last: Vec<[u8; 56]>,
}

impl SeenInPlaces {
    /// Whether it is as it is read.
    fn is_fine(&self) -> bool {
        self.last.len() <= MAX_SEEN && self.last.is_sorted_by(|one, next| one < next)
    }
}

/// What a device is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Which device.
    pub device: DeviceId,
    /// What it is called.
    pub name: WalletName,
    /// Its system, as in a [`Request`].
    pub system: String,
}

impl Named {
    /// `None`: the name or the system cannot be shown as it is.
    pub fn new(device: DeviceId, called: &str, of: &str) -> Option<Self> {
        Some(Self {
            device,
            name: name(called)?,
            system: system(of)?.to_owned(),
        })
    }
}

impl Request {
    /// Writes it. `None` if its system's name is too long, or would be read otherwise than written.
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        system(&self.system)?;
        let bytes = written(|out| {
            out.array(5);
            out.bytes(self.device.as_bytes());
            out.bytes(&self.sign_key);
            out.bytes(&self.wrap_key);
            out.text(self.name.as_str());
            out.text(&self.system);
        });
        (bytes.len() <= MAX_REQUEST).then_some(bytes)
    }

    /// Reads it. `None` means: something else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > MAX_REQUEST {
            return None;
        }
        let mut reader = Reader::new(bytes);
        (reader.array()? == 5).then_some(())?;
        let request = Self {
            device: DeviceId::from_bytes(fixed(&mut reader)?),
            sign_key: fixed(&mut reader)?,
            wrap_key: fixed(&mut reader)?,
            name: name(reader.text()?)?,
            system: system(reader.text()?)?.to_owned(),
        };
        reader.is_at_end().then_some(request)
    }
}

impl Admission {
    /// Writes it. `None` if it is longer than may be, holds no keys, or a name that would be read otherwise than written.
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        if !(1..=MAX_KEYS).contains(&self.keys.len()) || self.names.len() > MAX_NAMES {
            return None;
        }
        for named in &self.names {
            system(&named.system)?;
        }
        self.seen
            .as_ref()
            .is_none_or(SeenInPlaces::is_fine)
            .then_some(())?;
        let bytes = written(|out| {
            out.array(4 + usize::from(self.seen.is_some()));
            out.bytes(self.circle.as_bytes());
            out.bytes(&self.owner);
            out.array(self.keys.len());
            for keys in &self.keys {
                out.bytes(keys);
            }
            out.array(self.names.len());
            for named in &self.names {
                out.array(3);
                out.bytes(named.device.as_bytes());
                out.text(named.name.as_str());
                out.text(&named.system);
            }
            if let Some(seen) = &self.seen {
                out.array(2);
                out.bytes(seen.by.as_bytes());
                out.array(seen.last.len());
                for hash in &seen.last {
                    out.bytes(hash);
                }
            }
        });
        (bytes.len() <= MAX_ADMISSION).then_some(bytes)
    }

    /// Reads it. `None` means: something else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > MAX_ADMISSION {
            return None;
        }
        let mut reader = Reader::new(bytes);
        let parts = reader.array()?;
        (4..=5).contains(&parts).then_some(())?;
        let circle = CircleId::from_bytes(fixed(&mut reader)?);
        let owner = fixed(&mut reader)?;
        let count = reader.array()?;
        if !(1..=MAX_KEYS).contains(&count) {
            return None;
        }
        let keys = (0..count).map(|_| reader.bytes().map(<[u8]>::to_vec));
        let keys = keys.collect::<Option<Vec<_>>>()?;
        let count = reader.array()?;
        if count > MAX_NAMES {
            return None;
        }
        let named = (0..count).map(|_| {
            (reader.array()? == 3).then_some(())?;
            let device = DeviceId::from_bytes(fixed(&mut reader)?);
            Named::new(device, reader.text()?, reader.text()?)
        });
        let names = named.collect::<Option<Vec<_>>>()?;
        let seen = match parts {
            4 => None,
            _ => Some(seen(&mut reader)?),
        };
        reader.is_at_end().then_some(Self {
            circle,
            owner,
            keys,
            names,
            seen,
        })
    }
}

/// Returns a name that is written as it is read: a trimmed one would have two forms.
fn name(text: &str) -> Option<WalletName> {
    let name = WalletName::new(text).ok()?;
    (name.as_str() == text).then_some(name)
}

fn seen(reader: &mut Reader<'_>) -> Option<SeenInPlaces> {
    (reader.array()? == 2).then_some(())?;
    let by = DeviceId::from_bytes(fixed(reader)?);
    let count = reader.array()?;
    if count > MAX_SEEN {
        return None;
    }
    let last = (0..count).map(|_| fixed(reader));
    let seen = SeenInPlaces {
        by,
        last: last.collect::<Option<_>>()?,
    };
    seen.is_fine().then_some(seen)
}

fn system(text: &str) -> Option<&str> {
    let fine = text.chars().count() <= MAX_SYSTEM && !text.chars().any(is_disguise);
    fine.then_some(text)
}

fn fixed<const N: usize>(reader: &mut Reader<'_>) -> Option<[u8; N]> {
    reader.bytes()?.try_into().ok()
}

fn written(write: impl Fn(&mut Writer<'_>)) -> Vec<u8> {
    let mut counting = Writer::counting();
    write(&mut counting);
    let mut bytes = vec![0; counting.len()];
    write(&mut Writer::into_buffer(&mut bytes));
    bytes
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(crate) fn request() -> Request {
        Request {
            device: DeviceId::from_bytes([1; 16]),
            sign_key: [2; 32],
            wrap_key: [3; 32],
            name: WalletName::new("Kitchen laptop").expect("a name"),
            system: "Linux".to_owned(),
        }
    }

    pub(crate) fn admission(keys: Vec<Vec<u8>>) -> Admission {
        Admission {
            circle: CircleId::from_bytes([4; 16]),
            owner: [5; 32],
            keys,
            names: vec![named("Kitchen laptop", "Linux")],
            seen: None,
        }
    }

    fn seen(last: Vec<[u8; 56]>) -> Option<SeenInPlaces> {
        let by = DeviceId::from_bytes([6; 16]);
        Some(SeenInPlaces { by, last })
    }

    fn named(name: &str, system: &str) -> Named {
        Named::new(DeviceId::from_bytes([1; 16]), name, system).expect("they can be shown")
    }

    #[test]
    fn names_that_hide_something_or_are_too_long_are_refused() {
        let with = |system: &str| Request {
            system: system.to_owned(),
            ..request()
        };
        assert!(with("").to_bytes().is_some());
        assert!(with(&"x".repeat(MAX_SYSTEM)).to_bytes().is_some());
        assert!(with(&"x".repeat(MAX_SYSTEM + 1)).to_bytes().is_none());
        assert!(with("Linux\u{202e}").to_bytes().is_none());
        let raw = |name: &str, system: &str| {
            written(|out| {
                out.array(5);
                out.bytes(&[1; 16]);
                out.bytes(&[2; 32]);
                out.bytes(&[3; 32]);
                out.text(name);
                out.text(system);
            })
        };
        assert!(Request::from_bytes(&raw("Phone", "")).is_some());
        for (name, system) in [
            ("", "x"),
            (" Phone", "x"),
            ("Ph\none", "x"),
            ("Phone", "x\u{200b}"),
        ] {
            assert!(Request::from_bytes(&raw(name, system)).is_none(), "{name}");
        }
        let long = "x".repeat(MAX_REQUEST);
        assert!(Request::from_bytes(&raw("Phone", &long)).is_none());
    }

    #[test]
    fn admissions_have_keys_and_an_end() {
        assert!(admission(Vec::new()).to_bytes().is_none());
        assert!(admission(vec![vec![0; MAX_ADMISSION]]).to_bytes().is_none());
        assert!(admission(vec![vec![1]; MAX_KEYS]).to_bytes().is_some());
        assert!(admission(vec![vec![1]; MAX_KEYS + 1]).to_bytes().is_none());
        let mut bytes = admission(vec![vec![1, 2]]).to_bytes().expect("short");
        for len in 0..bytes.len() {
            assert!(Admission::from_bytes(&bytes[..len]).is_none());
        }
        bytes.push(0);
        assert!(Admission::from_bytes(&bytes).is_none());
    }

    #[test]
    fn names_of_other_devices_are_as_few_and_as_plain_as_those_of_requests() {
        let with = |names: Vec<Named>| Admission {
            names,
            ..admission(vec![vec![1]])
        };
        assert!(with(Vec::new()).to_bytes().is_some());
        let many = vec![named("Phone", ""); MAX_NAMES];
        let bytes = with(many.clone()).to_bytes().expect("short");
        assert_eq!(Admission::from_bytes(&bytes), Some(with(many)));
        let more = with(vec![named("Phone", ""); MAX_NAMES + 1]);
        assert!(more.to_bytes().is_none());
        let disguised = Named {
            system: "Linux\u{202e}".to_owned(),
            ..named("Phone", "")
        };
        assert!(with(vec![disguised]).to_bytes().is_none());
        let raw = |names: usize, name: &str, system: &str| {
            written(|out| {
                out.array(4);
                out.bytes(&[4; 16]);
                out.bytes(&[5; 32]);
                out.array(1);
                out.bytes(&[1]);
                out.array(names);
                for _ in 0..names {
                    out.array(3);
                    out.bytes(&[1; 16]);
                    out.text(name);
                    out.text(system);
                }
            })
        };
        assert!(Admission::from_bytes(&raw(MAX_NAMES, "Phone", "x")).is_some());
        assert!(Admission::from_bytes(&raw(MAX_NAMES + 1, "Phone", "x")).is_none());
        for (name, system) in [
            ("", "x"),
            (" Phone", "x"),
            ("Ph\none", ""),
            ("Phone", "\u{200b}"),
        ] {
            assert!(
                Admission::from_bytes(&raw(1, name, system)).is_none(),
                "{name}"
            );
        }
    }

    #[test]
    fn what_was_seen_in_places_may_be_left_out_is_ascending_and_not_much() {
        let with = |last| Admission {
            seen: seen(last),
            ..admission(vec![vec![1]])
        };
        let before = admission(vec![vec![1]]).to_bytes().expect("short");
        let read = Admission::from_bytes(&before).expect("as it was written before");
        assert_eq!(read.seen, None);
        let hash = |n: usize| {
            let mut hash = [0; 56];
            hash[..8].copy_from_slice(&(n as u64).to_be_bytes());
            hash
        };
        for count in [0, 1, MAX_SEEN] {
            let with = with((0..count).map(hash).collect());
            let bytes = with.to_bytes().expect("short");
            for len in 0..bytes.len() {
                assert!(Admission::from_bytes(&bytes[..len]).is_none());
            }
            assert_eq!(Admission::from_bytes(&bytes), Some(with));
        }
        let raw = |last: &[[u8; 56]]| {
            let mut bytes = before.clone();
            bytes[0] += 1;
            bytes.extend(written(|out| {
                out.array(2);
                out.bytes(&[6; 16]);
                out.array(last.len());
                last.iter().for_each(|hash| out.bytes(hash));
            }));
            bytes
        };
        assert!(Admission::from_bytes(&raw(&[hash(1), hash(2)])).is_some());
        let many: Vec<_> = (0..=MAX_SEEN).map(hash).collect();
        for wrong in [vec![hash(2), hash(1)], vec![hash(1), hash(1)], many] {
            assert!(with(wrong.clone()).to_bytes().is_none());
            assert!(Admission::from_bytes(&raw(&wrong)).is_none());
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(name in "[a-z]{1,64}", system in "[a-z ]{0,64}", keys in proptest::collection::vec(any::<Vec<u8>>(), 1..9)) {
            let request = Request { name: WalletName::new(&name).expect("a name"), system, ..request() };
            let bytes = request.to_bytes().expect("short");
            prop_assert_eq!(Request::from_bytes(&bytes), Some(request));
            let admission = admission(keys);
            let bytes = admission.to_bytes().expect("short");
            prop_assert_eq!(Admission::from_bytes(&bytes), Some(admission));
        }
    }
}
