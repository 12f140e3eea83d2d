import { fireEvent, render, screen, waitFor } from "@solidjs/testing-library";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { App } from "./app";
import type { Command } from "./ipc/backend";
import { makeFakeBackend, scenarioOf, type FakeBackend } from "./ipc/fake";
import { makeBrowserPlatform } from "./platform/browser";
import { testPlatform } from "./test-platform";
import { TESTID } from "./testids";

const ADDRESS = "bcrt1pqqqsyqcyq5rqwzqfpg9scrgwpugpzysnzs23v9ccrydpk8qarc0s5kzq8e";
const tick = vi.fn();
const platform = testPlatform({ tick });

function open(words: string, path: string): FakeBackend {
  window.location.hash = path;
  const backend = makeFakeBackend({ ...scenarioOf(new URLSearchParams(`fake=${words}`)), latency: 0 });
  render(() => <App backend={backend} platform={platform} />);
  return backend;
}

const type = (element: HTMLElement, text: string): void => void fireEvent.input(element, { target: { value: text } });
const byId = (id: string): Promise<HTMLElement> => screen.findByTestId(id);
const calls = (backend: FakeBackend, command: string) => backend.calls.filter((call) => call.command === command);
const phase = (): string | undefined => screen.getByTestId(TESTID.scanView).dataset["phase"];

/** A camera's track, as far as a page sees one. */
class FakeTrack extends EventTarget {
  readyState = "live";
  constraints: unknown[] = [];
  constructor(private readonly able: object) {
    super();
  }
  getCapabilities = (): object => this.able;
  applyConstraints = (wanted: unknown): Promise<void> => {
    this.constraints.push(wanted);
    return Promise.resolve();
  };
  stop = (): void => void (this.readyState = "ended");
}

/** What the system answers when it is asked for a camera. */
class FakeCameras {
  tracks: FakeTrack[] = [];
  /** Why it gives none. */
  refusal: string | undefined;
  able: object = {};
  permission = "prompt";
  /** Happens while the system asks. */
  meanwhile = (): void => undefined;

  /** What there is besides, by kind. */
  devices = ["audioinput", "videoinput"];
  enumerateDevices = (): Promise<{ kind: string }[]> => Promise.resolve(this.devices.map((kind) => ({ kind })));

  getUserMedia = (): Promise<MediaStream> => {
    this.meanwhile();
    if (this.refusal !== undefined) return Promise.reject(new DOMException("no", this.refusal));
    const track = new FakeTrack(this.able);
    this.tracks.push(track);
    return Promise.resolve({ getTracks: () => [track], getVideoTracks: () => [track] } as unknown as MediaStream);
  };

  get running(): number {
    return this.tracks.filter((track) => track.readyState === "live").length;
  }
}

function hide(hidden: boolean): void {
  vi.spyOn(document, "hidden", "get").mockReturnValue(hidden);
  document.dispatchEvent(new Event("visibilitychange"));
}

let cameras: FakeCameras;
beforeEach(() => {
  cameras = new FakeCameras();
  tick.mockClear();
  vi.stubGlobal("navigator", {
    userAgent: "test",
    language: "en",
    languages: ["en"],
    mediaDevices: cameras,
    permissions: { query: () => Promise.resolve({ state: cameras.permission }) },
  });
  vi.spyOn(HTMLMediaElement.prototype, "play").mockResolvedValue();
  // This world's video has no size.
  for (const side of ["videoWidth", "videoHeight"]) Object.defineProperty(HTMLVideoElement.prototype, side, { configurable: true, value: 4 });
  // And takes no stream but its own.
  Object.defineProperty(HTMLMediaElement.prototype, "srcObject", { configurable: true, writable: true, value: null });
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue({
    drawImage: () => undefined,
    getImageData: () => ({ data: new Uint8ClampedArray(64) }),
  } as never);
});
afterEach(() => vi.unstubAllGlobals());

async function scanning(words = "ready", wanted = "looking"): Promise<FakeBackend> {
  const backend = open(words, "/send");
  (await byId(TESTID.scanOpen)).click();
  await byId(TESTID.scanView);
  await waitFor(() => expect(phase()).toBe(wanted));
  return backend;
}

const seesThrough = (): boolean => document.documentElement.hasAttribute("data-see-through");

