import { render, screen, waitFor } from "@solidjs/testing-library";
import { describe, expect, it } from "vitest";
import { App } from "./app";
import { makeFakeBackend, scenarioOf, type FakeBackend } from "./ipc/fake";
import { testPlatform } from "./test-platform";
import { TESTID } from "./testids";

const platform = testPlatform({ paste: () => Promise.resolve("SAT1ABC") });

function open(words: string, path: string): FakeBackend {
  window.location.hash = path;
  const backend = makeFakeBackend({ ...scenarioOf(new URLSearchParams(`fake=${words}`)), latency: 0 });
  render(() => <App backend={backend} platform={platform} />);
  return backend;
}

const byId = (id: string): Promise<HTMLElement> => screen.findByTestId(id);
const firstOf = async (id: string): Promise<HTMLElement> => (await screen.findAllByTestId(id))[0]!;
const type = (element: HTMLElement, text: string): void => {
  (element as HTMLInputElement).value = text;
  element.dispatchEvent(new InputEvent("input", { bubbles: true }));
};
const calls = (backend: FakeBackend, command: string) => backend.calls.filter((call) => call.command === command);
const text = (): string => document.body.textContent;

describe("a device that shares with nobody", () => {
  it("begins to share under a name", async () => {
    const backend = open("ready", "/devices");
    (await byId(TESTID.devicesBegin)).click();
    (await byId(TESTID.devicesBeginSubmit)).click();
    await screen.findByText("Give it a name.");
    expect(calls(backend, "cmd_found_circle")).toHaveLength(0);
    type(await byId(TESTID.devicesBeginName), " Kitchen laptop ");
    (await byId(TESTID.devicesBeginSubmit)).click();
    const card = await byId(TESTID.device);
    expect(card.textContent).toContain("Kitchen laptop");
    expect(calls(backend, "cmd_found_circle")[0]?.request[0]).toMatchObject({ name: "Kitchen laptop" });
    // Nothing leaves it before there is a place, and that is said.
    await waitFor(() => expect(screen.getByTestId(TESTID.devicePending).textContent).toContain("Nothing leaves this device"));
  });
});

describe("the devices", () => {
  it("are listed with what each holds and when it was last seen", async () => {
    open("sharing", "/devices");
    const cards = await screen.findAllByTestId(TESTID.device);
    expect(cards).toHaveLength(5);
    expect(cards[0]?.dataset["this"]).toBe("true");
    expect(cards[0]?.textContent).toContain("Keys of ");
    expect(cards[1]?.textContent).toMatch(/Last seen 12 minutes ago/);
    expect(cards[3]?.textContent).toContain("Not seen yet");
    expect(cards[4]?.dataset["removed"]).toBe("true");
  });

  it("say which of them has everything of this device, where that is known", async () => {
    open("sharing", "/devices");
    const cards = await screen.findAllByTestId(TESTID.device);
    const said = cards.map((card) => card.querySelector(`[data-testid=${TESTID.deviceHeard}]`));
    expect(said.map((line) => line?.getAttribute("data-heard"))).toEqual([undefined, "true", "false", undefined, undefined]);
    expect(said[1]?.textContent).toBe("Has everything of this device");
    expect(said[2]?.textContent).toBe("Has not said yet that it has everything of this device");
  });

  it("are removed only after what that means was said, and of one with keys the coins are to be moved", async () => {
    const backend = open("sharing", "/devices");
    (await firstOf(TESTID.deviceRemove)).click();
    const confirm = await byId(TESTID.deviceRemoveConfirm);
    expect(text()).toContain("It keeps what it knows");
    expect(text()).toContain("It holds no keys and cannot spend your coins.");
    expect(calls(backend, "cmd_remove_device")).toHaveLength(0);
    confirm.click();
    await byId(TESTID.deviceGone);
    expect(calls(backend, "cmd_remove_device")).toHaveLength(1);
    expect(text()).not.toContain("send your coins there");
  });

  it("cannot be removed from a device that does not decide who belongs", async () => {
    open("guest", "/devices");
    await screen.findAllByTestId(TESTID.device);
    expect(screen.queryByTestId(TESTID.deviceRemove)).toBeNull();
    expect(screen.queryByTestId(TESTID.deviceAdd)).toBeNull();
    expect(text()).toContain("Only the device that began to share");
  });

  it("wait, and fail in words", async () => {
    open("loading", "/devices");
    await firstOf(TESTID.skeleton);
    open("failed", "/devices");
    expect((await firstOf(TESTID.errorNotice)).dataset["code"]).toBe("damaged");
  });
});

