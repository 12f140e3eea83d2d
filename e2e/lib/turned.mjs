// A device that is turned, or whose screen is split, in the middle of something.

import assert from "node:assert/strict";

import { until } from "./until.mjs";

/** A phone upright, on its side, and half of one. */
const SHAPES = [
  [390, 844],
  [844, 390],
  [360, 420],
];

/** A sum of what a field holds, so that no secret leaves the page, and whether it has the focus. */
const HELD = `
  const field = document.querySelector(arguments[0]);
  let sum = 0x811c9dc5;
  for (const letter of field?.value ?? "") sum = Math.imul(sum ^ letter.charCodeAt(0), 0x01000193) >>> 0;
  return [field !== null && field.value !== "", sum, document.activeElement === field];
`;

/** Turns a window to and fro, and checks that a field keeps what was typed, and the focus. */
export async function keepsWhenTurned(browser, css) {
  const size = () => browser.run("return [innerWidth, innerHeight]");
  await browser.run("document.querySelector(arguments[0]).focus()", css);
  const [before, held] = [await size(), await browser.run(HELD, css)];
  assert.ok(held[0] && held[2], `${css} holds something and has the focus`);
  for (const [width, height] of [...SHAPES, before]) {
    await until(`a window of ${width} × ${height}`, async () => {
      await browser.resize(width, height);
      const now = await size();
      // A window may refuse to be lower than its words need.
      return now[0] === width || now[1] === height;
    });
    // What listens to the size has had its turn.
    await browser.runAsync("const done = arguments[arguments.length - 1]; requestAnimationFrame(() => requestAnimationFrame(() => done()));");
    assert.deepEqual(await browser.run(HELD, css), held, `${css} at ${width} × ${height}`);
  }
}
