//! Labels as wallets exchange them: JSON, a record a line (BIP-0329).

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use bip329::{
    AddressRecord, ExtendedPublicKeyRecord, InputRecord, OutputRecord, PublicKeyRecord,
    TransactionRecord,
};
use bitcoin::address::NetworkUnchecked;
use bitcoin::bip32::{ChildNumber, DerivationPath, Fingerprint};
use bitcoin::{Address, Network};
use satchel_types::{Label, LabelTarget, ScriptType};
use serde_json::Value;

use crate::electrum;

/// Largest file that is read, in bytes: some 300,000 records.
pub const MAX_LABELS_FILE: u64 = 64 * 1024 * 1024;
/// Longest line, in bytes. A label has 255 characters, and some wallets write much beside it.
const MAX_LINE: usize = 64 * 1024;
/// What a record can be on (BIP-0329). Others are passed over, as the BIP says. One of them would be `spscan`, as Sparrow
/// writes it: it names a key with which all payments are seen, which must not go along with labels.
const KINDS: [&str; 6] = ["tx", "addr", "pubkey", "input", "output", "xpub"];
/// Lines passed over that are told one by one. More are counted.
const MAX_TOLD: usize = 100;

/// Where a wallet's keys come from, as BIP-0329 names it: `tr([73c5da0a/86h/0h/0h])`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyOrigin {
    /// What kind of addresses.
    pub script_type: ScriptType,
    /// Of the master key.
    pub fingerprint: Fingerprint,
    /// Down to the account.
    pub path: DerivationPath,
}

impl KeyOrigin {
    /// The opening of the descriptor, and what closes it.
    fn function(script_type: ScriptType) -> (&'static str, &'static str) {
        match script_type {
            ScriptType::Taproot => ("tr(", ")"),
            ScriptType::Segwit => ("wpkh(", ")"),
            ScriptType::NestedSegwit => ("sh(wpkh(", "))"),
            ScriptType::Legacy => ("pkh(", ")"),
        }
    }
}

impl fmt::Display for KeyOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (open, close) = Self::function(self.script_type);
        write!(f, "{open}[{}", self.fingerprint)?;
        for step in &self.path {
            match step {
                ChildNumber::Normal { index } => write!(f, "/{index}")?,
                ChildNumber::Hardened { index } => write!(f, "/{index}h")?,
            }
        }
        write!(f, "]{close}")
    }
}

/// Why a text is no [`KeyOrigin`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an origin such as wpkh([d34db33f/84h/0h/0h]) expected")]
pub struct KeyOriginError;

impl FromStr for KeyOrigin {
    type Err = KeyOriginError;

    fn from_str(text: &str) -> Result<Self, KeyOriginError> {
        let text = text.trim();
        let (script_type, inner) = [
            ScriptType::NestedSegwit,
            ScriptType::Taproot,
            ScriptType::Segwit,
            ScriptType::Legacy,
        ]
        .into_iter()
        .find_map(|kind| {
            let (open, close) = Self::function(kind);
            Some((kind, text.strip_prefix(open)?.strip_suffix(close)?))
        })
        .ok_or(KeyOriginError)?;
        // Some wallets write the key behind the bracket, some do not.
        let (inner, _key) = inner
            .strip_prefix('[')
            .and_then(|inner| inner.split_once(']'))
            .ok_or(KeyOriginError)?;
        let (fingerprint, path) = inner.split_once('/').unwrap_or((inner, ""));
        Ok(Self {
            script_type,
            fingerprint: fingerprint.parse().map_err(|_| KeyOriginError)?,
            path: path.parse().map_err(|_| KeyOriginError)?,
        })
    }
}

/// Of which wallet a record says to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordOrigin {
    /// One of these keys.
    Key(KeyOrigin),
    /// One whose script no wallet here has: of several keys, or a kind that is not known.
    Other,
}

