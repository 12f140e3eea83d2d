import { Index, Show } from "solid-js";
import { Button } from "../../components/button";
import { Pill } from "../../components/layout";
import { Sheet } from "../../components/sheet";
import { useToasts } from "../../components/toast";
import { locale, t } from "../../i18n";
import type { Conflict, WrittenValue } from "../../ipc/types";
import { formatExact } from "../../lib/time";
import { useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { ErrorNotice } from "../notice";
import "./conflicts.css";

function ValueRow(props: { value: WrittenValue; shown: boolean; busy: boolean; onKeep: () => void }) {
  const device = () => props.value.device ?? t("conflict.unknown_device");
  return (
    <li class="conflict-value" data-testid={TESTID.conflictValue} data-shown={props.shown}>
      <div class="conflict-text">
        <p class="row-title">{props.value.text ?? t("conflict.deleted")}</p>
        <p class="quiet small">
          {t("conflict.from", { device: device() })} · {formatExact(props.value.at, locale())}
        </p>
        <Show when={props.shown}>
          <Pill>{t("conflict.shown")}</Pill>
        </Show>
      </div>
      <Button small kind={props.shown ? "quiet" : "primary"} disabled={props.busy} onClick={() => props.onKeep()}>
        {t("conflict.keep")}
      </Button>
    </li>
  );
}

/** Both values side by side; the one that is chosen is written over all of them. */
export function ConflictChooser(props: { conflict: Conflict; open: boolean; onClose: () => void }) {
  const toasts = useToasts();
  const settle = useCommand("cmd_settle_conflict", { quiet: true });
  const keep = (value: WrittenValue): void =>
    settle.mutate([{ on: props.conflict.on, text: value.text }], {
      onSuccess: () => {
        toasts.show({ title: t("conflict.done"), icon: "check" });
        props.onClose();
      },
    });
  return (
    <Sheet open={props.open} title={t("conflict.choose.title")} text={t("conflict.text")} closeLabel={t("action.close")} onClose={() => props.onClose()}>
      <p class="quiet small" data-testid={TESTID.conflictBecause}>
        {t(`conflict.because.${props.conflict.because}`)}
      </p>
      <Show when={settle.error}>{(error) => <ErrorNotice error={error()} />}</Show>
      <ul class="conflict-values">
        {/* By place, so that an answer that comes anew while somebody reads takes no focus away. */}
        <Index each={[props.conflict.shown, ...props.conflict.beside]}>
          {(value, index) => <ValueRow value={value()} shown={index === 0} busy={settle.isPending} onKeep={() => keep(value())} />}
        </Index>
      </ul>
    </Sheet>
  );
}
