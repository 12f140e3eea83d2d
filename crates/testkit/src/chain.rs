//! A chain that says what a test told it to say.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bitcoin::{BlockHash, Network, ScriptBuf, Transaction, Txid, constants::genesis_block};
use satchel_ports::{BroadcastError, ChainConnector, ChainError, ChainSource};
use satchel_types::{
    Backend, BlockRef, ChainSide, FeeEstimates, FeeRate, ScanBatch, ScanEnd, ScanRequest, Timestamp,
};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

use crate::meanwhile::Meanwhile;

/// The answer to one scan: batches, then how it ends.
#[derive(Debug)]
pub struct ScriptedScan {
    /// What is sent, in order.
    pub batches: Vec<ScanBatch>,
    /// The end; `None`: at the chain's tip, with nothing missing.
    pub end: Option<Result<ScanEnd, ChainError>>,
}

impl ScriptedScan {
    /// Sends batches and ends well.
    pub fn of(batches: Vec<ScanBatch>) -> Self {
        Self { batches, end: None }
    }

    /// Sends batches and then fails.
    pub fn failing(batches: Vec<ScanBatch>, error: ChainError) -> Self {
        Self {
            batches,
            end: Some(Err(error)),
        }
    }
}

/// What a scan asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenScan {
    /// Each side with the first index asked and the gap.
    pub sides: Vec<(ChainSide, Option<u32>, u32)>,
    /// Single scripts.
    pub scripts: Vec<ScriptBuf>,
    /// Transactions asked one by one.
    pub txids: Vec<Txid>,
    /// Blocks the wallet believed in.
    pub checkpoints: Vec<BlockRef>,
    /// How many confirmed transactions the wallet said it holds.
    pub known_confirmed: usize,
}

/// A chain source without a chain.
///
/// Scans are answered from a list; with an empty list they end at once and well, at the tip.
/// Anything can be made to fail once.
#[derive(Debug)]
pub struct FakeChain {
    server: String,
    genesis: BlockHash,
    state: Mutex<State>,
    held: watch::Sender<bool>,
    meanwhile: Meanwhile,
}

#[derive(Debug)]
struct State {
    tip: BlockRef,
    scans: VecDeque<ScriptedScan>,
    failures: VecDeque<ChainError>,
    broadcasts: VecDeque<Result<(), BroadcastError>>,
    fees: FeeEstimates,
    used: HashSet<ScriptBuf>,
    seen: Vec<SeenScan>,
    sent: Vec<Transaction>,
    questions: usize,
}

impl FakeChain {
    /// Makes a chain of a network that has its first block alone.
    pub fn new(network: Network) -> Self {
        let genesis = genesis_block(network).block_hash();
        let rate = |sat_per_vb: u64| {
            FeeRate::from_sat_per_kvb(sat_per_vb * 1000).expect("a rate within the limits")
        };
        Self {
            server: "fake.invalid:1".into(),
            genesis,
            state: Mutex::new(State {
                tip: BlockRef {
                    height: 0,
                    hash: genesis,
                },
                scans: VecDeque::new(),
                failures: VecDeque::new(),
                broadcasts: VecDeque::new(),
                fees: FeeEstimates {
                    targets: vec![(1, rate(8)), (6, rate(4)), (144, rate(1))],
                    at: Timestamp::default(),
                },
                used: HashSet::new(),
                seen: Vec::new(),
                sent: Vec::new(),
                questions: 0,
            }),
            held: watch::Sender::new(false),
            meanwhile: Meanwhile::default(),
        }
    }

    /// Sets the best block.
    pub fn set_tip(&self, tip: BlockRef) {
        self.state().tip = tip;
    }

    /// Sets the fee estimates.
    pub fn set_fees(&self, fees: FeeEstimates) {
        self.state().fees = fees;
    }

    /// Notes that a script was paid, for scans that ask for usage alone.
    pub fn pay(&self, script: ScriptBuf) {
        self.state().used.insert(script);
    }

