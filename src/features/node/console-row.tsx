import { useNavigate } from "@solidjs/router";
import { Show } from "solid-js";
import { Icon } from "../../components/icon";
import { ActionRow, LinkRow } from "../../components/layout";
import { t } from "../../i18n";
import { useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { useSession } from "../session";
import { CONSOLE_PATH } from "./console-place";

/** Opens the node's console, which this page knows nothing else of: a window of its own, or on a phone the place where it lies. */
export function useOpenConsole(): () => void {
  const open = useCommand("cmd_open_console");
  const session = useSession();
  const navigate = useNavigate();
  return () => {
    if (session.snapshot()?.phone) navigate(CONSOLE_PATH);
    else open.mutate([]);
  };
}

export function ConsoleRow() {
  const open = useOpenConsole();
  const session = useSession();
  return (
    <Show
      when={session.snapshot()?.phone}
      fallback={
        <ActionRow
          icon="server"
          title={t("more.console")}
          text={t("more.console.text")}
          trailing={<Icon name="external" />}
          data-testid={TESTID.openConsole}
          onPress={open}
        />
      }
    >
      <LinkRow icon="server" href={CONSOLE_PATH} title={t("more.console")} text={t("more.console.phone")} data-testid={TESTID.openConsole} />
    </Show>
  );
}
