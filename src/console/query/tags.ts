import type { QueryClient } from "@tanstack/solid-query";
import { markStale } from "../../query/mirror";
import { consoleTags, type ConsoleCommandName } from "../ipc/tags";
import type { ConsoleEvent, ConsoleTag } from "../ipc/types";

const COMMANDS = Object.keys(consoleTags) as ConsoleCommandName[];
const provides = (command: ConsoleCommandName): readonly ConsoleTag[] => consoleTags[command].provides;

/** Which commands' answers these tags are about, as key prefixes, each once. */
export function keysOfTags(tags: readonly ConsoleTag[]): (readonly [ConsoleCommandName])[] {
  return COMMANDS.filter((command) => provides(command).some((tag) => tags.includes(tag))).map((command) => [command] as const);
}

/** What a command makes stale. */
export function staleAfter(command: ConsoleCommandName): readonly ConsoleTag[] {
  return consoleTags[command].invalidates;
}

/** Marks all answers under these tags as stale; those on screen are fetched again at once. */
export function applyTags(client: QueryClient, tags: readonly ConsoleTag[]): void {
  markStale(client, keysOfTags(tags));
}

/** Everything that a node answers. What is set here stays. */
const NODE: readonly ConsoleTag[] = ["chain", "blocks", "mempool", "transactions", "node_wallets", "health"];

/**
 * What an event from Rust makes stale. A new block or transaction is followed by a `stale` that names what changed; a
 * lost line changes what is known of the health alone, and one that is back makes every old picture worth a question.
 */
export function tagsOfEvent(event: ConsoleEvent): readonly ConsoleTag[] {
  switch (event.type) {
    case "stale":
      return event.tags;
    case "connection_lost":
      return ["health"];
    case "connection_restored":
      return NODE;
    case "new_block":
    case "new_transactions":
      return [];
  }
}
