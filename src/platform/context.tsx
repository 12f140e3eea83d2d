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
  const look = () => setClock(platform.now());
  const timer = setInterval(look, TICK);
  // While nobody looks a page may stand still: whoever comes back sees the right age at once.
  document.addEventListener("visibilitychange", look);
  onCleanup(() => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", look);
  });
  return <PlatformContext.Provider value={{ ...platform, clock }}>{props.children}</PlatformContext.Provider>;
}

export function usePlatform(): PlatformValue {
  const platform = useContext(PlatformContext);
  if (!platform) throw new Error("usePlatform is called outside PlatformProvider");
  return platform;
}
