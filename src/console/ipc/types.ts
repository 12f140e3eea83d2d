import type { Network, Theme, IpcError as WireError } from "../../../gen/bindings";
import type { Sats } from "../../lib/sats";

/**
 * What crosses between the console's page and Rust, with amounts branded. The shapes are those of
 * `crates/wire/src/console`.
 */
export type * from "./types-node";
export type { Network, Theme, WireError };

/** A kind of cached answer of the console. */
export type ConsoleTag = "chain" | "blocks" | "mempool" | "transactions" | "node_wallets" | "health" | "config";

/** A fault of the page, told to Rust. */
export interface PageError {
  kind: string;
  message: string;
}

/**
 * How fresh an answer is. When the node does not answer, the last good answer to the same question is given again,
 * marked as old, with why there is no newer one. What was never answered is an error instead.
 */
export interface NodeSeen {
  /** When the node said so, in seconds since 1970. */
  at: number;
  /** Whether it is the last good answer and not today's. */
  old: boolean;
  /** Why it is old. */
  error: WireError | null;
}

/** What is wrong. */
export type NodeProblemKind =
  | "not_set"
  | "unreachable"
  | "unauthorized"
  | "no_cookie"
  | "busy"
  | "bad_answer"
  | "other_chain"
  | "height_fell"
  | "reorganised"
  | "initial_download"
  | "behind"
  | "no_peers"
  | "stale"
  | "node_warning";

/** Something that is wrong. */
export interface NodeProblem {
  /** What. */
  kind: NodeProblemKind;
  /** The particulars, for people. */
  message: string;
  /** Since when, in seconds since 1970. */
  since: number;
  /** Whether the node cannot be relied upon while it lasts. */
  serious: boolean;
}

/** How the line to the node is. */
export type NodeLine = "not_set" | "unknown" | "up" | "down";

/** What `cmd_get_health` returns. It asks nothing: it says what is known. */
export interface NodeHealth {
  /** How the line is. */
  line: NodeLine;
  /** What is wrong, the serious first. */
  problems: NodeProblem[];
  /** When it last answered well, in seconds since 1970. */
  last_answer: number | null;
  /** How many seconds ago that was. */
  age: number | null;
  /** How long it took, in milliseconds. */
  took_ms: number | null;
  /** The network. */
  network: Network | null;
  /** Height of the newest block. */
  height: number | null;
  /** Height of the newest header. */
  headers: number | null;
  /** Hash of the newest block. */
  best_hash: string | null;
  /** Transactions that wait. */
  pooled: number | null;
  /** Questions that were put to it since this window was opened. */
  asked: number;
  /** How many of them failed. */
  failed: number;
}

/** What `cmd_get_liveness` returns: whether it answers right now. */
export interface NodeLiveness {
  /** Whether it answered. */
  alive: boolean;
  /** How long that took, in milliseconds. */
  took_ms: number;
  /** When it was asked, in seconds since 1970. */
  at: number;
  /** Why it did not. */
  error: WireError | null;
}

/** What `cmd_get_readiness` returns: whether what it says can be relied upon right now. */
export interface NodeReadiness {
  /** Whether it answers, has the whole chain and nothing serious is wrong. */
  ready: boolean;
  /** Why it is not; also what is wrong without being serious. */
  reasons: NodeProblem[];
  /** Height of the newest block. */
  height: number | null;
  /** Height of the newest header. */
  headers: number | null;
  /** How much of the chain was checked, in millionths. */
  progress_ppm: number | null;
  /** When it was asked, in seconds since 1970. */
  at: number;
}

/** The node's connections to others. */
export interface NodePeers {
  /** In all. */
  count: number;
  /** Others that connected to it. */
  inbound: number;
  /** Others that it connected to. */
  outbound: number;
  /** Whether it talks to the network at all. */
  active: boolean;
}

