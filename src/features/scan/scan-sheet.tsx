import { createEffect, createSignal, Match, onCleanup, onMount, Show, Switch } from "solid-js";
import { Button, IconButton } from "../../components/button";
import { TextArea } from "../../components/field";
import { Icon } from "../../components/icon";
import { Fact, Facts } from "../../components/layout";
import { Sheet } from "../../components/sheet";
import { Spinner } from "../../components/spinner";
import { Notice } from "../../components/states";
import { t } from "../../i18n";
import type { PaymentTarget, Seen } from "../../ipc/types";
import { usePlatform } from "../../platform/context";
import { TESTID } from "../../testids";
import { AddressText, Amount } from "../money";
import { ErrorNotice } from "../notice";
import { useSession } from "../session";
import type { Blind } from "./camera";
import { hasSettings, textOf, wantsFrames, type Phase, type ScanPlace } from "./model";
import { makeScanning, type Scanning } from "./scan";
import { Importing } from "./importing";
import { Meeting } from "./meeting";
import { Serving } from "./serving";
import { Watching } from "./watching";
import { Signatures } from "./signatures";
import "./scan.css";

/** Round the frame, as far as the pictures of a transfer have come. */
function Ring(props: { have: number; need: number }) {
  const share = () => Math.min(1, props.have / Math.max(1, props.need));
  return (
    <div class="scan-ring">
      <svg viewBox="0 0 120 120" role="img" aria-label={t("scan.gathering.label", { have: props.have, need: props.need })}>
        <circle class="scan-ring-ground" cx="60" cy="60" r="52" />
        <circle class="scan-ring-done" cx="60" cy="60" r="52" pathLength={100} stroke-dasharray={`${share() * 100} 100`} />
      </svg>
      <span class="scan-ring-count" aria-hidden="true">
        {Math.round(share() * 100)} %
      </span>
    </div>
  );
}

/** What is asked for, as the payee says it. */
function Asked(props: { target: PaymentTarget }) {
  return (
    <Facts>
      <Fact below name={t("review.to")}>
        <AddressText address={props.target.address} data-testid={TESTID.scanAddress} />
      </Fact>
      <Show when={props.target.amount !== null}>
        <Fact name={t("review.gets")}>
          <Amount sats={props.target.amount} data-testid={TESTID.scanAmount} />
        </Fact>
      </Show>
      <Show when={props.target.label ?? props.target.message}>
        {(said) => <Fact name={t("scan.seen.payment.says")}>{said()}</Fact>}
      </Show>
    </Facts>
  );
}

/** What was seen, before anything is done with it. */
function Understood(props: { scan: number; seen: Seen; place: ScanPlace; onUse: (seen: Seen) => void; onAgain: () => void; onClose: () => void }) {
  const text = () => textOf(props.seen, props.place);
  const target = () => (props.seen.kind === "payment" ? props.seen.target : undefined);
  const watch = () => (props.seen.kind === "descriptor" || props.seen.kind === "account_key" ? props.seen.watch : null);
  const met = () => {
    const { kind } = props.seen;
    return (kind === "heads" || kind === "objects") && hasSettings(props.place) ? kind : undefined;
  };
  const server = () => (props.seen.kind === "server" ? props.seen.url : undefined);
  const draft = () => (props.seen.kind === "psbt" ? props.seen.draft_id : null);
  return (
    <div class="stack" data-testid={TESTID.scanSeen} data-kind={props.seen.kind}>
      <Notice tone={text().tone} title={text().title} live>
        <p>{text().text}</p>
        <Show when={target()?.mine}>
          <p>{t("scan.seen.payment.mine")}</p>
        </Show>
      </Notice>
      <Show when={target()}>{(asked) => <Asked target={asked()} />}</Show>
      <Show when={server()}>{(url) => <Serving url={url()} place={props.place} onClose={props.onClose} />}</Show>
      <Show when={draft()}>{(id) => <Signatures scan={props.scan} draftId={id()} signed={props.seen.kind === "psbt" && props.seen.signed_here} onClose={props.onClose} />}</Show>
      <Show when={watch()}>{(known) => <Watching scan={props.scan} watch={known()} onClose={props.onClose} />}</Show>
      <Show when={met()}>{(kind) => <Meeting scan={props.scan} kind={kind()} onClose={props.onClose} />}</Show>
      <Show when={props.seen.kind === "wallet_file"}>
        <Importing scan={props.scan} onClose={props.onClose} />
      </Show>
      <div class="stack">
        <Show when={text().use}>
          {(use) => (
            <Button kind="primary" wide data-testid={TESTID.scanUse} onClick={() => props.onUse(props.seen)}>
              {use()}
            </Button>
          )}
        </Show>
        <Button wide icon="sync" data-testid={TESTID.scanAgain} onClick={() => props.onAgain()}>
          {t("scan.again")}
        </Button>
      </div>
    </div>
  );
}

