import { useNavigate } from "@solidjs/router";
import { Show } from "solid-js";
import { ActionRow, Card, PageHead } from "../components/layout";
import { useToasts } from "../components/toast";
import { importedText, useImport } from "../features/backup";
import { Awaiting, ErrorNotice } from "../features/notice";
import { ScanButton } from "../features/scan";
import { useSession } from "../features/session";
import { t } from "../i18n";
import { makeIntent } from "../lib/request-id";
import { useCommand } from "../query/use";
import { TESTID } from "../testids";
import { AddFrame } from "./add-frame";

/** "I have one": by its words or by its file. */
export default function Existing() {
  const navigate = useNavigate();
  const toasts = useToasts();
  const importing = useImport((imported) => {
    toasts.show({ title: t("import.done"), text: importedText(imported), icon: "check" });
    navigate("/");
  });
  const session = useSession();
  const intent = makeIntent();
  const recovering = useCommand("cmd_recover_circle", {
    quiet: true,
    onDone: (imported) => {
      intent.done();
      toasts.show({ title: t("restore.done"), text: importedText(imported), icon: "check" });
      if (imported.passed_over > 0 || imported.incomplete) {
        const text = imported.passed_over > 0 ? t("lost.lacking.text", { count: imported.passed_over }) : t("lost.lacking.missing");
        toasts.show({ title: t("lost.lacking"), text, icon: "warning", tone: "danger" });
      }
      navigate("/");
    },
  });
  const recover = (): void => {
    intent.done();
    recovering.mutate([{ request_id: intent.id(), wallet_id: null }]);
  };
  return (
    <AddFrame>
      <PageHead title={t("existing.title")} back={{ label: t("action.back"), onBack: () => navigate(-1) }} />
      <Show when={importing.command.error ?? recovering.error}>{(error) => <ErrorNotice error={error()} />}</Show>
      <Card tight>
        <ActionRow
          icon="words"
          title={t("existing.words")}
          text={t("existing.words.text")}
          data-testid={TESTID.welcomeRestore}
          onPress={() => navigate("/restore")}
        />
        <ActionRow
          icon="devices"
          title={t("existing.device")}
          text={t("existing.device.text")}
          data-testid={TESTID.welcomeJoin}
          onPress={() => navigate("/join")}
        />
        <ActionRow
          icon="file"
          title={t("existing.file")}
          text={t("existing.file.text")}
          data-testid={TESTID.welcomeImport}
          disabled={importing.command.isPending}
          onPress={importing.run}
        />
        <Show when={session.snapshot()?.phone !== true}>
          <ActionRow
            icon="folder"
            title={t("lost.title")}
            text={t("lost.text")}
            data-testid={TESTID.lostDevices}
            disabled={recovering.isPending}
            onPress={recover}
          />
        </Show>
      </Card>
      <div>
        <ScanButton place="import" label={t("scan.import")} onUse={() => undefined} />
      </div>
      <Awaiting what="file_open" open={importing.command.isPending} />
      <Awaiting what="lost_folder" open={recovering.isPending} />
    </AddFrame>
  );
}