/** What `cmd_get_blockchain_info` returns. */
export interface NodeChain {
  /** The network. */
  network: Network;
  /** Height of the newest block that was checked. */
  height: number;
  /** Height of the newest header. */
  headers: number;
  /** Hash of the newest block. */
  best_hash: string;
  /** Its time, in seconds since 1970. */
  best_time: number;
  /** Median time of the last eleven blocks, in seconds since 1970. */
  median_time: number;
  /** The difficulty, as a decimal text. */
  difficulty: string;
  /** How much of the chain was checked, in millionths. */
  progress_ppm: number;
  /** Whether it still loads the chain for the first time. */
  initial_download: boolean;
  /** Work in the chain, in hex. */
  chain_work: string;
  /** Bytes on its disk. */
  size_on_disk: number;
  /** Whether old blocks are removed. */
  pruned: boolean;
  /** The lowest block that is still there, when blocks are removed. */
  prune_height: number | null;
  /** Version of the node, such as 280100 for 28.1. */
  version: number;
  /** What the node calls itself. */
  subversion: string;
  /** Who it talks to; none: it does not tell. */
  peers: NodePeers | null;
  /** Seconds since it was started; none: it does not tell. */
  uptime: number | null;
  /** What it warns of, in its words. */
  warnings: string[];
  /** How fresh this is. */
  seen: NodeSeen;
}

/** A block in a list. */
export interface NodeBlockRow {
  /** Its height. */
  height: number;
  /** Its hash. */
  hash: string;
  /** Hash of the block before; none: it is the first. */
  previous: string | null;
  /** Its time, in seconds since 1970. */
  time: number;
  /** How many transactions it has. */
  transactions: number;
  /** Its size in bytes. */
  size: number;
  /** Its weight in weight units. */
  weight: number;
  /** What its transactions paid in fees; none: the node does not tell. */
  fees: Sats | null;
}

/** Asks for the newest blocks. */
export interface LatestBlocksQuery {
  /** Blocks wanted, 1 to 50; without it 10. */
  limit?: number | null;
}

/** What `cmd_get_latest_blocks` returns. */
export interface NodeLatestBlocks {
  /** The newest blocks, newest first. */
  blocks: NodeBlockRow[];
  /** How fresh this is. */
  seen: NodeSeen;
}

/** Asks for a page of blocks, newest first. */
export interface BlocksQuery {
  /** `next` of the page before. */
  after?: string | null;
  /** Begin at this height instead of at the tip. */
  from_height?: number | null;
  /** Blocks wanted, 1 to 50; without it 25. */
  limit?: number | null;
}

/** What `cmd_get_blocks` returns. */
export interface NodeBlockPage {
  /** The blocks, newest first. */
  blocks: NodeBlockRow[];
  /** Pass it back as `after`; none: this was the last page. */
  next: string | null;
  /** Height of the newest block. */
  tip: number;
  /** How fresh this is. */
  seen: NodeSeen;
}

/** Asks for one block. Exactly one of `hash` and `height` is given. */
export interface BlockQuery {
  /** Its hash. */
  hash?: string | null;
  /** Its height in the active chain. */
  height?: number | null;
  /** `next` of the page of its transactions before. */
  after?: string | null;
  /** Transactions wanted, 1 to 50; without it 25. */
  limit?: number | null;
}

/** What `cmd_get_block_by_hash` returns. */
export interface NodeBlock {
  /** The block as lists show it. */
  block: NodeBlockRow;
  /** Blocks on top, its own included; 0: it is not in the active chain. */
  confirmations: number;
  /** Its version, in hex. */
  version: string;
  /** Root of the tree of its transactions. */
  merkle_root: string;
  /** Compact target, in hex. */
  bits: string;
  /** Its nonce. */
  nonce: number;
  /** Its difficulty, as a decimal text. */
  difficulty: string;
  /** Work in the chain up to it, in hex. */
  chain_work: string;
  /** Median time of the eleven blocks up to it, in seconds since 1970. */
  median_time: number;
  /** Bytes without witnesses. */
  stripped_size: number;
  /** Hash of the block after; none: there is none yet. */
  next_hash: string | null;
  /** A page of its transactions, in their order. */
  transactions: NodeTransaction[];
  /** Pass it back as `after` for more transactions; none: these were the last. */
  next: string | null;
  /** How fresh this is. */
  seen: NodeSeen;
}

/** Asks for the mempool with a page of its transactions, highest fee rate first. */
export interface MempoolQuery {
  /** `next` of the page before. */
  after?: string | null;
  /** Transactions wanted, 1 to 100; without it 25. */
  limit?: number | null;
}

/** A waiting transaction. */
export interface NodeMempoolRow {
  /** Its id. */
  txid: string;
  /** Its size in vB. */
  vsize: number;
  /** When it came, in seconds since 1970. */
  time: number;
  /** Its fee. */
  fee: Sats;
  /** Its fee rate. */
  fee_rate: number;
  /** Waiting transactions that it needs, itself included. */
  ancestors: number;
  /** Waiting transactions that need it, itself included. */
  descendants: number;
  /** Whether the node lets it be replaced. */
  replaceable: boolean;
}

