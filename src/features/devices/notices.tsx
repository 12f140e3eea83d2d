import { Show } from "solid-js";
import { Button } from "../../components/button";
import { Notice } from "../../components/states";
import { t } from "../../i18n";
import type { CircleStatus } from "../../ipc/types";
import { useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { Ago } from "../money";

/** What the owner of this device should know of the circle. */
export function CircleNotices(props: { status: CircleStatus }) {
  const dismiss = useCommand("cmd_dismiss_circle_notice");
  return (
    <>
      <Show when={props.status.copied_at}>
        {(at) => (
          <Notice
            tone="caution"
            title={t("devices.copied")}
            testId={TESTID.copiedNotice}
            actions={
              <Button small busy={dismiss.isPending} data-testid={TESTID.copiedDismiss} onClick={() => dismiss.mutate([])}>
                {t("devices.copied.act")}
              </Button>
            }
          >
            <p>{t("devices.copied.text")}</p>
            <p class="quiet small">
              <Ago at={at()} />
            </p>
          </Notice>
        )}
      </Show>
      <Show when={props.status.keys_due}>
        <Notice tone="info" icon="key" title={t("devices.keys_due")}>
          <p>{t("devices.keys_due.text")}</p>
        </Notice>
      </Show>
    </>
  );
}
