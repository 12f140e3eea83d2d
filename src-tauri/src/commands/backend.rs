//! Which server is asked.

use bitcoin::{Address, Amount, Network, Txid};
use satchel_types::{AddressQuery, ChainSide, PageSize, RequestId, WalletRecord};
use satchel_wire::backend::{Backend, SetBackendRequest};
use satchel_wire::draft::Sent;
use satchel_wire::wallet::WalletRef;
use satchel_wire::{Code, IpcError, parse};
use tauri::State;

use crate::shell::{Shared, Shell};

/// Returns the server that is asked for a wallet.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_backend(
    shell: State<'_, Shared>,
    req: WalletRef,
) -> Result<Backend, IpcError> {
    let network = shell
        .app
        .find_wallet(parse::wallet_id(req.wallet_id.as_deref())?)?
        .network;
    twin(&shell, network)
}

/// Sets the server of a network, after consent.
#[tauri::command]
#[specta::specta]
pub async fn cmd_set_backend(
    shell: State<'_, Shared>,
    req: SetBackendRequest,
) -> Result<Backend, IpcError> {
    let network = match req.network {
        Some(network) => network.into(),
        None => shell.app.find_wallet(None)?.network,
    };
    // Always named: without a name, the server would be asked before its owner was.
    let backend = shell.app.set_backend(Some(network), &req.url).await?;
    twin(&shell, backend.network)
}

/// Asks the sandbox's faucet for coins to the wallet's next address. Sandbox servers only.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_sandbox_coins(
    shell: State<'_, Shared>,
    req: WalletRef,
) -> Result<Sent, IpcError> {
    let wallet = shell
        .app
        .find_wallet(parse::wallet_id(req.wallet_id.as_deref())?)?;
    let txid = shell
        .calls
        .coins
        .run(wallet.id, coins(&shell, &wallet))
        .await?;
    Ok(Sent {
        txid: txid.to_string(),
        not_asked: Vec::new(),
    })
}

/// What the faucet is asked for.
const COINS: Amount = Amount::from_sat(100_000_000);

fn twin(shell: &Shell, network: Network) -> Result<Backend, IpcError> {
    let known = shell.app.backend(network)?;
    let url = known.as_ref().map(|(backend, _)| backend.url.clone());
    let sandbox = shell.faucet.as_ref().map(|faucet| faucet.esplora_url());
    Ok(Backend {
        network: network.into(),
        kind: "esplora".to_owned(),
        is_default: known.is_some_and(|(_, given)| given),
        is_sandbox: url.is_some() && url.as_deref() == sandbox,
        url,
    })
}

async fn coins(shell: &Shell, wallet: &WalletRecord) -> Result<Txid, IpcError> {
    let faucet = shell
        .faucet
        .as_ref()
        .filter(|_| twin(shell, wallet.network).is_ok_and(|backend| backend.is_sandbox))
        .ok_or_else(|| IpcError::new(Code::NoBackend, "This wallet's server is no sandbox."))?;
    let address = unused(shell, wallet).await?;
    let address = address
        .parse::<Address<_>>()
        .ok()
        .and_then(|address| address.require_network(wallet.network).ok())
        .ok_or_else(|| IpcError::new(Code::BadAddress, "The wallet's address cannot be read."))?;
    Ok(faucet.pay(&address, COINS).await?)
}

/// Returns an address that nobody paid to yet, a new one only when there is none.
async fn unused(shell: &Shell, wallet: &WalletRecord) -> Result<String, IpcError> {
    let query = AddressQuery {
        side: ChainSide::Receive,
        after: None,
        size: PageSize::clamped(1),
        unused_only: true,
    };
    let page = shell.app.addresses(Some(wallet.id), &query)?;
    if let Some(row) = page.rows.into_iter().next() {
        return Ok(row.address);
    }
    let mut id = [0; 16];
    getrandom::fill(&mut id)
        .map_err(|_| IpcError::transient(Code::Internal, "There are no random bytes."))?;
    let request = RequestId::from_bytes(id);
    Ok(shell
        .app
        .generate_address(Some(wallet.id), request, None)
        .await?
        .address)
}
