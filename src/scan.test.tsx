import { render, screen, waitFor } from "@solidjs/testing-library";
import { describe, expect, it } from "vitest";
import { App } from "./app";
import { makeFakeBackend, scenarioOf, type FakeBackend } from "./ipc/fake";
import type { Platform } from "./platform/platform";
import { TESTID } from "./testids";

const platform: Platform = {
  copy: () => Promise.resolve(true),
  paste: () => Promise.resolve(undefined),
  isApple: false,
  now: () => Math.floor(Date.now() / 1000),
};

function open(words: string, path: string): FakeBackend {
  window.location.hash = path;
  const backend = makeFakeBackend({ ...scenarioOf(new URLSearchParams(`fake=${words}`)), latency: 0 });
  render(() => <App backend={backend} platform={platform} />);
  return backend;
}

const byId = (id: string): Promise<HTMLElement> => screen.findByTestId(id);
const calls = (backend: FakeBackend, command: string) => backend.calls.filter((call) => call.command === command);

// This world has no camera: a picture is what is left, which is what it is for.
describe("scanning", () => {
  it("says what it saw first, and then fills address, amount and label and nothing more", async () => {
    const backend = open("ready", "/send");
    (await byId(TESTID.scanOpen)).click();
    expect((await byId(TESTID.scanBlind)).dataset["why"]).toBe("none");
    (await byId(TESTID.scanFile)).click();
    expect((await byId(TESTID.scanSeen)).dataset["kind"]).toBe("payment");
    expect(screen.queryByTestId(TESTID.sendAmount)).toBeNull();
    (await byId(TESTID.scanUse)).click();
    expect(((await byId(TESTID.sendAmount)) as HTMLInputElement).value).toBe("0.0425");
    expect(calls(backend, "cmd_create_draft")).toHaveLength(0);
    await waitFor(() => expect(calls(backend, "cmd_close_scan")).toHaveLength(1));
  });

  it("offers no use of what belongs elsewhere, and none of what nobody should scan", async () => {
    open("sees_sealed_only", "/send");
    (await byId(TESTID.scanOpen)).click();
    await byId(TESTID.scanBlind);
    (await byId(TESTID.scanPaste)).click();
    expect((await byId(TESTID.scanSeen)).dataset["kind"]).toBe("sealed_only");
    expect(screen.queryByTestId(TESTID.scanUse)).toBeNull();
  });

  it("reads a wallet file in that was before the camera, with a passphrase that is typed elsewhere", async () => {
    const backend = open("new,sees_wallet_file", "/existing");
    (await byId(TESTID.scanOpen)).click();
    await byId(TESTID.scanBlind);
    (await byId(TESTID.scanFile)).click();
    expect((await byId(TESTID.scanSeen)).dataset["kind"]).toBe("wallet_file");
    expect(calls(backend, "cmd_import_scanned")).toHaveLength(0);
    (await byId(TESTID.scanImport)).click();
    await waitFor(() => expect(calls(backend, "cmd_import_scanned")).toHaveLength(1));
    await waitFor(() => expect(window.location.hash).not.toBe("#/existing"));
  });

  it("puts the code of another device into its field and does not join by itself", async () => {
    const backend = open("new,sees_pairing", "/join");
    (await byId(TESTID.scanOpen)).click();
    await byId(TESTID.scanBlind);
    (await byId(TESTID.scanFile)).click();
    (await byId(TESTID.scanUse)).click();
    await waitFor(() => expect(screen.getByTestId<HTMLTextAreaElement>(TESTID.joinCode).value).toMatch(/^SATCHELPAIR1/));
    expect(calls(backend, "cmd_join_pairing")).toHaveLength(0);
  });
});
