import { IpcError } from "../../../ipc/error";
import { addSats, toSats, ZERO } from "../../../lib/sats";
import type {
  FeeBand, NodeChain, NodeCheck, NodeConfig, NodeHealth, NodeMempool, NodeProblem, NodeProblemKind, NodeSeen, WireError,
} from "../types";
import { KEPT_WHEN_PRUNED, type FakeChain } from "./chain";
import type { Scenario } from "./scenario";

const STEPS = [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 150];

type Fault = readonly [code: WireError["code"], message: string];
/** Why nothing new comes, by how the node is. */
const FAULTS: Partial<Record<Scenario["line"], Fault>> = {
  lost: ["unreachable", "the node does not answer"],
  dead: ["unreachable", "the node does not answer"],
  unauthorized: ["node_unauthorized", "the node does not let this program in"],
  cookie: ["node_no_cookie", "the node's cookie file cannot be read"],
  not_set: ["no_backend", "no node is set"],
  other_chain: ["node_other_chain", "the node was on regtest and is on bitcoin; set it again if that is right"],
  giant: ["bad_answer", "the node's answer is longer than any honest one"],
  nonsense: ["bad_answer", "the node's answer cannot be right: it is no JSON"],
  busy: ["node_busy", "the node has too much to do at the moment, or is just starting"],
  no_proxy: ["node_no_proxy", "the proxy does not answer"],
};

export function faultOf(scenario: Scenario): IpcError | undefined {
  const fault = FAULTS[scenario.line];
  return fault && new IpcError(fault[0], fault[1], true);
}

/** Whether the node gave good answers before it fell silent. */
export const wasSeen = (scenario: Scenario): boolean => ["lost", "giant", "nonsense", "other_chain"].includes(scenario.line);

export function seenOf(scenario: Scenario, now: number): NodeSeen {
  const fault = faultOf(scenario);
  if (!fault) return { at: now, old: false, error: null };
  return { at: now - 12 * 60, old: true, error: { code: fault.code, message: fault.message, retry: true } as WireError };
}

const PROBLEMS: Partial<Record<Scenario["line"], readonly [NodeProblemKind, string, boolean]>> = {
  lost: ["unreachable", "the node does not answer", true],
  dead: ["unreachable", "the node does not answer", true],
  unauthorized: ["unauthorized", "the node does not let this program in", true],
  cookie: ["no_cookie", "the node's cookie file cannot be read", true],
  not_set: ["not_set", "no node is set", true],
  other_chain: ["other_chain", "the node was on regtest and is on bitcoin; set it again if that is right", true],
  fell: ["height_fell", "its height was 214 and is 180 now", true],
  syncing: ["initial_download", "38.2 % of the chain was checked", true],
  giant: ["bad_answer", "the node's answer is longer than any honest one", true],
  nonsense: ["bad_answer", "the node's answer cannot be right: it is no JSON", true],
  busy: ["busy", "the node has too much to do at the moment, or is just starting", true],
  no_proxy: ["no_proxy", "the proxy does not answer", true],
};

export function healthOf(scenario: Scenario, chain: FakeChain, now: number): NodeHealth {
  const tip = chain.blocks[0]?.row;
  const found = PROBLEMS[scenario.line];
  const problems: NodeProblem[] = found ? [{ kind: found[0], message: found[1], since: now - 12 * 60, serious: found[2] }] : [];
  if (scenario.alone) problems.push({ kind: "no_peers", message: "nobody is connected to it", since: now - 400, serious: false });
  if (scenario.warns) {
    problems.push({ kind: "node_warning", message: "Unknown new rules activated (versionbit 28)", since: now - 9_000, serious: false });
  }
  if (scenario.slow) problems.push({ kind: "slow", message: "It took 6 s to say how it is.", since: now - 90, serious: false });
  const silent = faultOf(scenario) !== undefined;
  const known = !silent || wasSeen(scenario);
  return {
    line: scenario.line === "not_set" ? "not_set" : silent ? "down" : "up",
    problems,
    last_answer: known ? (silent ? now - 12 * 60 : now - 2) : null,
    age: known ? (silent ? 12 * 60 : 2) : null,
    took_ms: silent ? null : scenario.slow ? 6_214 : 14,
    network: known ? scenario.network : null,
    height: known ? (tip?.height ?? 0) : null,
    headers: known ? (scenario.line === "syncing" ? (tip?.height ?? 0) + 388_000 : (tip?.height ?? 0)) : null,
    best_hash: known ? (tip?.hash ?? null) : null,
    pooled: known ? chain.pool.length : null,
    asked: 128,
    failed: silent ? 9 : 0,
  };
}

