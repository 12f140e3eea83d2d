import { createContext, useContext, type Accessor } from "solid-js";

/** Which frame the screens stand in. */
export type Gate = "outside" | "locked" | "shell";

export const GateContext = createContext<Accessor<Gate>>();

export function useGate(): Accessor<Gate> {
  const gate = useContext(GateContext);
  if (!gate) throw new Error("useGate is called outside the lock gate");
  return gate;
}
