import { useParams } from "@solidjs/router";
import { PageHead } from "../../components/layout";
import { KeepContact } from "../../features/contacts";
import { Done } from "../../features/send";
import { t } from "../../i18n";

export default function SendDone() {
  const params = useParams<{ txid: string }>();
  return (
    <div class="column">
      <PageHead title={t("send.title")} />
      <Done txid={params.txid} keeper={(address) => <KeepContact address={address} />} />
    </div>
  );
}
