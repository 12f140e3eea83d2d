import { Show } from "solid-js";
import { Pill } from "../../components/layout";
import { t } from "../../i18n";
import { useCircle } from "./context";
import { attentionOf } from "./model";

/** How many things wait for their owner on the devices' screen; nothing when none does. */
export function DevicesAttention() {
  const circle = useCircle();
  const count = () => (circle.isPending || circle.isError ? 0 : attentionOf(circle.data));
  return (
    <Show when={count() > 0}>
      <Pill tone="accent">{t("devices.attention", { count: count() })}</Pill>
    </Show>
  );
}
