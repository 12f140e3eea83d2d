import { describe, expect, it } from "vitest";
import { hasCode, IpcError, toIpcError } from "./error";
import { bindingName } from "./tauri";

describe("what a failed call becomes", () => {
  it("keeps a typed error as it is", () => {
    const error = toIpcError({ code: "not_enough", message: "too little", retry: false });
    expect(error).toBeInstanceOf(IpcError);
    expect(error.code).toBe("not_enough");
    expect(toIpcError(error)).toBe(error);
    expect(toIpcError({ code: "unreachable", message: "x", retry: true }).retry).toBe(true);
  });

  it("takes a plain string about permissions as forbidden", () => {
    for (const text of [
      "cmd_lock_wallet not allowed. Permissions associated with this command: allow-cmd-lock-wallet",
      "Command cmd_export_wallet not found",
      "cmd_get_balance not allowed on window \"sealed\", webview \"sealed\"",
    ]) {
      expect(toIpcError(text).code).toBe("forbidden");
    }
  });

  it("calls everything else unknown, without guessing", () => {
    expect(toIpcError("the pipe broke").code).toBe("unknown");
    expect(toIpcError(new Error("boom")).message).toBe("boom");
    expect(toIpcError(undefined).code).toBe("unknown");
    expect(toIpcError({ code: 7 }).code).toBe("unknown");
  });

  it("is matched by code, never by text", () => {
    expect(hasCode(new IpcError("declined", "no"), "declined", "cancelled")).toBe(true);
    expect(hasCode(new Error("declined"), "declined")).toBe(false);
  });
});

it("names generated functions as the generator does", () => {
  expect(bindingName("cmd_get_balance")).toBe("cmdGetBalance");
  expect(bindingName("cmd_make_qr")).toBe("cmdMakeQr");
});
