import { A } from "@solidjs/router";
import { Show } from "solid-js";
import { IconButton } from "../../components/button";
import { CheckBox } from "../../components/check-box";
import { Pill } from "../../components/layout";
import { t } from "../../i18n";
import type { Coin } from "../../ipc/types";
import { useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { Ago, Amount, LabelEdit, ShortAddress } from "../money";
import { useWalletId } from "../wallets";
import { moodOf } from "./model";
import "./coin-row.css";

const TONE = { locked: "plain", reserved: "pending", spendable: "plain", pending: "pending", immature: "pending" } as const;

/** A coin in the table. */
export function CoinRow(props: { coin: Coin; chosen: boolean; onToggle: () => void }) {
  const walletId = useWalletId();
  const lock = useCommand("cmd_set_coin_lock");
  const mood = () => moodOf(props.coin);
  const flip = (): void =>
    lock.mutate([{ wallet_id: walletId(), outpoint: props.coin.outpoint, locked: !props.coin.locked }]);
  return (
    <div class="coin-row" data-testid={TESTID.coinRow} data-outpoint={props.coin.outpoint} data-locked={props.coin.locked} data-chosen={props.chosen}>
      <CheckBox
        class="coin-pick"
        checked={props.chosen}
        disabled={!props.coin.spendable}
        onChange={() => props.onToggle()}
        label={t("coins.choose")}
        testId={TESTID.coinSelect}
      />
      <div class="coin-main">
        <div class="coin-top">
          <Amount sats={props.coin.amount} />
          <Show when={mood() !== "spendable"}>
            <Pill tone={TONE[mood()]}>{props.coin.reserved_by !== null && mood() === "reserved" ? t("coin.reserved", { device: props.coin.reserved_by }) : t(`coin.mood.${mood()}`)}</Pill>
          </Show>
        </div>
        <div class="coin-note">
          <A class="coin-link" href={`/activity/${props.coin.txid}`}>
            <ShortAddress address={props.coin.address} />
          </A>
          <span>
            <Ago at={props.coin.time} />
          </span>
        </div>
        <div class="coin-label">
          <LabelEdit kind="output" target={props.coin.outpoint} label={props.coin.label} testId={TESTID.coinLabel} />
        </div>
      </div>
      <IconButton
        icon={props.coin.locked ? "lock" : "unlock"}
        label={props.coin.locked ? t("coins.unlock") : t("coins.lock")}
        aria-pressed={props.coin.locked}
        busy={lock.isPending}
        data-testid={TESTID.coinLock}
        onClick={flip}
      />
    </div>
  );
}
