import type { Draft, FeeEstimates } from "../../ipc/types";
import { feeFor, parseFeeRate } from "../../lib/fee-rate";
import { parseAmount, type AmountFault, type Unit } from "../../lib/format-sats";
import type { Sats } from "../../lib/sats";

export type FeeChoice = "slow" | "normal" | "fast" | "custom";
export const FEE_CHOICES: readonly FeeChoice[] = ["slow", "normal", "fast", "custom"];

/** Blocks that a choice waits for, as the estimates are made. */
export const WAIT: Readonly<Record<Exclude<FeeChoice, "custom">, number>> = { slow: 144, normal: 6, fast: 2 };

/** Virtual size of a payment with one coin in and two outputs: what a cost is guessed with before the draft. */
export const TYPICAL_VSIZE = 154;

/** The fee rate of a choice; none when it is not known or not valid. */
export function rateOf(choice: FeeChoice, custom: string, estimates: FeeEstimates | undefined): number | undefined {
  if (choice !== "custom") return estimates?.[choice];
  const parsed = parseFeeRate(custom);
  return parsed.ok ? parsed.rate : undefined;
}

/** About what a payment costs at a rate. */
export function guessFee(rate: number): number {
  return feeFor(rate, TYPICAL_VSIZE);
}

/** How long a rate waits by the backend's own list: the fewest blocks whose rate it reaches. */
export function waitOf(rate: number, estimates: FeeEstimates | undefined): number | undefined {
  const reached = (estimates?.targets ?? []).filter((target) => target.fee_rate <= rate);
  return reached.length === 0 ? undefined : Math.min(...reached.map((target) => target.blocks));
}

export type Wanted =
  | { kind: "amount"; amount: Sats }
  | { kind: "all" }
  | { kind: "fault"; fault: AmountFault | "zero" | "over" };

/** What a person wants to pay. `limit` is what could be spent; unknown sets no limit here, Rust decides. */
export function wantedOf(typed: string, unit: Unit, all: boolean, limit: Sats | null): Wanted {
  if (all) return { kind: "all" };
  const parsed = parseAmount(typed, unit);
  if (!parsed.ok) return { kind: "fault", fault: parsed.fault };
  if (parsed.amount === 0) return { kind: "fault", fault: "zero" };
  if (limit !== null && parsed.amount > limit) return { kind: "fault", fault: "over" };
  return { kind: "amount", amount: parsed.amount };
}

/** What should be seen before a draft is sent. */
export type Caution = "fee_share" | "fee_rate" | "own_address";

/** A fee above a tenth of the amount, or a rate three times the fastest, is more often a slip than a wish. */
export function cautionsOf(draft: Draft, estimates: FeeEstimates | undefined, mine: boolean): Caution[] {
  const cautions: Caution[] = [];
  if (draft.purpose === "payment" && draft.amount > 0 && draft.fee * 10 > draft.amount) cautions.push("fee_share");
  if (estimates && estimates.fast > 0 && draft.fee_rate > 3 * estimates.fast && draft.fee_rate > 5) cautions.push("fee_rate");
  if (mine && draft.purpose === "payment") cautions.push("own_address");
  return cautions;
}

/** The fee as a share of the amount, in tenths of a percent; none when nothing is paid. */
export function feeShare(draft: Draft): number | undefined {
  return draft.amount === 0 ? undefined : Math.round((draft.fee * 1000) / draft.amount);
}

/** The paths of fee rate over waiting time, as steps: the longer one waits the cheaper. None when all are alike. Blocks are drawn by their logarithm. */
export function feeSteps(estimates: FeeEstimates, width: number, height: number): { line: string; area: string } | undefined {
  const targets = [...estimates.targets].sort((a, b) => a.blocks - b.blocks);
  // Where nobody waits, every rate is the same, and a picture of it says nothing.
  if (new Set(targets.map((target) => target.fee_rate)).size < 2) return undefined;
  let line = `M0 ${rateY(estimates, targets[0]?.fee_rate ?? 0, height)}`;
  for (const target of targets) line += `H${feeX(target.blocks, width)}V${rateY(estimates, target.fee_rate, height)}`;
  line += `H${width}`;
  return { line, area: `${line}V${height}H0Z` };
}

/** The dearest rate of the estimates. */
export function highestRate(estimates: FeeEstimates): number {
  return Math.max(0, ...estimates.targets.map((target) => target.fee_rate));
}

function rateY(estimates: FeeEstimates, rate: number, height: number): string {
  return (height - (rate / Math.max(1e-9, highestRate(estimates))) * height * 0.9).toFixed(1);
}

/** How high the drawing stands at a wait. */
export function feeY(estimates: FeeEstimates, blocks: number, height: number): string {
  const reached = estimates.targets.filter((target) => target.blocks <= blocks);
  const rate = reached.sort((a, b) => b.blocks - a.blocks)[0]?.fee_rate ?? highestRate(estimates);
  return rateY(estimates, rate, height);
}

/** The longest wait that is drawn: a week. */
const LONGEST = 1008;

/** Where a wait stands on the drawing. */
export function feeX(blocks: number, width: number): string {
  return ((Math.log(Math.max(1, blocks)) / Math.log(LONGEST)) * width).toFixed(1);
}

/** The one address that a payment went to, if nobody is kept under it and it is not one's own. */
export function newPayee(draft: Draft, mine: boolean): string | undefined {
  const [only, ...others] = draft.recipients;
  if (draft.purpose !== "payment" || only === undefined || others.length > 0 || mine || only.contact !== null) return undefined;
  return only.address;
}
