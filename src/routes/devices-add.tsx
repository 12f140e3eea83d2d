import { useNavigate } from "@solidjs/router";
import { PageHead } from "../components/layout";
import { AddDevice } from "../features/devices";
import { t } from "../i18n";

export default function DevicesAdd() {
  const navigate = useNavigate();
  return (
    <div class="column">
      <PageHead title={t("host.title")} back={{ label: t("action.back"), onBack: () => navigate("/devices") }} />
      <AddDevice />
    </div>
  );
}
