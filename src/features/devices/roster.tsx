import { useNavigate } from "@solidjs/router";
import { createSignal, For, Show } from "solid-js";
import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { Card, Pill, Section } from "../../components/layout";
import { Notice } from "../../components/states";
import { t } from "../../i18n";
import type { Circle, Device, PlaceState } from "../../ipc/types";
import { TESTID } from "../../testids";
import { Ago } from "../money";
import { DeviceMap } from "./map";
import { inOrder, keysOf, pendingOf } from "./model";
import { RemoveSheet, type Gone } from "./remove";

function pendingText(places: readonly PlaceState[] | undefined): string {
  if (!places) return t("devices.pending.unknown");
  const pending = pendingOf(places);
  switch (pending.kind) {
    case "some":
      return t("devices.pending", { count: pending.count });
    case "none":
      return t("devices.pending.none");
    case "no_place":
      return t("devices.pending.no_place");
    case "unknown":
      return t("devices.pending.unknown");
  }
}

function LastSeen(props: { device: Device }) {
  return (
    <Show when={props.device.removed_at} fallback={
      <Show when={props.device.last_seen} fallback={<span title={t("devices.seen.never.text")}>{t("devices.seen.never")}</span>}>
        {(at) => (
          <>
            {t("devices.seen")} <Ago at={at()} />
          </>
        )}
      </Show>
    }>
      {(at) => (
        <>
          {t("devices.removed")} <Ago at={at()} />
        </>
      )}
    </Show>
  );
}

function DeviceCard(props: { device: Device; places: PlaceState[] | undefined; removable: boolean; onRemove: () => void }) {
  const navigate = useNavigate();
  const gone = () => props.device.removed_at !== null;
  return (
    <div
      class="device"
      data-testid={TESTID.device}
      data-device-id={props.device.id}
      data-this={props.device.this}
      data-removed={gone()}
    >
      <span class="row-icon">
        <Icon name="devices" />
      </span>
      <div class="device-text">
        <p class="row-title">{props.device.name}</p>
        <p class="quiet small">
          {props.device.system} · <Show when={props.device.this} fallback={<LastSeen device={props.device} />}>{t("devices.this")}</Show>
        </p>
        <Show when={props.device.unready}>
          <p class="small" data-testid={TESTID.deviceUnready}>
            {t("devices.unready")}
          </p>
        </Show>
        <Show when={props.device.as_two}>
          <p class="small" data-testid={TESTID.deviceAsTwo}>
            {t("devices.as_two")}
          </p>
        </Show>
        <Show when={props.device.holds.length > 0}>
          <p class="quiet small">{t(gone() ? "devices.held.of" : "devices.keys.of", { wallets: props.device.holds.join(", ") })}</p>
        </Show>
        <Show when={props.device.heard !== null}>
          <p class="quiet small" data-testid={TESTID.deviceHeard} data-heard={props.device.heard}>
            {t(props.device.heard ? "devices.heard" : "devices.heard.not")}
          </p>
        </Show>
        <Show when={props.device.this}>
          <p class="quiet small" data-testid={TESTID.devicePending}>
            {pendingText(props.places)}
          </p>
        </Show>
      </div>
      <Show when={!gone()}>
        <Pill tone={keysOf(props.device) === "none" ? "plain" : "accent"}>
          <span data-testid={TESTID.deviceKeys} data-keys={keysOf(props.device)}>
            {t(`devices.keys.${keysOf(props.device)}`)}
          </span>
        </Pill>
      </Show>
      <Show when={props.removable && !gone() && !props.device.this && keysOf(props.device) === "none"}>
        <Button
          small
          icon="key"
          aria-label={t("devices.give.named", { name: props.device.name })}
          data-testid={TESTID.deviceGive}
          onClick={() => navigate("/devices/add?keys")}
        >
          {t("devices.give")}
        </Button>
      </Show>
      <Show when={props.removable && !gone() && !props.device.this}>
        <Button
          small
          icon="trash"
          aria-label={t("devices.remove.named", { name: props.device.name })}
          data-testid={TESTID.deviceRemove}
          onClick={() => props.onRemove()}
        >
          {t("devices.remove")}
        </Button>
      </Show>
    </div>
  );
}

/** Who shares: what each holds, when it was last seen, and what has not left this device. */
export function Roster(props: { circle: Circle; places: PlaceState[] | undefined }) {
  const navigate = useNavigate();
  const [leaving, setLeaving] = createSignal<Device>();
  const [gone, setGone] = createSignal<Gone>();
  const devices = () => inOrder(props.circle.devices);
  return (
    <Section title={t("devices.section")}>
      <Show when={gone()}>
        {(what) => (
          <Notice
            tone={what().moveCoins ? "danger" : "good"}
            title={t("devices.gone", { name: what().name })}
            testId={TESTID.deviceGone}
            live
            actions={
              <Show when={what().moveCoins}>
                <Button small kind="primary" onClick={() => navigate("/devices/sweep")}>
                  {t("devices.gone.keys.act")}
                </Button>
              </Show>
            }
          >
            <p>{t(what().moveCoins ? "devices.gone.keys" : "devices.gone.text")}</p>
          </Notice>
        )}
      </Show>
      <DeviceMap devices={props.circle.devices} />
      <Card tight>
        <For each={devices().map((device) => device.id)}>
          {(id) => (
            <Show when={devices().find((device) => device.id === id)}>
              {(device) => (
                <DeviceCard device={device()} places={props.places} removable={props.circle.owner} onRemove={() => setLeaving(device())} />
              )}
            </Show>
          )}
        </For>
      </Card>
      {/* Below the list, where a thumb is. */}
      <Show when={props.circle.owner}>
        <div>
          <Button kind="primary" icon="plus" data-testid={TESTID.deviceAdd} onClick={() => navigate("/devices/add")}>
            {t("devices.add")}
          </Button>
        </div>
      </Show>
      <Show when={!props.circle.owner}>
        <p class="quiet small">{t("devices.not_owner")}</p>
        <div>
          <Button small icon="key" data-testid={TESTID.deviceTake} onClick={() => navigate("/devices/keys")}>
            {t("devices.take_keys")}
          </Button>
        </div>
      </Show>
      <RemoveSheet device={leaving()} onClose={() => setLeaving(undefined)} onGone={setGone} />
    </Section>
  );
}
