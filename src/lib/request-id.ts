/** Makes the id of one intent: 128 random bits in hex. Sent twice, it acts once. */
export function makeRequestId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** One intent of a person, which may be sent more than once until it came through. */
export interface Intent {
  /** The same id until `done`. */
  id: () => string;
  /** The intent came through or was dropped: the next `id` is a new one. */
  done: () => void;
}

export function makeIntent(): Intent {
  let current: string | undefined;
  return {
    id: () => (current ??= makeRequestId()),
    done: () => {
      current = undefined;
    },
  };
}
