import { onCleanup } from "solid-js";

/** Something that lies over the screen, and that the way back closes before it leaves the screen. */
interface Layer {
  /** Closes it, unless something else has to be answered first. */
  back: () => void;
}

/** What lies over the screen, the topmost last. */
const layers: Layer[] = [];

/** How deep an entry of the history is: what the router writes into each. */
interface Entry {
  _depth?: number;
}
const entry = (): Entry => (window.history.state as Entry | null) ?? {};
const depth = (): number => entry()._depth ?? 0;
/** How deep it was when the page began. */
let root = depth();

/**
 * Puts a layer on top. A phone's way back leaves the program where its history has nothing behind, so the first screen gets an
 * entry before it as soon as something lies over it.
 */
export function pushLayer(layer: Layer): () => void {
  if (depth() <= root) window.history.pushState({ ...entry(), _depth: depth() + 1 }, "", window.location.href);
  layers.push(layer);
  return () => {
    const at = layers.indexOf(layer);
    if (at !== -1) layers.splice(at, 1);
  };
}

/** Closes what lies on top; false: nothing lies over the screen. */
export function backFromLayer(): boolean {
  const top = layers.at(-1);
  top?.back();
  return top !== undefined;
}

/**
 * Has the way back close what lies on top of the first screen: that it went back to an entry of the same screen is told by nobody
 * else. `path` is where the screen is. Deeper down the router tells.
 */
export function useBackAtRoot(path: () => string): void {
  root = depth();
  const onPop = (): void => {
    if (depth() === root && (window.location.hash.slice(1) || "/") === path()) backFromLayer();
  };
  window.addEventListener("popstate", onPop);
  onCleanup(() => window.removeEventListener("popstate", onPop));
}
