import { useNavigate } from "@solidjs/router";
import { Show } from "solid-js";
import { Button } from "../components/button";
import { EmptyState, Skeleton } from "../components/states";
import { useToasts } from "../components/toast";
import { HomeAlerts } from "../features/alerts";
import { BackupReminder } from "../features/backup";
import { BalanceChart, Recent } from "../features/history";
import { Amount } from "../features/money";
import { QueryView } from "../features/notice";
import { UnfinishedPayments } from "../features/send";
import { FreshnessChip, StaleBanner, useBalance } from "../features/sync";
import { useWalletId, useWallets } from "../features/wallets";
import { t } from "../i18n";
import type { Balance } from "../ipc/types";
import { useAnswer, useCommand } from "../query/use";
import { TESTID } from "../testids";
import "./home.css";

function Pending(props: { balance: Balance }) {
  const some = (sats: number | null): boolean => sats !== null && sats > 0;
  return (
    <div class="home-pending">
      <Show when={some(props.balance.pending_incoming)}>
        <span class="home-part" data-tone="pending">
          {t("home.incoming")}
          <Amount sats={props.balance.pending_incoming} sign="+" tone="pending" size="small" data-testid={TESTID.balancePendingIncoming} />
        </span>
      </Show>
      <Show when={some(props.balance.pending_outgoing)}>
        <span class="home-part" data-tone="pending">
          {t("home.outgoing")}
          <Amount sats={props.balance.pending_outgoing} sign="−" tone="pending" size="small" data-testid={TESTID.balancePendingOutgoing} />
        </span>
      </Show>
      <Show when={some(props.balance.immature)}>
        <span class="home-part">
          {t("home.immature")}
          <Amount sats={props.balance.immature} size="small" />
        </span>
      </Show>
      <Show when={props.balance.spendable !== null && props.balance.spendable !== props.balance.total}>
        <span class="home-part">
          {t("home.spendable")}
          <Amount sats={props.balance.spendable} size="small" data-testid={TESTID.balanceSpendable} />
        </span>
      </Show>
    </div>
  );
}

function GetCoins() {
  const walletId = useWalletId();
  const toasts = useToasts();
  const backend = useAnswer("cmd_get_backend", () => [{ wallet_id: walletId() }], () => ({ enabled: walletId() !== null }));
  const get = useCommand("cmd_get_sandbox_coins");
  const free = () => !backend.isPending && backend.data?.is_sandbox === true;
  return (
    <Show when={free()}>
      <Button
        small
        icon="coins"
        busy={get.isPending}
        data-testid={TESTID.getCoins}
        onClick={() =>
          get.mutate([{ wallet_id: walletId() }], {
            onSuccess: ({ txid }) => {
              // The news that they came may have been faster than this answer.
              if (toasts.shown().some((toast) => toast.about === txid)) return;
              toasts.show({ about: txid, title: t("sandbox.done"), text: t("sandbox.done.text"), icon: "coins", tone: "received" });
            },
          })
        }
      >
        {t("sandbox.get")}
      </Button>
    </Show>
  );
}

/** The balance as the one number; everything else is quieter. */
export default function Home() {
  const navigate = useNavigate();
  const balance = useBalance();
  const wallets = useWallets();
  return (
    <div class="column">
      <h1 class="offscreen">{t("home.title", { name: wallets.selected()?.name ?? "" })}</h1>
      <StaleBanner />
      <HomeAlerts />
      <section class="home-top" aria-label={t("home.balance")}>
        <QueryView
          query={balance}
          skeleton={<Skeleton label={t("state.loading")} rows={1} kind="number" />}
          failed={
            <div class="home-number">
              <span class="quiet">{t("home.balance")}</span>
              <Amount sats={null} size="huge" />
            </div>
          }
        >
          {(found) => (
            <>
              <div class="home-number">
                <div class="home-head">
                  <span class="quiet">{t("home.balance")}</span>
                  <GetCoins />
                </div>
                <Amount sats={found().total} size="huge" why={t("amount.never_asked")} data-testid={TESTID.balance} />
                <Show when={found().total === null}>
                  <p class="quiet small">{t("amount.never_asked")}</p>
                </Show>
              </div>
              <Pending balance={found()} />
            </>
          )}
        </QueryView>
        <div class="line">
          <FreshnessChip />
        </div>
        <Show when={!balance.isPending && balance.data}>{(found) => <BalanceChart total={found().total} />}</Show>
        <div class="home-acts">
          <Button kind="primary" wide icon="send" onClick={() => navigate("/send")}>
            {t("nav.send")}
          </Button>
          <Button wide icon="receive" onClick={() => navigate("/receive")}>
            {t("nav.receive")}
          </Button>
        </div>
      </section>
      <BackupReminder />
      <UnfinishedPayments />
      <Recent
        toldAbove={balance.isError}
        empty={
          <EmptyState icon="receive" title={t("home.empty")} text={t("home.empty.text")}>
            <Button icon="receive" onClick={() => navigate("/receive")}>
              {t("home.empty.act")}
            </Button>
          </EmptyState>
        }
      />
    </div>
  );
}
