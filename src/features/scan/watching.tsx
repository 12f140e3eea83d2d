import { useNavigate } from "@solidjs/router";
import { createSignal, Show } from "solid-js";
import { Button } from "../../components/button";
import { SelectField, TextField } from "../../components/field";
import { Fact, Facts } from "../../components/layout";
import { useToasts } from "../../components/toast";
import { t } from "../../i18n";
import type { Network, ScriptType, Watchable } from "../../ipc/types";
import { makeIntent } from "../../lib/request-id";
import { useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { Awaiting, ErrorNotice } from "../notice";
import { useSession } from "../session";
import { LONGEST_NAME, SCRIPT_TYPES } from "../wallets";

/** Networks that are offered first: the sandbox is of one's own chain. */
function firstNetwork(watch: Watchable, own: Network | undefined): Network {
  return watch.networks.find((network) => network === own) ?? watch.networks[0] ?? "bitcoin";
}

/** Adds the wallet whose descriptor or key was scanned, to watch it. Its first address is compared in the system's own dialog. */
export function Watching(props: { scan: number; watch: Watchable; onClose: () => void }) {
  const navigate = useNavigate();
  const toasts = useToasts();
  const session = useSession();
  const intent = makeIntent();
  const [name, setName] = createSignal("");
  // The sheet is made anew for another code.
  // eslint-disable-next-line solid/reactivity
  const [network, setNetwork] = createSignal(firstNetwork(props.watch, session.snapshot()?.sandbox ? "regtest" : undefined));
  // What most wallets are that do not say it.
  const [kind, setKind] = createSignal<ScriptType>("segwit");
  const [tried, setTried] = createSignal(false);
  const missing = () => (tried() && name().trim() === "" ? t("create.name.missing") : undefined);
  const watching = useCommand("cmd_watch_scanned", {
    quiet: true,
    // Also when the first wallet took this screen away.
    onDone: (wallet) => {
      intent.done();
      toasts.show({ title: t("watch.done", { name: wallet.name }), text: t("watch.done.text"), icon: "check" });
      props.onClose();
      navigate("/");
    },
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setTried(true);
    if (name().trim() === "") return;
    // What was changed since is another intent.
    intent.done();
    const script_type = props.watch.script_type === null ? kind() : null;
    watching.mutate([{ request_id: intent.id(), scan: props.scan, name: name().trim(), network: network(), script_type }]);
  };
  return (
    <form class="stack" data-testid={TESTID.watch} onSubmit={submit}>
      <Facts>
        <Show when={props.watch.script_type}>{(known) => <Fact name={t("create.script")}>{t(`script.${known()}`)}</Fact>}</Show>
        <Show when={props.watch.networks.length === 1 && props.watch.networks[0]}>{(only) => <Fact name={t("create.network")}>{t(`network.${only()}`)}</Fact>}</Show>
        <Show when={props.watch.fingerprint}>{(of) => <Fact name={t("watch.fingerprint")}><span class="mono">{of()}</span></Fact>}</Show>
      </Facts>
      <Show when={watching.error}>{(error) => <ErrorNotice error={error()} />}</Show>
      <TextField label={t("create.name")} error={missing()} maxLength={LONGEST_NAME} value={name()} onInput={setName} data-testid={TESTID.watchName} />
      <Show when={props.watch.networks.length > 1}>
        <SelectField
          label={t("create.network")}
          value={network()}
          data-testid={TESTID.watchNetwork}
          options={props.watch.networks.map((each) => ({ value: each, label: t(`network.${each}`) }))}
          onChange={setNetwork}
        />
      </Show>
      <Show when={props.watch.script_type === null}>
        <SelectField
          label={t("create.script")}
          hint={t("watch.kind.hint")}
          value={kind()}
          data-testid={TESTID.watchKind}
          options={SCRIPT_TYPES.map((each) => ({ value: each, label: t(`script.${each}`) }))}
          onChange={setKind}
        />
      </Show>
      <Button kind="primary" wide type="submit" icon="eye" busy={watching.isPending} data-testid={TESTID.watchSubmit}>
        {t("watch.submit")}
      </Button>
      <Awaiting what="watch" open={watching.isPending} />
    </form>
  );
}
