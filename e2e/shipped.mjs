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
import { until } from "./lib/until.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const target = process.env.SATCHEL_TARGET_DIR ?? process.env.CARGO_TARGET_DIR ?? join(root, "target");
const binary = (name) => join(target, "debug", name);
const PASSPHRASE = "four random words here";
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

/** Types the passphrase once the sealed window takes it. Its field has the focus from the start. */
async function unlock() {
  await until("the wallet to open", async () => {
    if (pixels(BAND) > ENOUGH) return true;
    key("type", "--delay", "20", PASSPHRASE);
    key("key", "Return");
    return until("the answer", () => pixels(BAND) > ENOUGH, { seconds: 5 }).catch(() => false);
  });
}

async function main() {
  const scratch = await mkdtemp(join(tmpdir(), "satchel-shipped-"));
  const home = join(scratch, "home");
  let [passed, failed] = [0, 0];
  const held = (step) => console.log(`ok ${++passed} ${step}`);
  try {
    const env = { SATCHEL_PASSPHRASE: PASSPHRASE };
    execFileSync(binary("satchel"), ["--home", home, "wallet", "create", "--name", "Main", "--network", "regtest"], { env: { ...process.env, ...env } });
    start(binary("satchel-wallet"), ["--home", home], { env: { SATCHEL_SANDBOX_URL: "http://127.0.0.1:1", SATCHEL_PASSPHRASE: "" } });
    await until("the button of the sealed window", () => pixels(ACCENT) > ENOUGH);
    held("the sealed window shows its page at the start");
    await unlock();
    held("the passphrase typed there opens the wallet");
    key("key", "ctrl+l");
    await until("the lock", () => pixels(BAND) === 0);
    held("the lock's keys lock it");
    // The one button of the lock screen, in the middle of the window.
    await until("the sealed window again", async () => {
      const size = execFileSync("xdotool", ["getdisplaygeometry"], { encoding: "utf8" }).trim().split(" ").map(Number);
      key("mousemove", String(Math.round(size[0] / 2)), String(Math.round(size[1] / 2) + 109), "click", "1");
      return until("its button", () => pixels("F5F2ED") < 400_000 && pixels(ACCENT) > ENOUGH, { seconds: 5 }).catch(() => false);
    });
    await unlock();
    held("it opens a second time");
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
