import type { ConsoleTag, Network, NodeHealth, NodeSeen, Theme, WireError } from "./types";
import type { Sats } from "../../lib/sats";

/** Makes a wallet in the node, or loads one that is there. */
export interface CreateNodeWalletRequest {
  /** Made by the caller for this intent; a request that arrives twice acts once. */
  request_id: string;
  /** Its name: 1 to 64 letters, digits, `-`, `_` and `.`. */
  name: string;
  /** Make it without keys, so that it can only watch. */
  watch_only?: boolean;
  /** Load the one of this name that is on the node's disk instead of making one. */
  existing?: boolean;
}

/** Names a wallet of the node. */
export interface NodeWalletRef {
  /** Its name; none: the only one that is loaded. */
  wallet?: string | null;
}

/** A wallet of the node in a list. */
export interface NodeWalletName {
  /** Its name; empty: the one without a name. */
  name: string;
  /** Whether it is loaded. */
  loaded: boolean;
}

/** A wallet of the node. */
export interface NodeWallet {
  /** Its name. */
  name: string;
  /** How it is kept, in the node's words, such as `sqlite`. */
  format: string | null;
  /** How many transactions it has. */
  transactions: number;
  /** Whether it has no keys. */
  watch_only: boolean;
  /** Whether it is made of descriptors. */
  descriptors: boolean;
  /** Whether its keys are encrypted on the node's disk. */
  encrypted: boolean;
  /** Whether its keys can be used now. */
  unlocked: boolean;
  /** Whether it looks through the chain at the moment, and how far it is in millionths. */
  scanning_ppm: number | null;
}

/** What `cmd_get_wallet_info_admin` and `cmd_create_wallet_admin` return. */
export interface NodeWallets {
  /** All wallets of the node. */
  wallets: NodeWalletName[];
  /** The one asked for; none: none was named and not exactly one is loaded. */
  wallet: NodeWallet | null;
  /** How fresh this is. */
  seen: NodeSeen;
}

/** What kind of address is wanted. */
export type NodeAddressKind = "segwit" | "taproot" | "nested_segwit" | "legacy";

/** Asks for a new address. */
export interface FreshAddress {
  /** Made by the caller for this intent; a request that arrives twice acts once. */
  request_id: string;
  /** What kind. */
  kind?: NodeAddressKind;
  /** A label for it, at most 200 characters. */
  label?: string | null;
}

/** Asks for addresses of a wallet of the node. */
export interface NodeAddressesQuery {
  /** The wallet; none: the only one that is loaded. */
  wallet?: string | null;
  /** Hand out a new one first. */
  fresh?: FreshAddress | null;
  /** `next` of the page before. */
  after?: string | null;
  /** Addresses wanted, 1 to 100; without it 25. */
  limit?: number | null;
}

/** An address of a wallet of the node. */
export interface NodeWalletAddress {
  /** The address. */
  address: string;
  /** Its label; empty: none. */
  label: string;
  /** What came to it in all. */
  received: Sats;
  /** Confirmations of the newest payment to it; 0: none, or it waits. */
  confirmations: number;
  /** How many transactions paid to it. */
  transactions: number;
}

/** What `cmd_get_addresses_admin` returns. */
export interface NodeAddresses {
  /** The new address, when one was asked for. */
  fresh: string | null;
  /** The addresses, those with most received first. */
  addresses: NodeWalletAddress[];
  /** Pass it back as `after`; none: this was the last page. */
  next: string | null;
  /** How many there are. */
  total: number;
  /** How fresh this is. */
  seen: NodeSeen;
}

/** What `cmd_get_balance_admin` returns. */
export interface NodeBalance {
  /** In blocks, or own change. */
  trusted: Sats;
  /** Waiting, from others. */
  pending: Sats;
  /** Mined, and too young to be spent. */
  immature: Sats;
  /** Up to which block; none: the node does not tell. */
  height: number | null;
  /** How fresh this is. */
  seen: NodeSeen;
}

