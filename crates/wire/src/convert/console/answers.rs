//! Answers and events of the console.

use bitcoin::Txid;
use satchel_console::addresses::AddressList;
use satchel_console::block::BlockWithTxs;
use satchel_console::blocks::BlockPage;
use satchel_console::check_connection::Check;
use satchel_console::config as core;
use satchel_console::faucet::FaucetPaid;
use satchel_console::health::{Health, Line};
use satchel_console::liveness::Liveness;
use satchel_console::mempool::MempoolPage;
use satchel_console::readiness::Readiness;
use satchel_console::wallet_info::WalletList;
use satchel_console::{Event, Problem, ProblemKind, Seen, Topic};
use satchel_node_api as node;

use crate::FeeRate;
use crate::console::NodeSeen;
use crate::console::chain::{
    NodeBlock, NodeBlockPage, NodeBlockRow, NodeChain, NodeLatestBlocks, NodePeers,
};
use crate::console::event::ConsoleEvent;
use crate::console::health::{
    NodeHealth, NodeLine, NodeLiveness, NodeProblem, NodeProblemKind, NodeReadiness,
};
use crate::console::mempool::{FeeBand, NodeMempool, NodeMempoolRow, NodeMempoolTransaction};
use crate::console::mining::NodeMining;
use crate::console::settings::{NodeCheck, NodeConfig, NodeKeyKept, NodeKeyKind};
use crate::console::tags::ConsoleTag;
use crate::console::transaction::NodeTransaction;
use crate::console::wallets::{
    NodeAddressKind, NodeAddresses, NodeBalance, NodeFaucetPaid, NodeWallet, NodeWalletAddress,
    NodeWalletName, NodeWallets,
};

impl<T> From<&Seen<T>> for NodeSeen {
    fn from(seen: &Seen<T>) -> Self {
        Self {
            at: seen.at.as_secs(),
            old: seen.problem.is_some(),
            error: seen.problem.clone().map(Into::into),
        }
    }
}

impl From<Seen<node::Glance>> for NodeChain {
    fn from(glance: Seen<node::Glance>) -> Self {
        let seen = (&glance).into();
        let node::Glance {
            chain,
            network,
            uptime,
            ..
        } = glance.value;
        let mut warnings = chain.warnings;
        if let Some(network) = &network {
            let more = network
                .warnings
                .iter()
                .filter(|text| !warnings.contains(text));
            warnings.extend(more.cloned().collect::<Vec<_>>());
        }
        Self {
            network: chain.network.into(),
            height: chain.blocks,
            headers: chain.headers,
            best_hash: chain.best.to_string(),
            best_time: chain.time.into(),
            median_time: chain.median_time.into(),
            difficulty: chain.difficulty.to_string(),
            progress_ppm: chain.progress.ppm(),
            initial_download: chain.initial_download,
            chain_work: chain.chain_work,
            size_on_disk: chain.size_on_disk,
            pruned: chain.pruned,
            prune_height: chain.prune_height,
            version: network.as_ref().map_or(0, |network| network.version),
            peers: network.as_ref().map(|network| NodePeers {
                count: network.connections,
                inbound: network.connections_in,
                outbound: network.connections_out,
                active: network.network_active,
            }),
            subversion: network
                .map(|network| network.subversion)
                .unwrap_or_default(),
            uptime,
            warnings,
            seen,
        }
    }
}

impl From<node::BlockRow> for NodeBlockRow {
    fn from(row: node::BlockRow) -> Self {
        Self {
            height: row.height,
            hash: row.hash.to_string(),
            previous: row.previous.map(|hash| hash.to_string()),
            time: row.time.into(),
            transactions: row.transactions,
            size: row.size.map(|size| size.bytes),
            weight: row.size.map(|size| size.weight),
            fees: row.fees.map(Into::into),
        }
    }
}

impl From<Seen<Vec<node::BlockRow>>> for NodeLatestBlocks {
    fn from(blocks: Seen<Vec<node::BlockRow>>) -> Self {
        let seen = (&blocks).into();
        Self {
            blocks: blocks.value.into_iter().map(Into::into).collect(),
            seen,
        }
    }
}

