import { Show } from "solid-js";
import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { Card, Section } from "../../components/layout";
import { useToasts } from "../../components/toast";
import { t } from "../../i18n";
import type { CircleStatus } from "../../ipc/types";
import { makeIntent } from "../../lib/request-id";
import { useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { Ago } from "../money";
import { Awaiting, ErrorNotice } from "../notice";

/** Words that bring back what the devices share. They are shown in the sealed window and nowhere else. */
export function RecoveryWords(props: { status: CircleStatus }) {
  const toasts = useToasts();
  const intent = makeIntent();
  const make = useCommand("cmd_make_recovery_words", { quiet: true });
  const run = (): void => {
    intent.done();
    make.mutate([{ request_id: intent.id(), wallet_id: null }], {
      onSuccess: () => {
        intent.done();
        toasts.show({ title: t("recovery.made"), text: t("recovery.made.text"), icon: "shield" });
      },
    });
  };
  return (
    <Section title={t("recovery.title")}>
      <Show when={make.error}>{(error) => <ErrorNotice error={error()} />}</Show>
      <Card tight>
        <div class="device" data-testid={TESTID.recovery} data-made={props.status.recovery_since !== null}>
          <span class="row-icon">
            <Icon name="words" />
          </span>
          <div class="device-text">
            <p class="row-title">{t(props.status.recovery_since === null ? "recovery.missing" : "recovery.since")}</p>
            <p class="quiet small">
              <Show when={props.status.recovery_since} fallback={t("recovery.missing.text")}>
                {(at) => (
                  <>
                    {t("recovery.since.text")} <Ago at={at()} />. {t("recovery.again.text")}
                  </>
                )}
              </Show>
            </p>
            <Show when={!props.status.circle.owner}>
              <p class="quiet small">{t("recovery.not_owner")}</p>
            </Show>
          </div>
          <Show when={props.status.circle.owner}>
            <Button small icon="words" disabled={make.isPending} data-testid={TESTID.recoveryMake} onClick={run}>
              {t(props.status.recovery_since === null ? "recovery.make" : "recovery.again")}
            </Button>
          </Show>
        </div>
      </Card>
      <Awaiting what="recovery_words" open={make.isPending} />
    </Section>
  );
}
