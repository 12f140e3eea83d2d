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
const calls = (backend: FakeBackend, command: string) => backend.calls.filter((call) => call.command === command);
const offer = (backend: FakeBackend, text: string): void => {
  backend.world.link = { number: 7, text };
  backend.emit({ type: "link_waiting" });
};
const ADDRESS = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";

describe("a payment link that another program opened", () => {
  it("fills the amount that it asks for, and does nothing more", async () => {
    const backend = open("ready,linked", "/");
    expect(((await byId(TESTID.sendAmount)) as HTMLInputElement).value).toBe("0.0425");
    await waitFor(() => expect(backend.world.link).toBeNull());
    for (const command of ["cmd_create_draft", "cmd_sign_transaction", "cmd_send_transaction"]) {
      expect(calls(backend, command)).toHaveLength(0);
    }
  });

  it("waits while it is locked", async () => {
    const backend = open("locked,linked", "/");
    await byId(TESTID.unlock);
    expect(calls(backend, "cmd_get_link")).toHaveLength(0);
    expect(backend.world.link).not.toBeNull();
  });

  it("stands on the screen when it cannot be paid, with the reason", async () => {
    const backend = open("ready", "/receive");
    await waitFor(() => expect(calls(backend, "cmd_get_link")).toHaveLength(1));
    offer(backend, "bitcoin:bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4");
    expect((await byId(TESTID.sendTo) as HTMLTextAreaElement).value).toBe("bitcoin:bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4");
    await byId("toast");
    expect(screen.queryByTestId(TESTID.sendAmount)).toBeNull();
  });

  it("takes the place of a payment in the making only when its owner says so", async () => {
    const backend = open("ready", "/send");
    const field = (await byId(TESTID.sendTo)) as HTMLTextAreaElement;
    field.value = ADDRESS;
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    offer(backend, `bitcoin:${ADDRESS}?amount=0.001`);
    const toast = await byId("toast");
    expect(field.value).toBe(ADDRESS);
    expect(calls(backend, "cmd_dismiss_link")).toHaveLength(0);
    toast.querySelector<HTMLButtonElement>(".toast-action")?.click();
    expect(((await byId(TESTID.sendAmount)) as HTMLInputElement).value).toBe("0.001");
  });
});
