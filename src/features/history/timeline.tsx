import { For } from "solid-js";
import { Icon } from "../../components/icon";
import { t } from "../../i18n";
import type { Transaction } from "../../ipc/types";
import { stopsOf, type Stop } from "./model";
import "./timeline.css";

const ICONS = { done: "check", now: "clock", ahead: undefined, failed: "close" } as const;

function Dot(props: { stop: Stop }) {
  const icon = () => ICONS[props.stop.state];
  return <span class="stop-dot">{icon() ? <Icon name={icon() ?? "check"} /> : undefined}</span>;
}

/** A payment as a line through its states. */
export function Timeline(props: { tx: Transaction }) {
  return (
    <ol class="timeline" aria-label={t("tx.timeline")}>
      <For each={stopsOf(props.tx)}>
        {(stop) => (
          <li class="stop" data-state={stop.state} aria-current={stop.state === "now" ? "step" : undefined}>
            <Dot stop={stop} />
            <span class="stop-text">{t(stop.key, stop.params)}</span>
          </li>
        )}
      </For>
    </ol>
  );
}
