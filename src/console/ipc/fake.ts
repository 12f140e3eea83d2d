import { IpcError } from "../../ipc/error";
import { addSats, toSats, ZERO } from "../../lib/sats";
import type { Answer, Command, ConsoleBackend, Request } from "./backend";
import { makeChain, type FakeChain } from "./fake/chain";
import { chainOf, checkOf, COIN, configOf, faultOf, healthOf, mempoolOf, seenOf, wasSeen } from "./fake/node";
import type { Scenario } from "./fake/scenario";
import type { ConsoleEvent, NodeConfig, NodeTransaction, NodeWallet, PageError } from "./types";

export { scenarioOf, type Scenario } from "./fake/scenario";

type Handlers = { [C in Command]: (...request: Request<C>) => Answer<C> | Promise<Answer<C>> };

/** What opens another window or a dialog of the system. */
const ASKS = new Set<Command>(["cmd_send_transaction_admin", "cmd_set_base_url", "cmd_set_api_key"]);
/** What asks no node. */
const LOCAL = new Set<Command>(["cmd_get_health", "cmd_get_config", "cmd_check_connection", "cmd_get_liveness", "cmd_close_console", "cmd_set_base_url", "cmd_set_api_key"]);
const WRITES = new Set<Command>(["cmd_generate_to_address", "cmd_create_wallet_admin", "cmd_send_transaction_admin", "cmd_pay_from_faucet"]);

/** A fake node behind a fake backend and, for tests, the hands that move it. */
export interface FakeConsole extends ConsoleBackend {
  chain: FakeChain;
  scenario: Scenario;
  emit: (event: ConsoleEvent) => void;
  /** A block comes: everything that waits gets into it. */
  mine: () => void;
  /** How many listeners the page has at the moment: one, or none. */
  listening: () => number;
  calls: { command: Command; request: unknown[] }[];
  reports: PageError[];
}

const fail = (code: IpcError["code"], message: string): never => {
  throw new IpcError(code, message);
};

