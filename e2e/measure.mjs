// Measures every screen in every state at a phone's sizes, under a finger, in Chromium: `npm run measure [word…]`.
//
// Of each scene of the gallery, at 360 × 640 and 390 × 844, in light and dark, with text as large and twice as large as usual: nothing is wide,
// cut or covered (lib/page-faults.mjs), what is pressed is as large as a finger, the main act is within a thumb's reach, the Tab
// key goes down the page (measure/finger.mjs), text can be read on what it stands on (measure/eye.mjs), nothing lies under
// a notch or a bar, upright and on its side, and all of it is mirrored where lines are read from the right
// (measure/place.mjs). At 310 % text, the largest that an iPhone has, nothing is wide, cut or covered.
//
// Words choose scenes, as for the gallery. Takes no pictures: `npm run gallery` does.

import { cpus } from "node:os";
import { CAMERA, chosenScenes, enter, openPage, SIZES, startBrowser } from "./gallery/scene.mjs";
import { serve } from "./lib/fake-page.mjs";
import { pageFaults } from "./lib/page-faults.mjs";
import { eyeFaults } from "./measure/eye.mjs";
import { FINGER, fingerFaults, orderFaults, REACH, reachFaults } from "./measure/finger.mjs";
import { insetFaults, mirrorFaults, noteBoxes } from "./measure/place.mjs";

const PORT = Number(process.env.GALLERY_PORT ?? 4175);
const base = `http://127.0.0.1:${PORT}/`;
/** Scenes that are measured at a time: each waits for frames more than it works. */
const HANDS = Math.min(4, cpus().length + 1);
/** The largest text of an iPhone's settings for people who see little: its body text has 53 px, and 17 px usually. */
const LARGEST = 3.1;
/** Notch, corners and bars of a phone that has all of them. */
const UPRIGHT = { top: 59, right: 0, bottom: 34, left: 0 };
const ASIDE = { top: 0, right: 59, bottom: 21, left: 59 };
const SIDEWAYS = { width: 844, height: 390 };

/** Runs in the page: has what is said of it take effect, and what watches sizes its turn. */
const DRESS = ({ text, theme, dir }) => {
  const root = document.documentElement;
  root.style.fontSize = `${16 * text}px`;
  root.dataset.theme = theme;
  root.dir = dir;
  return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())));
};
/** Runs in the page: waits until nothing changes in it for a moment. Some never rest: a code of many frames, a clock. */
const REST = ({ still, most }) => new Promise((done) => {
  let timer;
  const over = () => {
    clearTimeout(timer);
    clearTimeout(end);
    seen.disconnect();
    done();
  };
  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(over, still);
  };
  const end = setTimeout(over, most);
  const seen = new MutationObserver(again);
  seen.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  again();
});

/** Everything that is measured of one scene. Returns how many looks there were. */
async function measure(stage, cdp, scene, say) {
  const { page } = stage;
  let looks = 0;
  const look = async (name, how, checks) => {
    await page.evaluate(DRESS, { text: 1, theme: "light", dir: "ltr", ...how });
    looks += 1;
    for (const [check, given] of checks) for (const fault of await page.evaluate(check, given)) say(name, fault);
  };
  for (const [size, shape] of Object.entries({ phone: SIZES.phone, tall: SIZES.tall })) {
    await page.setViewportSize(shape);
    // Colours do not depend on how high a screen is.
    const eyes = size === "phone" ? [[eyeFaults]] : [];
    for (const text of [1, 2]) {
      const name = `${size}, ${text * 100} %`;
      await look(name, { text }, [[pageFaults], [fingerFaults, FINGER], [orderFaults], ...eyes, ...(text === 1 ? [[reachFaults, REACH]] : [])]);
      await page.evaluate(noteBoxes);
      await look(`${name}, from the right`, { text, dir: "rtl" }, [[pageFaults], [mirrorFaults]]);
      await look(`${name}, dark`, { text, theme: "dark" }, [[pageFaults], ...eyes]);
    }
    await look(`${size}, ${LARGEST * 100} %`, { text: LARGEST }, [[pageFaults]]);
  }
  for (const [name, shape, insets] of [["upright", SIZES.tall, UPRIGHT], ["on its side", SIDEWAYS, ASIDE]]) {
    await page.setViewportSize(shape);
    await cdp.send("Emulation.setSafeAreaInsetsOverride", { insets });
    await look(name, {}, [[pageFaults], [insetFaults, insets]]);
  }
  await cdp.send("Emulation.setSafeAreaInsetsOverride", { insets: {} });
  return looks;
}

const scenes = chosenScenes(process.argv.slice(2).filter((word) => !word.startsWith("--")));
const server = await serve(PORT);
const browser = await startBrowser(CAMERA);
/** Sentences, each with where it holds. */
const faults = new Map();
let looks = 0;
const waiting = [...scenes];
const began = Date.now();
async function work() {
  let now = "";
  const say = (name, fault) => faults.set(`${now}: ${fault}`, [...(faults.get(`${now}: ${fault}`) ?? []), name]);
  const context = await browser.newContext({ viewport: SIZES.phone, reducedMotion: "reduce", deviceScaleFactor: 2, hasTouch: true, isMobile: true });
  const stage = await openPage(context, (text) => say("", text));
  const cdp = await context.newCDPSession(stage.page);
  // A finger does what the gallery's hand does.
  const finger = Object.getPrototypeOf(stage.page.locator("body"));
  finger.click = finger.tap;
  Object.getPrototypeOf(stage.page).click = Object.getPrototypeOf(stage.page).tap;
  for (let scene = waiting.shift(); scene !== undefined; scene = waiting.shift()) {
    now = scene.name;
    try {
      await stage.page.setViewportSize(SIZES.phone);
      await enter(stage, scene, { base, theme: "light", more: "&latency=1" });
      await stage.page.evaluate(REST, { still: 60, most: 500 });
      if (scene.act) await scene.act(stage.page);
      await stage.page.evaluate(REST, { still: 60, most: 500 });
      const seen = await measure(stage, cdp, scene, say);
      looks += seen;
    } catch (error) {
      say("", error.message.split("\n")[0]);
    }
  }
  await context.close();
}
try {
  await Promise.all(Array.from({ length: HANDS }, work));
} finally {
  await browser.close();
  server.close();
}
for (const [fault, where] of [...faults].sort()) console.error(`${fault} (${where.join("; ")})`);
const wrong = new Set([...faults.keys()].map((fault) => fault.split(":")[0])).size;
console.log(`${looks} looks at ${scenes.length} scenes in ${Math.round((Date.now() - began) / 1000)} s`);
console.log(`screens: ${scenes.length - wrong} passed, ${wrong} failed`);
process.exitCode = wrong === 0 && scenes.length > 0 ? 0 : 1;
