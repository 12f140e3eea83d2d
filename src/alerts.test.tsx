import { render, screen, waitFor } from "@solidjs/testing-library";
import { describe, expect, it } from "vitest";
import { App } from "./app";
import { actOf, aboutPayment, named } from "./features/alerts/model";
import { makeFakeBackend, scenarioOf, type FakeBackend } from "./ipc/fake";
import type { Notice } from "./ipc/types";
import { testPlatform } from "./test-platform";
import { TESTID } from "./testids";

const platform = testPlatform();

function open(words: string, path: string): FakeBackend {
  window.location.hash = path;
  const backend = makeFakeBackend({ ...scenarioOf(new URLSearchParams(`fake=${words}`)), latency: 0 });
  render(() => <App backend={backend} platform={platform} />);
  return backend;
}

const calls = (backend: FakeBackend, command: string) => backend.calls.filter((call) => call.command === command);
const text = (): string => document.body.textContent;
const MINE = "d1".repeat(16);

describe("what has to be heard of", () => {
  it("stands on Home until it is put away, of every wallet", async () => {
    const backend = open("clash", "/");
    await screen.findByText("Payment to rent was replaced by Kitchen laptop's payment.");
    expect(screen.getAllByTestId(TESTID.alert)).toHaveLength(1);
    screen.getByTestId(TESTID.alertsMore).click();
    await waitFor(() => expect(screen.getAllByTestId(TESTID.alert)).toHaveLength(3));
    expect(text()).toContain("In Cellar");
    screen.getAllByTestId(TESTID.alertDismiss)[0]?.click();
    await waitFor(() => expect(screen.getAllByTestId(TESTID.alert)).toHaveLength(2));
    expect(text()).not.toContain("Payment to rent was replaced");
    expect(calls(backend, "cmd_dismiss_notice")).toHaveLength(1);
  });

  it("is asked for anew when Rust says that there is more, and is told at once", async () => {
    const backend = open("clash", "/");
    await screen.findAllByTestId(TESTID.alert);
    const before = calls(backend, "cmd_list_notices").length;
    backend.emit({ type: "noticed", what: "address_twice", wallet_id: "w", replaced_by: null });
    await screen.findByText("It stands on Home until you put it away.");
    await waitFor(() => expect(calls(backend, "cmd_list_notices").length).toBeGreaterThan(before));
  });

  it("belongs to the payment that was replaced and to the one that replaced it, in its wallet alone", () => {
    const notice: Notice = {
      id: "n", wallet_id: "w", wallet: "Everyday", kind: "payment_replaced", text: "", txid: "unsigned", replaced_by: "second", address: null, device_id: null, at: 1, dismissed_at: null,
    };
    const about = (wallet: string, txid: string, replaced_by: string | null) => aboutPayment([notice], wallet, { txid, replaced_by }).length;
    expect(about("w", "unsigned", null)).toBe(1);
    expect(about("w", "second", null)).toBe(1);
    // Where inputs have scripts the payment has another id than its unsigned transaction.
    expect(about("w", "first", "second")).toBe(1);
    expect(about("w", "third", null)).toBe(0);
    expect(about("v", "unsigned", null)).toBe(0);
  });

  it("says on Receive which devices may show the address too", async () => {
    open("clash", "/receive");
    await screen.findByText("May also be shown on Kitchen laptop and Phone of Ada");
    await screen.findByText("Two devices showed the same address");
  });
});

