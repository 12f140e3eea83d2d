import type { IconName } from "../../components/icon";

/** Something the palette leads to or does. */
export interface Command {
  id: string;
  icon: IconName;
  title: string;
  /** Said more quietly beside it. */
  note?: string;
  /** Other words under which it is found. */
  words?: string;
  run: () => void;
}

/** How many fit without scrolling for long. */
const MOST = 12;

/** How well a command fits what was typed: each word must begin one of its words. Nothing when it does not. */
export function fitOf(command: Pick<Command, "title" | "note" | "words">, typed: string): number | undefined {
  const asked = typed.toLocaleLowerCase().split(/\s+/).filter((word) => word !== "");
  const title = command.title.toLocaleLowerCase();
  const all = `${title} ${command.note ?? ""} ${command.words ?? ""}`.toLocaleLowerCase().split(/[\s,;:·]+/);
  if (!asked.every((word) => all.some((each) => each.startsWith(word)))) return undefined;
  const first = asked[0];
  return first !== undefined && title.startsWith(first) ? 1 : 0;
}

/** Commands that fit, the best first; their own order otherwise. */
export function fitting(commands: readonly Command[], typed: string): Command[] {
  return commands
    .flatMap((command) => {
      const fit = fitOf(command, typed);
      return fit === undefined ? [] : [{ command, fit }];
    })
    .sort((a, b) => b.fit - a.fit)
    .slice(0, MOST)
    .map(({ command }) => command);
}

/** The next place in a list of `count` after a key, around its ends. */
export function stepped(at: number, count: number, key: string): number | undefined {
  if (count === 0) return undefined;
  switch (key) {
    case "ArrowDown":
      return (at + 1) % count;
    case "ArrowUp":
      return (at - 1 + count) % count;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}
