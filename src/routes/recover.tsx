import { useNavigate } from "@solidjs/router";
import { PageHead } from "../components/layout";
import { Recover as Recovering } from "../features/recover";
import { t } from "../i18n";
import { AddFrame } from "./add-frame";

/** "My devices are lost": from the first screen, or beside wallets that are here. */
export default function Recover() {
  const navigate = useNavigate();
  return (
    <AddFrame>
      <PageHead title={t("lost.title")} back={{ label: t("action.back"), onBack: () => navigate("/existing") }} />
      <Recovering />
    </AddFrame>
  );
}
