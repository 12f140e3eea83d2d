import { createContext, createSignal, useContext, type Accessor, type ParentProps } from "solid-js";
import type { PaymentTarget } from "../../ipc/types";
import { parseAmount, typedAmount, type Unit } from "../../lib/format-sats";
import { makeIntent, type Intent } from "../../lib/request-id";
import { useSession } from "../session";
import type { FeeChoice } from "./model";

/** What has been said so far of a payment. */
interface Said {
  text: string;
  target: PaymentTarget | undefined;
  amount: string;
  unit: Unit;
  all: boolean;
  choice: FeeChoice;
  custom: string;
  /** Coins to spend, as `txid:vout`; none: chosen by Rust. */
  coins: string[];
  label: string;
  /** The draft these words were made into before; the next one takes its place. */
  draft: string | null;
}

/** A payment that was sent. */
interface JustSent {
  txid: string;
  /** Places and servers that did not say in time whether a coin of it was taken. */
  unasked: string[];
  /** The address that was paid, if it is nobody's yet who is kept. */
  keep: string | undefined;
}

/** A payment on its way from the first word to the draft. */
export interface SendFlow {
  said: Accessor<Said>;
  say: (part: Partial<Said>) => void;
  /** Takes the payee, and the amount and name the payee asked for. */
  takeTarget: (target: PaymentTarget) => void;
  /** Writes the same amount in the other unit. */
  switchUnit: () => void;
  /** The id of this intent to draft. Changes with every word, because another wish is another intent. */
  intent: Intent;
  /** The payment that was sent last, and who could not be asked before. */
  sent: Accessor<JustSent | undefined>;
  noteSent: (sent: JustSent) => void;
  /** Starts anew, with these coins if any. */
  restart: (coins?: string[]) => void;
}

function nothing(unit: Unit): Said {
  return {
    text: "",
    target: undefined,
    amount: "",
    unit,
    all: false,
    choice: "normal",
    custom: "",
    coins: [],
    label: "",
    draft: null,
  };
}

export function makeSendFlow(unit: Accessor<Unit>): SendFlow {
  const [said, setSaid] = createSignal<Said>(nothing(unit()));
  const [sent, noteSent] = createSignal<JustSent>();
  const intent = makeIntent();
  const say = (part: Partial<Said>): void => {
    setSaid((was) => ({ ...was, ...part }));
    intent.done();
  };
  return {
    said,
    say,
    intent,
    sent,
    noteSent: (what) => void noteSent(what),
    takeTarget: (target) => {
      say({
        target,
        ...(target.amount === null ? {} : { amount: typedAmount(target.amount, said().unit), all: false }),
        ...(target.label !== null && said().label === "" ? { label: target.label } : {}),
      });
    },
    switchUnit: () => {
      const was = said();
      const next: Unit = was.unit === "btc" ? "sats" : "btc";
      const parsed = parseAmount(was.amount, was.unit);
      say({ unit: next, amount: parsed.ok ? typedAmount(parsed.amount, next) : was.amount });
    },
    restart: (coins = []) => {
      setSaid({ ...nothing(unit()), coins });
      intent.done();
    },
  };
}

const FlowContext = createContext<SendFlow>();

/** Keeps what was said while one looks at other screens; gone on lock. */
export function SendProvider(props: ParentProps) {
  const session = useSession();
  const flow = makeSendFlow(() => session.settings().unit);
  return <FlowContext.Provider value={flow}>{props.children}</FlowContext.Provider>;
}

export function useSendFlow(): SendFlow {
  const flow = useContext(FlowContext);
  if (!flow) throw new Error("useSendFlow is called outside SendProvider");
  return flow;
}

