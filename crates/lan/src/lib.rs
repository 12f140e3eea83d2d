//! Two devices in one network, over TCP.
//!
//! No discovery: where to go is in what the other device shows. So nothing is broadcast, and a phone needs
//! no right to do so. Only addresses of networks at home are listened on; frames are read up to their
//! limit. What the frames hold is others' matter (`crates/pairing`).

mod addresses;
mod permission;
mod tcp;

pub use permission::{Permission, PermittedLan};
pub use tcp::TcpLan;
