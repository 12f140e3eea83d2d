//! What a sandbox is started with.

use std::path::PathBuf;
use std::time::Duration;

/// Settings of a sandbox. The default suits tests: a free port, in memory, faucet on.
#[derive(Debug, Clone)]
pub struct SandboxConfig {
    /// Loopback port; 0 takes a free one.
    pub port: u16,
    /// Where state is kept. `None`: in a scratch folder that goes away with the sandbox.
    pub data_dir: Option<PathBuf>,
    /// Mine a block whenever this much time has passed.
    pub block_time: Option<Duration>,
    /// Whether `POST /faucet` exists and coins are mined for it at first start.
    pub faucet: bool,
    /// How many blocks are mined for the faucet at first start; 101 give it one spendable coin.
    pub premine: u32,
    /// How long before now a new chain begins. `None`: premined blocks end now, ten minutes apart. With
    /// an age they are at its beginning, a minute apart, and later blocks spread over the time since:
    /// room for thousands of blocks that are not in the future.
    pub chain_age: Option<Duration>,
    /// With a number, all that is left to chance follows from it: blocks, payments and keys of wallets are the
    /// same in every run that asks for the same.
    pub seed: Option<u64>,
}

impl Default for SandboxConfig {
    fn default() -> Self {
        Self {
            port: 0,
            data_dir: None,
            block_time: None,
            faucet: true,
            premine: 110,
            chain_age: None,
            seed: None,
        }
    }
}
