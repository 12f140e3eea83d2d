import { useNavigate } from "@solidjs/router";
import { PageHead } from "../components/layout";
import { BackupHealth } from "../features/backup";
import { t } from "../i18n";

export default function Backup() {
  const navigate = useNavigate();
  return (
    <div class="column">
      <PageHead title={t("backup.title")} back={{ label: t("action.back"), onBack: () => navigate("/more") }} />
      <BackupHealth />
    </div>
  );
}
