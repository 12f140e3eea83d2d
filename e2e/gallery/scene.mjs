// Going to a scene of the gallery: the browser, a page that tells what goes wrong in it, and every list of scenes.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { SHOTS } from "../gallery.mjs";
import { CONSOLE_SHOTS } from "./console.mjs";
import { SEALED_SHOTS, standIn } from "./sealed.mjs";

/** Sizes of windows; the phones' are those that everything is designed for. */
export const SIZES = { desk: { width: 1080, height: 760 }, phone: { width: 360, height: 640 }, tall: { width: 390, height: 844 } };

/** Every scene: its name, how a page goes to it, and whether it is of the sealed page. */
export const SCENES = [
  ...[["", SHOTS], ["console.html", CONSOLE_SHOTS]].flatMap(([file, shots]) =>
    shots.map(([name, scenario, path, act]) => ({ name, address: (more) => `${file}?fake=${scenario}${more}#${path}`, act })),
  ),
  ...SEALED_SHOTS.map(([name, task, answer, act]) => ({ name, part: { task, answer }, act })),
];

/** Of a command line's words, those scenes whose name holds one; a word with a mark at its end is the whole name. */
export function chosenScenes(words) {
  const wanted = ({ name }) => words.length === 0 || words.some((word) => (word.endsWith("!") ? name === word.slice(0, -1) : name.includes(word)));
  return SCENES.filter(wanted);
}

const PROGRAMS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Starts Chromium, quiet and with a camera that is none. */
export function startBrowser(more = []) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? PROGRAMS.find((path) => existsSync(path)) ?? PROGRAMS[0],
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", ...more],
  });
}

/** What gives pages a camera whose owner says yes. */
export const CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];

/** Opens a page in a context. `fault` hears what the page says is wrong; `part` plays Rust's side of the sealed page. */
export async function openPage(context, fault) {
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await page.addInitScript(() => document.addEventListener("securitypolicyviolation", (event) =>
    console.error(`policy: ${event.effectiveDirective} refused ${event.blockedURI} ${event.sample}`)));
  page.on("console", (message) => {
    if (message.text().startsWith("policy:") || message.type() === "error") fault(message.text());
  });
  page.on("pageerror", (error) => fault(`page error: ${error.message}`));
  let part;
  await page.exposeFunction("sealedPart", () => part);
  await page.addInitScript(`if (location.pathname.startsWith("/sealed/")) (${standIn})();`);
  return { page, play: (next) => void (part = next) };
}

/** Brings a page to a scene, without what its owner does there. */
export async function enter({ page, play }, scene, { base, theme, more = "" }) {
  await page.goto("about:blank");
  play(scene.part);
  if (scene.part === undefined) {
    await page.goto(base + scene.address(more));
    await page.waitForSelector("[data-testid=app]");
  } else {
    await page.goto(`${base}sealed/index.html#${theme}`);
    await page.waitForSelector("#sealed > *");
  }
}
