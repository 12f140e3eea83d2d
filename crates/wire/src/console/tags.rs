//! Which cached answers of the console go stale when.

use serde::{Deserialize, Serialize};
use specta::Type;

/// A kind of cached answer of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ConsoleTag {
    /// The state of the chain and of mining.
    Chain,
    /// Lists of blocks, and confirmations.
    Blocks,
    /// What waits.
    Mempool,
    /// Transactions.
    Transactions,
    /// Wallets of the node.
    NodeWallets,
    /// What is known of the node's health.
    Health,
    /// Which node is asked.
    Config,
}

/// What a command of the console reads and what it makes stale.
#[derive(Debug, Clone, Copy)]
pub struct ConsoleCommandTags {
    /// The command.
    pub command: &'static str,
    /// What its answer is.
    pub provides: &'static [ConsoleTag],
    /// What it makes stale.
    pub invalidates: &'static [ConsoleTag],
}

const fn read(command: &'static str, provides: &'static [ConsoleTag]) -> ConsoleCommandTags {
    ConsoleCommandTags {
        command,
        provides,
        invalidates: &[],
    }
}

const fn write(command: &'static str, invalidates: &'static [ConsoleTag]) -> ConsoleCommandTags {
    ConsoleCommandTags {
        command,
        provides: &[],
        invalidates,
    }
}

use ConsoleTag::{Blocks, Chain, Config, Health, Mempool, NodeWallets, Transactions};

/// Everything that another node answers otherwise.
const ALL: &[ConsoleTag] = &[
    Chain,
    Blocks,
    Mempool,
    Transactions,
    NodeWallets,
    Health,
    Config,
];

/// The table, a line a command.
pub const CONSOLE_TAGS: &[ConsoleCommandTags] = &[
    read("cmd_console_ready", &[Config, Health]),
    write("cmd_report_console_error", &[]),
    write("cmd_close_console", &[]),
    read("cmd_get_blockchain_info", &[Chain]),
    read("cmd_get_latest_blocks", &[Blocks]),
    read("cmd_get_blocks", &[Blocks]),
    read("cmd_get_block_by_hash", &[Blocks]),
    read("cmd_get_mining_info", &[Chain]),
    write(
        "cmd_generate_to_address",
        &[Chain, Blocks, Mempool, Transactions, NodeWallets, Health],
    ),
    read("cmd_get_health", &[Health]),
    read("cmd_get_liveness", &[Health]),
    read("cmd_get_readiness", &[Health]),
    read("cmd_get_mempool", &[Mempool]),
    read("cmd_get_mempool_transaction", &[Mempool]),
    read("cmd_get_transactions", &[Transactions]),
    read("cmd_get_address_transactions", &[Transactions]),
    write("cmd_create_wallet_admin", &[NodeWallets]),
    read("cmd_get_addresses_admin", &[NodeWallets]),
    read("cmd_get_wallet_info_admin", &[NodeWallets]),
    read("cmd_get_balance_admin", &[NodeWallets]),
    write(
        "cmd_send_transaction_admin",
        &[Mempool, Transactions, NodeWallets],
    ),
    write(
        "cmd_pay_from_faucet",
        &[Chain, Blocks, Mempool, Transactions, NodeWallets, Health],
    ),
    write("cmd_set_base_url", ALL),
    write("cmd_set_api_key", ALL),
    read("cmd_get_config", &[Config]),
    read("cmd_check_connection", &[Health]),
];
