//! The transactions of an address: from an index where there is one, else what is unspent.

use std::collections::BTreeMap;

use bitcoin::address::NetworkUnchecked;
use bitcoin::{Address, Amount, BlockHash, Network, Txid};
use satchel_node_api::{AddressTx, Esplora, NodeError};

use crate::kept::{Question, Seen};
use crate::node::Node;
use crate::{AskError, Console};

/// Transactions of blocks that make a page of an Esplora server full, so that another may follow.
const FULL_PAGE: usize = 25;
/// Transactions that are listed of what is unspent.
const MOST_UNSPENT: usize = 1_000;

/// Who knew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressSource {
    /// An index of all addresses.
    Index,
    /// The unspent outputs.
    UnspentOutputs,
}

/// A transaction of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressRow {
    /// Its id.
    pub txid: Txid,
    /// Height of its block.
    pub height: Option<u32>,
    /// Its block.
    pub block: Option<BlockHash>,
    /// Its block's time, in seconds since 1970; `None`: not known.
    pub time: Option<u64>,
    /// What came to the address.
    pub received: Amount,
    /// What left it; `None`: not known.
    pub spent: Option<Amount>,
}

/// A page of an address's transactions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressPage {
    /// The address.
    pub address: String,
    /// Who knew.
    pub source: AddressSource,
    /// What is unspent in blocks.
    pub balance: Amount,
    /// Transactions in blocks, as far as the source knows.
    pub total: u64,
    /// The transactions.
    pub rows: Vec<AddressRow>,
    /// What to ask for next as `after`; `None`: this was the last page.
    pub next: Option<String>,
}

/// Reads an address of a network.
pub(crate) fn address(text: &str, network: Network) -> Result<Address, AskError> {
    text.trim()
        .parse::<Address<NetworkUnchecked>>()
        .ok()
        .and_then(|address| address.require_network(network).ok())
        .ok_or(AskError::BadAddress)
}

impl From<AddressTx> for AddressRow {
    fn from(tx: AddressTx) -> Self {
        Self {
            txid: tx.txid,
            height: tx.block.map(|(height, ..)| height),
            block: tx.block.map(|(_, hash, _)| hash),
            time: tx.block.map(|(.., time)| time),
            received: tx.received,
            spent: Some(tx.spent),
        }
    }
}

async fn indexed(
    node: &Node,
    index: &Esplora,
    address: &str,
    after: Option<Txid>,
) -> Result<AddressPage, AskError> {
    // An index of another chain knows other coins.
    if index.block_hash(0).await? != node.admin.block_hash(0).await? {
        return Err(NodeError::Nonsense {
            what: "the Esplora server has another chain than the node",
        }
        .into());
    }
    let stats = index.stats(address).await?;
    let rows = index.transactions(address, after).await?;
    let in_blocks: Vec<&AddressTx> = rows.iter().filter(|row| row.block.is_some()).collect();
    let full = in_blocks.len() >= FULL_PAGE;
    let next = in_blocks
        .last()
        .filter(|_| full)
        .map(|row| row.txid.to_string());
    Ok(AddressPage {
        address: address.to_owned(),
        source: AddressSource::Index,
        balance: stats.balance,
        total: stats.transactions,
        rows: rows.into_iter().map(AddressRow::from).collect(),
        next,
    })
}

async fn unspent(node: &Node, address: &str) -> Result<AddressPage, AskError> {
    let found = node.admin.scan_address(address).await?;
    if !found.success {
        return Err(NodeError::Nonsense {
            what: "it did not look through all unspent outputs",
        }
        .into());
    }
    let mut rows: BTreeMap<Txid, AddressRow> = BTreeMap::new();
    for output in &found.unspents {
        let row = rows.entry(output.txid).or_insert_with(|| AddressRow {
            txid: output.txid,
            height: Some(output.height),
            block: output.block,
            time: None,
            received: Amount::ZERO,
            spent: None,
        });
        row.received = row
            .received
            .checked_add(output.amount.0)
            .ok_or(NodeError::Nonsense {
                what: "outputs of more than there is",
            })?;
    }
    let total = rows.len() as u64;
    let mut rows: Vec<AddressRow> = rows.into_values().collect();
    rows.sort_by_key(|row| (std::cmp::Reverse(row.height), row.txid));
    rows.truncate(MOST_UNSPENT);
    Ok(AddressPage {
        address: address.to_owned(),
        source: AddressSource::UnspentOutputs,
        balance: found.total_amount.0,
        total,
        rows,
        next: None,
    })
}

impl Console {
    /// Asks for a page of an address's transactions. `scan`: a node without an index may look through all unspent
    /// outputs, which takes minutes on the main chain.
    ///
    /// # Errors
    /// See [`AskError`]; [`AskError::NoIndex`] when there is none and it must not look.
    pub async fn address_transactions(
        &self,
        text: &str,
        after: Option<&str>,
        scan: bool,
    ) -> Result<Seen<AddressPage>, AskError> {
        let after: Option<Txid> = after
            .map(|text| text.parse().map_err(|_| AskError::BadCursor))
            .transpose()?;
        let wanted = text.to_owned();
        let answer = self
            .asked(|node| async move {
                let network = node.admin.blockchain_info().await?.network;
                let address = address(&wanted, network)?.to_string();
                match node.index().await? {
                    Some(index) => indexed(&node, index, &address, after).await,
                    None if scan => unspent(&node, &address).await,
                    None => Err(AskError::NoIndex),
                }
            })
            .await;
        self.seen(Question::Address(text.to_owned(), after), answer)
    }
}
