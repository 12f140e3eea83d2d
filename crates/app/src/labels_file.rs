//! Labels to and from other wallets (BIP-0329).

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use satchel_interop::{
    Form, KeyOrigin, LabelRecord, MAX_LABELS_FILE, PassedOver, ReadLabelsError, read_labels,
    write_labels,
};
use satchel_ports::{ConfirmError, FileError, StoreError};
use satchel_types::{Batch, Label, LabelTarget, WalletId, WalletRecord, Write};

use crate::acts::WritePlainFile;
use crate::events::Event;
use crate::export::WrittenFile;
use crate::session::{AccessError, App};

/// Writes that are stored together. A file with more is stored in parts, each true by itself; reading it
/// again goes on where it ended.
const PART: usize = 1_000;

/// Why no file was written.
#[derive(Debug, thiserror::Error)]
pub enum WriteLabelsError {
    /// The wallet cannot be reached.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// No consent.
    #[error(transparent)]
    Confirm(#[from] ConfirmError),
    /// The file could not be written.
    #[error(transparent)]
    File(#[from] FileError),
}

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

impl App {
    /// Writes a wallet's labels and locked coins to a file that other wallets read, as plain text.
    pub async fn write_labels(
        &self,
        id: Option<WalletId>,
        path: &Path,
        replace: bool,
    ) -> Result<WrittenFile, WriteLabelsError> {
        let open = self.open()?;
        let record = self.wallet(&open, id)?;
        let act = WritePlainFile::Labels {
            wallet: record.name.as_str().to_owned(),
            path: path.display().to_string(),
        };
        self.consent(&open, act).await?.into_act();
        let labels = open.store.labels(record.id).map_err(AccessError::from)?;
        let locked = open
            .store
            .locked_coins(record.id)
            .map_err(AccessError::from)?;
        let bytes = write_labels(&records(&record, labels, locked));
        self.write_plain(path, bytes, replace).await
    }

    /// Writes a file and reads it back.
    pub(crate) async fn write_plain<E>(
        &self,
        path: &Path,
        bytes: Vec<u8>,
        replace: bool,
    ) -> Result<WrittenFile, E>
    where
        E: From<AccessError> + From<FileError> + Send + 'static,
    {
        let (ports, path) = (self.ports.clone(), path.to_owned());
        tokio::task::spawn_blocking(move || {
            ports.files.write(&path, &bytes, replace)?;
            Ok(WrittenFile {
                bytes: bytes.len() as u64,
                verified: true,
            })
        })
        .await
        .map_err(|_| AccessError::Stopped)?
    }

    /// Takes in labels that another wallet wrote. The same file again changes nothing.
    pub async fn take_labels(
        &self,
        id: Option<WalletId>,
        path: &Path,
        differing: Differing,
    ) -> Result<TakenLabels, TakeLabelsError> {
        let open = self.open()?;
        let record = self.wallet(&open, id)?;
        let (ports, path, network) = (self.ports.clone(), path.to_owned(), record.network);
        let found = tokio::task::spawn_blocking(move || {
            let bytes = ports.files.read(&path, MAX_LABELS_FILE)?;
            Ok::<_, TakeLabelsError>(read_labels(&bytes, network)?)
        })
        .await
        .map_err(|_| AccessError::Stopped)??;

        let mut taking = Taking {
            id: record.id,
            own: origin(&record),
            differing,
            labels: open
                .store
                .labels(record.id)
                .map_err(AccessError::from)?
                .into_iter()
                .collect(),
            locked: open
                .store
                .locked_coins(record.id)
                .map_err(AccessError::from)?
                .into_iter()
                .map(LabelTarget::Output)
                .collect(),
            writes: Vec::new(),
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
        let store = |writes: &[Write]| -> Result<(), StoreError> {
            open.store.apply(&Batch {
                writes: writes.to_vec(),
            })
        };
        for part in taking.writes.chunks(PART) {
            store(part).map_err(AccessError::from)?;
        }
        if !taking.writes.is_empty() {
            self.tell(Event::Changed { wallet: record.id });
        }
        Ok(taking.taken)
    }
}

/// Where a wallet's keys come from; `None` if its descriptor does not say.
fn origin(record: &WalletRecord) -> Option<KeyOrigin> {
    let descriptor = &record.descriptors.external;
    let (descriptor, _checksum) = descriptor.split_once('#').unwrap_or((descriptor, ""));
    descriptor.parse().ok()
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
            origin: own.clone().filter(|_| matches!(target, LabelTarget::Tx(_))),
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
    taken: TakenLabels,
}

impl Taking {
    fn record(&mut self, record: LabelRecord) {
        // One file may hold several wallets; what is said to be another's is left alone.
        if let (Some(theirs), Some(own)) = (&record.origin, &self.own)
            && theirs != own
        {
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
