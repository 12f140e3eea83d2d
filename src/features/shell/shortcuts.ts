import { useNavigate } from "@solidjs/router";
import { onCleanup, onMount } from "solid-js";
import { useSync } from "../sync";

/** Single keys that lead somewhere; not while one writes. */
export const GO: Readonly<Record<string, string>> = {
  h: "/",
  s: "/send",
  r: "/receive",
  c: "/coins",
  a: "/activity",
  b: "/backup",
  ",": "/settings",
};

function writes(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLElement && target.isContentEditable)
  );
}

/** What a key press asks for. */
export type Wish = { kind: "lock" } | { kind: "help" } | { kind: "palette" } | { kind: "sync" } | { kind: "go"; path: string } | undefined;

export function wishOf(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "target">): Wish {
  const main = event.ctrlKey || event.metaKey;
  if (main && !event.altKey && event.key.toLowerCase() === "l") return { kind: "lock" };
  if (main && !event.altKey && event.key.toLowerCase() === "k") return { kind: "palette" };
  if (main || event.altKey || writes(event.target)) return undefined;
  if (event.key === "?") return { kind: "help" };
  if (event.key === "u") return { kind: "sync" };
  const path = GO[event.key];
  return path === undefined ? undefined : { kind: "go", path };
}

/** Listens to the keyboard while the shell stands. */
export function useShortcuts(acts: { lock: () => void; help: () => void; palette: () => void }): void {
  const navigate = useNavigate();
  const sync = useSync();
  const press = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.repeat) return;
    const wish = wishOf(event);
    // An open sheet or menu has the keyboard; locking goes through it all the same.
    if (!wish || (wish.kind !== "lock" && document.querySelector("[role=dialog],[role=menu]") !== null)) return;
    event.preventDefault();
    if (wish.kind === "lock") acts.lock();
    else if (wish.kind === "help") acts.help();
    else if (wish.kind === "palette") acts.palette();
    else if (wish.kind === "sync") sync.start();
    else navigate(wish.path);
  };
  onMount(() => window.addEventListener("keydown", press));
  onCleanup(() => window.removeEventListener("keydown", press));
}
