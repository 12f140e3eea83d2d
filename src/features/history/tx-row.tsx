import { A } from "@solidjs/router";
import { Show } from "solid-js";
import { Icon } from "../../components/icon";
import { Pill } from "../../components/layout";
import { t } from "../../i18n";
import type { Transaction } from "../../ipc/types";
import { TESTID } from "../../testids";
import { Ago, Amount, ShortAddress } from "../money";
import { lookOf, SETTLED } from "./model";
import "./tx-row.css";

function Status(props: { tx: Transaction }) {
  return (
    <Show
      when={props.tx.status === "confirmed"}
      fallback={
        <Pill tone={props.tx.status === "pending" ? "pending" : "danger"}>{t(`tx.status.${props.tx.status}`)}</Pill>
      }
    >
      <Show when={props.tx.confirmations < SETTLED} fallback={<Ago at={props.tx.time} />}>
        {t("tx.confirmations", { count: props.tx.confirmations, blocks: SETTLED })}
      </Show>
    </Show>
  );
}

/** A payment in a list. */
export function TxRow(props: { tx: Transaction; current?: boolean }) {
  const look = () => lookOf(props.tx);
  return (
    <A
      class="tx-row"
      href={`/activity/${props.tx.txid}`}
      data-testid={TESTID.txRow}
      data-txid={props.tx.txid}
      data-status={props.tx.status}
      data-direction={props.tx.direction}
      aria-current={props.current ? "true" : undefined}
    >
      <span class="tx-icon" data-tone={look().tone}>
        <Icon name={look().icon} />
      </span>
      <span class="tx-text">
        <span class="tx-title">{props.tx.label ?? props.tx.contact ?? t(look().title)}</span>
        <span class="tx-note">
          <Show when={props.tx.address} fallback={t(look().title)}>
            {(address) => (
              <>
                <Show when={props.tx.label !== null && props.tx.contact}>{(name) => <span class="tx-payee">{name()}</span>}</Show>
                <ShortAddress address={address()} more={props.tx.more_addresses} />
              </>
            )}
          </Show>
        </span>
      </span>
      <span class="tx-end">
        <Amount sats={look().amount} sign={look().sign} tone={look().tone} why={t("amount.fee_unknown")} />
        <span class="tx-note">
          <Status tx={props.tx} />
        </span>
      </span>
    </A>
  );
}
