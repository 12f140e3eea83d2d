import type { Network, Theme } from "../types";

/** What the fake node pretends: `?fake=offline,held&theme=dark`. */
export interface Scenario {
  network: Network;
  sandbox: boolean;
  /**
   * How the node is: well, silent from some moment on, silent from the start, closed to this program, not set, on
   * another chain than before, shorter than it was, in its first download, or sending what no node sends.
   */
  line: "up" | "lost" | "dead" | "unauthorized" | "cookie" | "not_set" | "other_chain" | "fell" | "syncing" | "giant" | "nonsense" | "busy" | "no_proxy";
  /** Questions are never answered. */
  loading: boolean;
  /** What asks the owner waits for ever. */
  held: boolean;
  /** What asks the owner is refused. */
  declined: boolean;
  /** Nothing waits. */
  calm: boolean;
  /** So much waits that the node's list is a sample. */
  crowded: boolean;
  /** All its lists are long. */
  deep: boolean;
  /** The first page of a list comes, and no other. */
  torn: boolean;
  /** Nobody is connected to it. */
  alone: boolean;
  /** It does not tell who is. */
  discreet: boolean;
  /** It warns of something. */
  warns: boolean;
  /** It takes seconds for an answer. */
  slow: boolean;
  /** It keeps few blocks, and of the others the header alone. */
  pruned: boolean;
  /** Without an index of addresses and transactions. */
  plain: boolean;
  /** Wallets of the node: none, one, several, or a node without wallets. */
  wallets: "none" | "one" | "several" | "off";
  phone: boolean;
  latency: number;
  theme: Theme;
}

const UP: Scenario = {
  network: "regtest", sandbox: true, line: "up", loading: false, held: false, declined: false, calm: false, crowded: false, deep: false, torn: false, alone: false,
  discreet: false, warns: false, slow: false, pruned: false, plain: false, wallets: "several", phone: false, latency: 30, theme: "system",
};

/** Words of `?fake=` and what each changes. */
export const SCENARIOS: Readonly<Record<string, Partial<Scenario>>> = {
  up: {},
  bitcoin: { network: "bitcoin", sandbox: false },
  signet: { network: "signet", sandbox: false },
  regtest: { sandbox: false },
  lost: { line: "lost" },
  dead: { line: "dead" },
  unauthorized: { line: "unauthorized" },
  cookie: { line: "cookie", sandbox: false },
  notset: { line: "not_set", sandbox: false },
  otherchain: { line: "other_chain", sandbox: false },
  fell: { line: "fell" },
  syncing: { line: "syncing", network: "bitcoin", sandbox: false },
  giant: { line: "giant" },
  nonsense: { line: "nonsense" },
  busy: { line: "busy" },
  noproxy: { line: "no_proxy" },
  loading: { loading: true },
  held: { held: true },
  declined: { declined: true },
  calm: { calm: true },
  crowded: { crowded: true },
  deep: { deep: true },
  torn: { torn: true },
  alone: { alone: true },
  discreet: { discreet: true },
  warns: { warns: true },
  slow: { slow: true },
  pruned: { pruned: true },
  plain: { plain: true },
  nowallets: { wallets: "none" },
  onewallet: { wallets: "one" },
  walletless: { wallets: "off" },
  phone: { phone: true },
};

export function scenarioOf(params: URLSearchParams): Scenario {
  const words = (params.get("fake") ?? "").split(",").filter((word) => word !== "");
  const chosen = words.reduce<Scenario>((all, word) => ({ ...all, ...SCENARIOS[word] }), UP);
  const theme = params.get("theme");
  const latency = params.get("latency");
  return {
    ...chosen,
    ...(theme === "light" || theme === "dark" ? { theme } : {}),
    ...(latency === null ? {} : { latency: Number(latency) }),
  };
}