impl From<Seen<BlockPage>> for NodeBlockPage {
    fn from(page: Seen<BlockPage>) -> Self {
        let seen = (&page).into();
        let BlockPage { blocks, next, tip } = page.value;
        Self {
            blocks: blocks.into_iter().map(Into::into).collect(),
            next,
            tip,
            seen,
        }
    }
}

impl From<Seen<BlockWithTxs>> for NodeBlock {
    fn from(block: Seen<BlockWithTxs>) -> Self {
        let seen = (&block).into();
        let BlockWithTxs {
            block,
            fees,
            transactions,
            next,
        } = block.value;
        let confirmations = u32::try_from(block.confirmations).unwrap_or(0);
        let height = (confirmations > 0).then_some(block.height);
        let twin = |tx| NodeTransaction::new(tx, height, false);
        Self {
            block: block.row(fees).into(),
            confirmations,
            version: block.version,
            merkle_root: block.merkle_root.to_string(),
            bits: block.bits,
            nonce: block.nonce,
            difficulty: block.difficulty.to_string(),
            chain_work: block.chain_work,
            median_time: block.median_time.into(),
            stripped_size: block.stripped_size,
            next_hash: block.next.map(|hash| hash.to_string()),
            transactions: transactions.into_iter().map(twin).collect(),
            next,
            seen,
        }
    }
}

impl From<Seen<node::MiningInfo>> for NodeMining {
    fn from(info: Seen<node::MiningInfo>) -> Self {
        let seen = (&info).into();
        let info = info.value;
        Self {
            network: info.network.into(),
            height: info.blocks,
            difficulty: info.difficulty.to_string(),
            hashes_per_second: info.hashes_per_second.to_string(),
            pooled: info.pooled,
            block_weight: info.block_weight,
            block_transactions: info.block_transactions,
            min_fee_rate: info.min_fee_rate.map(|rate| FeeRate::of_node(rate.0)),
            can_generate: info.can_generate(),
            warnings: info.warnings,
            seen,
        }
    }
}

fn problem_kind(kind: ProblemKind) -> NodeProblemKind {
    match kind {
        ProblemKind::NotSet => NodeProblemKind::NotSet,
        ProblemKind::Unreachable => NodeProblemKind::Unreachable,
        ProblemKind::NoProxy => NodeProblemKind::NoProxy,
        ProblemKind::Unauthorized => NodeProblemKind::Unauthorized,
        ProblemKind::NoCookie => NodeProblemKind::NoCookie,
        ProblemKind::Busy => NodeProblemKind::Busy,
        ProblemKind::BadAnswer => NodeProblemKind::BadAnswer,
        ProblemKind::OtherChain => NodeProblemKind::OtherChain,
        ProblemKind::HeightFell => NodeProblemKind::HeightFell,
        ProblemKind::Reorganised => NodeProblemKind::Reorganised,
        ProblemKind::InitialDownload => NodeProblemKind::InitialDownload,
        ProblemKind::Behind => NodeProblemKind::Behind,
        ProblemKind::NoPeers => NodeProblemKind::NoPeers,
        ProblemKind::Stale => NodeProblemKind::Stale,
        ProblemKind::Slow => NodeProblemKind::Slow,
        ProblemKind::NodeWarning => NodeProblemKind::NodeWarning,
    }
}

impl From<Problem> for NodeProblem {
    fn from(problem: Problem) -> Self {
        Self {
            kind: problem_kind(problem.kind),
            message: problem.message,
            since: problem.since.as_secs(),
            serious: problem.kind.is_serious(),
        }
    }
}

impl From<Health> for NodeHealth {
    fn from(health: Health) -> Self {
        Self {
            line: match health.line {
                _ if !health.is_set => NodeLine::NotSet,
                Line::Unknown => NodeLine::Unknown,
                Line::Up => NodeLine::Up,
                Line::Down => NodeLine::Down,
            },
            problems: health.problems.into_iter().map(Into::into).collect(),
            last_answer: health.last_answer.map(|at| at.as_secs()),
            age: health.age,
            took_ms: health.took_ms,
            network: health.network.map(Into::into),
            height: health.tip.map(|(height, _)| height),
            headers: health.headers,
            best_hash: health.tip.map(|(_, hash)| hash.to_string()),
            pooled: health.pooled,
            asked: health.asked,
            failed: health.failed,
        }
    }
}

