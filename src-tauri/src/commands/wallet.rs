//! Wallets on this device.

use satchel_app::VaultState;
use satchel_app::create_wallet::CreateWallet;
use satchel_wire::wallet::{
    CreateWalletRequest, RenameWalletRequest, WalletInfo, WalletRef, WalletSummary,
};
use satchel_wire::wallet_file::{RestoreWalletRequest, Restored};
use satchel_wire::{Code, IpcError, parse};
use tauri::State;

use crate::sealed::{self, Wanted, WordsOf};
use crate::shell::{Shared, cancelled};

/// Lists the wallets on this device. Empty when there is no vault yet.
#[tauri::command]
#[specta::specta]
pub async fn cmd_list_wallets(shell: State<'_, Shared>) -> Result<Vec<WalletSummary>, IpcError> {
    if shell.app.vault_state()? == VaultState::None {
        return Ok(Vec::new());
    }
    let mut twins = Vec::new();
    for (record, selected) in shell.app.wallets()? {
        let away = shell.app.is_put_away(record.id)?;
        twins.push(WalletSummary::new(&record, selected).put_away(away));
    }
    Ok(twins)
}

/// Makes a wallet from fresh entropy. Where there is no vault yet, the sealed window asks for a new
/// passphrase first; where it is locked, for the passphrase.
#[tauri::command]
#[specta::specta]
pub async fn cmd_create_wallet(
    shell: State<'_, Shared>,
    req: CreateWalletRequest,
) -> Result<WalletSummary, IpcError> {
    let wanted = CreateWallet::try_from(req)?;
    shell
        .calls
        .wallets
        .run(wanted.request, async {
            let access = shell.access_to_add().await?;
            let record = shell.app.create_wallet(wanted, &access).await?;
            Ok(WalletSummary::new(&record, true))
        })
        .await
}

/// Brings back the wallets of recovery words, which the sealed window takes. There it also looks for
/// the script types they were used for, and asks which wallets are meant.
#[tauri::command]
#[specta::specta]
pub async fn cmd_restore_wallet(
    shell: State<'_, Shared>,
    req: RestoreWalletRequest,
) -> Result<Restored, IpcError> {
    let wanted = Wanted {
        request: parse::request_id(&req.request_id)?,
        name: parse::wallet_name(&req.name)?,
        network: req.network.into(),
        script_type: req.script_type.map(Into::into),
    };
    shell
        .calls
        .restored
        .run(wanted.request, async {
            let access = shell.access_to_add().await?;
            // Sent again after the program ended in the middle: nobody types the words twice.
            if let Some(made) = shell.app.restored_by(wanted.request)? {
                return Restored::new(&made);
            }
            let (desk, theme) = (&shell.desk, shell.settings().theme);
            let made = sealed::enter_words(desk, theme, &shell.app, &access, wanted).await?;
            Restored::new(&made.ok_or_else(cancelled)?)
        })
        .await
}

/// Makes a wallet the one that requests without a wallet mean.
#[tauri::command]
#[specta::specta]
pub async fn cmd_select_wallet(shell: State<'_, Shared>, req: WalletRef) -> Result<(), IpcError> {
    let id = parse::wallet_id(req.wallet_id.as_deref())?
        .ok_or_else(|| IpcError::new(Code::BadInput, "wallet_id: which wallet?"))?;
    Ok(shell.app.select_wallet(id)?)
}

/// Renames a wallet.
#[tauri::command]
#[specta::specta]
pub async fn cmd_rename_wallet(
    shell: State<'_, Shared>,
    req: RenameWalletRequest,
) -> Result<WalletSummary, IpcError> {
    let id = shell
        .app
        .find_wallet(parse::wallet_id(Some(&req.wallet_id))?)?
        .id;
    let record = shell
        .app
        .rename_wallet(id, parse::wallet_name(&req.name)?)?;
    let selected = shell
        .app
        .find_wallet(None)
        .is_ok_and(|selected| selected.id == id);
    Ok(WalletSummary::new(&record, selected))
}

/// Returns all that may be told about a wallet.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_wallet_info(
    shell: State<'_, Shared>,
    req: WalletRef,
) -> Result<WalletInfo, IpcError> {
    Ok(shell
        .app
        .wallet_info(parse::wallet_id(req.wallet_id.as_deref())?)?
        .into())
}

/// Shows the recovery words in the sealed window, after consent. They never come back here.
#[tauri::command]
#[specta::specta]
pub async fn cmd_show_words(shell: State<'_, Shared>, req: WalletRef) -> Result<(), IpcError> {
    let wallet = shell
        .app
        .find_wallet(parse::wallet_id(req.wallet_id.as_deref())?)?;
    shell
        .calls
        .shown
        .run(wallet.id, async {
            let words = shell.app.reveal_words(Some(wallet.id)).await?;
            let (theme, name) = (shell.settings().theme, wallet.name.as_str().to_owned());
            sealed::show_words(&shell.desk, theme, name, words, WordsOf::Wallet).await
        })
        .await
}

/// Asks some of the recovery words back in the sealed window. `false`: its owner closed the window.
#[tauri::command]
#[specta::specta]
pub async fn cmd_check_words(shell: State<'_, Shared>, req: WalletRef) -> Result<bool, IpcError> {
    let id = shell
        .app
        .find_wallet(parse::wallet_id(req.wallet_id.as_deref())?)?
        .id;
    shell
        .calls
        .checked
        .run(
            id,
            sealed::check_words(&shell.desk, shell.settings().theme, &shell.app, id),
        )
        .await
}
