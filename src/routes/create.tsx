import { useNavigate } from "@solidjs/router";
import { Show } from "solid-js";
import { PageHead } from "../components/layout";
import { Awaiting, ErrorNotice } from "../features/notice";
import { useSession } from "../features/session";
import { SCRIPT_TYPES, WalletForm } from "../features/wallets";
import { t } from "../i18n";
import { makeIntent } from "../lib/request-id";
import { useCommand } from "../query/use";
import { AddFrame } from "./add-frame";

/** A new wallet: a name, and what else few want to choose. */
export default function Create() {
  const navigate = useNavigate();
  const session = useSession();
  const intent = makeIntent();
  const create = useCommand("cmd_create_wallet", {
    quiet: true,
    onDone: () => {
      intent.done();
      navigate("/backup/new", { replace: true });
    },
  });
  const first = () => session.vault() === "none";
  // On the sandbox its own chain is meant.
  const network = session.snapshot()?.sandbox ? "regtest" : "bitcoin";
  return (
    <AddFrame>
      <PageHead title={t("create.title")} back={{ label: t("action.back"), onBack: () => navigate(-1) }} />
      <Show when={create.error}>{(error) => <ErrorNotice error={error()} />}</Show>
      <WalletForm
        initial={{ name: t("create.name.default"), network, script_type: "taproot" }}
        kinds={SCRIPT_TYPES}
        submitLabel={t("create.submit")}
        note={first() ? t("create.note.first") : t("create.note")}
        busy={create.isPending}
        onChange={intent.done}
        onSubmit={(value) => create.mutate([{ request_id: intent.id(), ...value }])}
      />
      <Awaiting what={first() ? "passphrase_new" : "passphrase"} open={create.isPending && session.vault() !== "open"} />
    </AddFrame>
  );
}
