import { createSignal, For, Show } from "solid-js";
import { Button } from "../../components/button";
import { Details, Fact, Facts } from "../../components/layout";
import { Segmented } from "../../components/segmented";
import { Sheet } from "../../components/sheet";
import { useToasts } from "../../components/toast";
import { locale, t } from "../../i18n";
import type { Differing, LabelsPreview } from "../../ipc/types";
import { shortHash } from "../../lib/address";
import { makeIntent } from "../../lib/request-id";
import { useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { ErrorNotice } from "../notice";
import { changes, linesOf } from "./model";
import "./interop.css";

const CHOICES: readonly Differing[] = ["keep_ours", "take_theirs"];

function Differences(props: { preview: LabelsPreview }) {
  const more = () => props.preview.would.kept - props.preview.differing.length;
  return (
    <ul class="differences">
      <For each={props.preview.differing}>
        {(label) => (
          <li class="difference">
            <span class="mono small quiet" title={label.target}>
              {t(`conflict.on.${label.on}`)} {label.target.length > 24 ? shortHash(label.target) : label.target}
            </span>
            <span>
              <span class="quiet small">{t("labels.yours")}</span> {label.ours}
            </span>
            <span>
              <span class="quiet small">{t("labels.theirs")}</span> {label.theirs}
            </span>
          </li>
        )}
      </For>
      <Show when={more() > 0}>
        <li class="quiet small">{t("labels.more", { count: more() })}</li>
      </Show>
    </ul>
  );
}

/** What a file of labels would do, before anything of it is taken in. */
export function LabelsSheet(props: { preview: LabelsPreview; onClose: () => void }) {
  const toasts = useToasts();
  const intent = makeIntent();
  const [differing, setDiffering] = createSignal<Differing>("keep_ours");
  const take = useCommand("cmd_take_labels", { quiet: true });
  const run = (): void =>
    take.mutate([{ request_id: intent.id(), read_id: props.preview.read_id, differing: differing() }], {
      onSuccess: ({ added, replaced, locked }) => {
        intent.done();
        toasts.show({ title: t("labels.taken"), text: t("labels.taken.text", { added, replaced, locked }), icon: "check" });
        props.onClose();
      },
    });
  return (
    <Sheet open title={t("labels.preview", { file: props.preview.file })} closeLabel={t("action.close")} onClose={() => props.onClose()} testId={TESTID.labelsPreview}>
      <Facts>
        <For each={linesOf(props.preview)}>
          {(line) => <Fact name={t(`labels.${line.key}`)}>{line.count.toLocaleString(locale())}</Fact>}
        </For>
      </Facts>
      <Show when={!changes(props.preview)}>
        <p class="quiet">{t("labels.nothing_new")}</p>
      </Show>
      <Show when={props.preview.unknown > 0}>
        <p class="quiet small">{t("labels.unknown.text")}</p>
      </Show>
      <Show when={props.preview.would.kept > 0}>
        <Differences preview={props.preview} />
        <Segmented
          label={t("labels.choose")}
          value={differing()}
          segments={CHOICES.map((value) => ({ value, label: t(`labels.${value}`) }))}
          onChange={(next) => {
            // Another wish is another intent.
            intent.done();
            setDiffering(next);
          }}
          testId={TESTID.labelsDiffering}
        />
      </Show>
      <Show when={props.preview.would.passed_over_count > 0}>
        <Details label={t("labels.passed")}>
          <ul class="passed">
            <For each={props.preview.would.passed_over}>{(line) => <li class="small">{t("labels.line", { line: line.line, reason: line.reason })}</li>}</For>
          </ul>
        </Details>
      </Show>
      <Show when={take.error}>{(error) => <ErrorNotice error={error()} />}</Show>
      <Show when={changes(props.preview)}>
        <Button kind="primary" wide busy={take.isPending} data-testid={TESTID.labelsTake} onClick={run}>
          {t("labels.take")}
        </Button>
      </Show>
      <Button wide onClick={() => props.onClose()}>
        {t(changes(props.preview) ? "labels.leave" : "action.close")}
      </Button>
    </Sheet>
  );
}