describe("a device that was added", () => {
  it("is told on every screen until somebody says that it was meant", async () => {
    const backend = open("added", "/coins");
    await screen.findByTestId(TESTID.newDevice);
    expect(text()).toContain("Tablet was added to your devices by Phone.");
    window.location.hash = "/receive";
    await waitFor(() => expect(screen.getAllByTestId(TESTID.newDevice)).toHaveLength(1));
    screen.getByTestId(TESTID.newDeviceMine).click();
    await waitFor(() => expect(screen.queryByTestId(TESTID.newDevice)).toBeNull());
    expect(calls(backend, "cmd_dismiss_notice")).toHaveLength(1);
  });

  it("that was not meant is removed from there", async () => {
    const backend = open("added", "/");
    (await screen.findByTestId(TESTID.newDeviceRemove)).click();
    (await screen.findByTestId(TESTID.deviceRemoveConfirm)).click();
    await waitFor(() => expect(calls(backend, "cmd_remove_device")).toHaveLength(1));
    expect(calls(backend, "cmd_remove_device")[0]?.request[0]).toMatchObject({ device_id: "ad".repeat(16) });
  });

  it("is removed elsewhere if this device does not decide who belongs", async () => {
    open("added_guest", "/");
    (await screen.findByTestId(TESTID.newDeviceSee)).click();
    await waitFor(() => expect(window.location.hash).toBe("#/devices"));
    expect(screen.queryByTestId(TESTID.newDeviceRemove)).toBeNull();
  });
});

describe("what was brought back", () => {
  it("says that it is older than the wallet, and what to do about it", async () => {
    open("older", "/");
    await screen.findByText("Brought back from an older copy");
    expect(text()).toContain("7 addresses were used since then");
  });
});

describe("two payments of the same coins", () => {
  it("are both shown, and neither is sent before a choice", async () => {
    const backend = open("clash", `/send/review/${MINE}`);
    const rivals = await screen.findAllByTestId(TESTID.rival);
    expect(rivals.map((rival) => rival.dataset["stage"])).toEqual(["signed", "sent"]);
    expect(text()).toContain("Payment of Kitchen laptop");
    expect(screen.queryByTestId(TESTID.sendButton)).toBeNull();
    expect(calls(backend, "cmd_send_transaction")).toHaveLength(0);
  });

  it("one of another device is dropped only when that was said twice", async () => {
    const backend = open("clash", `/send/review/${MINE}`);
    (await screen.findAllByTestId(TESTID.rivalAct))[0]?.click();
    const confirm = await screen.findByTestId(TESTID.rivalDropConfirm);
    expect(text()).toContain("whoever has its bytes could still send it");
    expect(calls(backend, "cmd_cancel_transaction")).toHaveLength(0);
    confirm.click();
    await waitFor(() => expect(screen.getAllByTestId(TESTID.rival)).toHaveLength(1));
    expect(calls(backend, "cmd_cancel_transaction")[0]?.request[0]).toMatchObject({ txid: null });
  });

  it("this one takes other coins, and the draft goes when the new one is there", async () => {
    const backend = open("clash", `/send/review/${MINE}`);
    (await screen.findByTestId(TESTID.rivalOtherCoins)).click();
    const amount = await screen.findByTestId<HTMLInputElement>(TESTID.sendAmount);
    expect(amount.value).toBe("0.0425");
    (await screen.findByTestId(TESTID.sendNext)).click();
    await waitFor(() => expect(calls(backend, "cmd_create_draft")).toHaveLength(1));
    expect(calls(backend, "cmd_create_draft")[0]?.request[0]).toMatchObject({ replaces: MINE, coins: null, label: "Rent, December", fee_rate: 9.2 });
  });

  it("are told apart by how far the other one is", () => {
    const rival = { txid: "t", devices: [], coins: [] };
    expect(actOf({ ...rival, stage: "sent", draft_id: "d" })).toBe("see");
    expect(actOf({ ...rival, stage: "reserved", draft_id: "d" })).toBe("drop");
    expect(actOf({ ...rival, stage: "signed", draft_id: null })).toBeUndefined();
    expect(named(["Laptop", "Phone", "Desk"], "and")).toBe("Laptop, Phone and Desk");
    expect(named([], "and")).toBe("");
  });
});

describe("a coin that another device keeps", () => {
  it("cannot be chosen, and says who keeps it", async () => {
    open("clash", "/coins");
    await waitFor(() => expect(screen.getAllByText("Kept by Kitchen laptop").length).toBeGreaterThan(0));
  });
});
