import { useNavigate, useSearchParams } from "@solidjs/router";
import { PageHead } from "../components/layout";
import { AddDevice } from "../features/devices";
import { t } from "../i18n";

export default function DevicesAdd() {
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const keys = () => search["keys"] !== undefined;
  return (
    <div class="column">
      <PageHead title={t(keys() ? "host.again.title" : "host.title")} back={{ label: t("action.back"), onBack: () => navigate("/devices") }} />
      <AddDevice keys={keys()} />
    </div>
  );
}