impl RecordOrigin {
    /// Reads what a record says; `None`: it names no keys, so that it says nothing.
    fn read(text: &str) -> Option<Self> {
        match text.parse() {
            Ok(key) => Some(Self::Key(key)),
            Err(KeyOriginError) => {
                (text.contains('(') && text.contains('[')).then_some(Self::Other)
            }
        }
    }
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelRecord {
    /// What it is on.
    pub target: LabelTarget,
    /// The label; `None`: the record has none.
    pub label: Option<Label>,
    /// Of an output: whether it may be spent. `None`: the record does not say.
    pub spendable: Option<bool>,
    /// Whose it is: BIP-0329 has it with transactions, and Sparrow writes it with addresses, inputs and outputs, too.
    /// `None`: the record does not say.
    pub origin: Option<RecordOrigin>,
}

/// What was passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PassedOver {
    /// The line, from 1; in a file that has one object, its entry.
    pub line: usize,
    /// Why.
    pub why: Passed,
}

/// Why something was passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Passed {
    /// Longer than anything that holds a label.
    #[error("the line is longer than {MAX_LINE} bytes")]
    TooLong,
    /// Not a record.
    #[error("this is no record of a label")]
    NoRecord,
    /// A record of a kind that is not kept, such as that of a key to silent payments.
    #[error("a record of a kind that is not kept here")]
    Kind,
    /// What it is on has no such form.
    #[error("what the label is on cannot be read")]
    Reference,
    /// An address of another network.
    #[error("the address is of another network")]
    OtherNetwork,
}

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A record a line.
    Bip329,
    /// One object, as Electrum writes it.
    Electrum,
}

/// What a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadLabels {
    /// How it is written.
    pub form: Form,
    /// The records, in the file's order.
    pub records: Vec<LabelRecord>,
    /// The first that were passed over.
    pub passed_over: Vec<PassedOver>,
    /// How many were passed over in all.
    pub passed_over_count: usize,
}

/// Why nothing of a file was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadLabelsError {
    /// Larger than anything that is read.
    #[error("the file is larger than {MAX_LABELS_FILE} bytes")]
    TooLarge,
    /// Not text.
    #[error("the file is no text in UTF-8")]
    NoText,
    /// Nothing in it is a record.
    #[error("the file has no record of a label")]
    NoLabels,
}

/// A file while it is read.
pub(crate) struct Reading {
    pub(crate) network: Network,
    pub(crate) found: ReadLabels,
}

impl Reading {
    pub(crate) fn pass(&mut self, passed: PassedOver) {
        self.found.passed_over_count += 1;
        if self.found.passed_over.len() < MAX_TOLD {
            self.found.passed_over.push(passed);
        }
    }
}

/// Reads a file of labels for a wallet of one network, in either form. A line that cannot be read is passed
/// over and said.
pub fn read_labels(bytes: &[u8], network: Network) -> Result<ReadLabels, ReadLabelsError> {
    if bytes.len() as u64 > MAX_LABELS_FILE {
        return Err(ReadLabelsError::TooLarge);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| ReadLabelsError::NoText)?;
    // Editors on Windows put a mark before the text.
    let text = text.trim_start_matches('\u{feff}');
    let mut reading = Reading {
        network,
        found: ReadLabels {
            form: Form::Electrum,
            records: Vec::new(),
            passed_over: Vec::new(),
            passed_over_count: 0,
        },
    };
    if electrum::read(text, &mut reading).is_none() {
        reading.found.form = Form::Bip329;
        for (n, line) in text.lines().enumerate() {
            if line.trim().is_empty() {
                continue;
            }
            match record(line, network) {
                Ok(record) => reading.found.records.push(record),
                Err(why) => reading.pass(PassedOver { line: n + 1, why }),
            }
        }
    }
    let found = reading.found;
    let foreign = |passed: &PassedOver| passed.why == Passed::OtherNetwork;
    if found.records.is_empty() && !found.passed_over.iter().any(foreign) {
        return Err(ReadLabelsError::NoLabels);
    }
    Ok(found)
}

/// Returns an address as it is written on its network.
pub(crate) fn address(
    found: Address<NetworkUnchecked>,
    network: Network,
) -> Result<String, Passed> {
    found
        .require_network(network)
        .map(|address| address.to_string())
        .map_err(|_| Passed::OtherNetwork)
}