describe("adding a device", () => {
  it("shows a code, takes six digits and ends with a new device", async () => {
    const backend = open("sharing", "/devices/add");
    (await byId(TESTID.hostStart)).click();
    const field = await byId(TESTID.hostDigits);
    type(field, "12 345");
    (await byId(TESTID.hostDigitsSubmit)).click();
    await screen.findByText("Six digits are needed.");
    expect(calls(backend, "cmd_type_pairing_digits")).toHaveLength(0);
    type(field, "123 456");
    (await byId(TESTID.hostDigitsSubmit)).click();
    await byId(TESTID.hostDone);
    expect(calls(backend, "cmd_type_pairing_digits")[0]?.request[0]).toEqual({ digits: "123456" });
  });

  it("keeps the code nowhere once it is not shown", async () => {
    const backend = open("sharing,shown", "/devices/add");
    (await byId(TESTID.hostStart)).click();
    const code = (await byId(TESTID.hostCode)).textContent;
    expect(code.length).toBeGreaterThan(50);
    expect((await byId(TESTID.hostWords)).children).toHaveLength(8);
    expect(JSON.stringify(Object.entries(window.localStorage))).not.toContain(code);
    (await byId(TESTID.hostStop)).click();
    expect((await byId(TESTID.errorNotice)).dataset["code"]).toBe("cancelled");
    expect(text()).not.toContain(code);
    expect(calls(backend, "cmd_cancel_pairing")).toHaveLength(1);
    // Another code is another intent.
    (await byId(TESTID.hostStart)).click();
    await byId(TESTID.hostCode);
    const ids = calls(backend, "cmd_host_pairing").map((call) => (call.request[0] as { request_id: string }).request_id);
    expect(new Set(ids).size).toBe(2);
  });

  it("is stopped when its owner leaves the screen", async () => {
    const backend = open("sharing,shown", "/devices/add");
    (await byId(TESTID.hostStart)).click();
    await byId(TESTID.hostCode);
    window.location.hash = "/devices";
    await waitFor(() => expect(calls(backend, "cmd_cancel_pairing")).toHaveLength(1));
  });

  it("says what wrong digits mean", async () => {
    open("sharing,unpaired", "/devices/add");
    (await byId(TESTID.hostStart)).click();
    type(await byId(TESTID.hostDigits), "000000");
    (await byId(TESTID.hostDigitsSubmit)).click();
    expect((await byId(TESTID.errorNotice)).dataset["code"]).toBe("pairing_failed");
    expect(text()).toContain("Nothing was added");
  });

  it("says that a device was added and is not known to be ready, and leads to where it can be removed", async () => {
    open("sharing,unready", "/devices/add");
    (await byId(TESTID.hostStart)).click();
    type(await byId(TESTID.hostDigits), "000000");
    (await byId(TESTID.hostDigitsSubmit)).click();
    expect((await byId(TESTID.errorNotice)).dataset["code"]).toBe("device_unready");
    expect(text()).not.toContain("Nothing was added");
    (await byId(TESTID.hostUnready)).click();
    const said = await byId(TESTID.deviceUnready);
    expect(said.textContent).toContain("did not say that it is ready");
    expect(said.closest(`[data-testid="${TESTID.device}"]`)?.querySelector(`[data-testid="${TESTID.deviceRemove}"]`)).not.toBeNull();
  });
});

