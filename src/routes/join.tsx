import { useNavigate } from "@solidjs/router";
import { PageHead } from "../components/layout";
import { JoinDevice } from "../features/devices";
import { t } from "../i18n";
import { AddFrame } from "./add-frame";
import { useGate } from "./gate";

/** "It is on another device": from the first screen, or from a device with wallets of its own. */
export default function Join() {
  const navigate = useNavigate();
  const gate = useGate();
  return (
    <AddFrame>
      <PageHead title={t("join.title")} back={{ label: t("action.back"), onBack: () => navigate(-1) }} />
      <JoinDevice withWallets={gate() === "shell"} />
    </AddFrame>
  );
}
