import { useLocation, useNavigate } from "@solidjs/router";
import { Match, onCleanup, onMount, Switch } from "solid-js";
import { Button } from "../../components/button";
import { EmptyState, Skeleton } from "../../components/states";
import { t } from "../../i18n";
import type { EventHub } from "../../ipc/events";
import { useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { ErrorNotice } from "../notice";

/** Where the node's console is among a phone's screens. */
export const CONSOLE_PATH = "/node";

/**
 * The console's place on a phone. The console itself is drawn by a web view of its own that lies over this page: what may be
 * called is granted by the view, so this page gains nothing by its place, and the console gains nothing of the wallet's.
 */
export function ConsolePlace() {
  const open = useCommand("cmd_open_console", { quiet: true });
  onMount(() => open.mutate([]));
  return (
    <Switch fallback={<Skeleton label={t("state.loading")} rows={3} />}>
      <Match when={open.isError ? open.error : undefined}>
        {(error) => <ErrorNotice error={error()} onRetry={() => open.mutate([])} busy={open.isPending} />}
      </Match>
      <Match when={open.isSuccess}>
        <EmptyState icon="server" title={t("console.place")} text={t("console.place.text")}>
          <Button data-testid={TESTID.consoleAgain} onClick={() => open.mutate([])}>
            {t("console.place.again")}
          </Button>
        </EmptyState>
      </Match>
    </Switch>
  );
}

/** Leaves the console's place once the console was closed, to where its owner came from. */
export function ConsoleWayBack(props: { hub: EventHub }) {
  const location = useLocation();
  const navigate = useNavigate();
  onCleanup(
    // The hub does not change while the page lives; the listener reads where it is when an event comes.
    // eslint-disable-next-line solid/reactivity
    props.hub.listen((event) => {
      if (event.type === "console_closed" && location.pathname === CONSOLE_PATH) navigate(-1);
    }),
  );
  return null;
}