    /// Adds the answer to a scan to the list.
    pub fn then(&self, scan: ScriptedScan) {
        self.state().scans.push_back(scan);
    }

    /// Lets the next question of any kind fail.
    pub fn fail_next(&self, error: ChainError) {
        self.state().failures.push_back(error);
    }

    /// Adds the answer to a broadcast to the list; with an empty list they are taken.
    pub fn then_broadcast(&self, answer: Result<(), BroadcastError>) {
        self.state().broadcasts.push_back(answer);
    }

    /// Lets something happen once while the next question waits for its answer.
    pub fn meanwhile(&self, what: impl FnOnce() + Send + 'static) {
        self.meanwhile.set(what);
    }

    /// Keeps scans waiting before their first batch until [`FakeChain::release`].
    pub fn hold(&self) {
        self.held.send_replace(true);
    }

    /// Lets waiting scans go on.
    pub fn release(&self) {
        self.held.send_replace(false);
    }

    /// Returns what was asked, in order.
    pub fn scans(&self) -> Vec<SeenScan> {
        self.state().seen.clone()
    }

    /// Returns how many questions of any kind were answered or failed.
    pub fn questions(&self) -> usize {
        self.state().questions
    }

    /// Returns every transaction that was handed over, refused ones too.
    pub fn sent(&self) -> Vec<Transaction> {
        self.state().sent.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer<T>(&self, answer: impl FnOnce(&mut State) -> T) -> Result<T, ChainError> {
        self.meanwhile.happens();
        let mut state = self.state();
        state.questions += 1;
        match state.failures.pop_front() {
            Some(error) => Err(error),
            None => Ok(answer(&mut state)),
        }
    }
}

#[async_trait]
impl ChainSource for FakeChain {
    fn server(&self) -> &str {
        &self.server
    }

    async fn genesis(&self) -> Result<BlockHash, ChainError> {
        self.answer(|_| self.genesis)
    }

    async fn tip(&self) -> Result<BlockRef, ChainError> {
        self.answer(|state| state.tip)
    }

    async fn scan(
        &self,
        request: ScanRequest,
        batches: mpsc::Sender<ScanBatch>,
        cancel: CancellationToken,
    ) -> Result<ScanEnd, ChainError> {
        let usage = request.usage_only;
        let mut asked: Vec<(ChainSide, Vec<(u32, ScriptBuf)>)> = Vec::new();
        let seen = SeenScan {
            sides: request
                .sides
                .into_iter()
                .map(|mut side| {
                    let first = side.scripts.next();
                    let index = first.as_ref().map(|(index, _)| *index);
                    if usage {
                        let gap = side.stop_gap as usize;
                        let scripts = first.into_iter().chain(side.scripts).take(gap);
                        asked.push((side.side, scripts.collect()));
                    }
                    (side.side, index, side.stop_gap)
                })
                .collect(),
            scripts: request.scripts,
            txids: request.txids,
            checkpoints: request.checkpoints,
            known_confirmed: request.known_confirmed.len(),
        };
        self.state().seen.push(seen);
        let mut held = self.held.subscribe();
        tokio::select! {
            () = cancel.cancelled() => return Err(ChainError::Cancelled),
            // The sender lives as long as this chain.
            _ = held.wait_for(|held| !held) => {}
        }
        let (scan, tip, last_used) = self.answer(|state| {
            let last_used = asked.iter().filter_map(|(side, scripts)| {
                let used = scripts.iter().rev();
                let (last, _) = used.into_iter().find(|(_, s)| state.used.contains(s))?;
                Some((*side, *last))
            });
            let last_used: Vec<_> = last_used.collect();
            (state.scans.pop_front(), state.tip, last_used)
        })?;
        let scan = scan.unwrap_or_else(|| {
            ScriptedScan::of(vec![ScanBatch {
                blocks: Arc::new(vec![tip]),
                last_used,
                ..ScanBatch::default()
            }])
        });
        let requests = scan.batches.len() as u64;
        for batch in scan.batches {
            if cancel.is_cancelled() {
                return Err(ChainError::Cancelled);
            }
            batches
                .send(batch)
                .await
                .map_err(|_| ChainError::Abandoned)?;
        }
        scan.end.unwrap_or(Ok(ScanEnd {
            tip,
            missing: Vec::new(),
            requests,
        }))
    }

