import { For, Show } from "solid-js";
import { locale, t } from "../../i18n";
import type { Device } from "../../ipc/types";
import { usePlatform } from "../../platform/context";
import { contactOf } from "./model";

const WIDTH = 320;
const HEIGHT = 108;

interface Star {
  device: Device;
  x: number;
  y: number;
}

/** This device in the middle, the others around it; those on the left and on the right in turn. */
function starsOf(devices: readonly Device[]): Star[] {
  const others = devices.filter((device) => !device.this && device.removed_at === null);
  const here = devices.find((device) => device.this);
  const step = Math.PI / (Math.max(2, Math.ceil(others.length / 2)) + 1);
  const middle = others.length === 1 ? WIDTH / 2 - 59 : WIDTH / 2;
  const around = others.map((device, i): Star => {
    const side = i % 2 === 0 ? 1 : -1;
    const angle = others.length <= 2 ? Math.PI / 2 : step * (Math.floor(i / 2) + 1);
    return { device, x: middle + side * Math.sin(angle) * 118, y: HEIGHT / 2 - Math.cos(angle) * 36 };
  });
  return here ? [{ device: here, x: middle, y: HEIGHT / 2 }, ...around] : around;
}

/** The first letter as it is seen: a flag or an accent stays whole. */
function firstLetter(name: string): string {
  const [first] = new Intl.Segmenter(locale()).segment(name);
  return first?.segment.toLocaleUpperCase(locale()) ?? "";
}

/** The devices as a small constellation: a line is whole where one was heard of within a week. */
export function DeviceMap(props: { devices: readonly Device[] }) {
  const platform = usePlatform();
  const stars = () => starsOf(props.devices);
  const names = () => stars().map((star) => star.device.name).join(", ");
  return (
    <Show when={stars().length > 1}>
      <svg class="device-map" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={t("devices.map", { count: stars().length, names: names() })}>
        <For each={stars().slice(1)}>
          {(star) => (
            <line class="device-line" data-contact={contactOf(star.device, platform.clock())} x1={stars()[0]?.x} y1={stars()[0]?.y} x2={star.x} y2={star.y} />
          )}
        </For>
        <For each={stars()}>
          {(star) => (
            <g class="device-star" data-contact={contactOf(star.device, platform.clock())}>
              <circle cx={star.x} cy={star.y} r={star.device.this ? 17 : 13} />
              <text x={star.x} y={star.y}>
                {firstLetter(star.device.name)}
              </text>
            </g>
          )}
        </For>
      </svg>
    </Show>
  );
}
