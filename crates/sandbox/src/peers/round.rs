//! One round with another node: blocks both ways, then transactions both ways.

use std::collections::HashSet;
use std::sync::Arc;

use axum::http::StatusCode;
use bitcoin::consensus::encode;
use bitcoin::{Block, BlockHash, Transaction, Txid};

use super::client::Client;
use crate::http::{App, blocking};
use crate::node::BlockOutcome;

/// What was refused, so that it is not offered again in every round.
#[derive(Default)]
pub struct Memory {
    /// Tips of the other whose chain was refused here.
    bad_tips: HashSet<BlockHash>,
    /// Tips of this node whose chain was refused there.
    unwanted_tips: HashSet<BlockHash>,
    /// Transactions refused here, and there, since the tip was this.
    tip: Option<BlockHash>,
    bad: HashSet<Txid>,
    unwanted: HashSet<Txid>,
}

/// Makes both nodes know what the other knows. Returns the height of the other's tip.
pub async fn run(app: &Arc<App>, client: &mut Client, memory: &mut Memory) -> Result<u32, String> {
    let theirs: BlockHash = client.text("/api/blocks/tip/hash").await?;
    if theirs != tip(app) {
        pull(app, client, memory, theirs).await?;
        push(app, client, memory).await?;
    }
    let here = tip(app);
    if memory.tip.replace(here) != Some(here) {
        memory.bad.clear();
        memory.unwanted.clear();
    }
    exchange_txs(app, client, memory).await?;
    client.text("/api/blocks/tip/height").await
}

fn tip(app: &App) -> BlockHash {
    app.node.read().index.tip().hash
}

fn knows(app: &App, hash: &BlockHash) -> bool {
    app.node.read().any_block(hash).is_some()
}

async fn pull(
    app: &Arc<App>,
    client: &mut Client,
    memory: &mut Memory,
    theirs: BlockHash,
) -> Result<(), String> {
    if knows(app, &theirs) || memory.bad_tips.contains(&theirs) {
        return Ok(());
    }
    let top: u32 = client.text("/api/blocks/tip/height").await?;
    // Whoever knows a block knows all before it: the first unknown one is found by halving.
    let (mut known, mut unknown) = (0, top);
    while unknown > known + 1 {
        let middle = known + (unknown - known) / 2;
        let hash = client.text(&format!("/api/block-height/{middle}")).await?;
        if knows(app, &hash) {
            known = middle;
        } else {
            unknown = middle;
        }
    }
    for height in unknown..=top {
        // The other may reorganise meanwhile: what is gone is seen in the next round.
        let Some(hash) = client.find(&format!("/api/block-height/{height}")).await? else {
            return Ok(());
        };
        let hash = String::from_utf8_lossy(&hash).into_owned();
        let Some(raw) = client.find(&format!("/api/block/{hash}/raw")).await? else {
            return Ok(());
        };
        let block: Block = encode::deserialize(&raw).map_err(|error| error.to_string())?;
        let node = app.clone();
        let outcome = blocking(move || node.node.submit_block(block)).await;
        match outcome {
            Some(Ok(BlockOutcome::Refused(reason))) => {
                tracing::warn!(reason, height, "another node's block is refused");
                memory.bad_tips.insert(theirs);
                return Ok(());
            }
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(error.to_string()),
            None => return Err("a block could not be taken".to_owned()),
        }
    }
    Ok(())
}

async fn push(app: &Arc<App>, client: &mut Client, memory: &mut Memory) -> Result<(), String> {
    let here = tip(app);
    let header = |hash: &BlockHash| format!("/api/block/{hash}/header");
    if memory.unwanted_tips.contains(&here) || client.find(&header(&here)).await?.is_some() {
        return Ok(());
    }
    let at = |height: u32| {
        let state = app.node.read();
        state.index.blocks().get(height as usize).cloned()
    };
    let top = app.node.read().index.height();
    let (mut known, mut unknown) = (0, top);
    while unknown > known + 1 {
        let middle = known + (unknown - known) / 2;
        // A chain that got shorter meanwhile is looked at again in the next round.
        let Some(entry) = at(middle) else {
            return Ok(());
        };
        if client.find(&header(&entry.hash)).await?.is_some() {
            known = middle;
        } else {
            unknown = middle;
        }
    }
    for height in unknown..=top {
        let Some(entry) = at(height) else {
            return Ok(());
        };
        let raw = encode::serialize(&entry.to_block());
        match client.post("/sandbox/block", raw).await? {
            (StatusCode::OK, _) => {}
            (StatusCode::BAD_REQUEST, _) => {
                memory.unwanted_tips.insert(here);
                return Ok(());
            }
            (status, _) => return Err(format!("a block is answered with {status}")),
        }
    }
    Ok(())
}

async fn exchange_txs(
    app: &Arc<App>,
    client: &mut Client,
    memory: &mut Memory,
) -> Result<(), String> {
    let theirs: Vec<Txid> = client.json("/api/mempool/txids").await?;
    for txid in &theirs {
        let known = app.node.read().tx(txid).is_some();
        if known || memory.bad.contains(txid) {
            continue;
        }
        let Some(raw) = client.find(&format!("/api/tx/{txid}/raw")).await? else {
            continue;
        };
        let tx: Transaction = encode::deserialize(&raw).map_err(|error| error.to_string())?;
        let node = app.clone();
        if let Some(Err(reject)) = blocking(move || node.node.submit_tx(tx)).await {
            tracing::debug!(%txid, %reject, "another node's transaction is refused");
            memory.bad.insert(*txid);
        }
    }
    let theirs: HashSet<Txid> = theirs.into_iter().collect();
    let ours: Vec<(Txid, Arc<Transaction>)> = {
        let state = app.node.read();
        let waiting = state.pool.iter();
        waiting
            .filter(|entry| !theirs.contains(&entry.txid) && !memory.unwanted.contains(&entry.txid))
            .map(|entry| (entry.txid, entry.tx.clone()))
            .collect()
    };
    for (txid, tx) in ours {
        let hex = encode::serialize_hex(tx.as_ref()).into_bytes();
        let (status, _) = client.post("/api/tx", hex).await?;
        if status != StatusCode::OK {
            memory.unwanted.insert(txid);
        }
    }
    Ok(())
}
