import { Show } from "solid-js";
import { Notice } from "../../components/states";
import { t } from "../../i18n";
import { TESTID } from "../../testids";
import { named } from "./model";

/** Says that another device may show the same address, because it could not be set aside for this one. */
export function MaybeElsewhere(props: { devices: readonly string[] }) {
  return (
    <Show when={props.devices.length > 0}>
      <Notice tone="caution" icon="devices" title={t("elsewhere.title", { devices: named(props.devices, t("word.and")) })} testId={TESTID.maybeOn}>
        <p>{t("elsewhere.text")}</p>
      </Notice>
    </Show>
  );
}
