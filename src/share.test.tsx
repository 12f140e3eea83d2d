import { render, screen, waitFor } from "@solidjs/testing-library";
import { describe, expect, it } from "vitest";
import { App } from "./app";
import { makeFakeBackend, scenarioOf, type FakeBackend } from "./ipc/fake";
import { testPlatform } from "./test-platform";
import { TESTID } from "./testids";

const platform = testPlatform();

function open(words: string, path: string): FakeBackend {
  window.location.hash = path;
  const backend = makeFakeBackend({ ...scenarioOf(new URLSearchParams(`fake=${words}`)), latency: 0 });
  render(() => <App backend={backend} platform={platform} />);
  return backend;
}

const byId = (id: string): Promise<HTMLElement> => screen.findByTestId(id);
const handed = (backend: FakeBackend) => backend.calls.filter((call) => call.command === "cmd_hand_over").map((call) => call.request[0]);

describe("sharing by the system's own sheet", () => {
  it("hands over an address, and the payment link once an amount is asked for", async () => {
    const backend = open("ready,handset", "/receive");
    const share = await byId(TESTID.addressShare);
    share.click();
    const address = (await byId(TESTID.address)).dataset.address ?? "";
    await waitFor(() => expect(handed(backend)).toEqual([{ kind: "text", text: address }]));
    screen.getByRole("button", { name: "Ask for an amount" }).click();
    const field = (await byId(TESTID.requestAmount)) as HTMLInputElement;
    field.value = "0.001";
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    await waitFor(() => expect(share.getAttribute("aria-label")).toBe("Share: Payment link"));
    await waitFor(() => expect((share as HTMLButtonElement).disabled).toBe(false));
    share.click();
    await waitFor(() => expect(handed(backend)[1]).toEqual({ kind: "text", text: `bitcoin:${address}?amount=0.001` }));
  });

  it("hands over a draft for another wallet to sign, by its name alone", async () => {
    const backend = open("ready,handset,linked", "/");
    await byId(TESTID.sendAmount);
    await waitFor(() => expect(screen.getAllByTestId(TESTID.feeChoice)).toHaveLength(4));
    (await byId(TESTID.sendNext)).click();
    (await byId(TESTID.showShare)).click();
    const draft = backend.world.drafts[0]?.id;
    expect(draft).toBeDefined();
    await waitFor(() => expect(handed(backend)).toEqual([{ kind: "draft", draft_id: draft }]));
  });

  it("is not offered where there is no sheet", async () => {
    open("ready", "/receive");
    await byId(TESTID.addressCopy);
    expect(screen.queryByTestId(TESTID.addressShare)).toBeNull();
  });
});
