import { useNavigate } from "@solidjs/router";
import { onCleanup, onMount } from "solid-js";

/** Single keys that lead somewhere; not while one writes. */
const GO: Readonly<Record<string, string>> = { o: "/", b: "/blocks", m: "/mempool", w: "/wallets", g: "/mine", c: "/connection" };

function writes(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** Listens to the keyboard while the shell stands. */
export function useConsoleKeys(acts: { search: () => void; help: () => void }): void {
  const navigate = useNavigate();
  const press = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey || writes(event.target)) return;
    // An open sheet has the keyboard.
    if (document.querySelector("[role=dialog]") !== null) return;
    const path = GO[event.key];
    if (event.key === "/") acts.search();
    else if (event.key === "?") acts.help();
    else if (path !== undefined) navigate(path);
    else return;
    event.preventDefault();
  };
  onMount(() => window.addEventListener("keydown", press));
  onCleanup(() => window.removeEventListener("keydown", press));
}
