import { createSignal, For, Match, Show, Switch } from "solid-js";
import { Button } from "../../components/button";
import { TextField } from "../../components/field";
import { Icon } from "../../components/icon";
import { Card, PageHead, Section } from "../../components/layout";
import { Notice, Skeleton } from "../../components/states";
import { useToasts } from "../../components/toast";
import { makeIntent } from "../../lib/request-id";
import { locale, t, type Key } from "../i18n";
import type { NodeCheck, NodeConfig } from "../ipc/types";
import { formatVersion } from "../lib/format";
import { isProxy, readUrl } from "../lib/url";
import { Asking } from "../parts/asking";
import { Failure } from "../parts/failure";
import { NodeView } from "../parts/view";
import { useAnswer, useCommand } from "../query/use";
import { CID } from "../testids";
import { KeyForm } from "./key-form";
import "./connection.css";

/** Which node is asked. */
function UrlForm(props: { config: NodeConfig }) {
  const intent = makeIntent();
  const toasts = useToasts();
  const [url, setUrl] = createSignal<string>();
  const [esplora, setEsplora] = createSignal<string>();
  const [proxy, setProxy] = createSignal<string>();
  const save = useCommand("cmd_set_base_url", {
    intent,
    onDone: () => {
      setUrl(undefined);
      setEsplora(undefined);
      setProxy(undefined);
      toasts.show({ title: t("connection.saved"), icon: "check" });
    },
  });
  const urlText = () => url() ?? props.config.url ?? "";
  const esploraText = () => esplora() ?? props.config.esplora_url ?? "";
  const proxyText = () => proxy() ?? props.config.proxy ?? "";
  const changed = () =>
    urlText().trim() !== (props.config.url ?? "") ||
    esploraText().trim() !== (props.config.esplora_url ?? "") ||
    proxyText().trim() !== (props.config.proxy ?? "");
  const read = () => readUrl(urlText(), proxyText());
  const readEsplora = () => readUrl(esploraText(), proxyText());
  const faultText = (fault: ReturnType<typeof read>["fault"]) => (fault === undefined ? undefined : t(`url.fault.${fault}`));
  const fits = () => read().fault === undefined && readEsplora().fault === undefined && isProxy(proxyText());
  const again = (): void => {
    intent.done();
    save.reset();
  };
  const state = () => {
    if (props.config.url === null) return t("connection.none");
    if (props.config.is_sandbox) return t("connection.sandbox");
    return t(props.config.is_default ? "connection.default" : "connection.own");
  };
  const orNull = (text: string): string | null => (text.trim() === "" ? null : text.trim());
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (changed() && fits()) save.mutate([{ request_id: intent.id(), url: orNull(urlText()), esplora_url: orNull(esploraText()), proxy: orNull(proxyText()) }]);
      }}
    >
      <TextField
        label={t("connection.url")}
        hint={state()}
        error={faultText(read().fault)}
        mono
        inputMode="url"
        placeholder="http://127.0.0.1:8332"
        value={urlText()}
        data-testid={CID.url}
        onInput={(text) => {
          again();
          setUrl(text);
        }}
      />
      <Show when={changed() && (read().open || readEsplora().open)}>
        <div data-testid={CID.openWarning}>
          <Notice tone="caution" title={t("url.open")} live>
            <p>{t("url.open.text")}</p>
          </Notice>
        </div>
      </Show>
      <TextField
        label={t("connection.esplora")}
        hint={t("connection.esplora.hint")}
        error={faultText(readEsplora().fault)}
        mono
        inputMode="url"
        placeholder="https://"
        value={esploraText()}
        data-testid={CID.esplora}
        onInput={(text) => {
          again();
          setEsplora(text);
        }}
      />
      <TextField
        label={t("connection.proxy")}
        hint={t("connection.proxy.hint")}
        error={isProxy(proxyText()) ? undefined : t("url.fault.proxy")}
        mono
        inputMode="url"
        placeholder="socks5h://"
        value={proxyText()}
        data-testid={CID.proxy}
        onInput={(text) => {
          again();
          setProxy(text);
        }}
      />
      <Show when={save.error}>{(error) => <Failure linkless error={error()} />}</Show>
      <Show when={changed()}>
        <Show when={props.config.key_set}>
          <p class="quiet small">{t("connection.forgets")}</p>
        </Show>
        <div>
          <Button kind="primary" type="submit" busy={save.isPending} disabled={!fits()} data-testid={CID.urlSubmit}>
            {t("connection.save")}
          </Button>
        </div>
      </Show>
      <Asking what="url" open={save.isPending} />
    </form>
  );
}

