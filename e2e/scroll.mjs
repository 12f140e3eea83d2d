// How a list of 10,000 payments scrolls under a finger, in Chromium with touch emulated: `npm run scroll`.
//
// Prints frames a second and how many rows exist at once; fails when the list is drawn whole. The figure is of the machine and of
// what else it does, so nothing is asserted of it; `--throttle=4` makes the processor four times slower, as a cheap phone's.

import { startBrowser } from "./gallery/scene.mjs";
import { serve } from "./lib/fake-page.mjs";

const PORT = Number(process.env.GALLERY_PORT ?? 4174);
const ROWS = 10_000;
/** Rows that may exist at once on a phone: a view and a few around it. */
const MOST = 60;
const throttle = Number(process.argv.find((word) => word.startsWith("--throttle="))?.slice(11) ?? 1);

/** Runs in the page: notes the time of every frame, and how many rows there are then. */
function watch() {
  const frames = [];
  let most = 0;
  let on = true;
  const frame = (at) => {
    frames.push(at);
    most = Math.max(most, document.querySelectorAll('[role="listitem"]').length);
    if (on) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  window.satchelScroll = () => {
    on = false;
    return { frames, most, top: scrollY, whole: document.documentElement.scrollHeight, nodes: document.querySelectorAll("*").length };
  };
}

const server = await serve(PORT);
const browser = await startBrowser();
try {
  const context = await browser.newContext({ viewport: { width: 360, height: 640 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true });
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${PORT}/?fake=many#/activity`);
  await page.waitForSelector('[data-testid="tx-row"]');
  const cdp = await context.newCDPSession(page);
  // Everything is fetched page by page as the end comes near: first to the end, then the measured way back and forth.
  const setsize = () => page.evaluate(() => Number(document.querySelector('[role="listitem"]')?.getAttribute("aria-setsize") ?? 0));
  // A list that has more to fetch says that its size is not known, by -1.
  while ((await setsize()) < 0) {
    const before = await page.evaluate(() => (scrollTo(0, document.documentElement.scrollHeight), document.documentElement.scrollHeight));
    await page.waitForFunction((height) => document.documentElement.scrollHeight !== height || document.querySelector('[role="listitem"]')?.getAttribute("aria-setsize") !== "-1", before);
  }
  if (throttle > 1) await cdp.send("Emulation.setCPUThrottlingRate", { rate: throttle });
  await page.evaluate(watch);
  for (const yDistance of [20_000, -20_000, 20_000]) {
    await cdp.send("Input.synthesizeScrollGesture", { x: 180, y: 320, yDistance, speed: 6_000, gestureSourceType: "touch", preventFling: true });
  }
  const { frames, most, whole, nodes } = await page.evaluate(() => window.satchelScroll());
  const rows = await setsize();
  const gaps = frames.slice(1).map((at, index) => at - frames[index]).sort((a, b) => a - b);
  const seconds = (frames.at(-1) - frames[0]) / 1000;
  const at = (share) => gaps[Math.min(gaps.length - 1, Math.floor(gaps.length * share))].toFixed(1);
  console.log(
    `${rows} rows and headings, ${Math.round(whole)} px high; at most ${most} of them exist, ${nodes} elements in the page. ` +
      `${(gaps.length / seconds).toFixed(1)} frames a second over ${seconds.toFixed(1)} s of scrolling, ` +
      `a frame ${at(0.5)} ms in the middle, ${at(0.99)} ms at the 99th of a hundred${throttle > 1 ? `, processor ${throttle} times slower` : ""}`,
  );
  const held = rows >= ROWS && most > 0 && most <= MOST;
  console.log(`scroll: ${Number(held)} passed, ${Number(!held)} failed`);
  process.exitCode = held ? 0 : 1;
} finally {
  await browser.close();
  server.close();
}
