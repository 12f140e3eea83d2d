//! A local network whose owner is asked for it.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use async_trait::async_trait;
use satchel_ports::{Lan, LanError, LanLink, LanListener};

/// Asks, and gets the answer that was set. Nobody is in it.
#[derive(Debug, Default)]
pub struct AskedLan {
    says_no: AtomicBool,
    asked: AtomicU32,
}

impl AskedLan {
    /// Sets what the owner says from now on. At first they agree.
    pub fn says_no(&self, no: bool) {
        self.says_no.store(no, Ordering::Relaxed);
    }

    /// Returns how often they were asked.
    pub fn asked(&self) -> u32 {
        self.asked.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Lan for AskedLan {
    async fn enter(&self) -> Result<(), LanError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        match self.says_no.load(Ordering::Relaxed) {
            true => Err(LanError::Denied),
            false => Ok(()),
        }
    }

    async fn listen(&self) -> Result<Box<dyn LanListener>, LanError> {
        Err(LanError::NoNetwork)
    }

    async fn connect(&self, _: SocketAddr) -> Result<Box<dyn LanLink>, LanError> {
        Err(LanError::NoNetwork)
    }
}
