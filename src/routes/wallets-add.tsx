import { useNavigate } from "@solidjs/router";
import { ActionRow, Card, PageHead } from "../components/layout";
import { t } from "../i18n";
import { TESTID } from "../testids";

/** One more wallet. */
export default function WalletsAdd() {
  const navigate = useNavigate();
  return (
    <div class="column">
      <PageHead title={t("wallets.add")} back={{ label: t("action.back"), onBack: () => navigate(-1) }} />
      <Card tight>
        <ActionRow icon="plus" title={t("welcome.new")} text={t("add.new.text")} data-testid={TESTID.welcomeNew} onPress={() => navigate("/create")} />
        <ActionRow icon="download" title={t("welcome.existing")} text={t("add.existing.text")} data-testid={TESTID.welcomeExisting} onPress={() => navigate("/existing")} />
      </Card>
    </div>
  );
}
