import { fireEvent, render, screen, waitFor } from "@solidjs/testing-library";
import { beforeEach, describe, expect, it } from "vitest";
import { App } from "./app";
import { asksElsewhere, foundOf, shareOf } from "./features/recover/model";
import { makeFakeBackend, scenarioOf, type FakeBackend } from "./ipc/fake";
import { testPlatform } from "./test-platform";
import { TESTID } from "./testids";

const platform = testPlatform();

function open(words: string): FakeBackend {
  window.location.hash = "/recover";
  const backend = makeFakeBackend({ ...scenarioOf(new URLSearchParams(`fake=${words}`)), latency: 0 });
  render(() => <App backend={backend} platform={platform} />);
  return backend;
}

const calls = (backend: FakeBackend, command: string) => backend.calls.filter((call) => call.command === command);

async function choose(kind: "webdav" | "s3"): Promise<void> {
  const kinds = await screen.findByTestId(TESTID.placeKind);
  const input = kinds.querySelector<HTMLInputElement>(`[data-choice="${kind}"] input`);
  if (!input) throw new Error(`no ${kind}`);
  fireEvent.click(input);
  await screen.findByTestId(TESTID.placeUrl);
}

async function fromServer(url = "https://cloud.example.org/satchel"): Promise<void> {
  await choose("webdav");
  fireEvent.input(screen.getByTestId(TESTID.placeUrl), { target: { value: url } });
  fireEvent.input(screen.getByTestId(TESTID.placeUser), { target: { value: "ada" } });
  screen.getByTestId(TESTID.recoverSubmit).click();
}

describe("bringing back what lost devices left", () => {
  beforeEach(() => (window.location.hash = "/welcome"));

  it("is reached from the first screen, also on a phone", async () => {
    open("new,handset");
    window.location.hash = "/existing";
    (await screen.findByTestId(TESTID.lostDevices)).click();
    await screen.findByTestId(TESTID.recoverSubmit);
    // A phone has no folder to give.
    expect(screen.getByTestId(TESTID.placeKind).querySelector('[data-choice="folder"]')).toBeNull();
  });

  it("takes a folder, says what came back, and then opens it", async () => {
    const backend = open("new");
    (await screen.findByTestId(TESTID.recoverSubmit)).click();
    await screen.findByTestId(TESTID.recoverFound);
    expect(calls(backend, "cmd_recover_circle")[0]?.request[0]).toMatchObject({ place: { kind: "folder" } });
    const wallets = screen.getAllByTestId(TESTID.recoverWallet);
    expect(wallets[0]?.dataset["came"]).toBe("added");
    expect(wallets[0]?.textContent).toContain("Watch only");
    expect(screen.queryByTestId(TESTID.recoverLacking)).toBeNull();
    screen.getByTestId(TESTID.recoverOpen).click();
    await waitFor(() => expect(window.location.hash).toBe("#/"));
  });

  it("takes a server's address and user, and no password", async () => {
    const backend = open("new");
    await fromServer();
    await screen.findByTestId(TESTID.recoverFound);
    const [call] = calls(backend, "cmd_recover_circle");
    expect(call?.request[0]).toMatchObject({ place: { kind: "webdav", url: "https://cloud.example.org/satchel", user: "ada" } });
    expect(document.querySelector("input[type=password]")).toBeNull();
  });

  it("asks nobody while what was typed cannot be an address", async () => {
    const backend = open("new");
    await fromServer("http://cloud.example.org/");
    await waitFor(() => expect(screen.getByTestId(TESTID.placeUrl).getAttribute("aria-invalid")).toBe("true"));
    expect(calls(backend, "cmd_recover_circle")).toHaveLength(0);
  });

  it("says how far it is, and stops when its owner wants", async () => {
    const backend = open("new,recover_fetching");
    await fromServer();
    const progress = await screen.findByTestId(TESTID.recoverProgress);
    await waitFor(() => expect(progress.textContent).toContain("Fetching 128 of 412"));
    expect(progress.querySelector("progress")?.value).toBeCloseTo(128 / 412);
    screen.getByTestId(TESTID.recoverStop).click();
    await waitFor(() => expect(calls(backend, "cmd_cancel_recover_circle")).toHaveLength(1));
    const notice = await screen.findByTestId(TESTID.errorNotice);
    expect(notice.dataset["code"]).toBe("cancelled");
    // What was typed is still there.
    expect(screen.getByTestId<HTMLInputElement>(TESTID.placeUrl).value).toBe("https://cloud.example.org/satchel");
  });

  it.each([
    ["offline", "place_unreachable"],
    ["recover_denied", "place_denied"],
    ["recover_untrusted", "place_untrusted"],
    ["recover_nothing", "nothing_left"],
    ["recover_several", "several_circles"],
    ["recover_broken", "place_broken"],
    ["recover_wrong_words", "bad_words"],
  ])("tells %s by its code and keeps what was typed", async (scenario, code) => {
    open(`new,${scenario}`);
    await fromServer();
    const notice = await screen.findByTestId(TESTID.errorNotice);
    expect(notice.dataset["code"]).toBe(code);
    expect(screen.getByTestId<HTMLInputElement>(TESTID.placeUrl).value).toBe("https://cloud.example.org/satchel");
  });

  it("waits where another window has the word", async () => {
    open("new,recover_opening");
    await fromServer();
    await waitFor(() => expect(screen.getByTestId(TESTID.awaiting).dataset["what"]).toBe("lost_words"));
  });

  it("says what of it could not be read", async () => {
    open("new,recover_lacking");
    await fromServer();
    expect((await screen.findByTestId(TESTID.recoverLacking)).textContent).toContain("3 things that your devices left could not be read");
  });

  it("is stopped by leaving its screen", async () => {
    const backend = open("ready,recover_listing");
    await fromServer();
    await screen.findByTestId(TESTID.recoverProgress);
    window.location.hash = "/";
    await waitFor(() => expect(calls(backend, "cmd_cancel_recover_circle")).toHaveLength(1));
  });
});

describe("how far it is", () => {
  it("is a share only while that is known", () => {
    expect(shareOf({ step: "listing" })).toBeUndefined();
    expect(shareOf({ step: "fetching", done: 0, of: 0 })).toBeUndefined();
    expect(shareOf({ step: "fetching", done: 1, of: 4 })).toBe(0.25);
  });

  it("says where another window has the word", () => {
    expect(asksElsewhere({ step: "fetching", done: 0, of: 1 })).toBeUndefined();
    expect(asksElsewhere({ step: "adding" })).toBe("adding");
  });

  it("names new wallets first", () => {
    const wallet = (id: string) => ({ id }) as never;
    const found = { added: [wallet("b")], merged: [wallet("c")], unchanged: [wallet("a")], passed_over: 0, incomplete: false };
    expect(foundOf(found).map((one) => one.came)).toEqual(["added", "merged", "unchanged"]);
  });
});
