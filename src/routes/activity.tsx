import { useNavigate, useParams } from "@solidjs/router";
import { Show } from "solid-js";
import { PageHead } from "../components/layout";
import { createMedia, WIDE } from "../components/media";
import { HistoryList, TxDetail } from "../features/history";
import { StaleBanner } from "../features/sync";
import { t } from "../i18n";
import "./activity.css";

/** All payments; beside them, where there is room, the one that is looked at. */
export default function Activity() {
  const params = useParams<{ txid?: string }>();
  const navigate = useNavigate();
  const wide = createMedia(WIDE);
  return (
    <div class="activity" data-split={wide() && params.txid !== undefined}>
      <Show when={wide() || params.txid === undefined}>
        <div class="column activity-list">
          <PageHead title={t("history.title")} />
          <StaleBanner />
          <HistoryList current={params.txid} />
        </div>
      </Show>
      <Show when={params.txid} keyed>
        {(txid) => (
          <div class="column activity-one">
            <PageHead
              title={t("tx.title")}
              back={{ label: t("action.back"), onBack: () => (wide() ? navigate("/activity") : navigate(-1)) }}
            />
            <TxDetail txid={txid} />
          </div>
        )}
      </Show>
    </div>
  );
}