describe("joining", () => {
  it("goes from the first screen of a new device to the places, with digits on the way", async () => {
    const backend = open("new", "/welcome");
    (await byId(TESTID.welcomeExisting)).click();
    (await byId(TESTID.welcomeJoin)).click();
    type(await byId(TESTID.joinName), "Phone");
    type(await byId(TESTID.joinCode), " SAT1ABCDEF ");
    backend.scenario.pairing = "arrived";
    (await byId(TESTID.joinSubmit)).click();
    // The vault came into being meanwhile: the screen is drawn anew and the pairing goes on.
    expect((await byId(TESTID.joinDigits)).dataset["digits"]).toBe("481207");
    expect(screen.getByTestId(TESTID.app).dataset["vault"]).toBe("open");
    expect(calls(backend, "cmd_join_pairing")[0]?.request[0]).toMatchObject({ name: "Phone", code: "SAT1ABCDEF", at: [] });
    expect(calls(backend, "cmd_cancel_pairing")).toHaveLength(0);
    expect(text()).not.toContain("SAT1ABCDEF");
    (await byId(TESTID.joinStop)).click();
    expect((await byId(TESTID.errorNotice)).dataset["code"]).toBe("cancelled");
  });

  it("ends with the devices, where a place is asked for and a wallet can be compared", async () => {
    const backend = open("new", "/join");
    type(await byId(TESTID.joinName), "Phone");
    type(await byId(TESTID.joinCode), "SAT1ABCDEF");
    (await byId(TESTID.joinSubmit)).click();
    await byId(TESTID.device);
    expect(calls(backend, "cmd_cancel_pairing")).toHaveLength(0);
    (await byId(TESTID.placeAdd)).click();
    (await byId(TESTID.placeSubmit)).click();
    await waitFor(() => expect(screen.getByTestId(TESTID.place).dataset["standing"]).toBe("in_step"));
    expect(calls(backend, "cmd_add_place")[0]?.request[0]).toMatchObject({ place: { kind: "folder" } });
  });

  it("asks for an address with words", async () => {
    const backend = open("new", "/join");
    type(await byId(TESTID.joinName), "Phone");
    type(await byId(TESTID.joinCode), "legal winner thank year wave sausage worth useful");
    (await byId(TESTID.joinSubmit)).click();
    await screen.findByText("With words, an address is needed.");
    type(await byId(TESTID.joinAt), "192.168.1.5:40000");
    (await byId(TESTID.joinSubmit)).click();
    await waitFor(() => expect(calls(backend, "cmd_join_pairing")).toHaveLength(1));
    expect(calls(backend, "cmd_join_pairing")[0]?.request[0]).toMatchObject({ at: ["192.168.1.5:40000"] });
    // It ends before the test does, so that it leads nobody elsewhere after.
    await byId(TESTID.device);
  });

  it("leads to the devices when the vault holds no wallet yet", async () => {
    open("joined", "/");
    await screen.findAllByTestId(TESTID.device);
    await waitFor(() => expect(window.location.hash).toBe("#/devices"));
  });

  it("takes a wallet only after its first address was compared", async () => {
    const backend = open("joined_offered", "/devices");
    const card = await byId(TESTID.offered);
    expect(card.querySelector("[data-address]")).not.toBeNull();
    (await byId(TESTID.offeredTake)).click();
    await waitFor(() => expect(calls(backend, "cmd_take_wallet")).toHaveLength(1));
    // The first wallet here: home follows.
    await waitFor(() => expect(window.location.hash).toBe("#/"));
  });
});

