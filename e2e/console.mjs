// The node console in the real window, over a node of its own: seen, mined, paid out of, lost and found again.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { choose, goToView as goTo, openConsole } from "./lib/console-window.mjs";
import { pageErrors, startDriver } from "./lib/driver.mjs";
import { Liar } from "./lib/liar.mjs";
import { freePort } from "./lib/processes.mjs";
import { Chain } from "./lib/sandbox.mjs";
import { until } from "./lib/until.mjs";
import { WalletWindow } from "./lib/wallet-window.mjs";
import { Album } from "./screens/album.mjs";

const again = promisify(execFile);
const PASSPHRASE = "four random words here";
const ELSEWHERE = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";

const height = async (page) => Number(await page.attribute("console-height", "data-height"));

/** What a lying node is said to be, and whether what it says is shown all the same. */
const LIES = [
  ["slow", undefined],
  ["nonsense", "bad_answer"],
  ["giant", "bad_answer"],
  ["endless", "bad_answer"],
  ["network", "other_chain"],
  ["fallen", "height_fell"],
  ["silent", "unreachable"],
];

/** A node that is slow, or that lies, each followed by the truth again. */
async function* lies({ page, chain, liar }) {
  for (const [at, [way, kind]] of LIES.entries()) {
    await goTo(page, "/");
    const seen = await height(page);
    liar.way = way;
    if (kind === undefined) {
      await chain.mine(1);
      await until("the next height, late", async () => (await height(page)) === seen + 1, { seconds: 60 });
      await page.find("app", '[data-line="up"]');
      await page.picture(`n06-${at}-${way}`);
      liar.way = "honest";
      continue;
    }
    await page.find("console-problem", `[data-kind="${kind}"]`, { seconds: 90 });
    if (kind !== "height_fell") {
      assert.equal(await height(page), seen, "the last good picture stays");
      await page.find("console-old");
    }
    await page.picture(`n06-${at}-${way}`);
    liar.way = "honest";
    await page.gone("console-problem", `[data-kind="${kind}"]`, { seconds: 90 });
    await chain.mine(1);
    await until("the next height", async () => (await height(page)) === seen + 1, { seconds: 60 });
    await page.gone("console-old");
  }
  yield "a node that is slow is waited for, one that lies is said to lie, what was seen stays and is marked as old, and the truth is shown by itself";
}

/** Window sizes of the pictures. */
const SHAPES = { desk: [1080, 760, 1], phone: [360, 640, 1] };

