//! Files of other wallets: labels (BIP-0329), descriptors (BIP-0138).

use satchel_app::labels_file::{
    Differing as CoreDiffering, Form as CoreForm, LabelsPreview as CorePreview,
};
use satchel_types::LabelTarget;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::payment::LabelKind;

/// A line that was passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PassedOver {
    /// Its number, from 1.
    pub line: u32,
    /// Why, for people.
    pub reason: String,
}

/// What came of a file of labels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TakenLabels {
    /// Labels that were taken where none was.
    pub added: u32,
    /// Labels that took the place of another.
    pub replaced: u32,
    /// Labels that differ from the one here, which stayed.
    pub kept: u32,
    /// Labels that were here already.
    pub unchanged: u32,
    /// Coins that were locked.
    pub locked: u32,
    /// Records that say to be of another wallet.
    pub of_other_wallets: u32,
    /// The first lines that were passed over.
    pub passed_over: Vec<PassedOver>,
    /// How many were passed over in all.
    pub passed_over_count: u32,
}

fn count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

impl From<satchel_app::labels_file::TakenLabels> for TakenLabels {
    fn from(taken: satchel_app::labels_file::TakenLabels) -> Self {
        Self {
            added: count(taken.added),
            replaced: count(taken.replaced),
            kept: count(taken.kept),
            unchanged: count(taken.unchanged),
            locked: count(taken.locked),
            of_other_wallets: count(taken.of_other_wallets),
            passed_over: taken
                .passed_over
                .iter()
                .map(|passed| PassedOver {
                    line: count(passed.line),
                    reason: passed.why.to_string(),
                })
                .collect(),
            passed_over_count: count(taken.passed_over_count),
        }
    }
}

/// How a file of labels is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum LabelsForm {
    /// A record a line (BIP-0329), with locked coins.
    #[default]
    Bip329,
    /// One object, as Electrum reads it: labels of transactions and addresses, and nothing else.
    Electrum,
}

impl From<LabelsForm> for CoreForm {
    fn from(form: LabelsForm) -> Self {
        match form {
            LabelsForm::Bip329 => Self::Bip329,
            LabelsForm::Electrum => Self::Electrum,
        }
    }
}

/// Writes a wallet's labels to a file.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct ExportLabels {
    /// Made by the caller for this one intent.
    pub request_id: String,
    /// The wallet; none: the selected one.
    pub wallet_id: Option<String>,
    /// How; none: as BIP-0329 says.
    pub form: Option<LabelsForm>,
}

/// What to do where a label is here and the file has another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Differing {
    /// The one that is here stays.
    #[default]
    KeepOurs,
    /// The file's takes its place.
    TakeTheirs,
}

impl From<Differing> for CoreDiffering {
    fn from(differing: Differing) -> Self {
        match differing {
            Differing::KeepOurs => Self::KeepOurs,
            Differing::TakeTheirs => Self::TakeTheirs,
        }
    }
}

/// A label that is here, and another one for the same thing in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DifferingLabel {
    /// On what kind of thing.
    pub on: LabelKind,
    /// On which.
    pub target: String,
    /// The one that is here.
    pub ours: String,
    /// The file's.
    pub theirs: String,
}

/// A file of labels that was read; nothing of it was taken in yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct LabelsPreview {
    /// Pass it to `cmd_take_labels`. Another file that is read takes its place; locking forgets it.
    pub read_id: String,
    /// The file's name.
    pub file: String,
    /// What taking it in would do, while what is here stays where both have a label.
    pub would: TakenLabels,
    /// The first labels that differ.
    pub differing: Vec<DifferingLabel>,
    /// Labels on what this wallet does not know.
    pub unknown: u32,
}

impl LabelsPreview {
    /// Makes the twin of what reading a file told.
    pub fn new(read_id: String, file: String, preview: CorePreview) -> Self {
        Self {
            read_id,
            file,
            would: preview.would.into(),
            differing: preview
                .differing
                .into_iter()
                .map(|label| {
                    let (on, target) = named(label.target);
                    DifferingLabel {
                        on,
                        target,
                        ours: label.ours,
                        theirs: label.theirs,
                    }
                })
                .collect(),
            unknown: count(preview.unknown),
        }
    }
}

/// Says on what a label is, as in `cmd_set_label`.
pub(crate) fn named(target: LabelTarget) -> (LabelKind, String) {
    match target {
        LabelTarget::Tx(txid) => (LabelKind::Tx, txid.to_string()),
        LabelTarget::Address(address) => (LabelKind::Address, address),
        LabelTarget::Output(outpoint) => (LabelKind::Output, outpoint.to_string()),
        LabelTarget::Input(input) => (LabelKind::Input, input.to_string()),
        LabelTarget::Key(key) => (LabelKind::Key, key),
    }
}

/// Takes in a file of labels that was read.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct TakeLabelsRequest {
    /// Made by the caller for this one intent.
    pub request_id: String,
    /// Which file, as `cmd_read_labels` named it.
    pub read_id: String,
    /// What to do where both have a label.
    pub differing: Differing,
}

/// Descriptors that a file holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct FoundDescriptors {
    /// Descriptor of the receive addresses.
    pub external: String,
    /// Descriptor of the change addresses, if it is apart.
    pub internal: Option<String>,
    /// The highest index that was handed out, if it is said.
    pub last_index: Option<u32>,
    /// The wallet here that it is of.
    pub wallet_id: Option<String>,
}

impl From<satchel_app::descriptor_backup::FoundDescriptors> for FoundDescriptors {
    fn from(found: satchel_app::descriptor_backup::FoundDescriptors) -> Self {
        Self {
            external: found.record.external,
            internal: found.record.internal,
            last_index: found.record.last_index,
            wallet_id: found.wallet.map(|id| id.to_string()),
        }
    }
}
