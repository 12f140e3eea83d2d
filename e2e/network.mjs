// A phone whose network is slow, bad, or gone, and that is turned, split and killed meanwhile: what is shown stays true, and says of when it is.
// Yields the name of each step that held.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { pageErrors, startDriver } from "./lib/driver.mjs";
import { freePort, kill } from "./lib/processes.mjs";
import { Chain } from "./lib/sandbox.mjs";
import { keepsWhenTurned } from "./lib/turned.mjs";
import { until } from "./lib/until.mjs";
import { WalletWindow } from "./lib/wallet-window.mjs";
import { ELSEWHERE, goTo, PASSPHRASE, prove } from "./screens/history.mjs";

/** A server that was away is asked again less and less often, so that it may take this long until it is found again. */
const FOUND = { seconds: 120 };

/** Up to which block the window says that it knows. */
const known = async (window) => Number(await window.attribute("freshness", "data-height"));

/** Everything on the first screen that is of the chain. */
async function shown(window) {
  const rows = await window.browser.run(`return [...document.querySelectorAll('[data-testid="tx-row"]')].map((row) => [row.dataset.txid, row.dataset.status])`);
  return { sats: await window.attribute("balance", "data-sats"), height: await known(window), rows };
}

/** Sends the payment that is looked at. Returns whether the passphrase was asked for. */
async function sends(window, end) {
  await window.press("send-button");
  const asked = await until(`the passphrase, or ${end}`, async () => {
    const sealed = (await window.browser.handles()).length > 1;
    return (sealed || (await window.there(end))) && { sealed };
  });
  if (asked.sealed) await prove(window);
  await window.find(end);
  return asked.sealed;
}

