import { For, Show } from "solid-js";
import { t } from "../i18n/common";
import { amountParts, amountText, formatAmount, type Unit } from "../lib/format-sats";
import type { Sats } from "../lib/sats";
import { useUnit } from "./unit";
import "./amount.css";

export type Tone = "plain" | "received" | "pending" | "struck";

/** How much room an amount takes, for the styles that make a large one fit. */
function lengthOf(sats: Sats | null | undefined, unit: Unit, sign: string | undefined): "long" | "longest" | undefined {
  if (sats === null || sats === undefined) return undefined;
  const letters = formatAmount(sats, unit).length + (sign?.length ?? 0);
  return letters > 15 ? "longest" : letters > 12 ? "long" : undefined;
}

/**
 * An amount in the unit of its owner. Unknown is a dash that says why, never a zero. The digits are grouped by
 * space that is drawn, not written, so that a copied amount is a number.
 */
export function Amount(props: {
  sats: Sats | null | undefined;
  sign?: "+" | "−" | undefined;
  tone?: Tone;
  size?: "small" | "large" | "huge";
  /** Without the unit's name. */
  bare?: boolean;
  /** Why it is not known. */
  why?: string;
  "data-testid"?: string;
}) {
  const unit = useUnit();
  return (
    <span
      class="amount"
      data-tone={props.tone ?? "plain"}
      data-size={props.size}
      data-length={lengthOf(props.sats, unit(), props.sign)}
      data-testid={props["data-testid"]}
      data-sats={props.sats ?? undefined}
    >
      <Show
        when={props.sats !== null && props.sats !== undefined ? { value: props.sats } : undefined}
        fallback={
          <span class="amount-unknown" title={props.why ?? t("amount.unknown")}>
            <span aria-hidden="true">—</span>
            <span class="offscreen">{props.why ?? t("amount.unknown")}</span>
          </span>
        }
      >
        {(known) => {
          const parts = () => amountParts(known().value, unit());
          return (
            <>
              <span class="offscreen">
                {props.sign}
                {amountText(known().value, unit())}
              </span>
              <span class="amount-digits" aria-hidden="true">
                <Show when={props.sign}>
                  <span class="amount-sign">{props.sign}</span>
                </Show>
                <Show when={parts().quiet.length > 0}>
                  <span class="amount-quiet">
                    <For each={parts().quiet}>{(group) => <span class="amount-group">{group}</span>}</For>
                  </span>
                </Show>
                <span class="amount-strong">
                  <For each={parts().strong}>{(group) => <span class="amount-group">{group}</span>}</For>
                </span>
              </span>
              <Show when={props.bare !== true}>
                <span class="amount-unit" aria-hidden="true">
                  {parts().unit}
                </span>
              </Show>
            </>
          );
        }}
      </Show>
    </span>
  );
}
