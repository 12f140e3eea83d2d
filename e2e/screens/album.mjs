// Pictures of the window, and what is wrong on each.

import { pageFaults } from "../lib/page-faults.mjs";
import { until } from "../lib/until.mjs";

/** Runs in the page: resolves when nothing moves, loads or waits any more. */
const SETTLED = `
  const spinning = arguments[0] && document.querySelector("[data-testid=skeleton]") !== null;
  const moving = document.getAnimations().some((each) => each.playState === "running" && each.effect.getTiming().iterations !== Infinity);
  return !spinning && !moving && document.fonts.status === "loaded";
`;

export class Album {
  faults = [];
  taken = 0;
  /** Names of what was taken, each once, in the order of the first look. */
  names = [];
  #window;
  #words;
  #look;

  constructor(window, words) {
    this.#window = window;
    this.#words = words;
  }

  /** Gives the window this size, text size and theme. */
  async look({ size, theme, shape }) {
    this.#look = { name: `${size}.${theme}`, text: shape[2], theme, shape };
    await this.#fit();
  }

  /** Does something with another window in place of this one, in the same look. */
  async over(window, work) {
    const below = this.#window;
    this.#window = window;
    try {
      await this.#fit();
      await work();
    } finally {
      this.#window = below;
    }
  }

  async #fit() {
    const { browser } = this.#window;
    const [width, height] = this.#look.shape;
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

  /** Chooses the theme in the settings, as a person does, so that the sealed window follows it too. */
  async choose() {
    const chosen = `[data-testid="setting-theme"] [data-choice="${this.#look.theme}"]`;
    await this.#window.find("setting-theme");
    for (const label of await this.#window.browser.all(`${chosen} .segmented-label`)) {
      // The bar at the bottom lies over what is only just in view.
      await this.#window.browser.show(label);
      await this.#window.browser.click(label);
    }
    await until("the theme", () => this.#window.browser.run(`return document.querySelector('${chosen} [data-checked]') !== null`));
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
    await until(`${name} to settle`, () => browser.run(SETTLED, !waiting));
    // What is settled may not be drawn yet.
    await browser.runAsync("const done = arguments[arguments.length - 1]; requestAnimationFrame(() => requestAnimationFrame(() => done()));");
    await this.#window.picture(this.named(name));
    this.taken += 1;
    if (!this.names.includes(name)) this.names.push(name);
    const found = await browser.run(`return (${pageFaults})()`);
    for (const fault of found) this.faults.push(`${this.named(name)}: ${fault}`);
  }
}
