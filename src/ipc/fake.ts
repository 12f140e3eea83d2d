import { addSats, subtractSats, toSats, ZERO, type Sats } from "../lib/sats";
import type { Answer, Backend, Carrying, Command, Followed, FollowedAnswer, FollowedRequest, Request, Steps } from "./backend";
import { IpcError } from "./error";
import { fakeAddress, fakeQr } from "./fake/chance";
import { makeFakeCircle } from "./fake/circle";
import { makeFakeContacts } from "./fake/contacts";
import { makeFakeNotices } from "./fake/notices";
import { makeFakeRecovery } from "./fake/recover";
import { makeFakeSafety } from "./fake/safety";
import { makeFakeScan } from "./fake/scan";
import { makeFakeSweep } from "./fake/sweep";
import type { Scenario } from "./fake/scenario";
import { addAddress, detailOf, makeWorld, type World } from "./fake/world";
import type { AppEvent, Balance, Draft, Freshness, Limits, Settings, Snapshot, Transaction, WalletInfo } from "./types";

export { scenarioOf, type Scenario } from "./fake/scenario";

/** One command each. */
type Handlers = { [C in Command]: (...request: Request<C>) => Answer<C> | Promise<Answer<C>> };

const READS = /^cmd_(get|list|make_qr)/;
/** What opens another window or a dialog of the system. */
const ASKS = new Set<Command>([
  "cmd_create_wallet",
  "cmd_restore_wallet",
  "cmd_unlock_wallet",
  "cmd_set_passphrase",
  "cmd_enrol_keychain",
  "cmd_remove_keychain",
  "cmd_send_transaction",
  "cmd_sign_transaction",
  "cmd_cancel_transaction",
  "cmd_export_wallet",
  "cmd_import_wallet",
  "cmd_backup_wallet",
  "cmd_show_words",
  "cmd_check_words",
  "cmd_set_backend",
  "cmd_set_limits",
  "cmd_found_circle",
  "cmd_remove_device",
  "cmd_take_wallet",
  "cmd_begin_sweep",
  "cmd_waive_sweep",
  "cmd_add_place",
  "cmd_prove_backup",
  "cmd_make_recovery_words",
  "cmd_export_labels",
  "cmd_read_labels",
  "cmd_export_descriptors",
  "cmd_export_metadata",
  "cmd_read_descriptors",
  "cmd_set_place_password",
  "cmd_scan_file",
  "cmd_take_scanned",
  "cmd_import_scanned",
  "cmd_watch_scanned",
  "cmd_add_contact",
  "cmd_keep_contact_address",
  "cmd_compare_contact",
]);

/** A fake backend and, for tests, the hands that move its world. */
export interface FakeBackend extends Backend {
  world: World;
  scenario: Scenario;
  emit: (event: AppEvent) => void;
  /** Every call so far, oldest first. */
  calls: { command: Command | Followed | Carrying; request: unknown[] }[];
}

function sumOf(amounts: readonly Sats[]): Sats {
  return addSats(ZERO, ...amounts);
}

function page<T>(rows: readonly T[], after: string | null | undefined, limit: number | null | undefined) {
  const start = after ? Number(after) : 0;
  const end = start + (limit ?? 50);
  return { rows: rows.slice(start, end), next: end < rows.length ? String(end) : null, total: rows.length };
}

