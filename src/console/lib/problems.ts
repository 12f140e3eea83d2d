import type { NodeHealth, NodeProblem, NodeProblemKind } from "../ipc/types";

/** What can be done about a problem from within this page. */
export function remedyOf(kind: NodeProblemKind): "connection" | "none" {
  return ["not_set", "unreachable", "no_proxy", "unauthorized", "no_cookie", "bad_answer", "other_chain"].includes(kind) ? "connection" : "none";
}

/** How the line is shown: by the worst that is known. */
export type LineState = "unset" | "unknown" | "up" | "troubled" | "down";

export function lineStateOf(health: NodeHealth | undefined): LineState {
  if (!health) return "unknown";
  switch (health.line) {
    case "not_set":
      return "unset";
    case "unknown":
      return "unknown";
    case "down":
      return "down";
    case "up":
      return health.problems.some((problem) => problem.serious) ? "troubled" : "up";
  }
}

/** Problems to be told above a view: all but that no node is set, which is a view of its own. */
export function toldProblems(health: NodeHealth | undefined): NodeProblem[] {
  return (health?.problems ?? []).filter((problem) => problem.kind !== "not_set");
}
