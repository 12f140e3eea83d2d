//! Values that are written over: names, labels, contacts, settings.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use satchel_types::StreamId;

use crate::groups::{MAX_LIST, MAX_VERSION};

/// What a value is about. Numbers that are not known are kept and joined alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Space(pub u16);

impl Space {
    /// A wallet's name.
    pub const WALLET_NAME: Self = Self(1);
    /// Whether a wallet was put away.
    pub const WALLET_AWAY: Self = Self(2);
    /// Label of a transaction.
    pub const TX_LABEL: Self = Self(3);
    /// Label of an address.
    pub const ADDRESS_LABEL: Self = Self(4);
    /// Label of an output.
    pub const OUTPUT_LABEL: Self = Self(5);
    /// Label of an input (BIP-0329).
    pub const INPUT_LABEL: Self = Self(6);
    /// Label of an extended public key (BIP-0329).
    pub const KEY_LABEL: Self = Self(7);
    /// Those of all labels.
    pub const LABELS: [Self; 5] = [
        Self::TX_LABEL,
        Self::ADDRESS_LABEL,
        Self::OUTPUT_LABEL,
        Self::INPUT_LABEL,
        Self::KEY_LABEL,
    ];
    /// A contact's name.
    pub const CONTACT_NAME: Self = Self(8);
    /// A contact's address.
    pub const CONTACT_ADDRESS: Self = Self(9);
    /// A setting.
    pub const SETTING: Self = Self(10);
    /// A device's name.
    pub const DEVICE_NAME: Self = Self(11);
    /// Whether a device holds the keys of a wallet.
    pub const DEVICE_HOLDS: Self = Self(12);
    /// Label that a payment will have, from when it is prepared until it is sent.
    pub const PAYMENT_LABEL: Self = Self(13);
}

/// Names a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValueKey {
    /// What it is about.
    pub space: Space,
    /// Whose: a wallet, a contact, a device; zeros for none.
    pub owner: [u8; 16],
    /// Which of them: an outpoint, a setting's name; often empty.
    pub field: Vec<u8>,
}

impl ValueKey {
    /// Longest field in bytes.
    pub const MAX_FIELD: usize = 256;
}

/// A value as one stream wrote it, with what its writer knew.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Value {
    /// One more than the highest version its writer knew of this key.
    pub version: u64,
    /// The writer's clock, in seconds since 1970. It decides between values whose writers knew
    /// nothing of each other, and nothing else.
    pub clock: u64,
    /// The stream that wrote it.
    pub stream: StreamId,
    /// What it says; `None`: deleted.
    pub text: Option<String>,
    /// The version of each other stream that its writer knew.
    pub seen: Seen,
}

/// A version of each of some streams, by stream.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Seen(Box<[(StreamId, u64)]>);

impl Seen {
    /// Returns the version of a stream.
    pub fn get(&self, stream: &StreamId) -> Option<u64> {
        let at = self.0.binary_search_by(|(seen, _)| seen.cmp(stream));
        at.ok().map(|at| self.0[at].1)
    }

    /// Returns all, by stream.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (StreamId, u64)> {
        self.0.iter().copied()
    }
}

impl FromIterator<(StreamId, u64)> for Seen {
    fn from_iter<T: IntoIterator<Item = (StreamId, u64)>>(seen: T) -> Self {
        let seen: Vec<_> = seen.into_iter().collect();
        if seen.is_sorted_by(|(one, _), (next, _)| one < next) {
            return Self(seen.into());
        }
        let in_order: BTreeMap<_, _> = seen.into_iter().collect();
        Self(in_order.into_iter().collect())
    }
}

impl Value {
    /// Longest value in bytes.
    pub const MAX_TEXT: usize = 1024;

    /// The order in which a value is chosen. It does not depend on who asks or when.
    fn rank(&self) -> (u64, u64, StreamId, &Option<String>) {
        (self.version, self.clock, self.stream, &self.text)
    }
}

/// All that is known of one value: what each stream wrote last.
// All of one stream have the same version. More than one only if a copy of a device went on
// under the same stream.
#[derive(Debug, Clone, Default)]
pub struct Register(Last);

#[derive(Debug, Clone)]
enum Last {
    /// Most registers: where it is looked at, it lies beside its key.
    One(Value),
    /// By stream, then in their own order.
    Few(Vec<Value>),
    /// A hostile device may write so many that a list would be moved for ever.
    Many(BTreeMap<StreamId, BTreeSet<Value>>),
}

/// The order in which values are kept and written: by stream, then their own.
fn in_order(one: &Value, other: &Value) -> Ordering {
    let by_stream = one.stream.cmp(&other.stream);
    by_stream.then_with(|| one.cmp(other))
}

/// How many values are kept in a list.
const FEW: usize = 16;

impl Default for Last {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

impl PartialEq for Register {
    fn eq(&self, other: &Self) -> bool {
        match (self.list(), other.list()) {
            (Some(one), Some(other)) => one == other,
            _ => self.all().eq(other.all()),
        }
    }
}

impl Eq for Register {}

impl Register {
    pub(super) fn of(value: Value) -> Self {
        Self(Last::One(value))
    }

