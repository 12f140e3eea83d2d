import { useNavigate } from "@solidjs/router";
import { createSignal, For, Match, onCleanup, Show, Switch } from "solid-js";
import { Button } from "../../components/button";
import { TextField } from "../../components/field";
import { Bytes, Card, Details } from "../../components/layout";
import { Segmented } from "../../components/segmented";
import { QrCode } from "../../components/qr-code";
import { Spinner } from "../../components/spinner";
import { Notice } from "../../components/states";
import { t } from "../../i18n";
import { IpcError } from "../../ipc/error";
import type { HostStep } from "../../ipc/types";
import { makeIntent } from "../../lib/request-id";
import { useCommand, useFollowed } from "../../query/use";
import { TESTID } from "../../testids";
import { Awaiting, ErrorNotice } from "../notice";
import { Countdown } from "./countdown";
import { sixDigits } from "./model";
import "./devices.css";

type Shown = Extract<HostStep, { step: "shown" }>;
type Arrived = Extract<HostStep, { step: "arrived" }>;

function Code(props: { step: Shown; onStop: () => void }) {
  return (
    <Card class="pairing">
      <h2 class="pairing-title">{t("host.shown.title")}</h2>
      <QrCode size={props.step.qr.size} path={props.step.qr.path} label={t("host.qr")} />
      <Countdown until={props.step.expires} late={t("host.late")} />
      <p class="quiet small">{t("host.shown.text")}</p>
      <Details label={t("host.words")}>
        <p class="quiet small">{t("host.words.text")}</p>
        <Bytes text={props.step.code} data-testid={TESTID.hostCode} />
        <ol class="pairing-words" data-testid={TESTID.hostWords} translate="no">
          <For each={props.step.pairing_words.split(" ")}>{(word) => <li>{word}</li>}</For>
        </ol>
        <p class="field-label">{t("host.at")}</p>
        <ul class="pairing-at mono">
          <For each={props.step.at}>{(address) => <li>{address}</li>}</For>
        </ul>
      </Details>
      <Button icon="close" data-testid={TESTID.hostStop} onClick={() => props.onStop()}>
        {t("host.stop")}
      </Button>
    </Card>
  );
}

function Digits(props: { step: Arrived; onStop: () => void }) {
  const [typed, setTyped] = createSignal("");
  const [tried, setTried] = createSignal(false);
  const send = useCommand("cmd_type_pairing_digits", { quiet: true });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setTried(true);
    const digits = sixDigits(typed());
    if (digits !== undefined) send.mutate([{ digits }]);
  };
  return (
    <Card class="pairing">
      <h2 class="pairing-title">{t("host.arrived.title", { name: props.step.name })}</h2>
      <p class="quiet small">{t("host.arrived.system", { system: props.step.system })}</p>
      <p>{t("host.arrived.text")}</p>
      <form class="stack pairing-form" onSubmit={submit}>
        <TextField
          label={t("host.digits")}
          error={tried() && sixDigits(typed()) === undefined ? t("host.digits.fault") : undefined}
          inputMode="numeric"
          maxLength={9}
          mono
          large
          value={typed()}
          onInput={setTyped}
          ref={(field) => queueMicrotask(() => field.focus())}
          data-testid={TESTID.hostDigits}
        />
        <Countdown until={props.step.until} late={t("host.late")} />
        <Show when={send.error}>{(error) => <ErrorNotice error={error()} />}</Show>
        <Button kind="primary" wide type="submit" busy={send.isPending} data-testid={TESTID.hostDigitsSubmit}>
          {t("host.digits.submit")}
        </Button>
        <Button wide kind="plain" onClick={() => props.onStop()}>
          {t("host.stop")}
        </Button>
      </form>
    </Card>
  );
}

