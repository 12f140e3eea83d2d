const SHARE = 10_000;

/** Millionths as percent with one decimal; never 100 before it is all. */
export function formatPpm(ppm: number, locale: string): string {
  const tenths = ppm >= 1_000_000 ? 1_000 : Math.min(999, Math.floor(ppm / (SHARE / 10)));
  return (tenths / 10).toLocaleString(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

const BYTES = ["B", "kB", "MB", "GB", "TB"] as const;

/** `741 GB`. */
export function formatBytes(bytes: number, locale: string): string {
  let value = bytes;
  let at = 0;
  while (value >= 1_000 && at < BYTES.length - 1) {
    value /= 1_000;
    at += 1;
  }
  const digits = at === 0 || value >= 100 ? 0 : 1;
  return `${value.toLocaleString(locale, { maximumFractionDigits: digits })} ${BYTES[at] ?? "B"}`;
}

/** Sizes in vB: `12.3 kvB`. */
export function formatVsize(vsize: number, locale: string): string {
  return formatBytes(vsize, locale).replace(/ (.?)B$/, (_, unit: string) => ` ${unit}vB`);
}

const SCALES = ["", "k", "M", "G", "T", "P", "E", "Z"] as const;

/** A decimal text that is no money, shortened for eyes: `152.27 T`, `1.1 EH/s`. What is no number is shown as it is. */
export function formatDecimal(text: string, locale: string, unit = ""): string {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) return text;
  if (value !== 0 && Math.abs(value) < 0.001) return `${value.toExponential(2)}${unit === "" ? "" : ` ${unit}`}`;
  let scaled = value;
  let at = 0;
  while (Math.abs(scaled) >= 10_000 && at < SCALES.length - 1) {
    scaled /= 1_000;
    at += 1;
  }
  const named = `${SCALES[at] ?? ""}${unit}`;
  return `${scaled.toLocaleString(locale, { maximumFractionDigits: at === 0 ? 3 : 2 })}${named === "" ? "" : ` ${named}`}`;
}

/** Core's number of a version: 280100 is 28.1. */
export function formatVersion(version: number): string {
  const major = Math.floor(version / 10_000);
  const minor = Math.floor(version / 100) % 100;
  const patch = version % 100;
  return [major, minor, ...(patch === 0 ? [] : [patch])].join(".");
}

/** A long id for a line: its ends. */
export function shortId(id: string): string {
  return id.length <= 20 ? id : `${id.slice(0, 8)}…${id.slice(-8)}`;
}