fn key(text: &str) -> Result<LabelTarget, Passed> {
    LabelTarget::key(text).ok_or(Passed::Reference)
}

fn record(line: &str, network: Network) -> Result<LabelRecord, Passed> {
    if line.len() > MAX_LINE {
        return Err(Passed::TooLong);
    }
    let value: Value = serde_json::from_str(line).map_err(|_| Passed::NoRecord)?;
    let text = |field: &str| value.get(field).and_then(Value::as_str);
    let kind = text("type").ok_or(Passed::NoRecord)?;
    if !KINDS.contains(&kind) {
        return Err(Passed::Kind);
    }
    let origin = text("origin").and_then(RecordOrigin::read);
    let record = serde_json::from_value(value).map_err(|_| Passed::NoRecord)?;
    let mut spendable = None;
    let (target, label) = match record {
        bip329::Label::Transaction(record) => (LabelTarget::Tx(record.ref_), record.label),
        bip329::Label::Address(record) => {
            let text = address(record.ref_, network)?;
            (LabelTarget::Address(text), record.label)
        }
        bip329::Label::PublicKey(record) => (key(&record.ref_)?, record.label),
        bip329::Label::Input(record) => (LabelTarget::Input(record.ref_), record.label),
        bip329::Label::Output(record) => {
            spendable = record.spendable;
            (LabelTarget::Output(record.ref_), record.label)
        }
        bip329::Label::ExtendedPublicKey(record) => (key(&record.ref_)?, record.label),
    };
    Ok(LabelRecord {
        target,
        label: label.as_deref().and_then(Label::cut),
        spendable,
        origin,
    })
}

/// Writes records in a form, each target once: the first that names it.
pub fn write_labels(records: &[LabelRecord], form: Form) -> Vec<u8> {
    match form {
        Form::Bip329 => lines(records),
        Form::Electrum => electrum::write(records),
    }
}

fn lines(records: &[LabelRecord]) -> Vec<u8> {
    let lines = label_values(records);
    lines
        .iter()
        .flat_map(|value| format!("{value}\n").into_bytes())
        .collect()
}

/// Returns records as objects of BIP-0329, each target once: the first that names it.
pub(crate) fn label_values(records: &[LabelRecord]) -> Vec<Value> {
    let mut written = BTreeSet::new();
    records
        .iter()
        .filter(|record| written.insert(&record.target))
        .filter_map(value)
        .collect()
}

/// Returns a record as an object; `None` if it says nothing.
fn value(record: &LabelRecord) -> Option<Value> {
    let label = record.label.as_ref().map(|label| label.as_str().to_owned());
    if label.is_none() && record.spendable.is_none() {
        return None;
    }
    let written = match &record.target {
        LabelTarget::Tx(txid) => bip329::Label::Transaction(TransactionRecord {
            ref_: *txid,
            label,
            origin: match &record.origin {
                Some(RecordOrigin::Key(origin)) => Some(origin.to_string()),
                Some(RecordOrigin::Other) | None => None,
            },
        }),
        LabelTarget::Address(address) => bip329::Label::Address(AddressRecord {
            ref_: address.parse().ok()?,
            label,
        }),
        LabelTarget::Output(outpoint) => bip329::Label::Output(OutputRecord {
            ref_: *outpoint,
            label,
            spendable: record.spendable,
        }),
        LabelTarget::Input(outpoint) => bip329::Label::Input(InputRecord {
            ref_: *outpoint,
            label,
        }),
        LabelTarget::Key(ref_) => {
            let ref_ = ref_.clone();
            if ref_.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                bip329::Label::PublicKey(PublicKeyRecord { ref_, label })
            } else {
                bip329::Label::ExtendedPublicKey(ExtendedPublicKeyRecord { ref_, label })
            }
        }
    };
    let mut value = serde_json::to_value(&written).ok()?;
    // A record without a label leaves it out; some readers take no null.
    value.as_object_mut()?.retain(|_, value| !value.is_null());
    Some(value)
}

#[cfg(test)]
mod tests;
