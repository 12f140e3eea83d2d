import { createContext, useContext, type ParentProps } from "solid-js";
import type { Backend } from "./backend";

const BackendContext = createContext<Backend>();

/** Gives the backend to everything inside. */
export function BackendProvider(props: ParentProps<{ backend: Backend }>) {
  // What is provided does not change while the page lives.
  // eslint-disable-next-line solid/reactivity
  return <BackendContext.Provider value={props.backend}>{props.children}</BackendContext.Provider>;
}

export function useBackend(): Backend {
  const backend = useContext(BackendContext);
  if (!backend) throw new Error("useBackend is called outside BackendProvider");
  return backend;
}
