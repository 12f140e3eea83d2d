import type { AppEvent } from "./types";

export type Listener = (event: AppEvent) => void;

/** Hands each event from Rust to all who listen. `listen` returns how to stop, for `onCleanup`. */
export interface EventHub {
  emit: Listener;
  listen: (listener: Listener) => () => void;
}

export function makeEventHub(): EventHub {
  const listeners = new Set<Listener>();
  return {
    emit: (event) => {
      for (const listener of [...listeners]) listener(event);
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
