import { For, Show } from "solid-js";
import { Pill } from "../../components/layout";
import { t } from "../../i18n";
import type { TxPart } from "../../ipc/types";
import { AddressText, Amount } from "../money";
import "./tx-parts.css";

/** Inputs or outputs, a line each. */
export function TxParts(props: { title: string; parts: readonly TxPart[] }) {
  return (
    <div class="parts">
      <h3 class="parts-title">
        {props.title} <span class="quiet">{props.parts.length}</span>
      </h3>
      <ul class="parts-list">
        <For each={props.parts}>
          {(part) => (
            <li class="part" data-mine={part.mine}>
              <span class="part-text">
                <Show when={part.address} fallback={<span class="quiet">{t("tx.part.no_address")}</span>}>
                  {(address) => <AddressText address={address()} />}
                </Show>
                <Show when={part.contact}>{(name) => <span class="tx-payee">{name()}</span>}</Show>
                <Show when={part.mine}>
                  <Pill tone="accent">{part.change ? t("tx.part.change") : t("tx.part.mine")}</Pill>
                </Show>
              </span>
              <Amount sats={part.amount} size="small" />
            </li>
          )}
        </For>
      </ul>
    </div>
  );
}
