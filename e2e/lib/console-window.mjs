// The node console's window beside the wallet's, as a person uses it.

import { until } from "./until.mjs";
import { WalletWindow } from "./wallet-window.mjs";

/** Opens the console from the wallet's window and works in it from then on. */
export async function openConsole(window) {
  await window.press("nav-more");
  await window.press("open-console");
  const handle = await until("the console's window", async () => (await window.browser.handles()).find((each) => each !== window.main));
  await window.browser.switchTo(handle);
  const page = new WalletWindow(window.browser, handle, window.out);
  [page.beside, window.beside] = [[window.main], [handle]];
  await until("its page", () => page.there("app"));
  return page;
}

/** Closes the console by its own command, and works in the wallet's window from then on. */
export async function closeConsole(window, page) {
  await window.browser.switchTo(page.main);
  // It is gone before it can answer.
  await window.browser.run(`window.__TAURI_INTERNALS__.invoke("cmd_close_console").catch(() => undefined); return 1`).catch(() => undefined);
  await until("the console to close", async () => !(await window.browser.handles()).includes(page.main));
  window.beside = [];
  await window.browser.switchTo(window.main);
}

/** Shows another view of the console. */
export const goToView = (page, path) => page.browser.run("location.hash = arguments[0]", path);

/** Chooses in a list of the system's. */
export async function choose(page, id, value) {
  await page.find(id);
  await page.browser.run(
    `const one = document.querySelector('[data-testid="' + arguments[0] + '"]'); one.value = arguments[1]; one.dispatchEvent(new Event("change", { bubbles: true }));`,
    id,
    value,
  );
}
