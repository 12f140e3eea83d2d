import { For } from "solid-js";
import { Icon } from "../../components/icon";
import { locale, t, type Params } from "../../i18n";
import type { Transaction } from "../../ipc/types";
import { stopsOf, type Stop } from "./model";
import "./timeline.css";

const ICONS = { done: "check", now: "clock", ahead: undefined, failed: "close" } as const;

function Dot(props: { stop: Stop }) {
  const icon = () => ICONS[props.stop.state];
  return <span class="stop-dot">{icon() ? <Icon name={icon() ?? "check"} /> : undefined}</span>;
}

/** Numbers as this language groups them. */
function grouped(params: Stop["params"]): Params {
  return Object.fromEntries(Object.entries(params ?? {}).map(([name, value]) => [name, typeof value === "number" ? value.toLocaleString(locale()) : value]));
}

/** A payment as a line through its states. */
export function Timeline(props: { tx: Pick<Transaction, "status" | "confirmations" | "height"> }) {
  return (
    <ol class="timeline" aria-label={t("tx.timeline")}>
      <For each={stopsOf(props.tx)}>
        {(stop) => (
          <li class="stop" data-state={stop.state} aria-current={stop.state === "now" ? "step" : undefined}>
            <Dot stop={stop} />
            <span class="stop-text">{t(stop.key, grouped(stop.params))}</span>
          </li>
        )}
      </For>
    </ol>
  );
}
