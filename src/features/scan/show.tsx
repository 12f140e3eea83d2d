import { createEffect, createSignal, on, onCleanup, Show } from "solid-js";
import { Button } from "../../components/button";
import { QrCode } from "../../components/qr-code";
import { Segmented } from "../../components/segmented";
import { Sheet } from "../../components/sheet";
import { Skeleton } from "../../components/states";
import { t } from "../../i18n";
import { useBackend } from "../../ipc/context";
import { toIpcError, type IpcError } from "../../ipc/error";
import type { FrameCode, FrameDensity, Qr, ShownFrames } from "../../ipc/types";
import { TESTID } from "../../testids";
import { ShareButton } from "../money";
import { ErrorNotice } from "../notice";
import { ScanButton } from "./scan-sheet";
import "./scan.css";

const CODES: readonly FrameCode[] = ["bbqr", "ur", "own"];
const DENSITIES: readonly FrameDensity[] = ["low", "medium", "high"];
/** How long a picture stands: long enough for a slow camera to see it twice. */
const STANDS = 220;

/** The pictures of a draft, fetched some at a time as they are needed. */
function makeFrames(draftId: string, code: () => FrameCode, density: () => FrameDensity) {
  const backend = useBackend();
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
        const part = await backend.call("cmd_show_draft", { draft_id: draftId, code: code(), density: density(), from: all.length });
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
  createEffect(on([code, density], () => void begin()));
  const timer = setInterval(() => {
    const loaded = frames().length;
    if (!held() && loaded > 1) setAt((was) => (was + 1) % loaded);
  }, STANDS);
  onCleanup(() => clearInterval(timer));
  return { shown, at, held, setHeld, error, begin, frame: () => frames()[at()] };
}

function Frames(props: { draftId: string }) {
  const [code, setCode] = createSignal<FrameCode>("bbqr");
  const [density, setDensity] = createSignal<FrameDensity>("medium");
  // The sheet is made anew for another draft.
  // eslint-disable-next-line solid/reactivity
  const frames = makeFrames(props.draftId, code, density);
  const count = () => frames.shown()?.count ?? 1;
  return (
    <div class="stack" data-testid={TESTID.show} data-at={frames.at()} data-count={count()}>
      <Show when={!frames.error()} fallback={<Show when={frames.error()}>{(error) => <ErrorNotice error={error()} onRetry={() => void frames.begin()} />}</Show>}>
        <div class="show-code">
          <Show when={frames.frame()} fallback={<Skeleton label={t("state.loading")} kind="block" rows={1} />}>
            {(frame) => <QrCode size={frame().size} path={frame().path} label={t("show.label", { at: frames.at() + 1, count: count() })} />}
          </Show>
        </div>
        <Show when={frames.shown()}>
          {(shown) => (
            <div class="line line-between">
              <span class="small quiet">{t("show.needed", { count: shown().needed })}</span>
              <Show when={shown().count > 1}>
                <Button small icon={frames.held() ? "forward" : "clock"} data-testid={TESTID.showPause} onClick={() => frames.setHeld(!frames.held())}>
                  {t(frames.held() ? "show.play" : "show.pause")}
                </Button>
              </Show>
            </div>
          )}
        </Show>
      </Show>
      <Segmented
        label={t("show.code")}
        value={code()}
        segments={CODES.map((value) => ({ value, label: t(`show.code.${value}`) }))}
        onChange={setCode}
        testId={TESTID.showCode}
      />
      <Segmented
        label={t("show.density")}
        value={density()}
        segments={DENSITIES.map((value) => ({ value, label: t(`show.density.${value}`) }))}
        onChange={setDensity}
      />
    </div>
  );
}

/** Shows a draft to a device that signs, and reads back what it signed. */
export function ShowAndScan(props: { draftId: string }) {
  const [open, setOpen] = createSignal(false);
  return (
    <>
      <Button small icon="address" data-testid={TESTID.showOpen} onClick={() => setOpen(true)}>
        {t("show.open")}
      </Button>
      <ShareButton small what={{ kind: "draft", draft_id: props.draftId }} name={t("show.file")} data-testid={TESTID.showShare} />
      <ScanButton place="draft" label={t("show.back")} onUse={() => undefined} />
      <Sheet open={open()} onClose={() => setOpen(false)} title={t("show.title")} text={t("show.text")} closeLabel={t("action.close")}>
        <Frames draftId={props.draftId} />
      </Sheet>
    </>
  );
}
