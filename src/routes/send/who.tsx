import { PageHead } from "../../components/layout";
import { ContactChooser } from "../../features/contacts";
import { Steps, Who } from "../../features/send";
import { StaleBanner } from "../../features/sync";
import { t } from "../../i18n";

export default function SendWho() {
  return (
    <div class="column">
      <PageHead title={t("send.title")} />
      <Steps at={0} />
      <StaleBanner />
      <Who chooser={<ContactChooser />} />
    </div>
  );
}
