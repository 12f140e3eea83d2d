// What a person does, step by step. Yields the name of each step that held.

import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { pageErrors } from "./lib/driver.mjs";
import { keepsWhenTurned } from "./lib/turned.mjs";
import { until } from "./lib/until.mjs";
import { WalletWindow } from "./lib/wallet-window.mjs";

const again = promisify(execFile);
const PASSPHRASE = "four random words here";
const FILE_PASSPHRASE = "another passphrase for the file";
const ELSEWHERE = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";

async function choosePassphrase(sealed, text) {
  await sealed.fill("#passphrase", text);
  await sealed.fill("#passphrase-again", text);
  await sealed.submit();
}

/** Types the passphrase that each use of a key asks for, once consent was given. */
function prove(window, more = async () => undefined) {
  return window.sealed(async (sealed) => {
    await more(sealed);
    await sealed.fill("#passphrase", PASSPHRASE);
    await sealed.submit();
  });
}

async function send(window, consent, amount) {
  await window.press("nav-send");
  await window.fill("send-to", ELSEWHERE);
  await window.press("send-next");
  await window.fill("send-amount", amount);
  await window.press("send-next");
  await window.find("draft-review");
  consent.next("agree");
  await window.press("send-button");
  await prove(window);
  return window.attribute("sent", "data-txid");
}

