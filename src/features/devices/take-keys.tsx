import { useNavigate } from "@solidjs/router";
import { createSignal, Match, onCleanup, Show, Switch } from "solid-js";
import { Button } from "../../components/button";
import { TextArea, TextField } from "../../components/field";
import { Card } from "../../components/layout";
import { Spinner } from "../../components/spinner";
import { Notice } from "../../components/states";
import { t } from "../../i18n";
import { IpcError } from "../../ipc/error";
import type { JoinStep } from "../../ipc/types";
import { makeIntent } from "../../lib/request-id";
import { usePlatform } from "../../platform/context";
import { useCommand, useFollowed } from "../../query/use";
import { TESTID } from "../../testids";
import { ErrorNotice } from "../notice";
import { JoinDigits } from "./join";
import { addressesOf, looksLikeWords } from "./model";
import "./devices.css";

/** A device that belongs gets the keys of another one: its code, six digits, and both agree. */
export function TakeKeys() {
  const navigate = useNavigate();
  const platform = usePlatform();
  const intent = makeIntent();
  const [code, setCode] = createSignal("");
  const [at, setAt] = createSignal("");
  const [tried, setTried] = createSignal(false);
  const [step, setStep] = createSignal<JoinStep>();
  // The code is good for minutes and for whoever has it: it is kept until it was sent, and nowhere else.
  let typed = { code: "", at: [] as string[] };
  const take = useFollowed("cmd_take_keys", {
    request: () => {
      const asked = { request_id: intent.id(), ...typed };
      typed = { code: "", at: [] };
      return asked;
    },
    onStep: setStep,
  });
  const cancel = useCommand("cmd_cancel_pairing");
  const stop = (): void => cancel.mutate([]);
  const words = () => looksLikeWords(code());
  const codeFault = () => (tried() && code().trim() === "" ? t("join.code.empty") : undefined);
  const atFault = () => (tried() && words() && addressesOf(at()).length === 0 ? t("join.at.empty") : undefined);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setTried(true);
    if (codeFault() ?? atFault()) return;
    typed = { code: code().trim(), at: words() ? addressesOf(at()) : [] };
    setCode("");
    setTried(false);
    intent.done();
    setStep(undefined);
    take.mutate(undefined, { onSettled: () => setStep(undefined) });
  };
  const paste = async (): Promise<void> => {
    const text = await platform.paste();
    if (text !== undefined) setCode(text.trim());
  };
  onCleanup(() => {
    if (take.isPending) stop();
    setCode("");
  });
  const digits = () => {
    const now = take.isPending ? step() : undefined;
    return now?.step === "digits" ? now.digits : undefined;
  };
  const refused = () => {
    const keys = take.data;
    return keys?.outcome === "not_given" ? new IpcError(keys.error.code, keys.error.message, keys.error.retry) : undefined;
  };
  return (
    <Switch
      fallback={
        <form class="stack" onSubmit={submit}>
          <Show when={take.error ?? refused()}>{(error) => <ErrorNotice error={error()} />}</Show>
          <Show when={take.data?.outcome === "watches"}>
            <Notice tone="info" title={t("keys.none.title")}>
              <p>{t("keys.none.text")}</p>
            </Notice>
          </Show>
          <p>{t("keys.text")}</p>
          <TextArea
            label={t("join.code")}
            hint={t("join.code.hint")}
            error={codeFault()}
            mono
            rows={3}
            maxLength={2_000}
            value={code()}
            onInput={setCode}
            data-testid={TESTID.keysCode}
          />
          <div>
            <Button small icon="paste" onClick={() => void paste()}>
              {t("join.code.paste")}
            </Button>
          </div>
          <Show when={words()}>
            <TextField label={t("join.at")} hint={t("join.at.hint")} error={atFault()} mono value={at()} onInput={setAt} data-testid={TESTID.keysAt} />
          </Show>
          <p class="quiet small">{t("keys.warning")}</p>
          <Button kind="primary" wide type="submit" data-testid={TESTID.keysSubmit}>
            {t("keys.submit")}
          </Button>
        </form>
      }
    >
      <Match when={digits()}>{(shown) => <JoinDigits digits={shown()} onStop={stop} />}</Match>
      <Match when={take.isPending}>
        <Card class="pairing">
          <p class="line" role="status">
            <Spinner />
            {t("join.reaching")}
          </p>
          <Button icon="close" onClick={stop}>
            {t("join.stop")}
          </Button>
        </Card>
      </Match>
      <Match when={take.data?.outcome === "given"}>
        <Notice
          tone="good"
          title={t("keys.done.title")}
          testId={TESTID.keysDone}
          live
          actions={
            <Button small kind="primary" onClick={() => navigate("/devices", { replace: true })}>
              {t("host.done.back")}
            </Button>
          }
        >
          <p>{t("keys.done.text")}</p>
        </Notice>
      </Match>
    </Switch>
  );
}
