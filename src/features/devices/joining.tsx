import { useLocation, useNavigate } from "@solidjs/router";
import { createContext, createEffect, createSignal, on, useContext, type Accessor, type ParentProps } from "solid-js";
import { useToasts } from "../../components/toast";
import { t } from "../../i18n";
import type { IpcError } from "../../ipc/error";
import type { JoinStep } from "../../ipc/types";
import { makeIntent } from "../../lib/request-id";
import { useCommand, useFollowed } from "../../query/use";

/** What a person typed to join. */
export interface JoinForm {
  name: string;
  code: string;
  /** Addresses, with words. */
  at: string[];
}

interface Joining {
  step: Accessor<JoinStep | undefined>;
  isPending: Accessor<boolean>;
  error: Accessor<IpcError | null>;
  start: (form: JoinForm) => void;
  stop: () => void;
}

const JoiningContext = createContext<Joining>();

/**
 * Holds a join that goes on. It stands above the lock gate: on a new device the vault comes into being half-way, and
 * the screens are drawn anew in another frame.
 */
export function JoinProvider(props: ParentProps) {
  const navigate = useNavigate();
  const location = useLocation();
  const toasts = useToasts();
  const intent = makeIntent();
  // The code is good for minutes and for whoever has it: it is kept until it was sent, and nowhere else.
  let form: JoinForm | undefined;
  let going = false;
  const [step, setStep] = createSignal<JoinStep>();
  const join = useFollowed("cmd_join_pairing", {
    request: () => {
      const { name = "", code = "", at = [] } = form ?? {};
      form = undefined;
      return { request_id: intent.id(), name, code, at };
    },
    onStep: setStep,
    onDone: (keys) => {
      going = false;
      const text = keys.outcome === "given" ? "join.done.keys" : keys.outcome === "not_given" ? "join.done.not_given" : "join.done.text";
      toasts.show({ title: t("join.done"), text: t(text), icon: "check" });
      navigate("/devices", { replace: true });
    },
  });
  const cancel = useCommand("cmd_cancel_pairing");
  const stop = (): void => cancel.mutate([]);
  createEffect(
    on(
      () => location.pathname,
      (path, was) => {
        if (was !== "/join" || path === was) return;
        if (going) stop();
        else if (!join.isPending) join.reset();
      },
    ),
  );
  const joining: Joining = {
    step: () => (join.isPending ? step() : undefined),
    isPending: () => join.isPending,
    error: () => join.error,
    start: (typed) => {
      form = typed;
      going = true;
      intent.done();
      setStep(undefined);
      join.mutate(undefined, {
        onSettled: () => {
          going = false;
          setStep(undefined);
        },
      });
    },
    stop,
  };
  return <JoiningContext.Provider value={joining}>{props.children}</JoiningContext.Provider>;
}

export function useJoining(): Joining {
  const joining = useContext(JoiningContext);
  if (!joining) throw new Error("useJoining is called outside JoinProvider");
  return joining;
}