/** What one can give instead of holding it before the camera. */
function Given(props: { scanning: Scanning }) {
  const platform = usePlatform();
  const session = useSession();
  // A phone answers its gallery with no path that could be opened, but hands the page what was chosen in it.
  let gallery: HTMLInputElement | undefined;
  const onPhone = () => session.snapshot()?.phone === true;
  const choose = (): void => {
    if (onPhone()) gallery?.click();
    else void props.scanning.file();
  };
  const onChosen = (input: HTMLInputElement): void => {
    const file = input.files?.[0];
    if (file) void props.scanning.picture(file);
    // The same one may be chosen again.
    input.value = "";
  };
  const [field, setField] = createSignal<string>();
  const paste = async (): Promise<void> => {
    if (props.scanning.scan()?.clipboard) {
      await props.scanning.clipboard();
      return;
    }
    const text = await platform.paste();
    if (text === undefined || text.trim() === "") setField("");
    else await props.scanning.text(text);
  };
  const read = (): void => {
    const text = (field() ?? "").trim();
    if (text === "") return;
    setField(undefined);
    void props.scanning.text(text);
  };
  const busy = () => props.scanning.phase().at === "reading" || !props.scanning.scan();
  return (
    <div class="stack">
      <Show when={props.scanning.nothing()}>
        {(what) => (
          <p class="small quiet" role="status" data-testid={TESTID.scanNothing}>
            {t(what() === "picture" ? "scan.picture.nothing" : "scan.paste.nothing")}
          </p>
        )}
      </Show>
      <div class="scan-given">
        <Button icon="paste" disabled={busy()} data-testid={TESTID.scanPaste} onClick={() => void paste()}>
          {t("scan.paste")}
        </Button>
        <Button icon="file" disabled={busy()} data-testid={TESTID.scanFile} onClick={choose}>
          {t("scan.picture")}
        </Button>
        <Show when={onPhone()}>
          <input
            type="file"
            hidden
            tabIndex={-1}
            aria-label={t("scan.picture")}
            data-testid={TESTID.scanGallery}
            ref={(input) => (gallery = input)}
            onChange={(event) => onChosen(event.currentTarget)}
          />
        </Show>
      </div>
      <Show when={field() !== undefined}>
        <TextArea label={t("scan.paste.field")} hint={t("scan.paste.hint")} mono rows={3} value={field() ?? ""} onInput={setField} data-testid={TESTID.scanText} />
        <Button data-testid={TESTID.scanRead} onClick={read}>
          {t("scan.paste.read")}
        </Button>
      </Show>
    </div>
  );
}

