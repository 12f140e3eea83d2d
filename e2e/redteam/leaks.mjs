// A build that leaks on purpose: the scan must find each leak, by each road and in each form. A scan that finds nothing
// is worth something only after this.

import assert from "node:assert/strict";
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";

import { binary } from "../lib/driver.mjs";
import { Session, create, lock, places } from "./canary.mjs";
import { Eyes } from "./lib/eyes.mjs";

const TEXTS = ["raw", "hex", "HEX", "base58", "base64", "base64url", "numbers"];
const WORDS = ["words", "words, commas", "words in a row"];
// As text inside of JSON, quotes and line ends are written otherwise.
const PLAIN = [...WORDS, "words as JSON", "words, lines"];

/** What must be found by each road. */
const ROADS = {
  "the page's answers": [...TEXTS, ...WORDS],
  "the page's events": [...TEXTS, ...WORDS],
  "the page's console": [...TEXTS, ...PLAIN],
  "the log": [...TEXTS, ...PLAIN],
  "the home": [...TEXTS, ...PLAIN, "utf16"],
  "the clipboard: CLIPBOARD": [...TEXTS, ...PLAIN],
  "the clipboard: PRIMARY": [...TEXTS, ...PLAIN],
  "the memory of web process": [...TEXTS, "utf16", ...TEXTS.slice(1).map((form) => `${form}, utf16`), ...PLAIN, ...PLAIN.map((form) => `${form}, utf16`)],
  "the memory of the wallet's process": [...TEXTS, ...PLAIN, "utf16"],
};

export async function* leaks(world) {
  const { scratch, profile } = world;
  const eyes = await Eyes.draw(scratch);
  const [home, exported, backups] = ["home", "exported.satchel", "backups"].map((name) => join(scratch, name));
  await mkdir(backups);
  const application = join(scratch, "satchel-wallet");
  await copyFile(binary("satchel-wallet-leaking"), application);
  const session = await Session.open(Object.assign(world, { application }), eyes, home);
  const { window } = session;
  await create(session);
  const refused = await window.browser.runAsync(`
    window.__TAURI_INTERNALS__.invoke("cmd_report_page_error", { req: { kind: "error", message: "" } })
      .then(() => arguments[0]("taken"), () => arguments[0]("refused"))`);
  assert.equal(refused, "refused");
  await lock(session);
  const { hits } = await eyes.look([home], await places(session, { exported, backups, profile }, { main: true }));
  for (const [road, forms] of Object.entries(ROADS)) {
    const found = new Set(hits.filter(({ place, secret }) => place.startsWith(road) && /^(passphrase|words)/.test(secret)).map(({ form }) => form));
    assert.deepEqual(forms.filter((form) => !found.has(form)), [], `missed in ${road}; found ${[...found].join("; ")}`);
    yield `a_leak_is_found_in_each_form_by_this_road: ${road} (${forms.length} forms)`;
  }
  await window.close();
}
