import type { Platform } from "./platform";

/** Copies by selecting, for web views whose clipboard interface is closed to pages. */
function copyBySelection(text: string): boolean {
  const field = document.createElement("textarea");
  field.value = text;
  field.readOnly = true;
  field.className = "offscreen";
  document.body.append(field);
  const focused = document.activeElement;
  field.select();
  // The only way where the asynchronous interface is refused.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  const copied = document.execCommand("copy");
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}

/** Long enough to be felt, in milliseconds. */
const TICK = 18;

/** The platform as any web view offers it. */
export function makeBrowserPlatform(): Platform {
  return {
    async copy(text) {
      try {
        await navigator.clipboard.writeText(text);
        return true;
      } catch {
        return copyBySelection(text);
      }
    },
    async paste() {
      try {
        return await navigator.clipboard.readText();
      } catch {
        return undefined;
      }
    },
    tick() {
      if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
      // Absent on desktops and on Apple's systems, whatever the types say.
      (navigator as Partial<Navigator>).vibrate?.(TICK);
    },
    isApple: /Mac|iPhone|iPad/.test(navigator.userAgent),
    now: () => Math.floor(Date.now() / 1000),
  };
}
