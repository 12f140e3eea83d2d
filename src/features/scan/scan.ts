import { batch, createSignal, onCleanup, type Accessor } from "solid-js";
import { useBackend } from "../../ipc/context";
import { IpcError, toIpcError } from "../../ipc/error";
import type { Scan, ScanStep } from "../../ipc/types";
import { usePlatform } from "../../platform/context";
import { useSession } from "../session";
import { blindness, frameBody, hasCamera, imageBody, mayLook, mayNever, openCamera, type Blind, type Camera } from "./camera";
import { afterFrame, afterGiven, wantsFrames, type Phase } from "./model";

/** Between two frames at least; a slow device takes longer by itself. */
const PAUSE = 80;

/** A scan as a screen uses it. */
export interface Scanning {
  phase: Accessor<Phase>;
  /** What this device can do besides; nothing before the scan has begun. */
  scan: Accessor<Scan | undefined>;
  /** What was given held no code. */
  nothing: Accessor<"picture" | "clipboard" | undefined>;
  /** Whether the camera's light is on; nothing where there is none to switch. */
  torch: Accessor<boolean | undefined>;
  switchTorch: () => Promise<void>;
  /** Begins, with the place where the camera's picture is shown. */
  begin: (video: HTMLVideoElement) => Promise<void>;
  /** Looks on, after something was seen. */
  again: () => Promise<void>;
  file: () => Promise<void>;
  clipboard: () => Promise<void>;
  text: (text: string) => Promise<void>;
  /** Reads a picture or file that the page was given. */
  picture: (file: Blob) => Promise<void>;
  /** Opens the system's settings of this program, where a phone has such. */
  settings: (() => void) | undefined;
}

/** The most bytes of a file that are looked at, as in Rust: more would fill the page's memory for nothing. */
export const LARGEST = 32 * 1024 * 1024;

