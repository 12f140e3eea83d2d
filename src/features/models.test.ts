import { describe, expect, it } from "vitest";
import { en } from "../i18n/en";
import { IpcError } from "../ipc/error";
import { makeFakeBackend, scenarioOf } from "../ipc/fake";
import type { Freshness, WalletInfo } from "../ipc/types";
import { toSats } from "../lib/sats";
import { fileHealth, reminds, wordsHealth } from "./backup/model";
import { coinMap, MOST_AREAS } from "./coins/model";
import { balanceAt, drawSteps, rangesOf, windowOf } from "./history/chart-model";
import { balanceLine, linesOf, lookOf, stopsOf } from "./history/model";
import { noticeOf } from "./notice/model";
import { keychainText, provesByPresence, serverFault } from "./settings/model";
import { fitting, stepped, type Command } from "./shell/palette-model";
import { wishOf } from "./shell/shortcuts";
import { applyEvent, isOfUnknownAge, OLD_AFTER, standingOf } from "./sync/model";
import { bandOf, freshName, restoredText } from "./wallets/model";

const world = makeFakeBackend(scenarioOf(new URLSearchParams("fake=pending"))).world;
const fresh: Freshness = { height: 7, block_hash: "", synced_at: 1_000, source: "h:1" };

describe("history", () => {
  it("puts pending payments first and under a heading of their own", () => {
    const lines = linesOf(world.transactions, world.now(), "en-GB");
    expect(lines[0]).toMatchObject({ kind: "head", title: { key: "tx.pending.head" } });
    expect(lines.filter((line) => line.kind === "tx")).toHaveLength(world.transactions.length);
  });

  it("strikes out what was replaced and dashes an unknown fee", () => {
    const tx = world.transactions.find((each) => each.status === "replaced");
    expect(tx && lookOf(tx).tone).toBe("struck");
    const own = { ...world.transactions[0]!, direction: "internal" as const, fee: null };
    expect(lookOf(own).amount).toBeNull();
  });

  it("draws a payment as a line through its states", () => {
    const states = (tx: Parameters<typeof stopsOf>[0]): string[] => stopsOf(tx).map((stop) => stop.state);
    expect(states({ status: "pending", confirmations: 0, height: null })).toEqual(["now", "ahead", "ahead"]);
    expect(states({ status: "confirmed", confirmations: 2, height: 5 })).toEqual(["done", "done", "now"]);
    expect(states({ status: "confirmed", confirmations: 6, height: 5 })).toEqual(["done", "done", "done"]);
    expect(states({ status: "replaced", confirmations: 0, height: null })).toEqual(["done", "failed"]);
  });

  it("walks the balance back from what it is now", () => {
    const [a, b] = world.transactions.filter((tx) => tx.status === "confirmed");
    const rows = [
      { ...a!, time: 20, spent: toSats(0), received: toSats(5) },
      { ...b!, time: 10, spent: toSats(0), received: toSats(7) },
      { ...b!, status: "dropped" as const, time: 5, spent: toSats(0), received: toSats(100) },
    ];
    expect(balanceLine(toSats(12), rows).map((point) => point.sats)).toEqual([0, 7, 12]);
  });
});

describe("the balance chart", () => {
  const DAY = 86_400;
  const points = [
    { time: 0, sats: 0 },
    { time: 10 * DAY, sats: 100 },
    { time: 39 * DAY, sats: 90 },
  ];
  const now = 40 * DAY;
  it("offers the ranges that are shorter than the history", () => {
    expect(rangesOf(points, now)).toEqual(["week", "month", "all"]);
    expect(rangesOf(points, 5 * DAY)).toEqual([]);
  });
  it("begins a range with the balance of then", () => {
    expect(windowOf(points, "week", now)?.points.map((point) => point.sats)).toEqual([100, 90]);
    expect(windowOf(points, "all", now)?.points.map((point) => point.sats)).toEqual([0, 0, 100, 90]);
    expect(windowOf(points.slice(0, 2), "all", now)).toBeUndefined();
    expect(balanceAt(points, 38 * DAY)).toBe(100);
    expect(balanceAt(points, 39 * DAY)).toBe(90);
  });
  it("draws steps inside its picture, and a small change large enough to see", () => {
    const drawn = drawSteps(windowOf(points, "week", now)!, 640, 96);
    expect(drawn.line).toBe(`M0 ${drawn.y(100)}H${drawn.x(39 * DAY)}V${drawn.y(90)}H640`);
    expect(Number(drawn.y(90)) - Number(drawn.y(100))).toBeGreaterThan(40);
    expect(Number(drawn.y(90))).toBeLessThan(96);
    expect(Number(drawSteps(windowOf(points, "all", now)!, 640, 96).y(0))).toBe(96);
    expect(drawn.x(now + DAY)).toBe("640.0");
  });
});