/** Adds a device that is here: a code, six digits, the system's question. */
export function AddDevice(props: { keys?: boolean }) {
  const navigate = useNavigate();
  const intent = makeIntent();
  // What the screen was opened for; its owner may change it.
  // eslint-disable-next-line solid/reactivity
  const [giveKeys, setGiveKeys] = createSignal(props.keys === true);
  // What a step holds is good for minutes and for those who see this screen: it is kept nowhere else.
  const [step, setStep] = createSignal<HostStep>();
  const host = useFollowed("cmd_host_pairing", { request: () => ({ request_id: intent.id(), give_keys: giveKeys() }), onStep: setStep });
  const cancel = useCommand("cmd_cancel_pairing");
  const stop = (): void => cancel.mutate([]);
  const start = (): void => {
    intent.done();
    setStep(undefined);
    host.mutate(undefined, { onSettled: () => setStep(undefined) });
  };
  onCleanup(() => {
    if (host.isPending) stop();
    setStep(undefined);
  });
  const outcome = () => host.data?.keys.outcome;
  const notGiven = () => {
    const keys = host.data?.keys;
    return keys?.outcome === "not_given" ? new IpcError(keys.error.code, keys.error.message, keys.error.retry) : undefined;
  };
  const at = <K extends HostStep["step"]>(kind: K): Extract<HostStep, { step: K }> | undefined => {
    const now = host.isPending ? step() : undefined;
    return now?.step === kind ? (now as Extract<HostStep, { step: K }>) : undefined;
  };
  return (
    <Switch
      fallback={
        <div class="stack">
          <Show when={host.error}>{(error) => <ErrorNotice error={error()} />}</Show>
          <Show when={host.error?.code === "device_unready"}>
            <Button data-testid={TESTID.hostUnready} onClick={() => navigate("/devices")}>
              {t("host.done.back")}
            </Button>
          </Show>
          <p>{t(props.keys ? "host.again.text" : "host.text")}</p>
          <Segmented
            label={t("host.keys")}
            value={giveKeys() ? "keys" : "watches"}
            segments={[
              { value: "watches", label: t("host.keys.watches") },
              { value: "keys", label: t("host.keys.gets") },
            ]}
            onChange={(value) => setGiveKeys(value === "keys")}
            testId={TESTID.hostKeys}
          />
          <Show when={giveKeys()} fallback={<p class="quiet small">{t("host.watches")}</p>}>
            <Notice tone="caution">
              <p>{t("host.keys.text")}</p>
            </Notice>
          </Show>
          <Button kind="primary" icon="address" wide data-testid={TESTID.hostStart} onClick={start}>
            {t(host.error ? "host.again" : "host.start")}
          </Button>
        </div>
      }
    >
      <Match when={host.isSuccess}>
        <Notice
          tone="good"
          title={t(outcome() === "given" ? "host.done.keys.title" : "host.done.title")}
          testId={TESTID.hostDone}
          live
          actions={
            <>
              <Button small kind="primary" onClick={() => navigate("/devices", { replace: true })}>
                {t("host.done.back")}
              </Button>
              <Button small onClick={() => navigate("/devices/place")}>
                {t("host.done.place")}
              </Button>
            </>
          }
        >
          <p>{t(outcome() === "given" ? "host.done.keys" : "host.done.text")}</p>
        </Notice>
        <Show when={notGiven()}>
          {(error) => (
            <>
              <p>{t("host.done.not_given")}</p>
              <ErrorNotice error={error()} />
            </>
          )}
        </Show>
      </Match>
      <Match when={at("shown")}>{(shown) => <Code step={shown()} onStop={stop} />}</Match>
      <Match when={at("arrived")}>{(arrived) => <Digits step={arrived()} onStop={stop} />}</Match>
      <Match when={at("adding")}>
        <Card class="pairing">
          <p class="line" role="status">
            <Spinner />
            {t("host.adding")}
          </p>
        </Card>
        <Awaiting what="confirm" open />
      </Match>
      <Match when={at("giving_keys")}>
        <Card class="pairing">
          <p class="line" role="status">
            <Spinner />
            {t("host.giving")}
          </p>
        </Card>
        <Awaiting what="confirm" open />
      </Match>
      <Match when={host.isPending}>
        <Awaiting what="code" open />
      </Match>
    </Switch>
  );
}
