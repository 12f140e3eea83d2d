import type * as wire from "../../gen/bindings";
import type { Sats } from "../lib/sats";

/**
 * What crosses from Rust, with amounts branded. The shapes are the generated ones: a field that Rust renames or drops
 * fails to compile here.
 */
type Branded<T> = T extends null ? null : Sats;
type Money<T, K extends keyof T> = Omit<T, K> & { [P in K]: Branded<T[P]> };

export type {
  AddressQuery,
  Backend as ChainBackend,
  BalanceQuery,
  BumpRequest,
  CancelRequest,
  Cancelled,
  Code,
  CoinLockRequest,
  CoinQuery,
  CoinStatus,
  CreateWalletRequest,
  Direction,
  DraftPurpose,
  DraftRef,
  DraftState,
  FeeEstimates,
  FeeTarget,
  Freshness,
  GenerateAddressRequest,
  HistoryQuery,
  Imported,
  Intent as IntentRequest,
  KeychainStatus,
  LabelKind,
  LabelRequest,
  Network,
  PageError,
  Qr,
  RenameWalletRequest,
  Restored,
  RestoreWalletRequest,
  ScriptType,
  Sent,
  SetBackendRequest,
  Settings,
  Side,
  Signed,
  Snapshot,
  SyncProgress,
  SyncReport,
  Tag,
  Theme,
  TxStatus,
  TxStatusReport,
  Unit,
  VaultState,
  WalletInfo,
  WalletRef,
  WalletSummary,
  WrittenFile,
} from "../../gen/bindings";

export type Address = Money<wire.Address, "received">;
export type AddressPage = Omit<wire.AddressPage, "addresses"> & { addresses: Address[] };
export type Balance = Money<
  wire.Balance,
  "confirmed" | "pending_change" | "pending_incoming" | "pending_outgoing" | "immature" | "spendable" | "total"
>;
export type Coin = Money<wire.Coin, "amount">;
export type CoinPage = Omit<wire.CoinPage, "coins"> & { coins: Coin[] };
export type Recipient = Money<wire.Recipient, "amount">;
export type RecipientRequest = Money<wire.RecipientRequest, "amount">;
export type CreateDraftRequest = Omit<wire.CreateDraftRequest, "recipients"> & { recipients: RecipientRequest[] };
export type Draft = Omit<Money<wire.Draft, "amount" | "change" | "fee" | "total">, "recipients"> & {
  recipients: Recipient[];
};
export type Transaction = Money<wire.Transaction, "amount" | "spent" | "received" | "fee">;
export type HistoryPage = Omit<wire.HistoryPage, "transactions"> & { transactions: Transaction[] };
export type TxPart = Money<wire.TxPart, "amount">;
export type TransactionDetail = Omit<wire.TransactionDetail, "transaction" | "inputs" | "outputs"> & {
  transaction: Transaction;
  inputs: TxPart[];
  outputs: TxPart[];
};
export type Limits = Money<wire.Limits, "per_payment" | "per_day" | "by_presence">;
export type PaymentTarget = Money<wire.PaymentTarget, "amount">;

type Received = Extract<wire.AppEvent, { type: "received" }>;
/** What Rust says without being asked. */
export type AppEvent = Exclude<wire.AppEvent, { type: "received" }> | Money<Received, "amount">;
