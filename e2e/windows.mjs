// Two windows side by side, each a device of its own with a home of its own: they pair, and what is edited in one is seen in the
// other, by a folder, by S3-compatible storage, and by a file that is chosen in the window. Yields the name of each step that held.

import assert from "node:assert/strict";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";

import { PASSPHRASE, held, prove, standing, toDevices } from "./devices.mjs";
import { Consent } from "./lib/consent.mjs";
import { pageErrors, startDriver } from "./lib/driver.mjs";
import { start } from "./lib/processes.mjs";
import { until } from "./lib/until.mjs";
import { WalletWindow } from "./lib/wallet-window.mjs";

const FILE_PASSPHRASE = "for this file alone";

async function choosePassphrase(sealed, passphrase) {
  await sealed.fill("#passphrase", passphrase);
  await sealed.fill("#passphrase-again", passphrase);
  await sealed.submit();
}

/** A window with a driver, a home and an owner of its own. */
async function side(world, name) {
  const { chain, application, scratch, out } = world;
  const socket = join(scratch, `consent-${name}`);
  const runtime = join(scratch, `run-${name}`);
  await mkdir(runtime, { mode: 0o700 });
  const consent = await Consent.listen(socket);
  const { url, lines } = await startDriver({ SATCHEL_SANDBOX_URL: chain.url, SATCHEL_E2E_SOCKET: socket, XDG_RUNTIME_DIR: runtime });
  const window = await WalletWindow.open({ driver: url, application, home: join(scratch, `home-${name}`), out });
  return { name, window, consent, lines };
}

async function pictures(sides, name) {
  for (const { window, name: of } of sides) await window.picture(`${name}-${of}`);
}

/** Presses what leads to something else, again if it did not: a round that ends just now draws the list anew and takes the
 * click along, and a note may lie over it. */
async function leads(window, from, to) {
  await until(`${from} to lead to ${to}`, async () => {
    await window.dismiss();
    if (!(await window.there(to))) await window.press(from);
    return until(to, () => window.there(to), { seconds: 5 });
  });
}

/** The tablet types the laptop's code, and the laptop the tablet's digits. */
async function pair(laptop, tablet) {
  await laptop.window.press("device-add");
  await laptop.window.press("host-start");
  await prove(laptop.window);
  const code = await held(laptop.window, "host-code");
  await tablet.window.press("welcome-existing");
  await tablet.window.press("welcome-join");
  await tablet.window.fill("join-name", "Tablet");
  await tablet.window.fill("join-code", code);
  await tablet.window.press("join-submit");
  await tablet.window.sealed((sealed) => choosePassphrase(sealed, PASSPHRASE));
  const digits = await tablet.window.attribute("join-digits", "data-digits");
  await pictures([laptop, tablet], "w01-digits");
  laptop.consent.next("agree");
  await laptop.window.fill("host-digits", digits);
  await laptop.window.press("host-digits-submit");
  await prove(laptop.window);
  await laptop.window.find("host-done");
  await tablet.window.find("device", '[data-this="true"]');
}

/** Asks each window for a round, again until both have everything. */
async function meet(...sides) {
  await until("both to be in step", async () => {
    for (const { window } of sides) {
      await atDevices(window);
      await window.press("place-sync");
      await standing(window, "in_step");
    }
    for (const { window } of sides) if ((await window.attribute("place", "data-standing")) !== "in_step") return false;
    return true;
  });
}

/** Shows a payment, and what it is called. */
async function called(window, txid) {
  await window.press("nav-home");
  await window.press("tx-row", `[data-txid="${txid}"]`);
  return window.text("tx-label");
}

async function write({ window }, txid, label) {
  await until(
    `${label} to be written`,
    async () => {
      if ((await called(window, txid)).includes(label)) return true;
      await window.press("tx-label");
      await window.fill("tx-label-input", label);
      await window.press("tx-label-save");
      return until(label, async () => (await window.text("tx-label")).includes(label), { seconds: 5 });
    },
    { seconds: 90 },
  );
}

function reads({ window }, txid, label) {
  return until(`${label} to be read`, async () => (await called(window, txid)).includes(label));
}

/** A click may go astray on a page that is still being laid out. */
function atDevices(window) {
  return until(
    "the devices",
    async () => {
      await toDevices(window);
      return until("places", () => window.there("place-add"), { seconds: 5 });
    },
    { seconds: 90 },
  );
}

async function addFolder({ window, consent }, folder) {
  // Where there is no wallet yet nothing leads elsewhere.
  if (!(await window.there("place-add"))) await atDevices(window);
  consent.next(folder, "agree");
  await leads(window, "place-add", "place-submit");
  await window.press("place-submit");
  await standing(window, "in_step");
}

async function addS3({ window, consent }, { url, bucket, user, password }) {
  await atDevices(window);
  await leads(window, "place-add", "place-kind");
  await window.press("place-kind", ' [data-choice="s3"]');
  await window.fill("place-url", url);
  await window.fill("place-bucket", bucket);
  await window.fill("place-user", user);
  consent.next("agree");
  await window.press("place-submit");
  await window.sealed(async (sealed) => {
    await sealed.fill("#passphrase", password);
    await sealed.submit();
  });
  await standing(window, "in_step");
}

