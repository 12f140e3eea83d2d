import { useNavigate } from "@solidjs/router";
import { Show } from "solid-js";
import { PageHead } from "../components/layout";
import { useToasts } from "../components/toast";
import { Awaiting, ErrorNotice } from "../features/notice";
import { useSession } from "../features/session";
import { restoredText, SCRIPT_TYPES, WalletForm } from "../features/wallets";
import { t } from "../i18n";
import { makeIntent } from "../lib/request-id";
import { useCommand } from "../query/use";
import { AddFrame } from "./add-frame";

/** A wallet from its words, which are typed in the sealed window. */
export default function Restore() {
  const navigate = useNavigate();
  const session = useSession();
  const toasts = useToasts();
  const intent = makeIntent();
  const restore = useCommand("cmd_restore_wallet", {
    quiet: true,
    onDone: (restored) => {
      intent.done();
      toasts.show({ title: t("restore.done"), text: restoredText(restored), icon: "check" });
      navigate("/", { replace: true });
    },
  });
  const network = session.snapshot()?.sandbox ? "regtest" : "bitcoin";
  return (
    <AddFrame>
      <PageHead title={t("restore.title")} back={{ label: t("action.back"), onBack: () => navigate(-1) }} />
      <Show when={restore.error}>{(error) => <ErrorNotice error={error()} />}</Show>
      <WalletForm
        initial={{ name: t("create.name.default"), network, script_type: "find" }}
        kinds={["find", ...SCRIPT_TYPES] as const}
        submitLabel={t("restore.submit")}
        note={t("restore.note")}
        openDetails
        busy={restore.isPending}
        onChange={intent.done}
        onSubmit={({ script_type, ...value }) =>
          restore.mutate([{ request_id: intent.id(), ...value, script_type: script_type === "find" ? null : script_type }])
        }
      />
      <Awaiting what="words_enter" open={restore.isPending} />
    </AddFrame>
  );
}