/** Pays out of a wallet of the node, after consent. */
export interface SendFromNodeRequest {
  /** Made by the caller for this intent; a request that arrives twice pays once. */
  request_id: string;
  /** The wallet; none: the only one that is loaded. */
  wallet?: string | null;
  /** To whom. */
  address: string;
  /** How much. */
  amount: Sats;
  /** The fee rate; none: what the node estimates. */
  fee_rate?: number | null;
  /** Whether the fee comes out of the amount. */
  subtract_fee?: boolean;
}

/** What `cmd_send_transaction_admin` returns. */
export interface NodeSent {
  /** The payment's transaction. */
  txid: string;
}

/** Sets the node, after consent. What lets this program in at another node is forgotten. */
export interface SetBaseUrlRequest {
  /** Made by the caller for this intent; a request that arrives twice asks once. */
  request_id: string;
  /**
   * Address of its JSON-RPC, `https://` or, to this machine, `http://`. Anywhere else plain `http` is a question
   * of its own. None: no node is asked any more, or the one given at start.
   */
  url: string | null;
  /** Address of an Esplora server beside it, which knows every address's transactions. A sandbox needs none named. */
  esplora_url?: string | null;
}

/** How this program is let in. What is secret about it is typed in the sealed window and never passes a page. */
export type NodeKey =
  | { kind: "none" }
  | { kind: "cookie"; network: Network }
  | { kind: "cookie_file" }
  | { kind: "login"; user: string }
  | { kind: "authorization" }
  | { kind: "api_key" };

/** Sets how this program is let in. */
export interface SetApiKeyRequest {
  /** Made by the caller for this intent; a request that arrives twice asks once. */
  request_id: string;
  /** How. */
  key: NodeKey;
}

/** Which way is set. */
export type NodeKeyKind = "none" | "cookie" | "cookie_file" | "login" | "authorization" | "api_key";

/** Where the key is kept. */
export type NodeKeyKept = "nothing" | "keychain" | "this_run";

/** What `cmd_get_config` returns. It never says what the key is. */
export interface NodeConfig {
  /** Address of the node; none: no node is set. */
  url: string | null;
  /** Address of an Esplora server beside it. */
  esplora_url: string | null;
  /** Whether the node was given at start instead of set by the owner. */
  is_default: boolean;
  /** Whether it is a sandbox; none: it was not asked yet. */
  is_sandbox: boolean | null;
  /** The network it was on when it was first asked. */
  network: Network | null;
  /** How this program is let in. */
  key_kind: NodeKeyKind;
  /** Whether a key is set. */
  key_set: boolean;
  /** Where it is kept. */
  key_kept: NodeKeyKept;
  /** The user name of a login. */
  user: string | null;
  /** What the system calls its keychain. */
  keychain: string;
}

/** What `cmd_check_connection` returns: what came of asking just now. */
export interface NodeCheck {
  /** Whether something answered at the address. */
  reached: boolean;
  /** Whether it let this program in. */
  let_in: boolean;
  /** How long the first answer took, in milliseconds. */
  took_ms: number;
  /** The network. */
  network: Network | null;
  /** Version of the node. */
  version: number | null;
  /** What the node calls itself. */
  subversion: string | null;
  /** Height of the newest block. */
  height: number | null;
  /** Whether it has wallets; none: not known. */
  wallets: boolean | null;
  /** Whether the Esplora server answers and has the same chain; none: there is none. */
  esplora: boolean | null;
  /** What was wrong. */
  error: WireError | null;
  /** When it was asked, in seconds since 1970. */
  at: number;
}

/** What the console's page needs first, from `cmd_console_ready`. */
export interface ConsoleSnapshot {
  /** This program's version. */
  version: string;
  /** Whether it is a phone. */
  phone: boolean;
  /** Light or dark. */
  theme: Theme;
  /** Which node is asked. */
  config: NodeConfig;
  /** What is known of it. */
  health: NodeHealth;
}

/** An event. */
export type ConsoleEvent =
  | { type: "stale"; tags: ConsoleTag[] }
  | { type: "new_block"; height: number; hash: string; time: number; transactions: number; replaced: number }
  | { type: "new_transactions"; count: number; txids: string[] }
  | { type: "connection_lost"; error: WireError; last_answer: number | null }
  | { type: "connection_restored"; after: number };
