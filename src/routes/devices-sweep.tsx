import { useNavigate, useParams } from "@solidjs/router";
import { PageHead } from "../components/layout";
import { SweepGuide } from "../features/sweep";
import { t } from "../i18n";

export default function DevicesSweep() {
  const navigate = useNavigate();
  const params = useParams<{ wallet?: string }>();
  return (
    <div class="column">
      <PageHead title={t("sweep.title")} back={{ label: t("action.back"), onBack: () => navigate("/devices") }} />
      <SweepGuide wallet={params.wallet} />
    </div>
  );
}
