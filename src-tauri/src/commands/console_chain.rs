//! Blocks and mining, as the node has them.

use bitcoin::BlockHash;
use satchel_console::block::BlockId;
use satchel_wire::console::chain::{
    BlockQuery, BlocksQuery, LatestBlocksQuery, NodeBlock, NodeBlockPage, NodeChain,
    NodeLatestBlocks,
};
use satchel_wire::console::mining::{GenerateRequest, Generated, NodeMining};
use satchel_wire::{Code, IpcError, parse};
use tauri::State;

use crate::console::SharedConsole;

/// Returns the state of the node's chain and network.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_blockchain_info(
    console: State<'_, SharedConsole>,
) -> Result<NodeChain, IpcError> {
    Ok(console.console.blockchain_info().await?.into())
}

/// Returns the newest blocks.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_latest_blocks(
    console: State<'_, SharedConsole>,
    req: LatestBlocksQuery,
) -> Result<NodeLatestBlocks, IpcError> {
    Ok(console.console.latest_blocks(req.limit).await?.into())
}

/// Returns a page of blocks, newest first.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_blocks(
    console: State<'_, SharedConsole>,
    req: BlocksQuery,
) -> Result<NodeBlockPage, IpcError> {
    let page = console
        .console
        .blocks(req.after.as_deref(), req.from_height, req.limit);
    Ok(page.await?.into())
}

/// Returns a block, by hash or height, with a page of its transactions.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_block_by_hash(
    console: State<'_, SharedConsole>,
    req: BlockQuery,
) -> Result<NodeBlock, IpcError> {
    let id = block_id(req.hash.as_deref(), req.height)?;
    Ok(console
        .console
        .block(id, req.after.as_deref(), req.limit)
        .await?
        .into())
}

/// Returns figures about mining.
#[tauri::command]
#[specta::specta]
pub async fn cmd_get_mining_info(
    console: State<'_, SharedConsole>,
) -> Result<NodeMining, IpcError> {
    Ok(console.console.mining_info().await?.into())
}

/// Mines blocks to an address, on regtest and on a signet whose key the node has; refused anywhere else.
#[tauri::command]
#[specta::specta]
pub async fn cmd_generate_to_address(
    console: State<'_, SharedConsole>,
    req: GenerateRequest,
) -> Result<Generated, IpcError> {
    let request = parse::request_id(&req.request_id)?;
    let mine = async {
        let hashes = console.console.generate(&req.address, req.blocks).await?;
        Ok(Generated {
            hashes: hashes.iter().map(BlockHash::to_string).collect(),
        })
    };
    console.calls.generated.run(request, mine).await
}

/// Reads which block is meant.
fn block_id(hash: Option<&str>, height: Option<u32>) -> Result<BlockId, IpcError> {
    match (hash, height) {
        (Some(hash), None) => Ok(BlockId::Hash(parse::block_hash(hash)?)),
        (None, Some(height)) => Ok(BlockId::Height(height)),
        _ => Err(IpcError::new(
            Code::BadInput,
            "Either hash or height is expected.",
        )),
    }
}
