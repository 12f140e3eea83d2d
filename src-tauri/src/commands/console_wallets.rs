//! The node's own wallets. None of them is a wallet of this program.

use satchel_console::send::Payment;
use satchel_wire::console::wallets::{
    CreateNodeWalletRequest, FaucetRequest, FreshAddress, NodeAddresses, NodeAddressesQuery,
    NodeBalance, NodeFaucetPaid, NodeSent, NodeWalletRef, NodeWallets, SendFromNodeRequest,
};
use satchel_wire::{IpcError, parse};
use tauri::State;

use crate::console::{ConsoleDesk, SharedConsole};

/// Makes a wallet in the node, or loads one that is there.
#[tauri::command]
#[specta::specta]
pub async fn cmd_create_wallet_admin(
    console: State<'_, SharedConsole>,
    req: CreateNodeWalletRequest,
) -> Result<NodeWallets, IpcError> {
    let request = parse::request_id(&req.request_id)?;
    let create = async {
        let name = console
            .console
            .create_wallet(&req.name, req.watch_only, req.existing)
            .await?;
        Ok(console.console.wallet_info(Some(&name)).await?.into())
    };
    console.calls.created.run(request, create).await
}

/// Returns addresses of a wallet of the node, and hands out a new one if that is wanted.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_addresses_admin(
    console: State<'_, SharedConsole>,
    req: NodeAddressesQuery,
) -> Result<NodeAddresses, IpcError> {
    let wallet = req.wallet.as_deref();
    let fresh = match &req.fresh {
        Some(fresh) => Some(hand_out(&console, wallet, fresh).await?),
        None => None,
    };
    let list = console
        .console
        .addresses(wallet, req.after.as_deref(), req.limit)
        .await?;
    Ok(NodeAddresses::new(list, fresh))
}

async fn hand_out(
    console: &ConsoleDesk,
    wallet: Option<&str>,
    fresh: &FreshAddress,
) -> Result<String, IpcError> {
    let request = parse::request_id(&fresh.request_id)?;
    let label = fresh.label.as_deref().unwrap_or_default();
    let ask = async {
        Ok(console
            .console
            .fresh_address(wallet, label, fresh.kind.into())
            .await?)
    };
    console.calls.handed_out.run(request, ask).await
}

/// Returns the node's wallets, and one of them.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_wallet_info_admin(
    console: State<'_, SharedConsole>,
    req: NodeWalletRef,
) -> Result<NodeWallets, IpcError> {
    Ok(console
        .console
        .wallet_info(req.wallet.as_deref())
        .await?
        .into())
}

/// Returns what a wallet of the node has.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_balance_admin(
    console: State<'_, SharedConsole>,
    req: NodeWalletRef,
) -> Result<NodeBalance, IpcError> {
    Ok(console.console.balance(req.wallet.as_deref()).await?.into())
}

/// Pays out of a wallet of the node, after consent.
#[tauri::command]
#[specta::specta]
pub async fn cmd_send_transaction_admin(
    console: State<'_, SharedConsole>,
    req: SendFromNodeRequest,
) -> Result<NodeSent, IpcError> {
    let request = parse::request_id(&req.request_id)?;
    let payment = Payment {
        wallet: req.wallet,
        address: req.address,
        amount: req.amount.to_amount(),
        fee_rate: req.fee_rate.map(parse::fee_rate).transpose()?,
        subtract_fee: req.subtract_fee,
    };
    let pay = async { Ok(console.console.send(&payment).await?) };
    let txid = console.calls.sent.run(request, pay).await?;
    Ok(NodeSent {
        txid: txid.to_string(),
    })
}

/// Pays coins of regtest out of the node's wallet `faucet` and mines a block; refused on any other network.
#[tauri::command]
#[specta::specta]
pub async fn cmd_pay_from_faucet(
    console: State<'_, SharedConsole>,
    req: FaucetRequest,
) -> Result<NodeFaucetPaid, IpcError> {
    let request = parse::request_id(&req.request_id)?;
    let amount = req.amount.to_amount();
    let pay = async { Ok(console.console.faucet(&req.address, amount).await?.into()) };
    console.calls.fauceted.run(request, pay).await
}
