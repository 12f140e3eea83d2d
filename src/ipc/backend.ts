import type { commands } from "../../gen/bindings";
import type { CommandName } from "../../gen/cache-tags";
import type {
  Address,
  AddressPage,
  AppEvent,
  Balance,
  CoinPage,
  CreateDraftRequest,
  Draft,
  HistoryPage,
  HostStep,
  Imported,
  JoinStep,
  Limits,
  PageError,
  PaymentTarget,
  RecoverStep,
  ScanStep,
  Snapshot,
  SweepDraft,
  SweepList,
  TransactionDetail,
} from "./types";

export type { CommandName };

type Camel<S extends string> = S extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S;
type Generated = typeof commands;

/** Commands that are plain questions and answers. */
export type Command = Exclude<CommandName, "cmd_frontend_ready" | "cmd_report_page_error" | Followed | Carrying>;

/** What commands tell while they go on. */
export interface Steps {
  cmd_host_pairing: HostStep;
  cmd_join_pairing: JoinStep;
  cmd_take_keys: JoinStep;
  cmd_recover_circle: RecoverStep;
}
/** Commands that go on for minutes and tell how. */
export type Followed = keyof Steps;

/** Commands that take bytes as they are, and say what they saw in them. */
export type Carrying = "cmd_scan_frame" | "cmd_scan_image";

type GeneratedAnswer<C extends CommandName> =
  Awaited<ReturnType<Generated[Camel<C> & keyof Generated]>> extends infer Outcome
    ? Outcome extends { status: "ok"; data: infer Data }
      ? Data
      : never
    : never;

/** Answers and requests that carry money, with its type. */
interface MoneyAnswers {
  cmd_get_balance: Balance;
  cmd_get_addresses: AddressPage;
  cmd_generate_address: Address;
  cmd_get_transaction_history: HistoryPage;
  cmd_get_transaction: TransactionDetail;
  cmd_get_unspent_outputs: CoinPage;
  cmd_create_draft: Draft;
  cmd_bump_transaction: Draft;
  cmd_get_draft: Draft;
  cmd_list_drafts: Draft[];
  cmd_parse_payment: PaymentTarget;
  cmd_scan_file: ScanStep;
  cmd_scan_clipboard: ScanStep;
  cmd_scan_natively: ScanStep;
  cmd_scan_text: ScanStep;
  cmd_take_scanned: Draft;
  cmd_import_scanned: Imported;
  cmd_get_limits: Limits;
  cmd_set_limits: Limits;
  cmd_list_sweeps: SweepList;
  cmd_begin_sweep: SweepList;
  cmd_draft_sweep: SweepDraft;
  cmd_finish_sweep: SweepList;
  cmd_waive_sweep: SweepList;
}
interface MoneyRequests {
  cmd_create_draft: [req: CreateDraftRequest];
  cmd_set_limits: [req: Limits];
}

/** What a command takes: nothing or one request. */
export type Request<C extends Command> = C extends keyof MoneyRequests
  ? MoneyRequests[C]
  : Parameters<Generated[Camel<C> & keyof Generated]>;

/** What a command answers. */
export type Answer<C extends Command> = C extends keyof MoneyAnswers ? MoneyAnswers[C] : GeneratedAnswer<C>;

/** Both, by command. */
export type Calls = { readonly [C in Command]: { request: Request<C>; answer: Answer<C> } };

/** What a command that tells its steps takes, without what the steps go through. */
export type FollowedRequest<C extends Followed> = Parameters<Generated[Camel<C> & keyof Generated]>[0];
export type FollowedAnswer<C extends Followed> = GeneratedAnswer<C>;

/** The other side: Rust, or a fake of it. Everything rejects with `IpcError`, whatever went wrong. */
export interface Backend {
  /** Says that the page listens; nothing is emitted before. A second call replaces the listener. */
  ready: (onEvent: (event: AppEvent) => void) => Promise<Snapshot>;
  /** Calls a command. */
  call: <C extends Command>(command: C, ...request: Request<C>) => Promise<Answer<C>>;
  /** Calls a command that tells its steps. */
  follow: <C extends Followed>(
    command: C,
    request: FollowedRequest<C>,
    onStep: (step: Steps[C]) => void,
  ) => Promise<FollowedAnswer<C>>;
  /** Calls a command that takes bytes. */
  send: (command: Carrying, bytes: Uint8Array) => Promise<ScanStep>;
  /** Tells of a fault in the page; never throws. */
  report: (error: PageError) => void;
}