interface CheckLine {
  key: Key;
  ok: boolean | undefined;
  text?: string;
}

/** What was found, a line each; what could not be found out has no mark. */
function linesOf(check: NodeCheck): CheckLine[] {
  const known = check.let_in && check.error === null;
  return [
    { key: "check.reached", ok: check.reached, ...(check.reached ? { text: t("check.took", { ms: check.took_ms }) } : {}) },
    { key: "check.let_in", ok: check.reached ? check.let_in : undefined },
    { key: "check.network", ok: known ? true : undefined, ...(check.network ? { text: t(`network.${check.network}`) } : {}) },
    {
      key: "check.version",
      ok: known ? true : undefined,
      ...(check.version === null ? {} : { text: `${formatVersion(check.version)} ${check.subversion ?? ""}` }),
    },
    { key: "check.height", ok: known ? true : undefined, ...(check.height === null ? {} : { text: check.height.toLocaleString(locale()) }) },
    { key: "check.wallets", ok: check.wallets ?? undefined },
    { key: "check.esplora", ok: check.esplora ?? undefined },
  ];
}

function Check() {
  const check = useCommand("cmd_check_connection");
  return (
    <Card>
      <div>
        <Button icon="sync" busy={check.isPending} data-testid={CID.check} onClick={() => check.mutate([])}>
          {t("check.act")}
        </Button>
      </div>
      <Show when={check.error}>{(error) => <Failure linkless error={error()} />}</Show>
      <Show when={check.data}>
        {(found) => (
          <div class="stack" role="status">
            <ul class="check-lines">
              <For each={linesOf(found())}>
                {(line) => (
                  <li class="check-line" data-testid={CID.checkLine} data-ok={line.ok ?? "unknown"}>
                    <span class="check-mark" data-ok={line.ok ?? "unknown"}>
                      <Switch fallback={<span aria-hidden="true">–</span>}>
                        <Match when={line.ok === true}>
                          <Icon name="check" />
                        </Match>
                        <Match when={line.ok === false}>
                          <Icon name="close" />
                        </Match>
                      </Switch>
                    </span>
                    <span class="check-text">
                      {t(line.key)}
                      <span class="offscreen">: {line.ok === undefined ? t("check.unknown") : line.ok ? t("word.yes") : t("word.no")}</span>
                    </span>
                    <span class="quiet small check-note">{line.text}</span>
                  </li>
                )}
              </For>
            </ul>
            <Show when={found().error}>{(error) => <Failure linkless error={error()} />}</Show>
          </div>
        )}
      </Show>
    </Card>
  );
}

/** Which node is asked, how this program is let in, and whether that works. */
export default function Connection() {
  const config = useAnswer("cmd_get_config", () => []);
  return (
    <>
      <PageHead title={t("connection.title")} />
      <NodeView query={config} skeleton={<Skeleton label={t("state.loading")} rows={3} kind="text" />}>
        {(found) => (
          <>
            <Section title={t("connection.node")}>
              <Card>
                <UrlForm config={found()} />
                <p class="quiet small">{t("connection.sees")}</p>
              </Card>
            </Section>
            <Show when={found().url !== null}>
              <Section title={t("key.title")}>
                <Card>
                  <KeyForm config={found()} />
                </Card>
              </Section>
              <Section title={t("check.title")}>
                <Check />
              </Section>
            </Show>
          </>
        )}
      </NodeView>
    </>
  );
}
