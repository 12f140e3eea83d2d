//! The console against the sandbox, against recorded replies of Bitcoin Core, and against nodes that lie.

mod common;
mod consent;
mod core_replies;
mod core_shapes;
mod crowd;
mod events;
mod faucet;
mod faults;
mod key;
mod lan;
mod live;
mod load;
mod proxy;
mod server;
mod usual;
