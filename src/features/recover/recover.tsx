import { Match, Show, Switch } from "solid-js";
import { Button } from "../../components/button";
import { Card } from "../../components/layout";
import { Spinner } from "../../components/spinner";
import { t } from "../../i18n";
import type { RecoverStep } from "../../ipc/types";
import { TESTID } from "../../testids";
import { makePlaceFields } from "../devices";
import { Awaiting, ErrorNotice } from "../notice";
import { useRecovering } from "./context";
import { Found } from "./found";
import { asksElsewhere, shareOf } from "./model";
import "./recover.css";

const AWAITED = { place: "lost_place", opening: "lost_words", adding: "lost_adding" } as const;

/** The place is asked, and what it has is fetched. It can be stopped: nothing was written so far. */
function Fetching(props: { step: RecoverStep; onStop: () => void }) {
  const counted = () => (props.step.step === "fetching" ? props.step : undefined);
  return (
    <Card data-testid={TESTID.recoverProgress}>
      <p class="line" role="status">
        <Spinner />
        <Show when={counted()} fallback={<>{t("recover.listing")}</>}>
          {(now) => <>{t("recover.fetching", { done: now().done, of: now().of })}</>}
        </Show>
      </p>
      <Show when={shareOf(props.step) !== undefined} fallback={<progress class="recover-bar" aria-label={t("recover.progress")} />}>
        <progress class="recover-bar" max={1} value={shareOf(props.step) ?? 0} aria-label={t("recover.progress")} />
      </Show>
      <p class="quiet small">{t("recover.fetching.text")}</p>
      <div>
        <Button icon="close" data-testid={TESTID.recoverStop} onClick={() => props.onStop()}>
          {t("recover.stop")}
        </Button>
      </div>
    </Card>
  );
}

function Form() {
  const recovering = useRecovering();
  const fields = makePlaceFields();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const place = fields.wanted();
    if (place) recovering.start(place);
  };
  const waits = () => {
    const step = recovering.step();
    return step && asksElsewhere(step);
  };
  const fetches = () => {
    const step = recovering.step();
    return step && asksElsewhere(step) === undefined ? step : undefined;
  };
  return (
    <>
      {/* What was typed stays while it goes on: most that goes wrong is one letter of it. */}
      <form class="stack" hidden={fetches() !== undefined} onSubmit={submit}>
        <Show when={recovering.error()}>{(error) => <ErrorNotice error={error()} />}</Show>
        <p>{t("recover.text")}</p>
        <fields.View folder={t("recover.folder.text")} webdav={t("recover.webdav.text")} s3={t("recover.s3.text")} onKind={recovering.reset} />
        <p class="quiet small">{t("recover.seed")}</p>
        <Button kind="primary" wide type="submit" busy={recovering.step() !== undefined} data-testid={TESTID.recoverSubmit}>
          {t(fields.kind() === "folder" ? "place.folder.submit" : "recover.submit")}
        </Button>
      </form>
      <Show when={fetches()}>{(step) => <Fetching step={step()} onStop={recovering.stop} />}</Show>
      <Show when={waits()}>{(what) => <Awaiting what={AWAITED[what()]} open />}</Show>
    </>
  );
}

/** Everything back from where lost devices met, by the words made for that. */
export function Recover() {
  const recovering = useRecovering();
  return (
    <Switch fallback={<Form />}>
      <Match when={recovering.found()}>{(found) => <Found found={found()} />}</Match>
    </Switch>
  );
}
