//! Looking at the node again and again, and telling what changed.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bitcoin::{BlockHash, Network, Txid};
use satchel_node_api::{Glance, NodeError};
use satchel_ports::KeychainError;
use satchel_types::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::Console;
use crate::ask_error::AskError;
use crate::events::{Event, Topic};
use crate::node::{Node, RunKey};
use crate::problems::{Problem, ProblemKind, renewed};

/// Blocks of the active chain that are remembered, to see how many were replaced.
const REMEMBERED: usize = 144;
/// The same as a difference of heights.
const REMEMBERED_BLOCKS: u32 = 144;
/// Ids of waiting transactions that are remembered, to see which are new; a larger mempool is told by its size.
const POOL: u32 = 5_000;
/// Ids told with an event.
const TOLD: usize = 20;
/// Longest time between two looks at a node that does not answer.
const SLOWEST: Duration = Duration::from_secs(15);
/// Seconds without a block after which that is said, on chains where blocks come by themselves.
const WITHOUT_BLOCK: u64 = 3 * 3_600;
/// Seconds for which a replaced block is worth a line.
const REPLACED_FOR: u64 = 600;

/// How the line to the node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Line {
    /// It was not asked yet.
    #[default]
    Unknown,
    /// It answers.
    Up,
    /// It does not.
    Down,
}

/// What is known of the node.
#[derive(Default)]
pub(crate) struct Picture {
    pub line: Line,
    /// The last good look.
    pub glance: Option<Arc<Glance>>,
    pub last_answer: Option<Timestamp>,
    pub lost: Option<(Timestamp, AskError)>,
    pub problems: Vec<Problem>,
    /// The network that it is on and was not on before.
    pub other_chain: Option<Network>,
    pub asked: u32,
    pub failed: u32,
    pub took: Option<Duration>,
    /// The key, while it is in memory.
    pub run_key: Option<RunKey>,
    /// Why the keychain gave no key.
    pub keychain: Option<KeychainError>,
    /// Newest blocks of the active chain, newest first.
    blocks: VecDeque<(u32, BlockHash)>,
    /// The highest tip that was told.
    highest: u32,
    replaced: Option<(Timestamp, u32)>,
    pool: Option<BTreeSet<Txid>>,
}

/// What kind of problem an error is.
pub(crate) fn kind_of(error: &AskError) -> ProblemKind {
    match error {
        AskError::NotSet => ProblemKind::NotSet,
        AskError::OtherChain { .. } => ProblemKind::OtherChain,
        AskError::Keychain(_) | AskError::KeyChanged => ProblemKind::Unauthorized,
        AskError::Settings(_) => ProblemKind::NotSet,
        AskError::LanDenied => ProblemKind::Unreachable,
        AskError::BadAddress
        | AskError::BadCursor
        | AskError::NoIndex
        | AskError::Removed
        | AskError::NoWallets => ProblemKind::BadAnswer,
        AskError::Node(error) => match error {
            NodeError::BadAddress { .. } => ProblemKind::NotSet,
            NodeError::NoCookie => ProblemKind::NoCookie,
            NodeError::NoProxy => ProblemKind::NoProxy,
            NodeError::Unreachable | NodeError::TimedOut => ProblemKind::Unreachable,
            NodeError::Unauthorized => ProblemKind::Unauthorized,
            NodeError::Busy => ProblemKind::Busy,
            NodeError::Refused { .. }
            | NodeError::Http { .. }
            | NodeError::TooLong
            | NodeError::Nonsense { .. } => ProblemKind::BadAnswer,
        },
    }
}

