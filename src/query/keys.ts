import type { CommandName } from "../../gen/cache-tags";

export type { CommandName };

/**
 * A cached answer is known by the command that gave it and by what was asked. The first part is what tags are about,
 * so that no second table has to be kept.
 */
export type AppKey = readonly [command: CommandName, ...asked: unknown[]];

/** The key of a command's answer. */
export function keyOf<const Asked extends unknown[]>(command: CommandName, ...asked: Asked) {
  return [command, ...asked] as const;
}
