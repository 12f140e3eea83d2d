// Every screen of an open, a locked and a cut-off wallet, and what each looks like on the way.

import { until } from "../lib/until.mjs";
import { ELSEWHERE, goTo } from "./history.mjs";

/** Runs in the page: opens what folds, by the start of its text. */
const UNFOLD = `for (const each of document.querySelectorAll("details")) if (each.textContent.startsWith(arguments[0])) {
  each.open = true;
  each.scrollIntoView({ block: "start" });
}`;

async function sending({ window, consent, album }) {
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

export async function openScreens({ window, consent, album }) {
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
  await goTo(window, "/send");
  await window.press("scan-open");
  await window.find("scan-blind");
  await album.take("scan");
  // As a phone goes back: the sheet goes, the screen stays.
  await browser.back();
  await window.gone("scan");
  await window.find("send-to");
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
