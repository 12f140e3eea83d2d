// The window as people get it, without the doors that the driven build has: private pages, no remote control. It is
// worked by keys and looked at by its colours, since nothing else gets in.
//
// Usage: node e2e/shipped.mjs under a display and a session bus. Reads the programs from target/debug, or from SATCHEL_TARGET_DIR.

import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { start, stopAll } from "./lib/processes.mjs";
import { Chain } from "./lib/sandbox.mjs";
import { until } from "./lib/until.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const target = process.env.SATCHEL_TARGET_DIR ?? process.env.CARGO_TARGET_DIR ?? join(root, "target");
const binary = (name) => join(target, "debug", name);
const PASSPHRASE = "four random words here";
const LINK = "bitcoin:bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080?amount=0.0002";
// `--accent` and `--practice` of src/styles/tokens.css in light: a button that can be pressed, and the band of a practice network,
// which is there only while a wallet is open.
const [ACCENT, BAND] = ["8A4F0F", "0B5C66"];
const ENOUGH = 2000;

/** Counts the pixels of a colour on the screen. */
function pixels(colour) {
  const seen = execFileSync("import", ["-window", "root", "-depth", "8", "-format", "%c", "histogram:info:-"], { encoding: "utf8" });
  const line = seen.split("\n").find((each) => each.toUpperCase().includes(`#${colour}`));
  return line ? Number.parseInt(line, 10) : 0;
}

const key = (...args) => execFileSync("xdotool", args);

/** Returns the processes that draw pages of a program. */
function pages(program) {
  try {
    return execFileSync("pgrep", ["-P", String(program), "-f", "WebKitWebProcess"], { encoding: "utf8" }).trim().split("\n");
  } catch {
    return [];
  }
}

/** Types the passphrase once the sealed window takes it. Its field has the focus from the start. */
async function unlock() {
  await until("the wallet to open", async () => {
    if (pixels(BAND) > ENOUGH) return true;
    key("type", "--delay", "20", PASSPHRASE);
    key("key", "Return");
    return until("the answer", () => pixels(BAND) > ENOUGH, { seconds: 5 }).catch(() => false);
  });
}