/** Every view of a node that is well, in light and dark, on a desktop and at a phone's size. */
async function* views({ page, chain, data, address, txid }) {
  const album = new Album(page, []);
  const hash = await (await fetch(`${chain.url}/api/blocks/tip/hash`)).text();
  const all = [
    ["overview", "/", "console-height"],
    ["blocks", "/blocks", "console-block-row"],
    ["block", `/block/${hash}`, "console-block"],
    ["mempool", "/mempool", "console-pool-row"],
    ["transaction", `/tx/${txid}`, "console-tx"],
    ["address", `/address/${address}`, "console-tx-row"],
    ["search", `/search/${"ab".repeat(32)}`, "console-not-found"],
    ["mine", "/mine", "mine-submit"],
    ["wallets", "/wallets", "node-send-to"],
    ["connection", "/connection", "node-url"],
  ];
  const cookie = readFileSync(join(data, ".cookie"), "utf8").trim();
  for (let i = 1; i <= 24; i += 1) {
    const answer = await fetch(`${chain.url}/wallet/faucet`, {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(cookie).toString("base64")}`, "content-type": "application/json" },
      body: JSON.stringify({ id: i, method: "sendtoaddress", params: { address: ELSEWHERE, amount: i / 1_000, fee_rate: 1 + (i % 9) } }),
    });
    assert.ok(answer.ok, await answer.text());
  }
  for (const size of Object.keys(SHAPES)) {
    for (const theme of ["light", "dark"]) {
      await album.look({ size, theme, shape: SHAPES[size] });
      for (const [name, path, until] of all) {
        await goTo(page, path);
        await page.find(until);
        await album.take(`console-${name}`);
      }
    }
  }
  await page.browser.resize(1080, 760);
  assert.deepEqual(album.faults, []);
  yield "every view fits, in light and dark, on a desktop and at a phone's size";
}

const hash = (window) => window.browser.run("return location.hash");

/** The same home in a phone's form: the console is a place among the screens, drawn by a view of its own. */
async function* inTheHand({ application, scratch, out, socket, runtime }, { liar, data }) {
  const env = { SATCHEL_FORM: "phone", SATCHEL_SANDBOX_URL: liar.url, SATCHEL_SANDBOX_COOKIE: join(data, ".cookie"), SATCHEL_E2E_SOCKET: socket, XDG_RUNTIME_DIR: runtime };
  const { url, lines } = await startDriver(env);
  const home = join(scratch, "console");
  const window = await WalletWindow.open({ driver: url, application, home, out });
  // A start asks by itself.
  await window.sealed(async (sealed) => {
    await sealed.fill("#passphrase", PASSPHRASE);
    await sealed.submit();
  });
  const page = await openConsole(window);
  await page.browser.resize(390, 844);
  await page.find("app", '[data-line="up"]');
  await page.picture("n07-phone");
  const refused = await page.browser.runAsync(
    `const done = arguments[0]; window.__TAURI_INTERNALS__.invoke("cmd_get_balance", {}).then(() => done("answered"), (error) => done(String(error)));`,
  );
  assert.match(refused, /not allowed/);
  await page.browser.switchTo(window.main);
  assert.equal(await hash(window), "#/node");
  await window.find("console-again");
  await window.browser.resize(390, 844);
  await window.picture("n08-place");
  await window.browser.resize(1080, 760);
  await page.browser.switchTo(page.main);
  // Its window is gone before the driver can answer.
  await page.press("console-close").catch(() => undefined);
  await until("the console to close", async () => !(await window.browser.handles()).includes(page.main));
  await page.browser.switchTo(window.main);
  await until("the place to be left", async () => (await hash(window)) === "#/more");
  yield "on a phone it is a place among the screens, with its own fence, and closing it leads back";

  await openConsole(window);
  await again(application, ["--home", home, `bitcoin:${ELSEWHERE}?amount=0.0002`], { env: { ...process.env, ...env } });
  await until("the console to make way", async () => (await window.browser.handles()).length === 1);
  await window.browser.switchTo(window.main);
  await window.find("send-amount");
  assert.deepEqual(pageErrors(lines), []);
  await window.close();
  yield "a payment link closes what lies over the screen that it fills";
}

export async function* nodeConsole(world) {
  const { consent, application, scratch, out } = world;
  const [data, port] = [join(scratch, "node"), await freePort()];
  await mkdir(data);
  const node = () => Chain.start(world.sandbox, ["--data-dir", data], port);
  let chain = await node();
  const liar = await Liar.before(chain.url);
  const { url, lines } = await startDriver({
    SATCHEL_SANDBOX_URL: liar.url,
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

  const page = await openConsole(window);
  await page.find("app", '[data-line="up"]');
  const first = await height(page);
  assert.ok(first > 100);
  await page.picture("n01-overview");
  yield "the console opens in a window of its own and sees the node";

  await chain.mine(2);
  await until("the new height", async () => (await height(page)) === first + 2);
  await until("the same in the line", async () => (await page.text("console-line")).includes(String(first + 2)));
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
  const paid = await page.attribute("faucet-paid", "data-txid");
  await goTo(page, "/");
  await until("the block", async () => (await height(page)) === first + 3);
  await goTo(page, `/address/${address}`);
  await page.find("console-tx-row", `[data-txid="${paid}"]`);
  yield "a wallet of the node gets an address, and coins of the faucet";

  await goTo(page, "/wallets");
  await page.find("node-wallet");
  await choose(page, "node-wallet", "till");
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

  yield* lies({ page, chain, liar });
  yield* views({ page, chain, data, address, txid });

  await page.browser.switchTo(window.main);
  await window.press("lock");
  await until("the lock", async () => (await window.attribute("app", "data-vault")) === "locked");
  await page.browser.switchTo(page.main);
  await goTo(page, "/");
  const before = await height(page);
  await chain.mine(1);
  await until("the height while it is locked", async () => (await height(page)) === before + 1);
  assert.deepEqual(pageErrors(lines), []);
  yield "it goes on while the wallet is locked, and its page kept its policy";

  await page.browser.switchTo(window.main);
  await window.close();
  yield* inTheHand(world, { liar, data });
  await liar.stop();
  await chain.stop();
}
