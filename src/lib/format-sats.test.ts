import { describe, expect, it } from "vitest";
import { amountParts, formatBtc, formatSats, GAP, parseAmount, typedAmount } from "./format-sats";
import { addSats, MAX_SATS, subtractSats, toSats } from "./sats";

const plain = (text: string): string => text.replaceAll(GAP, " ");

describe("amounts that are shown", () => {
  it("groups eight decimals of BTC by three, three and two", () => {
    expect(plain(formatBtc(toSats(123_456)))).toBe("0.001 234 56");
    expect(plain(formatBtc(toSats(0)))).toBe("0.000 000 00");
    expect(plain(formatBtc(toSats(MAX_SATS)))).toBe("21 000 000.000 000 00");
    expect(plain(formatBtc(toSats(1)))).toBe("0.000 000 01");
  });

  it("groups sats by three", () => {
    expect(plain(formatSats(toSats(7)))).toBe("7");
    expect(plain(formatSats(toSats(1_234_567)))).toBe("1 234 567");
  });

  it("puts apart what only fills up", () => {
    const parts = amountParts(toSats(123_456), "btc");
    expect(parts.quiet.join("")).toBe("0.00");
    expect(parts.strong.join(" ")).toBe("1 234 56");
    expect(amountParts(toSats(0), "btc").strong).toEqual([]);
    expect(amountParts(toSats(250_000_000), "btc").quiet).toEqual([]);
    expect(amountParts(toSats(5), "sats").strong).toEqual(["5"]);
  });
});

describe("amounts that are typed", () => {
  const sats = (typed: string, unit: "btc" | "sats"): number | string => {
    const parsed = parseAmount(typed, unit);
    return parsed.ok ? parsed.amount : parsed.fault;
  };

  it("reads BTC exactly, without a float on the way", () => {
    expect(sats("0.1", "btc")).toBe(10_000_000);
    expect(sats("0.29", "btc")).toBe(29_000_000);
    expect(sats("20999999.99999999", "btc")).toBe(2_099_999_999_999_999);
    expect(sats(".5", "btc")).toBe(50_000_000);
    expect(sats("1.", "btc")).toBe(100_000_000);
    expect(sats("0.001 234 56", "btc")).toBe(123_456);
    expect(sats(formatBtc(toSats(987_654_321)), "btc")).toBe(987_654_321);
  });

  it("refuses what could mean two things or nothing", () => {
    expect(sats("1,5", "btc")).toBe("ambiguous");
    expect(sats("1,000", "sats")).toBe("ambiguous");
    expect(sats("1e8", "sats")).toBe("form");
    expect(sats("-1", "btc")).toBe("form");
    expect(sats("+1", "btc")).toBe("form");
    expect(sats("0x10", "sats")).toBe("form");
    expect(sats("1.2.3", "btc")).toBe("form");
    expect(sats(".", "btc")).toBe("form");
    expect(sats("", "btc")).toBe("empty");
    expect(sats("  ", "sats")).toBe("empty");
    expect(sats("١", "sats")).toBe("form");
  });

  it("refuses more decimals than there are", () => {
    expect(sats("0.123456789", "btc")).toBe("decimals");
    expect(sats("1.0", "sats")).toBe("decimals");
  });

  it("refuses more than all money", () => {
    expect(sats("21000000", "btc")).toBe(MAX_SATS);
    expect(sats("21000000.00000001", "btc")).toBe("too_much");
    expect(sats("2100000000000001", "sats")).toBe("too_much");
    expect(sats("9".repeat(400), "sats")).toBe("too_much");
    expect(sats(`000000000000000000000000000001`, "sats")).toBe(1);
  });

  it("is the inverse of what an input shows", () => {
    for (const value of [0, 1, 99, 100, 123_456, 100_000_000, 2_099_999_999_999_999]) {
      for (const unit of ["btc", "sats"] as const) expect(sats(typedAmount(toSats(value), unit), unit)).toBe(value);
    }
  });
});

describe("arithmetic", () => {
  it("throws rather than making an amount that is none", () => {
    expect(() => toSats(0.5)).toThrow(RangeError);
    expect(() => toSats(-1)).toThrow(RangeError);
    expect(() => toSats(Number.NaN)).toThrow(RangeError);
    expect(() => toSats(MAX_SATS + 1)).toThrow(RangeError);
    expect(() => subtractSats(toSats(1), toSats(2))).toThrow(RangeError);
    expect(() => addSats(toSats(MAX_SATS), toSats(1))).toThrow(RangeError);
    expect(addSats(toSats(1), toSats(2))).toBe(3);
  });
});
