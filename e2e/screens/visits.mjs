// Every screen of an open, a locked and a cut-off wallet, and what each looks like on the way.

import { until } from "../lib/until.mjs";
import { WalletWindow } from "../lib/wallet-window.mjs";
import { ELSEWHERE, goTo, prove } from "./history.mjs";

/** Runs in the page: opens what folds, by the start of its text. */
const UNFOLD = `for (const each of document.querySelectorAll("details")) if (each.textContent.startsWith(arguments[0])) {
  each.open = true;
  each.scrollIntoView({ block: "start" });
}`;

async function sending({ window, consent, album }) {
  const { browser } = window;
  await goTo(window, "/send");
  await window.find("send-to");
  await album.take("send-who");
  await window.fill("send-to", "bcrt1qnot-an-address");
  await window.press("send-next");
  await window.find("send-to", '[aria-invalid="true"]');
  await album.take("send-who-fault");
  await window.fill("send-to", ELSEWHERE);
  await window.press("send-next");
  await window.fill("send-amount", "0.0425");
  await album.take("send-amount");
  await window.press("send-coins");
  await album.take("send-amount-coins");
  await window.press("send-next");
  await window.find("draft-review");
  await album.take("send-review");
  await browser.run(UNFOLD, "Details");
  await window.press("show-open");
  await until("the first frame", async () => (await browser.all('[data-testid="show"] .qr')).length > 0);
  await album.take("show");
  await browser.back();
  await window.gone("show");
  let answer;
  consent.next(new Promise((done) => (answer = done)));
  await window.press("send-button");
  await window.find("awaiting");
  await album.take("send-awaiting", { waiting: true });
  answer("decline");
  await window.find("error-notice");
  await album.take("send-declined");
  await window.press("draft-discard");
  await window.gone("draft-review");
}

/** Runs in the page: pastes a text where the page listens for one. */
const PASTE = `
  const event = new Event("paste", { bubbles: true, cancelable: true });
  Object.defineProperty(event, "clipboardData", { value: { files: [], getData: () => arguments[0] } });
  document.dispatchEvent(event);
`;

/** What a scan says of what it is given. There is no camera here, and it says so first. */
async function scanning({ window, album }) {
  const { browser } = window;
  await goTo(window, "/send");
  await window.press("scan-open");
  await window.find("scan-blind");
  await album.take("scan");
  for (const [name, text, id] of [
    ["payment", `bitcoin:${ELSEWHERE}?amount=0.0003&label=Harbour%20bakery`, '[data-testid="scan-seen"][data-kind="payment"]'],
    ["lightning", `lnbc1pvjluez${"q".repeat(60)}`, '[data-testid="scan-seen"][data-kind="lightning"]'],
    ["words", "legal winner thank year wave sausage worth useful legal winner thank yellow", '[data-testid="scan-seen"][data-kind="sealed_only"]'],
    ["unknown", "What the shop is called", '[data-testid="scan-seen"], [data-testid="scan-nothing"]'],
  ]) {
    await browser.run(PASTE, text);
    await until(`the scan to know ${name}`, async () => (await browser.all(id)).length > 0);
    await album.take(`scan-${name}`);
    if (await window.there("scan-again")) {
      await window.press("scan-again");
      await window.find("scan-blind");
    }
  }
  // As a phone goes back: the sheet goes, the screen stays.
  await browser.back();
  await window.gone("scan");
  await window.find("send-to");
}

/** How a device is added, and how it joins. */
async function pairing({ window, album }) {
  await goTo(window, "/devices/add");
  await window.find("host-start");
  await album.take("devices-add");
  await window.press("host-start");
  await prove(window);
  await window.find("host-stop");
  await album.take("devices-add-code");
  await window.press("host-stop");
  await window.find("host-start");
  for (const [name, path, id] of [
    ["devices-keys", "/devices/keys", "keys-submit"],
    ["devices-sweep", "/devices/sweep", "empty"],
    ["join-inside", "/join", "app"],
  ]) {
    await goTo(window, path);
    await window.find(id);
    await album.take(name);
  }
}

