import type * as wire from "../../../gen/console-bindings";
import type { Sats } from "../../lib/sats";

/**
 * What crosses between the console's page and Rust, with amounts branded. The shapes are the generated ones: a field
 * that Rust renames or drops fails to compile where it is read.
 */
type MoneyKey =
  | "amount"
  | "ancestor_fees"
  | "balance"
  | "descendant_fees"
  | "fee"
  | "fees"
  | "immature"
  | "pending"
  | "received"
  | "spent"
  | "trusted";
type Branded<T> = T extends number ? Sats : T;
type Money<T> = T extends readonly (infer Each)[]
  ? Money<Each>[]
  : T extends object
    ? { [K in keyof T]: K extends MoneyKey ? Branded<T[K]> : Money<T[K]> }
    : T;
/** A transaction's `total` is money; elsewhere it counts. */
type Paying<T> = T extends wire.NodeTransaction ? Omit<Money<T>, "total"> & { total: Sats } : never;

export type {
  AddressSource,
  AddressTransactionsQuery,
  BlockQuery,
  BlocksQuery,
  ConsoleEvent,
  ConsoleSnapshot,
  ConsoleTag,
  CreateNodeWalletRequest,
  FeeBand,
  GenerateRequest,
  Generated,
  IpcError as WireError,
  LatestBlocksQuery,
  MempoolQuery,
  Network,
  NodeAddressKind,
  NodeAddressesQuery,
  NodeChain,
  NodeCheck,
  NodeConfig,
  NodeFaucetPaid,
  NodeHealth,
  NodeKey,
  NodeKeyKind,
  NodeLiveness,
  NodeMining,
  NodeProblem,
  NodeProblemKind,
  NodeReadiness,
  NodeScript,
  NodeSeen,
  NodeSent,
  NodeTransactionsQuery,
  NodeTxRef,
  NodeWallet,
  NodeWalletRef,
  NodeWallets,
  PageError,
  SetApiKeyRequest,
  SetBaseUrlRequest,
  Theme,
} from "../../../gen/console-bindings";

export type NodeBlockRow = Money<wire.NodeBlockRow>;
export type NodeLatestBlocks = Money<wire.NodeLatestBlocks>;
export type NodeBlockPage = Money<wire.NodeBlockPage>;
export type NodeInput = Money<wire.NodeInput>;
export type NodeOutput = Money<wire.NodeOutput>;
export type NodeTransaction = Paying<wire.NodeTransaction>;
export type NodeBlock = Omit<Money<wire.NodeBlock>, "transactions"> & { transactions: NodeTransaction[] };
export type NodeTransactionPage = Omit<Money<wire.NodeTransactionPage>, "transactions"> & { transactions: NodeTransaction[] };
export type NodeMempoolRow = Money<wire.NodeMempoolRow>;
export type NodeMempool = Money<wire.NodeMempool>;
export type NodeMempoolTransaction = Omit<Money<wire.NodeMempoolTransaction>, "transaction"> & { transaction: NodeTransaction };
export type NodeAddressTransaction = Money<wire.NodeAddressTransaction>;
export type NodeAddressPage = Money<wire.NodeAddressPage>;
export type NodeAddresses = Money<wire.NodeAddresses>;
export type NodeBalance = Money<wire.NodeBalance>;
export type FaucetRequest = Money<wire.FaucetRequest>;
export type SendFromNodeRequest = Money<wire.SendFromNodeRequest>;
