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
  latency: 30,
  theme: "system",
  unit: "btc",
};

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