    async fn broadcast(&self, tx: &Transaction) -> Result<(), BroadcastError> {
        self.answer(|state| {
            state.sent.push(tx.clone());
            state.broadcasts.pop_front().unwrap_or(Ok(()))
        })?
    }

    async fn fee_estimates(&self) -> Result<FeeEstimates, ChainError> {
        self.answer(|state| state.fees.clone())
    }
}

/// Connects every backend to the same fake chain.
#[derive(Debug)]
pub struct FakeConnector {
    chain: Arc<FakeChain>,
    asked: Mutex<Vec<Backend>>,
    refusal: Mutex<Option<ChainError>>,
}

impl FakeConnector {
    /// Makes a connector to a chain.
    pub fn to(chain: Arc<FakeChain>) -> Self {
        Self {
            chain,
            asked: Mutex::new(Vec::new()),
            refusal: Mutex::new(None),
        }
    }

    /// Refuses every backend with an error, or none any more.
    pub fn refuse(&self, error: Option<ChainError>) {
        *self.refusal.lock().unwrap_or_else(PoisonError::into_inner) = error;
    }

    /// Returns the backends asked for, in order.
    pub fn asked(&self) -> Vec<Backend> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.clone()
    }
}

impl ChainConnector for FakeConnector {
    fn connect(&self, backend: &Backend) -> Result<Arc<dyn ChainSource>, ChainError> {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.push(backend.clone());
        let refusal = self.refusal.lock().unwrap_or_else(PoisonError::into_inner);
        match &*refusal {
            Some(error) => Err(error.clone()),
            None => Ok(self.chain.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(done: u64) -> ScanBatch {
        ScanBatch {
            done,
            ..ScanBatch::default()
        }
    }

    #[tokio::test]
    async fn a_scan_sends_its_batches_and_ends_as_told() {
        let chain = FakeChain::new(Network::Regtest);
        chain.then(ScriptedScan::failing(
            vec![batch(1), batch(2)],
            ChainError::ChainMoved,
        ));
        let (sender, mut receiver) = mpsc::channel(8);
        let end = chain
            .scan(ScanRequest::default(), sender, CancellationToken::new())
            .await;
        assert_eq!(end.err(), Some(ChainError::ChainMoved));
        let mut done = Vec::new();
        while let Some(batch) = receiver.recv().await {
            done.push(batch.done);
        }
        assert_eq!(done, [1, 2]);
    }

    #[tokio::test]
    async fn a_held_scan_waits_and_can_be_cancelled() {
        let chain = Arc::new(FakeChain::new(Network::Regtest));
        chain.hold();
        let cancel = CancellationToken::new();
        let (sender, _receiver) = mpsc::channel(1);
        let scan = tokio::spawn({
            let (chain, cancel) = (chain.clone(), cancel.clone());
            async move { chain.scan(ScanRequest::default(), sender, cancel).await }
        });
        while chain.scans().is_empty() {
            tokio::task::yield_now().await;
        }
        assert!(!scan.is_finished());
        cancel.cancel();
        let end = scan.await.expect("no panic");
        assert_eq!(end.err(), Some(ChainError::Cancelled));
    }

    #[tokio::test]
    async fn a_failure_is_used_up() {
        let chain = FakeChain::new(Network::Regtest);
        chain.fail_next(ChainError::ChainMoved);
        assert!(chain.tip().await.is_err());
        assert_eq!(chain.tip().await.map(|tip| tip.height), Ok(0));
    }
}
