// The window and the command line as two devices of one person: they come together, meet in a folder, and part.
// Yields the name of each step that held.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { pageErrors } from "./lib/driver.mjs";
import { start } from "./lib/processes.mjs";
import { until } from "./lib/until.mjs";
import { WalletWindow } from "./lib/wallet-window.mjs";

export const PASSPHRASE = "four random words here";

/** A home that the command line uses. */
class Terminal {
  constructor({ cli, scratch, chain }) {
    this.cli = cli;
    this.home = join(scratch, "terminal");
    this.env = { ...process.env, SATCHEL_PASSPHRASE: PASSPHRASE, SATCHEL_SANDBOX_URL: chain.url };
  }

  /** Starts a command; `lines` is what it says beside its answer. */
  start(args) {
    const child = spawn(this.cli, ["--home", this.home, "--json", "--yes", ...args], { env: this.env, stdio: ["ignore", "pipe", "pipe"] });
    const lines = [];
    createInterface({ input: child.stderr }).on("line", (line) => lines.push(line));
    let answer = "";
    child.stdout.on("data", (part) => (answer += part));
    const ended = new Promise((done, failed) => {
      child.on("error", failed);
      child.on("close", (code) => (code === 0 ? done(JSON.parse(answer || "null")) : failed(new Error(`${args.join(" ")}: ${code} ${lines.join("\n")}`))));
    });
    // Whoever waits for it hears of it; until then it is no fault of the run.
    ended.catch(() => undefined);
    return { lines, ended };
  }

  run(...args) {
    return this.start(args).ended;
  }
}

export function prove(window) {
  return window.sealed(async (sealed) => {
    await sealed.fill("#passphrase", PASSPHRASE);
    await sealed.submit();
  });
}

/** What an element holds, also where it is folded away. */
export function held(window, id) {
  return until(id, () => window.browser.run(`return document.querySelector('[data-testid="${id}"]')?.textContent`));
}

export async function toDevices(window) {
  await window.press("nav-more");
  await window.link("Devices");
}

export function standing(window, wanted) {
  return window.find("place", `[data-standing="${wanted}"]`);
}

/** Shows a code in the window, has the terminal read it, and types what the terminal shows, or something else. */
async function pair(world, window, terminal, typed) {
  await window.press("device-add");
  await window.press("host-start");
  await prove(window);
  const file = join(world.scratch, "code");
  await writeFile(file, `${await held(window, "host-code")}\n`, { mode: 0o600 });
  await window.picture("d02-code");
  const joining = terminal.start(["device", "join", "--name", "Terminal", "--code-file", file]);
  const digits = await until("digits on the terminal", () => joining.lines.map((line) => /(\d{3} \d{3})/.exec(line)?.[1]).find(Boolean));
  await rm(file);
  await window.fill("host-digits", typed(digits));
  await window.picture("d03-digits");
  await window.press("host-digits-submit");
  return joining;
}

/** How this device stands at each of its places. */
async function standings(window) {
  return window.browser.run(`return [...document.querySelectorAll('[data-testid="place"]')].map((place) => place.dataset.standing)`);
}

/** Waits until everything of this device is at all of so many places. */
function standsAtAll(window, places) {
  return until(`all ${places} places to have it`, async () => {
    const all = await standings(window);
    return all.length === places && all.every((one) => one === "in_step");
  });
}

/** Makes the words for what is shared, and leaves it on a WebDAV server besides. */
async function leaveOnServer(world, window) {
  const stored = join(world.scratch, "server");
  await mkdir(stored);
  const server = start(world.webdav, [stored], { name: "webdav" });
  const url = await until("the server", () => server.lines.map((line) => /listening on (http:\/\/\S+)/.exec(line)?.[1]).find(Boolean));
  await window.press("place-add");
  await window.press("place-kind", ' [data-choice="webdav"]');
  await window.fill("place-url", url);
  await window.fill("place-user", "somebody");
  world.consent.next("agree");
  await window.press("place-submit");
  await window.sealed(async (sealed) => {
    await sealed.fill("#passphrase", "for the server alone");
    await sealed.submit();
  });
  await standsAtAll(window, 2);

  let words = [];
  world.consent.next("agree");
  await window.press("recovery-make");
  await prove(window);
  await window.sealed(async (sealed) => {
    words = await sealed.words();
    await sealed.done();
  });
  await window.find("recovery", '[data-made="true"]');
  await window.dismiss();
  // No place has the keys yet that these words open.
  await until("all of it to be pending", async () => (await standings(window)).every((one) => one === "pending"));
  await until("all of it to be there", async () => {
    // One that goes on has no such button; a round may also have begun by itself.
    const waiting = await window.browser.all('[data-testid="place"][data-standing="pending"] [data-testid="place-sync"]');
    for (const button of waiting) await window.browser.click(button).catch(() => undefined);
    return (await standings(window)).every((one) => one === "in_step");
  });
  await window.picture("d08-two-places");
  return { url, words };
}

