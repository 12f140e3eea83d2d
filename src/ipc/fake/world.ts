import { toSats, type Sats } from "../../lib/sats";
import type { Address, Coin, Draft, OpenedLink, Transaction, TransactionDetail, WalletSummary } from "../types";
import { fakeAddress, makeChance, type Chance } from "./chance";
import type { Scenario } from "./scenario";

/** Everything the fake knows. */
export interface World {
  chance: Chance;
  now: () => number;
  height: number;
  syncedAt: number;
  wallets: WalletSummary[];
  transactions: Transaction[];
  coins: Coin[];
  receive: Address[];
  change: Address[];
  drafts: Draft[];
  backendUrl: string | null;
  provenAt: number | null;
  backedUpAt: number | null;
  /** The link that another program opened last. */
  link: OpenedLink | null;
}

const NAMES = ["Coffee with Mira", "Rent, November", "From the old phone", "Book fair", "Refund", "Savings", "Harbour bakery"] as const;
const DAY = 86_400;
/** An address of nobody's here. */
const OTHERS = "bcrt1pqqqsyqcyq5rqwzqfpg9scrgwpugpzysnzs23v9ccrydpk8qarc0s5kzq8e";

function amountOf(chance: Chance): Sats {
  const scale = chance.pick([1_000, 10_000, 100_000, 1_000_000, 10_000_000] as const);
  return toSats(scale + chance.below(scale * 9));
}

function makeTransactions(scenario: Scenario, chance: Chance, now: number, height: number): Transaction[] {
  const all: Transaction[] = [];
  // Time passes slower towards today, so that a screen shows several headings.
  let ago = scenario.pending ? 240 : 2_000;
  for (let i = 0; i < scenario.payments; i += 1) {
    const oldest = i === scenario.payments - 1;
    const kind = oldest ? 0 : chance.below(10);
    const incoming = kind < 5;
    const internal = kind === 9;
    const status = scenario.pending && i < 2 ? "pending" : scenario.pending && i === 3 ? "replaced" : "confirmed";
    const fee = toSats(150 + chance.below(4_000));
    const amount = oldest ? toSats(350_000_000) : internal ? toSats(0) : incoming ? amountOf(chance) : toSats(Math.min(amountOf(chance), 2_000_000));
    const confirmations = status === "confirmed" ? 1 + Math.floor(ago / 600) : 0;
    const spent = incoming ? toSats(0) : toSats(amount + fee + 5_000_000);
    all.push({
      txid: chance.hex(64),
      status,
      confirmations,
      height: status === "confirmed" ? height - confirmations + 1 : null,
      block_hash: status === "confirmed" ? "00000000" + chance.hex(56) : null,
      time: now - ago,
      direction: internal ? "internal" : incoming ? "incoming" : "outgoing",
      amount,
      spent,
      received: incoming ? amount : toSats(5_000_000),
      fee: incoming ? null : fee,
      fee_rate: incoming ? null : Math.round((fee / 154) * 1000) / 1000,
      vsize: 154,
      address: fakeAddress(chance, scenario.network),
      more_addresses: chance.below(12) === 0 ? 2 : 0,
      replaceable: status === "pending",
      replaced_by: status === "replaced" ? chance.hex(64) : null,
      cancels: null,
      label: chance.below(3) === 0 ? chance.pick(NAMES) : null,
      contact: null,
    });
    ago += i < 4 ? 3_000 + chance.below(30_000) : DAY / 3 + chance.below(6 * DAY);
  }
  return all;
}

function makeAddress(chance: Chance, scenario: Scenario, index: number, side: "receive" | "change", used: boolean): Address {
  const address = fakeAddress(chance, scenario.network);
  return {
    address,
    side,
    index,
    used,
    received: used ? amountOf(chance) : toSats(0),
    payments: used ? 1 + chance.below(3) : 0,
    label: used && chance.below(2) === 0 ? chance.pick(NAMES) : null,
    maybe_on: [],
    uri: `bitcoin:${address}`,
  };
}

