//! The sandbox from outside, over HTTP and as a library. One binary, because linking the engine is slow.
#![allow(clippy::unwrap_used, missing_docs)]

mod access;
mod against_core;
mod bdk;
mod common;
mod core_clients;
mod esplora;
mod guard;
mod library;
mod peers;
mod process;
mod random;
mod reject;
mod reorg;
mod replace;
mod rpc_chain;
mod rpc_errors;
mod rpc_mining;
mod rpc_tx;
mod scenario;
mod wallet_refusals;
mod wallets;
