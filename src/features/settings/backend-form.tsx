import { useLocation } from "@solidjs/router";
import { createSignal, onMount, Show } from "solid-js";
import { Button } from "../../components/button";
import { TextField } from "../../components/field";
import { Card, Section } from "../../components/layout";
import { Skeleton } from "../../components/states";
import { useToasts } from "../../components/toast";
import { t } from "../../i18n";
import type { ChainBackend } from "../../ipc/types";
import { useAnswer, useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { Awaiting, ErrorNotice, QueryView } from "../notice";
import { useWalletId } from "../wallets";
import { serverFault } from "./model";

/** What a scan brings along: an address that somebody wants to look at here. Saving it asks as always. */
interface Offered {
  server?: unknown;
}

function Form(props: { backend: ChainBackend }) {
  const toasts = useToasts();
  const { server } = useLocation<Offered>().state ?? {};
  const offered = typeof server === "string" ? server : undefined;
  const [typed, setTyped] = createSignal(offered);
  // It stands further down than what opens first. The frame after the one in which a new screen's start is put in view.
  const bring = (form: HTMLFormElement): void => {
    if (offered === undefined) return;
    onMount(() => requestAnimationFrame(() => requestAnimationFrame(() => form.scrollIntoView({ block: "center" }))));
  };
  const save = useCommand("cmd_set_backend", { quiet: true });
  const url = () => typed() ?? props.backend.url ?? "";
  const changed = () => url().trim() !== (props.backend.url ?? "");
  const fault = () => (changed() ? serverFault(url()) : undefined);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!changed() || fault() !== undefined) return;
    save.mutate([{ network: props.backend.network, url: url().trim() }], {
      onSuccess: () => {
        setTyped(undefined);
        toasts.show({ title: t("backend.saved"), icon: "check" });
      },
    });
  };
  const state = () => {
    if (props.backend.url === null) return t("backend.none");
    if (props.backend.is_sandbox) return t("backend.sandbox");
    return props.backend.is_default ? t("backend.default") : t("backend.own");
  };
  return (
    <form class="stack" ref={bring} onSubmit={submit}>
      <TextField
        label={t("backend.url", { network: t(`network.${props.backend.network}`) })}
        hint={state()}
        error={fault() === undefined ? undefined : t(`backend.fault.${fault() ?? "form"}`)}
        mono
        inputMode="url"
        placeholder="https://"
        value={url()}
        onInput={setTyped}
        data-testid={TESTID.backendUrl}
      />
      <Show when={save.error}>{(error) => <ErrorNotice error={error()} />}</Show>
      <Show when={changed()}>
        <div>
          <Button kind="primary" type="submit" busy={save.isPending} disabled={fault() !== undefined} data-testid={TESTID.backendSave}>
            {t("backend.save")}
          </Button>
        </div>
      </Show>
      <p class="quiet small">{t("backend.sees")}</p>
      <Awaiting what="confirm" open={save.isPending} />
    </form>
  );
}

/** Which server is asked about this wallet. */
export function BackendForm() {
  const walletId = useWalletId();
  const backend = useAnswer("cmd_get_backend", () => [{ wallet_id: walletId() }], () => ({ enabled: walletId() !== null }));
  return (
    <Section title={t("backend.title")}>
      <Card>
        <QueryView query={backend} skeleton={<Skeleton label={t("state.loading")} rows={1} kind="text" />}>
          {(found) => <Form backend={found()} />}
        </QueryView>
      </Card>
    </Section>
  );
}
