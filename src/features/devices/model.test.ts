import { describe, expect, it } from "vitest";
import { makeFakeBackend, scenarioOf } from "../../ipc/fake";
import type { Device, PlaceState } from "../../ipc/types";
import { conflictOf } from "../conflicts";
import { addressesOf, attentionOf, contactOf, inOrder, looksLikeWords, OLD_AFTER, pendingOf, progressAfter, serverFault, shownAs, sixDigits, timeLeft } from "./model";

const NOW = 2_000_000_000;

function place(more: Partial<PlaceState> = {}, last: number | null = NOW): PlaceState {
  return {
    place: { id: "p", kind: "folder", address: "/there", user: null, last_round_at: last },
    standing: "in_step", going: false, confirmed: 1, pending: 0, passed_over: 0, lost: 0, missing: 0, less_than: null, error: null, waits_for_owner: false,
    next_at: null, ...more,
  };
}

function device(name: string, more: Partial<Device> = {}): Device {
  return { id: name, name, system: "Linux", this: false, seeds: false, holds: [], added_at: 1, last_seen: NOW, removed_at: null, unready: false, as_two: false, heard: null, ...more };
}

describe("a place", () => {
  it("is in step only as long as that is news", () => {
    expect(shownAs(place(), NOW)).toBe("in_step");
    expect(shownAs(place(), NOW + OLD_AFTER)).toBe("in_step");
    expect(shownAs(place(), NOW + OLD_AFTER + 1)).toBe("old");
  });

  it("is never called better than it stands", () => {
    for (const standing of ["never", "pending", "unknown"] as const) expect(shownAs(place({ standing }), NOW)).toBe(standing);
    expect(shownAs(place({ standing: "unknown", going: true }), NOW)).toBe("going");
  });

  it("that has everything is enough, one that did not answer is not", () => {
    expect(pendingOf([])).toEqual({ kind: "no_place" });
    expect(pendingOf([place({ standing: "pending", pending: 3 }), place()])).toEqual({ kind: "none" });
    expect(pendingOf([place({ standing: "unknown" })])).toEqual({ kind: "unknown" });
    expect(pendingOf([place({ standing: "unknown" }), place({ standing: "pending", pending: 3 })])).toEqual({ kind: "some", count: 3 });
  });

  it("has a server's address that is safe to write to", () => {
    for (const good of ["https://cloud.example.org/dav", "http://127.0.0.1:8080/", "http://abc.onion/x"]) expect(serverFault(good)).toBeUndefined();
    for (const bad of ["http://cloud.example.org", "cloud.example.org", "ftp://x"]) expect(serverFault(bad)).toBe("url");
    expect(serverFault("  ")).toBe("empty");
  });
});

describe("a round", () => {
  it("is forgotten when it ended and when the wallet is locked", () => {
    const going = progressAfter({}, { type: "place_round", place_id: "p", step: "fetching", done: 2, of: 7 });
    expect(going["p"]).toEqual({ step: "fetching", done: 2, of: 7 });
    expect(progressAfter(going, { type: "place_met", place: place() })).toEqual({});
    expect(progressAfter(going, { type: "locked" })).toEqual({});
  });
});

describe("devices", () => {
  it("stand with this one first and those that were removed last", () => {
    const all = [device("gone", { removed_at: 5 }), device("other"), device("here", { this: true })];
    expect(inOrder(all).map((each) => each.name)).toEqual(["here", "other", "gone"]);
  });

  it("are near, far, or never heard of", () => {
    expect(contactOf(device("a"), NOW + 60)).toBe("near");
    expect(contactOf(device("a"), NOW + 8 * 86_400)).toBe("far");
    expect(contactOf(device("a", { last_seen: null }), NOW)).toBe("never");
    expect(contactOf(device("a", { removed_at: 1 }), NOW)).toBe("removed");
  });
});

describe("what waits", () => {
  it("are wallets, values and a copy", async () => {
    const status = async (words: string) => makeFakeBackend({ ...scenarioOf(new URLSearchParams(`fake=${words}`)), latency: 0 }).call("cmd_get_circle");
    expect(attentionOf(await status("sharing"))).toBe(0);
    expect(attentionOf(await status("offered"))).toBe(1);
    expect(attentionOf(await status("conflict"))).toBe(3);
    // This device, and another.
    expect(attentionOf(await status("copied"))).toBe(2);
  });
});

describe("pairing", () => {
  it("counts down and then says nothing", () => {
    expect(timeLeft(125, 0)).toBe("2:05");
    expect(timeLeft(125, 120)).toBe("0:05");
    expect(timeLeft(125, 125)).toBeUndefined();
  });

  it("takes six digits with spaces and nothing else", () => {
    expect(sixDigits(" 123 456 ")).toBe("123456");
    for (const wrong of ["12345", "1234567", "12345a", ""]) expect(sixDigits(wrong)).toBeUndefined();
  });

  it("knows words from a code, and takes several addresses", () => {
    expect(looksLikeWords(" legal winner thank ")).toBe(true);
    expect(looksLikeWords(" SAT1ABCDEF\n")).toBe(false);
    expect(addressesOf("10.0.0.1:5, [fd00::1]:5 ")).toEqual(["10.0.0.1:5", "[fd00::1]:5"]);
  });
});

describe("a conflict", () => {
  it("is found by what it is on", async () => {
    const backend = makeFakeBackend({ ...scenarioOf(new URLSearchParams("fake=conflict")), latency: 0 });
    const all = await backend.call("cmd_list_conflicts");
    const on = all[0]!.on;
    if (on.kind !== "label") throw new Error("a label was expected");
    expect(conflictOf(all, on.wallet_id, on.on, on.target)).toBe(all[0]);
    expect(conflictOf(all, "another wallet", on.on, on.target)).toBeUndefined();
    expect(conflictOf(all, on.wallet_id, "output", on.target)).toBeUndefined();
  });
});
