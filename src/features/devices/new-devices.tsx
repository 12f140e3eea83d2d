import { useNavigate } from "@solidjs/router";
import { createSignal, For, Show } from "solid-js";
import { Button } from "../../components/button";
import { Notice } from "../../components/states";
import { t } from "../../i18n";
import type { Notice as Alert } from "../../ipc/types";
import { useAnswer, useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { useAlerts } from "../alerts";
import { Ago } from "../money";
import { addedOf } from "./model";
import { RemoveSheet } from "./remove";

function NewDevice(props: { alert: Alert; mayRemove: boolean; onRemove: () => void }) {
  const navigate = useNavigate();
  const dismiss = useCommand("cmd_dismiss_notice");
  return (
    <Notice
      tone="danger"
      icon="devices"
      title={t("alert.device_added")}
      testId={TESTID.newDevice}
      code="device_added"
      actions={
        <>
          <Button small busy={dismiss.isPending} data-testid={TESTID.newDeviceMine} onClick={() => dismiss.mutate([{ notice_id: props.alert.id }])}>
            {t("alert.device_added.mine")}
          </Button>
          <Show
            when={props.mayRemove}
            fallback={
              <Button small kind="danger" data-testid={TESTID.newDeviceSee} onClick={() => navigate("/devices")}>
                {t("alert.device_added.see")}
              </Button>
            }
          >
            <Button small kind="danger" data-testid={TESTID.newDeviceRemove} onClick={() => props.onRemove()}>
              {t("alert.device_added.not_mine")}
            </Button>
          </Show>
        </>
      }
    >
      <p class="alert-text">{props.alert.text}</p>
      <p>{t(props.mayRemove ? "alert.device_added.text" : "alert.device_added.elsewhere")}</p>
      <p class="quiet small">
        <Ago at={props.alert.at} />
      </p>
    </Notice>
  );
}

/** Devices that were added, on every screen until somebody says that it was meant: one that a thief added sees everything. */
export function NewDevices() {
  const navigate = useNavigate();
  const alerts = useAlerts();
  const added = () => addedOf(alerts());
  const status = useAnswer("cmd_get_circle", () => [], () => ({ enabled: added().length > 0 }));
  const circle = () => (status.isPending || status.isError ? undefined : status.data.circle);
  const device = (alert: Alert) => circle()?.devices.find((each) => each.id === alert.device_id && each.removed_at === null);
  const [leaving, setLeaving] = createSignal<string>();
  const leavingDevice = () => circle()?.devices.find((each) => each.id === leaving());
  return (
    <>
      <Show when={added().length > 0}>
        <div class="column new-devices">
          <For each={added().map((alert) => alert.id)}>
            {(id) => (
              <Show when={added().find((alert) => alert.id === id)}>
                {(alert) => (
                  <NewDevice
                    alert={alert()}
                    mayRemove={circle()?.owner === true && device(alert()) !== undefined}
                    onRemove={() => setLeaving(alert().device_id ?? undefined)}
                  />
                )}
              </Show>
            )}
          </For>
        </div>
      </Show>
      <RemoveSheet device={leavingDevice()} onClose={() => setLeaving(undefined)} onGone={({ moveCoins }) => moveCoins && navigate("/devices/sweep")} />
    </>
  );
}
