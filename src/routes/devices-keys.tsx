import { useNavigate } from "@solidjs/router";
import { PageHead } from "../components/layout";
import { TakeKeys } from "../features/devices";
import { t } from "../i18n";

export default function DevicesKeys() {
  const navigate = useNavigate();
  return (
    <div class="column">
      <PageHead title={t("keys.title")} back={{ label: t("action.back"), onBack: () => navigate("/devices") }} />
      <TakeKeys />
    </div>
  );
}
