import type { Steps } from "../backend";
import { IpcError } from "../error";
import type { Code, Imported, NewPlace, WalletSummary } from "../types";
import type { Scenario } from "./scenario";
import type { World } from "./world";

type Step = Steps["cmd_recover_circle"];

/** Failures that a word of the scenario asks for, as Rust tells them. */
const FAULTS: Partial<Record<NonNullable<Scenario["recovering"]>, [Code, string, boolean]>> = {
  wrong_words: ["bad_words", "these words do not open what is here", false],
  nothing: ["nothing_left", "there is nothing here that devices left for each other", false],
  denied: ["place_denied", "cloud.example.org refuses access", false],
  untrusted: ["place_untrusted", "cloud.example.org cannot prove that it is itself: its certificate is not known or not valid", false],
  several: ["several_circles", "objects of several circles lie here; choose the folder of one", false],
  broken: ["place_broken", "cloud.example.org gave an answer that cannot be right: its list is too long", false],
};

/** Bringing back what lost devices left. */
export function makeFakeRecovery(scenario: Scenario, world: World, hands: { wait: (ms: number) => Promise<void>; openBare: () => void; bringBack: () => WalletSummary }) {
  let stop: (() => void) | undefined;
  const recover = async (place: NewPlace, onStep: (step: Step) => void): Promise<Imported> => {
    const stopped = new Promise<never>((_, reject) => {
      stop = () => reject(new IpcError("cancelled", "You closed the window. Nothing was done."));
    });
    // Nobody may be waiting when it is stopped.
    stopped.catch(() => undefined);
    const at = async (step: Step): Promise<void> => {
      onStep(step);
      await Promise.race([stopped, scenario.recovering === step.step ? new Promise(() => undefined) : hands.wait(scenario.latency)]);
    };
    await at({ step: "asking" });
    if (place.kind !== "folder") {
      await at({ step: "listing" });
      if (!scenario.online) throw new IpcError("place_unreachable", "cloud.example.org does not answer", true);
      const fault = scenario.recovering === undefined ? undefined : FAULTS[scenario.recovering];
      if (fault && scenario.recovering !== "wrong_words") throw new IpcError(...fault);
      await at({ step: "fetching", done: 128, of: 412 });
    }
    await at({ step: "opening" });
    const fault = FAULTS.wrong_words;
    if (fault && scenario.recovering === "wrong_words") throw new IpcError(...fault);
    await at({ step: "adding" });
    hands.openBare();
    const others = [...world.wallets];
    const back = { ...hands.bringBack(), watch_only: true, has_seed: false };
    const lacks = scenario.older || scenario.recovering === "lacking";
    return { added: [back], merged: [], unchanged: others, passed_over: lacks ? 3 : 0, incomplete: lacks };
  };
  return { recover, stop: () => stop?.() };
}