/** Waiting transactions of about the same fee rate. */
export interface FeeBand {
  /** The lowest fee rate of the band; it ends where the next one begins. */
  from: number;
  /** Their size together, in vB. */
  vsize: number;
  /** How many there are. */
  count: number;
}

/** What `cmd_get_mempool` returns. */
export interface NodeMempool {
  /** How many transactions wait. */
  count: number;
  /** Their size together, in vB. */
  vsize: number;
  /** Bytes of memory that they take. */
  usage: number;
  /** Bytes of memory that they may take. */
  max_usage: number;
  /** Their fees together. */
  fees: Sats;
  /** The lowest fee rate that comes in at the moment. */
  min_fee_rate: number;
  /** The lowest fee rate that the node passes on at all. */
  relay_fee_rate: number;
  /** By fee rate, lowest first. */
  histogram: FeeBand[];
  /** How many transactions the histogram was drawn from and scaled up; none: from all of them. */
  sampled: number | null;
  /** A page of transactions: highest fee rate first, or in the node's order when there are too many to be sorted. */
  transactions: NodeMempoolRow[];
  /** Whether they are sorted. */
  sorted: boolean;
  /** Pass it back as `after`; none: this was the last page. */
  next: string | null;
  /** How fresh this is. */
  seen: NodeSeen;
}

/** Names a waiting transaction. */
export interface NodeTxRef {
  /** Its id. */
  txid: string;
}

/** What `cmd_get_mempool_transaction` returns. */
export interface NodeMempoolTransaction {
  /** As lists show it. */
  row: NodeMempoolRow;
  /** The transaction. */
  transaction: NodeTransaction;
  /** Size of what it needs, itself included, in vB. */
  ancestor_vsize: number;
  /** Fees of what it needs, itself included. */
  ancestor_fees: Sats;
  /** Size of what needs it, itself included, in vB. */
  descendant_vsize: number;
  /** Fees of what needs it, itself included. */
  descendant_fees: Sats;
  /** Waiting transactions that it spends. */
  depends: string[];
  /** Waiting transactions that spend it. */
  spent_by: string[];
  /** How fresh this is. */
  seen: NodeSeen;
}

/** What `cmd_get_mining_info` returns. */
export interface NodeMining {
  /** The network. */
  network: Network;
  /** Height of the newest block. */
  height: number;
  /** The difficulty, as a decimal text. */
  difficulty: string;
  /** Estimated hashes per second of the network, as a decimal text. */
  hashes_per_second: string;
  /** Transactions that wait. */
  pooled: number;
  /** Weight of the block that was put together last, in weight units; none: none was. */
  block_weight: number | null;
  /** Transactions of that block. */
  block_transactions: number | null;
  /** The lowest fee rate that gets into a block of this node; none: it does not tell. */
  min_fee_rate: number | null;
  /** Whether `cmd_generate_to_address` does anything here: on regtest, and on a signet whose key the node has. */
  can_generate: boolean;
  /** What the node warns of, in its words. */
  warnings: string[];
  /** How fresh this is. */
  seen: NodeSeen;
}

/** Mines blocks on a chain of tests. */
export interface GenerateRequest {
  /** Made by the caller for this intent; a request that arrives twice acts once. */
  request_id: string;
  /** Who gets what is mined. */
  address: string;
  /** How many, 1 to 1,000. */
  blocks: number;
}

/** What `cmd_generate_to_address` returns. */
export interface Generated {
  /** Hashes of the new blocks, oldest first. */
  hashes: string[];
}

/** An output's script. */
export interface NodeScript {
  /** Its operations, cut at 2,000 characters. */
  asm: string;
  /** Its bytes in hex, cut at 2,000 characters. */
  hex: string;
  /** What kind it is in the node's words, such as `witness_v1_taproot`. */
  kind: string;
  /** Its address, when it has one. */
  address: string | null;
}

/** What an input spends. */
export interface NodeSpent {
  /** The amount. */
  amount: Sats;
  /** The script. */
  script: NodeScript;
  /** The height of its block; none: it is in no block, or the node does not tell. */
  height: number | null;
  /** Whether it was mined. */
  coinbase: boolean;
}

