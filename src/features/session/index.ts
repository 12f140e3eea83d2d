export { makeSession, DEFAULT_SETTINGS, type Session } from "./session";
export { SessionProvider, useSession } from "./context";
export { useLock, useSettings, useUnlock } from "./acts";