impl From<Liveness> for NodeLiveness {
    fn from(liveness: Liveness) -> Self {
        Self {
            alive: liveness.error.is_none(),
            took_ms: liveness.took_ms,
            at: liveness.at.as_secs(),
            error: liveness.error.map(Into::into),
        }
    }
}

impl From<Readiness> for NodeReadiness {
    fn from(readiness: Readiness) -> Self {
        let Readiness { ready, health, at } = readiness;
        Self {
            ready,
            reasons: health.problems.into_iter().map(Into::into).collect(),
            height: health.tip.map(|(height, _)| height),
            headers: health.headers,
            progress_ppm: health.progress_ppm,
            at: at.as_secs(),
        }
    }
}

fn mempool_row(txid: Txid, entry: &node::MempoolEntry, full_rbf: bool) -> NodeMempoolRow {
    NodeMempoolRow {
        txid: txid.to_string(),
        vsize: entry.vsize,
        time: entry.time,
        fee: entry.fee().into(),
        fee_rate: FeeRate::of_node(entry.rate()),
        ancestors: entry.ancestors,
        descendants: entry.descendants,
        replaceable: full_rbf || entry.signals_replacement,
    }
}

impl From<Seen<MempoolPage>> for NodeMempool {
    fn from(page: Seen<MempoolPage>) -> Self {
        let seen = (&page).into();
        let MempoolPage {
            info,
            histogram,
            sampled,
            entries,
            sorted,
            next,
        } = page.value;
        let band = |band: satchel_console::mempool::Band| FeeBand {
            from: FeeRate::of_node(band.from),
            vsize: band.vsize,
            count: band.count,
        };
        Self {
            count: info.count,
            vsize: info.vsize,
            usage: info.usage,
            max_usage: info.max_usage,
            fees: info.fees.0.into(),
            min_fee_rate: FeeRate::of_node(info.min_fee_rate.0),
            relay_fee_rate: FeeRate::of_node(info.relay_fee_rate.0),
            histogram: histogram.into_iter().map(band).collect(),
            sampled,
            transactions: entries
                .iter()
                .map(|(txid, entry)| mempool_row(*txid, entry, info.full_rbf))
                .collect(),
            sorted,
            next,
            seen,
        }
    }
}

impl From<Seen<(node::MempoolEntry, node::Tx)>> for NodeMempoolTransaction {
    fn from(both: Seen<(node::MempoolEntry, node::Tx)>) -> Self {
        let seen = (&both).into();
        let (entry, tx) = both.value;
        let ids = |ids: &[Txid]| ids.iter().map(Txid::to_string).collect();
        Self {
            row: mempool_row(tx.txid, &entry, false),
            transaction: NodeTransaction::new(tx, None, true),
            ancestor_vsize: entry.ancestor_vsize,
            ancestor_fees: entry.ancestor_fees().into(),
            descendant_vsize: entry.descendant_vsize,
            descendant_fees: entry.descendant_fees().into(),
            depends: ids(&entry.depends),
            spent_by: ids(&entry.spent_by),
            seen,
        }
    }
}

impl From<node::WalletInfo> for NodeWallet {
    fn from(info: node::WalletInfo) -> Self {
        Self {
            transactions: info.transactions,
            watch_only: !info.has_keys,
            descriptors: info.descriptors,
            encrypted: info.unlocked_until.is_some(),
            unlocked: info.unlocked_until.is_none_or(|until| until > 0),
            scanning_ppm: info.scanning_ppm(),
            name: info.name,
            format: info.format,
        }
    }
}

impl From<Seen<WalletList>> for NodeWallets {
    fn from(list: Seen<WalletList>) -> Self {
        let seen = (&list).into();
        let names = list.value.wallets.into_iter();
        Self {
            wallets: names
                .map(|(name, loaded)| NodeWalletName { name, loaded })
                .collect(),
            wallet: list.value.wallet.map(Into::into),
            seen,
        }
    }
}

impl From<NodeAddressKind> for node::AddressType {
    fn from(kind: NodeAddressKind) -> Self {
        match kind {
            NodeAddressKind::Segwit => Self::Segwit,
            NodeAddressKind::Taproot => Self::Taproot,
            NodeAddressKind::NestedSegwit => Self::NestedSegwit,
            NodeAddressKind::Legacy => Self::Legacy,
        }
    }
}