function Blinded(props: { why: Blind; onAgain: () => void; onSettings: (() => void) | undefined }) {
  const settings = () => (props.why === "barred" ? props.onSettings : undefined);
  return (
    <div class="scan-blind" data-testid={TESTID.scanBlind} data-why={props.why}>
      <Icon name="eye" class="scan-blind-icon" />
      <p class="scan-blind-title">{t(`scan.blind.${props.why}`)}</p>
      <p class="small">{t(settings() ? "scan.blind.barred.phone" : `scan.blind.${props.why}.text`)}</p>
      <Show when={settings()}>
        {(open) => (
          <Button small icon="settings" data-testid={TESTID.scanSettings} onClick={() => open()()}>
            {t("scan.blind.barred.open")}
          </Button>
        )}
      </Show>
      {/* Where there is no camera, looking again finds none. Who said no may have said yes in the settings meanwhile. */}
      <Show when={props.why !== "none"}>
        <Button small icon="sync" data-testid={TESTID.scanLook} onClick={() => props.onAgain()}>
          {t("action.again")}
        </Button>
      </Show>
    </div>
  );
}

/** Frame, camera and what stands in its place. */
function View(props: { scanning: Scanning; phase: Phase; video: (element: HTMLVideoElement) => void }) {
  const gathering = () => (props.phase.at === "gathering" ? props.phase : undefined);
  const waiting = () => {
    const { at } = props.phase;
    return at === "starting" || at === "native" || at === "reading" || at === "paused" ? t(`scan.${at}`) : undefined;
  };
  const torch = () => (wantsFrames(props.phase) ? props.scanning.torch() : undefined);
  return (
    <div class="scan-view" data-testid={TESTID.scanView} data-phase={props.phase.at}>
      <video
        class="scan-video"
        classList={{ "scan-video-on": wantsFrames(props.phase) }}
        ref={(element) => props.video(element)}
        muted
        playsinline
        aria-label={t("scan.view")}
      />
      <Show when={props.phase.at === "looking"}>
        <span class="scan-corners" aria-hidden="true" />
      </Show>
      <Show when={gathering()}>{(now) => <Ring have={now().have} need={now().need} />}</Show>
      <Show when={waiting()}>
        {(text) => (
          <p class="scan-wait" role="status">
            <Show when={props.phase.at !== "paused"}>
              <Spinner />
            </Show>
            {text()}
          </p>
        )}
      </Show>
      <Show when={torch() !== undefined}>
        <span class="scan-torch" data-on={torch()}>
          <IconButton
            icon="torch"
            label={t(torch() ? "scan.torch.off" : "scan.torch.on")}
            aria-pressed={torch() === true}
            data-testid={TESTID.scanTorch}
            onClick={() => void props.scanning.switchTorch()}
          />
        </span>
      </Show>
      <Show when={props.phase.at === "blind" && props.phase.why}>
        {(why) => <Blinded why={why()} onAgain={() => void props.scanning.again()} onSettings={props.scanning.settings} />}
      </Show>
    </div>
  );
}

