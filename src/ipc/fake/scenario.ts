import type { FakeSight } from "./scan";
import type { Network, Theme, Unit, VaultState } from "../types";

/** What the fake pretends. Everything can be set in the address: `?fake=pending,offline&theme=dark&unit=sats`. */
export interface Scenario {
  vault: VaultState;
  network: Network;
  /** Payments in the history. */
  payments: number;
  /** Nearly all bitcoin there will be: the longest amounts. */
  rich: boolean;
  /** Whether the newest ones wait for a block. */
  pending: boolean;
  /** Whether a server was ever asked. */
  known: boolean;
  /** Whether the server answers. */
  online: boolean;
  /** Questions are never answered. */
  loading: boolean;
  /** Questions fail. */
  failed: boolean;
  /** What asks another window or the system waits for ever. */
  held: boolean;
  /** What asks for consent is refused. */
  declined: boolean;
  /** Whether the words were proven. */
  proven: boolean;
  /** Whether what is stored was found damaged. */
  damaged: boolean;
  /** Whether a keychain opens the wallet that asks for finger, face or PIN each time. */
  presence: boolean;
  /**
   * Who shares: nobody, this device alone, several, several of which this one joined and
   * decides nothing, or several of which another one may hold keys too.
   */
  circle: "none" | "alone" | "several" | "guest" | "keys";
  /** How this device stands at its places. */
  meeting: "none" | "in_step" | "pending" | "away" | "refused" | "going" | "never" | "old" | "many";
  /** A wallet of another device waits to be compared. */
  offered: boolean;
  /** A copy of this device was seen, and new keys are due. */
  copied: boolean;
  /** Whom the owner pays: nobody, some, or some that came from other devices as well. */
  contacts: "none" | "some" | "waiting";
  /** Two devices wrote different things. */
  conflict: boolean;
  /** Several devices got in each other's way: payments, coins, addresses. */
  clash: boolean;
  /** A device was added a short while ago, and nobody said that it was meant. */
  added: boolean;
  /** What the wallet was brought back from is older than it. */
  older: boolean;
  /** The last backup was opened as if it were needed. */
  drilled: boolean;
  /** A file of labels says nothing new, and a backup lacks a wallet. */
  plain: boolean;
  /** A phone: no folder can be chosen. */
  phone: boolean;
  /** A place went back, and a device's clock is ahead. */
  back: boolean;
  /** Coins that are to be moved, and what is next. */
  sweep: "none" | "elsewhere" | "begin" | "keep" | "draft" | "locked" | "many" | "send" | "wait" | "put_away";
  /** How far a pairing comes. */
  pairing: "keys" | "refused_keys" | "shown" | "arrived" | "adding" | "done" | "failed" | "unready" | "late";
  /** Where bringing back what lost devices left stays, or how it fails. */
  recovering: "listing" | "fetching" | "opening" | "adding" | "lacking" | "wrong_words" | "nothing" | "denied" | "untrusted" | "several" | "broken" | undefined;
  /** Another program opened a payment link. */
  linked: boolean;
  /** The vault is open and holds no wallet. */
  bare: boolean;
  /** What a phone's own scanner does, if there is one: it goes on looking, reads, or gives up. */
  scanner: "none" | "looks" | "reads" | "fails";
  /** What another device is found to lack, once its code was scanned. */
  met: "lacks" | "has_all" | "too_much";
  /** The camera is refused for ever. */
  barred: boolean;
  /** What is before the camera. */
  sight: FakeSight;
  /** What a picture or the clipboard holds. */
  given: FakeSight;
  /** Milliseconds until an answer. */
  latency: number;
  theme: Theme;
  unit: Unit;
}

const READY: Scenario = {
  vault: "open",
  network: "regtest",
  payments: 14,
  rich: false,
  pending: false,
  known: true,
  online: true,
  loading: false,
  failed: false,
  held: false,
  declined: false,
  proven: true,
  damaged: false,
  presence: false,
  circle: "none",
  meeting: "none",
  offered: false,
  copied: false,
  contacts: "none",
  conflict: false,
  clash: false,
  added: false,
  older: false,
  drilled: false,
  plain: false,
  phone: false,
  back: false,
  sweep: "none",
  pairing: "done",
  recovering: undefined,
  linked: false,
  bare: false,
  scanner: "none",
  barred: false,
  met: "lacks",
  sight: "nothing",
  given: "payment",
  latency: 30,
  theme: "system",
  unit: "btc",
};

const RECOVERIES = ["listing", "fetching", "opening", "adding", "lacking", "wrong_words", "nothing", "denied", "untrusted", "several", "broken"] as const;
const SIGHTS = [
  "payment", "not_payable", "lightning", "psbt", "transaction", "descriptor", "account_key", "pairing", "wallet_file", "objects", "heads", "labels",
  "descriptor_backup", "server", "sealed_only", "unknown", "several", "damaged", "needs_newer", "too_large", "unknown_format", "invoice", "offer", "link",
  "name", "fault", "over", "nothing",
] as const satisfies readonly FakeSight[];