impl NodeAddresses {
    /// Makes the twin of a page; `fresh` is an address that was handed out just now.
    pub fn new(list: Seen<AddressList>, fresh: Option<String>) -> Self {
        let seen = (&list).into();
        let AddressList {
            addresses,
            next,
            total,
        } = list.value;
        let rows = addresses.into_iter().map(|row| NodeWalletAddress {
            address: row.address,
            label: row.label,
            received: row.amount.0.into(),
            confirmations: u32::try_from(row.confirmations).unwrap_or(0),
            transactions: u32::try_from(row.txids.len()).unwrap_or(u32::MAX),
        });
        Self {
            fresh,
            addresses: rows.collect(),
            next,
            total,
            seen,
        }
    }
}

impl From<Seen<node::Balances>> for NodeBalance {
    fn from(balances: Seen<node::Balances>) -> Self {
        let seen = (&balances).into();
        let balances = balances.value;
        Self {
            trusted: balances.trusted.into(),
            pending: balances.pending.into(),
            immature: balances.immature.into(),
            height: balances.height,
            seen,
        }
    }
}

impl From<FaucetPaid> for NodeFaucetPaid {
    fn from(paid: FaucetPaid) -> Self {
        Self {
            txid: paid.txid.to_string(),
            block: paid.block.map(|hash| hash.to_string()),
        }
    }
}

impl From<core::NodeConfig> for NodeConfig {
    fn from(config: core::NodeConfig) -> Self {
        Self {
            url: config.url,
            esplora_url: config.esplora_url,
            proxy: config.proxy,
            is_default: config.is_given,
            is_sandbox: config.is_sandbox,
            network: config.network.map(Into::into),
            key_kind: match config.way {
                core::KeyWay::None => NodeKeyKind::None,
                core::KeyWay::Cookie => NodeKeyKind::Cookie,
                core::KeyWay::CookieFile => NodeKeyKind::CookieFile,
                core::KeyWay::Login => NodeKeyKind::Login,
                core::KeyWay::Authorization => NodeKeyKind::Authorization,
                core::KeyWay::ApiKey => NodeKeyKind::ApiKey,
            },
            key_set: config.key_is_set,
            key_kept: match config.home {
                core::KeyHome::Nothing => NodeKeyKept::Nothing,
                core::KeyHome::Keychain => NodeKeyKept::Keychain,
                core::KeyHome::ThisRun => NodeKeyKept::ThisRun,
            },
            user: config.user,
            keychain: config.keychain.to_owned(),
        }
    }
}

impl From<Check> for NodeCheck {
    fn from(check: Check) -> Self {
        Self {
            reached: check.reached,
            let_in: check.let_in,
            took_ms: check.took_ms,
            network: check.network.map(Into::into),
            version: check.version,
            subversion: check.subversion,
            height: check.height,
            wallets: check.wallets,
            esplora: check.esplora,
            error: check.error.map(Into::into),
            at: check.at.as_secs(),
        }
    }
}

impl From<Topic> for ConsoleTag {
    fn from(topic: Topic) -> Self {
        match topic {
            Topic::Chain => Self::Chain,
            Topic::Blocks => Self::Blocks,
            Topic::Mempool => Self::Mempool,
            Topic::Transactions => Self::Transactions,
            Topic::NodeWallets => Self::NodeWallets,
            Topic::Health => Self::Health,
            Topic::Config => Self::Config,
        }
    }
}

impl From<Event> for ConsoleEvent {
    fn from(event: Event) -> Self {
        match event {
            Event::Stale(topics) => Self::Stale {
                tags: topics.into_iter().map(Into::into).collect(),
            },
            Event::NewBlock {
                height,
                hash,
                time,
                transactions,
                replaced,
            } => Self::NewBlock {
                height,
                hash: hash.to_string(),
                time: time.into(),
                transactions,
                replaced,
            },
            Event::NewTransactions { count, txids } => Self::NewTransactions {
                count,
                txids: txids.iter().map(Txid::to_string).collect(),
            },
            Event::Lost { error, last_answer } => Self::ConnectionLost {
                error: error.into(),
                last_answer: last_answer.map(|at| at.as_secs()),
            },
            Event::Restored { after } => Self::ConnectionRestored { after },
        }
    }
}
