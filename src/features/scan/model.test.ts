import { describe, expect, it } from "vitest";
import type { ScanStep } from "../../ipc/types";
import { blindness, frameBody, greyOf, imageBody } from "./camera";
import { afterFrame, afterGiven, PATIENCE, textOf } from "./model";

const unknown: ScanStep = { step: "seen", seen: { kind: "unknown" } };

describe("what a step leads to", () => {
  it("passes over what is not known until it was held there for a while", () => {
    expect(afterFrame(unknown, 0)).toBeUndefined();
    expect(afterFrame(unknown, PATIENCE)).toEqual({ at: "seen", seen: { kind: "unknown" } });
    expect(afterFrame({ step: "refused", why: "several" }, 0)).toBeUndefined();
    expect(afterFrame({ step: "refused", why: "damaged" }, 0)).toEqual({ at: "refused", why: "damaged" });
  });
  it("tells at once what somebody gave, and nothing of nothing", () => {
    expect(afterGiven(unknown)).toEqual({ at: "seen", seen: { kind: "unknown" } });
    expect(afterGiven({ step: "nothing" })).toBeUndefined();
    expect(afterGiven({ step: "gathering", have: 1, need: 3 })).toEqual({ at: "gathering", have: 1, need: 3 });
  });
});

describe("what can be done with it", () => {
  const pairing = { kind: "pairing", code: "SATCHELPAIR1QQQ" } as const;
  it("is offered where it belongs and nowhere else", () => {
    expect(textOf(pairing, "join").use).toBeDefined();
    expect(textOf(pairing, "send").use).toBeUndefined();
    expect(textOf({ kind: "sealed_only" }, "send")).toMatchObject({ tone: "danger", use: undefined });
  });
});

describe("frames", () => {
  it("are grey, with their size before them", () => {
    const grey = greyOf(new Uint8ClampedArray([255, 255, 255, 255, 0, 0, 0, 255]), 2, 1);
    expect([...grey.luma]).toEqual([255, 0]);
    expect([...frameBody(258, grey)]).toEqual([2, 1, 0, 0, 2, 0, 1, 0, 255, 0]);
    expect([...imageBody(1, new Uint8Array([7]))]).toEqual([1, 0, 0, 0, 7]);
  });
  it("do not come for reasons that are told apart", () => {
    expect(blindness(new DOMException("", "NotAllowedError"))).toBe("denied");
    expect(blindness(new DOMException("", "OverconstrainedError"))).toBe("none");
    expect(blindness(new DOMException("", "NotReadableError"))).toBe("busy");
    expect(blindness(undefined)).toBe("failed");
  });
});