/// What a good look says is wrong.
fn wrong(glance: &Glance, highest: u32, now: Timestamp) -> Vec<(ProblemKind, String)> {
    let chain = &glance.chain;
    let mut found = Vec::new();
    if chain.blocks < highest {
        let text = format!(
            "The chain was at height {highest} and is at {}.",
            chain.blocks
        );
        found.push((ProblemKind::HeightFell, text));
    }
    let grows_alone = chain.network != Network::Regtest;
    if chain.initial_download && grows_alone {
        let percent = chain.progress.ppm() / 10_000;
        found.push((
            ProblemKind::InitialDownload,
            format!("The node loads the chain: {percent} %."),
        ));
    } else if chain.headers > chain.blocks.saturating_add(2) {
        let text = format!(
            "{} blocks are known and not checked yet.",
            chain.headers - chain.blocks
        );
        found.push((ProblemKind::Behind, text));
    }
    let age = now.as_secs().saturating_sub(u64::from(chain.time));
    if grows_alone && !chain.initial_download && chain.time > 0 && age > WITHOUT_BLOCK {
        let text = format!("The newest block is {} hours old.", age / 3_600);
        found.push((ProblemKind::Stale, text));
    }
    if let Some(network) = &glance.network
        && grows_alone
        && network.network_active
        && network.connections == 0
    {
        found.push((
            ProblemKind::NoPeers,
            "The node has no connection to another.".to_owned(),
        ));
    }
    let words = chain
        .warnings
        .iter()
        .chain(glance.network.iter().flat_map(|network| &network.warnings));
    let words: BTreeSet<&str> = words.map(String::as_str).collect();
    if !words.is_empty() {
        let words: Vec<String> = words.into_iter().map(|text| format!("“{text}”")).collect();
        found.push((
            ProblemKind::NodeWarning,
            format!("The node says: {}", words.join(" ")),
        ));
    }
    found
}

impl Console {
    /// Looks at the node until it is stopped: at once, then at the pace of the configuration, more seldom while it does
    /// not answer, and at once after something was done or failed.
    pub async fn watch(&self, stop: &CancellationToken) {
        let mut pause = self.config.every;
        loop {
            let looked = tokio::select! {
                () = stop.cancelled() => return,
                looked = Box::pin(self.look()) => looked,
            };
            pause = match looked {
                Ok(()) => self.config.every,
                Err(_) => (pause * 2).min(SLOWEST.max(self.config.every)),
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
                () = self.wake.notified() => {}
            }
        }
    }

    /// Looks at the node once.
    ///
    /// # Errors
    /// As [`AskError`]; events and health say the same.
    pub async fn look(&self) -> Result<(), AskError> {
        // One at a time, so that nothing is told twice.
        let _looking = self.looking.lock().await;
        let begun = Instant::now();
        let looked = match self.node().await {
            Ok(node) => self.looked(&node).await,
            Err(error) => Err(error),
        };
        match &looked {
            Ok(()) => self.answered(begun.elapsed()),
            Err(error) => self.went_wrong(error),
        }
        looked
    }

    async fn looked(&self, node: &Arc<Node>) -> Result<(), AskError> {
        let begun = Instant::now();
        let glance = node.glances.glance().await?;
        let took = begun.elapsed();
        let network = glance.chain.network;
        if let Some(expected) = node.network.filter(|expected| *expected != network) {
            self.picture().other_chain = Some(network);
            return Err(AskError::OtherChain {
                expected,
                found: network,
            });
        }
        self.picture().other_chain = None;
        if node.network.is_none() {
            self.note_network(network).await?;
        }
        // Told once the picture is the new one: whoever hears of it asks at once.
        let mut news = self.compare_chain(node, &glance).await?;
        match self.compare_pool(node, &glance).await {
            Ok(more) => news.extend(more),
            Err(error) => {
                news.into_iter().for_each(|event| self.tell(event));
                return Err(error);
            }
        }
        let now = self.now();
        let mut picture = self.picture();
        // What was replaced a while ago is history.
        let replaced = picture
            .replaced
            .filter(|(at, _)| now.as_secs().saturating_sub(at.as_secs()) < REPLACED_FOR);
        let mut found = wrong(&glance, picture.highest, now);
        if took >= self.config.slow {
            // In whole seconds, so that not every look is news.
            let text = format!("It took {} s to say how it is.", took.as_secs());
            found.push((ProblemKind::Slow, text));
        }
        if let Some((_, count)) = replaced {
            let blocks = if count == 1 { "block" } else { "blocks" };
            found.push((
                ProblemKind::Reorganised,
                format!("{count} {blocks} of the chain were replaced by others."),
            ));
        }
        let problems = renewed(&picture.problems, now, found);
        let changed = problems != picture.problems;
        picture.problems = problems;
        picture.highest = picture.highest.max(glance.chain.blocks);
        picture.last_answer = Some(now);
        picture.glance = Some(Arc::new(glance));
        drop(picture);
        if changed {
            news.push(Event::Stale(vec![Topic::Health]));
        }
        news.into_iter().for_each(|event| self.tell(event));
        Ok(())
    }

