import { PageHead } from "../components/layout";
import { BackupPrompt } from "../features/backup";
import { t } from "../i18n";

export default function BackupNew() {
  return (
    <div class="column">
      <PageHead title={t("prompt.title")} />
      <BackupPrompt />
    </div>
  );
}