async function forgetPlace({ window }) {
  await atDevices(window);
  await leads(window, "place-remove", "place-remove-confirm");
  await window.press("place-remove-confirm");
  await window.gone("place");
}

/** The laptop makes a backup, which the tablet takes in: the file is chosen in the window. */
async function byFile(laptop, tablet, folder) {
  await laptop.window.press("nav-more");
  await laptop.window.link("Backup");
  laptop.consent.next(folder, "agree");
  await laptop.window.press("backup-now");
  await laptop.window.sealed((sealed) => choosePassphrase(sealed, FILE_PASSPHRASE));
  await prove(laptop.window);
  const file = await until("the backup", async () => (await readdir(folder)).find((name) => name.endsWith(".satchel")));
  await tablet.window.press("nav-more");
  await tablet.window.link("Backup");
  tablet.consent.next(join(folder, file));
  await tablet.window.press("import");
  await prove(tablet.window);
  await tablet.window.sealed(async (sealed) => {
    await sealed.fill("#passphrase", FILE_PASSPHRASE);
    await sealed.submit();
  });
}

export async function* windows(world) {
  const { chain, scratch } = world;
  const folder = join(scratch, "between");
  const kept = join(scratch, "kept");
  for (const each of [folder, kept]) await mkdir(each);
  const laptop = await side(world, "laptop");
  const tablet = await side(world, "tablet");
  world.window = laptop.window;
  await laptop.window.press("welcome-new");
  await laptop.window.fill("create-name", "Household");
  await laptop.window.press("create-submit");
  await laptop.window.sealed((sealed) => choosePassphrase(sealed, PASSPHRASE));
  await laptop.window.press("backup-later");
  await laptop.window.press("nav-receive");
  const address = await laptop.window.attribute("address", "data-address");
  const { txid } = await chain.faucet(address, 3_000_000);
  await laptop.window.press("nav-home");
  await laptop.window.sats("balance", 3_000_000);
  await toDevices(laptop.window);
  await laptop.window.press("devices-begin");
  await laptop.window.fill("devices-begin-name", "Laptop");
  await laptop.window.press("devices-begin-submit");
  await prove(laptop.window);
  await laptop.window.find("device", '[data-this="true"]');
  world.window = tablet.window;
  await pair(laptop, tablet);
  yield "two windows pair: one shows a code, the other its digits";

  await atDevices(laptop.window);
  await addFolder(laptop, folder);
  await addFolder(tablet, folder);
  tablet.consent.next("agree");
  const first = await tablet.window.browser.run(`return document.querySelector('[data-testid="offered"] [data-address]').dataset.address`);
  const shown = await laptop.window.browser.run(`return document.querySelector(".shared-list [data-address]").dataset.address`);
  assert.equal(first, shown);
  await tablet.window.press("offered-take");
  await tablet.window.press("nav-home");
  await tablet.window.sats("balance", 3_000_000);
  yield "the second window takes the wallet after its first address was compared, and finds its coins";

  await write(laptop, txid, "from the laptop");
  await meet(laptop, tablet);
  await reads(tablet, txid, "from the laptop");
  await write(tablet, txid, "and from the tablet");
  await meet(tablet, laptop);
  await reads(laptop, txid, "and from the tablet");
  await pictures([laptop, tablet], "w02-in-step");
  yield "what is edited in one is seen in the other, either way, over a folder";

  const server = start(world.s3, [], { name: "s3" });
  const url = await until("the server", () => server.lines.map((line) => /listening on (http:\/\/\S+)/.exec(line)?.[1]).find(Boolean));
  const [, bucket, user, password] = await until("its login", () =>
    server.lines.map((line) => /^bucket (\S+) user (\S+) password (.+)$/.exec(line)).find(Boolean),
  );
  for (const each of [laptop, tablet]) {
    world.window = each.window;
    await forgetPlace(each);
    await addS3(each, { url, bucket, user, password });
  }
  await write(tablet, txid, "over the storage");
  await meet(tablet, laptop);
  await reads(laptop, txid, "over the storage");
  await atDevices(laptop.window);
  await atDevices(tablet.window);
  await pictures([laptop, tablet], "w03-storage");
  yield "and over S3-compatible storage";

  for (const each of [laptop, tablet]) await forgetPlace(each);
  await write(laptop, txid, "in a file");
  await byFile(laptop, tablet, kept);
  await reads(tablet, txid, "in a file");
  await pictures([laptop, tablet], "w04-file");
  yield "and by a file that is chosen in the window";

  for (const { consent, lines, window } of [laptop, tablet]) {
    assert.equal(consent.unanswered, 0);
    assert.deepEqual(pageErrors(lines), []);
    await window.close();
    await consent.close();
  }
}
