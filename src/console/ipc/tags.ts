import type { ConsoleTag } from "./types";

interface CommandTags {
  readonly provides: readonly ConsoleTag[];
  readonly invalidates: readonly ConsoleTag[];
}

const ALL = ["chain", "blocks", "mempool", "transactions", "node_wallets", "health", "config"] as const;
const read = <const T extends readonly ConsoleTag[]>(...provides: T) => ({ provides, invalidates: [] }) as const;
const write = <const T extends readonly ConsoleTag[]>(...invalidates: T) => ({ provides: [], invalidates }) as const;

/** What each command's answer is and what it makes stale: the table of `crates/wire/src/console/tags.rs`. */
export const consoleTags = {
  cmd_console_ready: read("config", "health"),
  cmd_report_console_error: write(),
  cmd_close_console: write(),
  cmd_get_blockchain_info: read("chain"),
  cmd_get_latest_blocks: read("blocks"),
  cmd_get_blocks: read("blocks"),
  cmd_get_block_by_hash: read("blocks"),
  cmd_get_mining_info: read("chain"),
  cmd_generate_to_address: write("chain", "blocks", "mempool", "transactions", "node_wallets", "health"),
  cmd_get_health: read("health"),
  cmd_get_liveness: read("health"),
  cmd_get_readiness: read("health"),
  cmd_get_mempool: read("mempool"),
  cmd_get_mempool_transaction: read("mempool"),
  cmd_get_transactions: read("transactions"),
  cmd_get_address_transactions: read("transactions"),
  cmd_create_wallet_admin: write("node_wallets"),
  cmd_get_addresses_admin: read("node_wallets"),
  cmd_get_wallet_info_admin: read("node_wallets"),
  cmd_get_balance_admin: read("node_wallets"),
  cmd_send_transaction_admin: write("mempool", "transactions", "node_wallets"),
  cmd_set_base_url: write(...ALL),
  cmd_set_api_key: write(...ALL),
  cmd_get_config: read("config"),
  cmd_check_connection: read("health"),
} as const satisfies Record<`cmd_${string}`, CommandTags>;

export type ConsoleCommandName = keyof typeof consoleTags;
