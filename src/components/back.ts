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
/** The entry of the screen is about to be put back. */
let restoring = false;

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

/** Somebody went along the history: the page itself only adds to it, which tells nobody. */
function onPop(): void {
  const top = layers.at(-1);
  // An entry that was never seen is no way back: a new one, such as of an address that was typed.
  const isNew = entry()._depth === undefined;
  if (restoring && (isNew || !isHere())) restoring = false;
  if (restoring || isNew || shown === undefined || top === undefined) return;
  const left = !isHere();
  top.back();
  if (!left) return;
  restoring = true;
  window.history.go(1);
}

/** Keeps the router from following what is put back. It knows by the depth of an entry too, which browsers stop counting at some fifty. */
function onHash(event: Event): void {
  if (!restoring) return;
  event.stopImmediatePropagation();
  if (isHere()) restoring = false;
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
    restoring = false;
  });
}
