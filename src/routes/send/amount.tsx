import { Navigate, useNavigate } from "@solidjs/router";
import { Show } from "solid-js";
import { PageHead } from "../../components/layout";
import { HowMuch, Steps, useSendFlow } from "../../features/send";
import { StaleBanner } from "../../features/sync";
import { t } from "../../i18n";

export default function SendAmount() {
  const flow = useSendFlow();
  const navigate = useNavigate();
  return (
    <Show when={flow.said().target} fallback={<Navigate href="/send" />}>
      {(target) => (
        <div class="column">
          <PageHead title={t("send.title")} back={{ label: t("action.back"), onBack: () => navigate("/send") }} />
          <Steps at={1} />
          <StaleBanner />
          <HowMuch target={target()} />
        </div>
      )}
    </Show>
  );
}
