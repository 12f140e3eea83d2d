// Satchel's window as a person uses it.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { Browser } from "./webdriver.mjs";
import { until } from "./until.mjs";

const byId = (id) => `[data-testid="${id}"]`;

export class WalletWindow {
  /** Windows that are open beside it and are not the sealed one. */
  beside = [];

  constructor(browser, main, out) {
    this.browser = browser;
    this.main = main;
    this.out = out;
  }

  static async open({ driver, application, home, out }) {
    const browser = await Browser.open(driver, {
      "tauri:options": { application, args: ["--home", home] },
      browserName: "wry",
    });
    const window = new WalletWindow(browser, await browser.handle(), out);
    await until("the page", () => window.there("app"));
    return window;
  }

  close() {
    return this.browser.close();
  }

  async there(id, more = "") {
    return (await this.browser.all(byId(id) + more)).length > 0;
  }

  /** Waits for an element and returns it. */
  find(id, more = "", options) {
    return until(`${id}${more}`, async () => (await this.browser.all(byId(id) + more))[0], options);
  }

  gone(id, more = "", options) {
    return until(`${id}${more} to go`, async () => !(await this.there(id, more)), options);
  }

  /** Clicks an element once it has stopped moving: a page that is still being laid out takes the click elsewhere. */
  async press(id, more = "") {
    let before = "";
    await until(`${id}${more} to take a click`, async () => {
      const element = await this.find(id, more);
      if (before === "") await this.browser.show(element);
      const now = JSON.stringify(await this.browser.rect(element));
      if (now !== before) {
        before = now;
        return false;
      }
      await this.browser.click(element);
      return true;
    });
  }

  /** Closes the notes that lie over the page. */
  async dismiss() {
    for (const button of await this.browser.all(".toast .icon-button")) await this.browser.click(button).catch(() => undefined);
  }

  /** Follows the link whose text starts like this. */
  link(text) {
    // A page that draws itself anew takes away what was just found; then it is looked for again.
    return until(`a link ${text}`, async () => {
      for (const link of await this.browser.all("main a, a")) {
        if (!(await this.browser.text(link)).startsWith(text)) continue;
        await this.browser.click(link);
        return true;
      }
      return false;
    });
  }

  async fill(id, text) {
    const element = await this.find(id);
    // The driver does not bring into view what lies below the window.
    await this.browser.show(element);
    await this.browser.clear(element);
    await this.browser.type(element, text);
  }

  async attribute(id, name, more = "") {
    const found = await until(`${id}${more}`, async () => ({ value: await this.browser.attribute(await this.find(id, more), name) }));
    return found.value;
  }

  async value(id) {
    const found = await until(id, async () => ({ value: await this.browser.run("return document.querySelector(arguments[0])?.value", byId(id)) }));
    return found.value;
  }

  async text(id, more = "") {
    // A driver tells the text that can be seen: of a sheet that is still opening it may tell none.
    return until(`${id}${more} to say something`, async () => this.browser.text(await this.find(id, more)));
  }

  /** Waits until an amount shows exactly this many satoshis. */
  sats(id, amount) {
    return until(`${id} to be ${amount}`, async () => (await this.attribute(id, "data-sats")) === String(amount));
  }

  /** Works in the sealed window that Rust opens, then comes back. */
  async sealed(work) {
    const handle = await until("the sealed window", async () =>
      (await this.browser.handles()).find((each) => each !== this.main && !this.beside.includes(each)),
    );
    await this.browser.switchTo(handle);
    const page = new SealedPage(this.browser, this);
    await until("the sealed page", () => page.ready());
    await work(page);
    await until("the sealed window to close", async () => !(await this.browser.handles()).includes(handle));
    await this.browser.switchTo(this.main);
  }

  async picture(name) {
    if (this.out) await writeFile(join(this.out, `${name}.png`), await this.browser.screenshot());
  }
}

/** FNV-1a over the letters; runs here and in the page. */
function sumOf(text) {
  let sum = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return sum;
}

