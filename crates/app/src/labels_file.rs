//! Labels to and from other wallets (BIP-0329).

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use satchel_interop::{
    KeyOrigin, LabelRecord, MAX_LABELS_FILE, PassedOver, ReadLabels, ReadLabelsError, RecordOrigin,
    read_labels, write_labels,
};
use satchel_ports::{FileError, StoreError};
use satchel_types::{Batch, Label, LabelTarget, WalletId, WalletRecord, Write};

use crate::access_error::AccessError;
use crate::acts::PlainFile;
use crate::events::Event;
use crate::export::WrittenFile;
use crate::open::Open;
use crate::plain_file::WritePlainError;
use crate::session::App;

pub use satchel_interop::Form;

/// Writes that are stored together. A file with more is stored in parts, each true by itself; reading it
/// again goes on where it ended.
const PART: usize = 1_000;

/// Why nothing was taken in.
#[derive(Debug, thiserror::Error)]
pub enum TakeLabelsError {
    /// The wallet cannot be reached.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file holds no labels.
    #[error(transparent)]
    Read(#[from] ReadLabelsError),
}

/// What to do where a label is here and the file has another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Differing {
    /// The one that is here stays.
    #[default]
    KeepOurs,
    /// The file's takes its place.
    TakeTheirs,
}

/// What came of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenLabels {
    /// How the file is written.
    pub form: Form,
    /// Labels that were taken where none was.
    pub added: usize,
    /// Labels that took the place of another.
    pub replaced: usize,
    /// Labels that differ from the one here, which stayed.
    pub kept: usize,
    /// Labels that were here already.
    pub unchanged: usize,
    /// Coins that were locked. No coin is ever unlocked by a file.
    pub locked: usize,
    /// Records that say to be of another wallet.
    pub of_other_wallets: usize,
    /// The first lines that were passed over.
    pub passed_over: Vec<PassedOver>,
    /// How many lines were passed over in all.
    pub passed_over_count: usize,
}

/// A file of labels that was read, of which nothing was taken in yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelsFile(ReadLabels);

/// A label that is here, and another one for the same thing in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DifferingLabel {
    /// On what.
    pub target: LabelTarget,
    /// The one that is here.
    pub ours: String,
    /// The file's.
    pub theirs: String,
}

/// What would come of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelsPreview {
    /// What taking it in would do, while what is here stays where both have a label.
    pub would: TakenLabels,
    /// The first labels that differ.
    pub differing: Vec<DifferingLabel>,
    /// Labels of the file on what this wallet does not know: it may be another wallet's file, or the chain was not asked yet.
    pub unknown: usize,
}

/// Differing labels that are told.
const TOLD: usize = 20;

impl App {
    /// Writes a wallet's labels to a file that other wallets read, as plain text; in the form of BIP-0329 with its locked
    /// coins, in that of Electrum without what Electrum has no labels of.
    pub async fn write_labels(
        &self,
        id: Option<WalletId>,
        path: &Path,
        form: Form,
        replace: bool,
    ) -> Result<WrittenFile, WritePlainError> {
        let open = self.open()?;
        let record = self
            .agreed_plain_file::<WritePlainError>(&open, id, PlainFile::Labels, path)
            .await?;
        let bytes = write_labels(&label_records(&open, &record)?, form);
        self.write_plain(path, bytes, replace).await
    }

    /// Takes in labels that another wallet wrote. The same file again changes nothing.
    pub async fn take_labels(
        &self,
        id: Option<WalletId>,
        path: &Path,
        differing: Differing,
    ) -> Result<TakenLabels, TakeLabelsError> {
        let file = self.read_labels_file(id, path).await?;
        Ok(self.take_labels_of(id, file, differing)?)
    }

    /// Reads a file of labels for a wallet and takes nothing in.
    pub async fn read_labels_file(
        &self,
        id: Option<WalletId>,
        path: &Path,
    ) -> Result<LabelsFile, TakeLabelsError> {
        let open = self.open()?;
        let record = self.wallet(&open, id)?;
        let (ports, path, network) = (self.ports.clone(), path.to_owned(), record.network);
        let found = tokio::task::spawn_blocking(move || {
            let bytes = ports.files.read(&path, MAX_LABELS_FILE)?;
            Ok::<_, TakeLabelsError>(read_labels(&bytes, network)?)
        })
        .await
        .map_err(|_| AccessError::Stopped)??;
        Ok(LabelsFile(found))
    }

    /// Says what would come of a file, and changes nothing.
    pub async fn preview_labels(
        &self,
        id: Option<WalletId>,
        file: &LabelsFile,
    ) -> Result<LabelsPreview, AccessError> {
        let open = self.open()?;
        let record = self.wallet(&open, id)?;
        let taking = taking(&open, &record, file.0.clone(), Differing::KeepOurs)?;
        let mut unknown = 0;
        let mut addresses = Vec::new();
        for target in &taking.of_this {
            let txid = match target {
                LabelTarget::Tx(txid) => *txid,
                LabelTarget::Output(outpoint) => outpoint.txid,
                LabelTarget::Input(input) => input.txid,
                LabelTarget::Address(address) => {
                    addresses.push(address.clone());
                    continue;
                }
                LabelTarget::Key(_) => continue,
            };
            if open.store.transaction(record.id, txid)?.is_none() {
                unknown += 1;
            }
        }
        let network = record.network;
        unknown += open
            .read_engine(record.id, move |engine| {
                let foreign = addresses.iter().filter(|address| {
                    let parsed = address.parse::<bitcoin::Address<_>>().ok();
                    let script = parsed.and_then(|address| address.require_network(network).ok());
                    script.is_none_or(|a| engine.is_mine(&a.script_pubkey()).is_none())
                });
                foreign.count()
            })
            .await?;
        Ok(LabelsPreview {
            differing: taking.differ,
            would: taking.taken,
            unknown,
        })
    }