/** Makes a backend that lives in the page: for screens in a browser, and for tests. Not in any build. */
export function makeFakeBackend(scenario: Scenario): FakeBackend {
  const world = makeWorld(scenario);
  let listener: ((event: AppEvent) => void) | undefined;
  let vault = scenario.vault;
  let keychain = scenario.presence;
  let limits: Limits = { per_payment: null, per_day: null, by_presence: null };
  let settings: Settings = { unit: scenario.unit, theme: scenario.theme, auto_lock_minutes: 15, out_of_sight: "after_a_minute" };
  const calls: FakeBackend["calls"] = [];
  const sent = new Map<string, string>();

  const emit = (event: AppEvent): void => listener?.(event);
  const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const selected = () => world.wallets.find((wallet) => wallet.selected) ?? world.wallets[0];
  const walletId = (): string => selected()?.id ?? "";
  const freshness = (): Freshness | null =>
    scenario.known
      ? { height: world.height, block_hash: "00".repeat(32), synced_at: world.syncedAt, source: "127.0.0.1:8080" }
      : null;
  const snapshot = (): Snapshot => ({
    version: "0.1.0",
    vault,
    selected: vault === "open" ? (selected()?.id ?? null) : null,
    sandbox: scenario.network === "regtest" ? "http://127.0.0.1:8080/api" : null,
    phone: scenario.phone,
    settings,
  });
  const findTx = (txid: string): Transaction => {
    const found = world.transactions.find((tx) => tx.txid === txid);
    if (!found) throw new IpcError("unknown_transaction", "there is no such transaction");
    return found;
  };
  const findDraft = (id: string): Draft => {
    const found = world.drafts.find((draft) => draft.id === id);
    if (!found) throw new IpcError("unknown_draft", "there is no such draft");
    return found;
  };
  const balance = (): Balance => {
    const known = <T,>(value: T): T | null => (scenario.known ? value : null);
    const of = (status: string): Sats => sumOf(world.coins.filter((coin) => coin.status === status).map((coin) => coin.amount));
    const out = sumOf(world.transactions.filter((tx) => tx.status === "pending" && tx.direction === "outgoing").map((tx) => addSats(tx.amount, tx.fee ?? ZERO)));
    return {
      wallet_id: walletId(),
      confirmed: known(of("confirmed")),
      pending_change: known(of("pending_change")),
      pending_incoming: known(of("pending_incoming")),
      pending_outgoing: known(out),
      immature: known(ZERO),
      spendable: known(sumOf(world.coins.filter((coin) => coin.spendable).map((coin) => coin.amount))),
      total: known(sumOf(world.coins.map((coin) => coin.amount))),
      freshness: freshness(),
    };
  };
  const makeDraft = (part: Partial<Draft> & Pick<Draft, "id" | "recipients" | "fee_rate">): Draft => {
    const amount = sumOf(part.recipients.map((recipient) => recipient.amount));
    const vsize = 154;
    const fee = toSats(Math.ceil(part.fee_rate * vsize));
    const draft: Draft = {
      wallet_id: walletId(),
      purpose: "payment",
      replaces_txid: null,
      state: "open",
      txid: null,
      amount,
      change: toSats(1_250_000),
      fee,
      total: addSats(amount, fee),
      vsize,
      inputs: 2,
      label: null,
      created_at: world.now(),
      prepared_on: null,
      rivals: [],
      ...part,
    };
    world.drafts = [draft, ...world.drafts.filter((other) => other.id !== draft.id)];
    return draft;
  };
  const info = (): WalletInfo => {
    const wallet = selected();
    if (!wallet) throw new IpcError("no_wallet", "no wallet is selected");
    const key = `[d34db33f/86'/1'/0']tpub${"DCxZ7mHkU2w9".repeat(8)}`;
    return {
      ...wallet,
      fingerprint: "d34db33f",
      account: 0,
      external_descriptor: `tr(${key}/0/*)#q8m2c0d4`,
      internal_descriptor: `tr(${key}/1/*)#7yv3nt5x`,
      receive_addresses: world.receive.length,
      change_addresses: world.change.length,
      transactions: world.transactions.length,
      coins: world.coins.length,
      freshness: freshness(),
      words_proven_at: world.provenAt,
      backed_up_at: world.backedUpAt,
      database_damaged: scenario.damaged,
      backend: world.backendUrl,
    };
  };
  const addWallet = (name: string, network: Scenario["network"], script_type: "taproot" | "segwit" | "nested_segwit" | "legacy") => {
    const summary = { id: world.chance.hex(32), name, network, script_type, watch_only: false, has_seed: true, selected: true, away: false, created_at: world.now() };
    world.wallets = [...world.wallets.map((wallet) => ({ ...wallet, selected: false })), summary];
    vault = "open";
    if (world.receive.length === 0) addAddress(world, scenario, null);
    return summary;
  };

  const openBare = (): void => {
    if (vault !== "none") return;
    vault = "open";
    emit({ type: "unlocked" });
  };
  const circle = makeFakeCircle(scenario, world, { emit, wait, openBare });
  const recovery = makeFakeRecovery(scenario, world, { wait, openBare, bringBack: () => addWallet("Everyday", scenario.network, "taproot") });
  const notices = makeFakeNotices(scenario, world);
  const scan = makeFakeScan(scenario, world, findDraft);
  const sweep = makeFakeSweep(scenario, world, (more) =>
    makeDraft({ id: world.chance.hex(32), recipients: [{ address: fakeAddress(world.chance, scenario.network), amount: toSats(4_829_589), contact: null }], fee_rate: 4.5, change: null, ...more }),
  );
  const contacts = makeFakeContacts(scenario, world);
  const namedTx = (tx: Transaction): Transaction => ({ ...tx, contact: tx.direction === "outgoing" ? contacts.whose(tx.address) : null });
  const namedDraft = (draft: Draft): Draft => ({ ...draft, recipients: draft.recipients.map((each) => ({ ...each, contact: contacts.whose(each.address) })) });
  const handlers: Handlers = {
    ...contacts.handlers,
    ...circle.handlers,
    cmd_list_conflicts: async () => [...(await circle.handlers.cmd_list_conflicts()), ...contacts.conflicts()],
    cmd_settle_conflict: (req) => (contacts.settled(req.on, req.text) ? null : circle.handlers.cmd_settle_conflict(req)),
    ...notices.handlers,
    ...makeFakeSafety(scenario, world).handlers,
    cmd_cancel_recover_circle: () => {
      recovery.stop();
      return null;
    },
    ...scan.handlers,
    ...sweep.handlers,
    cmd_open_console: () => {
      if (scenario.failed) throw new IpcError("internal", "The console's window could not be opened.");
      return null;
    },
    cmd_list_wallets: () => world.wallets,
    cmd_create_wallet: (req) => addWallet(req.name, req.network, req.script_type ?? "taproot"),
    cmd_restore_wallet: (req) => {
      world.provenAt = world.now();
      const restored = { ...addWallet(req.name, req.network, req.script_type ?? "taproot"), first_address: fakeAddress(world.chance, req.network) };
      return { ...restored, wallets: [restored] };
    },
    cmd_select_wallet: (req) => {
      world.wallets = world.wallets.map((wallet) => ({ ...wallet, selected: wallet.id === req.wallet_id }));
      return null;
    },
    cmd_rename_wallet: (req) => {
      world.wallets = world.wallets.map((wallet) => (wallet.id === req.wallet_id ? { ...wallet, name: req.name } : wallet));
      const renamed = selected();
      if (!renamed) throw new IpcError("unknown_wallet", "there is no such wallet");
      return renamed;
    },
    cmd_get_balance: balance,
    cmd_get_addresses: (req) => {
      const side = req.side === "change" ? world.change : world.receive;
      const { rows, next, total } = page(req.unused_only ? side.filter((row) => !row.used) : side, req.after, req.limit);
      return { addresses: rows, next, total };
    },
    cmd_generate_address: (req) => addAddress(world, scenario, req.label),
    cmd_get_transaction_history: (req) => {
      const search = req.search?.toLowerCase();
      const found = world.transactions.filter(
        (tx) =>
          (!req.direction || tx.direction === req.direction) &&
          (!search || tx.txid.startsWith(search) || (tx.label ?? "").toLowerCase().includes(search) || (tx.address ?? "").includes(search)),
      );
      const { rows, next, total } = page(found, req.after, req.limit);
      return { transactions: rows.map(namedTx), next, total };
    },
    cmd_get_transaction: (req) => {
      const detail = detailOf(world, namedTx(findTx(req.txid)));
      return { ...detail, rivals: detail.transaction.status === "pending" && detail.can_cancel ? notices.pendingRivals() : [] };
    },
    cmd_get_tx_status: (req) => {
      const { txid, status, confirmations, height, block_hash, replaced_by } = findTx(req.txid);
      return { txid, status, confirmations, height, block_hash, replaced_by, source: "127.0.0.1:8080" };
    },
    cmd_get_unspent_outputs: (req) => {
      const { rows, next, total } = page(world.coins, req.after, req.limit);
      return { coins: rows, next, total };
    },
    cmd_set_coin_lock: (req) => {
      world.coins = world.coins.map((coin) =>
        coin.outpoint === req.outpoint ? { ...coin, locked: req.locked, spendable: !req.locked && coin.status === "confirmed" } : coin,
      );
      return null;
    },
    cmd_set_label: (req) => {
      const label = req.label === "" ? null : req.label;
      world.transactions = world.transactions.map((tx) => (tx.txid === req.target ? { ...tx, label } : tx));
      world.coins = world.coins.map((coin) => (coin.outpoint === req.target ? { ...coin, label } : coin));
      world.receive = world.receive.map((row) => (row.address === req.target ? { ...row, label } : row));
      return null;
    },
    cmd_get_fee_estimates: () => {
      if (!scenario.online) throw new IpcError("unreachable", "127.0.0.1:8080 does not answer", true);
      return {
        fast: 18.4,
        normal: 9.2,
        slow: 2.1,
        targets: [
          [1, 24.1], [2, 18.4], [3, 14.9], [6, 9.2], [12, 6.8], [24, 4.4], [144, 2.1], [504, 1.2], [1008, 1],
        ].map(([blocks = 1, fee_rate = 1]) => ({ blocks, fee_rate })),
        source: "127.0.0.1:8080",
        at: world.now(),
      };
    },
    cmd_create_draft: (req) => {
      const spendable = req.coins
        ? sumOf(world.coins.filter((coin) => req.coins?.includes(coin.outpoint)).map((coin) => coin.amount))
        : (balance().spendable ?? ZERO);
      const rate = req.fee_rate ?? 9.2;
      const fee = toSats(Math.ceil(rate * 154));
      const recipients = req.recipients.map(({ address, amount }) => ({
        address,
        contact: null,
        amount: amount ?? (spendable > fee ? subtractSats(spendable, fee) : ZERO),
      }));
      if (sumOf(recipients.map((recipient) => recipient.amount)) + fee > spendable) {
        throw new IpcError("not_enough", "the wallet has too little");
      }
      if (recipients.some((recipient) => recipient.amount < 330)) throw new IpcError("dust", "330 sats are the least");
      if (req.replaces !== null) world.drafts = world.drafts.filter((draft) => draft.id !== req.replaces);
      return namedDraft(makeDraft({ id: req.request_id, recipients, fee_rate: rate, label: req.label }));
    },
    cmd_bump_transaction: (req) => {
      const tx = findTx(req.txid);
      return makeDraft({ id: req.request_id, purpose: "bump", replaces_txid: req.txid, recipients: [{ address: tx.address ?? "", amount: tx.amount, contact: null }], fee_rate: req.fee_rate });
    },
    cmd_get_draft: (req) => namedDraft(findDraft(req.draft_id)),
    cmd_list_drafts: () => world.drafts.filter((draft) => draft.state !== "broadcast"),
    cmd_send_transaction: (req) => {
      const before = sent.get(req.draft_id);
      if (before !== undefined) return { txid: before, not_asked: [] };
      const draft = findDraft(req.draft_id);
      if (draft.rivals.length > 0) throw new IpcError("payment_conflict", "another payment wants a coin of this one");
      if (!scenario.online) throw new IpcError("unreachable", "127.0.0.1:8080 does not answer", true);
      const txid = world.chance.hex(64);
      sweep.sent(draft.id);
      sent.set(draft.id, txid);
      world.drafts = world.drafts.map((other) => (other.id === draft.id ? { ...other, state: "broadcast", txid } : other));
      world.transactions.unshift({
        txid, status: "pending", confirmations: 0, height: null, block_hash: null, time: world.now(), direction: "outgoing",
        amount: draft.amount, spent: addSats(draft.total, draft.change ?? ZERO), received: draft.change ?? ZERO, fee: draft.fee,
        fee_rate: draft.fee_rate, vsize: draft.vsize, address: draft.recipients[0]?.address ?? null, more_addresses: 0,
        replaceable: true, replaced_by: null, cancels: null, label: draft.label, contact: null,
      });
      return { txid, not_asked: notices.unasked() };
    },
    cmd_sign_transaction: (req) => {
      const draft = findDraft(req.draft_id);
      const txid = world.chance.hex(64);
      world.drafts = world.drafts.map((other) => (other.id === draft.id ? { ...other, state: "signed", txid } : other));
      return { txid, raw: `02000000000101${world.chance.hex(320)}`, psbt: `cHNidP8B${"AHECAAAA".repeat(20)}` };
    },
    cmd_cancel_transaction: (req) => {
      if (req.draft_id !== null) {
        world.drafts = world.drafts.filter((draft) => draft.id !== req.draft_id);
        notices.dropped(req.draft_id);
        return { txid: null, replaces_txid: null };
      }
      const old = findTx(req.txid ?? "");
      const txid = world.chance.hex(64);
      const fee = toSats(1_386);
      world.transactions = world.transactions.map((tx) => (tx.txid === old.txid ? { ...tx, status: "replaced", replaceable: false, replaced_by: txid } : tx));
      world.transactions.unshift({ ...old, txid, direction: "internal", amount: ZERO, fee, fee_rate: 9, cancels: old.txid, time: world.now(), label: null });
      return { txid, replaces_txid: old.txid };
    },
    cmd_sync_wallet: async () => {
      if (!scenario.online) {
        await wait(scenario.latency);
        throw new IpcError("unreachable", "127.0.0.1:8080 does not answer", true);
      }
      for (const done of [8, 19, 33, 40]) {
        emit({ type: "syncing", progress: { wallet_id: walletId(), done, expected: 40, transactions: world.transactions.length } });
        await wait(scenario.latency * 4);
      }
      scenario.known = true;
      world.syncedAt = world.now();
      const fresh = freshness();
      if (!fresh) throw new IpcError("internal", "freshness was just set");
      const report = { wallet_id: walletId(), freshness: fresh, changed_transactions: 0, requests: 46 };
      emit({ type: "synced", report });
      return report;
    },
    cmd_cancel_sync: () => null,
    cmd_export_wallet: () => ({ path: "/home/mira/Documents/everyday.satchel", bytes: 18_432, verified: true }),
    cmd_import_scanned: () => ({ added: [addWallet("Scanned", scenario.network, "taproot")], merged: [], unchanged: [], passed_over: 0, incomplete: false }),
    cmd_watch_scanned: (req) => {
      const watched = { ...addWallet(req.name, req.network, req.script_type ?? "segwit"), watch_only: true, has_seed: false };
      world.wallets = world.wallets.map((wallet) => (wallet.id === watched.id ? watched : wallet));
      return watched;
    },
    cmd_import_wallet: () => ({ added: [addWallet("Cellar", scenario.network, "taproot")], merged: [], unchanged: [], passed_over: 0, incomplete: false }),
    cmd_backup_wallet: () => {
      world.backedUpAt = world.now();
      return { path: "/home/mira/Backups/everyday-2026-11-22.satchel", bytes: 18_432, verified: true };
    },
    cmd_set_passphrase: () => null,
    cmd_keychain_status: () => ({
      name: scenario.presence ? "Keychain" : "Secret Service",
      presence: scenario.presence ? ("every_read" as const) : ("none" as const),
      set_up: keychain,
      fault: null,
      sensor: scenario.presence ? { kind: "fingerprint" as const, fault: null } : null,
    }),
    cmd_enrol_keychain: () => {
      keychain = true;
      return null;
    },
    cmd_remove_keychain: () => {
      keychain = false;
      return { item_left: false };
    },
    cmd_unlock_wallet: () => {
      vault = "open";
      return true;
    },
    cmd_lock_wallet: () => {
      vault = "locked";
      emit({ type: "locked" });
      return null;
    },
    cmd_get_wallet_info: info,
    cmd_show_words: () => null,
    cmd_check_words: () => {
      sweep.proven();
      world.provenAt = world.now();
      return true;
    },
    cmd_parse_payment: (req) => {
      const match = /^(?:bitcoin:)?([a-z0-9]{14,90})(?:\?(.*))?$/i.exec(req.text.trim());
      const address = match?.[1];
      if (address === undefined) throw new IpcError("bad_address", "this is no address");
      if (scenario.network === "regtest" && address.startsWith("bc1")) throw new IpcError("wrong_network", "the address is for bitcoin");
      const query = new URLSearchParams(match?.[2] ?? "");
      const btc = query.get("amount");
      return {
        address,
        amount: btc === null ? null : toSats(Math.round(Number(btc) * 1e8)),
        label: query.get("label"),
        message: query.get("message"),
        mine: world.receive.some((row) => row.address === address),
        network: scenario.network,
        contact: contacts.whose(address),
        paid_before: world.transactions.some((tx) => tx.direction === "outgoing" && tx.address === address),
      };
    },
    cmd_get_link: () => world.link,
    cmd_dismiss_link: (req) => {
      if (world.link?.number === req.number) world.link = null;
      return null;
    },
    cmd_make_qr: (req) => fakeQr(req.text),
    cmd_get_backend: () => ({ network: scenario.network, kind: "esplora", url: world.backendUrl, is_default: true, is_sandbox: scenario.network === "regtest" }),
    cmd_set_backend: (req) => {
      world.backendUrl = req.url;
      return { network: scenario.network, kind: "esplora", url: req.url, is_default: false, is_sandbox: false };
    },
    cmd_set_settings: (req) => (settings = req),
    cmd_get_limits: () => limits,
    cmd_set_limits: (req) => (limits = req),
    cmd_get_sandbox_coins: () => {
      const txid = world.chance.hex(64);
      const amount = toSats(100_000_000);
      const address = fakeAddress(world.chance, scenario.network);
      const time = world.now();
      world.transactions.unshift({
        txid, status: "confirmed", confirmations: 1, height: ++world.height, block_hash: "00".repeat(32), time, direction: "incoming", amount,
        spent: ZERO, received: amount, fee: null, fee_rate: null, vsize: 154, address, more_addresses: 0, replaceable: false,
        replaced_by: null, cancels: null, label: null, contact: null,
      });
      world.coins.unshift({ outpoint: `${txid}:0`, txid, vout: 0, amount, address, side: "receive", index: 0, status: "confirmed", confirmations: 1, time, locked: false, reserved_by: null, spendable: true, label: null });
      scenario.known = true;
      world.syncedAt = time;
      emit({ type: "received", wallet_id: walletId(), txid, amount, confirmed: true });
      return { txid, not_asked: [] };
    },
  };

  return {
    world,
    scenario,
    emit,
    calls,
    async ready(onEvent) {
      listener = onEvent;
      await wait(scenario.latency);
      return snapshot();
    },
    async call(command, ...request) {
      calls.push({ command, request });
      await wait(scenario.latency);
      if (READS.test(command) && command !== "cmd_list_wallets" && command !== "cmd_get_sandbox_coins") {
        if (scenario.loading) await new Promise(() => undefined);
        if (scenario.failed) throw new IpcError("damaged", "page 3 of history does not authenticate");
      }
      if (ASKS.has(command)) {
        if (scenario.held) await new Promise(() => undefined);
        if (scenario.declined) throw new IpcError("declined", "the owner said no");
      }
      // Answers cross as copies: the page never holds what the other side changes.
      const run = handlers[command] as (...req: unknown[]) => unknown;
      return structuredClone(await run(...request)) as Answer<typeof command>;
    },
    async follow(command, request, onStep) {
      calls.push({ command, request: [request] });
      await wait(scenario.latency);
      if (scenario.held) await new Promise(() => undefined);
      if (scenario.declined) throw new IpcError("declined", "the owner said no");
      if (command === "cmd_recover_circle") {
        const { place } = request as FollowedRequest<"cmd_recover_circle">;
        return structuredClone(await recovery.recover(place, onStep as (step: Steps["cmd_recover_circle"]) => void)) as FollowedAnswer<typeof command>;
      }
      return circle.follow(command, request, onStep);
    },
    async send(command) {
      calls.push({ command, request: [] });
      await wait(scenario.latency);
      return structuredClone(scan.look(command === "cmd_scan_frame"));
    },
    report: () => undefined,
  };
}
