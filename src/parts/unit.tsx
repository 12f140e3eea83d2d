import { createContext, createMemo, useContext, type Accessor, type ParentProps } from "solid-js";
import type { Unit } from "../lib/format-sats";

const UnitContext = createContext<Accessor<Unit>>();

/** Says to every amount inside how it is written. */
export function UnitProvider(props: ParentProps<{ unit: Unit }>) {
  const unit = createMemo(() => props.unit);
  return <UnitContext.Provider value={unit}>{props.children}</UnitContext.Provider>;
}

export function useUnit(): Accessor<Unit> {
  const unit = useContext(UnitContext);
  if (!unit) throw new Error("useUnit is called outside UnitProvider");
  return unit;
}
