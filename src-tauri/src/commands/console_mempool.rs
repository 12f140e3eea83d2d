//! What waits, and transactions.

use satchel_console::transactions::TxFilter;
use satchel_wire::console::mempool::{
    MempoolQuery, NodeMempool, NodeMempoolTransaction, NodeTxRef,
};
use satchel_wire::console::transaction::{
    AddressTransactionsQuery, NodeAddressPage, NodeTransactionPage, NodeTransactionsQuery,
};
use satchel_wire::{IpcError, parse};
use tauri::State;

use crate::console::SharedConsole;

/// Returns the node's mempool: figures, fee histogram, and a page of transactions.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_mempool(
    console: State<'_, SharedConsole>,
    req: MempoolQuery,
) -> Result<NodeMempool, IpcError> {
    Ok(console
        .console
        .mempool(req.after.as_deref(), req.limit)
        .await?
        .into())
}

/// Returns a waiting transaction.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_mempool_transaction(
    console: State<'_, SharedConsole>,
    req: NodeTxRef,
) -> Result<NodeMempoolTransaction, IpcError> {
    Ok(console
        .console
        .mempool_transaction(parse::txid(&req.txid)?)
        .await?
        .into())
}

/// Returns transactions: one by its id, those of a block, or the newest that are in blocks.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_transactions(
    console: State<'_, SharedConsole>,
    req: NodeTransactionsQuery,
) -> Result<NodeTransactionPage, IpcError> {
    let filter = TxFilter {
        txid: req.txid.as_deref().map(parse::txid).transpose()?,
        block: req.block.as_deref().map(parse::block_hash).transpose()?,
    };
    let page = console
        .console
        .transactions(filter, req.after.as_deref(), req.limit)
        .await?;
    // A list's bytes would be many; one transaction's are worth a copy.
    Ok(NodeTransactionPage::new(page, filter.txid.is_some()))
}

/// Returns the transactions of an address, from an index or, where there is none and it is wanted, of what is unspent.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_address_transactions(
    console: State<'_, SharedConsole>,
    req: AddressTransactionsQuery,
) -> Result<NodeAddressPage, IpcError> {
    let page = console
        .console
        .address_transactions(&req.address, req.after.as_deref(), req.scan);
    Ok(page.await?.into())
}