/** Returns the window of the open question, if there is one. */
function question() {
  try {
    return execFileSync("xdotool", ["search", "--onlyvisible", "--name", "^Send this payment"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Waits as long as a person needs to read: an answer that comes sooner counts for nothing. */
async function read() {
  const since = Date.now();
  await until("the question to be read", () => Date.now() - since > 1000);
}

/** Presses keys in the open question. There is no window manager here to give it the keyboard. */
function answer(...keys) {
  const open = question();
  if (open) key("windowfocus", "--sync", open, "key", ...keys);
}

/** Clicks into the window, at a place of its own. */
function click(x, y) {
  const window = execFileSync("xdotool", ["search", "--onlyvisible", "--name", "^Satchel$"], { encoding: "utf8" }).trim().split("\n")[0];
  key("mousemove", "--window", window, String(x), String(y), "click", "1");
}

/** Fills in a payment and asks to send it. Each step waits for what the one before it draws. */
async function askToPay() {
  await until("the question", async () => {
    if (question()) return true;
    click(900, 20);
    key("key", "s");
    // The field, the amount that the link brought along, the button of the last step.
    for (const [x, y, ...then] of [
      [660, 290, "key", "ctrl+a", "type", "--delay", "5", LINK],
      [600, 335],
      [669, 687],
    ]) {
      await settled();
      click(x, y);
      if (then.length > 0) key(...then);
      if (y !== 687) key("key", "Return");
    }
    return until("it to open", () => question(), { seconds: 5 }).catch(() => false);
  });
}

/** Waits until the screen stays as it is. */
async function settled() {
  const look = () => execFileSync("import", ["-window", "root", "-depth", "8", "-format", "%#", "info:-"], { encoding: "utf8" });
  let last;
  await until("a still picture", () => {
    const now = look();
    const still = now === last;
    last = now;
    return still;
  }, { seconds: 5 }).catch(() => undefined);
}

/** Opens it again from the lock screen. */
async function reopen() {
  // The one button of the lock screen, in the middle of the window.
  await until("the sealed window again", async () => {
    const size = execFileSync("xdotool", ["getdisplaygeometry"], { encoding: "utf8" }).trim().split(" ").map(Number);
    key("mousemove", String(Math.round(size[0] / 2)), String(Math.round(size[1] / 2) + 109), "click", "1");
    return until("its button", () => pixels("F5F2ED") < 400_000 && pixels(ACCENT) > ENOUGH, { seconds: 5 }).catch(() => false);
  });
  await unlock();
}

async function main() {
  const scratch = await mkdtemp(join(tmpdir(), "satchel-shipped-"));
  const home = join(scratch, "home");
  let [passed, failed] = [0, 0];
  const held = (step) => console.log(`ok ${++passed} ${step}`);
  try {
    const chain = await Chain.start(binary("satchel-sandbox"));
    const env = { ...process.env, SATCHEL_PASSPHRASE: PASSPHRASE, SATCHEL_SANDBOX_URL: chain.url };
    const cli = (...args) => JSON.parse(execFileSync(binary("satchel"), ["--home", home, "--json", ...args], { env, encoding: "utf8" }) || "null");
    cli("wallet", "create", "--name", "Main", "--network", "regtest");
    await chain.faucet(cli("address", "new").address, 1_000_000);
    await chain.mine();
    cli("sync");
    const wallet = start(binary("satchel-wallet"), ["--home", home], { env: { SATCHEL_SANDBOX_URL: chain.url, SATCHEL_PASSPHRASE: "" } });
    await until("the button of the sealed window", () => pixels(ACCENT) > ENOUGH);
    held("the sealed window shows its page at the start");
    await unlock();
    held("the passphrase typed there opens the wallet");

    await until("the sealed window's page to be gone", () => pages(wallet.child.pid).length === 1);
    const [before] = pages(wallet.child.pid);
    process.kill(Number(before), "SIGKILL");
    await until("another page", () => pages(wallet.child.pid).some((page) => page !== before) && pixels(BAND) > ENOUGH);
    held("a page whose process ended is loaded anew, and shows the wallet that stayed open");

    await askToPay();
    answer("Return");
    await until("the question to go", () => question() === undefined);
    held("a question is the toolkit's own, and Enter says no to it");
    await askToPay();
    answer("ctrl+l");
    await until("the lock", () => question() === undefined && pixels(BAND) === 0);
    held("the lock's keys lock it, and take the open question away");
    if ((await chain.mempool()).length > 0) throw new Error("something was sent");
    held("what was refused or taken away sent nothing");
    await reopen();
    held("it opens a second time");
    await askToPay();
    execFileSync("dbus-send", ["--session", "--type=signal", "/org/gnome/ScreenSaver", "org.gnome.ScreenSaver.ActiveChanged", "boolean:true"]);
    await until("the lock", () => question() === undefined && pixels(BAND) === 0);
    held("a screen that is locked locks it, and takes the open question away");
    await reopen();

    await askToPay();
    // Faster than anybody reads: it asks again.
    answer("Tab", "Return");
    await until("the question to be answered", async () => {
      await read();
      answer("Tab", "Return");
      return until("the sealed window", () => question() === undefined && pixels(ACCENT) > ENOUGH, { seconds: 5 }).catch(() => false);
    });
    await until("the payment", async () => {
      // The field of the sealed window, in the middle of the screen.
      const [width, height] = execFileSync("xdotool", ["getdisplaygeometry"], { encoding: "utf8" }).trim().split(" ").map(Number);
      key("mousemove", String(width / 2 - 80), String(height / 2 + 14), "click", "1");
      key("type", "--delay", "20", PASSPHRASE);
      key("key", "Return");
      return until("it in the pool", async () => (await chain.mempool()).length === 1, { seconds: 5 }).catch(() => false);
    });
    held("agreed to by keys and proven, the payment is sent");
  } catch (error) {
    failed = 1;
    console.error(error);
    await mkdir(join(root, "e2e", "out"), { recursive: true });
    execFileSync("import", ["-window", "root", join(root, "e2e", "out", "shipped-failed.png")]);
  } finally {
    await stopAll();
    await rm(scratch, { recursive: true, force: true });
  }
  console.log(`shipped: ${passed} passed, ${failed} failed`);
  process.exit(failed);
}

await main();