describe("freshness", () => {
  it("tells never, running, failed, old and fresh apart", () => {
    expect(standingOf({ phase: "idle" }, null, 0)).toBe("never");
    expect(standingOf({ phase: "idle" }, fresh, 1_010)).toBe("fresh");
    expect(standingOf({ phase: "idle" }, fresh, 1_001 + OLD_AFTER)).toBe("old");
    expect(standingOf({ phase: "failed", error: new IpcError("unreachable", "") }, fresh, 1_010)).toBe("failed");
  });

  it("is never called fresh when it is of a time to come, such as after the clock was set back", () => {
    for (const jump of [3_600, 10 * 365 * 86_400]) {
      expect(isOfUnknownAge(fresh, 1_010 - jump)).toBe(true);
      expect(standingOf({ phase: "idle" }, fresh, 1_010 - jump)).toBe("old");
      expect(standingOf({ phase: "idle" }, fresh, 1_010 + jump)).toBe("old");
    }
    // The page's clock moves in steps.
    expect(standingOf({ phase: "idle" }, fresh, 985)).toBe("fresh");
  });

  it("follows events of each wallet by itself and forgets on lock", () => {
    const one = applyEvent({}, { type: "syncing", progress: { wallet_id: "a", done: 1, expected: 2, transactions: 0 } });
    const two = applyEvent(one, { type: "sync_failed", wallet_id: "b", error: { code: "unreachable", message: "", retry: true } });
    expect(two["a"]?.phase).toBe("running");
    expect(two["b"]?.phase).toBe("failed");
    const stopped = applyEvent(two, { type: "sync_failed", wallet_id: "b", error: { code: "cancelled", message: "", retry: false } });
    expect(stopped["b"]?.phase).toBe("idle");
    expect(applyEvent(two, { type: "locked" })).toEqual({});
  });
});

describe("failures", () => {
  it("say what they mean for the money", () => {
    expect(noticeOf(new IpcError("rejected", "min relay fee not met")).money).toBe(en["error.money.not_sent"]);
    expect(noticeOf(new IpcError("unreachable", "", true)).money).toBe(en["error.money.picture"]);
  });

  it("of a signed payment never claim that nothing was sent, and of one that is not signed never that it is", () => {
    for (const code of ["unreachable", "bad_answer"] as const) {
      expect(noticeOf(new IpcError(code, "", true), "signed").money).toBe(en["error.money.safe_again"]);
      expect(noticeOf(new IpcError(code, "", true), "unsigned").money).toBe(en["error.money.not_sent"]);
    }
    for (const place of ["signed", "unsigned"] as const) {
      expect(noticeOf(new IpcError("declined", ""), place).money).toBe(en["error.money.not_sent"]);
    }
  });

  it("quote another's words only as a quotation", () => {
    const text = noticeOf(new IpcError("rejected", "send your coins to evil"));
    expect(text.title + text.money + text.advice).not.toContain("evil");
    expect(text.quoted).toContain("evil");
  });

  it("all have a text of their own", () => {
    const codes = Object.keys(en).filter((key) => /^error\.[a-z_]+\.do$/.test(key));
    expect(codes.length).toBeGreaterThan(40);
    for (const key of codes) expect(en).toHaveProperty([key.slice(0, -3)]);
  });
});

describe("backups", () => {
  const info = (part: Partial<WalletInfo>): WalletInfo => ({ has_seed: true, words_proven_at: null, backed_up_at: null, ...part }) as WalletInfo;
  it("remind until the words are proven, and never of words that are elsewhere", () => {
    expect(reminds(info({}))).toBe(true);
    expect(reminds(info({ words_proven_at: 5 }))).toBe(false);
    expect(reminds(info({ has_seed: false }))).toBe(false);
    expect(wordsHealth(info({ has_seed: false }))).toBe("none");
  });
  it("grow old", () => {
    expect(fileHealth(info({}), 0)).toBe("missing");
    expect(fileHealth(info({ backed_up_at: 0 }), 10)).toBe("good");
    expect(fileHealth(info({ backed_up_at: 0 }), 100 * 86_400)).toBe("due");
  });
});

describe("coins", () => {
  it("share one area when they are many", () => {
    const coin = world.coins[0]!;
    const many = Array.from({ length: 500 }, (_, i) => ({ ...coin, outpoint: `t:${i}`, amount: toSats(1_000 + i) }));
    const areas = coinMap(many, 640, 220);
    expect(areas).toHaveLength(MOST_AREAS);
    expect(areas.reduce((sum, area) => sum + area.count, 0)).toBe(500);
  });
});