/** One scan at a time, from when it begins until the screen that holds it is gone. */
export function makeScanning(): Scanning {
  const backend = useBackend();
  const platform = usePlatform();
  const session = useSession();
  const [phase, setPhase] = createSignal<Phase>({ at: "starting" });
  const [scan, setScan] = createSignal<Scan>();
  const [nothing, setNothing] = createSignal<"picture" | "clipboard">();
  const [torch, setTorch] = createSignal<boolean>();
  let camera: Camera | undefined;
  let screen: HTMLVideoElement | undefined;
  let gone = false;
  // A look that another took the place of ends by itself.
  let turn = 0;

  const stopCamera = (): void => {
    camera?.stop();
    camera = undefined;
    // Its light goes out with it.
    setTorch(undefined);
  };
  const stop = (next: Phase): void => {
    turn += 1;
    stopCamera();
    setPhase(next);
  };
  /** A camera that nobody looks through is let go: a phone takes it away anyhow, and shows that it is used. */
  const onVisibility = (): void => {
    const now = phase();
    if (!document.hidden) void wake();
    else if (camera) {
      stopCamera();
      // What is being read is told first; then the camera is asked for again, if it is wanted.
      if (now.at === "reading") return;
      turn += 1;
      setPhase({ at: "paused" });
    }
  };
  document.addEventListener("visibilitychange", onVisibility);
  onCleanup(() => {
    document.removeEventListener("visibilitychange", onVisibility);
    gone = true;
    turn += 1;
    stopCamera();
    const open = scan();
    // Nobody to tell when it fails; locking ends it too.
    if (open) backend.call("cmd_close_scan", { scan: open.scan }).catch(() => undefined);
  });

  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, PAUSE));

  /** Sends frame after frame until something is seen. */
  const look = async (number: number): Promise<void> => {
    const mine = ++turn;
    let again = 0;
    while (mine === turn && camera) {
      const grey = camera.frame();
      if (grey) {
        let step: ScanStep;
        try {
          step = await backend.send("cmd_scan_frame", frameBody(number, grey));
        } catch (thrown) {
          if (mine === turn) stop({ at: "failed", error: toIpcError(thrown) });
          return;
        }
        if (mine !== turn) return;
        const next = afterFrame(step, again);
        again = step.step === "nothing" || step.step === "gathering" ? 0 : again + 1;
        if (next && wantsFrames(next)) setPhase(next);
        else if (next) {
          stop(next);
          if (next.at === "seen") platform.tick();
          return;
        }
      }
      await pause();
    }
  };

  /** Whether only the system's settings help. A phone's pages cannot tell; its system can. */
  const barred = async (): Promise<boolean> => {
    if (session.snapshot()?.phone !== true) return mayNever();
    try {
      return (await backend.call("cmd_get_camera_access")).barred;
    } catch {
      return false;
    }
  };
  const whyBlind = async (thrown: unknown): Promise<Blind> => {
    const why = blindness(thrown);
    return why === "denied" && (await barred()) ? "barred" : why;
  };

  const watch = async (): Promise<void> => {
    const open = scan();
    if (!open || !screen) return;
    const mine = ++turn;
    setPhase({ at: "starting" });
    try {
      const started = await openCamera(screen);
      if (mine !== turn) {
        started.stop();
        return;
      }
      // The system's question put the page out of sight, or its owner went elsewhere meanwhile.
      if (document.hidden) {
        started.stop();
        setPhase({ at: "paused" });
        return;
      }
      camera = started;
      if (started.hasTorch) setTorch(false);
      started.onLost(() => {
        if (camera === started) stop(document.hidden ? { at: "paused" } : { at: "blind", why: "taken" });
      });
    } catch (thrown) {
      const why = await whyBlind(thrown);
      if (mine === turn) setPhase({ at: "blind", why });
      return;
    }
    setPhase({ at: "looking" });
    void look(open.scan);
  };

  /** Looks on when somebody came back. Nobody is asked for the camera once more who said no to it. */
  const wake = async (): Promise<void> => {
    const now = phase();
    if (now.at === "paused") return watch();
    if (now.at !== "blind" || now.why === "none" || now.why === "failed") return;
    const mine = turn;
    // Whoever comes back from the settings may have given it there.
    const given = now.why === "barred" ? !(await barred()) : await mayLook();
    if (given && mine === turn && !gone) await watch();
  };

  /**
   * Lets a phone's own scanner look first, beneath this page. It is given some seconds; what it cannot read, the camera of the
   * page may. Without a camera it would look at nothing until then.
   */
  const natively = async (open: Scan): Promise<boolean> => {
    const mine = ++turn;
    if (!(await hasCamera())) return mine !== turn;
    if (mine !== turn) return true;
    setPhase({ at: "native" });
    try {
      const next = afterGiven(await backend.call("cmd_scan_natively", { scan: open.scan }));
      if (mine !== turn) return true;
      if (!next || wantsFrames(next)) return false;
      setPhase(next);
      if (next.at === "seen") platform.tick();
      return true;
    } catch {
      return mine !== turn;
    }
  };

  const begin = async (video: HTMLVideoElement): Promise<void> => {
    screen = video;
    try {
      const opened = await backend.call("cmd_open_scan");
      if (gone) {
        backend.call("cmd_close_scan", { scan: opened.scan }).catch(() => undefined);
        return;
      }
      setScan(opened);
      if (opened.native && (await natively(opened))) return;
    } catch (thrown) {
      setPhase({ at: "failed", error: toIpcError(thrown) });
      return;
    }
    await watch();
  };

  /** Reads what somebody gave. The camera looks on when there was nothing in it. */
  const given = async (what: "picture" | "clipboard", ask: (number: number) => Promise<ScanStep>): Promise<void> => {
    const open = scan();
    if (!open) return;
    const before = phase();
    // Also where the camera was only about to look, or was let go while the system's dialog stood over the page.
    const looked = wantsFrames(before) || before.at === "starting" || before.at === "paused";
    turn += 1;
    batch(() => {
      setNothing(undefined);
      setPhase({ at: "reading" });
    });
    const goOn = (): void => {
      if (looked && !camera) {
        // It was let go while the dialog of the system stood over the page.
        if (document.hidden) setPhase({ at: "paused" });
        else void watch();
        return;
      }
      setPhase(before.at === "reading" || before.at === "native" ? { at: "blind", why: "failed" } : before);
      if (looked) void look(open.scan);
    };
    try {
      const next = afterGiven(await ask(open.scan));
      if (gone) return;
      if (!next) {
        setNothing(what);
        goOn();
      } else if (wantsFrames(next) && camera) {
        setPhase(next);
        void look(open.scan);
      } else if (wantsFrames(next) && looked) {
        goOn();
      } else {
        stop(next);
      }
    } catch (thrown) {
      if (gone) return;
      const error = toIpcError(thrown);
      // Who closed the dialog wants what was there before.
      if (error instanceof IpcError && error.code === "cancelled") goOn();
      else stop({ at: "failed", error });
    }
  };

  return {
    phase,
    scan,
    get settings() {
      // When it fails the words say where they are.
      return session.snapshot()?.phone === true ? () => void backend.call("cmd_open_app_settings").catch(() => undefined) : undefined;
    },
    nothing,
    torch,
    switchTorch: async () => {
      const [now, on] = [camera, torch() !== true];
      if (now && (await now.setTorch(on)) && camera === now) setTorch(on);
    },
    begin,
    again: async () => {
      setNothing(undefined);
      const open = scan();
      if (phase().at === "over" || !open) {
        if (screen) await begin(screen);
      } else if (!(open.native && (await natively(open)))) {
        await watch();
      }
    },
    file: () => given("picture", (number) => backend.call("cmd_scan_file", { scan: number })),
    clipboard: () => given("clipboard", (number) => backend.call("cmd_scan_clipboard", { scan: number })),
    text: (text) => given("clipboard", (number) => backend.call("cmd_scan_text", { scan: number, text })),
    picture: async (file) => {
      if (file.size > LARGEST) {
        stop({ at: "refused", why: "too_large" });
        return;
      }
      await given("picture", async (number) => {
        const bytes = new Uint8Array(await file.arrayBuffer());
        return backend.send("cmd_scan_image", imageBody(number, bytes));
      });
    },
  };
}