/** Everything is lost but the words and the server: another home, which never heard of the first. */
async function bringBack(world, url, words) {
  const { consent, driver, lines, application, scratch, out } = world;
  const window = await WalletWindow.open({ driver, application, home: join(scratch, "bought-anew"), out });
  world.window = window;
  await window.press("welcome-existing");
  await window.press("lost-devices");
  await window.press("place-kind", ' [data-choice="webdav"]');
  await window.fill("place-url", url);
  await window.fill("place-user", "somebody");
  consent.next("agree", "agree");
  await window.press("recover-submit");
  await window.sealed(async (sealed) => {
    await sealed.fill("#passphrase", "for the server alone");
    await sealed.submit();
  });
  await window.sealed(async (sealed) => {
    for (const [i, word] of words.entries()) await sealed.fill(`#word-${i + 1}`, word);
    await sealed.submit();
  });
  await window.sealed(async (sealed) => {
    await sealed.fill("#passphrase", PASSPHRASE);
    await sealed.fill("#passphrase-again", PASSPHRASE);
    await sealed.submit();
  });
  await window.find("recover-wallet", '[data-came="added"]');
  await window.picture("d09-brought-back");
  assert.equal(consent.last("confirm").title, "Bring this wallet back?");
  await window.press("recover-open");
  await window.sats("balance", 5_000_000);
  await window.press("tx-row");
  assert.match(await window.text("tx-label"), /after/);
  assert.equal(consent.unanswered, 0);
  assert.deepEqual(pageErrors(lines), []);
  await window.close();
}