describe("settings", () => {
  it("refuse a server that others on the way could read or that carries a secret", () => {
    expect(serverFault("https://esplora.example/api")).toBeUndefined();
    expect(serverFault("http://127.0.0.1:8080/api")).toBeUndefined();
    expect(serverFault("http://esplora.example")).toBe("plain");
    expect(serverFault("https://me:pass@esplora.example")).toBe("secret");
    expect(serverFault("ftp://esplora.example")).toBe("form");
    expect(serverFault("esplora")).toBe("form");
  });
});

describe("wallets", () => {
  it("of worthless coins carry a band", () => {
    expect(bandOf("bitcoin")).toBe("none");
    expect(bandOf("regtest")).toBe("practice");
    expect(bandOf("signet")).toBe("test");
  });
  it("get names that are not taken", () => {
    expect(freshName("Satchel", [])).toBe("Satchel");
    expect(freshName("Satchel", ["Satchel", "Satchel 2"])).toBe("Satchel 3");
  });
});

describe("the keyboard", () => {
  const press = (key: string, part: Partial<KeyboardEvent> = {}) =>
    wishOf({ key, ctrlKey: false, metaKey: false, altKey: false, target: document.body, ...part });
  it("locks from anywhere, and leads nowhere while one writes", () => {
    const field = document.createElement("input");
    expect(press("l", { ctrlKey: true, target: field })).toEqual({ kind: "lock" });
    expect(press("s")).toEqual({ kind: "go", path: "/send" });
    expect(press("s", { target: field })).toBeUndefined();
    expect(press("s", { ctrlKey: true })).toBeUndefined();
    expect(press("?")).toEqual({ kind: "help" });
    expect(press("k", { ctrlKey: true, target: field })).toEqual({ kind: "palette" });
  });
  it("finds commands by the beginnings of words, titles first", () => {
    const command = (title: string, words = ""): Command => ({ id: title, icon: "home", title, words, run: () => undefined });
    const all = [command("Look again", "backend"), command("Backup"), command("Go to Cellar")];
    expect(fitting(all, "ba").map((each) => each.title)).toEqual(["Backup", "Look again"]);
    expect(fitting(all, "to cell").map((each) => each.title)).toEqual(["Go to Cellar"]);
    expect(fitting(all, "ellar")).toEqual([]);
    expect(fitting(all, "")).toHaveLength(3);
    expect(stepped(2, 3, "ArrowDown")).toBe(0);
    expect(stepped(0, 3, "ArrowUp")).toBe(2);
    expect(stepped(0, 0, "ArrowUp")).toBeUndefined();
  });
});

describe("the keychain", () => {
  const status = { name: "Secret Service", presence: "none" as const, set_up: false, fault: null, sensor: null };
  it("is never said to check who is asking where it does not", () => {
    for (const set_up of [true, false]) expect(en[keychainText({ ...status, set_up })]).toContain("does not check who is asking");
    expect(en[keychainText({ ...status, presence: "every_read" })]).not.toContain("does not check");
  });
  it("proves a payment only where it opens the wallet and asks each time", () => {
    expect(provesByPresence(undefined)).toBe(false);
    for (const presence of ["none", "session", "every_read"] as const)
      for (const set_up of [true, false])
        expect(provesByPresence({ ...status, presence, set_up })).toBe(presence === "every_read" && set_up);
  });
  it("that cannot be used says why, and one that is set up can still be removed", () => {
    expect(keychainText({ ...status, fault: "keychain_locked" })).toBe("keychain.locked");
    expect(keychainText({ ...status, fault: "keychain_unavailable" })).toBe("keychain.absent");
    expect(keychainText({ ...status, set_up: true, fault: "keychain_unavailable" })).toBe("keychain.on.none");
    const sensor = { kind: "fingerprint" as const };
    const unavailable = { ...status, fault: "keychain_unavailable" as const };
    for (const fault of ["not_enrolled", "no_passcode", "locked_out"] as const)
      expect(keychainText({ ...unavailable, sensor: { ...sensor, fault } })).toBe(`keychain.sensor.${fault}`);
    for (const fault of ["absent", null] as const)
      expect(keychainText({ ...unavailable, sensor: { ...sensor, fault } })).toBe("keychain.absent");
  });
});

describe("wallets that came back", () => {
  it("are named, one with its kind and several by their names", async () => {
    const one = await makeFakeBackend(scenarioOf(new URLSearchParams("fake=new"))).call("cmd_restore_wallet", {
      request_id: "1",
      name: "Old",
      network: "regtest",
      script_type: null,
    });
    expect(restoredText(one)).toContain("“Old”, Taproot.");
    const [first] = one.wallets;
    const two = { ...one, wallets: [first!, { ...first!, name: "Old (Legacy)" }] };
    expect(restoredText(two)).toContain("2 wallets of the same words: Old, Old (Legacy).");
  });
});
