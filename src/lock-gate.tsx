import { Navigate, useLocation, useNavigate } from "@solidjs/router";
import { useQueryClient } from "@tanstack/solid-query";
import { createEffect, createMemo, createSignal, Match, on, Show, Suspense, Switch, type ParentProps } from "solid-js";
import { useBack } from "./components/back";
import { Button } from "./components/button";
import { Mark } from "./components/icon";
import { Spinner } from "./components/spinner";
import { useToasts } from "./components/toast";
import { JoinProvider, MeetingProvider } from "./features/devices";
import { ErrorNotice } from "./features/notice";
import { ConsoleWayBack } from "./features/node";
import { RecoverProvider } from "./features/recover";
import { OpenedLinks, SendProvider } from "./features/send";
import { useSession } from "./features/session";
import { EventToasts, Outside, Shell, useArrival } from "./features/shell";
import { SyncProvider } from "./features/sync";
import { useWallets, WalletsProvider } from "./features/wallets";
import { t } from "./i18n";
import type { Followed } from "./ipc/backend";
import type { EventHub } from "./ipc/events";
import { useAnswer } from "./query/use";
import { OUTSIDE, WITHOUT_WALLET } from "./routes";
import { GateContext, type Gate } from "./routes/gate";
import Unlock from "./routes/unlock";
import "./lock-gate.css";

/** What its owner follows step by step, and what a lock ends half-way. */
const FOLLOWED: readonly Followed[] = ["cmd_host_pairing", "cmd_join_pairing", "cmd_take_keys", "cmd_recover_circle"];

/** Tells who unlocks what the lock ended: its screen is gone, and nobody saw how it ended. */
function useBrokenOff(): { note: () => void; tell: () => void } {
  const client = useQueryClient();
  const toasts = useToasts();
  let ended: Followed | undefined;
  return {
    note: () => {
      ended = FOLLOWED.find((command) => client.isMutating({ predicate: ({ meta }) => meta?.["command"] === command }) > 0);
    },
    tell: () => {
      if (ended !== undefined) toasts.show({ title: t(`broken_off.${ended}`), text: t(`broken_off.${ended}.text`), icon: "lock" });
      ended = undefined;
    },
  };
}

/** Nothing to show yet. */
function Splash() {
  return (
    <div class="splash" role="status" aria-label={t("state.loading")}>
      <Mark />
      <Spinner />
    </div>
  );
}

/** Where somebody begins who has no wallet here: with the devices that they share with, if there are any. */
function Beginning() {
  const circle = useAnswer("cmd_get_circle", () => []);
  const joined = () => !circle.isPending && circle.data?.circle.id != null;
  return (
    <Show when={!circle.isPending || circle.isError} fallback={<Splash />}>
      <Navigate href={joined() ? "/devices" : "/welcome"} />
    </Show>
  );
}

/** Keeps screens that need a wallet from being drawn without one. */
function WithWallets(props: ParentProps<{ hub: EventHub }>) {
  const wallets = useWallets();
  const location = useLocation();
  const empty = () => wallets.all().length === 0;
  const waits = () => empty() && !wallets.answer.isError && wallets.answer.isFetching;
  const outside = () => WITHOUT_WALLET.includes(location.pathname);
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
          <Show when={outside()} fallback={<Beginning />}>
            <Suspense fallback={<Splash />}>{props.children}</Suspense>
          </Show>
        </Match>
        <Match when={!empty()}>
          <SyncProvider hub={props.hub}>
            <SendProvider>
              <EventToasts hub={props.hub} />
              <OpenedLinks hub={props.hub} />
              <ConsoleWayBack hub={props.hub} />
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
  useBack(() => `${location.pathname}${location.search}`);
  // The first lock screen of a start asks by itself; one that follows "lock now" waits to be asked.
  const [started, setStarted] = createSignal(false);
  const broken = useBrokenOff();
  createEffect(
    on(session.vault, (vault, was) => {
      if (vault === "open") {
        setStarted(true);
        broken.tell();
      }
      if (vault === "locked" && was === "open") {
        broken.note();
        navigate("/", { replace: true });
      }
    }),
  );
  return (
    <div class="app" data-testid="app" data-vault={session.vault()}>
      <JoinProvider>
       <RecoverProvider>
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
              <MeetingProvider hub={props.hub}>
                <WithWallets hub={props.hub}>{props.children}</WithWallets>
              </MeetingProvider>
            </WalletsProvider>
          </Match>
        </Switch>
       </RecoverProvider>
      </JoinProvider>
    </div>
  );
}
