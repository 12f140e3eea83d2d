import { createSignal, Show } from "solid-js";
import { Button } from "../../components/button";
import { SelectField, TextField } from "../../components/field";
import { Pill } from "../../components/layout";
import { useToasts } from "../../components/toast";
import { makeIntent } from "../../lib/request-id";
import { t } from "../i18n";
import type { Network, NodeConfig, NodeKey, NodeKeyKind } from "../ipc/types";
import { Asking } from "../parts/asking";
import { Failure } from "../parts/failure";
import { useCommand } from "../query/use";
import { CID } from "../testids";

const KINDS = ["none", "cookie", "cookie_file", "login", "authorization", "api_key"] as const satisfies readonly NodeKeyKind[];
const NETWORKS = ["bitcoin", "testnet", "testnet4", "signet", "regtest"] as const satisfies readonly Network[];
const LONGEST_USER = 100;
/** Those whose secret is typed in the sealed window. */
const SEALED: readonly NodeKeyKind[] = ["login", "authorization", "api_key"];

/**
 * How this program is let in. What is secret is never typed here: the sealed window takes it, and this page learns only
 * whether one is set.
 */
export function KeyForm(props: { config: NodeConfig }) {
  const intent = makeIntent();
  const toasts = useToasts();
  const [kind, setKind] = createSignal<NodeKeyKind>();
  const [user, setUser] = createSignal<string>();
  const [network, setNetwork] = createSignal<Network>();
  const save = useCommand("cmd_set_api_key", {
    intent,
    onDone: () => {
      setKind(undefined);
      setUser(undefined);
      toasts.show({ title: t("key.saved"), icon: "check" });
    },
  });
  const chosen = () => kind() ?? props.config.key_kind;
  const chosenNetwork = () => network() ?? props.config.network ?? "bitcoin";
  const userText = () => user() ?? props.config.user ?? "";
  const userFault = () => (userText().includes(":") ? t("key.user.fault") : undefined);
  const fits = () => chosen() !== "login" || (userText().trim() !== "" && userFault() === undefined);
  const again = (): void => {
    intent.done();
    save.reset();
  };
  const key = (): NodeKey => {
    const how = chosen();
    switch (how) {
      case "login":
        return { kind: how, user: userText().trim() };
      case "cookie":
        return { kind: how, network: chosenNetwork() };
      default:
        return { kind: how };
    }
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (fits()) save.mutate([{ request_id: intent.id(), key: key() }]);
      }}
    >
      <div class="key-state" data-testid={CID.keyState} data-set={props.config.key_set}>
        <span>{t(`key.kind.${props.config.key_kind}`)}</span>
        <Show when={SEALED.includes(props.config.key_kind)}>
          <Pill tone={props.config.key_set ? "received" : "danger"}>{t(props.config.key_set ? "key.set" : "key.not_set")}</Pill>
        </Show>
        <Show when={props.config.key_set}>
          <span class="quiet small">{t(`key.kept.${props.config.key_kept}`, { keychain: props.config.keychain })}</span>
        </Show>
      </div>
      <SelectField
        label={t("key.kind")}
        hint={t(`key.hint.${chosen()}`)}
        value={chosen()}
        options={KINDS.map((value) => ({ value, label: t(`key.kind.${value}`) }))}
        data-testid={CID.keyKind}
        onChange={(value) => {
          again();
          setKind(value);
        }}
      />
      <Show when={chosen() === "login"}>
        <TextField
          label={t("key.user")}
          value={userText()}
          error={userFault()}
          maxLength={LONGEST_USER}
          data-testid={CID.keyUser}
          onInput={(text) => {
            again();
            setUser(text);
          }}
        />
      </Show>
      <Show when={chosen() === "cookie"}>
        <SelectField
          label={t("key.network")}
          value={chosenNetwork()}
          options={NETWORKS.map((value) => ({ value, label: t(`network.${value}`) }))}
          onChange={(value) => {
            again();
            setNetwork(value);
          }}
        />
      </Show>
      <Show when={save.error}>{(error) => <Failure linkless error={error()} />}</Show>
      <div>
        <Button type="submit" icon="key" busy={save.isPending} disabled={!fits()} data-testid={CID.keySubmit}>
          {t(SEALED.includes(chosen()) ? "key.write" : "key.save")}
        </Button>
      </div>
      <Asking what={SEALED.includes(chosen()) ? "key" : "way"} open={save.isPending} />
    </form>
  );
}
