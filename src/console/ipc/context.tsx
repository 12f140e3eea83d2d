import { createContext, useContext, type ParentProps } from "solid-js";
import type { EventHub } from "../../ipc/events";
import type { ConsoleBackend } from "./backend";
import type { ConsoleEvent } from "./types";

interface Line {
  backend: ConsoleBackend;
  hub: EventHub<ConsoleEvent>;
}
const LineContext = createContext<Line>();

/** Gives the backend and its events to everything inside. */
export function LineProvider(props: ParentProps<Line>) {
  // What is provided does not change while the page lives.
  // eslint-disable-next-line solid/reactivity
  return <LineContext.Provider value={{ backend: props.backend, hub: props.hub }}>{props.children}</LineContext.Provider>;
}

function useLine(): Line {
  const line = useContext(LineContext);
  if (!line) throw new Error("the console's backend is used outside LineProvider");
  return line;
}

export const useBackend = (): ConsoleBackend => useLine().backend;
export const useHub = (): EventHub<ConsoleEvent> => useLine().hub;
