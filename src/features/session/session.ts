import { createSignal, onCleanup, type Accessor } from "solid-js";
import type { Backend } from "../../ipc/backend";
import { toIpcError, type IpcError } from "../../ipc/error";
import type { EventHub } from "../../ipc/events";
import type { Settings, Snapshot, VaultState } from "../../ipc/types";

export const DEFAULT_SETTINGS: Settings = { unit: "btc", theme: "system", auto_lock_minutes: 15, out_of_sight: "after_a_minute" };

/** Whether the vault is open, and what the page has to know before anything else. */
export interface Session {
  snapshot: Accessor<Snapshot | undefined>;
  /** Why the first word with Rust failed. */
  error: Accessor<IpcError | undefined>;
  vault: Accessor<VaultState | undefined>;
  settings: Accessor<Settings>;
  /** Says to Rust that the page listens, and takes what it answers. */
  start: () => Promise<void>;
  keepSettings: (settings: Settings) => void;
}

/**
 * Makes the session. It is no cached answer, because it outlives the cache: on lock everything is forgotten, and this
 * is what says so.
 */
export function makeSession(backend: Backend, hub: EventHub, onLocked: () => void): Session {
  const [snapshot, setSnapshot] = createSignal<Snapshot>();
  const [error, setError] = createSignal<IpcError>();

  const lock = (): void => {
    // First the screens go, then what they showed: nothing asks again while it is taken away.
    setSnapshot((was) => (was ? { ...was, vault: "locked", selected: null } : was));
    onLocked();
  };
  const start = async (): Promise<void> => {
    try {
      const was = snapshot()?.vault;
      const is = await backend.ready(hub.emit);
      setError(undefined);
      setSnapshot(is);
      if (was === "open" && is.vault !== "open") onLocked();
    } catch (thrown) {
      setError(toIpcError(thrown));
    }
  };
  onCleanup(
    // Called when an event comes, and reads the state as it is then.
    // eslint-disable-next-line solid/reactivity
    hub.listen((event) => {
      if (event.type === "locked") lock();
      else if (event.type === "unlocked") void start();
      else if (event.type === "stale" && event.tags.some((tag) => tag === "session" || tag === "settings")) void start();
    }),
  );

  return {
    snapshot,
    error,
    vault: () => snapshot()?.vault,
    settings: () => snapshot()?.settings ?? DEFAULT_SETTINGS,
    start,
    keepSettings: (settings) => void setSnapshot((was) => (was ? { ...was, settings } : was)),
  };
}
