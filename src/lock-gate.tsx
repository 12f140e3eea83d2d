import { Navigate, useLocation, useNavigate } from "@solidjs/router";
import { createEffect, createMemo, createSignal, Match, on, Show, Suspense, Switch, type ParentProps } from "solid-js";
import { Button } from "./components/button";
import { Mark } from "./components/icon";
import { Spinner } from "./components/spinner";
import { ErrorNotice } from "./features/notice";
import { SendProvider } from "./features/send";
import { useSession } from "./features/session";
import { EventToasts, Outside, Shell, useArrival } from "./features/shell";
import { SyncProvider } from "./features/sync";
import { useWallets, WalletsProvider } from "./features/wallets";
import { t } from "./i18n";
import type { EventHub } from "./ipc/events";
import { OUTSIDE } from "./routes";
import { GateContext, type Gate } from "./routes/gate";
import Unlock from "./routes/unlock";
import "./lock-gate.css";

/** Nothing to show yet. */
function Splash() {
  return (
    <div class="splash" role="status" aria-label={t("state.loading")}>
      <Mark />
      <Spinner />
    </div>
  );
}

/** Keeps screens that need a wallet from being drawn without one. */
function WithWallets(props: ParentProps<{ hub: EventHub }>) {
  const wallets = useWallets();
  const location = useLocation();
  const empty = () => wallets.all().length === 0;
  const waits = () => empty() && !wallets.answer.isError && wallets.answer.isFetching;
  const outside = () => OUTSIDE.includes(location.pathname);
  const gate = createMemo<Gate>(() => (empty() ? "outside" : "shell"));
  return (
    <GateContext.Provider value={gate}>
      <Switch>
        <Match when={waits() && !outside()}>
          <Splash />
        </Match>
        <Match when={wallets.answer.isError && empty() ? wallets.answer.error : undefined}>
          {(error) => (
            <Outside>
              <ErrorNotice error={error()} onRetry={() => void wallets.answer.refetch()} />
            </Outside>
          )}
        </Match>
        <Match when={empty()}>
          <Show when={outside()} fallback={<Navigate href="/welcome" />}>
            {props.children}
          </Show>
        </Match>
        <Match when={!empty()}>
          <SyncProvider hub={props.hub}>
            <SendProvider>
              <EventToasts hub={props.hub} />
              <Shell>
                <Show when={location.pathname !== "/welcome"} fallback={<Navigate href="/" />}>
                  <Suspense>{props.children}</Suspense>
                </Show>
              </Shell>
            </SendProvider>
          </SyncProvider>
        </Match>
      </Switch>
    </GateContext.Provider>
  );
}

/** Decides by the vault what may be seen: nothing before Rust answered, one button while it is locked. */
export function LockGate(props: ParentProps<{ hub: EventHub }>) {
  const session = useSession();
  const location = useLocation();
  const navigate = useNavigate();
  useArrival(session.vault);
  // The first lock screen of a start asks by itself; one that follows "lock now" waits to be asked.
  const [started, setStarted] = createSignal(false);
  createEffect(
    on(session.vault, (vault, was) => {
      if (vault === "open") setStarted(true);
      if (vault === "locked" && was === "open") navigate("/", { replace: true });
    }),
  );
  return (
    <div class="app" data-testid="app" data-vault={session.vault()}>
      <Switch fallback={<Splash />}>
        <Match when={session.snapshot() === undefined ? session.error() : undefined}>
          {(error) => (
            <Outside>
              <h1 class="page-title">{t("start.failed")}</h1>
              <ErrorNotice error={error()} />
              <Button kind="primary" onClick={() => void session.start()}>
                {t("action.again")}
              </Button>
            </Outside>
          )}
        </Match>
        <Match when={session.vault() === "locked"}>
          <Unlock auto={!started()} />
        </Match>
        <Match when={session.vault() === "none"}>
          <GateContext.Provider value={() => "outside"}>
            <Show when={OUTSIDE.includes(location.pathname)} fallback={<Navigate href="/welcome" />}>
              <Suspense fallback={<Splash />}>{props.children}</Suspense>
            </Show>
          </GateContext.Provider>
        </Match>
        <Match when={session.vault() === "open"}>
          <WalletsProvider>
            <WithWallets hub={props.hub}>{props.children}</WithWallets>
          </WalletsProvider>
        </Match>
      </Switch>
    </div>
  );
}
