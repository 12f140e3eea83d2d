//! From the core's reports to the edge's answers.

use satchel_app::balance::BalanceReport;
use satchel_app::events::SyncProgress as CoreProgress;
use satchel_app::fees::{FeeReport, rate_for};
use satchel_app::history::{HistoryRows, Rows};
use satchel_app::info::WalletInfo as CoreInfo;
use satchel_app::sync::SyncReport as CoreSync;
use satchel_app::transaction::TransactionReport;
use satchel_types::{AddressRow, CoinRow, Freshness, Page, TxRow, TxState, WalletId};

use crate::address::{Address, AddressPage};
use crate::balance::Balance;
use crate::coin::{Coin, CoinPage};
use crate::draft::{FeeEstimates, FeeTarget};
use crate::history::{HistoryPage, Transaction, TransactionDetail, TxPart, TxStatusReport};
use crate::session::{SyncProgress, SyncReport};
use crate::wallet::{WalletInfo, WalletSummary};
use crate::wallet_file::Imported;

impl From<BalanceReport> for Balance {
    fn from(report: BalanceReport) -> Self {
        Self::new(report.wallet, report.balance, report.freshness)
    }
}

impl From<Page<AddressRow>> for AddressPage {
    fn from(page: Page<AddressRow>) -> Self {
        Self {
            addresses: page.rows.into_iter().map(Address::from).collect(),
            next: page.next,
            total: page.total,
        }
    }
}

impl From<HistoryRows> for HistoryPage {
    fn from(history: HistoryRows) -> Self {
        let HistoryRows { rows, payees } = history;
        let tip = rows.tip;
        Self {
            transactions: rows
                .page
                .rows
                .into_iter()
                .map(|r| Transaction::new(r, tip).paid_to(&payees))
                .collect(),
            next: rows.page.next,
            total: rows.page.total,
        }
    }
}

impl From<Rows<CoinRow>> for CoinPage {
    fn from(rows: Rows<CoinRow>) -> Self {
        let tip = rows.tip;
        Self {
            coins: rows
                .page
                .rows
                .into_iter()
                .map(|r| Coin::new(r, tip))
                .collect(),
            next: rows.page.next,
            total: rows.page.total,
        }
    }
}

impl From<FeeReport> for FeeEstimates {
    fn from(report: FeeReport) -> Self {
        let floor = satchel_types::FeeRate::from_sat_per_kvb(1000)
            .expect("1 sat/vB lies within the accepted range");
        let rate = |blocks| rate_for(&report.estimates, blocks).unwrap_or(floor).into();
        Self {
            fast: rate(2),
            normal: rate(6),
            slow: rate(144),
            targets: report
                .estimates
                .targets
                .iter()
                .map(|(blocks, rate)| FeeTarget {
                    blocks: *blocks,
                    fee_rate: (*rate).into(),
                })
                .collect(),
            source: report.source,
            at: report.estimates.at.as_secs(),
        }
    }
}

impl From<CoreInfo> for WalletInfo {
    fn from(info: CoreInfo) -> Self {
        let count = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        let record = info.record;
        Self {
            id: record.id.to_string(),
            name: record.name.as_str().to_owned(),
            network: record.network.into(),
            script_type: record.script_type.into(),
            watch_only: !record.has_seed,
            has_seed: record.has_seed,
            selected: info.selected,
            fingerprint: record.descriptors.fingerprint.to_string(),
            account: record.account,
            external_descriptor: record.descriptors.external,
            internal_descriptor: record.descriptors.internal,
            receive_addresses: count(info.receive_addresses),
            change_addresses: count(info.change_addresses),
            transactions: count(info.transactions),
            coins: count(info.coins),
            freshness: info.freshness.map(Into::into),
            created_at: record.created_at.as_secs(),
            words_proven_at: record
                .words_proven_at
                .map(satchel_types::Timestamp::as_secs),
            backed_up_at: record.backed_up_at.map(satchel_types::Timestamp::as_secs),
            backend: info.backend,
            database_damaged: info.database_damaged,
        }
    }
}

impl From<TransactionReport> for TransactionDetail {
    fn from(report: TransactionReport) -> Self {
        let pending = matches!(report.row.state, TxState::Pending { .. });
        let can_replace = pending && report.replacement_rate.is_some();
        let txid = report.row.txid;
        let (mut inputs, mut outputs, mut raw) = (Vec::new(), Vec::new(), String::new());
        if let Some(details) = report.details {
            raw = bitcoin::consensus::encode::serialize_hex(&*details.tx);
            inputs = details
                .inputs
                .into_iter()
                .map(|input| TxPart {
                    address: input.address,
                    amount: input.amount.map(Into::into),
                    mine: input.ours.is_some(),
                    change: false,
                    contact: None,
                    outpoint: input.outpoint.to_string(),
                })
                .collect();
            outputs = details
                .outputs
                .into_iter()
                .map(|output| TxPart {
                    contact: output
                        .address
                        .as_ref()
                        .and_then(|address| report.payees.get(address))
                        .cloned(),
                    address: output.address,
                    amount: Some(output.amount.into()),
                    mine: output.ours.is_some(),
                    change: output.change,
                    outpoint: bitcoin::OutPoint::new(txid, output.vout).to_string(),
                })
                .collect();
        }
        // A cancellation pays nobody else, so there is nothing to pay again with a higher fee.
        let pays_somebody = outputs.iter().any(|output| !output.mine);
        Self {
            transaction: Transaction::new(report.row, report.tip).paid_to(&report.payees),
            inputs,
            outputs,
            raw,
            can_cancel: can_replace && pays_somebody,
            can_bump: can_replace,
            replacement_fee_rate: report.replacement_rate.filter(|_| pending).map(Into::into),
            rivals: report.rivals.into_iter().map(Into::into).collect(),
        }
    }
}

impl TxStatusReport {
    /// Makes the twin of a row and its freshness.
    pub fn new(row: TxRow, freshness: Option<Freshness>) -> Self {
        let tip = freshness.as_ref().map(|fresh| fresh.height);
        let tx = Transaction::new(row, tip);
        Self {
            txid: tx.txid,
            status: tx.status,
            confirmations: tx.confirmations,
            height: tx.height,
            block_hash: tx.block_hash,
            replaced_by: tx.replaced_by,
            source: freshness.map(|fresh| fresh.source),
        }
    }
}

impl From<satchel_app::import::Imported> for Imported {
    fn from(imported: satchel_app::import::Imported) -> Self {
        let selected = imported.selected;
        let twins = |records: Vec<satchel_types::WalletRecord>| {
            records
                .iter()
                .map(|record| WalletSummary::new(record, selected == Some(record.id)))
                .collect()
        };
        Self {
            added: twins(imported.added),
            merged: twins(imported.merged),
            unchanged: twins(imported.unchanged),
            passed_over: 0,
            incomplete: false,
        }
    }
}

impl SyncProgress {
    /// Makes the twin of a sync's progress.
    pub fn new(wallet: WalletId, progress: CoreProgress) -> Self {
        Self {
            wallet_id: wallet.to_string(),
            done: progress.done,
            expected: progress.expected,
            transactions: progress.transactions,
        }
    }
}

impl From<CoreSync> for SyncReport {
    fn from(report: CoreSync) -> Self {
        Self {
            wallet_id: report.wallet.to_string(),
            freshness: report.freshness.into(),
            changed_transactions: report.changed,
            requests: report.requests,
        }
    }
}
