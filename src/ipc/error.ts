import type { Code as WireCode } from "../../gen/bindings";

/** Codes from Rust, and two of the page's own: a call the permissions refuse, and an answer of no known form. */
export type Code = WireCode | "forbidden" | "unknown";

/** What every failed call rejects with. */
export class IpcError extends Error {
  override readonly name = "IpcError";
  readonly code: Code;
  /** Whether the same request may succeed later as it is. */
  readonly retry: boolean;

  constructor(code: Code, message: string, retry = false) {
    super(message);
    this.code = code;
    this.retry = retry;
  }
}

/** Tauri refuses a call that no capability grants with a plain string, not with our error. */
const DENIED = /not allowed|denied|forbidden|not found\b.*\bcommand|\bcommand\b.*\bnot found|acl|capabilit/i;

function isWireError(value: unknown): value is { code: WireCode; message: string; retry?: boolean } {
  if (typeof value !== "object" || value === null) return false;
  const error = value as Record<string, unknown>;
  return typeof error["code"] === "string" && typeof error["message"] === "string";
}

/** Makes one kind of error of whatever a call threw. */
export function toIpcError(thrown: unknown): IpcError {
  if (thrown instanceof IpcError) return thrown;
  if (isWireError(thrown)) return new IpcError(thrown.code, thrown.message, thrown.retry === true);
  if (typeof thrown === "string") return new IpcError(DENIED.test(thrown) ? "forbidden" : "unknown", thrown);
  return new IpcError("unknown", thrown instanceof Error ? thrown.message : "no reason was given");
}

/** Whether an error is of this code. */
export function hasCode(error: unknown, ...codes: Code[]): boolean {
  return error instanceof IpcError && codes.includes(error.code);
}
