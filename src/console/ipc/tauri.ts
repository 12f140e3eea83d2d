import { Channel, invoke } from "@tauri-apps/api/core";
import { toIpcError } from "../../ipc/error";
import type { Answer, Command, ConsoleBackend } from "./backend";
import type { ConsoleEvent, ConsoleSnapshot } from "./types";

async function ask<T>(command: string, request?: Record<string, unknown>): Promise<T> {
  try {
    return await invoke<T>(command, request);
  } catch (thrown) {
    throw toIpcError(thrown);
  }
}

/** The real backend. */
export function makeTauriBackend(): ConsoleBackend {
  let channel: Channel<ConsoleEvent> | undefined;
  const deaf = (): void => {
    if (channel) channel.onmessage = () => undefined;
    channel = undefined;
  };
  return {
    ready(onEvent) {
      deaf();
      channel = new Channel<ConsoleEvent>();
      channel.onmessage = onEvent;
      return ask<ConsoleSnapshot>("cmd_console_ready", { events: channel });
    },
    deaf,
    call: <C extends Command>(command: C, ...request: unknown[]) =>
      ask<Answer<C>>(command, request.length === 0 ? undefined : { req: request[0] }),
    report(req) {
      // Nobody to tell when telling fails.
      invoke("cmd_report_console_error", { req }).catch(() => undefined);
    },
  };
}

/** Whether this page runs in the app's own window. */
export function inTauri(): boolean {
  return "__TAURI_INTERNALS__" in globalThis;
}