/** The console as it is on a phone: a place among the screens, and a view of its own over it. */
export async function consoleScreens({ window, album }) {
  const { browser } = window;
  await goTo(window, "/node");
  const handle = await until("the console's view", async () => (await browser.handles()).find((each) => each !== window.main));
  await window.find("console-again");
  await album.take("node");
  await browser.switchTo(handle);
  const page = new WalletWindow(browser, handle, window.out);
  await album.over(page, async () => {
    await page.find("app", '[data-line="up"]');
    for (const [name, path, id] of [
      ["overview", "/", "console-height"],
      ["blocks", "/blocks", "console-block-row"],
      ["mempool", "/mempool", "console-pool-row"],
      ["mine", "/mine", "mine-submit"],
      ["wallets", "/wallets", "node-send-to"],
      ["connection", "/connection", "node-url"],
    ]) {
      await browser.run("location.hash = arguments[0]", path);
      await page.find(id);
      await album.take(`console-${name}`);
    }
  });
  // Its view is gone before the driver can answer.
  await page.press("console-close").catch(() => undefined);
  await until("the console to close", async () => !(await browser.handles()).includes(handle));
  await browser.switchTo(window.main);
  await until("the place to be left", () => browser.run("return location.hash !== '#/node'"));
}

export async function openScreens({ window, consent, album, sent }) {
  const { browser } = window;
  await window.dismiss();
  await goTo(window, "/settings");
  await album.choose();
  await goTo(window, "/");
  await window.find("tx-row");
  await album.take("home");
  // One stands in the rail and one at the top; the size decides which is seen.
  const seen = await browser.run(`return [...document.querySelectorAll('[data-testid="wallet-switcher"]')].findIndex((each) => each.getClientRects().length > 0)`);
  await browser.click((await browser.all('[data-testid="wallet-switcher"]'))[seen]);
  await until("the menu", async () => (await browser.all("[role=menu]")).length > 0);
  await album.take("switcher");
  await browser.press("Escape");
  await until("the menu to close", async () => (await browser.all("[role=menu]")).length === 0);
  await browser.press("k", { ctrl: true });
  await until("the palette", () => window.there("palette"));
  await album.take("palette");
  await browser.press("Escape");
  await window.gone("palette");
  await browser.press("?");
  await until("the sheet", async () => (await browser.all("[role=dialog]")).length > 0);
  await album.take("shortcuts");
  await browser.press("Escape");
  await until("the sheet to close", async () => (await browser.all("[role=dialog]")).length === 0);
  await goTo(window, "/receive");
  await window.find("qr");
  await album.take("receive");
  await sending({ window, consent, album });
  await goTo(window, `/send/done/${sent}`);
  await window.find("sent");
  await album.take("send-done");
  await scanning({ window, album });
  await pairing({ window, album });
  await goTo(window, "/activity");
  await window.find("tx-row");
  await album.take("activity");
  for (const status of ["pending", "confirmed", "replaced"]) {
    await goTo(window, "/activity");
    await window.press("tx-row", `[data-status="${status}"]`);
    await window.find("tx", `[data-status="${status}"]`);
    await album.take(`tx-${status}`);
  }
  await browser.run(UNFOLD, "Inputs");
  await album.take("tx-details");
  await goTo(window, "/coins");
  await window.find("coin-map");
  await album.take("coins");
  const [box] = await browser.all('[data-testid="coin-row"]:not([data-locked="true"]) .check-box');
  await browser.show(box);
  await browser.click(box);
  await window.find("coins-spend");
  await album.take("coins-chosen");
  for (const [name, path, id] of [
    ["addresses", "/addresses", "address-row"],
    ["more", "/more", "app"],
    ["devices", "/devices", "device"],
    ["devices-place", "/devices/place", "place-submit"],
    ["backup", "/backup", "backup-now"],
    ["settings", "/settings", "setting-unit"],
    ["wallets-add", "/wallets/add", "app"],
  ]) {
    await goTo(window, path);
    await window.find(id);
    await album.take(name);
  }
}

/** Locks, and unlocks again through the sealed window. */
export async function lockedScreens({ window, album, wallet }) {
  const { browser } = window;
  await goTo(window, "/");
  await browser.press("l", { ctrl: true });
  await until("the lock", async () => (await window.attribute("app", "data-vault")) === "locked");
  await until("the sealed window or the button", async () => (await browser.handles()).length > 1 || window.there("unlock"));
  await album.take("unlock", { waiting: true });
  if ((await browser.handles()).length === 1) await window.press("unlock");
  await window.sealed(async (sealed) => {
    await sealed.fill("#passphrase", "not the right one");
    await sealed.submit();
    await sealed.error();
    await sealed.picture(album.named("sealed-wrong"));
    await sealed.fill("#passphrase", wallet.passphrase);
    await sealed.submit();
  });
  await window.find("balance", "[data-sats]");
}

/** The server is gone: what is known stays in sight, and says how old it is. */
export async function offlineScreens({ window, album }) {
  await goTo(window, "/");
  await window.press("freshness");
  await window.find("stale-banner");
  await album.take("home-offline");
  await goTo(window, "/send");
  await window.fill("send-to", ELSEWHERE);
  await window.press("send-next");
  await window.find("fees-unknown");
  await album.take("send-amount-offline");
}
