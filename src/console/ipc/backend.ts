import type { ConsoleCommandName } from "./tags";
import type * as wire from "./types";

/** What each command takes and answers. */
export interface Calls {
  cmd_close_console: { request: []; answer: null };
  cmd_get_blockchain_info: { request: []; answer: wire.NodeChain };
  cmd_get_latest_blocks: { request: [req: wire.LatestBlocksQuery]; answer: wire.NodeLatestBlocks };
  cmd_get_blocks: { request: [req: wire.BlocksQuery]; answer: wire.NodeBlockPage };
  cmd_get_block_by_hash: { request: [req: wire.BlockQuery]; answer: wire.NodeBlock };
  cmd_get_mining_info: { request: []; answer: wire.NodeMining };
  cmd_generate_to_address: { request: [req: wire.GenerateRequest]; answer: wire.Generated };
  cmd_get_health: { request: []; answer: wire.NodeHealth };
  cmd_get_liveness: { request: []; answer: wire.NodeLiveness };
  cmd_get_readiness: { request: []; answer: wire.NodeReadiness };
  cmd_get_mempool: { request: [req: wire.MempoolQuery]; answer: wire.NodeMempool };
  cmd_get_mempool_transaction: { request: [req: wire.NodeTxRef]; answer: wire.NodeMempoolTransaction };
  cmd_get_transactions: { request: [req: wire.NodeTransactionsQuery]; answer: wire.NodeTransactionPage };
  cmd_get_address_transactions: { request: [req: wire.AddressTransactionsQuery]; answer: wire.NodeAddressPage };
  cmd_create_wallet_admin: { request: [req: wire.CreateNodeWalletRequest]; answer: wire.NodeWallets };
  cmd_get_addresses_admin: { request: [req: wire.NodeAddressesQuery]; answer: wire.NodeAddresses };
  cmd_get_wallet_info_admin: { request: [req: wire.NodeWalletRef]; answer: wire.NodeWallets };
  cmd_get_balance_admin: { request: [req: wire.NodeWalletRef]; answer: wire.NodeBalance };
  cmd_send_transaction_admin: { request: [req: wire.SendFromNodeRequest]; answer: wire.NodeSent };
  cmd_pay_from_faucet: { request: [req: wire.FaucetRequest]; answer: wire.NodeFaucetPaid };
  cmd_set_base_url: { request: [req: wire.SetBaseUrlRequest]; answer: wire.NodeConfig };
  cmd_set_api_key: { request: [req: wire.SetApiKeyRequest]; answer: wire.NodeConfig };
  cmd_get_config: { request: []; answer: wire.NodeConfig };
  cmd_check_connection: { request: []; answer: wire.NodeCheck };
}

/** Commands that are plain questions and answers. */
export type Command = keyof Calls & ConsoleCommandName;
export type Request<C extends Command> = Calls[C]["request"];
export type Answer<C extends Command> = Calls[C]["answer"];

/** The other side: Rust, or a fake of it. Everything rejects with `IpcError`, whatever went wrong. */
export interface ConsoleBackend {
  /** Says that the page listens; nothing is emitted before. A second call replaces the listener. */
  ready: (onEvent: (event: wire.ConsoleEvent) => void) => Promise<wire.ConsoleSnapshot>;
  /** The page is going away: what still comes is dropped. */
  deaf: () => void;
  /** Calls a command. */
  call: <C extends Command>(command: C, ...request: Request<C>) => Promise<Answer<C>>;
  /** Tells of a fault in the page; never throws. */
  report: (error: wire.PageError) => void;
}
