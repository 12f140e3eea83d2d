import { createSignal, For, Show } from "solid-js";
import { Button } from "../../components/button";
import { Card, Section } from "../../components/layout";
import { t } from "../../i18n";
import type { Conflict } from "../../ipc/types";
import { useAnswer } from "../../query/use";
import { TESTID } from "../../testids";
import { ConflictChooser } from "./chooser";
import { aboutKey, conflictId } from "./model";
import "./conflicts.css";

function ConflictRow(props: { conflict: Conflict }) {
  const [choosing, setChoosing] = createSignal(false);
  const values = () => [props.conflict.shown, ...props.conflict.beside].map((value) => value.text ?? t("conflict.deleted"));
  return (
    <div class="conflict-row" data-testid={TESTID.conflict}>
      <div class="conflict-text">
        <p class="quiet small">{t(`conflict.on.${aboutKey(props.conflict.on)}`)}</p>
        <p class="row-title">{values().join(" · ")}</p>
      </div>
      <Button small data-testid={TESTID.conflictChoose} onClick={() => setChoosing(true)}>
        {t("conflict.choose")}
      </Button>
      <ConflictChooser conflict={props.conflict} open={choosing()} onClose={() => setChoosing(false)} />
    </div>
  );
}

/** Everything that two devices wrote without knowing of each other. Nothing when there is none. */
export function ConflictSection() {
  const conflicts = useAnswer("cmd_list_conflicts", () => []);
  const open = () => (conflicts.isPending || conflicts.isError ? [] : conflicts.data);
  const ids = () => open().map((conflict) => conflictId(conflict.on));
  const of = (id: string) => open().find((conflict) => conflictId(conflict.on) === id);
  return (
    <Show when={open().length > 0}>
      <Section title={t("conflict.title")}>
        <p class="quiet small">{t("conflict.text")}</p>
        <Card tight>
          <For each={ids()}>{(id) => <Show when={of(id)}>{(conflict) => <ConflictRow conflict={conflict()} />}</Show>}</For>
        </Card>
      </Section>
    </Show>
  );
}
