import type { LabelsPreview } from "../../ipc/types";

/** A line of the summary: what, and how many. */
export interface Line {
  key: "add" | "same" | "differ" | "lock" | "unknown" | "other_wallets" | "passed";
  count: number;
}

/** What taking a file in would do, in the order in which it matters; what is zero is left out. */
export function linesOf(preview: LabelsPreview): Line[] {
  const { would } = preview;
  const all: Line[] = [
    { key: "add", count: would.added },
    { key: "differ", count: would.kept },
    { key: "same", count: would.unchanged },
    { key: "lock", count: would.locked },
    { key: "unknown", count: preview.unknown },
    { key: "other_wallets", count: would.of_other_wallets },
    { key: "passed", count: would.passed_over_count },
  ];
  return all.filter((line) => line.count > 0);
}

/** Whether there is anything to take in. */
export function changes(preview: LabelsPreview): boolean {
  return preview.would.added + preview.would.kept + preview.would.locked > 0;
}
