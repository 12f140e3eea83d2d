//! Payments: prepared, signed, sent, looked at, replaced.

use base64::Engine as _;
use satchel_app::App;
use satchel_app::bump::BumpPayment;
use satchel_app::cancel::CancelPayment;
use satchel_app::draft::CreateDraft;
use satchel_app::send::SendError;
use satchel_app::sync::SyncScope;
use satchel_types::{DraftId, FeeRate};
use satchel_wallet::CoinChoice;
use satchel_wire::draft::{Cancelled, Draft, Sent, Signed};
use satchel_wire::history::{TransactionDetail, TxStatusReport};
use satchel_wire::{Code, IpcError, parse};

use crate::args::{AmountArg, DraftCommand, PayArgs, TxCommand};
use crate::commands::contact::payee;
use crate::commands::money::synced;
use crate::compose::{Session, request_id};
use crate::output::Output;

pub async fn send(args: PayArgs, session: &Session, output: &Output) -> Result<(), IpcError> {
    let app = session.unlock().await?;
    let (id, fresh) = prepared(args, app, session).await?;
    let sent = drop_declined(app, id, fresh, app.send_draft(id).await).await?;
    output.answer(&Sent::from(sent))
}

pub async fn sign(args: PayArgs, session: &Session, output: &Output) -> Result<(), IpcError> {
    let app = session.unlock().await?;
    let (id, fresh) = prepared(args, app, session).await?;
    let signed = drop_declined(app, id, fresh, app.sign_transaction(id).await).await?;
    output.answer(&Signed {
        txid: signed.tx.compute_txid().to_string(),
        raw: bitcoin::consensus::encode::serialize_hex(&signed.tx),
        psbt: base64::prelude::BASE64_STANDARD.encode(signed.psbt.serialize()),
    })
}

/// A draft made for one command only has no further use when its owner said no.
async fn drop_declined<T>(
    app: &App,
    id: DraftId,
    fresh: bool,
    outcome: Result<T, SendError>,
) -> Result<T, IpcError> {
    if fresh && matches!(outcome, Err(SendError::Confirm(_))) {
        app.drop_draft(id).await?;
    }
    Ok(outcome?)
}

/// Returns the draft named, or a new one and that it is new.
async fn prepared(
    args: PayArgs,
    app: &App,
    session: &Session,
) -> Result<(DraftId, bool), IpcError> {
    if let Some(draft) = &args.draft {
        return Ok((parse::draft_id(draft)?, false));
    }
    Ok((create(args, app, session).await?.id, true))
}

async fn create(
    args: PayArgs,
    app: &App,
    session: &Session,
) -> Result<satchel_types::Draft, IpcError> {
    let wallet = session.wallet()?;
    let record = app.find_wallet(wallet)?;
    let bad = |text: &str| IpcError::new(Code::BadInput, text);
    let mut recipients = Vec::with_capacity(args.to.len());
    let single = args.to.len() == 1;
    let mut amounts = args.amount.iter();
    for to in &args.to {
        let target = payee(app, &record, to)?;
        let amount = match amounts.next() {
            Some(AmountArg::Sats(sats)) => Some(bitcoin::Amount::from_sat(*sats)),
            Some(AmountArg::All) => None,
            // A link may say the amount itself.
            None if single && target.amount.is_some() => target.amount,
            None => return Err(bad("each --to needs an --amount")),
        };
        if amount == Some(bitcoin::Amount::ZERO) {
            return Err(bad("an amount is more than zero"));
        }
        recipients.push((target.address, amount));
    }
    if amounts.next().is_some() {
        return Err(bad("more --amount than --to"));
    }
    let coins = if args.coins.is_empty() {
        CoinChoice::Auto
    } else {
        let coins: Result<_, _> = args
            .coins
            .iter()
            .map(|coin| parse::outpoint(coin))
            .collect();
        CoinChoice::Manual(coins?)
    };
    if !args.no_sync {
        synced(app, wallet, SyncScope::Usual).await?;
    }
    let request = CreateDraft {
        request: request_id()?,
        wallet,
        recipients,
        fee_rate: args.fee_rate,
        coins,
        label: parse::label(args.label.as_deref())?,
        replaces: None,
    };
    Ok(app.create_draft(request).await?)
}

pub async fn draft(
    command: DraftCommand,
    session: &Session,
    output: &Output,
) -> Result<(), IpcError> {
    let app = session.unlock().await?;
    match command {
        DraftCommand::Create(args) => {
            if args.draft.is_some() {
                return Err(IpcError::new(
                    Code::BadInput,
                    "--draft names a draft that exists",
                ));
            }
            let draft = create(args, app, session).await?;
            output.answer(&Draft::from(app.draft_report(draft)?))
        }
        DraftCommand::List => {
            let drafts = app.drafts(session.wallet()?)?;
            let reports = drafts.into_iter().map(|draft| app.draft_report(draft));
            let drafts = reports.map(|report| report.map(Draft::from));
            output.answer(&drafts.collect::<Result<Vec<_>, _>>()?)
        }
        DraftCommand::Show { draft } => {
            let draft = app.draft(parse::draft_id(&draft)?)?;
            output.answer(&Draft::from(app.draft_report(draft)?))
        }
    }
}

pub async fn tx(command: TxCommand, session: &Session, output: &Output) -> Result<(), IpcError> {
    let app = session.unlock().await?;
    let wallet = session.wallet()?;
    match command {
        TxCommand::Status { txid, no_sync } => {
            let txid = parse::txid(&txid)?;
            if !no_sync {
                synced(app, wallet, SyncScope::Usual).await?;
            }
            let (row, freshness) = app.tx_status(wallet, txid)?;
            output.answer(&TxStatusReport::new(row, freshness))
        }
        TxCommand::Show { txid } => {
            let report = app.transaction(wallet, parse::txid(&txid)?).await?;
            output.answer(&TransactionDetail::from(report))
        }
        TxCommand::Bump { txid, fee_rate } => {
            let request = BumpPayment {
                request: request_id()?,
                wallet,
                txid: parse::txid(&txid)?,
                fee_rate,
            };
            synced(app, wallet, SyncScope::Usual).await?;
            let draft = app.bump_payment(request).await?;
            let sent = app.send_draft(draft.id).await;
            let sent = drop_declined(app, draft.id, true, sent).await?;
            output.answer(&Sent::from(sent))
        }
    }
}

pub async fn cancel(
    txid: Option<String>,
    draft: Option<String>,
    fee_rate: Option<FeeRate>,
    session: &Session,
    output: &Output,
) -> Result<(), IpcError> {
    let app = session.unlock().await?;
    if let Some(draft) = draft {
        app.drop_draft(parse::draft_id(&draft)?).await?;
        return output.answer(&Cancelled {
            txid: None,
            replaces_txid: None,
        });
    }
    let old = parse::txid(txid.as_deref().unwrap_or_default())?;
    let wallet = session.wallet()?;
    synced(app, wallet, SyncScope::Usual).await?;
    let request = CancelPayment {
        request: request_id()?,
        wallet,
        txid: old,
        fee_rate,
    };
    let new = app.cancel_payment(request).await?;
    output.answer(&Cancelled {
        txid: Some(new.to_string()),
        replaces_txid: Some(old.to_string()),
    })
}
