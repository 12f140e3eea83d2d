import { MutationCache, QueryClient } from "@tanstack/solid-query";
import { toIpcError, type IpcError } from "../ipc/error";

/** A command's name, of whichever page. */
export type CommandLike = `cmd_${string}`;

declare module "@tanstack/solid-query" {
  interface Register {
    queryKey: readonly [command: CommandLike, ...asked: unknown[]];
    mutationMeta: MutationMeta;
  }
}

/** What a mutation says about itself. */
export interface MutationMeta extends Record<string, unknown> {
  /** The command it calls; what that makes stale is declared in Rust. */
  command: CommandLike;
  /** Whether its screen shows the error itself, so that no toast is needed. */
  quiet?: boolean;
}

/** Marks all answers of these commands as stale; those on screen are fetched again at once. */
export function markStale(client: QueryClient, keys: readonly (readonly [CommandLike])[]): void {
  for (const queryKey of keys) void client.invalidateQueries({ queryKey });
}

export interface MirrorHooks {
  /** A command ended, well or not: what it makes stale is told here. Awaited by the mutation. */
  onSettled: (command: CommandLike) => Promise<void> | void;
  /** A mutation failed whose screen does not show why. */
  onFailure: (error: IpcError) => void;
}

/**
 * Rust owns the truth and the cache mirrors it: nothing is retried or refetched by guess, and each answer stays until a
 * tag says otherwise. A call that failed may have done its work, so its tags are applied all the same.
 */
export function makeMirror(hooks: MirrorHooks): QueryClient {
  const mutationCache = new MutationCache({
    onSuccess: (_data, _variables, _context, mutation) => (mutation.meta ? hooks.onSettled(mutation.meta.command) : undefined),
    onError: async (error, _variables, _context, mutation) => {
      if (!mutation.meta) return;
      await hooks.onSettled(mutation.meta.command);
      if (!mutation.meta.quiet) hooks.onFailure(toIpcError(error));
    },
  });
  return new QueryClient({
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
}