/** Makes a world of a scenario; the same one each time. */
export function makeWorld(scenario: Scenario): World {
  const chance = makeChance(20_26);
  const now = Math.floor(Date.now() / 1000);
  const height = scenario.network === "bitcoin" ? 923_456 : 1_204;
  const transactions = makeTransactions(scenario, chance, now, height);
  const coinCount = scenario.payments > 1_000 ? 180 : Math.min(9, scenario.payments);
  const coins = Array.from({ length: coinCount }, (_, i): Coin => {
    const txid = transactions[i % Math.max(1, transactions.length)]?.txid ?? chance.hex(64);
    const pending = scenario.pending && i === 2;
    const locked = i === 4;
    return {
      outpoint: `${txid}:${i % 2}`,
      txid,
      vout: i % 2,
      amount: i === 0 ? toSats(scenario.rich ? 2_099_987_654_321_098 : 182_000_000) : amountOf(chance),
      address: fakeAddress(chance, scenario.network),
      side: i % 3 === 0 ? "change" : "receive",
      index: i,
      status: pending ? "pending_incoming" : "confirmed",
      confirmations: pending ? 0 : 12 + i,
      time: now - 9_000 - i * 200_000,
      locked,
      reserved_by: null,
      spendable: !pending && !locked,
      label: i % 4 === 1 ? chance.pick(NAMES) : null,
    };
  }).sort((a, b) => b.amount - a.amount);
  const wallet = (name: string, selected: boolean): WalletSummary => ({
    id: chance.hex(32),
    name,
    network: scenario.network,
    script_type: "taproot",
    watch_only: !selected,
    has_seed: selected,
    selected,
    away: false,
    created_at: now - 40 * DAY,
  });
  const fresh = scenario.payments === 0;
  return {
    chance,
    now: () => Math.floor(Date.now() / 1000),
    height,
    syncedAt: now - (scenario.online ? 130 : 3 * 3_600),
    wallets: scenario.vault === "none" || scenario.bare ? [] : [wallet("Everyday", true), wallet("Cellar", false)],
    transactions,
    coins,
    receive: scenario.vault === "none" || scenario.bare ? [] : Array.from({ length: fresh ? 1 : 8 }, (_, i) => makeAddress(chance, scenario, i, "receive", !fresh && i < 7)).reverse(),
    change: fresh ? [] : Array.from({ length: 5 }, (_, i) => makeAddress(chance, scenario, i, "change", true)).reverse(),
    drafts: [],
    backendUrl: "http://127.0.0.1:8080/api",
    provenAt: scenario.proven ? now - 12 * DAY : null,
    backedUpAt: scenario.proven ? now - 3 * DAY : null,
    link: scenario.linked ? { number: 1, text: `bitcoin:${OTHERS}?amount=0.0425&label=Bakery%20on%20the%20corner` } : null,
  };
}

/** A new receive address at the head of the list. */
export function addAddress(world: World, scenario: Scenario, label: string | null): Address {
  const address = { ...makeAddress(world.chance, scenario, world.receive.length, "receive", false), label };
  world.receive.unshift(address);
  return address;
}

/** Inputs and outputs that fit a row. */
export function detailOf(world: World, tx: Transaction): TransactionDetail {
  const outgoing = tx.direction !== "incoming";
  const chance = makeChance(Number.parseInt(tx.txid.slice(0, 6), 16));
  const network = world.wallets[0]?.network ?? "regtest";
  return {
    transaction: tx,
    inputs: [
      { address: fakeAddress(chance, network), amount: outgoing ? tx.spent : null, mine: outgoing, change: false, contact: null, outpoint: `${chance.hex(64)}:0` },
    ],
    outputs: [
      { address: tx.address, amount: tx.amount, mine: !outgoing, change: false, contact: null, outpoint: `${tx.txid}:0` },
      { address: fakeAddress(chance, network), amount: outgoing ? tx.received : toSats(1_234_567), mine: outgoing, change: outgoing, contact: null, outpoint: `${tx.txid}:1` },
    ],
    raw: `02000000000101${chance.hex(360)}`,
    can_cancel: outgoing && tx.status === "pending",
    can_bump: outgoing && tx.status === "pending",
    replacement_fee_rate: tx.status === "pending" ? 4.5 : null,
    rivals: [],
  };
}
