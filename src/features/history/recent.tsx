import { A } from "@solidjs/router";
import { For, type JSX } from "solid-js";
import { Card, Section } from "../../components/layout";
import { Skeleton } from "../../components/states";
import { t } from "../../i18n";
import { useAnswer } from "../../query/use";
import { TESTID } from "../../testids";
import { QueryView } from "../notice";
import { useWalletId } from "../wallets";
import { TxRow } from "./tx-row";

/** How many payments the home screen asks for: the chart draws them all, the list shows the first few. */
const ASKED = 200;
const SHOWN = 6;

/** The newest payments; one question for the list and the chart. */
export function useRecent() {
  const walletId = useWalletId();
  return useAnswer(
    "cmd_get_transaction_history",
    () => [{ wallet_id: walletId(), after: null, limit: ASKED, direction: null, search: null }],
    () => ({ enabled: walletId() !== null }),
  );
}

export function Recent(props: {
  empty: JSX.Element;
  /** The screen says already that the wallet cannot be read. */
  toldAbove?: boolean;
}) {
  const answer = useRecent();
  return (
    <Section
      title={t("home.recent")}
      actions={
        <A class="link-quiet" href="/activity" data-testid={TESTID.seeAll}>
          {t("home.see_all")}
        </A>
      }
    >
      <QueryView
        query={answer}
        toldAbove={props.toldAbove ?? false}
        failed={
          <Card>
            <p class="quiet small">{t("home.recent.failed")}</p>
          </Card>
        }
        skeleton={
          <Card tight>
            <Skeleton label={t("state.loading")} rows={4} />
          </Card>
        }
        isEmpty={(page) => page.transactions.length === 0}
        empty={<Card>{props.empty}</Card>}
      >
        {(page) => (
          <Card tight class="recent">
            <For each={page().transactions.slice(0, SHOWN)}>{(tx) => <TxRow tx={tx} />}</For>
          </Card>
        )}
      </QueryView>
    </Section>
  );
}
