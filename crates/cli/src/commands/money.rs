//! Balance, history, coins, labels, fees, sync.

use satchel_app::App;
use satchel_app::sync::SyncScope;
use satchel_types::WalletId;
use satchel_wire::balance::Balance;
use satchel_wire::coin::{CoinPage, CoinQuery};
use satchel_wire::draft::FeeEstimates;
use satchel_wire::history::{Direction, HistoryPage, HistoryQuery};
use satchel_wire::payment::LabelKind;
use satchel_wire::session::SyncReport;
use satchel_wire::{IpcError, parse};
use tokio_util::sync::CancellationToken;

use super::bundle::go_rounds;
use crate::args::{CoinCommand, DirectionArg, LabelArg, PageArgs};
use crate::compose::Session;
use crate::human::{Done, Synced};
use crate::output::Output;

pub async fn balance(
    address: Option<String>,
    session: &Session,
    output: &Output,
) -> Result<(), IpcError> {
    let app = session.unlock().await?;
    let report = app.balance(session.wallet()?, address.as_deref())?;
    output.answer(&Balance::from(report))
}

pub async fn history(
    page: PageArgs,
    search: Option<String>,
    direction: Option<DirectionArg>,
    session: &Session,
    output: &Output,
) -> Result<(), IpcError> {
    let query = HistoryQuery {
        wallet_id: None,
        after: page.after,
        limit: Some(page.limit),
        direction: direction.map(|direction| match direction {
            DirectionArg::Incoming => Direction::Incoming,
            DirectionArg::Outgoing => Direction::Outgoing,
            DirectionArg::Internal => Direction::Internal,
        }),
        search,
    };
    let app = session.unlock().await?;
    output.answer(&HistoryPage::from(
        app.history(session.wallet()?, &query.into())?,
    ))
}

pub async fn coins(
    page: PageArgs,
    search: Option<String>,
    session: &Session,
    output: &Output,
) -> Result<(), IpcError> {
    let query = CoinQuery {
        wallet_id: None,
        after: page.after,
        limit: Some(page.limit),
        search,
    };
    let app = session.unlock().await?;
    output.answer(&CoinPage::from(
        app.coins(session.wallet()?, &query.into())?,
    ))
}

pub async fn coin_lock(
    command: CoinCommand,
    session: &Session,
    output: &Output,
) -> Result<(), IpcError> {
    let (outpoint, locked) = match command {
        CoinCommand::Lock { outpoint } => (outpoint, true),
        CoinCommand::Unlock { outpoint } => (outpoint, false),
    };
    let outpoint = parse::outpoint(&outpoint)?;
    let app = session.unlock().await?;
    app.set_coin_lock(session.wallet()?, outpoint, locked)
        .await?;
    output.answer(&Done {})
}

pub async fn label(
    kind: LabelArg,
    target: String,
    label: String,
    session: &Session,
    output: &Output,
) -> Result<(), IpcError> {
    let kind = match kind {
        LabelArg::Tx => LabelKind::Tx,
        LabelArg::Address => LabelKind::Address,
        LabelArg::Output => LabelKind::Output,
    };
    let target = parse::label_target(kind, &target)?;
    let label = parse::label(Some(&label))?;
    let app = session.unlock().await?;
    app.set_label(session.wallet()?, target, label)?;
    output.answer(&Done {})
}

pub async fn fees(session: &Session, output: &Output) -> Result<(), IpcError> {
    let app = session.unlock().await?;
    output.answer(&FeeEstimates::from(
        app.fee_estimates(session.wallet()?).await?,
    ))
}

/// Asks the server, and then goes a round with each place: what the chain said is told along.
pub async fn sync(
    full: bool,
    meet: bool,
    session: &Session,
    output: &Output,
) -> Result<(), IpcError> {
    let app = session.unlock().await?;
    let scope = if full {
        SyncScope::Everything
    } else {
        SyncScope::Usual
    };
    let report = synced(app, session.wallet()?, scope).await?;
    let places = if meet { app.places()? } else { Vec::new() };
    let rounds = go_rounds(app, &places, output).await?;
    output.answer(&Synced { report, rounds })
}

/// Syncs; Ctrl-C cancels, and what was stored by then stays.
pub async fn synced(
    app: &App,
    wallet: Option<WalletId>,
    scope: SyncScope,
) -> Result<SyncReport, IpcError> {
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    let watch = tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stop.cancel();
        }
    });
    let report = app.sync(wallet, scope, cancel).await;
    watch.abort();
    Ok(report?.into())
}
