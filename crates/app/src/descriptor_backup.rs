//! A wallet's descriptors for other wallets, encrypted for whoever has its extended public key (BIP-0138).

use std::path::Path;

use satchel_interop::{MAX_BACKUP, SealDescriptorsError, open_descriptors, seal_descriptors};
use satchel_ports::{ConfirmError, EntropyError, FileError};
use satchel_types::{ChainSide, WalletId};

use crate::access_error::AccessError;
use crate::acts::PlainFile;
use crate::events::Event;
use crate::export::WrittenFile;
use crate::import::MAX_HANDED_OUT;
use crate::session::App;

pub use satchel_interop::{DescriptorRecord, OpenDescriptorsError};

/// Why no file was written.
#[derive(Debug, thiserror::Error)]
pub enum WriteDescriptorsError {
    /// The wallet cannot be reached.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// No consent.
    #[error(transparent)]
    Confirm(#[from] ConfirmError),
    /// The descriptors could not be sealed.
    #[error(transparent)]
    Seal(#[from] SealDescriptorsError<EntropyError>),
    /// The file could not be written.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Why a file was not read.
#[derive(Debug, thiserror::Error)]
pub enum ReadDescriptorsError {
    /// The vault cannot be used.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenDescriptorsError),
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundDescriptors {
    /// What it says.
    pub record: DescriptorRecord,
    /// The wallet of this device that it is of; it knows now how far its addresses went.
    pub wallet: Option<WalletId>,
}

impl App {
    /// Writes a wallet's public descriptors, and how far its addresses went.
    pub async fn write_descriptors(
        &self,
        id: Option<WalletId>,
        path: &Path,
        replace: bool,
    ) -> Result<WrittenFile, WriteDescriptorsError> {
        let open = self.open()?;
        let record = self
            .agreed_plain_file::<WriteDescriptorsError>(&open, id, PlainFile::Descriptors, path)
            .await?;
        let last_index = open
            .read_engine(record.id, |engine| {
                let last = |side| engine.last_revealed(side);
                last(ChainSide::Receive).max(last(ChainSide::Change))
            })
            .await?;
        let sealed = seal_descriptors(
            &[DescriptorRecord {
                external: record.descriptors.external.clone(),
                internal: Some(record.descriptors.internal.clone()),
                last_index,
                birth_time: Some(record.created_at.as_secs()),
            }],
            |bytes| self.ports.entropy.fill(bytes),
        )?;
        self.write_plain(path, sealed, replace).await
    }

    /// Reads such a file with the public keys of all wallets here, or with one that is given. A wallet that is here
    /// learns how far its addresses went; nothing else changes.
    pub async fn read_descriptors(
        &self,
        path: &Path,
        key: Option<String>,
    ) -> Result<Vec<FoundDescriptors>, ReadDescriptorsError> {
        let open = self.open()?;
        let wallets = open.store.wallets().map_err(AccessError::from)?;
        let keys: Vec<String> = match key {
            Some(key) => vec![key],
            None => wallets
                .iter()
                .map(|record| record.descriptors.external.clone())
                .collect(),
        };
        let (ports, path) = (self.ports.clone(), path.to_owned());
        let records = tokio::task::spawn_blocking(move || {
            let bytes = ports.files.read(&path, MAX_BACKUP)?;
            let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
            Ok::<_, ReadDescriptorsError>(open_descriptors(&bytes, &keys)?)
        })
        .await
        .map_err(|_| AccessError::Stopped)??;
        let mut found = Vec::new();
        for record in records {
            let wallet = wallets
                .iter()
                .find(|wallet| same_keys(&wallet.descriptors.external, &record.external))
                .map(|wallet| wallet.id);
            if let (Some(id), Some(last)) = (wallet, record.last_index) {
                self.handed_out_to(&open, id, last.min(MAX_HANDED_OUT - 1))
                    .await?;
            }
            found.push(FoundDescriptors { record, wallet });
        }
        Ok(found)
    }

    async fn handed_out_to(
        &self,
        open: &crate::open::Open,
        id: WalletId,
        last: u32,
    ) -> Result<(), AccessError> {
        let learnt = open
            .change_engine(id, move |engine| -> Result<_, AccessError> {
                let mut news = satchel_types::Batch::new();
                for side in [ChainSide::Receive, ChainSide::Change] {
                    if engine.last_revealed(side).is_none_or(|known| known < last) {
                        news.extend(engine.reveal_to(side, last));
                    }
                }
                Ok((!news.is_empty(), news))
            })
            .await?;
        if learnt {
            self.tell(Event::Changed { wallet: id });
        }
        Ok(())
    }
}

/// Compares descriptors apart from how hardened steps are written, and from the checksum, which depends on it.
fn same_keys(ours: &str, theirs: &str) -> bool {
    let plain = |text: &str| {
        let (text, _checksum) = text.split_once('#').unwrap_or((text, ""));
        text.replace('\'', "h")
    };
    plain(ours) == plain(theirs)
}
