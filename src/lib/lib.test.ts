import { describe, expect, it } from "vitest";
import { addressGroups, shortHash } from "./address";
import { feeFor, formatFeeRate, parseFeeRate } from "./fee-rate";
import { paymentUri } from "./payment-uri";
import { makeIntent, makeRequestId } from "./request-id";
import { toSats } from "./sats";
import { ageOf, dayBucket, formatAgo } from "./time";
import { treemap } from "./treemap";
import { offsetsOf, visibleSpan } from "./windowing";

describe("fee rates", () => {
  it("are shown with at most three decimals", () => {
    expect(formatFeeRate(1)).toBe("1");
    expect(formatFeeRate(9.2)).toBe("9.2");
    expect(formatFeeRate(1.23456)).toBe("1.235");
    expect(formatFeeRate(0.001)).toBe("0.001");
  });

  it("are read only when they are plain numbers in reach", () => {
    expect(parseFeeRate("1.5")).toEqual({ ok: true, rate: 1.5 });
    for (const typed of ["", "1e3", "-1", "1,5", "1.2345", ".5", "0", "5001"]) expect(parseFeeRate(typed).ok).toBe(false);
  });

  it("cost whole sats, rounded up", () => {
    expect(feeFor(1, 154)).toBe(154);
    expect(feeFor(1.001, 154)).toBe(155);
    expect(feeFor(0.1, 110)).toBe(11);
  });
});

describe("payment links", () => {
  it("carry amounts in BTC and labels escaped (BIP-0021)", () => {
    expect(paymentUri({ address: "bc1qx" })).toBe("bitcoin:bc1qx");
    expect(paymentUri({ address: "bc1qx", amount: toSats(123_456) })).toBe("bitcoin:bc1qx?amount=0.00123456");
    expect(paymentUri({ address: "bc1qx", amount: toSats(1), label: "a&b=c d" })).toBe(
      "bitcoin:bc1qx?amount=0.00000001&label=a%26b%3Dc%20d",
    );
  });
});

describe("request ids", () => {
  it("are 32 hex digits and never the same", () => {
    const ids = new Set(Array.from({ length: 100 }, makeRequestId));
    expect(ids.size).toBe(100);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
  });

  it("stay the same until the intent is done", () => {
    const intent = makeIntent();
    const first = intent.id();
    expect(intent.id()).toBe(first);
    intent.done();
    expect(intent.id()).not.toBe(first);
  });
});

describe("addresses", () => {
  it("lose no letter in groups", () => {
    const address = "bcrt1pqqqsyqcyq5rqwzqfpg9scrgwpugpzysnzs23v9ccrydpk8qarc0s5kzq8e";
    expect(addressGroups(address).join("")).toBe(address);
    expect(addressGroups(address)[0]).toBe("bcrt");
    expect(shortHash("ab".repeat(32))).toBe("abababab…abababab");
  });
});

describe("time", () => {
  it("is said in the unit that says enough", () => {
    expect(ageOf(1000, 1010)).toEqual({ unit: "now" });
    expect(ageOf(1000, 1000 + 12 * 60)).toEqual({ unit: "minute", count: 12 });
    expect(ageOf(0, 7_200)).toEqual({ unit: "hour", count: 2 });
    expect(ageOf(2_000, 1_000)).toEqual({ unit: "now" });
    expect(formatAgo(0, 720, "en-GB", "just now")).toBe("12 minutes ago");
  });

  it("puts a payment of this morning under today", () => {
    const noon = new Date(2026, 10, 22, 12).getTime() / 1000;
    expect(dayBucket(noon - 3_600, noon)).toBe("today");
    expect(dayBucket(noon - 20 * 3_600, noon)).toBe("yesterday");
    expect(dayBucket(noon - 4 * 86_400, noon)).toBe("week");
    expect(dayBucket(noon - 40 * 86_400, noon)).toBe("month");
  });
});

describe("the map of coins", () => {
  it("fills the whole area, each part by its value", () => {
    const values = [50, 25, 12, 6, 4, 2, 1];
    const areas = treemap(values, 640, 220);
    const total = values.reduce((a, b) => a + b, 0);
    expect(areas).toHaveLength(values.length);
    areas.forEach((area, i) => {
      expect(area.width * area.height).toBeCloseTo(((values[i] ?? 0) / total) * 640 * 220, 3);
      expect(area.x).toBeGreaterThanOrEqual(-1e-6);
      expect(area.x + area.width).toBeLessThanOrEqual(640 + 1e-6);
      expect(area.y + area.height).toBeLessThanOrEqual(220 + 1e-6);
    });
  });

  it("is empty without values or room", () => {
    expect(treemap([], 10, 10)).toEqual([]);
    expect(treemap([1], 0, 10)).toEqual([]);
  });
});

describe("long lists", () => {
  it("draw few of ten thousand rows, and always those in view", () => {
    const heights = Array.from({ length: 10_000 }, (_, i) => (i % 50 === 0 ? 40 : 68));
    const offsets = offsetsOf(heights);
    for (const top of [-100, 0, 5_000, 333_333, (offsets[10_000] ?? 0) - 800]) {
      const { first, end } = visibleSpan(offsets, top, 800, 8);
      expect(end - first).toBeLessThan(40);
      expect(offsets[first] ?? 0).toBeLessThanOrEqual(Math.max(0, top));
      expect(offsets[end] ?? 0).toBeGreaterThanOrEqual(Math.min(top + 800, offsets[10_000] ?? 0));
    }
    expect(visibleSpan(offsetsOf([]), 0, 800, 8)).toEqual({ first: 0, end: 0 });
  });
});
