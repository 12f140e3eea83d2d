import type { AppEvent, CircleStatus, Device, Notice, PlaceState, RoundStep } from "../../ipc/types";

/** Seconds after which "in step" is said of the past. Rounds come every quarter of an hour. */
export const OLD_AFTER = 2 * 60 * 60;

/** How a place is shown. */
export type Shown = "going" | "never" | "in_step" | "old" | "pending" | "unknown";

export function shownAs(place: PlaceState, now: number): Shown {
  if (place.going) return "going";
  if (place.standing !== "in_step") return place.standing;
  return now - (place.place.last_round_at ?? 0) > OLD_AFTER ? "old" : "in_step";
}

/** What of this device others cannot get yet, whatever place they go to. */
export type Pending = { kind: "no_place" | "none" | "unknown" } | { kind: "some"; count: number };

export function pendingOf(places: readonly PlaceState[]): Pending {
  if (places.length === 0) return { kind: "no_place" };
  // One place that has everything is enough: what it holds now is known only if it answered.
  const known = places.filter((place) => place.standing !== "unknown");
  if (known.length === 0) return { kind: "unknown" };
  const least = Math.min(...known.map((place) => place.pending));
  return least === 0 ? { kind: "none" } : { kind: "some", count: least };
}

/** Those who share, this device first, then the others as they were added; those that were removed last. */
export function inOrder(devices: readonly Device[]): Device[] {
  const rank = (device: Device): number => (device.removed_at !== null ? 2 : device.this ? 0 : 1);
  return [...devices].sort((a, b) => rank(a) - rank(b));
}

/** What is told of devices that were added. */
export function addedOf(notices: readonly Notice[]): Notice[] {
  return notices.filter((notice) => notice.kind === "device_added");
}

/** What a device holds, as far as it is said: keys of wallets, perhaps some, or none. */
export function keysOf(device: Device): "some" | "maybe" | "none" {
  if (device.holds.length > 0) return "some";
  return device.seeds ? "maybe" : "none";
}

/** How recently a device was heard of, for the line that leads to it. */
export function contactOf(device: Device, now: number): "here" | "near" | "far" | "never" | "removed" {
  if (device.removed_at !== null) return "removed";
  if (device.this) return "here";
  if (device.last_seen === null) return "never";
  return now - device.last_seen > 7 * 24 * 60 * 60 ? "far" : "near";
}

/** Seconds that clocks may differ before it is said. */
const SKEW = 5 * 60;

/** Devices that wrote at a time that has not come here yet. */
export function aheadOf(devices: readonly Device[], now: number): Device[] {
  return devices.filter((device) => !device.this && device.removed_at === null && (device.last_seen ?? 0) > now + SKEW);
}

/** How far the round with each place is. */
export type Progress = Readonly<Record<string, { step: RoundStep; done: number; of: number }>>;

export function progressAfter(was: Progress, event: AppEvent): Progress {
  switch (event.type) {
    case "place_round":
      return { ...was, [event.place_id]: { step: event.step, done: event.done, of: event.of } };
    case "place_met":
      return Object.fromEntries(Object.entries(was).filter(([id]) => id !== event.place.place.id));
    case "locked":
      return {};
    default:
      return was;
  }
}

/** Seconds until a moment, as `1:05`; nothing when it has passed. */
export function timeLeft(until: number, now: number): string | undefined {
  const left = until - now;
  if (left <= 0) return undefined;
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
}

/** The six digits of what was typed; nothing if it is not six digits. */
export function sixDigits(typed: string): string | undefined {
  const digits = typed.replace(/\s/g, "");
  return /^\d{6}$/.test(digits) ? digits : undefined;
}

/** Whether what was typed are words rather than a code: those need an address as well. */
export function looksLikeWords(typed: string): boolean {
  return /\S\s+\S/.test(typed.trim());
}

/** Addresses that were typed, apart. */
export function addressesOf(typed: string): string[] {
  return typed.split(/[\s,]+/).filter((text) => text !== "");
}

/** What is wrong with the address of a server, as far as can be told without asking it. */
export function serverFault(typed: string): "empty" | "url" | undefined {
  const text = typed.trim();
  if (text === "") return "empty";
  if (!URL.canParse(text)) return "url";
  const { protocol, hostname } = new URL(text);
  const near = hostname === "localhost" || hostname === "127.0.0.1" || hostname === "[::1]" || hostname.endsWith(".onion");
  return protocol === "https:" || (protocol === "http:" && near) ? undefined : "url";
}

/** How many things of the circle wait for their owner: wallets to compare, values to choose between, copies that were seen. */
export function attentionOf(status: CircleStatus): number {
  const copies = status.circle.devices.filter((device) => device.as_two).length + (status.copied_at === null ? 0 : 1);
  return status.circle.offered.length + status.circle.conflicts + copies;
}