class SealedPage {
  constructor(browser, window) {
    this.browser = browser;
    this.window = window;
    this.filled = new Map();
  }

  async one(css) {
    return until(css, async () => (await this.browser.all(css))[0]);
  }

  async ready() {
    return (await this.browser.all("#sealed form")).length > 0;
  }

  async #holds(css, text) {
    return (await this.browser.run(`return (${sumOf})(document.querySelector(arguments[0])?.value ?? "")`, css)) === sumOf(text);
  }

  /** Types a text, again when keys were lost on the way. What the field holds is compared by a sum made in the page, so that
   * no secret takes another road than the keys. */
  async fill(css, text) {
    this.filled.set(css, text);
    await until(`${css} to hold what was typed`, async () => {
      const element = await this.one(css);
      await this.browser.clear(element);
      await this.browser.type(element, text);
      return this.#holds(css, text);
    });
  }

  /** Types again what does not hold its text any more: the first keys for one field may still reach the one before. */
  async settle() {
    await until("every field to hold what was typed", async () => {
      let all = true;
      for (const [css, text] of this.filled) {
        if ((await this.browser.all(css)).length === 0 || (await this.#holds(css, text))) continue;
        all = false;
        await this.fill(css, text);
      }
      return all;
    });
  }

  async submit() {
    await this.settle();
    await this.#leave("#submit");
  }

  /** Clicks what may close this window. */
  async #leave(css) {
    const element = await this.one(css);
    await this.#closing(() => this.browser.click(element));
  }

  /** Does what may close this window: then it is gone before the answer, and the driver has several words for that. An error
   * of a window that stays is one. */
  async #closing(work) {
    const handle = await this.browser.handle();
    await work().catch(async (error) => {
      const gone = async () => !(await this.browser.handles()).includes(handle);
      if (error.code !== "no such window" && !(await until("the window to be gone", gone, { seconds: 5 }).catch(() => false))) throw error;
    });
  }

  /** Closes it by its key, without an answer. */
  escape() {
    return this.#closing(() => this.browser.press("Escape"));
  }

  /** Waits until an element says something like this, and returns what it says. */
  async says(css, words) {
    await this.settle();
    return until(`${css} to say ${words}`, async () => {
      const shown = (await this.browser.all(css))[0];
      const text = shown && (await this.browser.text(shown).catch(() => ""));
      return text?.match(words) && text;
    });
  }

  async click(css) {
    await this.browser.click(await this.one(css));
  }

  /** Closes it by its own button, without an answer. */
  leave() {
    return this.#leave("#cancel");
  }

  async error() {
    return until("an error", async () => {
      const shown = (await this.browser.all("#error[data-shown]"))[0];
      return shown && this.browser.text(shown);
    });
  }

  /** Shows the words and reads them. The page hides them again whenever its window has no focus. */
  async words() {
    await this.browser.run(`
      window.__seen = [];
      const cells = [...document.querySelectorAll(".word")];
      const look = () => cells.forEach((cell, i) => {
        if (!cell.textContent.includes("•")) window.__seen[i] = cell.textContent;
      });
      new MutationObserver((changes) => {
        for (const change of changes) for (const node of change.addedNodes) {
          const at = cells.indexOf(change.target);
          if (at >= 0 && !node.textContent.includes("•")) window.__seen[at] = node.textContent;
        }
        look();
      }).observe(document.querySelector(".words"), { subtree: true, childList: true, characterData: true });
    `);
    await this.browser.click(await this.one("#reveal"));
    return until("the words", async () => {
      const seen = await this.browser.run("return window.__seen");
      return seen.length >= 12 && seen.every(Boolean) && seen;
    });
  }

  done() {
    return this.#leave("#done");
  }

  async answerWords(words) {
    for (const field of await this.browser.all("input[id^='asked-']")) {
      const id = await this.browser.attribute(field, "id");
      await this.browser.type(field, words[Number(id.slice("asked-".length)) - 1]);
    }
  }

  picture(name) {
    return this.window.picture(name);
  }
}
