import type { Sweep, SweepStep } from "../../ipc/types";

/** The steps as a person sees them, in order. */
export const STEPS = ["begin", "keep", "draft", "wait", "put_away"] as const;
export type Shown = (typeof STEPS)[number];

/** Preparing and sending are one step for a person. */
export function shownStep(step: SweepStep): Shown | undefined {
  if (step === "elsewhere") return undefined;
  return step === "send" ? "draft" : step;
}

export type Standing = "done" | "now" | "later";

/** How a step stands when another is due. */
export function standingOf(step: Shown, due: SweepStep): Standing {
  const now = shownStep(due);
  if (now === undefined) return "later";
  const [at, of] = [STEPS.indexOf(step), STEPS.indexOf(now)];
  return at < of ? "done" : at === of ? "now" : "later";
}

/** The one that is shown: that of the address, else the first. */
export function sweepFor(sweeps: readonly Sweep[], wallet: string | undefined): Sweep | undefined {
  return sweeps.find((sweep) => sweep.wallet_id === wallet) ?? sweeps[0];
}

/** Which payment is due and of how many; undefined where one moves everything. */
export function paymentOf(sweep: Pick<Sweep, "payments">): { number: number; all: number } | undefined {
  const all = sweep.payments.sent + sweep.payments.left;
  return all > 1 ? { number: Math.min(sweep.payments.sent + 1, all), all } : undefined;
}