export async function* devices(world) {
  const { chain, consent, driver, lines, application, scratch, out } = world;
  const folder = join(scratch, "meeting");
  await mkdir(folder);
  const terminal = new Terminal(world);
  const window = await WalletWindow.open({ driver, application, home: join(scratch, "window"), out });
  world.window = window;
  await window.press("welcome-new");
  await window.fill("create-name", "Shared");
  await window.press("create-submit");
  await window.sealed(async (sealed) => {
    await sealed.fill("#passphrase", PASSPHRASE);
    await sealed.fill("#passphrase-again", PASSPHRASE);
    await sealed.submit();
  });
  await window.press("backup-later");
  await window.press("nav-receive");
  const address = await window.attribute("address", "data-address");
  const { txid } = await chain.faucet(address, 5_000_000);
  await window.press("nav-home");
  await window.sats("balance", 5_000_000);
  await toDevices(window);
  await window.picture("d01-alone");
  await window.press("devices-begin");
  await window.fill("devices-begin-name", "Window");
  await window.press("devices-begin-submit");
  await prove(window);
  await window.find("device", '[data-this="true"]');
  yield "the window begins to share";

  // Wrong digits: one try, nobody is added.
  const wrong = await pair(world, window, terminal, (digits) => (digits === "000 000" ? "000 001" : "000 000"));
  await window.find("error-notice", '[data-code="pairing_failed"]');
  await assert.rejects(wrong.ended, /pairing_failed/);
  await window.link("Home");
  await toDevices(window);
  assert.equal((await window.browser.all('[data-testid="device"]')).length, 1);
  yield "wrong digits end it, and nobody is added";

  consent.next("agree");
  const joining = await pair(world, window, terminal, (digits) => digits);
  await prove(window);
  await window.find("host-done");
  const joined = await joining.ended;
  // Names are among what is sealed: they come with the first round.
  assert.equal(joined.devices.length, 2);
  assert.equal(joined.owner, false);
  const question = consent.last("confirm");
  assert.equal(question.title, "Add this device?");
  yield "the command line reads the window's code, shows digits, and is added";

  await toDevices(window);
  consent.next(folder, "agree");
  await window.press("place-add");
  await window.press("place-submit");
  await standing(window, "in_step");
  await window.picture("d04-in-step");
  yield "what the window has is left in a folder and read back";

  await terminal.run("bundle", "place", "add", "folder", folder);
  const [round] = (await terminal.run("bundle", "sync")).rounds;
  assert.equal(round.in_step, true, JSON.stringify(round));
  const known = await terminal.run("device", "list");
  assert.deepEqual(known.devices.map((device) => device.name).sort(), ["Terminal", "Window"]);
  const [offered] = known.offered;
  assert.equal(offered.name, "Shared");
  const shown = await window.browser.run(`return document.querySelector(".shared-list [data-address]").dataset.address`);
  assert.equal(offered.first_address, shown);
  await terminal.run("device", "take", "Shared");
  await terminal.run("sync");
  assert.equal((await terminal.run("balance")).total, 5_000_000);
  yield "the command line compares the first address, takes the wallet, and sees its coins";

  // Offline on both: each writes on the same payment, and on another thing.
  await terminal.run("label", "tx", txid, "from the terminal");
  // Values bear whole seconds, and of two of one second chance says which is shown.
  const written = Math.floor(Date.now() / 1000);
  await terminal.run("bundle", "sync");
  await window.press("nav-home");
  await window.press("tx-row", `[data-txid="${txid}"]`);
  await window.press("tx-label");
  await window.fill("tx-label-input", "from the window");
  await until("another second", () => Date.now() / 1000 >= written + 1);
  await window.press("tx-label-save");
  await toDevices(window);
  await standing(window, "pending");
  await window.press("place-sync");
  await standing(window, "in_step");
  await window.find("conflict");
  await window.press("nav-home");
  await window.press("tx-row", `[data-txid="${txid}"]`);
  await window.find("conflict-chip");
  await window.picture("d05-conflict");
  await window.press("conflict-chip");
  assert.match(await window.text("conflict-value", '[data-shown="true"]'), /from the window/);
  assert.match(await window.text("conflict-value", '[data-shown="false"]'), /from the terminal/);
  await window.press("conflict-value", '[data-shown="false"] button');
  await window.gone("conflict-chip");
  assert.match(await window.text("tx-label"), /from the terminal/);
  yield "both wrote on one payment: its owner sees both values and chooses";

  await toDevices(window);
  // By itself, within a minute of the choice.
  await until("the round that nobody asked for", async () => (await window.attribute("place", "data-standing")) === "in_step", { seconds: 90 });
  await terminal.run("bundle", "sync");
  assert.equal((await terminal.run("device", "list")).conflicts, 0);
  const told = (await terminal.run("history")).transactions.find((tx) => tx.txid === txid);
  assert.equal(told.label, "from the terminal");
  yield "a round goes by itself, and both say the same";

  const gone = `${folder}.gone`;
  await rename(folder, gone);
  await window.press("place-sync");
  await standing(window, "unknown");
  await window.picture("d06-away");
  await rename(gone, folder);
  await window.press("place-sync");
  await standing(window, "in_step");
  yield "a folder that vanished is called not known, and is met again";

  consent.next("agree");
  await window.press("device-remove");
  await window.press("device-remove-confirm");
  await prove(window);
  await window.find("device-gone");
  await window.find("device", '[data-removed="true"]');
  await window.press("place-sync");
  await standing(window, "in_step");
  await window.press("nav-home");
  await window.press("tx-row", `[data-txid="${txid}"]`);
  await window.press("tx-label");
  await window.fill("tx-label-input", "after");
  await window.press("tx-label-save");
  await toDevices(window);
  await window.press("place-sync");
  await standing(window, "in_step");
  await terminal.run("bundle", "sync");
  const heard = (await terminal.run("history")).transactions.find((tx) => tx.txid === txid);
  assert.equal(heard.label, "from the terminal");
  await window.picture("d07-removed");
  yield "a removed device hears nothing more";

  const { url, words } = await leaveOnServer(world, window);
  yield "words are made that open what is shared, and it is left on a server too";

  await window.press("lock");
  await until("the lock", async () => (await window.attribute("app", "data-vault")) === "locked");
  assert.equal(await window.there("device"), false);
  assert.equal(consent.unanswered, 0);
  assert.deepEqual(pageErrors(lines), []);
  await window.close();
  yield "locking takes the devices away";

  await bringBack(world, url, words);
  yield "on a new device the words bring the wallet back from the server alone, with its coins and labels";
}
