/** The highest fee rate that is taken from a person, in sat/vB. Beyond it is a slip of the finger. */
export const MAX_FEE_RATE = 5_000;

/** Writes a fee rate in sat/vB with at most three decimals. */
export function formatFeeRate(rate: number): string {
  const thousandths = Math.round(rate * 1000);
  const whole = String(Math.floor(thousandths / 1000));
  const part = String(thousandths % 1000).padStart(3, "0").replace(/0+$/, "");
  return part === "" ? whole : `${whole}.${part}`;
}

export type ParsedFeeRate = { ok: true; rate: number } | { ok: false; fault: "empty" | "form" | "too_high" | "zero" };

/** Reads a fee rate in sat/vB that a person typed: digits, one point, at most three decimals. */
export function parseFeeRate(typed: string): ParsedFeeRate {
  const text = typed.trim();
  if (text === "") return { ok: false, fault: "empty" };
  if (!/^\d{1,7}(\.\d{1,3})?$/.test(text)) return { ok: false, fault: "form" };
  const rate = Number(text);
  if (rate > MAX_FEE_RATE) return { ok: false, fault: "too_high" };
  if (rate === 0) return { ok: false, fault: "zero" };
  return { ok: true, rate };
}

/** The fee of so many virtual bytes, rounded up as nodes do. */
export function feeFor(rate: number, vsize: number): number {
  return Math.ceil((Math.round(rate * 1000) * vsize) / 1000);
}
