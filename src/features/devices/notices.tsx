import { For, Show } from "solid-js";
import { Button } from "../../components/button";
import { Notice } from "../../components/states";
import { t } from "../../i18n";
import type { CircleStatus, Device, PlaceState } from "../../ipc/types";
import { usePlatform } from "../../platform/context";
import { useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { Ago } from "../money";
import { aheadOf } from "./model";

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
              <Button small busy={dismiss.isPending} data-testid={TESTID.copiedDismiss} onClick={() => dismiss.mutate([{ place_id: null }])}>
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

/** A place that had something and lists it no more: it was restored, or somebody holds things back. */
export function RollbackNotices(props: { places: readonly PlaceState[] }) {
  const dismiss = useCommand("cmd_dismiss_circle_notice");
  const back = () => props.places.filter((place) => place.lost > 0).map((place) => place.place);
  return (
    <For each={back().map((place) => place.id)}>
      {(id) => (
        <Notice
          tone="caution"
          title={t("rollback.title")}
          testId={TESTID.rollback}
          actions={
            <Button small busy={dismiss.isPending} data-testid={TESTID.rollbackDismiss} onClick={() => dismiss.mutate([{ place_id: id }])}>
              {t("devices.copied.act")}
            </Button>
          }
        >
          <p>{t("rollback.text", { address: back().find((place) => place.id === id)?.address ?? "" })}</p>
        </Notice>
      )}
    </For>
  );
}

/** A device that wrote at a time that has not come here: its clock or this one's is wrong. */
export function ClockNotice(props: { devices: readonly Device[] }) {
  const platform = usePlatform();
  const ahead = () => aheadOf(props.devices, platform.clock());
  return (
    <Show when={ahead().length > 0}>
      <Notice tone="caution" icon="clock" title={t("clock.title")} testId={TESTID.clockWrong}>
        <p>{t("clock.text", { devices: ahead().map((device) => device.name).join(", ") })}</p>
      </Notice>
    </Show>
  );
}
