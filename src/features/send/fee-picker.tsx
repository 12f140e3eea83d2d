import { RadioGroup } from "@kobalte/core/radio-group";
import { For, Show } from "solid-js";
import { TextField } from "../../components/field";
import { Skeleton } from "../../components/states";
import { locale, t } from "../../i18n";
import type { FeeEstimates } from "../../ipc/types";
import { formatFeeRate, parseFeeRate } from "../../lib/fee-rate";
import { TESTID } from "../../testids";
import { FEE_CHOICES, feeSteps, feeX, feeY, guessFee, rateOf, waitOf, type FeeChoice } from "./model";
import "./fee-picker.css";

const WIDTH = 320;
const HEIGHT = 56;
/** One block, six, a day of them, a week of them: where `fee-ends` puts them. */
const TICKS = ["fee.tick.block", "fee.tick.hour", "fee.tick.day", "fee.tick.week"] as const;

/** Cost against waiting time, with the choice on it. */
function FeeDrawing(props: { estimates: FeeEstimates; wait: number | undefined }) {
  return (
    <Show when={feeSteps(props.estimates, WIDTH, HEIGHT)}>
      {(path) => (
        <div class="fee-drawing" dir="ltr" aria-hidden="true">
          <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none">
            <path class="fee-steps" d={path().area} />
            <path class="fee-line" d={path().line} />
            <Show when={props.wait}>
              {(wait) => <path class="fee-mark" d={`M${feeX(wait(), WIDTH)} ${HEIGHT}V${feeY(props.estimates, wait(), HEIGHT)}`} />}
            </Show>
          </svg>
          <Show when={props.wait}>
            {(wait) => (
              <span
                class="fee-dot"
                style={{
                  left: `${(Number(feeX(wait(), WIDTH)) / WIDTH) * 100}%`,
                  top: `${Number(feeY(props.estimates, wait(), HEIGHT)) / 16}rem`,
                }}
              />
            )}
          </Show>
          <div class="fee-ends">
            <For each={TICKS}>{(tick) => <span>{t(tick)}</span>}</For>
          </div>
        </div>
      )}
    </Show>
  );
}

/** How much to hurry: time and cost side by side. */
export function FeePicker(props: {
  estimates: FeeEstimates | undefined;
  pending: boolean;
  choice: FeeChoice;
  custom: string;
  onChoice: (choice: FeeChoice) => void;
  onCustom: (custom: string) => void;
}) {
  const rate = () => rateOf(props.choice, props.custom, props.estimates);
  const wait = () => {
    const chosen = rate();
    return chosen === undefined ? undefined : waitOf(chosen, props.estimates);
  };
  const known = (choice: FeeChoice) => (choice === "custom" ? undefined : props.estimates?.[choice]);
  const fault = () => {
    if (props.custom === "") return undefined;
    const parsed = parseFeeRate(props.custom);
    return parsed.ok ? undefined : t(`fee.fault.${parsed.fault}`);
  };
  return (
    <div class="fee">
      <div class="line line-between">
        <span class="field-label">{t("fee.name")}</span>
        <Show when={rate()}>
          {(chosen) => (
            <span class="quiet small">
              {t("fee.about", { rate: formatFeeRate(chosen()), fee: guessFee(chosen()).toLocaleString(locale()) })}
            </span>
          )}
        </Show>
      </div>
      <Show when={!props.pending} fallback={<Skeleton label={t("state.loading")} rows={1} kind="text" />}>
        <Show when={props.estimates}>
          {(estimates) => <FeeDrawing estimates={estimates()} wait={wait()} />}
        </Show>
        <RadioGroup
          class="fee-choices"
          aria-label={t("fee.name")}
          value={props.choice}
          onChange={(value) => props.onChoice(value as FeeChoice)}
        >
          <For each={FEE_CHOICES}>
            {(choice) => (
              <RadioGroup.Item
                value={choice}
                class="fee-choice"
                disabled={choice !== "custom" && known(choice) === undefined}
              >
                <RadioGroup.ItemInput class="offscreen" />
                <RadioGroup.ItemControl class="fee-control" data-testid={TESTID.feeChoice} data-choice={choice}>
                  <RadioGroup.ItemLabel class="fee-label">
                    <span class="fee-name">{t(`fee.${choice}`)}</span>
                    <span class="fee-wait">{t(`fee.${choice}.wait`)}</span>
                    <span class="fee-rate">
                      {choice === "custom" ? t("fee.custom.rate") : (known(choice) === undefined ? "—" : `${formatFeeRate(known(choice) ?? 0)} sat/vB`)}
                    </span>
                  </RadioGroup.ItemLabel>
                </RadioGroup.ItemControl>
              </RadioGroup.Item>
            )}
          </For>
        </RadioGroup>
        <Show when={props.choice === "custom"}>
          <TextField
            label={t("fee.rate")}
            inputMode="decimal"
            placeholder="1"
            value={props.custom}
            error={fault()}
            hint={t("fee.custom.hint")}
            onInput={(text) => props.onCustom(text)}
            data-testid={TESTID.feeCustom}
            trailing={<span class="field-unit">sat/vB</span>}
          />
        </Show>
      </Show>
    </div>
  );
}
