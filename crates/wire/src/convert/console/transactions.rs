//! Transactions of the console.

use satchel_console::Seen;
use satchel_console::address_transactions::{AddressPage, AddressSource};
use satchel_console::transactions::{PlacedTx, TxPage};
use satchel_node_api as node;

use crate::FeeRate;
use crate::console::transaction::{
    self, NodeAddressPage, NodeAddressTransaction, NodeInput, NodeOutput, NodeScript, NodeSpent,
    NodeTransaction, NodeTransactionPage,
};

impl From<node::Script> for NodeScript {
    fn from(script: node::Script) -> Self {
        Self {
            asm: script.asm,
            hex: script.hex,
            kind: script.kind,
            address: script.address,
        }
    }
}

impl From<node::Input> for NodeInput {
    fn from(input: node::Input) -> Self {
        Self {
            outpoint: input.outpoint.map(|outpoint| outpoint.to_string()),
            coinbase: input.coinbase,
            asm: input.asm,
            witness: input.witness,
            more_witness: input.more_witness,
            sequence: input.sequence,
            spends: input.spends.map(|spent| NodeSpent {
                amount: spent.amount.into(),
                script: spent.script.into(),
                height: spent.height,
                coinbase: spent.coinbase,
            }),
        }
    }
}

impl From<node::Output> for NodeOutput {
    fn from(output: node::Output) -> Self {
        Self {
            index: output.index,
            amount: output.amount.into(),
            script: output.script.into(),
        }
    }
}

impl NodeTransaction {
    /// Makes the twin of a transaction; `raw`: with its bytes.
    pub fn new(tx: node::Tx, height: Option<u32>, raw: bool) -> Self {
        let rate = tx
            .fee
            .and_then(|fee| satchel_types::FeeRate::of(fee, tx.vsize.into()));
        Self {
            coinbase: tx.is_coinbase(),
            txid: tx.txid.to_string(),
            wtxid: tx.wtxid.to_string(),
            version: tx.version,
            lock_time: tx.lock_time,
            size: tx.size,
            vsize: tx.vsize,
            weight: tx.weight,
            fee: tx.fee.map(Into::into),
            fee_rate: rate.map(FeeRate::from),
            total: tx.total.into(),
            inputs: tx.inputs.into_iter().map(Into::into).collect(),
            more_inputs: tx.more_inputs,
            outputs: tx.outputs.into_iter().map(Into::into).collect(),
            more_outputs: tx.more_outputs,
            height,
            block_hash: tx.block.map(|hash| hash.to_string()),
            time: tx.time.map(u64::from),
            confirmations: tx.confirmations,
            raw: tx.raw.filter(|_| raw),
        }
    }
}

impl NodeTransactionPage {
    /// Makes the twin of a page; `raw`: with the transactions' bytes.
    pub fn new(page: Seen<TxPage>, raw: bool) -> Self {
        let seen = (&page).into();
        let twin = |placed: PlacedTx| NodeTransaction::new(placed.tx, placed.height, raw);
        Self {
            transactions: page.value.transactions.into_iter().map(twin).collect(),
            next: page.value.next,
            seen,
        }
    }
}

impl From<Seen<AddressPage>> for NodeAddressPage {
    fn from(page: Seen<AddressPage>) -> Self {
        let seen = (&page).into();
        let page = page.value;
        let rows = page.rows.into_iter().map(|row| NodeAddressTransaction {
            txid: row.txid.to_string(),
            height: row.height,
            block_hash: row.block.map(|hash| hash.to_string()),
            time: row.time,
            received: row.received.into(),
            spent: row.spent.map(Into::into),
        });
        Self {
            address: page.address,
            source: match page.source {
                AddressSource::Index => transaction::AddressSource::Index,
                AddressSource::UnspentOutputs => transaction::AddressSource::UnspentOutputs,
            },
            balance: page.balance.into(),
            total: page.total,
            transactions: rows.collect(),
            next: page.next,
            seen,
        }
    }
}
