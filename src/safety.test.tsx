import { render, screen, waitFor } from "@solidjs/testing-library";
import { describe, expect, it } from "vitest";
import { App } from "./app";
import { drillHealth } from "./features/backup/model";
import { aheadOf } from "./features/devices/model";
import { changes, linesOf } from "./features/interop/model";
import { makeFakeBackend, scenarioOf, type FakeBackend } from "./ipc/fake";
import type { Device, LabelsPreview } from "./ipc/types";
import { testPlatform } from "./test-platform";
import { TESTID } from "./testids";

const platform = testPlatform();

function open(words: string, path: string): FakeBackend {
  window.location.hash = path;
  const backend = makeFakeBackend({ ...scenarioOf(new URLSearchParams(`fake=${words}`)), latency: 0 });
  render(() => <App backend={backend} platform={platform} />);
  return backend;
}

const calls = (backend: FakeBackend, command: string) => backend.calls.filter((call) => call.command === command);
const text = (): string => document.body.textContent;

describe("the restore drill", () => {
  it("is due until the last backup was opened, and says what it would bring back", async () => {
    const backend = open("ready", "/backup");
    const drill = await screen.findByTestId(TESTID.drill);
    await waitFor(() => expect(drill.dataset["health"]).toBe("due"));
    screen.getByTestId(TESTID.drillTry).click();
    const found = await screen.findByTestId(TESTID.drillFound);
    expect(found.textContent).toContain("41 labels, one locked coin");
    expect(calls(backend, "cmd_prove_backup")[0]?.request[0]).toMatchObject({ choose: false });
    await waitFor(() => expect(screen.getByTestId(TESTID.drill).dataset["health"]).toBe("good"));
    screen.getByTestId(TESTID.drillChoose).click();
    await waitFor(() => expect(calls(backend, "cmd_prove_backup")).toHaveLength(2));
    const [first, second] = calls(backend, "cmd_prove_backup").map((call) => call.request[0] as { request_id: string; choose: boolean });
    expect(second?.choose).toBe(true);
    expect(second?.request_id).not.toBe(first?.request_id);
  });

  it("names the wallets that would not come back", async () => {
    open("plain", "/backup");
    (await screen.findByTestId(TESTID.drillTry)).click();
    const found = await screen.findByTestId(TESTID.drillFound);
    expect(found.dataset["tone"]).toBe("caution");
    expect(found.textContent).toContain("Cellar");
  });

  it("of an earlier backup proves nothing of the last", () => {
    const health = { path: "/b", written_at: 2, proven_at: null, never: [] };
    expect(drillHealth(health)).toBe("due");
    expect(drillHealth({ ...health, proven_at: 3 })).toBe("good");
    expect(drillHealth({ ...health, path: null })).toBe("none");
    expect(drillHealth(undefined)).toBe("none");
  });
});

describe("a file of labels", () => {
  it("is shown before anything of it is taken in, and ours stay unless the file's are wanted", async () => {
    const backend = open("ready", "/backup");
    (await screen.findByTestId(TESTID.labelsImport)).click();
    const sheet = await screen.findByTestId(TESTID.labelsPreview);
    expect(sheet.textContent).toContain("New here407");
    expect(sheet.textContent).toContain("Different from yours3");
    expect(sheet.textContent).toContain("On things this wallet does not know2");
    expect(sheet.textContent).toContain("and one more");
    expect(calls(backend, "cmd_take_labels")).toHaveLength(0);
    screen.getByTestId(TESTID.labelsTake).click();
    await screen.findByText(/407 new, 0 replaced, 4 coins locked. No coin was unlocked./);
    const read = calls(backend, "cmd_read_labels")[0]?.request[0] as { request_id: string };
    expect(calls(backend, "cmd_take_labels")[0]?.request[0]).toMatchObject({ read_id: read.request_id, differing: "keep_ours" });
  });

  it("that says nothing new has nothing to be taken in", async () => {
    open("plain", "/backup");
    (await screen.findByTestId(TESTID.labelsImport)).click();
    await screen.findByText("Everything in this file is here already.");
    expect(screen.queryByTestId(TESTID.labelsTake)).toBeNull();
  });

  it("is told in the lines that matter", () => {
    const would = { added: 0, replaced: 0, kept: 2, unchanged: 0, locked: 0, of_other_wallets: 0, passed_over: [], passed_over_count: 1 };
    const preview: LabelsPreview = { read_id: "r", file: "f", would, differing: [], unknown: 0 };
    expect(linesOf(preview).map((line) => line.key)).toEqual(["differ", "passed"]);
    expect(changes(preview)).toBe(true);
    expect(changes({ ...preview, would: { ...would, kept: 0 } })).toBe(false);
  });

  it("that was declined writes nothing", async () => {
    open("declined", "/backup");
    (await screen.findByTestId(TESTID.labelsExport)).click();
    const notice = await screen.findByTestId(TESTID.errorNotice);
    expect(notice.dataset["code"]).toBe("declined");
    expect(screen.queryByTestId(TESTID.otherResult)).toBeNull();
  });
});

describe("words for what devices share", () => {
  it("are made by the device that began to share alone", async () => {
    const backend = open("sharing", "/devices");
    (await screen.findByTestId(TESTID.recoveryMake)).click();
    await waitFor(() => expect(screen.getByTestId(TESTID.recovery).dataset["made"]).toBe("true"));
    expect(calls(backend, "cmd_make_recovery_words")).toHaveLength(1);
  });

  it("are not offered to others", async () => {
    open("guest", "/devices");
    await screen.findByTestId(TESTID.recovery);
    expect(screen.queryByTestId(TESTID.recoveryMake)).toBeNull();
  });
});

describe("the devices", () => {
  it("say that a place went back and that a clock is ahead", async () => {
    const backend = open("back", "/devices");
    await screen.findByTestId(TESTID.rollback);
    expect((await screen.findByTestId(TESTID.clockWrong)).textContent).toContain("Desktop at the office");
    screen.getByTestId(TESTID.rollbackDismiss).click();
    await waitFor(() => expect(screen.queryByTestId(TESTID.rollback)).toBeNull());
    expect(calls(backend, "cmd_dismiss_circle_notice")[0]?.request[0]).not.toMatchObject({ place_id: null });
  });

  it("of which a clock is ahead are told only beyond five minutes, and only others that belong", () => {
    const device: Device = { id: "d", name: "Phone", system: "", this: false, seeds: false, holds: [], added_at: 0, last_seen: 1_000, removed_at: null, unready: false, as_two: false, heard: null };
    expect(aheadOf([device], 700)).toEqual([]);
    expect(aheadOf([device], 699)).toEqual([device]);
    expect(aheadOf([{ ...device, this: true }, { ...device, removed_at: 5 }, { ...device, last_seen: null }], 0)).toEqual([]);
  });

  it("take another password for a place, and go a round to see whether it is right", async () => {
    const backend = open("refused", "/devices");
    (await screen.findAllByTestId(TESTID.placePassword))[0]?.click();
    await waitFor(() => expect(calls(backend, "cmd_sync_places")).toHaveLength(1));
    expect(calls(backend, "cmd_set_place_password")).toHaveLength(1);
  });

  it("offer no folder on a phone", async () => {
    open("handset", "/devices/place");
    await screen.findByTestId(TESTID.placeUrl);
    expect(text()).not.toContain("Choose the folder");
  });
});
