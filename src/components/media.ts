import { createSignal, onCleanup, type Accessor } from "solid-js";

/** Whether a media query holds, as it changes. */
export function createMedia(query: string): Accessor<boolean> {
  const list = window.matchMedia(query);
  const [matches, setMatches] = createSignal(list.matches);
  const update = (event: MediaQueryListEvent): void => void setMatches(event.matches);
  list.addEventListener("change", update);
  onCleanup(() => list.removeEventListener("change", update));
  return matches;
}

/** Wide enough for a list with a pane beside it. */
export const WIDE = "(min-width: 70rem)";
