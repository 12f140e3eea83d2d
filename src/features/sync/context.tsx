import { createContext, createSignal, onCleanup, useContext, type Accessor, type ParentProps } from "solid-js";
import { hasCode, toIpcError } from "../../ipc/error";
import type { EventHub } from "../../ipc/events";
import type { Freshness } from "../../ipc/types";
import { usePlatform } from "../../platform/context";
import { useAnswer, useCommand } from "../../query/use";
import { useWalletId } from "../wallets";
import { applyEvent, standingOf, type Standing, type SyncState } from "./model";

interface Sync {
  state: Accessor<SyncState>;
  /** Looks for what is new; `full` looks at every address from the first one again. */
  start: (full?: boolean) => void;
  stop: () => void;
}

const SyncContext = createContext<Sync>();
const IDLE: SyncState = { phase: "idle" };

export function SyncProvider(props: ParentProps<{ hub: EventHub }>) {
  const walletId = useWalletId();
  const [states, setStates] = createSignal<Readonly<Record<string, SyncState>>>({});
  // The hub does not change while the page lives.
  // eslint-disable-next-line solid/reactivity
  onCleanup(props.hub.listen((event) => void setStates((was) => applyEvent(was, event))));
  const run = useCommand("cmd_sync_wallet", { quiet: true });
  const cancel = useCommand("cmd_cancel_sync", { quiet: true });

  const note = (id: string, state: SyncState): void => void setStates((was) => ({ ...was, [id]: state }));
  const state = (): SyncState => states()[walletId() ?? ""] ?? IDLE;
  const sync: Sync = {
    state,
    start: (full = false) => {
      const id = walletId();
      if (id === null || state().phase === "running") return;
      note(id, { phase: "running", done: 0, expected: 0, transactions: 0 });
      run.mutate([{ wallet_id: id, full }], {
        onSuccess: () => note(id, IDLE),
        onError: (thrown) => note(id, hasCode(thrown, "cancelled") ? IDLE : { phase: "failed", error: toIpcError(thrown) }),
      });
    },
    stop: () => cancel.mutate([{ wallet_id: walletId() }]),
  };
  return <SyncContext.Provider value={sync}>{props.children}</SyncContext.Provider>;
}

export function useSync(): Sync {
  const sync = useContext(SyncContext);
  if (!sync) throw new Error("useSync is called outside SyncProvider");
  return sync;
}

/** The wallet's balance, which carries how fresh everything is. */
export function useBalance() {
  const walletId = useWalletId();
  return useAnswer("cmd_get_balance", () => [{ wallet_id: walletId(), address: null }], () => ({ enabled: walletId() !== null }));
}

/** How the picture of the selected wallet stands. */
export function useStanding(): {
  freshness: Accessor<Freshness | null>;
  standing: Accessor<Standing>;
  /** Whether it is known at all how fresh the picture is. */
  known: Accessor<boolean>;
} {
  const platform = usePlatform();
  const sync = useSync();
  const balance = useBalance();
  const freshness = () => (balance.isPending ? null : (balance.data?.freshness ?? null));
  const known = () => !balance.isPending && !balance.isError;
  return { freshness, known, standing: () => standingOf(sync.state(), freshness(), platform.clock()) };
}
