import type * as wire from "../../gen/bindings";
import type { Sats } from "../lib/sats";

/**
 * What crosses from Rust, with amounts branded. The shapes are the generated ones: a field that Rust renames or drops
 * fails to compile here.
 */
type Branded<T> = T extends null ? null : Sats;
type Money<T, K extends keyof T> = Omit<T, K> & { [P in K]: Branded<T[P]> };

export type {
  AddPlaceRequest,
  AddressQuery,
  Backend as ChainBackend,
  BackupHealth,
  BalanceQuery,
  BumpRequest,
  CancelRequest,
  Cancelled,
  Circle,
  CircleStatus,
  Code,
  CoinLockRequest,
  CoinQuery,
  CoinStatus,
  Conflict,
  ConflictOn,
  ChosenContact,
  Contact,
  ContactAddress,
  CreateWalletRequest,
  Device,
  Differing,
  DifferingLabel,
  DeviceAdded,
  Direction,
  DraftPurpose,
  DraftRef,
  DraftState,
  FeeEstimates,
  FeeTarget,
  FoundDescriptors,
  FrameCode,
  FrameDensity,
  Freshness,
  GenerateAddressRequest,
  HandOverRequest,
  HistoryQuery,
  HostStep,
  Imported,
  Intent as IntentRequest,
  JoinStep,
  KeychainStatus,
  KeysOutcome,
  LabelKind,
  LabelRequest,
  LabelsPreview,
  LockedCoins,
  Network,
  NewPlace,
  Notice,
  OpenedLink,
  Offered,
  PageError,
  PlaceKind,
  PlaceState,
  ProvenBackup,
  Qr,
  RenameWalletRequest,
  Restored,
  Rival,
  RestoreWalletRequest,
  RoundReport,
  Refusal,
  Lightning,
  MeetingPart,
  MetDevice,
  RecoverStep,
  RoundStep,
  Scan,
  ScriptType,
  Sent,
  SetBackendRequest,
  OutOfSight,
  Settings,
  ShownFrames,
  Side,
  Signed,
  Snapshot,
  Standing,
  SweepRequest,
  SweepStep,
  SyncProgress,
  SyncReport,
  Tag,
  TakenLabels,
  Theme,
  TxStatus,
  TxStatusReport,
  Unit,
  VaultState,
  WalletInfo,
  WalletRef,
  WalletSummary,
  Watchable,
  WrittenFile,
  WrittenValue,
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
export type CoinSum = Money<wire.CoinSum, "amount">;
export type LockedCoin = Money<wire.LockedCoin, "amount">;
export type Sweep = Omit<wire.Sweep, "coins" | "locked" | "pending" | "left" | "moved"> & {
  coins: CoinSum;
  locked: LockedCoin[];
  pending: CoinSum;
  left: CoinSum;
  moved: CoinSum;
};
export type SweepList = { sweeps: Sweep[] };
export type SweepDraft = Omit<wire.SweepDraft, "draft" | "left"> & { draft: Draft; left: CoinSum };
export type Limits = Money<wire.Limits, "per_payment" | "per_day" | "by_presence">;
export type PaymentTarget = Money<wire.PaymentTarget, "amount">;
type SeenPayment = Extract<wire.Seen, { kind: "payment" }>;
export type Seen = Exclude<wire.Seen, SeenPayment> | (Omit<SeenPayment, "target"> & { target: PaymentTarget });
type SeenStep = Extract<wire.ScanStep, { step: "seen" }>;
export type ScanStep = Exclude<wire.ScanStep, SeenStep> | (Omit<SeenStep, "seen"> & { seen: Seen });

type Received = Extract<wire.AppEvent, { type: "received" }>;
/** What Rust says without being asked. */
export type AppEvent = Exclude<wire.AppEvent, { type: "received" }> | Money<Received, "amount">;