/** Makes a backend that lives in the page: for views in a browser, and for tests. Not in any build that ships. */
export function makeFakeConsole(scenario: Scenario): FakeConsole {
  const clock = (): number => Math.floor(Date.now() / 1000);
  const chain = makeChain(scenario, clock());
  const calls: FakeConsole["calls"] = [];
  const reports: PageError[] = [];
  let listener: ((event: ConsoleEvent) => void) | undefined;
  let config: NodeConfig = configOf(scenario);
  const names = scenario.wallets === "several" ? ["savings", "lightning", ""] : scenario.wallets === "one" ? ["savings"] : [];
  const handed: string[] = chain.addresses.slice(0, scenario.deep ? undefined : 5);
  const seen = () => seenOf(scenario, clock());
  const emit = (event: ConsoleEvent): void => listener?.(event);
  const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const page = <T,>(rows: readonly T[], after: string | null | undefined, limit: number) => {
    const start = after ? Number(after) : 0;
    return { rows: rows.slice(start, start + limit), next: start + limit < rows.length ? String(start + limit) : null };
  };
  const blockOf = (hash?: string | null, height?: number | null) =>
    chain.blocks.find(({ row }) => (hash ? row.hash === hash : row.height === height)) ?? fail("node_not_found", "the node knows no such block");
  const mempoolTx = (txid: string) => chain.pool.find(({ row }) => row.txid === txid);
  const findTx = (txid: string): NodeTransaction => {
    const found = mempoolTx(txid)?.transaction ?? chain.blocks.flatMap((block) => block.transactions).find((tx) => tx.txid === txid);
    return found ?? fail("node_not_found", "the node knows no such transaction");
  };
  const walletOf = (name: string | null | undefined): NodeWallet | null => {
    const chosen = name ?? (names.length === 1 ? names[0] : undefined);
    if (chosen === undefined) return null;
    if (!names.includes(chosen)) return fail("node_no_wallet", "the node has no such wallet loaded");
    return {
      name: chosen, format: "sqlite", transactions: 41, watch_only: chosen === "lightning", descriptors: true, encrypted: chosen === "savings",
      unlocked: chosen !== "savings", scanning_ppm: chosen === "" ? 412_000 : null,
    };
  };
  const wallets = (name?: string | null) => {
    if (scenario.wallets === "off") return fail("node_no_wallet", "the node was built without wallets");
    const cold = scenario.wallets === "several" ? [{ name: "cold", loaded: false }] : [];
    return { wallets: [...names.map((each) => ({ name: each, loaded: true })), ...cold], wallet: walletOf(name), seen: seen() };
  };

  const mine = (): void => {
    const tip = chain.blocks[0]?.row;
    if (!tip) return;
    const hash = tip.hash.replace(/^./, tip.hash.startsWith("f") ? "e" : "f").split("").reverse().join("");
    const height = tip.height + 1;
    const time = clock();
    const taken = chain.pool.splice(0).map(({ transaction }): NodeTransaction => ({ ...transaction, height, block_hash: hash, time, confirmations: 1 }));
    const first = chain.blocks[0]?.transactions[0];
    for (const block of chain.blocks) block.transactions = block.transactions.map((tx) => ({ ...tx, confirmations: tx.confirmations + 1 }));
    chain.blocks.unshift({
      row: { ...tip, height, hash, previous: tip.hash, time, transactions: taken.length + 1 },
      transactions: [...(first ? [{ ...first, height, block_hash: hash, time, confirmations: 1 }] : []), ...taken],
    });
    emit({ type: "new_block", height, hash, time, transactions: taken.length + 1, replaced: 0 });
    emit({ type: "stale", tags: ["chain", "blocks", "mempool", "transactions", "node_wallets", "health"] });
  };

  const handlers: Handlers = {
    cmd_close_console: () => null,
    cmd_get_blockchain_info: () => chainOf(scenario, chain, clock()),
    cmd_get_latest_blocks: ({ limit }) => ({ blocks: chain.blocks.slice(0, limit ?? 10).map(({ row }) => row), seen: seen() }),
    cmd_get_blocks: ({ after, from_height, limit }) => {
      const top = chain.blocks[0]?.row.height ?? 0;
      const rows = chain.blocks.map(({ row }) => row).filter((row) => row.height <= (from_height ?? top));
      const part = page(rows, after, limit ?? 25);
      return { blocks: part.rows, next: part.next, tip: top, seen: seen() };
    },
    cmd_get_block_by_hash: ({ hash, height, after, limit }) => {
      const block = blockOf(hash, height);
      if (block.row.size === null) fail("node_block_removed", "the node removed this block to save room, and has its header alone");
      const top = chain.blocks[0]?.row.height ?? 0;
      const next = chain.blocks.find(({ row }) => row.height === block.row.height + 1);
      const part = page(block.transactions, after, limit ?? 25);
      return {
        block: block.row, confirmations: top - block.row.height + 1, version: "20000000", merkle_root: block.row.hash.split("").reverse().join(""),
        bits: "207fffff", nonce: 2_114, difficulty: chainOf(scenario, chain, clock()).difficulty, chain_work: "1b0".padStart(64, "0"),
        median_time: block.row.time - 600, stripped_size: Math.round((block.row.size ?? 0) * 0.7), next_hash: next?.row.hash ?? null,
        transactions: part.rows, next: part.next, seen: seen(),
      };
    },
    cmd_get_mining_info: () => {
      const can = scenario.network === "regtest";
      return {
        network: scenario.network, height: chain.blocks[0]?.row.height ?? 0, difficulty: chainOf(scenario, chain, clock()).difficulty,
        hashes_per_second: can ? "0.0031" : "1088204113204112000000", pooled: chain.pool.length, block_weight: 41_200, block_transactions: 38,
        min_fee_rate: 1, can_generate: can, warnings: [], seen: seen(),
      };
    },
    cmd_generate_to_address: ({ blocks, address }) => {
      if (address.length < 14) fail("bad_address", "this is no address");
      for (let i = 0; i < Math.min(blocks, 3); i += 1) mine();
      return { hashes: chain.blocks.slice(0, Math.min(blocks, 100)).map(({ row }) => row.hash).reverse() };
    },
    cmd_get_health: () => healthOf(scenario, chain, clock()),
    cmd_get_liveness: () => ({ alive: !faultOf(scenario), took_ms: 14, at: clock(), error: null }),
    cmd_get_readiness: () => {
      const health = healthOf(scenario, chain, clock());
      return { ready: health.problems.length === 0, reasons: health.problems, height: health.height, headers: health.headers, progress_ppm: 1_000_000, at: clock() };
    },
    cmd_get_mempool: ({ after, limit }) => mempoolOf(scenario, chain, clock(), after ?? null, limit ?? 25),
    cmd_get_mempool_transaction: ({ txid }) => {
      const found = mempoolTx(txid) ?? fail("node_not_found", "it does not wait");
      const parent = chain.pool.find(({ row }) => row.txid !== txid)?.row;
      return {
        ...found, ancestor_vsize: found.row.vsize + 141, ancestor_fees: addSats(found.row.fee, toSats(141)), descendant_vsize: found.row.vsize,
        descendant_fees: found.row.fee, depends: found.row.ancestors > 1 && parent ? [parent.txid] : [], spent_by: [], seen: seen(),
      };
    },
    cmd_get_transactions: ({ txid, block, after, limit }) => {
      if (txid) return { transactions: [findTx(txid)], next: null, seen: seen() };
      const all = block ? blockOf(block).transactions : chain.blocks.flatMap(({ transactions }) => transactions);
      const part = page(all, after, limit ?? 25);
      return { transactions: part.rows, next: part.next, seen: seen() };
    },
    cmd_get_address_transactions: ({ address, scan, after }) => {
      if (scenario.plain && !scan) fail("node_no_index", "the node has no index of addresses");
      const mined = chain.blocks.flatMap(({ transactions }) => transactions).filter((tx) => tx.outputs.some((output) => output.script.address === address));
      const part = page(mined, after, 25);
      const total = (tx: NodeTransaction) =>
        addSats(ZERO, ...tx.outputs.filter((output) => output.script.address === address).map((output) => output.amount));
      return {
        address, source: scan ? "unspent_outputs" : "index", balance: toSats(mined.length * 50_000), total: mined.length,
        transactions: part.rows.map((tx) => ({ txid: tx.txid, height: tx.height, block_hash: tx.block_hash, time: tx.time, received: total(tx), spent: scan ? null : ZERO })),
        next: part.next, seen: seen(),
      };
    },
    cmd_create_wallet_admin: ({ name, existing }) => {
      if (names.includes(name) && !existing) fail("bad_input", "the node has a wallet of this name");
      names.unshift(name);
      return wallets(name);
    },
    cmd_get_wallet_info_admin: ({ wallet }) => wallets(wallet),
    cmd_get_addresses_admin: ({ fresh, after, limit }) => {
      const made = fresh ? (chain.addresses[handed.length % chain.addresses.length] ?? null) : null;
      if (made) handed.unshift(made);
      const rows = handed.map((address, i) => ({
        address, label: i === 1 ? "rent" : "", received: toSats(i * 1_250_000), confirmations: i * 3, transactions: i,
      }));
      const part = page(rows, after, limit ?? 25);
      return { fresh: made, addresses: part.rows, next: part.next, total: rows.length, seen: seen() };
    },
    cmd_get_balance_admin: () => ({ trusted: toSats(3 * COIN), pending: toSats(1_250_000), immature: toSats(50 * COIN), height: chain.blocks[0]?.row.height ?? null, seen: seen() }),
    cmd_send_transaction_admin: ({ address }) => {
      if (address.length < 14) fail("bad_address", "this is no address");
      return { txid: chain.pool[0]?.row.txid ?? "ab".repeat(32) };
    },
    cmd_pay_from_faucet: ({ address }) => {
      if (address.length < 14) fail("bad_address", "this is no address");
      const waiting = chain.pool[0]?.row.txid ?? "ab".repeat(32);
      mine();
      return { txid: waiting, block: chain.blocks[0]?.row.hash ?? null };
    },
    cmd_set_base_url: ({ url, esplora_url, proxy }) => (config = { ...config, url, esplora_url: esplora_url ?? null, proxy: proxy ?? null, is_default: false, key_kind: "none", key_set: false, key_kept: "nothing", user: null }),
    cmd_set_api_key: ({ key }) => {
      const kept = ["login", "authorization", "api_key"].includes(key.kind);
      return (config = { ...config, key_kind: key.kind, key_set: kept, key_kept: kept ? "keychain" : "nothing", user: key.kind === "login" ? key.user : null });
    },
    cmd_get_config: () => config,
    cmd_check_connection: () => checkOf(scenario, chain, clock()),
  };

  return {
    chain, scenario, emit, mine, calls, reports,
    listening: () => (listener ? 1 : 0),
    async ready(onEvent) {
      listener = onEvent;
      await wait(scenario.latency);
      return { version: "0.1.0", phone: scenario.phone, theme: scenario.theme, config, health: healthOf(scenario, chain, clock()) };
    },
    deaf: () => {
      listener = undefined;
    },
    async call<C extends Command>(command: C, ...request: Request<C>): Promise<Answer<C>> {
      calls.push({ command, request });
      await wait(scenario.latency);
      if ((scenario.loading && !LOCAL.has(command)) || (scenario.held && ASKS.has(command))) await new Promise(() => undefined);
      if (scenario.declined && ASKS.has(command)) fail("declined", "the owner said no");
      const [asked] = request as [{ after?: string | null }?];
      if (scenario.torn && asked?.after) fail("unreachable", "the node does not answer");
      const fault = faultOf(scenario);
      if (fault && !LOCAL.has(command) && !(wasSeen(scenario) && !WRITES.has(command))) throw fault;
      const run = handlers[command] as (...asked: Request<C>) => Answer<C> | Promise<Answer<C>>;
      return structuredClone(await run(...request));
    },
    report: (error) => void reports.push(error),
  };
}
