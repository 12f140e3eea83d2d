import { useBeforeLeave, useLocation } from "@solidjs/router";
import { createEffect, on } from "solid-js";

/** Whether two paths are the same screen with another thing in its pane. */
function sameScreen(from: string, to: string): boolean {
  return from.startsWith("/activity") && to.startsWith("/activity");
}

/**
 * Puts a new screen's start in view and hands it the focus, so that keyboards and screen readers begin there. Who comes
 * back from a payment to a list finds it where it was left. `frame` is what the screens stand in: it changes when the vault is
 * locked or opened, and the focus must not be lost with what was there before.
 */
export function useArrival(frame: () => string | undefined): void {
  const location = useLocation();
  const left = new Map<string, number>();
  useBeforeLeave((event) => left.set(event.from.pathname, window.scrollY));
  createEffect(
    on(
      () => [location.pathname, frame()] as const,
      ([path, around], last) => {
        if (last === undefined) return;
        const before = last[0];
        // Told anew, but nothing changed: who is writing must not lose the focus.
        if (path === before && around === last[1]) return;
        const isBack = before.startsWith("/activity/") && !path.startsWith("/activity/");
        const top = isBack ? (left.get(path) ?? 0) : 0;
        const wide = document.querySelector(".activity-list") !== null && document.querySelector(".activity-one") !== null;
        if (sameScreen(before, path) && around === last[1] && wide) return;
        requestAnimationFrame(() => {
          window.scrollTo(0, top);
          const main = document.getElementById("main");
          const at = document.activeElement;
          // Whoever began to write in the frame between keeps what they write in.
          const writes = at !== null && main?.contains(at) === true && at.matches("input, textarea, select");
          if (!writes && document.querySelector("[role=dialog]") === null) main?.focus({ preventScroll: true });
        });
      },
    ),
  );
}
