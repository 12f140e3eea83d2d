import { Channel, invoke } from "@tauri-apps/api/core";
import { commands, type AppEvent as WireEvent } from "../../gen/bindings";
import type { Answer, Backend, Carrying, Command, Followed, FollowedAnswer, Steps } from "./backend";
import { toIpcError } from "./error";
import type { AppEvent, ScanStep, Snapshot } from "./types";

type Outcome = { status: "ok"; data: unknown } | { status: "error"; error: unknown };

/** `cmd_get_balance` is `cmdGetBalance` in the generated file. */
export function bindingName(command: string): string {
  return command.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Bytes as text, for web views that hand no bodies on. */
function base64(bytes: Uint8Array): string {
  const PART = 0x8000;
  let text = "";
  for (let at = 0; at < bytes.length; at += PART) text += String.fromCharCode(...bytes.subarray(at, at + PART));
  return btoa(text);
}

async function unwrap(outcome: Promise<Outcome>): Promise<unknown> {
  let settled: Outcome;
  try {
    settled = await outcome;
  } catch (thrown) {
    throw toIpcError(thrown);
  }
  if (settled.status === "error") throw toIpcError(settled.error);
  return settled.data;
}

/** The real backend. */
export function makeTauriBackend(): Backend {
  const table = commands as unknown as Readonly<Record<string, (...args: unknown[]) => Promise<Outcome>>>;
  return {
    async ready(onEvent) {
      const channel = new Channel<WireEvent>();
      // The same event; only its amounts are branded.
      channel.onmessage = (event) => onEvent(event as AppEvent);
      return (await unwrap(commands.cmdFrontendReady(channel))) as Snapshot;
    },
    async call<C extends Command>(command: C, ...request: unknown[]) {
      const run = table[bindingName(command)];
      if (!run) throw toIpcError(`command ${command} not found`);
      return (await unwrap(run(...request))) as Answer<C>;
    },
    async follow<C extends Followed>(command: C, request: unknown, onStep: (step: Steps[C]) => void) {
      const run = table[bindingName(command)];
      if (!run) throw toIpcError(`command ${command} not found`);
      const channel = new Channel<Steps[C]>();
      channel.onmessage = onStep;
      return (await unwrap(run(request, channel))) as FollowedAnswer<C>;
    },
    async send(command: Carrying, bytes: Uint8Array) {
      // Android's web view would make a list of numbers of them.
      const body = /Android/.test(navigator.userAgent) ? { bytes: base64(bytes) } : bytes;
      try {
        return await invoke<ScanStep>(command, body);
      } catch (thrown) {
        throw toIpcError(thrown);
      }
    },
    report(error) {
      // Nobody to tell when telling fails.
      commands.cmdReportPageError(error).catch(() => undefined);
    },
  };
}

/** Whether this page runs in the app's own window. */
export function inTauri(): boolean {
  return "__TAURI_INTERNALS__" in globalThis;
}
