import { fakeAddress, makeChance } from "../../../ipc/fake/chance";
import { toSats, type Sats } from "../../../lib/sats";
import type { NodeBlockRow, NodeInput, NodeMempoolRow, NodeOutput, NodeScript, NodeTransaction } from "../types";
import type { Scenario } from "./scenario";

export interface FakeBlock {
  row: NodeBlockRow;
  transactions: NodeTransaction[];
}
export interface FakeChain {
  blocks: FakeBlock[];
  pool: { row: NodeMempoolRow; transaction: NodeTransaction }[];
  addresses: string[];
}

/** Blocks below the newest ones that the fake keeps. */
const KEPT = 120;
/** Blocks that a node which keeps few of them has whole. */
export const KEPT_WHEN_PRUNED = 4;
/** What is not known of the others. */
const GONE = { size: null, weight: null, fees: null };
/** Addresses that transactions pay to. */
const USED = 12;
/** Lines of a list that is long. */
const MANY = 400;
const BASE: Partial<Record<Scenario["network"], number>> = { bitcoin: 921_480, signet: 274_100 };
const KINDS = ["witness_v1_taproot", "witness_v0_keyhash", "witness_v0_scripthash", "scripthash", "pubkeyhash"] as const;

/** Makes a chain of blocks and what waits for the next one, the same each time. */
export function makeChain(scenario: Scenario, now: number): FakeChain {
  const chance = makeChance(20_261_130);
  const real = scenario.network === "bitcoin";
  const top = BASE[scenario.network] ?? 214;
  const addresses = Array.from({ length: scenario.deep ? MANY : USED }, () => fakeAddress(chance, scenario.network));

  const script = (at: number): NodeScript => {
    const kind = KINDS[at % KINDS.length] ?? KINDS[0];
    const program = chance.hex(kind === "witness_v0_keyhash" || kind === "pubkeyhash" ? 40 : 64);
    const asm = {
      witness_v1_taproot: `1 ${program}`,
      witness_v0_keyhash: `0 ${program}`,
      witness_v0_scripthash: `0 ${program}`,
      scripthash: `OP_HASH160 ${program.slice(0, 40)} OP_EQUAL`,
      pubkeyhash: `OP_DUP OP_HASH160 ${program} OP_EQUALVERIFY OP_CHECKSIG`,
    }[kind];
    return { asm, hex: `5120${program}`, kind, address: addresses[at % USED] ?? null };
  };
  const data = (): NodeScript => ({ asm: `OP_RETURN ${chance.hex(40)}`, hex: `6a14${chance.hex(40)}`, kind: "nulldata", address: null });

  const spend = (at: number, fee: number): NodeTransaction => {
    const ins = 1 + chance.below(3);
    const outs = 1 + chance.below(3);
    const amounts = Array.from({ length: outs }, () => toSats(20_000 + chance.below(90_000_000)));
    const total = amounts.reduce<number>((sum, each) => sum + each, 0);
    const vsize = 58 * ins + 43 * outs + 11;
    const inputs: NodeInput[] = Array.from({ length: ins }, (_, i) => ({
      outpoint: `${chance.hex(64)}:${chance.below(3)}`,
      coinbase: null,
      asm: "",
      witness: [chance.hex(128)],
      more_witness: 0,
      sequence: i === 0 ? 0xffff_fffd : 0xffff_ffff,
      spends: {
        amount: toSats(i === 0 ? total + fee - 1_000 * (ins - 1) : 1_000),
        script: script(at + i),
        height: top - 20 - chance.below(60),
        coinbase: false,
      },
    }));
    const outputs: NodeOutput[] = amounts.map((amount, index) => ({ index, amount, script: script(at + index + 2) }));
    if (at % 7 === 3) outputs.push({ index: outputs.length, amount: toSats(0), script: data() });
    return {
      txid: chance.hex(64), wtxid: chance.hex(64), version: 2, lock_time: top - 1, size: vsize + 60, vsize, weight: vsize * 4 - 2, coinbase: false,
      fee: toSats(fee), fee_rate: Math.round((fee / vsize) * 1000) / 1000, total: toSats(total), inputs, more_inputs: 0, outputs, more_outputs: 0,
      height: null, block_hash: null, time: null, confirmations: 0, raw: null,
    };
  };
  const mine = (height: number, reward: Sats): NodeTransaction => ({
    ...spend(0, 0),
    coinbase: true,
    fee: null,
    fee_rate: null,
    total: reward,
    inputs: [{ outpoint: null, coinbase: `03${chance.hex(6)}2f53617463686f6c2f`, asm: "", witness: ["00".repeat(32)], more_witness: 0, sequence: 0xffff_ffff, spends: null }],
    outputs: [{ index: 0, amount: reward, script: script(height) }, { index: 1, amount: toSats(0), script: data() }],
  });

  const blocks: FakeBlock[] = [];
  let time = now - (real ? 420 : 95);
  let hash = (real ? "00000000000000000000" : "").padEnd(64, chance.hex(64));
  for (let height = top; height > Math.max(-1, top - KEPT); height -= 1) {
    const count = scenario.deep && height === top - 4 ? MANY : real ? 30 : 1 + chance.below(9);
    const fees = real ? 900_000 + chance.below(9_000_000) : 141 * count;
    const before = (real ? "00000000000000000000" : "").padEnd(64, chance.hex(64));
    const weight = real ? 3_992_000 + chance.below(8_000) - (height % 9 === 0 ? 2_900_000 : 0) : 900 + count * 72_000;
    const reward = toSats((real ? 312_500_000 : 5_000_000_000) + fees);
    const transactions = [mine(height, reward), ...Array.from({ length: count }, (_, i) => spend(i + height, 141 + chance.below(4_000)))].map(
      (tx): NodeTransaction => ({ ...tx, height, block_hash: hash, time, confirmations: top - height + 1 }),
    );
    blocks.push({
      row: {
        height, hash, previous: height === 0 ? null : before, time, transactions: real ? 2_400 + chance.below(1_900) : transactions.length,
        ...(scenario.pruned && top - height >= KEPT_WHEN_PRUNED ? GONE : { size: Math.round(weight / 2.6), weight, fees: toSats(fees) }),
      },
      transactions,
    });
    time -= real ? 120 + chance.below(1_100) : 60 + chance.below(900);
    hash = before;
  }

  const waiting = scenario.calm ? 0 : scenario.deep ? MANY : scenario.crowded ? 260 : real ? 90 : 38;
  const pool = Array.from({ length: waiting }, (_, i) => {
    const tx = spend(i, 0);
    const rate = scenario.crowded || real ? 1 + chance.below(30) * chance.below(6) : 1 + chance.below(24);
    const fee = toSats(rate * tx.vsize);
    const transaction: NodeTransaction = { ...tx, fee, fee_rate: rate };
    const row: NodeMempoolRow = {
      txid: tx.txid, vsize: tx.vsize, time: now - 5 - chance.below(3_000), fee, fee_rate: rate,
      ancestors: i % 6 === 0 ? 2 : 1, descendants: i % 9 === 0 ? 3 : 1, replaceable: i % 3 !== 0,
    };
    return { row, transaction };
  }).sort((a, b) => b.row.fee_rate - a.row.fee_rate);
  return { blocks, pool, addresses };
}
