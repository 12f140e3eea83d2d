import { useLocation } from "@solidjs/router";
import { createContext, createEffect, createSignal, on, useContext, type Accessor, type ParentProps } from "solid-js";
import type { IpcError } from "../../ipc/error";
import type { Imported, NewPlace, RecoverStep } from "../../ipc/types";
import { makeIntent } from "../../lib/request-id";
import { useCommand, useFollowed } from "../../query/use";

/** Bringing back what lost devices left, as its screen sees it. */
export interface Recovering {
  /** How far it is; nothing while none goes on. */
  step: Accessor<RecoverStep | undefined>;
  error: Accessor<IpcError | null>;
  /** What came back. */
  found: Accessor<Imported | undefined>;
  start: (place: NewPlace) => void;
  stop: () => void;
  /** Forgets how the last one ended. */
  reset: () => void;
}

const RecoverContext = createContext<Recovering>();

/**
 * Holds one that goes on. It stands above the lock gate: on a new device the vault comes into being half-way, and the
 * screens are drawn anew in another frame.
 */
export function RecoverProvider(props: ParentProps) {
  const location = useLocation();
  const intent = makeIntent();
  const [place, setPlace] = createSignal<NewPlace>({ kind: "folder" });
  const [step, setStep] = createSignal<RecoverStep>();
  const [found, setFound] = createSignal<Imported>();
  const recover = useFollowed("cmd_recover_circle", {
    request: () => ({ request_id: intent.id(), place: place() }),
    onStep: setStep,
    onDone: setFound,
  });
  const cancel = useCommand("cmd_cancel_recover_circle", { quiet: true });
  const stop = (): void => cancel.mutate([]);
  const reset = (): void => {
    setFound(undefined);
    recover.reset();
  };
  createEffect(
    on(
      () => location.pathname,
      (path, was) => {
        if (was !== "/recover" || path === was) return;
        if (recover.isPending) stop();
        else reset();
      },
    ),
  );
  const recovering: Recovering = {
    step: () => (recover.isPending ? (step() ?? { step: "asking" }) : undefined),
    error: () => recover.error,
    found,
    start: (wanted) => {
      intent.done();
      setPlace(wanted);
      setStep(undefined);
      setFound(undefined);
      recover.mutate(undefined);
    },
    stop,
    reset,
  };
  return <RecoverContext.Provider value={recovering}>{props.children}</RecoverContext.Provider>;
}

export function useRecovering(): Recovering {
  const recovering = useContext(RecoverContext);
  if (!recovering) throw new Error("useRecovering is called outside RecoverProvider");
  return recovering;
}
