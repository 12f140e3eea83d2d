//! Handing a transaction to the network.

use bitcoin::{Transaction, consensus};
use satchel_ports::{BroadcastError, ChainError};

use crate::client::{Asker, Body};
use crate::limits;
use crate::verdict::{Verdict, is_html, plain, verdict};

/// Sends a transaction. Sending it twice does no harm, so it is tried again like a question.
pub(crate) async fn broadcast(ask: &Asker, tx: &Transaction) -> Result<(), BroadcastError> {
    let body = Body {
        kind: "text/plain",
        text: consensus::encode::serialize_hex(tx),
    };
    let reply = ask.post("/tx", body, limits::LINE_BYTES, true).await?;
    let text = String::from_utf8_lossy(&reply.body);
    if reply.status.is_success() {
        return if text.trim().parse() == Ok(tx.compute_txid()) {
            Ok(())
        } else {
            Err(ask
                .http()
                .nonsense("it took the transaction under another id")
                .into())
        };
    }
    match verdict(&text) {
        Verdict::Known => Ok(()),
        Verdict::Refused(reason) => Err(BroadcastError::Rejected { reason }),
        Verdict::None => match ask.http().refused(reply.status) {
            // Any other bad request is taken as being about the transaction, when it is told in
            // plain words; a page of HTML comes from something in between.
            ChainError::Nonsense { .. }
                if reply.status.as_u16() == 400 && !text.trim().is_empty() && !is_html(&text) =>
            {
                Err(judged(&text))
            }
            error => Err(error.into()),
        },
    }
}

fn judged(text: &str) -> BroadcastError {
    BroadcastError::Rejected {
        reason: plain(text),
    }
}