export async function* scenario(world) {
  const { chain, consent, driver, lines, application, scratch, out, runtime } = world;
  let window = await WalletWindow.open({ driver, application, home: join(scratch, "first"), out });
  world.window = window;
  await window.find("welcome-new");
  await window.picture("01-welcome");
  yield "the window opens on the welcome screen";

  await window.press("welcome-new");
  await window.fill("create-name", "Everyday");
  await window.picture("02-create");
  await window.press("create-submit");
  await window.sealed(async (sealed) => {
    await sealed.picture("03-sealed-passphrase");
    await sealed.fill("#passphrase", PASSPHRASE);
    await keepsWhenTurned(sealed.browser, "#passphrase");
    await choosePassphrase(sealed, PASSPHRASE);
  });
  await window.find("backup-prompt");
  await window.picture("04-backup-prompt");
  yield "a wallet is created under a passphrase typed in the sealed window";

  consent.next("agree");
  await window.press("backup-show-words");
  await prove(window, (sealed) => sealed.picture("04-sealed-prove"));
  let words = [];
  await window.sealed(async (sealed) => {
    words = await sealed.words();
    await sealed.picture("05-sealed-words");
    await sealed.done();
  });
  assert.equal(words.length, 12);
  await window.press("backup-check-words");
  await prove(window);
  await window.sealed(async (sealed) => {
    await sealed.answerWords(words);
    await sealed.picture("06-sealed-check");
    await sealed.submit();
  });
  yield "its words are shown and asked back in the sealed window";

  await window.press("nav-receive");
  await window.find("qr");
  await window.picture("07-receive");
  const address = await window.attribute("address", "data-address");
  assert.match(address, /^bcrt1p/);
  const { txid: received } = await chain.faucet(address, 5_000_000);
  await window.press("nav-home");
  await window.sats("balance", 5_000_000);
  await window.find("tx-row", `[data-txid="${received}"][data-status="confirmed"]`);
  await window.picture("08-home-received");
  yield "coins that the chain confirmed arrive";

  const paid = await send(window, consent, "0.01");
  await window.picture("09-sent");
  const question = consent.last("confirm");
  const said = Object.fromEntries(question.lines.map((line) => [line.label, line.value]));
  assert.equal(said.To.replaceAll(" ", ""), ELSEWHERE);
  assert.match(said.Amount, /^1\u00a0000\u00a0000 sat/);
  assert.deepEqual(await chain.mempool(), [paid]);
  await window.press("nav-home");
  await window.find("tx-row", `[data-txid="${paid}"][data-status="pending"]`);
  await chain.mine();
  await window.find("tx-row", `[data-txid="${paid}"][data-status="confirmed"]`);
  await window.picture("10-home-confirmed");
  yield "a payment is confirmed by its owner, sent, mined and seen confirmed";

  // A shop shows a code; its picture is chosen in the system's dialog.
  const asked = 30_000;
  const code = picture(world, `bitcoin:${ELSEWHERE}?amount=0.0003&label=Bakery`);
  await window.press("nav-send");
  await window.press("scan-open");
  consent.next(code);
  await window.press("scan-file");
  await window.find("scan-seen", '[data-kind="payment"]');
  await window.sats("scan-amount", asked);
  await window.picture("10-scan-seen");
  await window.press("scan-use");
  await window.find("send-amount");
  assert.equal(await window.value("send-amount"), "0.0003");
  yield "a picture of a payment code is scanned and fills in the payment";

  await keepsWhenTurned(window.browser, '[data-testid="send-amount"]');
  await window.press("nav-home");
  await window.find("balance");
  await window.browser.press("k", { ctrl: true });
  await window.fill("palette-field", "coins");
  await keepsWhenTurned(window.browser, '[data-testid="palette-field"]');
  await window.browser.back();
  await window.gone("palette");
  await window.find("balance");
  yield "a window that is turned keeps what was typed, and the way back closes what lies on top";

  await window.press("lock");
  await until("the lock", async () => (await window.attribute("app", "data-vault")) === "locked");
  assert.equal(await window.there("balance"), false);
  await window.picture("11-locked");
  yield "locking clears the screen";

  // A browser starts the program once more for a link. That one hands it over and ends; nothing of it shows while it is locked.
  const link = `bitcoin:${ELSEWHERE.toUpperCase()}?amount=0.0003&label=Bakery`;
  await again(application, ["--home", join(scratch, "first"), link], { env: { ...process.env, XDG_RUNTIME_DIR: runtime } });
  assert.equal(await window.there("send-amount"), false);

  if (!(await window.browser.handles()).some((each) => each !== window.main)) await window.press("unlock");
  await window.sealed(async (sealed) => {
    await sealed.fill("#passphrase", "not the right one");
    await sealed.submit();
    await sealed.error();
    await sealed.picture("12-sealed-wrong");
    await sealed.fill("#passphrase", PASSPHRASE);
    await sealed.submit();
  });
  await window.find("send-amount");
  yield "a wrong passphrase is refused in place and the right one unlocks";

  assert.equal(await window.browser.run("return document.querySelector('[data-testid=send-amount]').value"), "0.0003");
  await window.picture("12-link");
  await window.press("nav-home");
  await window.find("balance", "[data-sats]");
  yield "a payment link that was opened while it was locked fills the screen, and nothing more";

  const doomed = await send(window, consent, "0.002");
  await window.press("sent-open");
  await window.press("tx-cancel");
  consent.next("agree");
  await window.press("tx-cancel-confirm");
  await prove(window);
  const [cancelling] = await until("the replacement", async () => {
    const mempool = await chain.mempool();
    return mempool.length === 1 && mempool[0] !== doomed && mempool;
  });
  await chain.mine();
  await window.press("nav-home");
  await window.find("tx-row", `[data-txid="${cancelling}"][data-status="confirmed"]`);
  await window.find("tx-row", `[data-txid="${doomed}"][data-status="replaced"]`);
  await window.picture("13-home-cancelled");
  const balance = await window.attribute("balance", "data-sats");
  yield "a pending payment is cancelled by a replacement that confirms";

  const file = join(scratch, "everyday.satchel");
  await window.press("nav-more");
  await window.link("Backup");
  await window.picture("14-backup");
  consent.next(file, "agree");
  await window.press("export");
  await window.sealed((sealed) => choosePassphrase(sealed, FILE_PASSPHRASE));
  await prove(window);
  await window.find("backup-result");
  assert.equal(consent.unanswered, 0);
  yield "the wallet is exported to an encrypted file";

  assert.deepEqual(pageErrors(lines), []);
  await window.close();

  window = await WalletWindow.open({ driver, application, home: join(scratch, "second"), out });
  world.window = window;
  await window.press("welcome-existing");
  consent.next(file);
  await window.press("welcome-import");
  await window.sealed((sealed) => choosePassphrase(sealed, PASSPHRASE));
  await window.sealed(async (sealed) => {
    await sealed.fill("#passphrase", FILE_PASSPHRASE);
    await sealed.submit();
  });
  await window.press("nav-home");
  await window.sats("balance", Number(balance));
  await window.picture("15-second-home");
  await window.close();
  yield "the file brings the same balance to a second home";

  // The same words have been used for a second kind of wallet, by some other program.
  await chain.faucet(await elsewhere(world, words), 700_000);
  window = await WalletWindow.open({ driver, application, home: join(scratch, "third"), out });
  world.window = window;
  await window.press("welcome-existing");
  await window.press("welcome-restore");
  await window.picture("16-restore");
  await window.press("create-submit");
  await window.sealed((sealed) => choosePassphrase(sealed, PASSPHRASE));
  await window.sealed(async (sealed) => {
    for (const [i, word] of words.entries()) await sealed.fill(`#word-${i + 1}`, i === 4 ? misspelt(word) : word);
    await sealed.says("#verdict", /^Word 5 is not one of the recovery words/);
    await sealed.picture("17-sealed-wrong-word");
    await sealed.click("#submit");
    assert.match(await sealed.error(), /word 5/);
    // As a last word at most one of these fits: they differ in the checksum alone (BIP-0039). Any other wrong word fits once in sixteen.
    await sealed.fill("#word-12", "zoo");
    await sealed.fill("#word-5", words[4]);
    if ((await sealed.says("#verdict", /fit together/)).startsWith("These")) await sealed.fill("#word-12", "zone");
    await sealed.says("#verdict", /do not fit together/);
    await sealed.fill("#word-12", words[11]);
    await sealed.says("#verdict", /^These words fit together/);
    await sealed.picture("18-sealed-words-fit");
    await sealed.submit();
    await sealed.one("#kind-taproot:checked");
    await sealed.one("#kind-segwit:checked");
    const shown = await sealed.browser.attribute(await sealed.one("label[for='kind-taproot'] .address"), "data-address");
    assert.equal(shown, address);
    await sealed.picture("19-sealed-choose");
    await sealed.submit();
  });
  await window.press("nav-home");
  await window.sats("balance", Number(balance));
  await window.picture("20-third-home");
  const wallets = await window.browser.run("return document.body.innerText");
  assert.match(wallets, /Native SegWit/);
  await window.close();
  yield "recovery words, one of them wrong at first, bring back both kinds of wallet they were used for";
}

/** A word with a letter too many, which is none of the list. */
function misspelt(word) {
  return `${word.slice(0, 2)}q${word.slice(2)}`;
}

/** A picture of a code, as a shop shows it. */
function picture({ cli, scratch }, link) {
  const show = ["--home", join(scratch, "shop"), "--json", "qr", "show", "-", "--as", "png", "--out", join(scratch, "codes")];
  return JSON.parse(execFileSync(cli, show, { encoding: "utf8", input: link })).files[0];
}

/** The first native segwit address of words, as another program makes it. */
async function elsewhere({ cli, scratch }, words) {
  const file = join(scratch, "words");
  await writeFile(file, words.join(" "));
  const home = join(scratch, "elsewhere");
  const restore = ["--home", home, "--json", "wallet", "restore", "--name", "Other", "--network", "regtest"];
  const answer = execFileSync(cli, [...restore, "--script-type", "segwit", "--words-file", file, "--yes"], {
    encoding: "utf8",
    env: { ...process.env, SATCHEL_PASSPHRASE: PASSPHRASE },
  });
  await rm(file);
  return JSON.parse(answer).wallets[0].first_address;
}