/** Words of `?fake=` and what each changes. */
export const SCENARIOS: Readonly<Record<string, Partial<Scenario>>> = {
  ready: {},
  new: { vault: "none", payments: 0, proven: false, known: false },
  locked: { vault: "locked" },
  empty: { payments: 0, proven: false },
  unknown: { payments: 0, known: false, proven: false },
  pending: { pending: true },
  rich: { rich: true },
  many: { payments: 10_000 },
  offline: { online: false },
  loading: { loading: true },
  failed: { failed: true },
  held: { held: true },
  declined: { declined: true },
  unproven: { proven: false },
  damaged: { damaged: true },
  presence: { presence: true },
  alone: { circle: "alone" },
  sharing: { circle: "several", meeting: "in_step" },
  guest: { circle: "guest", meeting: "in_step" },
  guest_owner: { circle: "keys", meeting: "in_step" },
  nowhere: { circle: "several" },
  unsent: { circle: "several", meeting: "pending" },
  away: { circle: "several", meeting: "away" },
  refused: { circle: "several", meeting: "refused" },
  meeting: { circle: "several", meeting: "going" },
  unmet: { circle: "several", meeting: "never" },
  lapsed: { circle: "several", meeting: "old" },
  places: { circle: "several", meeting: "many" },
  offered: { circle: "several", meeting: "in_step", offered: true },
  copied: { circle: "several", meeting: "in_step", copied: true },
  contacts: { contacts: "some" },
  contacts_waiting: { circle: "several", meeting: "in_step", contacts: "waiting" },
  contacts_conflict: { circle: "several", meeting: "in_step", contacts: "some", conflict: true },
  conflict: { circle: "several", meeting: "in_step", conflict: true },
  clash: { circle: "several", meeting: "in_step", pending: true, clash: true },
  added: { circle: "several", meeting: "in_step", added: true },
  added_guest: { circle: "guest", meeting: "in_step", added: true },
  older: { older: true },
  drilled: { drilled: true },
  plain: { plain: true },
  linked: { linked: true },
  met_all: { met: "has_all" },
  met_much: { met: "too_much" },
  barred: { barred: true },
  scanner_looks: { phone: true, scanner: "looks" },
  scanner_reads: { phone: true, scanner: "reads" },
  scanner_fails: { phone: true, scanner: "fails" },
  handset: { circle: "several", meeting: "in_step", phone: true },
  back: { circle: "several", meeting: "in_step", back: true },
  joined: { circle: "guest", bare: true, payments: 0, known: false },
  joined_offered: { circle: "guest", meeting: "in_step", offered: true, bare: true, payments: 0, known: false },
  sweep_elsewhere: { circle: "guest", meeting: "in_step", sweep: "elsewhere" },
  sweep_begin: { circle: "several", meeting: "in_step", sweep: "begin" },
  sweep_words: { circle: "several", meeting: "in_step", sweep: "keep" },
  sweep_draft: { circle: "several", meeting: "in_step", sweep: "draft" },
  sweep_locked: { circle: "several", meeting: "in_step", sweep: "locked" },
  sweep_send: { circle: "several", meeting: "in_step", sweep: "send" },
  sweep_many: { circle: "several", meeting: "in_step", sweep: "many" },
  sweep_wait: { circle: "several", meeting: "in_step", sweep: "wait" },
  sweep_away: { circle: "several", meeting: "in_step", sweep: "put_away" },
  giving: { pairing: "keys" },
  refused_keys: { pairing: "refused_keys" },
  shown: { pairing: "shown" },
  arrived: { pairing: "arrived" },
  adding: { pairing: "adding" },
  unpaired: { pairing: "failed" },
  unready: { pairing: "unready", circle: "several" },
  late: { pairing: "late" },
  gathering: { sight: "gathering" },
  ...Object.fromEntries(SIGHTS.map((sight) => [`sees_${sight}`, { sight, given: sight }])),
  ...Object.fromEntries(RECOVERIES.map((recovering) => [`recover_${recovering}`, { recovering }])),
  bitcoin: { network: "bitcoin" },
  signet: { network: "signet" },
};

export function scenarioOf(params: URLSearchParams): Scenario {
  const words = (params.get("fake") ?? "").split(",").filter((word) => word !== "");
  const chosen = words.reduce<Scenario>((all, word) => ({ ...all, ...SCENARIOS[word] }), READY);
  const theme = params.get("theme");
  const unit = params.get("unit");
  const latency = params.get("latency");
  return {
    ...chosen,
    ...(theme === "light" || theme === "dark" ? { theme } : {}),
    ...(unit === "sats" || unit === "btc" ? { unit } : {}),
    ...(latency === null ? {} : { latency: Number(latency) }),
  };
}
