/** What differs between desktop, phone and browser for the page. */
export interface Platform {
  /** Puts text on the clipboard; false when the system refused. Never called with a secret. */
  copy: (text: string) => Promise<boolean>;
  /** Reads text from the clipboard; nothing when the system does not let a page do that. */
  paste: () => Promise<string | undefined>;
  /** Lets the device be felt for a moment, where it can and its owner's settings allow it: something was read. */
  tick: () => void;
  /** Whether the keyboard's main modifier is Command. */
  isApple: boolean;
  /** Seconds since 1970. */
  now: () => number;
}