    /// Takes in what was read. The same file again changes nothing.
    pub fn take_labels_of(
        &self,
        id: Option<WalletId>,
        LabelsFile(found): LabelsFile,
        differing: Differing,
    ) -> Result<TakenLabels, AccessError> {
        let open = self.open()?;
        let record = self.wallet(&open, id)?;
        let taking = taking(&open, &record, found, differing)?;
        let store = |writes: &[Write]| -> Result<(), StoreError> {
            open.store.apply(&Batch {
                writes: writes.to_vec(),
            })
        };
        for part in taking.writes.chunks(PART) {
            store(part)?;
        }
        if !taking.writes.is_empty() {
            self.tell(Event::Changed { wallet: record.id });
        }
        Ok(taking.taken)
    }
}

/// Holds a file against what is here.
fn taking(
    open: &Open,
    record: &WalletRecord,
    found: ReadLabels,
    differing: Differing,
) -> Result<Taking, AccessError> {
    let mut taking = Taking {
        id: record.id,
        own: origin(record),
        differing,
        labels: open.store.labels(record.id)?.into_iter().collect(),
        locked: open
            .store
            .locked_coins(record.id)?
            .into_iter()
            .map(LabelTarget::Output)
            .collect(),
        writes: Vec::new(),
        differ: Vec::new(),
        of_this: Vec::new(),
        taken: TakenLabels {
            form: found.form,
            added: 0,
            replaced: 0,
            kept: 0,
            unchanged: 0,
            locked: 0,
            of_other_wallets: 0,
            passed_over: found.passed_over,
            passed_over_count: found.passed_over_count,
        },
    };
    for record in found.records {
        taking.record(record);
    }
    Ok(taking)
}

/// Where a wallet's keys come from; `None` if its descriptor does not say.
fn origin(record: &WalletRecord) -> Option<KeyOrigin> {
    let descriptor = &record.descriptors.external;
    let (descriptor, _checksum) = descriptor.split_once('#').unwrap_or((descriptor, ""));
    descriptor.parse().ok()
}

/// Returns a wallet's labels and locked coins, as records for other wallets.
pub(crate) fn label_records(
    open: &Open,
    record: &WalletRecord,
) -> Result<Vec<LabelRecord>, AccessError> {
    let labels = open.store.labels(record.id)?;
    let locked = open.store.locked_coins(record.id)?;
    Ok(records(record, labels, locked))
}

fn records(
    record: &WalletRecord,
    labels: Vec<(LabelTarget, String)>,
    locked: Vec<bitcoin::OutPoint>,
) -> Vec<LabelRecord> {
    let own = origin(record);
    let mut locked: BTreeSet<LabelTarget> = locked.into_iter().map(LabelTarget::Output).collect();
    let mut records: Vec<LabelRecord> = labels
        .into_iter()
        .map(|(target, label)| LabelRecord {
            label: Label::cut(&label),
            spendable: locked.remove(&target).then_some(false),
            origin: own
                .clone()
                .filter(|_| matches!(target, LabelTarget::Tx(_)))
                .map(RecordOrigin::Key),
            target,
        })
        .collect();
    records.extend(locked.into_iter().map(|target| LabelRecord {
        target,
        label: None,
        spendable: Some(false),
        origin: None,
    }));
    records
}

/// A file's records, against what is here.
struct Taking {
    id: WalletId,
    own: Option<KeyOrigin>,
    differing: Differing,
    labels: HashMap<LabelTarget, String>,
    locked: BTreeSet<LabelTarget>,
    writes: Vec<Write>,
    differ: Vec<DifferingLabel>,
    /// What the records of this wallet are on, as far as they have a label.
    of_this: Vec<LabelTarget>,
    taken: TakenLabels,
}

impl Taking {
    fn record(&mut self, record: LabelRecord) {
        // One file may hold several wallets; what is said to be another's is left alone.
        let other = match (&record.origin, &self.own) {
            (Some(RecordOrigin::Key(theirs)), Some(own)) => theirs != own,
            // No wallet here is of several keys.
            (Some(RecordOrigin::Other), _) => true,
            (Some(RecordOrigin::Key(_)), None) | (None, _) => false,
        };
        if other {
            self.taken.of_other_wallets += 1;
            return;
        }
        if let (LabelTarget::Output(outpoint), Some(false)) = (&record.target, record.spendable)
            && self.locked.insert(record.target.clone())
        {
            self.taken.locked += 1;
            self.writes
                .push(Write::PutCoinLock(self.id, *outpoint, true));
        }
        let Some(label) = record.label else { return };
        self.of_this.push(record.target.clone());
        if let Some(here) = self.labels.get(&record.target)
            && here != label.as_str()
            && self.differ.len() < TOLD
        {
            self.differ.push(DifferingLabel {
                target: record.target.clone(),
                ours: here.clone(),
                theirs: label.as_str().to_owned(),
            });
        }
        let count = match self.labels.get(&record.target) {
            Some(here) if here == label.as_str() => &mut self.taken.unchanged,
            Some(_) if self.differing == Differing::KeepOurs => &mut self.taken.kept,
            here => {
                let count = match here {
                    Some(_) => &mut self.taken.replaced,
                    None => &mut self.taken.added,
                };
                self.labels
                    .insert(record.target.clone(), label.as_str().to_owned());
                self.writes
                    .push(Write::PutLabel(self.id, record.target, Some(label)));
                count
            }
        };
        *count += 1;
    }
}
