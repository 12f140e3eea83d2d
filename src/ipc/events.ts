import type { AppEvent } from "./types";

export type Listener<E = AppEvent> = (event: E) => void;

/** Hands each event from Rust to all who listen. `listen` returns how to stop, for `onCleanup`. */
export interface EventHub<E = AppEvent> {
  emit: Listener<E>;
  listen: (listener: Listener<E>) => () => void;
  /** How many listen. */
  count: () => number;
}

export function makeEventHub<E = AppEvent>(): EventHub<E> {
  const listeners = new Set<Listener<E>>();
  return {
    emit: (event) => {
      for (const listener of [...listeners]) listener(event);
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    count: () => listeners.size,
  };
}
