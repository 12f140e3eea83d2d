//! Coins from the sandbox.

use std::sync::Arc;

use bitcoin::{Address, Amount, Txid};
use satchel_ports::ChainError;
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use crate::HttpSettings;
use crate::backend_url;
use crate::client::{Asker, Body, Http};
use crate::limits;

/// What the faucet answers.
#[derive(Deserialize)]
pub(crate) struct Paid {
    pub txid: Txid,
}

/// Asks the sandbox that serves `esplora_url` for coins; it pays and mines a block. Only a server
/// on this machine is asked. Asked once: a second request would pay twice.
pub async fn faucet(
    esplora_url: &str,
    address: &Address,
    amount: Amount,
) -> Result<Txid, ChainError> {
    let mut url = backend_url::parse(esplora_url)?;
    if !satchel_http::address::is_loopback(&url) {
        return Err(ChainError::BadAddress {
            what: "the faucet is on this machine only",
        });
    }
    url.set_path("/");
    let http = Arc::new(Http::new(&url, &HttpSettings::default())?);
    let ask = Asker::new(Arc::clone(&http), CancellationToken::new());
    let request = serde_json::json!({
        "address": address.to_string(),
        "amount": amount.to_sat(),
    });
    let body = Body {
        kind: "application/json",
        text: request.to_string(),
    };
    let reply = ask
        .post("/faucet", body, limits::ERROR_BYTES, false)
        .await?;
    if !reply.status.is_success() {
        // Its words are for developers; the status tells enough.
        return Err(ChainError::Refused {
            server: http.server().to_owned(),
            status: reply.status.as_u16(),
        });
    }
    let paid: Paid = ask.parse(&reply.body)?;
    Ok(paid.txid)
}
