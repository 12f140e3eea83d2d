import { ActionRow } from "../../components/layout";
import { Icon } from "../../components/icon";
import { t } from "../../i18n";
import { useCommand } from "../../query/use";
import { TESTID } from "../../testids";

/** Opens the node's console: a window of its own, which this one knows nothing else of. */
export function useOpenConsole(): () => void {
  const open = useCommand("cmd_open_console");
  return () => open.mutate([]);
}

export function ConsoleRow() {
  const open = useOpenConsole();
  return (
    <ActionRow
      icon="server"
      title={t("more.console")}
      text={t("more.console.text")}
      trailing={<Icon name="external" />}
      data-testid={TESTID.openConsole}
      onPress={open}
    />
  );
}
