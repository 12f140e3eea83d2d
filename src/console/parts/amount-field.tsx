import { TextField } from "../../components/field";
import { parseAmount } from "../../lib/format-sats";
import type { Sats } from "../../lib/sats";
import { useUnit } from "../../parts/unit";
import { t } from "../i18n";

/** Reads what was typed for an amount: how much it is, or what is wrong with it. Nothing is wrong with nothing. */
export function useTypedAmount(text: () => string): { sats: () => Sats | undefined; fault: () => string | undefined } {
  const unit = useUnit();
  const read = () => parseAmount(text(), unit());
  return {
    sats: () => {
      const now = read();
      return now.ok && now.amount > 0 ? now.amount : undefined;
    },
    fault: () => {
      const now = read();
      if (text() === "") return undefined;
      if (!now.ok) return t(`amount.fault.${now.fault}`);
      return now.amount === 0 ? t("amount.fault.zero") : undefined;
    },
  };
}

/** A field for an amount, in the unit that was chosen. */
export function AmountField(props: {
  label: string;
  hint?: string;
  value: string;
  error: string | undefined;
  testId: string;
  onInput: (text: string) => void;
}) {
  const unit = useUnit();
  return (
    <TextField
      label={props.label}
      hint={props.hint}
      inputMode="decimal"
      value={props.value}
      error={props.error}
      data-testid={props.testId}
      onInput={(text) => props.onInput(text)}
      trailing={<span class="field-unit">{unit() === "btc" ? "BTC" : "sats"}</span>}
    />
  );
}