describe("a phone's own scanner", () => {
  it("looks beneath the page, which can be left meanwhile", async () => {
    const backend = await scanning("scanner_looks", "native");
    expect(seesThrough()).toBe(true);
    expect(cameras.tracks).toHaveLength(0);
    goBack("/");
    await waitFor(() => expect(isOpen(TESTID.scan)).toBe(false));
    // This world ends no animation: the sheet is gone with its screen.
    goBack("/");
    await waitFor(() => expect(calls(backend, "cmd_close_scan")).toHaveLength(1));
    expect(seesThrough()).toBe(false);
  });

  it("is felt when it has read", async () => {
    open("scanner_reads", "/send");
    (await byId(TESTID.scanOpen)).click();
    await byId(TESTID.scanSeen);
    expect(tick).toHaveBeenCalledTimes(1);
    expect(seesThrough()).toBe(false);
  });

  it("makes way for the camera of the page where it reads nothing", async () => {
    const backend = await scanning("scanner_fails");
    expect(calls(backend, "cmd_scan_natively")).toHaveLength(1);
    expect(seesThrough()).toBe(false);
    expect(cameras.running).toBe(1);
  });

  it("is not waited for where there is no camera", async () => {
    cameras.devices = ["audioinput"];
    cameras.refusal = "NotFoundError";
    const backend = await scanning("scanner_looks", "blind");
    expect(calls(backend, "cmd_scan_natively")).toHaveLength(0);
    expect(screen.getByTestId(TESTID.scanBlind).dataset["why"]).toBe("none");
  });
});