describe("a place", () => {
  it("that is away is called not known, with what is kept and when it is tried again", async () => {
    open("away", "/devices");
    const card = await byId(TESTID.place);
    expect(card.dataset["standing"]).toBe("unknown");
    expect(card.textContent).toContain("The place does not answer");
    expect(card.textContent).toContain("What is new here is kept.");
    expect(card.textContent).toContain("Last round gone through 5 hours ago");
    expect(card.textContent).toMatch(/Next try \d\d:\d\d/);
    expect(card.textContent).not.toContain("In step");
    expect((await byId(TESTID.devicePending)).textContent).toContain("Not known");
  });

  it("that refuses is not tried again by itself, and says so", async () => {
    open("refused", "/devices");
    expect((await byId(TESTID.place)).textContent).toContain("not tried again by itself");
  });

  it("says how far a round is, and can be stopped", async () => {
    const backend = open("meeting", "/devices");
    const id = (await byId(TESTID.place)).dataset["placeId"] ?? "";
    backend.emit({ type: "place_round", place_id: id, step: "fetching", done: 2, of: 7 });
    await screen.findByText("Fetching 2 of 7");
    (await byId(TESTID.placeStop)).click();
    await waitFor(() => expect(calls(backend, "cmd_cancel_sync_places")).toHaveLength(1));
  });

  it("is met now when asked, and counts what has not left", async () => {
    const backend = open("unsent", "/devices");
    await waitFor(() => expect(screen.getByTestId(TESTID.devicePending).textContent).toContain("3 changes have not left"));
    (await byId(TESTID.placeSync)).click();
    await waitFor(() => expect(screen.getByTestId(TESTID.place).dataset["standing"]).toBe("in_step"));
    expect(calls(backend, "cmd_sync_places")).toHaveLength(1);
  });

  it("on a server is not asked for before its address can be right, and no password is typed here", async () => {
    const backend = open("sharing", "/devices/place");
    (await byId(TESTID.placeKind)).querySelector<HTMLInputElement>("[data-choice=webdav] input")?.click();
    type(await byId(TESTID.placeUrl), "http://cloud.example.org");
    (await byId(TESTID.placeSubmit)).click();
    await screen.findByText(/begins with https/);
    expect(calls(backend, "cmd_add_place")).toHaveLength(0);
    expect(document.querySelector("input[type=password]")).toBeNull();
    type(await byId(TESTID.placeUrl), "https://cloud.example.org/dav");
    type(await byId(TESTID.placeUser), "ada");
    (await byId(TESTID.placeSubmit)).click();
    await waitFor(() => expect(calls(backend, "cmd_add_place")).toHaveLength(1));
    expect(calls(backend, "cmd_add_place")[0]?.request[0]).toMatchObject({ place: { kind: "webdav", url: "https://cloud.example.org/dav", user: "ada" } });
  });
});

