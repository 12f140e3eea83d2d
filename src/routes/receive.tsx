import { PageHead } from "../components/layout";
import { EarlierAddresses, ReceivePanel } from "../features/receive";
import { StaleBanner } from "../features/sync";
import { t } from "../i18n";

export default function Receive() {
  return (
    <div class="column">
      <PageHead title={t("receive.title")} />
      <StaleBanner />
      <ReceivePanel />
      <EarlierAddresses />
    </div>
  );
}
