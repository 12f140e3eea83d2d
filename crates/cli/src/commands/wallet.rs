//! Wallets and the passphrase.

use std::io::{IsTerminal, Write};

use satchel_app::create_wallet::CreateWallet;
use satchel_app::recovery::Recovery;
use satchel_app::watch_wallet::WatchWallet;
use satchel_keys::RecoveryWords;
use satchel_wallet::WatchKey;
use satchel_wire::parse;
use satchel_wire::wallet::{Network, ScriptType, WalletInfo, WalletSummary};
use satchel_wire::{Code, IpcError};

use crate::args::{
    NetworkArg, NewWalletArgs, PassphraseCommand, ScriptTypeArg, WalletCommand, WatchArgs,
};
use crate::commands::restore;
use crate::compose::{Session, request_id};
use crate::human::Done;
use crate::output::Output;
use crate::secret_input;

pub async fn run(
    command: WalletCommand,
    session: &Session,
    output: &Output,
) -> Result<(), IpcError> {
    match command {
        WalletCommand::Create { new } => {
            let request = request(new)?;
            let (app, access) = session.unlock_or_create().await?;
            let record = app.create_wallet(request, &access).await?;
            output.answer(&WalletSummary::new(&record, true))?;
            output.note("Its words are shown by `satchel wallet words`. Write them down.");
            Ok(())
        }
        WalletCommand::Restore {
            name,
            network,
            script_type,
            words_file,
            words_passphrase_file,
        } => {
            let name = parse::wallet_name(&name)?;
            let text = match words_file {
                Some(path) => secret_input::file(&path)?,
                None => secret_input::ask("Recovery words: ")?,
            };
            let words = RecoveryWords::parse(&text)?;
            let extra = words_passphrase_file
                .map(|path| secret_input::first_line(&path))
                .transpose()?;
            let recovery = Recovery::new(words, extra, Network::from(network).into())?;
            restore::run(name, script_type, &recovery, session, output).await
        }
        WalletCommand::Watch(watch) => {
            let WatchArgs {
                key,
                name,
                network,
                script_type,
            } = watch;
            let key = WatchKey::read(&key)
                .map_err(|error| IpcError::new(Code::BadInput, error.to_string()))?;
            let wanted = WatchWallet {
                request: request_id()?,
                name: parse::wallet_name(&name)?,
                network: Network::from(network).into(),
                script_type: script_type.map(|arg| ScriptType::from(arg).into()),
                key,
            };
            let (app, _) = session.unlock_or_create().await?;
            let record = app.watch_wallet(wanted).await?;
            output.answer(&WalletSummary::new(&record, true))
        }
        WalletCommand::List => {
            let app = session.unlock().await?;
            let mut twins = Vec::new();
            for (record, is) in app.wallets()? {
                let away = app.is_put_away(record.id)?;
                twins.push(WalletSummary::new(&record, is).put_away(away));
            }
            output.answer(&twins)
        }
        WalletCommand::Select { wallet } => {
            let app = session.unlock().await?;
            let record = app.wallet_named(&wallet)?;
            app.select_wallet(record.id)?;
            output.answer(&WalletSummary::new(&record, true))
        }
        WalletCommand::Info { described } => {
            let app = session.unlock().await?;
            let id = match described {
                Some(text) => Some(app.wallet_named(&text)?.id),
                None => session.wallet()?,
            };
            output.answer(&WalletInfo::from(app.wallet_info(id)?))
        }
        WalletCommand::Rename { wallet, name } => {
            let name = parse::wallet_name(&name)?;
            let app = session.unlock().await?;
            let record = app.rename_wallet(app.wallet_named(&wallet)?.id, name)?;
            let selected = app.find_wallet(None).is_ok_and(|w| w.id == record.id);
            output.answer(&WalletSummary::new(&record, selected))
        }
        WalletCommand::Words => words(session, output).await,
    }
}

/// Words go to a person's eyes alone: a terminal, never a pipe, a file or JSON.
async fn words(session: &Session, output: &Output) -> Result<(), IpcError> {
    only_on_a_terminal(output)?;
    let app = session.unlock().await?;
    show_words(&app.reveal_words(session.wallet()?).await?);
    Ok(())
}

/// Refuses to show words where more than a person's eyes would get them.
pub fn only_on_a_terminal(output: &Output) -> Result<(), IpcError> {
    if output.is_json() || !std::io::stdout().is_terminal() {
        return Err(IpcError::new(
            Code::NoConfirm,
            "Recovery words are shown on a terminal only, never to a pipe, a file or as JSON.",
        ));
    }
    Ok(())
}

/// Shows words, each with its number.
pub fn show_words(words: &RecoveryWords) {
    let mut out = std::io::stdout().lock();
    for i in 0..words.word_count() {
        let _ = writeln!(out, "{:>2}  {}", i + 1, words.word(i));
    }
}

pub async fn passphrase(
    command: PassphraseCommand,
    session: &Session,
    output: &Output,
) -> Result<(), IpcError> {
    let PassphraseCommand::Set {
        new_passphrase_file,
    } = command;
    let current = session.passphrase()?;
    let new = secret_input::from_anywhere(
        new_passphrase_file.as_deref(),
        "SATCHEL_NEW_PASSPHRASE",
        "New passphrase (at least 8 characters): ",
        true,
    )?;
    session.app.set_passphrase(current, new).await?;
    output.answer(&Done {})
}

fn request(new: NewWalletArgs) -> Result<CreateWallet, IpcError> {
    Ok(CreateWallet {
        request: request_id()?,
        name: parse::wallet_name(&new.name)?,
        network: Network::from(new.network).into(),
        script_type: ScriptType::from(new.script_type).into(),
    })
}

impl From<NetworkArg> for Network {
    fn from(arg: NetworkArg) -> Self {
        match arg {
            NetworkArg::Bitcoin => Self::Bitcoin,
            NetworkArg::Testnet => Self::Testnet,
            NetworkArg::Testnet4 => Self::Testnet4,
            NetworkArg::Signet => Self::Signet,
            NetworkArg::Regtest => Self::Regtest,
        }
    }
}

impl From<ScriptTypeArg> for ScriptType {
    fn from(arg: ScriptTypeArg) -> Self {
        match arg {
            ScriptTypeArg::Taproot => Self::Taproot,
            ScriptTypeArg::Segwit => Self::Segwit,
            ScriptTypeArg::NestedSegwit => Self::NestedSegwit,
            ScriptTypeArg::Legacy => Self::Legacy,
        }
    }
}
