import { describe, expect, it } from "vitest";
import type { FeeBand, NodeHealth } from "../ipc/types";
import { barsOf, fullnessOf, nextBlockRate } from "./bands";
import { formatBytes, formatDecimal, formatPpm, formatVersion, formatVsize } from "./format";
import { lineStateOf, toldProblems } from "./problems";
import { pathOf, soughtOf } from "./search";
import { readUrl } from "./url";

const TAPROOT = "bcrt1pqqqsyqcyq5rqwzqfpg9scrgwpugpzysnzs23v9ccrydpk8qarc0s5kzq8e";
const ID = "00ab".repeat(16);

describe("what is sought", () => {
  it("is a height, written in any of the usual ways", () => {
    for (const typed of ["214", " 214 ", "#214"]) expect(soughtOf(typed)).toEqual({ kind: "height", height: 214 });
    expect(soughtOf("921,480")).toEqual({ kind: "height", height: 921_480 });
    expect(soughtOf("921 480")).toEqual({ kind: "height", height: 921_480 });
    expect(soughtOf("9999999999")).toEqual({ kind: "none", why: "long" });
  });

  it("is an id, of a block or a transaction, with or without an output's number", () => {
    expect(soughtOf(ID)).toEqual({ kind: "id", id: ID });
    expect(soughtOf(ID.toUpperCase())).toEqual({ kind: "id", id: ID });
    expect(soughtOf(`${ID}:1`)).toEqual({ kind: "id", id: ID });
    expect(soughtOf(ID.slice(1))).toEqual({ kind: "none", why: "short" });
    expect(soughtOf(`${ID}a`)).toEqual({ kind: "none", why: "long" });
  });

  it("is an address of any kind, also in a payment link", () => {
    for (const address of [TAPROOT, "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"]) {
      expect(soughtOf(address)).toEqual({ kind: "address", address });
    }
    expect(soughtOf(`bitcoin:${TAPROOT}?amount=1`)).toEqual({ kind: "address", address: TAPROOT });
    expect(soughtOf(TAPROOT.toUpperCase()).kind).toBe("address");
    // One letter of the other case is a slip that its checksum cannot be asked about.
    expect(soughtOf(`B${TAPROOT.slice(1)}`)).toEqual({ kind: "none", why: "form" });
  });

  it("is nothing, and it says why", () => {
    expect(soughtOf("")).toEqual({ kind: "none", why: "empty" });
    expect(soughtOf("what is this")).toEqual({ kind: "none", why: "form" });
    expect(soughtOf("x".repeat(500))).toEqual({ kind: "none", why: "long" });
    expect(soughtOf("-1")).toEqual({ kind: "none", why: "form" });
  });

  it("leads to a path, escaped", () => {
    expect(pathOf(soughtOf("7"), "7")).toBe("/block/7");
    expect(pathOf(soughtOf("a/b?c#d"), "a/b?c#d")).toBe("/search/a%2Fb%3Fc%23d");
    expect(pathOf(soughtOf(" "), " ")).toBeUndefined();
  });
});

const band = (from: number, vsize: number): FeeBand => ({ from, vsize, count: 1 });

