import { PageHead } from "../components/layout";
import { CoinsPanel } from "../features/coins";
import { StaleBanner } from "../features/sync";
import { t } from "../i18n";

export default function Coins() {
  return (
    <div class="column">
      <PageHead title={t("coins.title")} />
      <StaleBanner />
      <CoinsPanel />
    </div>
  );
}
