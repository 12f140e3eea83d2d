import { createSignal, For, Match, Show, Switch } from "solid-js";
import { ActionRow, Card, Section } from "../../components/layout";
import { Notice } from "../../components/states";
import { t } from "../../i18n";
import type { FoundDescriptors, LabelsPreview } from "../../ipc/types";
import { makeIntent } from "../../lib/request-id";
import { useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { Awaiting, ErrorNotice } from "../notice";
import { useWalletId, useWallets } from "../wallets";
import { LabelsSheet } from "./labels-preview";
import "./interop.css";

interface Written {
  kind: "labels" | "descriptors" | "metadata";
  path: string;
}

type Outcome = Written | { kind: "found"; found: FoundDescriptors[] };

/** A file that goes out or comes in: what it is called, and what happens when its row is pressed. */
interface Road {
  words: "labels.export" | "labels.electrum" | "labels.import" | "descriptors.export" | "metadata.export" | "descriptors.read";
  icon: "upload" | "download";
  testId: string;
  go: () => void;
}

function Descriptors(props: { found: FoundDescriptors[] }) {
  const wallets = useWallets();
  const name = (id: string | null) => wallets.all().find((wallet) => wallet.id === id)?.name;
  return (
    <Notice tone="info" title={t("descriptors.found", { count: props.found.length })} testId={TESTID.otherResult} live>
      <For each={props.found}>
        {(one) => (
          <div class="found">
            <code class="mono small">{one.external}</code>
            <Show when={one.last_index}>{(index) => <p class="quiet small">{t("descriptors.index", { index: index() })}</p>}</Show>
            <p>
              <Show when={name(one.wallet_id)} fallback={t("descriptors.foreign")}>
                {(wallet) => <>{t("descriptors.here", { wallet: wallet() })}</>}
              </Show>
            </p>
          </div>
        )}
      </For>
    </Notice>
  );
}

function Result(props: { outcome: Outcome }) {
  const found = () => (props.outcome.kind === "found" ? props.outcome.found : undefined);
  const written = () => (props.outcome.kind === "found" ? undefined : props.outcome);
  return (
    <Switch>
      <Match when={found()}>{(all) => <Descriptors found={all()} />}</Match>
      <Match when={written()}>
        {(file) => (
          <Notice tone="good" testId={TESTID.otherResult} live>
            <p>{t(`${file().kind}.written`)}</p>
            <p class="mono file-path">{file().path}</p>
          </Notice>
        )}
      </Match>
    </Switch>
  );
}

/** Files that other wallets read and write. Rust opens the dialogs; nothing is taken in before its owner saw what it would do. */
export function OtherWallets() {
  const walletId = useWalletId();
  const intent = makeIntent();
  const [outcome, setOutcome] = createSignal<Outcome>();
  const [preview, setPreview] = createSignal<LabelsPreview>();
  const writing = useCommand("cmd_export_labels", { quiet: true });
  const reading = useCommand("cmd_read_labels", { quiet: true });
  const sealing = useCommand("cmd_export_descriptors", { quiet: true });
  const describing = useCommand("cmd_export_metadata", { quiet: true });
  const opening = useCommand("cmd_read_descriptors", { quiet: true });
  const all = [writing, reading, sealing, describing, opening];
  const busy = () => all.some((command) => command.isPending);
  const error = () => writing.error ?? reading.error ?? sealing.error ?? describing.error ?? opening.error;
  const begin = () => {
    setOutcome(undefined);
    for (const command of all) command.reset();
    intent.done();
    return { request_id: intent.id(), wallet_id: walletId() };
  };
  const wrote = (kind: Written["kind"]) => ({ onSuccess: ({ path }: { path: string }) => setOutcome({ kind, path }) });
  const roads: readonly Road[] = [
    { words: "labels.export", icon: "upload", testId: TESTID.labelsExport, go: () => writing.mutate([{ ...begin(), form: "bip329" }], wrote("labels")) },
    { words: "labels.electrum", icon: "upload", testId: TESTID.labelsElectrum, go: () => writing.mutate([{ ...begin(), form: "electrum" }], wrote("labels")) },
    { words: "labels.import", icon: "download", testId: TESTID.labelsImport, go: () => reading.mutate([begin()], { onSuccess: setPreview }) },
    { words: "descriptors.export", icon: "upload", testId: TESTID.descriptorsExport, go: () => sealing.mutate([begin()], wrote("descriptors")) },
    { words: "metadata.export", icon: "upload", testId: TESTID.metadataExport, go: () => describing.mutate([begin()], wrote("metadata")) },
    {
      words: "descriptors.read", icon: "download", testId: TESTID.descriptorsRead,
      go: () => opening.mutate([begin()], { onSuccess: (found) => setOutcome({ kind: "found", found }) }),
    },
  ];
  return (
    <Section title={t("others.title")}>
      <Show when={outcome()}>{(done) => <Result outcome={done()} />}</Show>
      <Show when={error()}>{(failed) => <ErrorNotice error={failed()} />}</Show>
      <Card tight>
        <For each={roads}>
          {(road) => (
            <ActionRow
              icon={road.icon}
              disabled={busy()}
              title={t(road.words)}
              text={t(`${road.words}.text`)}
              data-testid={road.testId}
              onPress={() => road.go()}
            />
          )}
        </For>
      </Card>
      <p class="quiet small">{t("others.text")}</p>
      <Show when={preview()}>{(read) => <LabelsSheet preview={read()} onClose={() => setPreview(undefined)} />}</Show>
      <Awaiting what="plain_save" open={writing.isPending || sealing.isPending || describing.isPending} />
      <Awaiting what="plain_open" open={reading.isPending || opening.isPending} />
    </Section>
  );
}
