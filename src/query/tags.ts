import { commandTags, type CommandName, type CommandTags } from "../../gen/cache-tags";
import type { Tag } from "../ipc/types";

export type { CommandName };

const TABLE: Readonly<Record<CommandName, CommandTags>> = commandTags;

/** Which commands' answers a tag is about, as key prefixes. */
export function keysOfTag(tag: Tag): (readonly [CommandName])[] {
  return (Object.keys(TABLE) as CommandName[])
    .filter((command) => TABLE[command].provides.includes(tag))
    .map((command) => [command] as const);
}

/** Key prefixes of several tags, each once. */
export function keysOfTags(tags: readonly Tag[]): (readonly [CommandName])[] {
  const commands = new Set(tags.flatMap((tag) => keysOfTag(tag).map(([command]) => command)));
  return [...commands].map((command) => [command] as const);
}

/** What a command makes stale. */
export function staleAfter(command: CommandName): readonly Tag[] {
  return TABLE[command].invalidates;
}
