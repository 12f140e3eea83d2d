// Every screen of the real window on a real chain, in light and dark, at the sizes of a desktop and a phone.
//
// Usage: node e2e/screens.mjs [--sizes=desk,phone,tall,large,tall_large] [--sheets=DIR] [word…] under a display and a session bus, with the programs
// that `cargo xtask test e2e` built (SATCHEL_TARGET_DIR, TAURI_DRIVER as for run.mjs). Pictures go to e2e/out/screens;
// it fails when something is wide, cut or covered, or when the page broke its policy or threw. With --sheets, one sheet of small
// pictures for each look goes to that folder. CONTRIBUTING.md has the whole command.

import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Consent } from "./lib/consent.mjs";
import { binary, pageErrors, root, startDriver } from "./lib/driver.mjs";
import { stopAll } from "./lib/processes.mjs";
import { Chain } from "./lib/sandbox.mjs";
import { WalletWindow } from "./lib/wallet-window.mjs";
import { Album } from "./screens/album.mjs";
import { firstMinutes, history, share } from "./screens/history.mjs";
import { sheets } from "./screens/sheets.mjs";
import { consoleScreens, lockedScreens, offlineScreens, openScreens } from "./screens/visits.mjs";

/** Window size and how large the reader's text is. */
const SIZES = {
  desk: [1080, 760, 1],
  phone: [360, 640, 1],
  tall: [390, 844, 1],
  large: [360, 640, 2],
  tall_large: [390, 844, 2],
};

async function main() {
  const scratch = await mkdtemp(join(tmpdir(), "satchel-screens-"));
  const out = join(root, "e2e", "out", "screens");
  await mkdir(out, { recursive: true });
  const words = process.argv.slice(2).filter((word) => !word.startsWith("--"));
  const asked = process.argv.find((word) => word.startsWith("--sizes="))?.slice(8).split(",") ?? Object.keys(SIZES);
  const data = join(scratch, "node");
  await mkdir(data);
  const chain = await Chain.start(binary("satchel-sandbox"), ["--data-dir", data]);
  const socket = join(scratch, "consent");
  const consent = await Consent.listen(socket);
  // At no size but a phone's it has a phone's form as well: one view at a time, and the console a place among the screens.
  const phone = !asked.includes("desk");
  const { url, lines } = await startDriver({
    SATCHEL_SANDBOX_URL: chain.url,
    SATCHEL_SANDBOX_COOKIE: join(data, ".cookie"),
    SATCHEL_E2E_SOCKET: socket,
    ...(phone ? { SATCHEL_FORM: "phone" } : {}),
  });
  const window = await WalletWindow.open({ driver: url, application: binary("satchel-wallet"), home: join(scratch, "home"), out });
  const album = new Album(window, words);
  try {
    const looks = asked.flatMap((size) => ["light", "dark"].map((theme) => ({ size, theme, shape: SIZES[size] })));
    await album.look(looks[0]);
    const wallet = await firstMinutes({ window, consent, album, looks });
    const { sent } = await history({ window, consent, chain });
    await share({ window });
    for (const look of looks) {
      await album.look(look);
      await openScreens({ window, consent, album, sent });
      if (phone) await consoleScreens({ window, album });
      await lockedScreens({ window, consent, album, wallet });
    }
    await chain.stop();
    for (const look of looks) {
      await album.look(look);
      await offlineScreens({ window, album });
    }
    album.faults.push(...pageErrors(lines));
  } catch (error) {
    album.faults.push(String(error.stack ?? error));
    await album.take("failed", { anyway: true }).catch(() => undefined);
  } finally {
    await window.close().catch(() => undefined);
    await consent.close();
    await stopAll();
    await rm(scratch, { recursive: true, force: true });
  }
  const to = process.argv.find((word) => word.startsWith("--sheets="))?.slice(9);
  if (to) await sheets({ pictures: out, to, names: album.names, looks: asked.flatMap((size) => ["light", "dark"].map((theme) => `${size}.${theme}`)) });
  for (const fault of album.faults) console.error(fault);
  console.log(`screens: ${album.taken} pictures in e2e/out/screens, ${album.faults.length} faults`);
  process.exit(album.faults.length === 0 ? 0 : 1);
}

await main();