describe("what its owner should know", () => {
  it("is that this device looks restored, until they say that they know", async () => {
    open("copied", "/devices");
    expect((await byId(TESTID.copiedNotice)).textContent).toContain("looks restored from a backup");
    (await byId(TESTID.copiedDismiss)).click();
    await waitFor(() => expect(screen.queryByTestId(TESTID.copiedNotice)).toBeNull());
  });

  it("is that another device goes on as two, in its row", async () => {
    open("copied", "/devices");
    const line = await byId(TESTID.deviceAsTwo);
    expect(line.textContent).toContain("goes on as two: it was restored from a backup or copied");
    const card = line.closest("[data-device-id]");
    expect(card?.textContent).toContain("Phone");
    expect(card?.getAttribute("data-this")).toBe("false");
    expect(screen.getAllByTestId(TESTID.deviceAsTwo)).toHaveLength(1);
  });

  it("is told at once in a note", async () => {
    const backend = open("sharing", "/");
    await byId(TESTID.balance);
    backend.emit({ type: "device_copied" });
    expect((await byId(TESTID.toast)).textContent).toContain("looks restored from a backup");
  });

  it("is where two devices disagree, on the label itself and in the list", async () => {
    const backend = open("conflict", "/devices");
    expect(await screen.findAllByTestId(TESTID.conflict)).toHaveLength(3);
    const txid = backend.world.transactions[0]?.txid ?? "";
    window.location.hash = `/activity/${txid}`;
    const chip = await byId(TESTID.conflictChip);
    expect(chip.textContent).toContain("Another value from Phone");
    chip.click();
    const values = await screen.findAllByTestId(TESTID.conflictValue);
    expect(values[0]?.dataset["shown"]).toBe("true");
    values[1]?.querySelector("button")?.click();
    await waitFor(() => expect(calls(backend, "cmd_settle_conflict")).toHaveLength(1));
    expect(calls(backend, "cmd_settle_conflict")[0]?.request[0]).toMatchObject({ text: "Rent for the flat by the lake" });
    await waitFor(() => expect(screen.queryByTestId(TESTID.conflictChip)).toBeNull());
  });

  it.each([
    [0, /is the later one, by its device's clock/],
    [1, /of the same second, so neither is the later one/],
    [2, /Another is later by its device's clock/],
  ])("is why one of the values is shown, and never that it is later where nothing says so (%i)", async (row, because) => {
    open("conflict", "/devices");
    await screen.findAllByTestId(TESTID.conflict);
    expect(screen.queryByText(/later/)).toBeNull();
    screen.getAllByTestId(TESTID.conflictChoose)[row]?.click();
    expect((await byId(TESTID.conflictBecause)).textContent).toMatch(because);
    expect((await screen.findAllByTestId(TESTID.conflictValue))[0]?.dataset["shown"]).toBe("true");
  });
});

describe("two devices that meet by codes", () => {
  it("show what each has, and what is missing there once that was scanned", async () => {
    const backend = open("sharing,sees_heads", "/devices");
    (await byId(TESTID.meetOpen)).click();
    await byId(TESTID.show);
    expect(calls(backend, "cmd_show_meeting")[0]?.request[0]).toMatchObject({ part: "heads", from: 0 });
    (await byId(TESTID.scanOpen)).click();
    await byId(TESTID.scanBlind);
    (await byId(TESTID.scanFile)).click();
    expect((await byId(TESTID.scanSeen)).dataset["kind"]).toBe("heads");
    expect(calls(backend, "cmd_meet_scanned")).toHaveLength(0);
    (await byId(TESTID.scanMeet)).click();
    await screen.findByText("What Phone lacks");
    await waitFor(() => expect(calls(backend, "cmd_show_meeting").at(-1)?.request[0]).toMatchObject({ part: "lacking" }));
    (await byId(TESTID.meetBack)).click();
    await screen.findByText("What this device has");
  });

  it.each([
    ["sharing,sees_objects", "6 parts from Phone were taken in"],
    ["sharing,plain,sees_objects", "Nothing from Phone was new here"],
    ["sharing,sees_heads,met_all", "Phone has everything that this device has"],
    ["sharing,sees_heads,met_much", "Phone lacks more than codes carry"],
  ])("say what came of it (%s)", async (words, said) => {
    open(words, "/devices");
    (await byId(TESTID.meetOpen)).click();
    await byId(TESTID.show);
    (await byId(TESTID.scanOpen)).click();
    await byId(TESTID.scanBlind);
    (await byId(TESTID.scanFile)).click();
    (await byId(TESTID.scanMeet)).click();
    expect((await byId(TESTID.met)).textContent).toContain(said);
    // What this device has is shown for the other way round.
    await screen.findByText("What this device has");
  });

  it("offer nothing where this device shares with nobody yet", async () => {
    open("new,sees_objects", "/existing");
    (await byId(TESTID.scanOpen)).click();
    await byId(TESTID.scanBlind);
    (await byId(TESTID.scanFile)).click();
    await byId(TESTID.scanSeen);
    expect(screen.queryByTestId(TESTID.scanMeet)).toBeNull();
  });
});
