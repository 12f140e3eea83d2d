// Hears everything that Rust tells a page, and what the page says to its console.

/** Runs in the page. What is heard is kept in the page, until it is asked for. */
const LISTEN = `
if (!window.__heard) {
  const heard = [];
  Object.defineProperty(window, "__heard", { value: heard });
  const keep = (kind, text) => heard.push(kind + " " + text);
  const bytes = (buffer) => [...new Uint8Array(buffer)].map((byte) => String.fromCharCode(byte)).join("");
  const asked = window.fetch;
  window.fetch = async (...args) => {
    const answer = await asked(...args);
    const name = decodeURIComponent(String(args[0]).split("/").pop());
    keep("answer", name + " " + bytes(await answer.clone().arrayBuffer()));
    return answer;
  };
  // Small events do not pass fetch: they are handed to a callback by its number.
  const { callbacks } = window.__TAURI_INTERNALS__;
  const get = callbacks.get.bind(callbacks);
  callbacks.get = (id) => {
    const callback = get(id);
    return callback && ((data) => {
      try {
        keep("event", typeof data === "string" ? data : JSON.stringify(data));
      } catch (error) {
        keep("event", String(error));
      }
      return callback(data);
    });
  };
  for (const name of ["log", "info", "warn", "error", "debug", "trace"]) {
    const said = console[name].bind(console);
    console[name] = (...args) => {
      keep("console", args.map((arg) => { try { return typeof arg === "string" ? arg : JSON.stringify(arg); } catch { return String(arg); } }).join(" "));
      said(...args);
    };
  }
  for (const name of ["error", "unhandledrejection", "securitypolicyviolation"]) {
    addEventListener(name, (event) => keep(name, String(event.message ?? event.reason ?? event.violatedDirective)));
  }
}
`;

export const listen = (browser) => browser.run(LISTEN);

/** What was heard since it listens. */
export const heard = (browser) => browser.run("return window.__heard ?? []");
