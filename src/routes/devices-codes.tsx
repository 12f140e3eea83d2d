import { useNavigate } from "@solidjs/router";
import { PageHead } from "../components/layout";
import { MeetByCodes } from "../features/devices";
import { t } from "../i18n";
import { AddFrame } from "./add-frame";

export default function DevicesCodes() {
  const navigate = useNavigate();
  return (
    <AddFrame>
      <PageHead title={t("meet.title")} back={{ label: t("action.back"), onBack: () => navigate("/devices") }} />
      <MeetByCodes />
    </AddFrame>
  );
}
