import { Show } from "solid-js";
import { Button } from "../../components/button";
import { ActionRow, Card, Section } from "../../components/layout";
import { Notice, Skeleton } from "../../components/states";
import { locale, t } from "../../i18n";
import type { Imported, WalletInfo } from "../../ipc/types";
import { formatExact } from "../../lib/time";
import { usePlatform } from "../../platform/context";
import { useAnswer } from "../../query/use";
import { TESTID } from "../../testids";
import { Ago } from "../money";
import { Awaiting, ErrorNotice, QueryView } from "../notice";
import { OtherWallets } from "../interop";
import { useWalletId } from "../wallets";
import { useBackupActs, type Outcome } from "./acts";
import { RestoreDrill } from "./drill";
import { HealthRow } from "./health-row";
import { fileHealth, wordsHealth } from "./model";
import "./backup.css";

/** What an import changed, in a sentence. */
export function importedText(imported: Imported): string {
  const said: string[] = [];
  const names = (wallets: Imported["added"]): string => wallets.map((wallet) => wallet.name).join(", ");
  if (imported.added.length > 0) said.push(t("import.added", { names: names(imported.added) }));
  if (imported.merged.length > 0) said.push(t("import.merged", { names: names(imported.merged) }));
  if (said.length === 0) said.push(t("import.unchanged"));
  return said.join(" ");
}

function OutcomeNotice(props: { outcome: Outcome }) {
  const text = () => {
    const outcome = props.outcome;
    switch (outcome.kind) {
      case "words":
        return t("backup.words.proven.text");
      case "imported":
        return importedText(outcome.imported);
      case "written":
        return outcome.verified ? t("backup.written.verified") : t("backup.written");
    }
  };
  const path = () => (props.outcome.kind === "written" ? props.outcome.path : undefined);
  return (
    <Notice tone="good" testId={TESTID.backupResult} live>
      <p>{text()}</p>
      <Show when={path()}>{(written) => <p class="backup-path">{written()}</p>}</Show>
    </Notice>
  );
}

function Rows(props: { info: WalletInfo }) {
  const platform = usePlatform();
  const acts = useBackupActs();
  const words = () => wordsHealth(props.info);
  const file = () => fileHealth(props.info, platform.clock());
  const any = () => acts.exporting.isPending || acts.backing.isPending || acts.importing.isPending || acts.showing.isPending || acts.checking.isPending;
  return (
    <div class="stack">
      <Show when={acts.outcome()}>{(outcome) => <OutcomeNotice outcome={outcome()} />}</Show>
      <Show when={acts.error()}>{(error) => <ErrorNotice error={error()} />}</Show>
      <Show when={props.info.database_damaged}>
        <Notice tone="danger">
          <p>{t("backup.damaged")}</p>
        </Notice>
      </Show>
      <Card tight>
        <HealthRow
          health={words()}
          title={t("backup.words")}
          text={
            words() === "good" ? (
              <>
                {t("backup.words.good")} <Ago at={props.info.words_proven_at ?? 0} />
              </>
            ) : words() === "none" ? (
              t("backup.words.none")
            ) : (
              t("backup.words.missing")
            )
          }
        >
          <Show when={words() !== "none"}>
            <Button small icon="words" disabled={any()} data-testid={TESTID.backupShowWords} onClick={() => acts.show()}>
              {t("backup.show")}
            </Button>
            <Button small icon="check" disabled={any()} data-testid={TESTID.backupCheckWords} onClick={() => acts.check()}>
              {t("backup.check")}
            </Button>
          </Show>
        </HealthRow>
        <HealthRow
          health={file()}
          title={t("backup.file")}
          text={
            props.info.backed_up_at === null
              ? t("backup.file.missing")
              : t(file() === "due" ? "backup.file.due" : "backup.file.good", { time: formatExact(props.info.backed_up_at, locale()) })
          }
        >
          <Button small kind="primary" icon="shield" disabled={any()} data-testid={TESTID.backupNow} onClick={() => acts.backup()}>
            {t("backup.now")}
          </Button>
        </HealthRow>
        <RestoreDrill />
      </Card>
      <Section title={t("backup.files")}>
        <Card tight>
          <ActionRow icon="upload" disabled={any()} onPress={() => acts.export()} title={t("backup.export")} text={t("backup.export.text")} data-testid={TESTID.exportFile} />
          <ActionRow icon="download" disabled={any()} onPress={() => acts.import()} title={t("backup.import")} text={t("backup.import.text")} data-testid={TESTID.importFile} />
        </Card>
      </Section>
      <p class="quiet small">{t("backup.what")}</p>
      <OtherWallets />
      <Awaiting what="file_save" open={acts.exporting.isPending || acts.backing.isPending} />
      <Awaiting what="file_open" open={acts.importing.isPending} />
      <Awaiting what="words_show" open={acts.showing.isPending} />
      <Awaiting what="words_check" open={acts.checking.isPending} />
    </div>
  );
}

/** How well this wallet would survive the loss of this device. */
export function BackupHealth() {
  const walletId = useWalletId();
  const info = useAnswer("cmd_get_wallet_info", () => [{ wallet_id: walletId() }], () => ({ enabled: walletId() !== null }));
  return (
    <QueryView
      query={info}
      skeleton={
        <Card tight>
          <Skeleton label={t("state.loading")} rows={2} />
        </Card>
      }
    >
      {(found) => <Rows info={found()} />}
    </QueryView>
  );
}
