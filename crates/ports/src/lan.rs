//! Another device in the same network.

use std::net::SocketAddr;
use std::time::Duration;

use async_trait::async_trait;

/// Longest frame in bytes.
pub const MAX_FRAME: usize = 65_535;

/// Why another device is not reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LanError {
    /// This device has no address that another could reach.
    #[error("this device is in no network")]
    NoNetwork,
    /// The system does not let this program do it.
    #[error("the system does not let this program into the local network")]
    Denied,
    /// Nobody listens there.
    #[error("no device answers there")]
    Nobody,
    /// It was there, and is no more.
    #[error("the other device is gone")]
    Gone,
    /// It says nothing.
    #[error("the other device does not answer")]
    Silent,
    /// What it sends has no form.
    #[error("the other device sends something that is not understood")]
    Malformed,
}

/// Reaches devices in the same network, and is reached by them. Nothing here is secret or proven: whoever
/// uses it sees to that.
#[async_trait]
pub trait Lan: Send + Sync {
    /// Has the system let this program into the local network, where it has to be asked; it asks a person if it never did. For what
    /// goes there by other ways than these.
    async fn enter(&self) -> Result<(), LanError> {
        Ok(())
    }

    /// Begins to listen, for one session, where devices of the same network can come.
    async fn listen(&self) -> Result<Box<dyn LanListener>, LanError>;

    /// Connects to a device. Waits for a few seconds at most.
    async fn connect(&self, address: SocketAddr) -> Result<Box<dyn LanLink>, LanError>;
}

/// Listens until it is dropped.
#[async_trait]
pub trait LanListener: Send + Sync {
    /// Returns where it can be reached; at least one, the likeliest first.
    fn addresses(&self) -> Vec<SocketAddr>;

    /// Waits for somebody. May be dropped at any moment without losing anybody.
    async fn accept(&mut self) -> Result<Box<dyn LanLink>, LanError>;
}

/// A connection that carries frames of 1 to [`MAX_FRAME`] bytes. Closed when dropped.
#[async_trait]
pub trait LanLink: Send + Sync {
    /// Sends a frame. Gives up on a peer that takes nothing for some seconds.
    async fn send(&mut self, frame: &[u8]) -> Result<(), LanError>;

    /// Waits for a frame, for so long at most. Not to be used again after an error or when dropped half-way.
    async fn receive(&mut self, patience: Duration) -> Result<Vec<u8>, LanError>;
}

/// For a program that is in no network.
#[derive(Debug, Clone, Copy)]
pub struct NoLan;

#[async_trait]
impl Lan for NoLan {
    async fn listen(&self) -> Result<Box<dyn LanListener>, LanError> {
        Err(LanError::NoNetwork)
    }

    async fn connect(&self, _: SocketAddr) -> Result<Box<dyn LanLink>, LanError> {
        Err(LanError::NoNetwork)
    }
}