    pub(super) fn join(&mut self, value: Value) -> bool {
        let is_new = self.is_new(&value);
        if is_new {
            self.add(value);
        }
        is_new
    }

    /// Joins all values of another; what is known is not copied.
    pub(super) fn join_all(&mut self, other: &Self) -> bool {
        if self == other {
            return false;
        }
        let mut changed = false;
        for value in other.all() {
            if self.is_new(value) {
                self.add(value.clone());
                changed = true;
            }
        }
        changed
    }

    /// Whether a value is neither known nor older than what its stream wrote last.
    fn is_new(&self, value: &Value) -> bool {
        let last = match &self.0 {
            Last::One(known) => Some(known).filter(|known| known.stream == value.stream),
            Last::Few(all) => all.iter().find(|known| known.stream == value.stream),
            Last::Many(all) => all.get(&value.stream).and_then(BTreeSet::first),
        };
        match last.map(|last| last.version.cmp(&value.version)) {
            None | Some(Ordering::Less) => true,
            Some(Ordering::Greater) => false,
            Some(Ordering::Equal) => match &self.0 {
                Last::One(known) => known != value,
                Last::Few(all) => !all.contains(value),
                Last::Many(all) => !all[&value.stream].contains(value),
            },
        }
    }

    /// Puts a new value in its place, instead of those of its stream that are older.
    fn add(&mut self, value: Value) {
        let stays = |known: &Value| known.stream != value.stream || known.version == value.version;
        let before = std::mem::take(&mut self.0);
        self.0 = match before {
            Last::One(known) if !stays(&known) => Last::One(value),
            Last::One(known) if in_order(&known, &value).is_lt() => Last::Few(vec![known, value]),
            Last::One(known) => Last::Few(vec![value, known]),
            Last::Few(mut all) => {
                all.retain(stays);
                if all.is_empty() {
                    Last::One(value)
                } else if all.len() < FEW {
                    let at = all.partition_point(|known| in_order(known, &value).is_lt());
                    all.reserve_exact(1);
                    all.insert(at, value);
                    Last::Few(all)
                } else {
                    let mut many: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
                    for value in all.into_iter().chain([value]) {
                        many.entry(value.stream).or_default().insert(value);
                    }
                    Last::Many(many)
                }
            }
            Last::Many(mut all) => {
                let last = all.entry(value.stream).or_default();
                last.retain(stays);
                last.insert(value);
                Last::Many(all)
            }
        };
    }

    /// Returns all values as they lie, if they are few.
    fn list(&self) -> Option<&[Value]> {
        match &self.0 {
            Last::One(value) => Some(std::slice::from_ref(value)),
            Last::Few(all) => Some(all),
            Last::Many(_) => None,
        }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Value> {
        let many = match &self.0 {
            Last::Many(all) => Some(all),
            Last::One(_) | Last::Few(_) => None,
        };
        let many = many.into_iter().flat_map(BTreeMap::values).flatten();
        self.list().unwrap_or_default().iter().chain(many)
    }

    pub(super) fn into_values(self) -> impl Iterator<Item = Value> {
        let (one, few, many) = match self.0 {
            Last::One(value) => (Some(value), Vec::new(), None),
            Last::Few(all) => (None, all, None),
            Last::Many(all) => (None, Vec::new(), Some(all)),
        };
        let many = many.into_iter().flat_map(BTreeMap::into_values).flatten();
        one.into_iter().chain(few).chain(many)
    }

    /// Returns the value that is shown, deleted or not.
    pub fn shown(&self) -> Option<&Value> {
        self.all().max_by(|a, b| a.rank().cmp(&b.rank()))
    }

    /// Returns the values that were written without knowing of the one shown, and that say
    /// something else: what the owner may want to see too.
    pub fn beside(&self) -> impl Iterator<Item = &Value> {
        let shown = self.shown();
        self.all().filter(move |value| {
            !self.is_overtaken(value) && shown.is_some_and(|shown| shown.text != value.text)
        })
    }

    /// Whether somebody wrote over this value knowing it.
    fn is_overtaken(&self, value: &Value) -> bool {
        self.all().any(|other| {
            other
                .seen
                .get(&value.stream)
                .is_some_and(|version| version >= value.version)
        })
    }

    /// Makes the value that writes over all that is known.
    pub fn next(&self, stream: StreamId, clock: u64, text: Option<String>) -> Value {
        let mut version = 0;
        for last in self.all() {
            version = version.max(last.version);
        }
        // Of one stream all have one version, and they lie side by side.
        let mut others: Vec<_> = self.all().filter(|last| last.stream != stream).collect();
        others.dedup_by_key(|last| last.stream);
        if others.len() > MAX_LIST {
            // No reader takes more. What would be shown first is written over first.
            others.sort_unstable_by(|a, b| b.rank().cmp(&a.rank()));
            others.truncate(MAX_LIST);
        }
        let others = others.into_iter();
        let seen = others.map(|last| (last.stream, last.version)).collect();
        Value {
            version: version.saturating_add(1).min(MAX_VERSION),
            clock,
            stream,
            text,
            seen,
        }
    }
}
