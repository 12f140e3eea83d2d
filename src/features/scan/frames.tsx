import { createEffect, createSignal, on, onCleanup, Show } from "solid-js";
import { Button } from "../../components/button";
import { QrCode } from "../../components/qr-code";
import { Segmented } from "../../components/segmented";
import { Skeleton } from "../../components/states";
import { t } from "../../i18n";
import { toIpcError, type IpcError } from "../../ipc/error";
import type { FrameDensity, Qr, ShownFrames } from "../../ipc/types";
import { TESTID } from "../../testids";
import { ErrorNotice } from "../notice";
import "./scan.css";

/** How long a picture stands: long enough for a slow camera to see it twice. */
const STANDS = 220;

/** Pictures of something, fetched some at a time as they are needed, and anew for another wish. */
export function createFrames(fetch: (from: number) => Promise<ShownFrames>, wish: () => unknown) {
  const [shown, setShown] = createSignal<Pick<ShownFrames, "needed" | "count">>();
  const [frames, setFrames] = createSignal<readonly Qr[]>([]);
  const [at, setAt] = createSignal(0);
  const [held, setHeld] = createSignal(false);
  const [error, setError] = createSignal<IpcError>();
  let turn = 0;
  onCleanup(() => (turn += 1));

  const begin = async (): Promise<void> => {
    const mine = ++turn;
    setShown(undefined);
    setFrames([]);
    setAt(0);
    setError(undefined);
    let all: readonly Qr[] = [];
    let count = 1;
    try {
      while (all.length < count) {
        const part = await fetch(all.length);
        if (mine !== turn || part.frames.length === 0) return;
        all = [...all, ...part.frames];
        count = part.count;
        setFrames(all);
        setShown({ needed: part.needed, count });
      }
    } catch (thrown) {
      if (mine === turn) setError(toIpcError(thrown));
    }
  };
  createEffect(on(wish, () => void begin()));
  const timer = setInterval(() => {
    const loaded = frames().length;
    if (!held() && loaded > 1) setAt((was) => (was + 1) % loaded);
  }, STANDS);
  onCleanup(() => clearInterval(timer));
  return { shown, at, held, setHeld, error, begin, frame: () => frames()[at()] };
}

/** One picture after the other, how many are needed, and a way to hold one. */
export function FramesView(props: { frames: ReturnType<typeof createFrames> }) {
  const count = () => props.frames.shown()?.count ?? 1;
  return (
    <div class="stack" data-testid={TESTID.show} data-at={props.frames.at()} data-count={count()}>
      <Show when={!props.frames.error()} fallback={<Show when={props.frames.error()}>{(error) => <ErrorNotice error={error()} onRetry={() => void props.frames.begin()} />}</Show>}>
        <div class="show-code">
          <Show when={props.frames.frame()} fallback={<Skeleton label={t("state.loading")} kind="block" rows={1} />}>
            {(frame) => <QrCode size={frame().size} path={frame().path} label={t("show.label", { at: props.frames.at() + 1, count: count() })} />}
          </Show>
        </div>
        <Show when={props.frames.shown()}>
          {(shown) => (
            <div class="line line-between">
              <span class="small quiet">{t("show.needed", { count: shown().needed })}</span>
              <Show when={shown().count > 1}>
                <Button small icon={props.frames.held() ? "forward" : "clock"} data-testid={TESTID.showPause} onClick={() => props.frames.setHeld(!props.frames.held())}>
                  {t(props.frames.held() ? "show.play" : "show.pause")}
                </Button>
              </Show>
            </div>
          )}
        </Show>
      </Show>
    </div>
  );
}

const DENSITIES: readonly FrameDensity[] = ["low", "medium", "high"];

/** How much is in one picture. */
export function DensityChoice(props: { value: FrameDensity; onChange: (density: FrameDensity) => void }) {
  return (
    <Segmented
      label={t("show.density")}
      value={props.value}
      segments={DENSITIES.map((value) => ({ value, label: t(`show.density.${value}`) }))}
      onChange={(density) => props.onChange(density)}
    />
  );
}
