import { HashRouter } from "@solidjs/router";
import { QueryClientProvider } from "@tanstack/solid-query";
import { createEffect, ErrorBoundary, onCleanup, onMount } from "solid-js";
import { Button } from "./components/button";
import { Notice } from "./components/states";
import { makeToasts, ToastProvider } from "./components/toast";
import { isSecondThought, noticeOf } from "./features/notice";
import { makeSession, SessionProvider } from "./features/session";
import { Outside } from "./features/shell";
import { t } from "./i18n";
import type { Backend } from "./ipc/backend";
import { BackendProvider } from "./ipc/context";
import { makeEventHub } from "./ipc/events";
import { LockGate } from "./lock-gate";
import { UnitProvider } from "./parts/unit";
import { PlatformProvider } from "./platform/context";
import type { Platform } from "./platform/platform";
import { applyTags, forgetAll, makeQueryClient } from "./query/client";
import { tagsOfEvent } from "./query/events";
import { Routes } from "./routes";

/** Something broke in the page. The money is in Rust, which did not notice. */
function Broken(props: { backend: Backend; error: unknown; reset: () => void }) {
  onMount(() =>
    props.backend.report({ kind: "error", message: props.error instanceof Error ? props.error.message : "a screen broke" }),
  );
  return (
    <Outside>
      <Notice tone="danger" title={t("broken.title")} actions={<Button onClick={() => props.reset()}>{t("broken.act")}</Button>}>
        <p>{t("broken.text")}</p>
      </Notice>
    </Outside>
  );
}

/** Puts the page together from what differs between the app, a browser and a test. */
export function App(props: { backend: Backend; platform: Platform }) {
  // What the page stands on does not change while it lives.
  // eslint-disable-next-line solid/reactivity
  const { backend, platform } = props;
  const hub = makeEventHub();
  const toasts = makeToasts();
  const client = makeQueryClient({
    onSessionStale: () => session.start(),
    onFailure: (error) => {
      if (isSecondThought(error)) return;
      const text = noticeOf(error);
      toasts.show({ title: text.title, text: text.advice, tone: "danger", icon: "warning" });
    },
  });
  const session = makeSession(backend, hub, () => {
    toasts.clear();
    forgetAll(client);
  });
  onCleanup(hub.listen((event) => applyTags(client, tagsOfEvent(event))));
  onMount(() => void session.start());
  createEffect(() => {
    document.documentElement.dataset["theme"] = session.settings().theme;
  });
  return (
    <BackendProvider backend={backend}>
      <PlatformProvider platform={platform}>
        <QueryClientProvider client={client}>
          <SessionProvider session={session}>
            <UnitProvider unit={session.settings().unit}>
              <ToastProvider toasts={toasts} closeLabel={t("action.close")} regionLabel={t("toast.region")}>
                <ErrorBoundary fallback={(error: unknown, reset) => <Broken backend={backend} error={error} reset={reset} />}>
                  <HashRouter root={(root) => <LockGate hub={hub}>{root.children}</LockGate>}>
                    <Routes />
                  </HashRouter>
                </ErrorBoundary>
              </ToastProvider>
            </UnitProvider>
          </SessionProvider>
        </QueryClientProvider>
      </PlatformProvider>
    </BackendProvider>
  );
}