    /// Remembers which network the node is on.
    async fn note_network(&self, network: Network) -> Result<(), AskError> {
        let mut settings = self.settings()?;
        if settings.network.is_none() {
            settings.network = Some(network);
            self.keep_settings(&settings)?;
        }
        *self.node.lock().await = None;
        self.tell(Event::Stale(vec![Topic::Config]));
        Ok(())
    }

    /// Returns what is to be told when the chain has another tip, and how many blocks were replaced.
    async fn compare_chain(
        &self,
        node: &Arc<Node>,
        glance: &Glance,
    ) -> Result<Vec<Event>, AskError> {
        let (height, hash) = (glance.chain.blocks, glance.chain.best);
        let known: Vec<(u32, BlockHash)> = self.picture().blocks.iter().copied().collect();
        let newest = known.first().copied();
        if newest.is_some_and(|(_, tip)| tip == hash) {
            return Ok(Vec::new());
        }
        let tip = node.glances.header(hash).await?;
        if tip.hash != hash || tip.height != height {
            return Err(NodeError::Nonsense {
                what: "its newest block is at another height",
            }
            .into());
        }
        // Back to a block that is known: each in between is remembered, so that the next branch is told exactly.
        let mut fresh = Vec::new();
        let mut step = Some((height, hash, tip.previous));
        let mut common = None;
        while let Some((at, block, previous)) = step {
            if known.contains(&(at, block)) {
                common = Some(at);
                break;
            }
            fresh.push((at, block));
            let below = known.last().is_none_or(|(lowest, _)| at <= *lowest);
            let Some(previous) = previous.filter(|_| !below && fresh.len() < REMEMBERED) else {
                break;
            };
            let header = node.glances.header(previous).await?;
            if header.hash != previous || header.height.checked_add(1) != Some(at) {
                return Err(NodeError::Nonsense {
                    what: "its blocks do not follow each other",
                }
                .into());
            }
            step = Some((header.height, previous, header.previous));
        }
        let replaced = match (newest, common) {
            (None, _) => 0,
            (Some((newest, _)), Some(common)) => newest.saturating_sub(common),
            // So many blocks came that none is known: nothing is said of those before.
            (Some((newest, _)), None) if height > newest.saturating_add(REMEMBERED_BLOCKS) => 0,
            // At least those that were known, and those that the chain lacks now.
            (Some((newest, _)), None) => u32::try_from(known.len())
                .unwrap_or(u32::MAX)
                .max(newest.saturating_sub(height)),
        };
        {
            let mut picture = self.picture();
            picture
                .blocks
                .retain(|(at, _)| common.is_some_and(|common| *at <= common));
            for block in fresh.into_iter().rev() {
                picture.blocks.push_front(block);
            }
            picture.blocks.truncate(REMEMBERED);
            if replaced > 0 {
                picture.replaced = Some((self.now(), replaced));
            }
        }
        if known.is_empty() {
            // The first look: nothing is new yet.
            return Ok(Vec::new());
        }
        let new = Event::NewBlock {
            height,
            hash,
            time: tip.time,
            transactions: tip.transactions,
            replaced,
        };
        let stale = vec![
            Topic::Chain,
            Topic::Blocks,
            Topic::Mempool,
            Topic::Transactions,
            Topic::NodeWallets,
            Topic::Health,
        ];
        Ok(vec![new, Event::Stale(stale)])
    }

