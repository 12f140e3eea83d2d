//! Payments of wallets.

use std::sync::Arc;

use bitcoin::{Amount, ScriptBuf, Txid};
use serde_json::json;

use super::params::{Args, Kind, Method, sat_per_kvb};
use super::wallet::script_of;
use super::{Outcome, RpcError};
use crate::chain::now;
use crate::fees::Estimates;
use crate::http::App;
use crate::submit::send;
use crate::wallet::{AddressType, FAUCET, MAX_TEXT, Order, Sent, SpendError};

/// Blocks a payment may take when nothing else is said (Core's `-txconfirmtarget`).
const TARGET: u32 = 6;

/// This room's methods.
pub const METHODS: &[Method] = &[Method {
    name: "sendtoaddress",
    params: &[
        ("address", Kind::Text, true),
        ("amount", Kind::Money, true),
        ("comment", Kind::Text, false),
        ("comment_to", Kind::Text, false),
        ("subtractfeefromamount", Kind::Flag, false),
        ("replaceable", Kind::Flag, false),
        ("conf_target", Kind::Number, false),
        ("estimate_mode", Kind::Text, false),
        ("avoid_reuse", Kind::Flag, false),
        ("fee_rate", Kind::Money, false),
        ("verbose", Kind::Flag, false),
    ],
    help: "Pays an address; fee_rate is in sat/vB.",
    run: pay,
}];

impl From<SpendError> for RpcError {
    fn from(error: SpendError) -> Self {
        // Core's answer to all of them.
        Self::new(-6, error.to_string())
    }
}

/// The rate in satoshis per 1000 virtual bytes, and Core's word for where it comes from.
fn rate(app: &App, args: &Args) -> Result<(u64, &'static str), RpcError> {
    const MOST: i64 = 1_008;
    let target = args.integer(6)?;
    let mode = args.text(7).map(str::to_ascii_lowercase);
    let mode = mode.as_deref().unwrap_or("unset");
    if let Some(value) = args.value(9) {
        if target.is_some() {
            return Err(RpcError::invalid(
                "Cannot specify both conf_target and fee_rate. Please provide either a confirmation target \
                 in blocks for automatic fee estimation, or an explicit fee rate.",
            ));
        }
        if mode != "unset" {
            return Err(RpcError::invalid(
                "Cannot specify both estimate_mode and fee_rate",
            ));
        }
        return Ok((sat_per_kvb(value)?, "Fee rate set manually"));
    }
    if !matches!(mode, "unset" | "economical" | "conservative") {
        return Err(RpcError::invalid(
            "Invalid estimate_mode parameter, must be one of: \"unset\", \"economical\", \"conservative\"",
        ));
    }
    let target = target.unwrap_or(i64::from(TARGET));
    let target = u32::try_from(target)
        .ok()
        .filter(|target| (1..=MOST).contains(&i64::from(*target)))
        .ok_or_else(|| {
            RpcError::invalid(format!("Invalid conf_target, must be between 1 and {MOST}"))
        })?;
    let rate = Estimates::of(&app.node.read().pool).rate(target);
    Ok((rate, "Target 85% Threshold"))
}

fn comment(args: &Args, place: usize) -> Result<Option<String>, RpcError> {
    let text = args.text(place);
    if text.is_some_and(|text| text.len() > MAX_TEXT) {
        return Err(RpcError::invalid(format!(
            "a comment has at most {MAX_TEXT} bytes"
        )));
    }
    Ok(text.map(str::to_owned))
}

fn pay(app: &Arc<App>, args: &Args) -> Outcome {
    let comment_of = comment(args, 2)?;
    let comment_to = comment(args, 3)?;
    let (rate, reason) = rate(app, args)?;
    let order = Order {
        to: script_of(args.required_text(0))?,
        amount: args.satoshis(1)?.unwrap_or(0),
        subtract_fee: args.flag(4).unwrap_or(false),
        rate,
        replaceable: args.flag(5).unwrap_or(true),
    };
    // The faucet pays with some of these coins.
    let _turn = app.faucet.turn();
    let mut shelf = app.wallets.lock();
    let wallet = shelf.select(args.wallet())?;
    if !wallet.private_keys {
        return Err(RpcError::new(
            -4,
            "Error: Private keys are disabled for this wallet",
        ));
    }
    let name = wallet.name.clone();
    // Tried with a script of the same size first: an address for change is not handed out for nothing.
    let trial = match name.as_str() {
        FAUCET => app.faucet.script().clone(),
        _ => ScriptBuf::from_bytes([&[0, 20][..], &[0; 20]].concat()),
    };
    wallet.draft(&app.node.read(), &order, &trial)?;
    let change = match name.as_str() {
        FAUCET => trial,
        _ => shelf.new_address(&name, AddressType::Bech32, None)?,
    };
    let wallet = shelf.select(Some(&name))?;
    let tx = wallet
        .draft(&app.node.read(), &order, &change)?
        .sign(wallet);
    let tx = Arc::new(tx);
    if let Some(Err(reject)) = app.node.test_txs(std::slice::from_ref(&tx)).pop() {
        return Err(RpcError::new(-4, reject.to_string()));
    }
    // Written down before it is sent, so that no crash makes a payment nobody remembers.
    let sent = Sent {
        tx: tx.clone(),
        time: now(),
        comment: comment_of,
        to: comment_to,
    };
    shelf.note_sent(&name, sent)?;
    let txid = send(&app.node, tx.as_ref().clone(), 0, Amount::MAX_MONEY)
        .map_err(|error| RpcError::new(-4, error.message))?;
    if args.flag(10).unwrap_or(false) {
        return Ok(json!({ "txid": txid, "fee_reason": reason }));
    }
    Ok(json!(txid))
}

/// Spends the coins of a wallet's payment once more, back to the wallet, at `rate` or whatever it takes to win.
/// `mined` puts it into a block of its own, past the pool.
pub fn double_spend(
    app: &App,
    name: &str,
    txid: &Txid,
    rate: u64,
    mined: bool,
) -> Result<Txid, RpcError> {
    let _turn = app.faucet.turn();
    let mut shelf = app.wallets.lock();
    let back = match name {
        FAUCET => app.faucet.script().clone(),
        _ => shelf.new_address(name, AddressType::Bech32, None)?,
    };
    let wallet = shelf.select(Some(name))?;
    let sent = wallet
        .sent(txid)
        .ok_or_else(|| RpcError::not_found("Invalid or non-wallet transaction id"))?;
    let (draft, fee) = wallet
        .rival(&app.node.read(), &sent.tx, &back, rate)
        .ok_or_else(|| {
            RpcError::new(
                -6,
                "the payment's coins cannot be spent again for such a fee",
            )
        })?;
    let tx = Arc::new(draft.sign(wallet));
    let rival = tx.compute_txid();
    let sent = Sent {
        tx: tx.clone(),
        time: now(),
        comment: None,
        to: None,
    };
    shelf.note_sent(name, sent)?;
    if mined {
        let time = app.node.next_times(1)[0];
        app.node
            .mine_exactly(app.faucet.script(), vec![tx], fee, time, true)
            .map_err(|error| RpcError::new(-25, error.to_string()))?;
        return Ok(rival);
    }
    send(&app.node, tx.as_ref().clone(), 0, Amount::MAX_MONEY)
        .map_err(|error| RpcError::new(-4, error.message))
}
