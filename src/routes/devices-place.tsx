import { useNavigate } from "@solidjs/router";
import { PageHead } from "../components/layout";
import { PlaceForm } from "../features/devices";
import { t } from "../i18n";
import { AddFrame } from "./add-frame";

export default function DevicesPlace() {
  const navigate = useNavigate();
  return (
    <AddFrame>
      <PageHead title={t("place.title")} back={{ label: t("action.back"), onBack: () => navigate("/devices") }} />
      <PlaceForm />
    </AddFrame>
  );
}
