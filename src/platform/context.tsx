import { createContext, createSignal, onCleanup, useContext, type Accessor, type ParentProps } from "solid-js";
import type { Platform } from "./platform";

interface PlatformValue extends Platform {
  /** The time in seconds, moving every fifteen of them: for "12 minutes ago". */
  clock: Accessor<number>;
}

const PlatformContext = createContext<PlatformValue>();
const TICK = 15_000;

export function PlatformProvider(props: ParentProps<{ platform: Platform }>) {
  // A platform does not change while the page lives.
  // eslint-disable-next-line solid/reactivity
  const platform = props.platform;
  const [clock, setClock] = createSignal(platform.now());
  const timer = setInterval(() => setClock(platform.now()), TICK);
  onCleanup(() => clearInterval(timer));
  return <PlatformContext.Provider value={{ ...platform, clock }}>{props.children}</PlatformContext.Provider>;
}

export function usePlatform(): PlatformValue {
  const platform = useContext(PlatformContext);
  if (!platform) throw new Error("usePlatform is called outside PlatformProvider");
  return platform;
}
