import { Show } from "solid-js";
import { Button } from "../../components/button";
import { Sheet } from "../../components/sheet";
import { Notice } from "../../components/states";
import { t } from "../../i18n";
import type { Device } from "../../ipc/types";
import { makeIntent } from "../../lib/request-id";
import { useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { Awaiting, ErrorNotice } from "../notice";
import { keysOf } from "./model";

/** A device that was removed just now. */
export interface Gone {
  name: string;
  /** Whether it may hold keys. */
  moveCoins: boolean;
}

/** What a removal does and does not do, before the system asks. */
export function RemoveSheet(props: { device: Device | undefined; onClose: () => void; onGone: (gone: Gone) => void }) {
  const intent = makeIntent();
  const remove = useCommand("cmd_remove_device", { quiet: true });
  const close = (): void => {
    intent.done();
    remove.reset();
    props.onClose();
  };
  const submit = (device: Device): void =>
    remove.mutate([{ request_id: intent.id(), device_id: device.id }], {
      onSuccess: ({ move_coins }) => {
        props.onGone({ name: device.name, moveCoins: move_coins });
        close();
      },
    });
  return (
    <Show when={props.device}>
      {(device) => (
        <>
          <Sheet open={!remove.isPending} title={t("devices.remove.title", { name: device().name })} closeLabel={t("action.close")} onClose={close}>
            <Show when={remove.error}>{(error) => <ErrorNotice error={error()} />}</Show>
            <ul class="device-facts">
              <li>{t("devices.remove.hears")}</li>
              <li>{t("devices.remove.keeps")}</li>
              <li>{t("devices.remove.place")}</li>
              <li>{t("devices.remove.again")}</li>
            </ul>
            <Show when={keysOf(device()) !== "none"} fallback={<p class="quiet small">{t("devices.remove.watches")}</p>}>
              <Notice tone="danger">
                <p>{t("devices.remove.keys")}</p>
              </Notice>
            </Show>
            <Button kind="danger" wide icon="trash" data-testid={TESTID.deviceRemoveConfirm} onClick={() => submit(device())}>
              {t("devices.remove.submit")}
            </Button>
          </Sheet>
          <Awaiting what="confirm" open={remove.isPending} />
        </>
      )}
    </Show>
  );
}
