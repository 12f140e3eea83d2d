import { useBeforeLeave, useLocation } from "@solidjs/router";
import { createEffect, on } from "solid-js";

/** Whether two paths are the same screen with another thing in its pane. */
function sameScreen(from: string, to: string): boolean {
  return from.startsWith("/activity") && to.startsWith("/activity");
}

/**
 * Puts a new screen's start in view and hands it the focus, so that keyboards and screen readers begin there. Who comes
 * back from a payment to a list finds it where it was left.
 */
export function useArrival(): void {
  const location = useLocation();
  const left = new Map<string, number>();
  useBeforeLeave((event) => left.set(event.from.pathname, window.scrollY));
  createEffect(
    on(
      () => location.pathname,
      (path, before) => {
        if (before === undefined) return;
        const isBack = before.startsWith("/activity/") && !path.startsWith("/activity/");
        const top = isBack ? (left.get(path) ?? 0) : 0;
        const wide = document.querySelector(".activity-list") !== null && document.querySelector(".activity-one") !== null;
        if (sameScreen(before, path) && wide) return;
        requestAnimationFrame(() => {
          window.scrollTo(0, top);
          if (document.querySelector("[role=dialog]") === null) document.getElementById("main")?.focus({ preventScroll: true });
        });
      },
    ),
  );
}
