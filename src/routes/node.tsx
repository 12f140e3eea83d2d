import { Navigate, useNavigate } from "@solidjs/router";
import { Show } from "solid-js";
import { PageHead } from "../components/layout";
import { ConsolePlace } from "../features/node";
import { useSession } from "../features/session";
import { t } from "../i18n";

/** The node's console as a phone has it; a desktop opens a window instead. */
export default function NodeConsole() {
  const session = useSession();
  const navigate = useNavigate();
  return (
    <Show when={session.snapshot()?.phone} fallback={<Navigate href="/more" />}>
      <div class="column">
        <PageHead title={t("more.console")} back={{ label: t("action.back"), onBack: () => navigate(-1) }} />
        <ConsolePlace />
      </div>
    </Show>
  );
}
