//! The sandbox from outside, over HTTP and as a library. One binary, because linking the engine is slow.
#![allow(clippy::unwrap_used, missing_docs)]

mod bdk;
mod common;
mod esplora;
mod guard;
mod library;
mod process;
mod random;
mod reject;
mod reorg;
mod replace;
mod rpc_chain;
mod rpc_errors;
mod rpc_mining;
mod rpc_tx;
mod wallet_refusals;
mod wallets;