/** An input. */
export interface NodeInput {
  /** Which output it spends, as `txid:vout`; none: it mines. */
  outpoint: string | null;
  /** What the miner wrote, in hex, when it mines. */
  coinbase: string | null;
  /** Operations of its script, cut at 2,000 characters. */
  asm: string;
  /** Its witness in hex, each item cut at 2,000 characters. */
  witness: string[];
  /** Items of its witness beyond the first 100. */
  more_witness: number;
  /** Its sequence number. */
  sequence: number;
  /** What it spends; none: the node does not tell. */
  spends: NodeSpent | null;
}

/** An output. */
export interface NodeOutput {
  /** Its index. */
  index: number;
  /** Its amount. */
  amount: Sats;
  /** Its script. */
  script: NodeScript;
}

/** A transaction. */
export interface NodeTransaction {
  /** Its id. */
  txid: string;
  /** Its id with witnesses. */
  wtxid: string;
  /** Its version. */
  version: number;
  /** Its lock time. */
  lock_time: number;
  /** Its size in bytes. */
  size: number;
  /** Its size in vB. */
  vsize: number;
  /** Its weight in weight units. */
  weight: number;
  /** Whether it mines. */
  coinbase: boolean;
  /** Its fee; none: the node does not tell. */
  fee: Sats | null;
  /** Its fee rate, when the fee is known. */
  fee_rate: number | null;
  /** All that it pays out. */
  total: Sats;
  /** The first 100 inputs. */
  inputs: NodeInput[];
  /** Inputs beyond those. */
  more_inputs: number;
  /** The first 100 outputs. */
  outputs: NodeOutput[];
  /** Outputs beyond those. */
  more_outputs: number;
  /** Height of its block; none: it is in no block, or the node does not tell. */
  height: number | null;
  /** Hash of its block; none: it is in no block. */
  block_hash: string | null;
  /** Its block's time, in seconds since 1970. */
  time: number | null;
  /** Blocks on top, its own included; 0 while unconfirmed. */
  confirmations: number;
  /** The raw transaction in hex, when one was asked for and it has at most 100 kB. */
  raw: string | null;
}

/** Asks for transactions: one by its id, those of one block, or the newest that are in blocks. */
export interface NodeTransactionsQuery {
  /**
   * Only this one, from the mempool or a block. A node without an index of transactions finds those of blocks only
   * when `block` says which.
   */
  txid?: string | null;
  /** Only those of the block with this hash, in their order. */
  block?: string | null;
  /** `next` of the page before. */
  after?: string | null;
  /** Transactions wanted, 1 to 50; without it 25. */
  limit?: number | null;
}

/** What `cmd_get_transactions` returns. */
export interface NodeTransactionPage {
  /** The transactions; without a block named, newest first. */
  transactions: NodeTransaction[];
  /** Pass it back as `after`; none: this was the last page. */
  next: string | null;
  /** How fresh this is. */
  seen: NodeSeen;
}

/** Asks for the transactions of an address. */
export interface AddressTransactionsQuery {
  /** The address. */
  address: string;
  /** `next` of the page before. */
  after?: string | null;
  /**
   * Let a node without an index of addresses look through all unspent outputs. That takes minutes on the main
   * chain.
   */
  scan?: boolean;
}

/** Who knew. */
export type AddressSource = "index" | "unspent_outputs";

/** A transaction of an address. */
export interface NodeAddressTransaction {
  /** Its id. */
  txid: string;
  /** Height of its block; none: it waits in the mempool. */
  height: number | null;
  /** Hash of its block. */
  block_hash: string | null;
  /** Its block's time, in seconds since 1970; none: not known. */
  time: number | null;
  /** What came to the address. */
  received: Sats;
  /** What left it; none: not known. */
  spent: Sats | null;
}

/** What `cmd_get_address_transactions` returns. */
export interface NodeAddressPage {
  /** The address. */
  address: string;
  /** Who knew. */
  source: AddressSource;
  /** What is unspent in blocks. */
  balance: Sats;
  /** Transactions in blocks, as far as the source knows. */
  total: number;
  /** Waiting ones first, then those of blocks, newest first. */
  transactions: NodeAddressTransaction[];
  /** Pass it back as `after`; none: this was the last page. */
  next: string | null;
  /** How fresh this is. */
  seen: NodeSeen;
}