function Scanner(props: { place: ScanPlace; onUse: (seen: Seen) => void; onClose: () => void }) {
  const scanning = makeScanning();
  const phase = scanning.phase;
  let video: HTMLVideoElement | undefined;
  onMount(() => {
    if (video) void scanning.begin(video);
  });
  const take = (data: DataTransfer | null): boolean => {
    const file = data?.files[0];
    if (file) {
      void scanning.picture(file);
      return true;
    }
    return false;
  };
  const onPaste = (event: ClipboardEvent): void => {
    // Into a field it goes by itself.
    if (event.target instanceof HTMLTextAreaElement && event.clipboardData?.files.length === 0) return;
    const text = event.clipboardData?.getData("text/plain").trim() ?? "";
    if (take(event.clipboardData)) event.preventDefault();
    else if (text !== "") void scanning.text(text);
  };
  const onDrag = (event: DragEvent): void => event.preventDefault();
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    take(event.dataTransfer);
  };
  onMount(() => {
    document.addEventListener("paste", onPaste);
    document.addEventListener("dragover", onDrag);
    document.addEventListener("drop", onDrop);
  });
  onCleanup(() => {
    document.removeEventListener("paste", onPaste);
    document.removeEventListener("dragover", onDrag);
    document.removeEventListener("drop", onDrop);
  });
  // What the phone's own scanner sees lies beneath the page.
  createEffect(() => document.documentElement.toggleAttribute("data-see-through", phase().at === "native"));
  onCleanup(() => document.documentElement.removeAttribute("data-see-through"));
  const seen = () => {
    const now = phase();
    return now.at === "seen" ? now.seen : undefined;
  };
  const refused = () => {
    const now = phase();
    return now.at === "refused" ? now.why : undefined;
  };
  const failed = () => {
    const now = phase();
    return now.at === "failed" ? now.error : undefined;
  };
  const gathered = () => {
    const now = phase();
    return now.at === "gathering" ? now : undefined;
  };
  const looks = () => !seen() && !refused() && !failed() && phase().at !== "over";
  const again = (): void => void scanning.again();
  return (
    <div class="stack">
      {/* The camera's picture stays in its place while something else is shown, so that it can come back. */}
      <div class="stack" hidden={!looks()}>
        <View scanning={scanning} phase={phase()} video={(element) => (video = element)} />
        <p class="small quiet scan-hint" role="status">
          <Switch fallback={t("scan.looking.text")}>
            <Match when={phase().at === "native"}>{t("scan.native.text")}</Match>
            <Match when={phase().at === "looking"}>{`${t("scan.looking")}. ${t("scan.looking.text")}`}</Match>
            <Match when={gathered()}>{(now) => `${t("scan.gathering", { have: now().have, need: now().need })}. ${t("scan.gathering.text")}`}</Match>
          </Switch>
        </p>
        <Given scanning={scanning} />
      </div>
      <Switch>
        <Match when={seen()}>
          {(what) => <Understood scan={scanning.scan()?.scan ?? 0} seen={what()} place={props.place} onUse={props.onUse} onAgain={again} onClose={props.onClose} />}
        </Match>
        <Match when={refused()}>
          {(why) => (
            <div class="stack" data-testid={TESTID.scanRefused} data-why={why()}>
              <Notice tone="caution" title={t(`scan.refused.${why()}`)} live>
                <p>{t(`scan.refused.${why()}.text`)}</p>
              </Notice>
              <Button wide icon="sync" data-testid={TESTID.scanAgain} onClick={again}>
                {t("scan.again")}
              </Button>
            </div>
          )}
        </Match>
        <Match when={failed()}>{(error) => <ErrorNotice error={error()} onRetry={again} />}</Match>
        <Match when={phase().at === "over"}>
          <Notice tone="info" title={t("scan.over")} live actions={<Button small icon="sync" onClick={again}>{t("scan.again")}</Button>}>
            <p>{t("scan.over.text")}</p>
          </Notice>
        </Match>
      </Switch>
    </div>
  );
}

/** The one scan: says what it sees before anything is done with it. `onUse` gets what its owner wants to use here. */
export function ScanSheet(props: { open: boolean; place: ScanPlace; onUse: (seen: Seen) => void; onClose: () => void }) {
  return (
    <Sheet open={props.open} onClose={() => props.onClose()} title={t("scan.title")} closeLabel={t("scan.close")} testId={TESTID.scan}>
      <Scanner place={props.place} onUse={(seen) => props.onUse(seen)} onClose={() => props.onClose()} />
    </Sheet>
  );
}

/** A button with its scan. */
export function ScanButton(props: { place: ScanPlace; onUse: (seen: Seen) => void; label?: string }) {
  const [open, setOpen] = createSignal(false);
  return (
    <>
      <Button small icon="scan" data-testid={TESTID.scanOpen} onClick={() => setOpen(true)}>
        {props.label ?? t("scan.open")}
      </Button>
      <ScanSheet
        open={open()}
        place={props.place}
        onClose={() => setOpen(false)}
        onUse={(seen) => {
          setOpen(false);
          props.onUse(seen);
        }}
      />
    </>
  );
}
