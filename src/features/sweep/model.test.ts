import { describe, expect, it } from "vitest";
import type { Sweep } from "../../ipc/types";
import { paymentOf, shownStep, standingOf, STEPS, sweepFor } from "./model";

describe("the steps of moving coins", () => {
  it("has each done before what is due, and none where the keys are elsewhere", () => {
    expect(STEPS.map((step) => standingOf(step, "begin"))).toEqual(["now", "later", "later", "later", "later"]);
    expect(STEPS.map((step) => standingOf(step, "wait"))).toEqual(["done", "done", "done", "now", "later"]);
    expect(STEPS.map((step) => standingOf(step, "elsewhere"))).toEqual(["later", "later", "later", "later", "later"]);
  });

  it("shows preparing and sending as one", () => {
    expect(shownStep("send")).toBe("draft");
    expect(standingOf("draft", "send")).toBe("now");
  });

  it("counts payments where there is more than one", () => {
    const of = (sent: number, left: number) => paymentOf({ payments: { sent, confirmed: 0, left } });
    expect(of(0, 1)).toBeUndefined();
    expect(of(1, 0)).toBeUndefined();
    expect(of(0, 3)).toEqual({ number: 1, all: 3 });
    expect(of(2, 1)).toEqual({ number: 3, all: 3 });
    expect(of(3, 0)).toEqual({ number: 3, all: 3 });
  });

  it("shows the wallet that was asked for, else the first", () => {
    const sweeps = ["a", "b"].map((wallet_id) => ({ wallet_id }) as Sweep);
    expect(sweepFor(sweeps, "b")?.wallet_id).toBe("b");
    expect(sweepFor(sweeps, "c")?.wallet_id).toBe("a");
    expect(sweepFor([], "a")).toBeUndefined();
  });
});