describe("the camera", () => {
  it("is let go when nobody can see the page, and asked for again by who comes back", async () => {
    await scanning();
    expect(cameras.running).toBe(1);
    hide(true);
    expect(cameras.running).toBe(0);
    expect(phase()).toBe("paused");
    hide(false);
    await waitFor(() => expect(phase()).toBe("looking"));
    expect(cameras.running).toBe(1);
    expect(cameras.tracks).toHaveLength(2);
  });

  it("does not start behind the system's question, nor is its owner asked twice", async () => {
    cameras.meanwhile = () => hide(true);
    await scanning("ready", "paused");
    expect(cameras.running).toBe(0);
    cameras.meanwhile = () => undefined;
    hide(false);
    await waitFor(() => expect(phase()).toBe("looking"));
  });

  it("is not asked for again after a no, until the settings say yes", async () => {
    cameras.refusal = "NotAllowedError";
    const asked = vi.spyOn(cameras, "getUserMedia");
    await scanning("ready", "blind");
    expect(screen.getByTestId(TESTID.scanBlind).dataset["why"]).toBe("denied");
    cameras.permission = "denied";
    hide(true);
    hide(false);
    await screen.findByText(/allow it when you are asked/);
    // What follows from the system's answer happens before the next task.
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(asked).toHaveBeenCalledTimes(1);
    cameras.refusal = undefined;
    cameras.permission = "granted";
    hide(true);
    hide(false);
    await waitFor(() => expect(phase()).toBe("looking"));
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it("can be asked for again by hand after a no, and leaves picture and clipboard meanwhile", async () => {
    cameras.refusal = "NotAllowedError";
    await scanning("ready", "blind");
    expect(screen.getByTestId<HTMLButtonElement>(TESTID.scanFile).disabled).toBe(false);
    expect(screen.getByTestId<HTMLButtonElement>(TESTID.scanPaste).disabled).toBe(false);
    cameras.refusal = undefined;
    screen.getByTestId(TESTID.scanLook).click();
    await waitFor(() => expect(phase()).toBe("looking"));
  });

  it("that is not there is not looked for again", async () => {
    cameras.refusal = "NotFoundError";
    await scanning("ready", "blind");
    expect(screen.getByTestId(TESTID.scanBlind).dataset["why"]).toBe("none");
    expect(screen.queryByTestId(TESTID.scanLook)).toBeNull();
  });

  it("that the system takes away says so, and looks again when it is told to", async () => {
    await scanning();
    cameras.tracks[0]?.dispatchEvent(new Event("ended"));
    await waitFor(() => expect(phase()).toBe("blind"));
    expect(screen.getByTestId(TESTID.scanBlind).dataset["why"]).toBe("taken");
    screen.getByTestId(TESTID.scanLook).click();
    await waitFor(() => expect(phase()).toBe("looking"));
  });

  it("has no button for a light that it has not", async () => {
    await scanning();
    expect(screen.queryByTestId(TESTID.scanTorch)).toBeNull();
  });

  it("has its light switched, which goes out when it is let go", async () => {
    cameras.able = { torch: true };
    await scanning();
    const torch = await byId(TESTID.scanTorch);
    expect(torch.getAttribute("aria-pressed")).toBe("false");
    torch.click();
    await waitFor(() => expect(screen.getByTestId(TESTID.scanTorch).getAttribute("aria-pressed")).toBe("true"));
    expect(cameras.tracks[0]?.constraints).toEqual([{ advanced: [{ torch: true }] }]);
    hide(true);
    expect(screen.queryByTestId(TESTID.scanTorch)).toBeNull();
    hide(false);
    await waitFor(() => expect(screen.getByTestId(TESTID.scanTorch).getAttribute("aria-pressed")).toBe("false"));
  });

  it("whose light does not obey shows it as it is", async () => {
    cameras.able = { torch: true };
    await scanning();
    const [track] = cameras.tracks;
    const refused = vi.fn(() => Promise.reject(new DOMException("no", "OverconstrainedError")));
    if (track) track.applyConstraints = refused;
    (await byId(TESTID.scanTorch)).click();
    await waitFor(() => expect(refused).toHaveBeenCalledTimes(1));
    (await byId(TESTID.scanTorch)).click();
    await waitFor(() => expect(refused).toHaveBeenCalledTimes(2));
    // It is off, and is asked to go on once more.
    expect(refused).toHaveBeenLastCalledWith({ advanced: [{ torch: true }] });
    expect(screen.getByTestId(TESTID.scanTorch).getAttribute("aria-pressed")).toBe("false");
  });

  it("lets a code be felt that it read, and no picture or paste", async () => {
    await scanning("ready,sees_payment", "seen");
    expect(tick).toHaveBeenCalledTimes(1);
    expect(cameras.running).toBe(0);
    screen.getByTestId(TESTID.scanAgain).click();
    await waitFor(() => expect(tick).toHaveBeenCalledTimes(2));
  });

  it("goes on after the system's dialog for pictures stood over it", async () => {
    const backend = await scanning();
    const answer = backend.call.bind(backend);
    vi.spyOn(backend, "call").mockImplementation(((command: Command, ...request: never) => {
      if (command !== "cmd_scan_file") return answer(command, ...request);
      hide(true);
      hide(false);
      return Promise.resolve({ step: "nothing" });
    }) as never);
    screen.getByTestId(TESTID.scanFile).click();
    await byId(TESTID.scanNothing);
    await waitFor(() => expect(phase()).toBe("looking"));
    expect(cameras.running).toBe(1);
  });
});

describe("a picture from a phone's gallery", () => {
  const choose = async (size?: number): Promise<void> => {
    screen.getByTestId(TESTID.scanFile).click();
    const file = new File(["a picture"], "code.png");
    if (size !== undefined) Object.defineProperty(file, "size", { value: size });
    const input = await byId(TESTID.scanGallery);
    Object.defineProperty(input, "files", { configurable: true, value: [file] });
    fireEvent.change(input);
  };

  it("is handed to the page, because the system has no path for it", async () => {
    const backend = await scanning("ready,handset");
    await choose();
    expect((await byId(TESTID.scanSeen)).dataset["kind"]).toBe("payment");
    expect(calls(backend, "cmd_scan_file")).toHaveLength(0);
    expect(calls(backend, "cmd_scan_image")).toHaveLength(1);
  });

  it("that is too large is not even read", async () => {
    const backend = await scanning("ready,handset");
    await choose(33 * 1024 * 1024);
    expect((await byId(TESTID.scanRefused)).dataset["why"]).toBe("too_large");
    expect(calls(backend, "cmd_scan_image")).toHaveLength(0);
  });
});

describe("a short push", () => {
  it("is given where the device can, and not to who wants nothing to move", () => {
    const vibrate = vi.fn();
    vi.stubGlobal("navigator", { userAgent: "test", vibrate });
    const real = makeBrowserPlatform();
    const still = vi.spyOn(window, "matchMedia");
    still.mockReturnValue({ matches: false } as MediaQueryList);
    real.tick();
    expect(vibrate).toHaveBeenCalledTimes(1);
    still.mockReturnValue({ matches: true } as MediaQueryList);
    real.tick();
    expect(vibrate).toHaveBeenCalledTimes(1);
    vi.stubGlobal("navigator", { userAgent: "test" });
    still.mockReturnValue({ matches: false } as MediaQueryList);
    expect(() => real.tick()).not.toThrow();
  });
});

/** Whether a sheet is there and not about to go. */
const isOpen = (id: string): boolean => screen.queryByTestId(id)?.hasAttribute("data-expanded") === true;

/** What a web view does when it goes along its history: another entry is there, and the page is told. */
function move(by: number, to: string): void {
  const state = window.history.state as { _depth: number };
  window.history.replaceState({ ...state, _depth: state._depth + by }, "", `#${to}`);
  window.dispatchEvent(new PopStateEvent("popstate"));
  window.dispatchEvent(new HashChangeEvent("hashchange"));
}
const goBack = (to: string): void => move(-1, to);

/** The same to an entry of the same screen, which no router hears of. */
function goBackInPlace(): void {
  const state = window.history.state as { _depth: number };
  window.history.replaceState({ ...state, _depth: state._depth - 1 }, "");
  window.dispatchEvent(new PopStateEvent("popstate"));
}

/** Goes to the screen for payments, and opens a scan there. */
async function toScan(): Promise<void> {
  (await screen.findAllByTestId(TESTID.navSend))[0]?.click();
  await byId(TESTID.sendTo);
  (await byId(TESTID.scanOpen)).click();
  await byId(TESTID.scan);
}

/** Writes a payment, as far as it is looked at once more. */
async function toReview(): Promise<void> {
  (await screen.findAllByTestId(TESTID.navSend))[0]?.click();
  type(await byId(TESTID.sendTo), ADDRESS);
  (await byId(TESTID.sendNext)).click();
  type(await byId(TESTID.sendAmount), "0.01");
  await waitFor(() => expect(screen.getByTestId<HTMLButtonElement>(TESTID.sendNext).disabled).toBe(false));
  (await byId(TESTID.sendNext)).click();
}

async function openPalette(): Promise<void> {
  await byId(TESTID.balance);
  fireEvent.keyDown(document.body, { key: "k", ctrlKey: true });
}

/** Where a payment is looked at. */
const screenOf = (backend: FakeBackend): string => `/send/review/${backend.world.drafts.at(-1)?.id ?? ""}`;

describe("the way back", () => {
  it("closes the topmost sheet first, and leaves the screen after that", async () => {
    open("ready", "/");
    await toScan();
    goBack("/");
    await waitFor(() => expect(isOpen(TESTID.scan)).toBe(false));
    // The screen that stays has an entry again.
    expect(window.location.hash).toBe("#/send");
    expect(screen.queryByTestId(TESTID.balance)).toBeNull();
    await byId(TESTID.sendTo);
    goBack("/");
    await byId(TESTID.balance);
    await waitFor(() => expect(screen.queryByTestId(TESTID.sendTo)).toBeNull());
  });

  it("does so also when a browser counts its entries no more", async () => {
    open("ready", "/");
    await toScan();
    move(0, "/");
    await waitFor(() => expect(isOpen(TESTID.scan)).toBe(false));
    expect(window.location.hash).toBe("#/send");
    await byId(TESTID.sendTo);
    expect(screen.queryByTestId(TESTID.balance)).toBeNull();
  });

  it("is not what leads to a new screen while something lies over the old one", async () => {
    open("ready", "/");
    await openPalette();
    await byId(TESTID.palette);
    window.history.pushState(null, "", "#/receive");
    window.dispatchEvent(new PopStateEvent("popstate"));
    window.dispatchEvent(new HashChangeEvent("hashchange"));
    await waitFor(() => expect(screen.queryByTestId(TESTID.balance)).toBeNull());
    expect(window.location.hash).toBe("#/receive");
  });

  it("does nothing while the system asks about a payment, which is neither lost nor sent twice", async () => {
    const backend = open("ready,held", "/");
    await toReview();
    (await byId(TESTID.sendButton)).click();
    await byId(TESTID.awaiting);
    goBack("/send/amount");
    expect(window.location.hash).toBe(`#${screenOf(backend)}`);
    await byId(TESTID.awaiting);
    await byId(TESTID.draftReview);
    expect(calls(backend, "cmd_send_transaction")).toHaveLength(1);
  });

  it("closes a sheet over the first screen, where there is nothing behind", async () => {
    const pushed = vi.spyOn(window.history, "pushState");
    open("ready", "/");
    await openPalette();
    await byId(TESTID.palette);
    expect(pushed).toHaveBeenCalled();
    goBackInPlace();
    await waitFor(() => expect(screen.queryByTestId(TESTID.palette)).toBeNull());
    await byId(TESTID.balance);
  });

  it("from a payment that was sent leads to no second one", async () => {
    const backend = open("ready,pending", "/");
    await toReview();
    const id = (await byId(TESTID.draftReview)).dataset["draftId"] ?? "";
    (await byId(TESTID.sendButton)).click();
    const sent = (await byId(TESTID.sent)).dataset["txid"];
    // The screen of a draft that was sent is the payment, also after a page that died before the answer.
    move(1, `/send/review/${id}`);
    await waitFor(() => expect(window.location.hash).toBe(`#/send/done/${sent ?? ""}`));
    expect(screen.queryByTestId(TESTID.sendButton)).toBeNull();
    expect(calls(backend, "cmd_send_transaction")).toHaveLength(1);
  });
});

describe("a lock in the middle of what is followed", () => {
  it.each([
    ["sharing,arrived", "/devices/add", "cmd_host_pairing", "Adding a device was ended"],
    ["sharing,shown", "/devices/add", "cmd_host_pairing", "Adding a device was ended"],
  ])("is told to who unlocks: %s", async (words, path, command, said) => {
    const backend = open(words, path);
    (await byId(TESTID.hostStart)).click();
    await waitFor(() => expect(calls(backend, command)).toHaveLength(1));
    await screen.findByTestId(words.endsWith("shown") ? TESTID.hostCode : TESTID.hostDigits);
    await backend.call("cmd_lock_wallet");
    await waitFor(() => expect(screen.getByTestId(TESTID.app).dataset["vault"]).toBe("locked"));
    expect(screen.queryByText(said)).toBeNull();
    await backend.call("cmd_unlock_wallet", null);
    backend.emit({ type: "unlocked" });
    await screen.findByText(said);
  });

  it("is no word when nothing went on", async () => {
    const backend = open("sharing,done", "/devices/add");
    (await byId(TESTID.hostStart)).click();
    type(await byId(TESTID.hostDigits), "123 456");
    (await byId(TESTID.hostDigitsSubmit)).click();
    await byId(TESTID.hostDone);
    await backend.call("cmd_lock_wallet");
    await waitFor(() => expect(screen.getByTestId(TESTID.app).dataset["vault"]).toBe("locked"));
    await backend.call("cmd_unlock_wallet", null);
    backend.emit({ type: "unlocked" });
    await waitFor(() => expect(screen.getByTestId(TESTID.app).dataset["vault"]).toBe("open"));
    expect(screen.queryByText(/was ended/)).toBeNull();
  });
});

/** Turns the device. */
function turn(width: number, height: number): void {
  (window as unknown as { happyDOM: { setViewport: (to: { width: number; height: number }) => void } }).happyDOM.setViewport({ width, height });
  window.dispatchEvent(new Event("resize"));
  window.dispatchEvent(new Event("orientationchange"));
}

describe("a device that is turned", () => {
  it.each([
    [640, 360],
    [1080, 760],
    [180, 640],
  ])("keeps what was typed of a payment, and where, at %i × %i", async (width, height) => {
    turn(360, 640);
    open("ready", "/send");
    fireEvent.input(await byId(TESTID.sendTo), { target: { value: ADDRESS } });
    (await byId(TESTID.sendNext)).click();
    const field = (await byId(TESTID.sendAmount)) as HTMLInputElement;
    field.focus();
    fireEvent.input(field, { target: { value: "0.01" } });
    turn(width, height);
    expect(screen.getByTestId(TESTID.sendAmount)).toBe(field);
    expect(field.value).toBe("0.01");
    expect(document.activeElement).toBe(field);
  });

  it("keeps a sheet, what was typed in it, and where", async () => {
    turn(360, 640);
    open("ready", "/");
    await openPalette();
    const field = (await byId(TESTID.paletteField)) as HTMLInputElement;
    fireEvent.input(field, { target: { value: "coin" } });
    field.focus();
    turn(1080, 760);
    expect(screen.getByTestId(TESTID.paletteField)).toBe(field);
    expect(field.value).toBe("coin");
    expect(document.activeElement).toBe(field);
  });
});

describe("when it locks out of sight", () => {
  it("is chosen on a phone, and by nothing else changed", async () => {
    const backend = open("handset", "/settings");
    const field = await byId(TESTID.settingOutOfSight);
    const choice = (value: string) => field.querySelector<HTMLElement>(`[data-choice="${value}"]`);
    await waitFor(() => expect(choice("after_a_minute")?.hasAttribute("data-checked")).toBe(true));
    choice("at_once")?.querySelector("input")?.click();
    await waitFor(() => expect(calls(backend, "cmd_set_settings")).toHaveLength(1));
    expect(calls(backend, "cmd_set_settings")[0]?.request[0]).toMatchObject({ auto_lock_minutes: 15, out_of_sight: "at_once" });
  });

  it("is no question on a computer", async () => {
    open("ready", "/settings");
    await byId(TESTID.settingAutoLock);
    expect(screen.queryByTestId(TESTID.settingOutOfSight)).toBeNull();
  });
});
