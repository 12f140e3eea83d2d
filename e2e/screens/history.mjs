// A wallet as it looks after some weeks, made the way a person makes it.

import { until } from "../lib/until.mjs";

export const PASSPHRASE = "four random words here";
export const ELSEWHERE = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";

/** Goes to a screen by its address in the page, and waits until the screen has the focus: keys typed earlier are shortcuts. */
export async function goTo(window, path) {
  const moved = await window.browser.run(
    "document.activeElement?.blur(); const moved = location.hash !== '#' + arguments[0]; location.hash = arguments[0]; return moved;",
    path,
  );
  if (!moved) return;
  await until(`the screen ${path}`, () => window.browser.run("return document.activeElement?.id === 'main'"));
}

/** Types the passphrase that each use of a key asks for, once consent was given. */
export function prove(window, more = async () => undefined) {
  return window.sealed(async (sealed) => {
    await more(sealed);
    await sealed.fill("#passphrase", PASSPHRASE);
    await sealed.submit();
  });
}

/** From the first start to a wallet whose words are on paper; pictures of each look on the way. */
export async function firstMinutes({ window, consent, album, looks }) {
  const each = async (name, before = async () => undefined) => {
    for (const look of looks) {
      await album.look(look);
      await before();
      await album.take(name);
    }
    await album.look(looks[0]);
  };
  await window.find("welcome-new");
  await each("welcome");
  await window.press("welcome-existing");
  await each("existing");
  await window.press("welcome-restore");
  await each("restore");
  await goTo(window, "/recover");
  await window.find("recover-submit");
  await each("recover");
  await goTo(window, "/join");
  await window.find("join-submit");
  await each("join");
  await goTo(window, "/create");
  await window.find("create-name");
  await each("create");
  await window.fill("create-name", "Everyday");
  await window.press("create-submit");
  await window.sealed(async (sealed) => {
    await sealed.picture("sealed-passphrase");
    await sealed.fill("#passphrase", PASSPHRASE);
    await sealed.fill("#passphrase-again", PASSPHRASE);
    await sealed.submit();
  });
  await window.find("backup-prompt");
  await each("backup-new");
  consent.next("agree");
  await window.press("backup-show-words");
  await prove(window, (sealed) => sealed.picture("sealed-prove"));
  let words = [];
  await window.sealed(async (sealed) => {
    words = await sealed.words();
    await sealed.picture("sealed-words");
    await sealed.done();
  });
  await window.press("backup-check-words");
  await prove(window);
  await window.sealed(async (sealed) => {
    await sealed.picture("sealed-check");
    await sealed.answerWords(words);
    await sealed.submit();
  });
  await goTo(window, "/");
  await window.find("empty");
  await each("home-empty");
  await goTo(window, "/coins");
  await window.find("empty");
  await each("coins-empty");
  return { passphrase: PASSPHRASE };
}

/** Begins to share with other devices. */
export async function share({ window }) {
  await goTo(window, "/devices");
  await window.press("devices-begin");
  await window.fill("devices-begin-name", "Desk");
  await window.press("devices-begin-submit");
  await prove(window);
  await window.find("device", '[data-this="true"]');
}

async function send(window, consent, { amount, label }) {
  await window.dismiss();
  await goTo(window, "/send");
  await window.fill("send-to", ELSEWHERE);
  await window.press("send-next");
  await window.fill("send-amount", amount);
  if (label) await window.fill("send-label", label);
  await window.press("send-next");
  await window.find("draft-review");
  consent.next("agree");
  await window.press("send-button");
  await prove(window);
  return window.attribute("sent", "data-txid");
}

async function receive(window, chain, { sats, label }) {
  await goTo(window, "/receive");
  const address = await window.attribute("address", "data-address");
  if (label) {
    await window.press("address-label");
    await window.fill("address-label-input", label);
    await window.press("address-label-save");
  }
  const { txid } = await chain.faucet(address, sats);
  await goTo(window, "/");
  await window.find("tx-row", `[data-txid="${txid}"]`);
}

/** Received, sent, cancelled, pending; labelled; one coin locked. Returns the payment that was sent last. */
export async function history({ window, consent, chain }) {
  await receive(window, chain, { sats: 120_000_000, label: "Sold the old bicycle" });
  await receive(window, chain, { sats: 4_200_000, label: "Mira" });
  await receive(window, chain, { sats: 33_000_000 });
  await send(window, consent, { amount: "0.0125", label: "Rent, November" });
  await chain.mine();
  await receive(window, chain, { sats: 910_000 });
  await receive(window, chain, { sats: 21_500_000, label: "Harbour bakery" });
  const doomed = await send(window, consent, { amount: "0.004" });
  await window.press("sent-open");
  await window.press("tx-cancel");
  consent.next("agree");
  await window.press("tx-cancel-confirm");
  await prove(window);
  await until("the replacement", async () => {
    const mempool = await chain.mempool();
    return mempool.length === 1 && mempool[0] !== doomed;
  });
  await window.gone("awaiting");
  await chain.mine();
  await send(window, consent, { amount: "0.0333", label: "Book fair" });
  await chain.mine(2);
  await goTo(window, "/coins");
  await window.press("coin-lock", "");
  await window.find("coin-row", '[data-locked="true"]');
  return { sent: await send(window, consent, { amount: "0.002", label: "Coffee with Mira" }) };
}
