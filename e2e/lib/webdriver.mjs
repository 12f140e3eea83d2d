// A small WebDriver client (W3C WebDriver), enough for one window and its dialogs.

const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

/** Keys without a letter, as WebDriver writes them. */
const KEYS = { Escape: "\ue00c", Tab: "\ue004", Enter: "\ue007", Control: "\ue009" };

export class WebDriverError extends Error {
  constructor(code, message) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

export class Browser {
  #base;

  constructor(base) {
    this.#base = base;
  }

  static async open(server, capabilities) {
    const browser = new Browser(`${server}/session`);
    const { sessionId } = await browser.#call("POST", "", { capabilities: { alwaysMatch: capabilities } });
    browser.#base = `${server}/session/${sessionId}`;
    return browser;
  }

  async #call(method, path, body) {
    const response = await fetch(this.#base + path, {
      method,
      headers: body ? { "content-type": "application/json" } : {},
      body: body ? JSON.stringify(body) : undefined,
    });
    const { value } = await response.json();
    if (!response.ok) throw new WebDriverError(value?.error ?? response.status, value?.message ?? "");
    return value;
  }

  close() {
    return this.#call("DELETE", "");
  }

  handles() {
    return this.#call("GET", "/window/handles");
  }

  handle() {
    return this.#call("GET", "/window");
  }

  switchTo(handle) {
    return this.#call("POST", "/window", { handle });
  }

  resize(width, height) {
    return this.#call("POST", "/window/rect", { width, height });
  }

  url() {
    return this.#call("GET", "/url");
  }

  back() {
    return this.#call("POST", "/back", {});
  }

  reload() {
    return this.#call("POST", "/refresh", {});
  }

  run(script, ...args) {
    return this.#call("POST", "/execute/sync", { script, args });
  }

  runAsync(script, ...args) {
    return this.#call("POST", "/execute/async", { script, args });
  }

  async screenshot() {
    return Buffer.from(await this.#call("GET", "/screenshot"), "base64");
  }

  async all(css) {
    const found = await this.#call("POST", "/elements", { using: "css selector", value: css });
    return found.map((element) => element[ELEMENT]);
  }

  click(id) {
    return this.#call("POST", `/element/${id}/click`, {});
  }

  clear(id) {
    return this.#call("POST", `/element/${id}/clear`, {});
  }

  show(id) {
    return this.run("arguments[0].scrollIntoView({ block: 'center' })", { [ELEMENT]: id });
  }

  type(id, text) {
    return this.#call("POST", `/element/${id}/value`, { text });
  }

  /** Presses a key where the focus is; a name such as `Escape` or a letter. */
  async press(key, { ctrl = false } = {}) {
    const value = KEYS[key] ?? key;
    const held = ctrl ? [KEYS.Control] : [];
    const actions = [
      ...held.map((each) => ({ type: "keyDown", value: each })),
      { type: "keyDown", value },
      { type: "keyUp", value },
      ...held.map((each) => ({ type: "keyUp", value: each })),
    ];
    await this.#call("POST", "/actions", { actions: [{ type: "key", id: "keyboard", actions }] });
    await this.#call("DELETE", "/actions");
  }

  rect(id) {
    return this.#call("GET", `/element/${id}/rect`);
  }

  text(id) {
    return this.#call("GET", `/element/${id}/text`);
  }

  attribute(id, name) {
    return this.#call("GET", `/element/${id}/attribute/${name}`);
  }
}
