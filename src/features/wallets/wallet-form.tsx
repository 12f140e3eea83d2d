import { createSignal } from "solid-js";
import { Button } from "../../components/button";
import { SelectField, TextField } from "../../components/field";
import { Details } from "../../components/layout";
import { t } from "../../i18n";
import type { Network, ScriptType } from "../../ipc/types";
import { TESTID } from "../../testids";
import { LONGEST_NAME, NETWORKS } from "./model";

/** A kind of wallet, or none named: it is looked for. */
export type KindChoice = ScriptType | "find";

export interface WalletFormValue<K extends KindChoice> {
  name: string;
  network: Network;
  script_type: K;
}

/** Name, network and kind of a wallet that comes into being or comes back. */
export function WalletForm<K extends KindChoice>(props: {
  initial: WalletFormValue<K>;
  /** What there is to choose from. */
  kinds: readonly K[];
  submitLabel: string;
  note: string;
  busy: boolean;
  /** Opens the details at once: a restored wallet may be of an older kind. */
  openDetails?: boolean;
  onSubmit: (value: WalletFormValue<K>) => void;
  onChange?: () => void;
}) {
  // The form is made once with what it starts from.
  const [value, setValue] = createSignal(props.initial);
  const [tried, setTried] = createSignal(false);
  const missing = () => value().name.trim() === "";
  const change = (part: Partial<WalletFormValue<K>>): void => {
    setValue((was) => ({ ...was, ...part }));
    props.onChange?.();
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setTried(true);
    if (missing() || props.busy) return;
    props.onSubmit({ ...value(), name: value().name.trim() });
  };
  return (
    <form class="stack-wide" onSubmit={submit}>
      <TextField
        label={t("create.name")}
        hint={t("create.name.hint")}
        error={tried() && missing() ? t("create.name.missing") : undefined}
        value={value().name}
        maxLength={LONGEST_NAME}
        data-testid={TESTID.createName}
        onInput={(name) => change({ name })}
      />
      <Details label={t("create.details", { network: t(`network.${value().network}`) })} data-testid={TESTID.createDetails} open={props.openDetails ?? false}>
        <SelectField
          label={t("create.network")}
          hint={t(`network.${value().network}.hint`)}
          value={value().network}
          data-testid={TESTID.createNetwork}
          options={NETWORKS.map((network) => ({ value: network, label: t(`network.${network}`) }))}
          onChange={(network) => change({ network })}
        />
        <SelectField
          label={t("create.script")}
          hint={t(`script.${value().script_type}.hint`)}
          value={value().script_type}
          data-testid={TESTID.createScript}
          options={props.kinds.map((kind) => ({ value: kind, label: t(`script.${kind}`) }))}
          onChange={(script_type) => change({ script_type })}
        />
      </Details>
      <div class="stack">
        <p class="quiet small">{props.note}</p>
        <Button kind="primary" wide type="submit" busy={props.busy} data-testid={TESTID.createSubmit}>
          {props.submitLabel}
        </Button>
      </div>
    </form>
  );
}
