import { For } from "solid-js";
import { t } from "../../i18n";
import "./send.css";

const STEPS = ["send.step.who", "send.step.amount", "send.step.review"] as const;

/** Where one is: who, how much, look again. */
export function Steps(props: { at: 0 | 1 | 2 }) {
  return (
    <ol class="steps" aria-label={t("send.steps")}>
      <For each={STEPS}>
        {(key, index) => (
          <li
            class="step"
            data-state={index() < props.at ? "done" : index() === props.at ? "now" : "ahead"}
            aria-current={index() === props.at ? "step" : undefined}
          >
            {t(key)}
          </li>
        )}
      </For>
    </ol>
  );
}
