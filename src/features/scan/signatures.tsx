import { useNavigate } from "@solidjs/router";
import { Show } from "solid-js";
import { Button } from "../../components/button";
import { t } from "../../i18n";
import { makeIntent } from "../../lib/request-id";
import { useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { Awaiting, ErrorNotice } from "../notice";

/** Takes the signatures of what was scanned into the payment they are for, or leads to it. */
export function Signatures(props: { scan: number; draftId: string; signed: boolean; onClose: () => void }) {
  const navigate = useNavigate();
  const intent = makeIntent();
  const take = useCommand("cmd_take_scanned", { quiet: true });
  const open = (id: string): void => {
    props.onClose();
    navigate(`/send/review/${id}`);
  };
  const goTake = (): void =>
    take.mutate([{ request_id: intent.id(), scan: props.scan }], {
      onSuccess: (draft) => open(draft.id),
    });
  return (
    <>
      <Show when={take.error}>{(error) => <ErrorNotice error={error()} />}</Show>
      <Show
        when={!props.signed}
        fallback={
          <Button kind="primary" wide onClick={() => open(props.draftId)}>
            {t("scan.seen.psbt.open")}
          </Button>
        }
      >
        <Button kind="primary" wide icon="key" busy={take.isPending} data-testid={TESTID.scanTake} onClick={goTake}>
          {t("scan.seen.psbt.use")}
        </Button>
      </Show>
      <Awaiting what="confirm" open={take.isPending} />
    </>
  );
}
