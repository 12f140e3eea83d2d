import type { Imported, RecoverStep, WalletSummary } from "../../ipc/types";

/** What became of a wallet that was found: new here, here and wiser, here and as before. */
export type Came = "added" | "merged" | "unchanged";

/** All that was found, new ones first. */
export function foundOf(found: Imported): { wallet: WalletSummary; came: Came }[] {
  return (["added", "merged", "unchanged"] as const).flatMap((came) => found[came].map((wallet) => ({ wallet, came })));
}

/** How far fetching is, from 0 to 1; nothing while that is not known. */
export function shareOf(step: RecoverStep): number | undefined {
  return step.step === "fetching" && step.of > 0 ? Math.min(1, step.done / step.of) : undefined;
}

/** Steps at which this window waits for another one, or for the system. */
export function asksElsewhere(step: RecoverStep): "place" | "opening" | "adding" | undefined {
  switch (step.step) {
    case "asking":
      return "place";
    case "opening":
      return "opening";
    case "adding":
      return "adding";
    case "listing":
    case "fetching":
      return undefined;
  }
}
