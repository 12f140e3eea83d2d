import { HashRouter, useLocation } from "@solidjs/router";
import { QueryClientProvider, type QueryClient } from "@tanstack/solid-query";
import { createEffect, createSignal, ErrorBoundary, Match, onCleanup, onMount, Show, Suspense, Switch, type ParentProps } from "solid-js";
import { Button } from "../components/button";
import { Mark } from "../components/icon";
import { Spinner } from "../components/spinner";
import { Notice, Skeleton } from "../components/states";
import { makeToasts, ToastProvider } from "../components/toast";
import { toIpcError, type IpcError } from "../ipc/error";
import { makeEventHub, type EventHub } from "../ipc/events";
import { Outside } from "../parts/outside";
import { UnitProvider } from "../parts/unit";
import { PlatformProvider } from "../platform/context";
import type { Platform } from "../platform/platform";
import { makeMirror } from "../query/mirror";
import { t } from "./i18n";
import type { ConsoleBackend } from "./ipc/backend";
import { LineProvider } from "./ipc/context";
import type { ConsoleCommandName } from "./ipc/tags";
import type { ConsoleEvent, ConsoleSnapshot } from "./ipc/types";
import { lineStateOf } from "./lib/problems";
import { failureText, Failure } from "./parts/failure";
import { applyTags, staleAfter, tagsOfEvent } from "./query/tags";
import { useAnswer } from "./query/use";
import { Routes } from "./routes";
import { CID } from "./testids";
import { NotSet } from "./views/not-set";
import { Shell } from "./views/shell";
import "./app.css";

/** Something broke in the page. The node did not notice. */
function Broken(props: { backend: ConsoleBackend; error: unknown; reset: () => void }) {
  onMount(() => props.backend.report({ kind: "error", message: props.error instanceof Error ? props.error.message : "a view broke" }));
  return (
    <Outside>
      <Notice tone="danger" title={t("broken.title")} actions={<Button onClick={() => props.reset()}>{t("broken.act")}</Button>}>
        <p>{t("broken.text")}</p>
      </Notice>
    </Outside>
  );
}

/** Nothing was said yet. */
function Splash() {
  return (
    <div class="console-splash" role="status" aria-label={t("state.loading")}>
      <Mark />
      <Spinner />
    </div>
  );
}

/** The view itself, or that no node is set, wherever one is. */
function Place(props: ParentProps<{ phone: boolean }>) {
  const health = useAnswer("cmd_get_health", () => []);
  const location = useLocation();
  const line = () => lineStateOf(health.isPending ? undefined : health.data);
  return (
    <div class="app" data-testid={CID.app} data-line={line()}>
      <Shell phone={props.phone}>
        <Show when={line() !== "unset" || location.pathname === "/connection"} fallback={<NotSet />}>
          <Suspense fallback={<Skeleton label={t("state.loading")} rows={4} />}>{props.children}</Suspense>
        </Show>
      </Shell>
    </div>
  );
}

/** Says to Rust that the page listens, and keeps what it answers. */
function useStart(backend: ConsoleBackend, client: QueryClient, onEvent: (event: ConsoleEvent) => void) {
  const [snapshot, setSnapshot] = createSignal<ConsoleSnapshot>();
  const [error, setError] = createSignal<IpcError>();
  // What comes before the snapshot may be newer than it, so it is told after it.
  let early: ConsoleEvent[] | undefined = [];
  const hear = (event: ConsoleEvent): void => {
    if (early) early.push(event);
    else onEvent(event);
  };
  const start = async (): Promise<void> => {
    try {
      setError(undefined);
      early ??= [];
      const is = await backend.ready(hear);
      client.setQueryData(["cmd_get_health"], is.health);
      client.setQueryData(["cmd_get_config"], is.config);
      setSnapshot(is);
      const missed = early;
      early = undefined;
      missed.forEach(onEvent);
    } catch (thrown) {
      setError(toIpcError(thrown));
    }
  };
  onMount(() => void start());
  onCleanup(() => backend.deaf());
  return { snapshot, error, start };
}

/** Puts the page together from what differs between the app, a browser and a test. */
export function App(props: { backend: ConsoleBackend; platform: Platform; hub?: EventHub<ConsoleEvent> }) {
  // What the page stands on does not change while it lives.
  // eslint-disable-next-line solid/reactivity
  const { backend, platform } = props;
  // eslint-disable-next-line solid/reactivity
  const hub = props.hub ?? makeEventHub<ConsoleEvent>();
  const toasts = makeToasts();
  const client: QueryClient = makeMirror({
    onSettled: (command) => applyTags(client, staleAfter(command as ConsoleCommandName)),
    onFailure: (error) => toasts.show({ title: failureText(error).title, tone: "danger", icon: "warning" }),
  });
  onCleanup(hub.listen((event) => applyTags(client, tagsOfEvent(event))));
  onCleanup(() => client.clear());
  const session = useStart(backend, client, hub.emit);
  createEffect(() => {
    document.documentElement.dataset["theme"] = session.snapshot()?.theme ?? "system";
  });
  return (
    <LineProvider backend={backend} hub={hub}>
      <PlatformProvider platform={platform}>
        <QueryClientProvider client={client}>
          <UnitProvider unit="btc">
            <ToastProvider toasts={toasts} closeLabel={t("action.close")} regionLabel={t("toast.region")}>
              <ErrorBoundary fallback={(error: unknown, reset) => <Broken backend={backend} error={error} reset={reset} />}>
                <Switch fallback={<Splash />}>
                  <Match when={session.snapshot()}>
                    {(found) => (
                      <HashRouter root={(root) => <Place phone={found().phone}>{root.children}</Place>}>
                        <Routes />
                      </HashRouter>
                    )}
                  </Match>
                  <Match when={session.error()}>
                    {(error) => (
                      <Outside>
                        <Failure linkless error={error()} onRetry={() => void session.start()} />
                      </Outside>
                    )}
                  </Match>
                </Switch>
              </ErrorBoundary>
            </ToastProvider>
          </UnitProvider>
        </QueryClientProvider>
      </PlatformProvider>
    </LineProvider>
  );
}
