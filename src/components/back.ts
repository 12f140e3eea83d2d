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
/** Where the screen is that the page shows; nothing while no page is there. */
let shown: (() => string) | undefined;
/** The screen was put back, of which the router need not hear. */
let putBack = false;

/**
 * Puts a layer on top. A phone's way back leaves the program where its history has nothing behind, so the first screen gets an
 * entry before it as soon as something lies over it.
 */
export function pushLayer(layer: Layer): () => void {
  if (shown !== undefined && depth() <= root) window.history.pushState({ ...entry(), _depth: depth() + 1 }, "", window.location.href);
  layers.push(layer);
  return () => {
    const at = layers.indexOf(layer);
    if (at !== -1) layers.splice(at, 1);
  };
}

const isHere = (): boolean => shown?.() === (window.location.hash.slice(1) || "/");

/**
 * Somebody went along the history: the page itself only adds to it, which tells nobody. The screen gets an entry anew where one
 * landed. To go forward again by a step would not do: web views pass over entries on the way back that no finger made.
 */
function onPop(): void {
  const top = layers.at(-1);
  // An entry that was never seen is no way back: a new one, such as of an address that was typed.
  if (entry()._depth === undefined || shown === undefined || top === undefined) return;
  if (!isHere()) {
    window.history.pushState({ _depth: depth() + 1 }, "", `#${shown()}`);
    putBack = true;
  }
  top.back();
}

function onHash(event: Event): void {
  if (putBack && isHere()) event.stopImmediatePropagation();
  putBack = false;
}

// Before the router listens.
window.addEventListener("popstate", onPop, true);
window.addEventListener("hashchange", onHash, true);

/** Has the way back close what lies on top of the screen, which is at `path`, before it leaves the screen. */
export function useBack(path: () => string): void {
  root = depth();
  shown = path;
  onCleanup(() => {
    shown = undefined;
    putBack = false;
  });
}
