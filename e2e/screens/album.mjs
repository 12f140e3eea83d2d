// Pictures of the window, and what is wrong on each.

import { pageFaults } from "../lib/page-faults.mjs";
import { until } from "../lib/until.mjs";

/** Runs in the page: resolves when nothing moves, loads or waits any more. */
const SETTLED = `
  const spinning = document.querySelector("[data-testid=skeleton]") !== null;
  const moving = document.getAnimations().some((each) => each.playState === "running" && each.effect.getTiming().iterations !== Infinity);
  return !spinning && !moving && document.fonts.status === "loaded";
`;

export class Album {
  faults = [];
  taken = 0;
  #window;
  #words;
  #look;

  constructor(window, words) {
    this.#window = window;
    this.#words = words;
  }

  /** Gives the window this size, text size and theme. The theme is set as the settings screen sets it, the rest as a person does. */
  async look({ size, theme, shape: [width, height, text] }) {
    this.#look = { name: `${size}.${theme}`, text, theme };
    const { browser } = this.#window;
    await browser.resize(width, height);
    await until(`a width of ${width}`, async () => {
      const inner = await browser.run("return [innerWidth, innerHeight]");
      if (inner[0] !== width || inner[1] !== height) await browser.resize(width, height);
      return inner[0] === width && inner[1] === height;
    });
    await this.dress();
  }

  /** A reloaded page, or one whose settings are read anew, has lost what it was dressed with. */
  async dress() {
    await this.#window.browser.run(
      "document.documentElement.style.fontSize = arguments[0]; document.documentElement.dataset.theme = arguments[1];",
      `${16 * this.#look.text}px`,
      this.#look.theme,
    );
  }

  /** The name of a picture in this look. */
  named(name) {
    return `${name}.${this.#look.name}`;
  }

  /** Whether a picture is wanted at all. */
  wants(name) {
    return this.#words.length === 0 || this.#words.some((word) => name.includes(word));
  }

  async take(name, { anyway = false, waiting = false } = {}) {
    if (!anyway && !this.wants(name)) return;
    const { browser } = this.#window;
    await this.dress();
    await until(`${name} to settle`, async () => waiting || (await browser.run(SETTLED)));
    await this.#window.picture(this.named(name));
    this.taken += 1;
    const found = await browser.run(`return (${pageFaults})()`);
    for (const fault of found) this.faults.push(`${this.named(name)}: ${fault}`);
  }
}
