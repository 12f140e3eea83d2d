import { useNavigate } from "@solidjs/router";
import { Card, Fact, Facts, PageHead, Section } from "../components/layout";
import { useSession } from "../features/session";
import { BackendForm, DisplaySettings, LimitSettings, SecuritySettings, WalletInfoCard } from "../features/settings";
import { t } from "../i18n";

export default function Settings() {
  const navigate = useNavigate();
  const session = useSession();
  return (
    <div class="column">
      <PageHead title={t("settings.title")} back={{ label: t("action.back"), onBack: () => navigate("/more") }} />
      <DisplaySettings />
      <SecuritySettings />
      <LimitSettings />
      <BackendForm />
      <WalletInfoCard />
      <Section title={t("settings.about")}>
        <Card>
          <Facts>
            <Fact name={t("about.version")}>{session.snapshot()?.version ?? "—"}</Fact>
            <Fact name={t("about.page")}>{__UI_VERSION__}</Fact>
          </Facts>
          <p class="quiet small">{t("about.text")}</p>
        </Card>
      </Section>
    </div>
  );
}
