import { Show } from "solid-js";
import { Pill } from "../../components/layout";
import { t } from "../../i18n";
import type { Address } from "../../ipc/types";
import { TESTID } from "../../testids";
import { AddressText, Amount, CopyIcon } from "../money";
import "./address-row.css";

/** An address in a list: its number, whether it was used, what it received. */
export function AddressRow(props: { address: Address }) {
  return (
    <div class="address-row" data-testid={TESTID.addressRow} data-address={props.address.address}>
      <span class="address-index" title={t("addresses.index", { index: props.address.index })}>
        {props.address.index}
      </span>
      <span class="address-main">
        <Show when={props.address.label}>
          <span class="address-label">{props.address.label}</span>
        </Show>
        <AddressText address={props.address.address} />
        <span class="address-facts">
          <Show when={props.address.used} fallback={<Pill tone="received">{t("addresses.unused")}</Pill>}>
            <Pill>{t("addresses.used", { count: props.address.payments })}</Pill>
            <Amount sats={props.address.received} size="small" />
          </Show>
          <Show when={props.address.maybe_on.length > 0}>
            <Pill tone="pending">{t("elsewhere.pill", { devices: props.address.maybe_on.join(", ") })}</Pill>
          </Show>
        </span>
      </span>
      <CopyIcon text={props.address.address} what={t("word.address")} />
    </div>
  );
}
