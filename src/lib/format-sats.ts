import { SATS_PER_BTC, toSats, MAX_SATS, type Sats } from "./sats";

/** How amounts are written. */
export type Unit = "btc" | "sats";

/** A narrow space that does not break: groups digits without being read as punctuation. */
export const GAP = "\u202f";

/** An amount cut where the eye wants it: what only fills up is apart from what counts. */
export interface AmountParts {
  /** Leading zeros and the point, drawn quieter: `0.00`. */
  quiet: string[];
  /** From the first digit that is not zero. */
  strong: string[];
  /** The whole text, grouped. */
  text: string;
  /** `BTC` or `sats`. */
  unit: "BTC" | "sats";
}

/** Groups digits by three from the right. */
function groupThousands(digits: string): string[] {
  const groups: string[] = [];
  for (let end = digits.length; end > 0; end -= 3) groups.unshift(digits.slice(Math.max(0, end - 3), end));
  return groups;
}

/** Writes sats as `1 234 567`. */
export function formatSats(amount: Sats): string {
  return groupThousands(String(amount)).join(GAP);
}

/** Writes BTC with all eight decimals, grouped: `0.001 234 56`. */
export function formatBtc(amount: Sats): string {
  const whole = Math.floor(amount / SATS_PER_BTC);
  const part = String(amount % SATS_PER_BTC).padStart(8, "0");
  return `${groupThousands(String(whole)).join(GAP)}.${part.slice(0, 3)}${GAP}${part.slice(3, 6)}${GAP}${part.slice(6)}`;
}

/** Writes an amount in the unit, without its name. */
export function formatAmount(amount: Sats, unit: Unit): string {
  return unit === "btc" ? formatBtc(amount) : formatSats(amount);
}

/** The unit's name beside an amount. */
export function unitName(unit: Unit): "BTC" | "sats" {
  return unit === "btc" ? "BTC" : "sats";
}

/** Writes an amount with its unit, for labels and screen readers. */
export function amountText(amount: Sats, unit: Unit): string {
  return `${formatAmount(amount, unit)} ${unitName(unit)}`;
}

/** Cuts an amount into its quiet and its strong part, each as the groups that belong together. */
export function amountParts(amount: Sats, unit: Unit): AmountParts {
  const text = formatAmount(amount, unit);
  const first = unit === "sats" ? 0 : text.search(/[1-9]/);
  const cut = first === -1 ? text.length : first;
  return {
    quiet: cut === 0 ? [] : text.slice(0, cut).split(GAP),
    strong: cut === text.length ? [] : text.slice(cut).split(GAP),
    text,
    unit: unitName(unit),
  };
}

/** Why a typed amount is none. */
export type AmountFault = "empty" | "form" | "decimals" | "too_much" | "ambiguous";
export type ParsedAmount = { ok: true; amount: Sats } | { ok: false; fault: AmountFault };

/** Takes out the spaces people and this program group digits with. */
function ungroup(text: string): string {
  return text.replace(/[\s\u00a0\u2009\u202f_]/g, "");
}

/**
 * Reads an amount that a person typed. Nothing is guessed: a comma could be a decimal or a group sign, so it is refused;
 * so are signs, exponents, more than eight decimals of BTC, any decimals of sats, and more than 21 million BTC.
 */
export function parseAmount(typed: string, unit: Unit): ParsedAmount {
  const text = ungroup(typed);
  if (text === "") return { ok: false, fault: "empty" };
  if (text.includes(",") || text.includes("'")) return { ok: false, fault: "ambiguous" };
  const match = /^(\d*)(?:\.(\d*))?$/.exec(text);
  if (!match) return { ok: false, fault: "form" };
  const whole = match[1] ?? "";
  const part = match[2];
  if (whole === "" && (part === undefined || part === "")) return { ok: false, fault: "form" };
  if (unit === "sats" && part !== undefined) return { ok: false, fault: "decimals" };
  if (part !== undefined && part.length > 8) return { ok: false, fault: "decimals" };
  const digits = unit === "sats" ? whole : whole + (part ?? "").padEnd(8, "0");
  const significant = digits.replace(/^0+(?=\d)/, "");
  // 16 digits hold all money; longer ones would lose exactness before they could be compared.
  if (significant.length > 16) return { ok: false, fault: "too_much" };
  const value = Number(significant);
  if (value > MAX_SATS) return { ok: false, fault: "too_much" };
  return { ok: true, amount: toSats(value) };
}

/** Writes an amount as a person would type it, for an input field: no groups, no needless zeros. */
export function typedAmount(amount: Sats, unit: Unit): string {
  if (unit === "sats") return String(amount);
  const part = String(amount % SATS_PER_BTC).padStart(8, "0").replace(/0+$/, "");
  const whole = String(Math.floor(amount / SATS_PER_BTC));
  return part === "" ? whole : `${whole}.${part}`;
}
