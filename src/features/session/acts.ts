import { useCommand } from "../../query/use";
import type { Settings } from "../../ipc/types";
import { useSession } from "./context";

/** Asks for the passphrase in the sealed window. */
export function useUnlock() {
  return useCommand("cmd_unlock_wallet", { quiet: true });
}

export function useLock() {
  return useCommand("cmd_lock_wallet");
}

/** Changes settings and shows them at once; the answer decides. */
export function useSettings() {
  const session = useSession();
  const save = useCommand("cmd_set_settings");
  const change = (part: Partial<Settings>): void => {
    const was = session.settings();
    const wanted = { ...was, ...part };
    session.keepSettings(wanted);
    save.mutate([wanted], {
      onSuccess: (kept) => session.keepSettings(kept),
      onError: () => session.keepSettings(was),
    });
  };
  return { change, save };
}
