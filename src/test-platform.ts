import type { Platform } from "./platform/platform";

/** The platform of a page under test: it copies, has nothing to paste, and ticks for nobody. */
export function testPlatform(own: Partial<Platform> = {}): Platform {
  return {
    copy: () => Promise.resolve(true),
    paste: () => Promise.resolve(undefined),
    tick: () => undefined,
    isApple: false,
    now: () => Math.floor(Date.now() / 1000),
    ...own,
  };
}
