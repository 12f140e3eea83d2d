import { createSignal, Show } from "solid-js";
import { Button } from "../../components/button";
import { TextField } from "../../components/field";
import { Card, Section } from "../../components/layout";
import { Skeleton } from "../../components/states";
import { useToasts } from "../../components/toast";
import { t } from "../../i18n";
import type { Limits } from "../../ipc/types";
import { typedAmount, unitName } from "../../lib/format-sats";
import { useAnswer, useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { Awaiting, ErrorNotice, QueryView } from "../notice";
import { useSession } from "../session";
import { limitOf, provesByPresence } from "./model";

type Field = keyof Limits;

function Form(props: { limits: Limits }) {
  const session = useSession();
  const toasts = useToasts();
  const save = useCommand("cmd_set_limits", { quiet: true });
  const keychain = useAnswer("cmd_keychain_status", () => []);
  const [typed, setTyped] = createSignal<Partial<Record<Field, string>>>({});
  const unit = () => session.settings().unit;
  const shown = (key: Field): string => {
    const known = props.limits[key];
    return typed()[key] ?? (known === null ? "" : typedAmount(known, unit()));
  };
  const payment = () => limitOf(shown("per_payment"), unit());
  const day = () => limitOf(shown("per_day"), unit());
  const presence = () => limitOf(shown("by_presence"), unit());
  const valid = () => payment().ok && day().ok && presence().ok;
  const fault = (limit: ReturnType<typeof limitOf>) => (limit.ok ? undefined : t(`amount.fault.${limit.fault}`));
  const changed = () => Object.keys(typed()).length > 0;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const [per_payment, per_day, by_presence] = [payment(), day(), presence()];
    if (!changed() || !per_payment.ok || !per_day.ok || !by_presence.ok || save.isPending) return;
    save.mutate([{ per_payment: per_payment.limit, per_day: per_day.limit, by_presence: by_presence.limit }], {
      onSuccess: () => {
        setTyped({});
        toasts.show({ title: t("limits.saved"), icon: "check" });
      },
    });
  };
  return (
    <form class="stack" onSubmit={submit}>
      <TextField
        label={t("limits.per_payment", { unit: unitName(unit()) })}
        inputMode="decimal"
        placeholder={t("limits.none")}
        value={shown("per_payment")}
        error={fault(payment())}
        onInput={(per_payment) => setTyped({ ...typed(), per_payment })}
        data-testid={TESTID.limitPayment}
      />
      <TextField
        label={t("limits.per_day", { unit: unitName(unit()) })}
        inputMode="decimal"
        placeholder={t("limits.none")}
        value={shown("per_day")}
        error={fault(day())}
        onInput={(per_day) => setTyped({ ...typed(), per_day })}
        data-testid={TESTID.limitDay}
      />
      <Show when={provesByPresence(keychain.data) ? keychain.data : undefined}>
        {(is) => (
          <TextField
            label={t("limits.by_presence", { unit: unitName(unit()) })}
            hint={t("limits.by_presence.text", { name: is().name })}
            inputMode="decimal"
            placeholder={t("limits.by_presence.none")}
            value={shown("by_presence")}
            error={fault(presence())}
            onInput={(by_presence) => setTyped({ ...typed(), by_presence })}
            data-testid={TESTID.limitPresence}
          />
        )}
      </Show>
      <Show when={save.error}>{(error) => <ErrorNotice error={error()} />}</Show>
      <Show when={changed()}>
        <div>
          <Button kind="primary" type="submit" busy={save.isPending} disabled={!valid()} data-testid={TESTID.limitSave}>
            {t("limits.save")}
          </Button>
        </div>
      </Show>
      <p class="quiet small">{t("limits.text")}</p>
      <Awaiting what="confirm" open={save.isPending} />
    </form>
  );
}

/** What may leave at most. */
export function LimitSettings() {
  const limits = useAnswer("cmd_get_limits", () => []);
  return (
    <Section title={t("limits.title")}>
      <Card>
        <QueryView query={limits} skeleton={<Skeleton label={t("state.loading")} rows={2} kind="text" />}>
          {(found) => <Form limits={found()} />}
        </QueryView>
      </Card>
    </Section>
  );
}
