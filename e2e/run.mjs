// The real window on a real chain: create, receive, send, confirm, lock, unlock, cancel, export, import; the window
// and the command line as two devices; two windows as two devices; the node console; a phone whose network is slow, bad or gone.
//
// Usage: node e2e/run.mjs [scenario|devices|windows|console|network] [--keep] under a display and a session bus. Reads the programs from target/debug, or from
// SATCHEL_TARGET_DIR; pictures go to e2e/out.

import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { nodeConsole } from "./console.mjs";
import { devices } from "./devices.mjs";
import { Consent } from "./lib/consent.mjs";
import { binary, root, startDriver } from "./lib/driver.mjs";
import { stopAll } from "./lib/processes.mjs";
import { Chain } from "./lib/sandbox.mjs";
import { network } from "./network.mjs";
import { scenario } from "./scenario.mjs";
import { windows } from "./windows.mjs";

async function main() {
  const scratch = await mkdtemp(join(tmpdir(), "satchel-e2e-"));
  const out = join(root, "e2e", "out");
  await mkdir(out, { recursive: true });
  let failed = 0;
  let passed = 0;
  let world;
  try {
    const chain = await Chain.start(binary("satchel-sandbox"));
    const socket = join(scratch, "consent");
    // Where a second start finds the first.
    const runtime = join(scratch, "run");
    await mkdir(runtime, { mode: 0o700 });
    const consent = await Consent.listen(socket);
    const { url, lines } = await startDriver({ SATCHEL_SANDBOX_URL: chain.url, SATCHEL_E2E_SOCKET: socket, XDG_RUNTIME_DIR: runtime });
    world = { chain, consent, driver: url, lines, application: binary("satchel-wallet"), cli: binary("satchel"), scratch, out, runtime, socket, sandbox: binary("satchel-sandbox"), webdav: binary("webdav"), s3: binary("s3") };
    const stories = { scenario, devices, windows, console: nodeConsole, network };
    const chosen = process.argv.slice(2).filter((word) => word in stories);
    for (const name of chosen.length > 0 ? chosen : Object.keys(stories)) {
      for await (const step of stories[name](world)) {
        passed += 1;
        console.log(`ok ${passed} ${step}`);
      }
    }
    await consent.close();
  } catch (error) {
    failed = 1;
    console.error(error);
    // What a person would see now says more than the message.
    await world?.window?.picture("failed").catch(() => undefined);
    const page = await world?.window?.browser.run("return document.body.innerText").catch(() => "");
    console.error(`the page says: ${page}`);
  } finally {
    await stopAll();
    if (!process.argv.includes("--keep")) await rm(scratch, { recursive: true, force: true });
  }
  console.log(`e2e: ${passed} passed, ${failed} failed`);
  process.exit(failed);
}

await main();
