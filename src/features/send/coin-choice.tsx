import { createEffect, For, Show } from "solid-js";
import { CheckBox, CheckBoxLabel } from "../../components/check-box";
import { t } from "../../i18n";
import type { Coin } from "../../ipc/types";
import { useAnswer } from "../../query/use";
import { TESTID } from "../../testids";
import { Ago, Amount, ShortAddress } from "../money";
import { QueryView } from "../notice";
import { useWalletId } from "../wallets";
import "./coin-choice.css";

const SHOWN = 100;

/** Which coins a payment takes. None chosen: Rust chooses. */
export function CoinChoice(props: {
  chosen: readonly string[];
  onChange: (coins: string[]) => void;
  /** What the chosen coins hold together, once known. */
  onSum: (sum: number | undefined) => void;
}) {
  const walletId = useWalletId();
  const page = useAnswer("cmd_get_unspent_outputs", () => [{ wallet_id: walletId(), after: null, limit: SHOWN, search: null }]);
  const spendable = () => (page.isPending || !page.data ? [] : page.data.coins.filter((coin) => coin.spendable));
  createEffect(() => {
    const found = spendable().filter((coin) => props.chosen.includes(coin.outpoint));
    props.onSum(found.length === props.chosen.length ? found.reduce((sum, coin) => sum + coin.amount, 0) : undefined);
  });
  const kept = () => (page.isPending || !page.data ? [] : page.data.coins.filter((coin) => coin.reserved_by !== null && !coin.locked));
  const toggle = (coin: Coin, on: boolean): void =>
    props.onChange(on ? [...props.chosen, coin.outpoint] : props.chosen.filter((outpoint) => outpoint !== coin.outpoint));
  return (
    <div class="stack">
      <p class="quiet small">
        {props.chosen.length === 0 ? t("send.coins.hint") : t("send.coins.chosen", { count: props.chosen.length })}
      </p>
      <QueryView query={page}>
        {() => (
          <div class="coin-choices">
            <For each={spendable()}>
              {(coin) => (
                <CheckBox
                  class="coin-choice"
                  checked={props.chosen.includes(coin.outpoint)}
                  onChange={(on) => toggle(coin, on)}
                  testId={TESTID.coinSelect}
                >
                  <CheckBoxLabel class="coin-choice-label">
                    <span class="coin-choice-text">
                      <Show when={coin.label} fallback={<ShortAddress address={coin.address} />}>
                        {coin.label}
                      </Show>
                      <span class="quiet small">
                        <Ago at={coin.time} />
                      </span>
                    </span>
                    <Amount sats={coin.amount} size="small" />
                  </CheckBoxLabel>
                </CheckBox>
              )}
            </For>
            <For each={kept()}>
              {(coin) => (
                <div class="coin-choice coin-choice-kept">
                  <span class="coin-choice-label">
                    <span class="coin-choice-text">
                      <Show when={coin.label} fallback={<ShortAddress address={coin.address} />}>
                        {coin.label}
                      </Show>
                      <span class="quiet small">{t("coin.reserved.text", { device: coin.reserved_by ?? "" })}</span>
                    </span>
                    <Amount sats={coin.amount} size="small" />
                  </span>
                </div>
              )}
            </For>
          </div>
        )}
      </QueryView>
    </div>
  );
}
