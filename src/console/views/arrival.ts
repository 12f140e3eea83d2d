import { useBeforeLeave, useLocation } from "@solidjs/router";
import { createEffect, on } from "solid-js";

/** Lists that one comes back to from one of their lines. */
const LISTS: readonly string[] = ["/blocks", "/mempool", "/wallets"];

/**
 * Puts a new view's start in sight and hands it the focus, so that keyboards and screen readers begin there. Who comes
 * back to a list finds it where it was left.
 */
export function useArrival(): void {
  const location = useLocation();
  const left = new Map<string, number>();
  useBeforeLeave((event) => left.set(event.from.pathname, window.scrollY));
  createEffect(
    on(
      () => location.pathname,
      (path, before) => {
        if (before === undefined || path === before) return;
        const isBack = LISTS.includes(path) && !LISTS.includes(before) && /^\/(block|tx|address)\//.test(before);
        const top = isBack ? (left.get(path) ?? 0) : 0;
        requestAnimationFrame(() => {
          window.scrollTo(0, top);
          const writes = document.activeElement?.matches("input, textarea, select") ?? false;
          if (!writes && document.querySelector("[role=dialog]") === null) document.getElementById("main")?.focus({ preventScroll: true });
        });
      },
    ),
  );
}
