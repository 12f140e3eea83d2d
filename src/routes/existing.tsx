import { useNavigate } from "@solidjs/router";
import { Show } from "solid-js";
import { ActionRow, Card, PageHead } from "../components/layout";
import { useToasts } from "../components/toast";
import { importedText, useImport } from "../features/backup";
import { Awaiting, ErrorNotice } from "../features/notice";
import { ScanButton } from "../features/scan";
import { t } from "../i18n";
import { TESTID } from "../testids";
import { AddFrame } from "./add-frame";

/** "I have one": by its words, from another device, by its file, or from where lost devices met. */
export default function Existing() {
  const navigate = useNavigate();
  const toasts = useToasts();
  const importing = useImport((imported) => {
    toasts.show({ title: t("import.done"), text: importedText(imported), icon: "check" });
    navigate("/");
  });
  return (
    <AddFrame>
      <PageHead title={t("existing.title")} back={{ label: t("action.back"), onBack: () => navigate(-1) }} />
      <Show when={importing.command.error}>{(error) => <ErrorNotice error={error()} />}</Show>
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
        <ActionRow icon="sync" title={t("lost.title")} text={t("lost.text")} data-testid={TESTID.lostDevices} onPress={() => navigate("/recover")} />
      </Card>
      <div>
        <ScanButton place="import" label={t("scan.import")} onUse={() => undefined} />
      </div>
      <Awaiting what="file_open" open={importing.command.isPending} />
    </AddFrame>
  );
}
