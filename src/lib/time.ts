const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago, in the largest unit that says enough. Times are seconds since 1970. */
export type Age = { unit: "now" } | { unit: "minute" | "hour" | "day"; count: number };

export function ageOf(then: number, now: number): Age {
  const seconds = Math.max(0, now - then);
  if (seconds < 45) return { unit: "now" };
  if (seconds < HOUR) return { unit: "minute", count: Math.max(1, Math.round(seconds / MINUTE)) };
  if (seconds < DAY) return { unit: "hour", count: Math.max(1, Math.floor(seconds / HOUR)) };
  return { unit: "day", count: Math.floor(seconds / DAY) };
}

const RELATIVE = new Map<string, Intl.RelativeTimeFormat>();
const DATES = new Map<string, Intl.DateTimeFormat>();

function relative(locale: string): Intl.RelativeTimeFormat {
  let format = RELATIVE.get(locale);
  if (!format) RELATIVE.set(locale, (format = new Intl.RelativeTimeFormat(locale, { numeric: "auto" })));
  return format;
}

function date(locale: string, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${name}`;
  let format = DATES.get(key);
  if (!format) DATES.set(key, (format = new Intl.DateTimeFormat(locale, options)));
  return format;
}

/** Writes how long ago: `12 minutes ago`; after a week the date itself. */
export function formatAgo(then: number, now: number, locale: string, justNow: string): string {
  const age = ageOf(then, now);
  if (age.unit === "now") return justNow;
  if (age.unit === "day" && age.count > 6) return formatDay(then, locale);
  return relative(locale).format(-age.count, age.unit);
}

/** `4 March 2026`. */
export function formatDay(then: number, locale: string): string {
  return date(locale, "day", { day: "numeric", month: "short", year: "numeric" }).format(then * 1000);
}

/** `4 March 2026, 14:05`: the exact time, for titles and details. */
export function formatExact(then: number, locale: string): string {
  return date(locale, "exact", { dateStyle: "medium", timeStyle: "short" }).format(then * 1000);
}

/** `14:05`. */
export function formatClock(then: number, locale: string): string {
  return date(locale, "clock", { timeStyle: "short" }).format(then * 1000);
}

/** The month a time belongs to, as a heading: `March 2026`. */
export function formatMonth(then: number, locale: string): string {
  return date(locale, "month", { month: "long", year: "numeric" }).format(then * 1000);
}

/** Which heading of a list a time stands under. */
export function dayBucket(then: number, now: number): "today" | "yesterday" | "week" | "month" {
  const start = new Date(now * 1000);
  start.setHours(0, 0, 0, 0);
  const today = Math.floor(start.getTime() / 1000);
  if (then >= today) return "today";
  if (then >= today - DAY) return "yesterday";
  if (then >= today - 6 * DAY) return "week";
  return "month";
}
