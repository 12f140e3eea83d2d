// Draws every screen in every state with the page's fake backend: `npm run gallery [word…]` writes e2e/out/*.png.
// Words choose the pictures whose name holds one of them. Needs Chromium (CHROMIUM=/path, else where Debian has it).
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { serve } from "../lib/fake-page.mjs";
import { pageFaults } from "../lib/page-faults.mjs";
import { CAMERA, chosenScenes, enter, openPage, SIZES, startBrowser } from "./scene.mjs";

const OUT = fileURLToPath(new URL("../out/", import.meta.url));
const PORT = Number(process.env.GALLERY_PORT ?? 4173);
const base = `http://127.0.0.1:${PORT}/`;

const scenes = chosenScenes(process.argv.slice(2).filter((word) => !word.startsWith("--")));
const flag = (name, all) => process.argv.find((word) => word.startsWith(`--${name}=`))?.split("=")[1].split(",") ?? all;
const themes = flag("theme", ["light", "dark"]);
const sizes = flag("size", Object.keys(SIZES));
const zoom = Number(flag("text", ["1"])[0]);
const more = `&lang=${flag("lang", ["en"])[0]}`;
/** The sealed window's own size on desktops (src-tauri/src/windows.rs); phones show it whole. */
const SEALED_DESK = { width: 520, height: 620 };

mkdirSync(OUT, { recursive: true });
const server = await serve(PORT);
const browser = await startBrowser(CAMERA);
let faults = 0;
const fault = (text) => {
  faults += 1;
  console.error(text);
};
try {
  for (const size of sizes) {
    for (const theme of themes) {
      const touch = size === "desk" ? {} : { hasTouch: true, isMobile: true };
      const context = await browser.newContext({ viewport: SIZES[size], colorScheme: theme, reducedMotion: "reduce", deviceScaleFactor: 1, ...touch });
      const stage = await openPage(context, fault);
      const { page } = stage;
      // The reader's text is large from the start, not from some moment on.
      if (zoom !== 1) await page.addInitScript((by) => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(`:root { font-size: ${16 * by}px }`);
        document.adoptedStyleSheets = [sheet];
      }, zoom);
      for (const scene of scenes) {
        const file = `${scene.name}.${size}.${theme}${zoom === 1 ? "" : `.text${zoom}`}.png`;
        try {
          if (size === "desk") await page.setViewportSize(scene.part === undefined ? SIZES.desk : SEALED_DESK);
          await enter(stage, scene, { base, theme, more });
          if (scene.part === undefined) await page.waitForTimeout(250);
          if (scene.act) await scene.act(page);
          await page.waitForTimeout(200);
          await page.screenshot({ path: OUT + file, fullPage: process.argv.includes("--full") });
          for (const found of await page.evaluate(pageFaults)) fault(`${file}: ${found}`);
        } catch (error) {
          fault(`${file}: ${error.message.split("\n")[0]}`);
          await page.screenshot({ path: OUT + file });
        }
      }
      await context.close();
    }
  }
} finally {
  await browser.close();
  server.close();
}
console.log(`${scenes.length * themes.length * sizes.length} pictures in e2e/out, ${faults} faults`);
process.exitCode = faults === 0 ? 0 : 1;
