//! A wallet described in a plain file for other wallets (BIP-0139).

use std::path::Path;

use satchel_interop::{TransactionMetadata, WalletMetadata, write_metadata};
use satchel_types::{ChainSide, HistoryQuery, PageSize, TxRow, TxState, WalletId};

use crate::access_error::AccessError;
use crate::acts::PlainFile;
use crate::export::WrittenFile;
use crate::labels_file::label_records;
use crate::plain_file::WritePlainError;
use crate::session::App;

impl App {
    /// Writes what another wallet needs to watch this one and to know what is known of it: descriptors, labels and
    /// transactions. No secret is in it.
    pub async fn write_metadata(
        &self,
        id: Option<WalletId>,
        path: &Path,
        replace: bool,
    ) -> Result<WrittenFile, WritePlainError> {
        let open = self.open()?;
        let record = self
            .agreed_plain_file::<WritePlainError>(&open, id, PlainFile::Metadata, path)
            .await?;
        let [receive_index, change_index] = open
            .read_engine(record.id, |engine| {
                [ChainSide::Receive, ChainSide::Change].map(|side| engine.last_revealed(side))
            })
            .await?;
        let fresh = open.store.freshness(record.id).map_err(AccessError::from)?;
        let bytes = write_metadata(&WalletMetadata {
            name: record.name.as_str().to_owned(),
            network: record.network,
            script_type: record.script_type,
            external: record.descriptors.external.clone(),
            internal: record.descriptors.internal.clone(),
            receive_index,
            change_index,
            created_at: record.created_at.as_secs(),
            last_height: fresh.map(|fresh| fresh.height),
            labels: label_records(&open, &record)?,
            transactions: self.transactions_of(record.id)?,
        });
        self.write_plain(path, bytes, replace).await
    }

    /// Returns all of a wallet's transactions, newest first.
    fn transactions_of(&self, id: WalletId) -> Result<Vec<TransactionMetadata>, AccessError> {
        let mut all = Vec::new();
        let mut query = HistoryQuery {
            size: PageSize::clamped(u32::MAX),
            ..HistoryQuery::default()
        };
        loop {
            let page = self.history(Some(id), &query)?.rows.page;
            all.extend(page.rows.iter().filter_map(described));
            match page.next {
                Some(next) => query.after = Some(next),
                None => return Ok(all),
            }
        }
    }
}

/// What other wallets are told of a transaction; nothing of one that will never be in a block.
fn described(row: &TxRow) -> Option<TransactionMetadata> {
    let (time, height) = match row.state {
        TxState::Confirmed { height, time, .. } => (time, Some(height)),
        TxState::Pending { first_seen } => (first_seen, None),
        TxState::Replaced { .. } | TxState::Dropped { .. } => return None,
    };
    Some(TransactionMetadata {
        txid: row.txid,
        time: Some(time.as_secs()),
        height,
    })
}
