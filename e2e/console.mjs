// The node console in the real window, over a node of its own: seen, mined, paid out of, lost and found again.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { pageErrors, startDriver } from "./lib/driver.mjs";
import { freePort } from "./lib/processes.mjs";
import { Chain } from "./lib/sandbox.mjs";
import { until } from "./lib/until.mjs";
import { WalletWindow } from "./lib/wallet-window.mjs";

const PASSPHRASE = "four random words here";
const ELSEWHERE = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";

/** Opens the console from the wallet's window and works in it from then on. */
async function opened(window) {
  await window.press("nav-more");
  await window.press("open-console");
  const handle = await until("the console's window", async () => (await window.browser.handles()).find((each) => each !== window.main));
  await window.browser.switchTo(handle);
  const page = new WalletWindow(window.browser, handle, window.out);
  await until("its page", () => page.there("app"));
  return page;
}

function goTo(page, path) {
  return page.browser.run("location.hash = arguments[0]", path);
}

const height = async (page) => Number(await page.attribute("console-height", "data-height"));

export async function* nodeConsole(world) {
  const { consent, application, scratch, out } = world;
  const [data, port] = [join(scratch, "node"), await freePort()];
  await mkdir(data);
  const node = () => Chain.start(world.sandbox, ["--data-dir", data], port);
  let chain = await node();
  const { url, lines } = await startDriver({
    SATCHEL_SANDBOX_URL: chain.url,
    SATCHEL_SANDBOX_COOKIE: join(data, ".cookie"),
    SATCHEL_E2E_SOCKET: world.socket,
    XDG_RUNTIME_DIR: world.runtime,
  });
  const window = await WalletWindow.open({ driver: url, application, home: join(scratch, "console"), out });
  world.window = window;
  await window.press("welcome-new");
  await window.fill("create-name", "Beside the node");
  await window.press("create-submit");
  await window.sealed(async (sealed) => {
    await sealed.fill("#passphrase", PASSPHRASE);
    await sealed.fill("#passphrase-again", PASSPHRASE);
    await sealed.submit();
  });
  await window.press("backup-later");

  const page = await opened(window);
  await page.find("app", '[data-line="up"]');
  const before = await height(page);
  assert.ok(before > 100);
  await page.picture("n01-overview");
  yield "the console opens in a window of its own and sees the node";

  await chain.mine(2);
  await until("the new height", async () => (await height(page)) === before + 2);
  await until("the same in the line", async () => (await page.text("console-line")).includes(String(before + 2)));
  yield "new blocks are seen without being asked for";

  await goTo(page, "/wallets");
  await page.find("node-wallet-create");
  // Folded where there are wallets already.
  await page.browser.run(`document.querySelector('[data-testid="node-wallet-create"]').closest('details').open = true`);
  await page.fill("node-wallet-name", "till");
  await page.press("node-wallet-create-submit");
  await page.press("node-wallet-fresh");
  const address = await page.attribute("node-wallet-fresh-address", "data-address");
  assert.match(address, /^bcrt1/);
  await goTo(page, "/mine");
  await page.fill("faucet-address", address);
  await page.press("faucet-submit");
  await until("the blocks", async () => {
    await goTo(page, "/");
    return (await height(page)) === before + 103;
  });
  yield "a wallet of the node gets an address, and coins that were mined for it";

  await goTo(page, "/wallets");
  await page.find("node-wallet");
  await page.browser.run(`const one = document.querySelector('[data-testid="node-wallet"]');
    one.value = "till"; one.dispatchEvent(new Event("change", { bubbles: true }));`);
  await until("the wallet", () => page.browser.run(`return document.querySelector('[data-testid="node-wallet"]').value === "till"`));
  await page.find("node-send-to");
  await page.fill("node-send-to", ELSEWHERE);
  await page.fill("node-send-amount", "0.001");
  await page.picture("n02-send");
  await page.press("node-send-submit");
  await page.find("console-failure", '[data-code="declined"]');
  assert.deepEqual(await chain.mempool(), []);
  consent.next("agree");
  await page.press("node-send-submit");
  await page.find("node-sent");
  const [txid] = await chain.mempool();
  const question = consent.last("confirm");
  assert.equal(question.lines.find((line) => line.label === "From the node's wallet")?.value, "till");
  assert.match(JSON.stringify(question).replaceAll(" ", ""), new RegExp(ELSEWHERE.slice(0, 12)));
  yield "it pays once its owner agreed in the system's dialog, and not before";

  await goTo(page, "/mempool");
  await page.find("console-pool-row", `[data-txid="${txid}"]`);
  await page.picture("n03-mempool");
  await chain.mine(1);
  await page.gone("console-pool-row", `[data-txid="${txid}"]`);
  await goTo(page, `/tx/${txid}`);
  await page.find("console-tx", `[data-txid="${txid}"]`);
  await page.picture("n04-transaction");
  yield "the payment waits in the mempool until a block takes it, and can be looked at";

  await goTo(page, "/");
  const last = await height(page);
  await chain.stop();
  await page.find("app", '[data-line="down"]');
  assert.equal(await height(page), last, "the last good picture stays");
  await page.find("console-old");
  await page.picture("n05-lost");
  chain = await node();
  await page.find("app", '[data-line="up"]', { seconds: 60 });
  await chain.mine(1);
  await until("the next height", async () => (await height(page)) === last + 1, { seconds: 60 });
  yield "a node that is gone is said to be, what was seen stays, and it is found again by itself";

  await page.browser.switchTo(window.main);
  await window.press("lock");
  await until("the lock", async () => (await window.attribute("app", "data-vault")) === "locked");
  await page.browser.switchTo(page.main);
  await chain.mine(1);
  await until("the height while it is locked", async () => (await height(page)) === last + 2);
  assert.deepEqual(pageErrors(lines), []);
  yield "it goes on while the wallet is locked, and its page kept its policy";

  await page.browser.switchTo(window.main);
  await window.close();
  await chain.stop();
}
