import { createSignal } from "solid-js";
import { Button } from "../../components/button";
import { Segmented } from "../../components/segmented";
import { Sheet } from "../../components/sheet";
import { t } from "../../i18n";
import { useBackend } from "../../ipc/context";
import type { FrameCode, FrameDensity } from "../../ipc/types";
import { TESTID } from "../../testids";
import { ShareButton } from "../money";
import { DensityChoice, FramesView, createFrames } from "./frames";
import { ScanButton } from "./scan-sheet";
import "./scan.css";

const CODES: readonly FrameCode[] = ["bbqr", "ur", "own"];

function Frames(props: { draftId: string }) {
  const backend = useBackend();
  const [code, setCode] = createSignal<FrameCode>("bbqr");
  const [density, setDensity] = createSignal<FrameDensity>("medium");
  const frames = createFrames(
    (from) => backend.call("cmd_show_draft", { draft_id: props.draftId, code: code(), density: density(), from }),
    () => [code(), density()],
  );
  return (
    <div class="stack">
      <FramesView frames={frames} />
      <Segmented
        label={t("show.code")}
        value={code()}
        segments={CODES.map((value) => ({ value, label: t(`show.code.${value}`) }))}
        onChange={setCode}
        testId={TESTID.showCode}
      />
      <DensityChoice value={density()} onChange={setDensity} />
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
