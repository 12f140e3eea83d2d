import { useNavigate } from "@solidjs/router";
import { createSignal, Show } from "solid-js";
import { Button } from "../../components/button";
import { TextField } from "../../components/field";
import { Sheet } from "../../components/sheet";
import { EmptyState } from "../../components/states";
import { t } from "../../i18n";
import { makeIntent } from "../../lib/request-id";
import { useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { Awaiting, ErrorNotice } from "../notice";

/** Longest name of a device. */
export const LONGEST_NAME = 64;

/** Asks what this device is called, and begins to share. */
function BeginSheet(props: { open: boolean; onClose: () => void }) {
  const intent = makeIntent();
  const [name, setName] = createSignal("");
  const [tried, setTried] = createSignal(false);
  let field: HTMLInputElement | undefined;
  const begin = useCommand("cmd_found_circle", { quiet: true });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setTried(true);
    if (name().trim() === "") return;
    begin.mutate([{ request_id: intent.id(), name: name().trim() }], {
      onSuccess: () => {
        intent.done();
        props.onClose();
      },
    });
  };
  return (
    <Sheet
      open={props.open && !begin.isPending}
      title={t("devices.begin.title")}
      text={t("devices.begin.text")}
      closeLabel={t("action.close")}
      first={() => field}
      onClose={() => props.onClose()}
    >
      <form class="stack" onSubmit={submit}>
        <Show when={begin.error}>{(error) => <ErrorNotice error={error()} />}</Show>
        <TextField
          label={t("devices.name")}
          hint={t("devices.name.hint")}
          error={tried() && name().trim() === "" ? t("devices.name.empty") : undefined}
          maxLength={LONGEST_NAME}
          value={name()}
          onInput={setName}
          ref={(element) => (field = element)}
          data-testid={TESTID.devicesBeginName}
        />
        <Button kind="primary" wide type="submit" data-testid={TESTID.devicesBeginSubmit}>
          {t("devices.begin.submit")}
        </Button>
      </form>
      <Awaiting what="share" open={begin.isPending} />
    </Sheet>
  );
}

/** Nobody shares yet: what it would be, and two ways to begin. */
export function Alone() {
  const navigate = useNavigate();
  const [naming, setNaming] = createSignal(false);
  return (
    <>
      <EmptyState icon="devices" title={t("devices.alone.title")} text={t("devices.alone.text")}>
        <Button kind="primary" icon="plus" data-testid={TESTID.devicesBegin} onClick={() => setNaming(true)}>
          {t("devices.begin")}
        </Button>
        <Button icon="devices" data-testid={TESTID.devicesJoin} onClick={() => navigate("/join")}>
          {t("devices.join")}
        </Button>
      </EmptyState>
      <BeginSheet open={naming()} onClose={() => setNaming(false)} />
    </>
  );
}