export function chainOf(scenario: Scenario, chain: FakeChain, now: number): NodeChain {
  const tip = chain.blocks[0]?.row;
  if (!tip) throw new IpcError("bad_answer", "the fake has no block");
  const syncing = scenario.line === "syncing";
  const real = scenario.network === "bitcoin";
  return {
    network: scenario.network,
    height: tip.height,
    headers: syncing ? tip.height + 388_000 : tip.height,
    best_hash: tip.hash,
    best_time: tip.time,
    median_time: tip.time - 600,
    difficulty: real ? "152271658412317.6" : "0.00000000046565423739069247",
    progress_ppm: syncing ? 382_114 : 1_000_000,
    initial_download: syncing,
    chain_work: "1b0".padStart(64, "0"),
    size_on_disk: real ? 741_202_114_203 : 82_311,
    pruned: scenario.pruned,
    prune_height: scenario.pruned ? tip.height - KEPT_WHEN_PRUNED + 1 : null,
    version: 290_100,
    subversion: scenario.sandbox ? "/SatchelSandbox:0.1.0/" : "/Satoshi:29.1.0/",
    peers: scenario.discreet ? null : { count: scenario.alone ? 0 : 10, inbound: scenario.alone ? 0 : 2, outbound: scenario.alone ? 0 : 8, active: true },
    uptime: scenario.discreet ? null : 3 * 86_400 + 4_000,
    warnings: scenario.warns ? ["Unknown new rules activated (versionbit 28)"] : [],
    seen: seenOf(scenario, now),
  };
}

export function mempoolOf(scenario: Scenario, chain: FakeChain, now: number, after: string | null, limit: number): NodeMempool {
  const scale = scenario.crowded ? 400 : scenario.network === "bitcoin" ? 90 : 1;
  const bands: FeeBand[] = STEPS.map((from, i) => {
    const below = STEPS[i + 1] ?? Infinity;
    const inside = chain.pool.filter(({ row }) => row.fee_rate >= from && row.fee_rate < below);
    return { from, vsize: inside.reduce((sum, { row }) => sum + row.vsize, 0) * scale, count: inside.length * scale };
  });
  const first = bands.findIndex((band) => band.count > 0);
  const last = bands.findLastIndex((band) => band.count > 0);
  const start = after === null ? 0 : Number(after);
  const vsize = bands.reduce((sum, band) => sum + band.vsize, 0);
  return {
    count: chain.pool.length * scale,
    vsize,
    usage: vsize * 3,
    max_usage: 300_000_000,
    fees: addSats(ZERO, ...chain.pool.map(({ row }) => row.fee)),
    min_fee_rate: scenario.crowded ? 2.104 : 1,
    relay_fee_rate: 1,
    histogram: first === -1 ? [] : bands.slice(first, last + 1),
    sampled: scenario.crowded ? 20_000 : null,
    transactions: chain.pool.slice(start, start + limit).map(({ row }) => row),
    sorted: !scenario.crowded,
    next: start + limit < chain.pool.length ? String(start + limit) : null,
    seen: seenOf(scenario, now),
  };
}

export function configOf(scenario: Scenario): NodeConfig {
  const set = scenario.line !== "not_set";
  const own = set && !scenario.sandbox;
  return {
    url: !set ? null : scenario.sandbox ? "http://127.0.0.1:8080/" : "http://127.0.0.1:8332/",
    esplora_url: null,
    proxy: null,
    is_default: scenario.sandbox,
    is_sandbox: set ? scenario.sandbox : null,
    network: set ? scenario.network : null,
    key_kind: own ? (scenario.line === "cookie" ? "cookie" : "login") : "none",
    key_set: own && scenario.line !== "cookie",
    key_kept: own && scenario.line !== "cookie" ? "keychain" : "nothing",
    user: own && scenario.line !== "cookie" ? "ada" : null,
    keychain: "Secret Service",
  };
}

export function checkOf(scenario: Scenario, chain: FakeChain, now: number): NodeCheck {
  const fault = faultOf(scenario);
  const reached = !fault || (fault.code !== "unreachable" && fault.code !== "node_no_proxy");
  return {
    reached,
    let_in: !fault || fault.code === "bad_answer",
    took_ms: 14,
    network: fault ? null : scenario.network,
    version: fault ? null : 290_100,
    subversion: fault ? null : scenario.sandbox ? "/SatchelSandbox:0.1.0/" : "/Satoshi:29.1.0/",
    height: fault ? null : (chain.blocks[0]?.row.height ?? null),
    wallets: fault ? null : scenario.wallets !== "off",
    esplora: null,
    error: fault ? ({ code: fault.code, message: fault.message, retry: true } as WireError) : null,
    at: now,
  };
}

export const COIN = toSats(100_000_000);
