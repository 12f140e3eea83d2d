//! The port.

use std::sync::Arc;

use async_trait::async_trait;
use bitcoin::{BlockHash, Transaction};
use satchel_ports::{BroadcastError, ChainError, ChainSource};
use satchel_types::{BlockRef, FeeEstimates, ScanBatch, ScanEnd, ScanRequest};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::client::{Asker, Http};
use crate::{agree, broadcast, fees, scan};

/// An Esplora server.
#[derive(Debug)]
pub(crate) struct EsploraSource {
    http: Arc<Http>,
}

impl EsploraSource {
    /// Makes a source.
    pub(crate) fn new(http: Arc<Http>) -> Self {
        Self { http }
    }

    /// Asks something short that ends when the caller drops it.
    fn ask(&self) -> Asker {
        Asker::new(Arc::clone(&self.http), CancellationToken::new())
    }
}

#[async_trait]
impl ChainSource for EsploraSource {
    fn server(&self) -> &str {
        self.http.server()
    }

    async fn genesis(&self) -> Result<BlockHash, ChainError> {
        agree::block_at(&self.ask(), 0)
            .await?
            .ok_or_else(|| self.http.nonsense("it has no blocks"))
    }

    async fn tip(&self) -> Result<BlockRef, ChainError> {
        agree::tip(&self.ask()).await
    }

    async fn scan(
        &self,
        request: ScanRequest,
        batches: mpsc::Sender<ScanBatch>,
        cancel: CancellationToken,
    ) -> Result<ScanEnd, ChainError> {
        scan::scan(Arc::clone(&self.http), request, batches, cancel).await
    }

    async fn broadcast(&self, tx: &Transaction) -> Result<(), BroadcastError> {
        broadcast::broadcast(&self.ask(), tx).await
    }

    async fn fee_estimates(&self) -> Result<FeeEstimates, ChainError> {
        fees::fee_estimates(&self.ask()).await
    }
}