export async function* network(world) {
  const { consent, application, scratch, out } = world;
  const [data, port] = [join(scratch, "cell"), await freePort()];
  await mkdir(data);
  const mast = () => Chain.start(world.sandbox, ["--data-dir", data], port);
  let chain = await mast();
  const env = { SATCHEL_FORM: "phone", SATCHEL_SANDBOX_URL: chain.url, SATCHEL_E2E_SOCKET: world.socket, XDG_RUNTIME_DIR: world.runtime };
  const home = join(scratch, "hand");
  const open = async () => {
    const { url, lines } = await startDriver(env);
    const window = await WalletWindow.open({ driver: url, application, home, out });
    world.window = window;
    await window.browser.resize(360, 640);
    return { window, lines };
  };
  let { window, lines } = await open();
  await window.press("welcome-new");
  await window.fill("create-name", "In the hand");
  await window.press("create-submit");
  await window.sealed(async (sealed) => {
    await sealed.fill("#passphrase", PASSPHRASE);
    await sealed.fill("#passphrase-again", PASSPHRASE);
    await sealed.submit();
  });
  await window.find("backup-prompt");
  await goTo(window, "/receive");
  const address = await window.attribute("address", "data-address");
  await chain.faucet(address, 5_000_000);
  await goTo(window, "/");
  await window.sats("balance", 5_000_000);

  await chain.faults("slow /api/* 4s");
  await until("a round that takes its time", async () => {
    if (await window.there("freshness", '[data-state="running"]')) return true;
    await window.press("freshness");
    return false;
  });
  await window.sats("balance", 5_000_000);
  await window.picture("w01-slow");
  await window.press("freshness");
  await window.gone("freshness", '[data-state="running"]');
  await window.sats("balance", 5_000_000);
  await chain.faults("heal all");
  yield "a slow answer is waited for beside what is known, and need not be waited for";

  // What comes does so in the middle of a word.
  await window.find("freshness", '[data-state="fresh"]', FOUND);
  await until("the newest block", async () => (await known(window)) === (await chain.height()), FOUND);
  const before = await shown(window);
  await chain.faults("wrong /api/* truncated");
  await chain.faucet(address, 700_000);
  await window.find("stale-banner", "", FOUND);
  assert.match(await window.text("stale-banner"), new RegExp(`^As of block ${before.height}`));
  assert.deepEqual(await shown(window), before, "nothing half heard is shown");
  await window.picture("w02-cut");
  await chain.faults("heal all");
  await window.sats("balance", 5_700_000);
  await window.gone("stale-banner");
  assert.equal(await known(window), await chain.height());
  yield "answers that are cut off are no answers: what was known stays, says of which block it is, and makes way for the truth";

  // The network goes while a payment is written, and the device is turned and its screen split.
  await goTo(window, "/send");
  await window.fill("send-to", ELSEWHERE);
  await window.press("send-next");
  await window.fill("send-amount", "0.0125");
  await chain.stop();
  await keepsWhenTurned(window.browser, '[data-testid="send-amount"]');
  await window.browser.resize(360, 640);
  await window.press("fee-choice", '[data-choice="custom"]');
  await window.fill("fee-custom", "2");
  await window.press("send-next");
  const draft = await window.attribute("draft-review", "data-draft-id");
  await window.picture("w03-draft");
  yield "a payment can be prepared without a network, and keeps what was typed when the device is turned or its screen split";

  assert.deepEqual(pageErrors(lines), []);
  await kill(application, home);
  await window.close().catch(() => undefined);
  ({ window, lines } = await open());
  await window.sealed(async (sealed) => {
    await sealed.fill("#passphrase", PASSPHRASE);
    await sealed.submit();
  });
  await window.sats("balance", 5_700_000);
  await window.find("draft-card");
  await window.find("stale-banner", "", FOUND);
  const away = await shown(window);
  assert.match(await window.text("stale-banner"), new RegExp(`^As of block ${away.height}`));
  await window.picture("w04-again");
  yield "killed in the middle of it, it comes back with the payment, the balance, and of when it is";

  await window.press("draft-card");
  assert.equal(await window.attribute("draft-review", "data-draft-id"), draft);
  const questions = consent.questions.length;
  assert.equal(await sends(window, "error-notice"), false, "nobody is asked to sign what cannot be sent");
  assert.equal(consent.questions.length, questions);
  assert.match(await window.text("error-notice"), /Nothing was sent/);
  await window.picture("w05-not-sent");
  await goTo(window, "/");
  await window.find("draft-card");
  assert.deepEqual(await shown(window), away, "what was not sent is no payment");
  yield "a payment that cannot be sent is neither signed nor said to be, and stays to be sent";

  chain = await mast();
  assert.deepEqual(await chain.mempool(), []);
  await chain.mine(1);
  await window.gone("stale-banner", "", FOUND);
  await until("the newest block", async () => (await known(window)) === (await chain.height()), FOUND);
  yield "with the network back it finds the chain by itself";

  // It takes the payment, and its answer does not come whole.
  await chain.faults("wrong /api/tx truncated");
  await window.press("draft-card");
  consent.next("agree");
  assert.equal(await sends(window, "error-notice"), true, "who signs is asked");
  assert.match(await window.text("error-notice"), /signed, but it is not known whether/);
  assert.equal((await chain.mempool()).length, 1);
  await window.picture("w06-not-known");
  await chain.faults("heal all");
  // It was agreed to and signed: nobody is asked again.
  assert.equal(await sends(window, "sent"), false);
  const sent = await window.attribute("sent", "data-txid");
  assert.deepEqual(await chain.mempool(), [sent]);
  await chain.mine(1);
  await goTo(window, "/");
  await window.find("tx-row", `[data-txid="${sent}"][data-status="confirmed"]`, FOUND);
  await window.picture("w07-back");
  assert.equal(consent.unanswered, 0);
  assert.deepEqual(pageErrors(lines), []);
  await window.close();
  await chain.stop();
  yield "a payment of which it is not known whether it arrived is said to be that, and sending it again pays once";
}
