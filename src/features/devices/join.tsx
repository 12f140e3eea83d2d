import { createSignal, Match, onCleanup, Show, Switch } from "solid-js";
import { Button } from "../../components/button";
import { TextArea, TextField } from "../../components/field";
import { Card } from "../../components/layout";
import { Spinner } from "../../components/spinner";
import { t } from "../../i18n";
import { usePlatform } from "../../platform/context";
import { TESTID } from "../../testids";
import { Awaiting, ErrorNotice } from "../notice";
import { ScanButton } from "../scan";
import { LONGEST_NAME } from "./begin";
import { useJoining } from "./joining";
import { addressesOf, looksLikeWords } from "./model";
import "./devices.css";

export function JoinDigits(props: { digits: string; onStop: () => void }) {
  return (
    <Card class="pairing">
      <h2 class="pairing-title">{t("join.digits.title")}</h2>
      <p
        class="pairing-digits mono"
        role="status"
        aria-label={t("join.digits.label", { digits: props.digits.replace(/\s/g, "").replace(/(\d)(?=\d)/g, "$1 ") })}
        data-testid={TESTID.joinDigits}
        data-digits={props.digits.replace(/\s/g, "")}
      >
        {props.digits}
      </p>
      <p class="quiet small">{t("join.digits.text")}</p>
      <Button icon="close" data-testid={TESTID.joinStop} onClick={() => props.onStop()}>
        {t("join.stop")}
      </Button>
    </Card>
  );
}

/** Becomes one of the devices that share: the code of another device, and six digits. */
export function JoinDevice(props: { withWallets: boolean }) {
  const platform = usePlatform();
  const joining = useJoining();
  const [name, setName] = createSignal("");
  const [code, setCode] = createSignal("");
  const [at, setAt] = createSignal("");
  const [tried, setTried] = createSignal(false);
  const words = () => looksLikeWords(code());
  const fault = {
    name: () => (name().trim() === "" ? t("devices.name.empty") : undefined),
    code: () => (code().trim() === "" ? t("join.code.empty") : undefined),
    at: () => (words() && addressesOf(at()).length === 0 ? t("join.at.empty") : undefined),
  };
  const shownFault = (what: keyof typeof fault) => (tried() ? fault[what]() : undefined);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setTried(true);
    if (fault.name() ?? fault.code() ?? fault.at()) return;
    joining.start({ name: name().trim(), code: code().trim(), at: words() ? addressesOf(at()) : [] });
    // It is used now, whatever comes of it.
    setCode("");
    setTried(false);
  };
  const paste = async (): Promise<void> => {
    const text = await platform.paste();
    if (text !== undefined) setCode(text.trim());
  };
  onCleanup(() => setCode(""));
  const digits = () => {
    const now = joining.step();
    return now?.step === "digits" ? now.digits : undefined;
  };
  return (
    <Switch
      fallback={
        <form class="stack" onSubmit={submit}>
          <Show when={joining.error()}>{(error) => <ErrorNotice error={error()} />}</Show>
          <p>{t("join.text")}</p>
          <TextField
            label={t("devices.name")}
            hint={t("devices.name.hint")}
            error={shownFault("name")}
            maxLength={LONGEST_NAME}
            value={name()}
            onInput={setName}
            data-testid={TESTID.joinName}
          />
          <TextArea
            label={t("join.code")}
            hint={t("join.code.hint")}
            error={shownFault("code")}
            mono
            rows={3}
            maxLength={2_000}
            value={code()}
            onInput={setCode}
            data-testid={TESTID.joinCode}
          />
          <div class="line">
            <ScanButton
              place="join"
              onUse={(seen) => {
                if (seen.kind === "pairing") setCode(seen.code);
              }}
            />
            <Button small icon="paste" onClick={() => void paste()}>
              {t("join.code.paste")}
            </Button>
          </div>
          <Show when={words()}>
            <TextField label={t("join.at")} hint={t("join.at.hint")} error={shownFault("at")} mono value={at()} onInput={setAt} data-testid={TESTID.joinAt} />
          </Show>
          <Show when={props.withWallets}>
            <p class="quiet small">{t("join.shared")}</p>
          </Show>
          <Button kind="primary" wide type="submit" data-testid={TESTID.joinSubmit}>
            {t("join.submit")}
          </Button>
        </form>
      }
    >
      <Match when={digits()}>{(shown) => <JoinDigits digits={shown()} onStop={joining.stop} />}</Match>
      <Match when={joining.step()?.step === "reaching"}>
        <Card class="pairing">
          <p class="line" role="status">
            <Spinner />
            {t("join.reaching")}
          </p>
          <Button icon="close" data-testid={TESTID.joinStop} onClick={() => joining.stop()}>
            {t("join.stop")}
          </Button>
        </Card>
      </Match>
      <Match when={joining.isPending()}>
        <Awaiting what="joining" open />
      </Match>
    </Switch>
  );
}