    /// Returns what is to be told when something came into the mempool or left it.
    async fn compare_pool(
        &self,
        node: &Arc<Node>,
        glance: &Glance,
    ) -> Result<Vec<Event>, AskError> {
        let Some(info) = &glance.mempool else {
            return Ok(Vec::new());
        };
        let before = {
            let picture = self.picture();
            let last = picture
                .glance
                .as_ref()
                .and_then(|glance| glance.mempool.clone());
            last.map(|last| (last, picture.pool.clone()))
        };
        if before.as_ref().is_some_and(|(last, _)| last == info) {
            return Ok(Vec::new());
        }
        let ids: Option<BTreeSet<Txid>> = if info.count <= POOL {
            let ids = node.glances.mempool_ids().await?;
            // It may have grown meanwhile; a list that is far longer than was told is none.
            (ids.len() <= 2 * POOL as usize).then(|| ids.into_iter().collect())
        } else {
            None
        };
        self.picture().pool.clone_from(&ids);
        let Some((last, known)) = before else {
            return Ok(Vec::new());
        };
        let new: Vec<Txid> = match (&ids, &known) {
            (Some(ids), Some(known)) => ids.difference(known).copied().collect(),
            _ => Vec::new(),
        };
        let count = match (&ids, &known) {
            (Some(_), Some(_)) => u32::try_from(new.len()).unwrap_or(u32::MAX),
            _ => info.count.saturating_sub(last.count),
        };
        let mut news = Vec::new();
        if count > 0 {
            let txids = new.into_iter().take(TOLD).collect();
            news.push(Event::NewTransactions { count, txids });
        }
        news.push(Event::Stale(vec![Topic::Mempool, Topic::NodeWallets]));
        Ok(news)
    }

    fn answered(&self, took: Duration) {
        let now = self.now();
        let (first, restored) = {
            let mut picture = self.picture();
            let first = picture.line == Line::Unknown;
            picture.line = Line::Up;
            picture.took = Some(took);
            picture.asked = picture.asked.saturating_add(1);
            let lost = picture.lost.take();
            let restored = lost.map(|(since, _)| now.as_secs().saturating_sub(since.as_secs()));
            (first, restored)
        };
        if first {
            // Whoever asked before was told that nothing is known.
            self.tell(Event::Stale(vec![Topic::Health, Topic::Config]));
        }
        if let Some(after) = restored {
            self.tell(Event::Restored { after });
            // What is shown may be old.
            self.tell(Event::Stale(vec![
                Topic::Chain,
                Topic::Blocks,
                Topic::Mempool,
                Topic::Transactions,
                Topic::NodeWallets,
                Topic::Health,
            ]));
        }
    }

    fn went_wrong(&self, error: &AskError) {
        let now = self.now();
        let lost = {
            let mut picture = self.picture();
            picture.asked = picture.asked.saturating_add(1);
            picture.failed = picture.failed.saturating_add(1);
            picture.line = Line::Down;
            let mut message = error.to_string();
            if let Some(first) = message.get(..1) {
                let first = first.to_uppercase();
                message.replace_range(..1, &first);
            }
            let found = vec![(kind_of(error), format!("{message}."))];
            let problems = renewed(&picture.problems, now, found);
            let changed = problems != picture.problems;
            picture.problems = problems;
            let known = picture
                .lost
                .as_ref()
                .is_some_and(|(_, before)| before == error);
            if known {
                changed.then_some(None)
            } else {
                let since = picture.lost.as_ref().map_or(now, |(since, _)| *since);
                picture.lost = Some((since, error.clone()));
                Some(Some(picture.last_answer))
            }
        };
        match lost {
            // Without a node there is nothing to lose.
            Some(Some(last_answer)) if *error != AskError::NotSet => {
                self.tell(Event::Lost {
                    error: error.clone(),
                    last_answer,
                });
                self.tell(Event::Stale(vec![Topic::Health]));
            }
            Some(_) => self.tell(Event::Stale(vec![Topic::Health])),
            None => {}
        }
    }
}
