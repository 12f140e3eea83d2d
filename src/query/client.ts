import { MutationCache, QueryClient } from "@tanstack/solid-query";
import { toIpcError, type IpcError } from "../ipc/error";
import type { Tag } from "../ipc/types";
import type { MutationMeta } from "./keys";
import { keysOfTags, staleAfter } from "./tags";

export interface ClientHooks {
  /** The session's own tags went stale: it is no cached answer, so it is asked for anew by the session. */
  onSessionStale: () => Promise<void>;
  /** A mutation failed whose screen does not show why. */
  onFailure: (error: IpcError) => void;
}

/** Marks all answers under these tags as stale; those on screen are fetched again at once. */
export function applyTags(client: QueryClient, tags: readonly Tag[]): void {
  for (const queryKey of keysOfTags(tags)) void client.invalidateQueries({ queryKey });
}

/**
 * Rust owns the truth and the cache mirrors it: nothing is retried or refetched by guess, and each answer stays until a
 * tag says otherwise. A call that failed may have done its work, so its tags are applied all the same.
 */
export function makeQueryClient(hooks: ClientHooks): QueryClient {
  // Awaited by the mutation: what it does when it is done sees the session as it is then.
  const settle = async (meta: MutationMeta | undefined): Promise<void> => {
    if (!meta) return;
    const tags = staleAfter(meta.command);
    applyTags(client, tags);
    if (tags.includes("session")) await hooks.onSessionStale();
  };
  const mutationCache = new MutationCache({
    onSuccess: (_data, _variables, _context, mutation) => settle(mutation.meta),
    onError: async (error, _variables, _context, mutation) => {
      await settle(mutation.meta);
      if (mutation.meta && !mutation.meta.quiet) hooks.onFailure(toIpcError(error));
    },
  });
  const client: QueryClient = new QueryClient({
    mutationCache,
    defaultOptions: {
      queries: {
        retry: false,
        staleTime: Infinity,
        gcTime: 5 * 60_000,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        // The server may be away, but Rust is always there.
        networkMode: "always",
      },
      mutations: { retry: false, networkMode: "always" },
    },
  });
  return client;
}

/** Forgets every answer. */
export function forgetAll(client: QueryClient): void {
  client.clear();
}
