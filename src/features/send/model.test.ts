import { describe, expect, it } from "vitest";
import type { Draft, FeeEstimates } from "../../ipc/types";
import { toSats } from "../../lib/sats";
import { makeSendFlow } from "./flow";
import { cautionsOf, feeShare, feeSteps, feeY, rateOf, waitOf, wantedOf } from "./model";

const ESTIMATES: FeeEstimates = {
  fast: 18.4,
  normal: 9.2,
  slow: 2.1,
  targets: [
    { blocks: 2, fee_rate: 18.4 },
    { blocks: 6, fee_rate: 9.2 },
    { blocks: 144, fee_rate: 2.1 },
  ],
  source: "host:1",
  at: 0,
};

function draftOf(part: Partial<Draft>): Draft {
  return {
    id: "d",
    wallet_id: "w",
    purpose: "payment",
    replaces_txid: null,
    state: "open",
    txid: null,
    recipients: [],
    amount: toSats(100_000),
    change: null,
    fee: toSats(500),
    total: toSats(100_500),
    fee_rate: 3,
    vsize: 154,
    inputs: 1,
    label: null,
    created_at: 0,
    prepared_on: null,
    rivals: [],
    ...part,
  };
}

describe("what a person wants to pay", () => {
  it("is never zero by accident", () => {
    expect(wantedOf("", "btc", false, null)).toEqual({ kind: "fault", fault: "empty" });
    expect(wantedOf("abc", "btc", false, null)).toEqual({ kind: "fault", fault: "form" });
    expect(wantedOf("0", "sats", false, null)).toEqual({ kind: "fault", fault: "zero" });
  });

  it("is held against what can be spent, where that is known", () => {
    expect(wantedOf("101", "sats", false, toSats(100))).toEqual({ kind: "fault", fault: "over" });
    expect(wantedOf("101", "sats", false, null)).toEqual({ kind: "amount", amount: 101 });
    expect(wantedOf("nonsense", "sats", true, toSats(0))).toEqual({ kind: "all" });
  });
});

describe("fee choices", () => {
  it("take the estimate, or what was typed", () => {
    expect(rateOf("fast", "", ESTIMATES)).toBe(18.4);
    expect(rateOf("custom", "1.5", ESTIMATES)).toBe(1.5);
    expect(rateOf("custom", "1,5", ESTIMATES)).toBeUndefined();
    expect(rateOf("normal", "", undefined)).toBeUndefined();
  });

  it("know how long a rate waits", () => {
    expect(waitOf(20, ESTIMATES)).toBe(2);
    expect(waitOf(9.2, ESTIMATES)).toBe(6);
    expect(waitOf(1, ESTIMATES)).toBeUndefined();
  });

  it("are drawn as steps, or not at all", () => {
    const drawn = feeSteps(ESTIMATES, 320, 44);
    expect(drawn?.line).toMatch(/^M0 [\d.]+H.*H320$/);
    expect(drawn?.area).toBe(`${drawn?.line}V44H0Z`);
    expect(Number(feeY(ESTIMATES, 1, 44))).toBeLessThan(Number(feeY(ESTIMATES, 144, 44)));
    expect(drawn?.line).toContain(`V${feeY(ESTIMATES, 144, 44)}`);
    expect(feeSteps({ ...ESTIMATES, targets: [] }, 320, 44)).toBeUndefined();
    const flat = ESTIMATES.targets.map((target) => ({ ...target, fee_rate: 1 }));
    expect(feeSteps({ ...ESTIMATES, targets: flat }, 320, 44)).toBeUndefined();
  });
});

describe("what should be seen before sending", () => {
  it("is a fee above a tenth of the amount", () => {
    expect(cautionsOf(draftOf({}), ESTIMATES, false)).toEqual([]);
    expect(cautionsOf(draftOf({ amount: toSats(4_000), fee: toSats(500) }), ESTIMATES, false)).toEqual(["fee_share"]);
  });

  it("is a rate far above the fastest, and an own address", () => {
    expect(cautionsOf(draftOf({ fee_rate: 60 }), ESTIMATES, true)).toEqual(["fee_rate", "own_address"]);
    expect(cautionsOf(draftOf({ fee_rate: 60 }), undefined, false)).toEqual([]);
  });

  it("is the share of the fee in tenths of a percent", () => {
    expect(feeShare(draftOf({}))).toBe(5);
    expect(feeShare(draftOf({ amount: toSats(0) }))).toBeUndefined();
  });
});

describe("the flow", () => {
  it("keeps the id of an intent until a word changes", () => {
    const flow = makeSendFlow(() => "btc");
    const first = flow.intent.id();
    expect(flow.intent.id()).toBe(first);
    flow.say({ amount: "0.1" });
    expect(flow.intent.id()).not.toBe(first);
  });

  it("writes the same amount in the other unit, and leaves alone what is none", () => {
    const flow = makeSendFlow(() => "btc");
    flow.say({ amount: "0.5" });
    flow.switchUnit();
    expect(flow.said().amount).toBe("50000000");
    expect(flow.said().unit).toBe("sats");
    flow.say({ amount: "x" });
    flow.switchUnit();
    expect(flow.said().amount).toBe("x");
  });

  it("takes amount and name of the payee, and forgets all on a new start", () => {
    const flow = makeSendFlow(() => "btc");
    flow.takeTarget({ address: "bc1q", amount: toSats(1_000), label: "Mira", message: null, mine: false, contact: null, paid_before: false, network: "bitcoin" });
    expect(flow.said()).toMatchObject({ amount: "0.00001", label: "Mira" });
    flow.restart(["t:0"]);
    expect(flow.said()).toMatchObject({ amount: "", label: "", target: undefined, coins: ["t:0"] });
  });
});
