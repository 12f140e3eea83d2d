import type { CommandName } from "../../gen/cache-tags";

/**
 * A cached answer is known by the command that gave it and by what was asked. The first part is what tags are about,
 * so that no second table has to be kept.
 */
export type AppKey = readonly [command: CommandName, ...asked: unknown[]];

/** The key of a command's answer. */
export function keyOf<const Asked extends unknown[]>(command: CommandName, ...asked: Asked) {
  return [command, ...asked] as const;
}

declare module "@tanstack/solid-query" {
  interface Register {
    queryKey: AppKey;
    mutationMeta: MutationMeta;
  }
}

/** What a mutation says about itself. */
export interface MutationMeta extends Record<string, unknown> {
  /** The command it calls; what that makes stale is declared in Rust. */
  command: CommandName;
  /** Whether its screen shows the error itself, so that no toast is needed. */
  quiet?: boolean;
}
