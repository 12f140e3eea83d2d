import type { QueryClient } from "@tanstack/solid-query";
import type { IpcError } from "../ipc/error";
import type { Tag } from "../ipc/types";
import { makeMirror, markStale } from "./mirror";
import { keysOfTags, staleAfter, type CommandName } from "./tags";

export interface ClientHooks {
  /** The session's own tags went stale: it is no cached answer, so it is asked for anew by the session. */
  onSessionStale: () => Promise<void>;
  /** A mutation failed whose screen does not show why. */
  onFailure: (error: IpcError) => void;
}

/** Marks all answers under these tags as stale; those on screen are fetched again at once. */
export function applyTags(client: QueryClient, tags: readonly Tag[]): void {
  markStale(client, keysOfTags(tags));
}

/** Makes the cache of the wallet's page. */
export function makeQueryClient(hooks: ClientHooks): QueryClient {
  const client: QueryClient = makeMirror({
    // Awaited by the mutation: what it does when it is done sees the session as it is then.
    onSettled: async (command) => {
      const tags = staleAfter(command as CommandName);
      applyTags(client, tags);
      if (tags.includes("session")) await hooks.onSessionStale();
    },
    onFailure: hooks.onFailure,
  });
  return client;
}

/** Forgets every answer. */
export function forgetAll(client: QueryClient): void {
  client.clear();
}
