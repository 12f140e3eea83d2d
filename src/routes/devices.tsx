import { useNavigate } from "@solidjs/router";
import { PageHead } from "../components/layout";
import { DevicesOverview } from "../features/devices";
import { t } from "../i18n";
import { AddFrame } from "./add-frame";
import { useGate } from "./gate";

/** Also for a device that has joined others and has no wallet yet. */
export default function Devices() {
  const navigate = useNavigate();
  const gate = useGate();
  const back = () => (gate() === "shell" ? { label: t("action.back"), onBack: () => navigate("/more") } : undefined);
  return (
    <AddFrame>
      <PageHead title={t("devices.title")} back={back()} />
      <DevicesOverview />
    </AddFrame>
  );
}
