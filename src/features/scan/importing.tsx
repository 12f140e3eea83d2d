import { useNavigate } from "@solidjs/router";
import { Show } from "solid-js";
import { Button } from "../../components/button";
import { useToasts } from "../../components/toast";
import { t } from "../../i18n";
import { makeIntent } from "../../lib/request-id";
import { useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { importedText } from "../backup";
import { Awaiting, ErrorNotice } from "../notice";

/** Reads the wallet file that was scanned in, as one that was chosen. Its passphrase is asked for by Rust. */
export function Importing(props: { scan: number; onClose: () => void }) {
  const navigate = useNavigate();
  const toasts = useToasts();
  const intent = makeIntent();
  const importing = useCommand("cmd_import_scanned", {
    quiet: true,
    // Also when the first wallet took this screen away.
    onDone: (imported) => {
      intent.done();
      toasts.show({ title: t("import.done"), text: importedText(imported), icon: "check" });
      props.onClose();
      navigate("/");
    },
  });
  const run = (): void => importing.mutate([{ request_id: intent.id(), scan: props.scan }]);
  return (
    <>
      <Show when={importing.error}>{(error) => <ErrorNotice error={error()} />}</Show>
      <Button kind="primary" wide icon="file" busy={importing.isPending} data-testid={TESTID.scanImport} onClick={run}>
        {t("scan.seen.wallet_file.use")}
      </Button>
      <Awaiting what="passphrase" open={importing.isPending} />
    </>
  );
}
