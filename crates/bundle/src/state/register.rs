//! Values that are written over: names, labels, contacts, settings.

use std::collections::{BTreeMap, BTreeSet};

use satchel_types::StreamId;

use crate::groups::MAX_VERSION;

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
    pub seen: BTreeMap<StreamId, u64>,
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
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Register {
    // All of one stream have the same version. More than one only if a copy of a device went on
    // under the same stream.
    last: BTreeMap<StreamId, BTreeSet<Value>>,
}

impl Register {
    pub(super) fn join(&mut self, value: Value) -> bool {
        let last = self.last.entry(value.stream).or_default();
        let known = last.first().map_or(0, |known| known.version);
        if value.version < known {
            return false;
        }
        if value.version > known {
            last.clear();
        }
        last.insert(value)
    }

    fn all(&self) -> impl Iterator<Item = &Value> {
        self.last.values().flatten()
    }

    pub(super) fn into_values(self) -> impl Iterator<Item = Value> {
        self.last.into_values().flatten()
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
                .is_some_and(|version| *version >= value.version)
        })
    }

    /// Makes the value that writes over all that is known.
    pub fn next(&self, stream: StreamId, clock: u64, text: Option<String>) -> Value {
        let mut version = 0;
        let mut seen = BTreeMap::new();
        for (other, values) in &self.last {
            let last = values.first().map_or(0, |value| value.version);
            version = version.max(last);
            if *other != stream {
                seen.insert(*other, last);
            }
        }
        Value {
            version: version.saturating_add(1).min(MAX_VERSION),
            clock,
            stream,
            text,
            seen,
        }
    }
}
