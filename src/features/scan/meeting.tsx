import { useNavigate } from "@solidjs/router";
import { Show } from "solid-js";
import { Button } from "../../components/button";
import { t } from "../../i18n";
import { makeIntent } from "../../lib/request-id";
import { useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { ErrorNotice } from "../notice";

/** Acts on what another device showed: finds what it lacks, or takes in what it showed. What came of it the screen for meeting tells. */
export function Meeting(props: { scan: number; kind: "heads" | "objects"; onClose: () => void }) {
  const navigate = useNavigate();
  const intent = makeIntent();
  const meet = useCommand("cmd_meet_scanned", { quiet: true });
  const go = (): void =>
    meet.mutate([{ request_id: intent.id(), scan: props.scan }], {
      onSuccess: (met) => {
        intent.done();
        navigate("/devices/codes", { state: { met } });
        props.onClose();
      },
    });
  return (
    <>
      <Show when={meet.error}>{(error) => <ErrorNotice error={error()} />}</Show>
      <Button kind="primary" wide icon="sync" busy={meet.isPending} data-testid={TESTID.scanMeet} onClick={go}>
        {t(`scan.seen.${props.kind}.use`)}
      </Button>
    </>
  );
}
