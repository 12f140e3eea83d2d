// The red team in the real window: `cargo xtask redteam [canary|leaks|hostile]`.
//
// Usage: node e2e/redteam/run.mjs NAME... under a display and a session bus, as root: it reads other processes' memory.
// Programs are those of SATCHEL_TARGET_DIR.

import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Consent } from "../lib/consent.mjs";
import { binary, root, startDriver } from "../lib/driver.mjs";
import { stopAll } from "../lib/processes.mjs";
import { Chain } from "../lib/sandbox.mjs";
import { canary } from "./canary.mjs";
import { hostile } from "./hostile.mjs";
import { leaks } from "./leaks.mjs";

const PARTS = { leaks, canary, hostile };

async function part(name) {
  const scratch = await mkdtemp(join(tmpdir(), `satchel-redteam-${name}-`));
  const out = join(root, "e2e", "out");
  await mkdir(out, { recursive: true });
  const profile = join(scratch, "profile");
  await mkdir(profile);
  let passed = 0;
  let world = {};
  try {
    const node = join(scratch, "node");
    await mkdir(node);
    const chain = await Chain.start(binary("satchel-sandbox"), ["--data-dir", node]);
    const socket = join(scratch, "consent");
    const consent = await Consent.listen(socket);
    const env = {
      SATCHEL_SANDBOX_URL: chain.url,
      SATCHEL_SANDBOX_COOKIE: join(node, ".cookie"),
      SATCHEL_E2E_SOCKET: socket,
      SATCHEL_LOG: "debug",
      // Whatever the web engine keeps for a person is looked through as well.
      HOME: profile,
      XDG_DATA_HOME: join(profile, "data"),
      XDG_CACHE_HOME: join(profile, "cache"),
      XDG_CONFIG_HOME: join(profile, "config"),
    };
    const { url, lines } = await startDriver(env);
    world = { chain, node, consent, driver: url, lines, application: binary("satchel-wallet"), scratch, profile, out };
    for await (const step of PARTS[name](world)) console.log(`ok ${(passed += 1)} ${step}`);
    await consent.close();
    return [passed, 0];
  } catch (error) {
    console.error(error);
    await world.window?.picture(`redteam-${name}-failed`).catch(() => undefined);
    const page = await world.window?.browser.run("return location.href + ' ' + document.body.innerText").catch(() => "");
    console.error(`the page says: ${page}`);
    return [passed, 1];
  } finally {
    await stopAll();
    if (!process.argv.includes("--keep")) await rm(scratch, { recursive: true, force: true });
  }
}

let [passed, failed] = [0, 0];
const names = process.argv.slice(2).filter((word) => !word.startsWith("--"));
for (const name of names.length > 0 ? names : Object.keys(PARTS)) {
  const [good, bad] = await part(name);
  [passed, failed] = [passed + good, failed + bad];
}
console.log(`redteam: ${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
