import { fireEvent, render, screen, waitFor } from "@solidjs/testing-library";
import { describe, expect, it } from "vitest";
import { App } from "./app";
import { textOf } from "./features/scan/model";
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

/** A camera that answers no, for ever or this once. */
function refuses(state: PermissionState): () => void {
  const all = { mediaDevices: navigator.mediaDevices, permissions: navigator.permissions };
  const put = (key: string, value: unknown) => Object.defineProperty(navigator, key, { configurable: true, value });
  put("mediaDevices", { enumerateDevices: () => Promise.resolve([]), getUserMedia: () => Promise.reject(new DOMException("", "NotAllowedError")) });
  put("permissions", { query: () => Promise.resolve({ state }) });
  return () => {
    put("mediaDevices", all.mediaDevices);
    put("permissions", all.permissions);
  };
}

describe("a camera that is not given", () => {
  it("is asked for again where the answer was no this once, and leads to the settings of a phone where it was no for ever", async () => {
    const back = refuses("prompt");
    try {
      open("handset,scanner_fails,barred", "/send");
      (await byId(TESTID.scanOpen)).click();
      await waitFor(() => expect(screen.getByTestId(TESTID.scanBlind).dataset["why"]).toBe("barred"));
      expect(screen.getByTestId(TESTID.scanSettings)).toBeTruthy();
    } finally {
      back();
    }
  });

  it("opens the settings when it is pressed, and looks again for who comes back with leave to", async () => {
    const back = refuses("prompt");
    try {
      const backend = open("handset,barred", "/send");
      (await byId(TESTID.scanOpen)).click();
      (await byId(TESTID.scanSettings)).click();
      await waitFor(() => expect(calls(backend, "cmd_open_app_settings")).toHaveLength(1));
      backend.scenario.barred = false;
      document.dispatchEvent(new Event("visibilitychange"));
      await waitFor(() => expect(screen.getByTestId(TESTID.scanBlind).dataset["why"]).toBe("denied"));
    } finally {
      back();
    }
  });

  it("says where to go on a desktop, which has no such button", async () => {
    const back = refuses("denied");
    try {
      open("ready", "/send");
      (await byId(TESTID.scanOpen)).click();
      await waitFor(() => expect(screen.getByTestId(TESTID.scanBlind).dataset["why"]).toBe("barred"));
      expect(screen.queryByTestId(TESTID.scanSettings)).toBeNull();
      await screen.findByText(/privacy settings of this computer/);
    } finally {
      back();
    }
  });
});

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

  it("watches the wallet of a descriptor, by a name and a network of its owner's", async () => {
    const backend = open("ready,sees_descriptor", "/send");
    (await byId(TESTID.scanOpen)).click();
    await byId(TESTID.scanBlind);
    (await byId(TESTID.scanFile)).click();
    expect((await byId(TESTID.watch)).textContent).toContain("73c5da0a");
    // It says its kind itself.
    expect(screen.queryByTestId(TESTID.watchKind)).toBeNull();
    (await byId(TESTID.watchSubmit)).click();
    expect(calls(backend, "cmd_watch_scanned")).toHaveLength(0);
    fireEvent.input(screen.getByTestId(TESTID.watchName), { target: { value: " Cold " } });
    (await byId(TESTID.watchSubmit)).click();
    await waitFor(() => expect(calls(backend, "cmd_watch_scanned")).toHaveLength(1));
    // On the sandbox's own chain, unless another one is chosen.
    expect(calls(backend, "cmd_watch_scanned")[0]?.request[0]).toMatchObject({ name: "Cold", network: "regtest", script_type: null });
    await waitFor(() => expect(window.location.hash).toBe("#/"));
  });

  it("asks for the kind where a key does not say it", async () => {
    const backend = open("ready,sees_account_key", "/send");
    (await byId(TESTID.scanOpen)).click();
    await byId(TESTID.scanBlind);
    (await byId(TESTID.scanFile)).click();
    await byId(TESTID.watchKind);
    expect(screen.queryByTestId(TESTID.watchNetwork)).toBeNull();
    fireEvent.input(screen.getByTestId(TESTID.watchName), { target: { value: "Cold" } });
    (await byId(TESTID.watchSubmit)).click();
    await waitFor(() => expect(calls(backend, "cmd_watch_scanned")[0]?.request[0]).toMatchObject({ network: "bitcoin", script_type: "segwit" }));
    // It leads away from here, and not in the middle of the next test.
    await waitFor(() => expect(window.location.hash).toBe("#/"));
  });

  it("leads a server's address to its field, which is filled in and not saved", async () => {
    const backend = open("ready,sees_server", "/send");
    (await byId(TESTID.scanOpen)).click();
    await byId(TESTID.scanBlind);
    (await byId(TESTID.scanFile)).click();
    (await byId(TESTID.scanServer)).click();
    await waitFor(() => expect(window.location.hash).toBe("#/settings"));
    await waitFor(() => expect(screen.getByTestId<HTMLInputElement>(TESTID.backendUrl).value).toBe("https://esplora.example.org/api"));
    expect(calls(backend, "cmd_set_backend")).toHaveLength(0);
    (await byId(TESTID.backendSave)).click();
    await waitFor(() => expect(calls(backend, "cmd_set_backend")).toHaveLength(1));
  });

  it("leads nowhere with a server's address where there may be no wallet yet", async () => {
    open("new,sees_server", "/existing");
    (await byId(TESTID.scanOpen)).click();
    await byId(TESTID.scanBlind);
    (await byId(TESTID.scanFile)).click();
    await byId(TESTID.scanSeen);
    expect(screen.queryByTestId(TESTID.scanServer)).toBeNull();
  });

  it("says why the wallet of several keys is not watched", () => {
    expect(textOf({ kind: "descriptor", watch: null }, "import").text).toContain("several keys");
  });
});
