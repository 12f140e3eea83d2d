import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { afterEach, describe, expect, it } from "vitest";
import { hasCode } from "./error";
import { inTauri, makeTauriBackend } from "./tauri";
import type { AppEvent } from "./types";

afterEach(() => clearMocks());

describe("the real backend", () => {
  it("sends the request as it is and hands out the answer", async () => {
    const seen: unknown[] = [];
    mockIPC((command, args) => {
      seen.push([command, args]);
      return [];
    });
    expect(inTauri()).toBe(true);
    await expect(makeTauriBackend().call("cmd_list_drafts", { wallet_id: "w" })).resolves.toEqual([]);
    expect(seen).toEqual([["cmd_list_drafts", { req: { wallet_id: "w" } }]]);
  });

  it("calls commands without a request", async () => {
    mockIPC((command) => command === "cmd_unlock_wallet");
    await expect(makeTauriBackend().call("cmd_unlock_wallet", null)).resolves.toBe(true);
  });

  it("rejects with one kind of error, whatever came", async () => {
    mockIPC((command) => {
      // What Tauri rejects with is what Rust or its permissions said, not an Error.
      // eslint-disable-next-line @typescript-eslint/only-throw-error
      if (command === "cmd_lock_wallet") throw "cmd_lock_wallet not allowed. Permissions associated with this command: x";
      // eslint-disable-next-line @typescript-eslint/only-throw-error
      throw { code: "not_enough", message: "too little", retry: false };
    });
    const backend = makeTauriBackend();
    const failure = async (call: Promise<unknown>): Promise<unknown> => call.then(() => undefined, (error: unknown) => error);
    expect(hasCode(await failure(backend.call("cmd_lock_wallet")), "forbidden")).toBe(true);
    expect(hasCode(await failure(backend.call("cmd_send_transaction", { draft_id: "d" })), "not_enough")).toBe(true);
  });

  it("listens through the channel it hands over", async () => {
    const events: AppEvent[] = [];
    mockIPC((command, args) => {
      expect(command).toBe("cmd_frontend_ready");
      const channel = (args as { events: { onmessage: (event: AppEvent) => void } }).events;
      channel.onmessage({ type: "locked" });
      return { version: "0.1.0", vault: "none", selected: null, sandbox: null, settings: { unit: "btc", theme: "system", auto_lock_minutes: 15 } };
    });
    const snapshot = await makeTauriBackend().ready((event) => events.push(event));
    expect(snapshot.vault).toBe("none");
    expect(events).toEqual([{ type: "locked" }]);
  });

  it("hands on the steps of a command that tells them, and its answer or its error", async () => {
    const steps: unknown[] = [];
    let fails = false;
    mockIPC((command, args) => {
      expect(command).toBe("cmd_host_pairing");
      const { req, steps: channel } = args as { req: unknown; steps: { onmessage: (step: unknown) => void } };
      expect(req).toEqual({ request_id: "r", give_keys: false });
      channel.onmessage({ step: "adding" });
      // What Rust rejects with is its error, not an Error.
      // eslint-disable-next-line @typescript-eslint/only-throw-error
      if (fails) throw { code: "pairing_over", message: "too late", retry: false };
      return { device_id: "d" };
    });
    const follow = () => makeTauriBackend().follow("cmd_host_pairing", { request_id: "r", give_keys: false }, (step) => steps.push(step));
    await expect(follow()).resolves.toEqual({ device_id: "d" });
    expect(steps).toEqual([{ step: "adding" }]);
    fails = true;
    const error = await follow().then(() => undefined, (thrown: unknown) => thrown);
    expect(hasCode(error, "pairing_over")).toBe(true);
  });

  it("never throws when a fault of the page cannot be told", async () => {
    mockIPC(() => Promise.reject(new Error("gone")));
    makeTauriBackend().report({ kind: "error", message: "x" });
    await Promise.resolve();
  });
});