describe("the histogram", () => {
  it("draws each band as high as it is large, and little not as nothing", () => {
    const bars = barsOf([band(1, 1_000_000), band(2, 1), band(3, 0)], 300, 100);
    expect(bars.map((bar) => bar.height)).toEqual([100, 1.5, 0]);
    for (const bar of bars) expect(bar.y + bar.height).toBeCloseTo(100);
    expect(bars.map((bar) => bar.to)).toEqual([2, 3, undefined]);
    expect(barsOf([], 300, 100)).toEqual([]);
    expect(barsOf([band(1, 0)], 300, 100)).toEqual([]);
  });

  it("knows what gets into the next block", () => {
    const bands = [band(1, 900_000), band(5, 700_000), band(9, 600_000)];
    expect(nextBlockRate(bands)).toBe(5);
    expect(barsOf(bands, 300, 100).map((bar) => bar.next)).toEqual([false, true, true]);
    expect(nextBlockRate([band(1, 1_000_000)])).toBeUndefined();
  });

  it("keeps every bar inside, whatever the bands are", () => {
    for (let count = 1; count <= 60; count += 7) {
      const bands = Array.from({ length: count }, (_, i) => band(i + 1, (i * 7_919) % 50_000));
      for (const bar of barsOf(bands, 320, 96)) {
        expect(bar.x).toBeGreaterThanOrEqual(0);
        expect(bar.x + bar.width).toBeLessThanOrEqual(320 + 1e-9);
        expect(bar.y).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it("never fills a block more than whole", () => {
    expect(fullnessOf(4_000_000)).toBe(1);
    expect(fullnessOf(9_000_000)).toBe(1);
    expect(fullnessOf(1_000_000)).toBe(0.25);
  });
});

describe("numbers of a node", () => {
  it("are never 100 percent before they are", () => {
    expect(formatPpm(999_999, "en-GB")).toBe("99.9");
    expect(formatPpm(1_000_000, "en-GB")).toBe("100.0");
    expect(formatPpm(382_114, "en-GB")).toBe("38.2");
  });

  it("are short", () => {
    expect(formatBytes(741_202_114_203, "en-GB")).toBe("741 GB");
    expect(formatBytes(999, "en-GB")).toBe("999 B");
    expect(formatVsize(1_240, "en-GB")).toBe("1.2 kvB");
    expect(formatVsize(240, "en-GB")).toBe("240 vB");
    expect(formatDecimal("152271658412317.6", "en-GB")).toBe("152.27 T");
    expect(formatDecimal("1088204113204112000000", "en-GB", "H/s")).toBe("1,088.2 EH/s");
    expect(formatDecimal("0.00000000046", "en-GB")).toBe("4.60e-10");
    expect(formatDecimal("0", "en-GB")).toBe("0");
    expect(formatDecimal("<b>", "en-GB")).toBe("<b>");
    expect(formatVersion(280_100)).toBe("28.1");
    expect(formatVersion(290_002)).toBe("29.0.2");
  });
});

describe("a node's address", () => {
  it("is open only without encryption and to another machine", () => {
    expect(readUrl("http://127.0.0.1:8332")).toEqual({ fault: undefined, open: false });
    expect(readUrl("http://localhost")).toEqual({ fault: undefined, open: false });
    expect(readUrl("http://[::1]:1")).toEqual({ fault: undefined, open: false });
    expect(readUrl("https://node.example.org")).toEqual({ fault: undefined, open: false });
    expect(readUrl("http://node.example.org")).toEqual({ fault: undefined, open: true });
    expect(readUrl("http://127.0.0.1.example.org").open).toBe(true);
    expect(readUrl("http://192.168.1.4:8332").open).toBe(true);
    // Tor encrypts what goes to an onion service, from the proxy on.
    for (const proxy of ["", "socks5h://127.0.0.1:9050", " socks5h://[::1]:9050/ ", "http://localhost:8118"]) {
      expect(readUrl("http://abc.onion:8332", proxy).open).toBe(false);
    }
    for (const proxy of ["socks5h://10.0.0.5:9050", "socks5h://tor.example.org", "socks5h://127.0.0.1.example.org:9050"]) {
      expect(readUrl("http://abc.onion:8332", proxy).open).toBe(true);
    }
    expect(readUrl("http://onion.example.org", "socks5h://127.0.0.1:9050").open).toBe(true);
  });

  it("carries no name or password, and no other scheme", () => {
    expect(readUrl("https://ada:secret@node.example.org").fault).toBe("login");
    expect(readUrl("ftp://node").fault).toBe("scheme");
    expect(readUrl("node:8332").fault).toBe("scheme");
    expect(readUrl("not an address").fault).toBe("form");
    expect(readUrl("").fault).toBeUndefined();
  });
});

describe("the line", () => {
  const health = (line: NodeHealth["line"], serious?: boolean): NodeHealth => ({
    line, problems: serious === undefined ? [] : [{ kind: "stale", message: "", since: 0, serious }], last_answer: null, age: null, took_ms: null,
    network: null, height: null, headers: null, best_hash: null, pooled: null, asked: 0, failed: 0,
  });

  it("is troubled only by what is serious", () => {
    expect(lineStateOf(undefined)).toBe("unknown");
    expect(lineStateOf(health("up"))).toBe("up");
    expect(lineStateOf(health("up", false))).toBe("up");
    expect(lineStateOf(health("up", true))).toBe("troubled");
    expect(lineStateOf(health("down", true))).toBe("down");
    expect(lineStateOf(health("not_set"))).toBe("unset");
  });

  it("tells every problem but that there is no node, which is a view", () => {
    const unset = { ...health("not_set"), problems: [{ kind: "not_set", message: "", since: 0, serious: true } as const] };
    expect(toldProblems(unset)).toEqual([]);
    expect(toldProblems(health("up", false))).toHaveLength(1);
  });
});
