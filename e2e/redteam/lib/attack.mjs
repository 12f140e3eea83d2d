// What runs in a page that somebody else owns. These functions are sent as text: each stands alone.

/**
 * Calls every command many times, and keeps what is neither an answer, a typed error nor a plain denial; of those that the window
 * is not granted, everything but a plain denial.
 */
export const CALLS = `
const { commands, granted, rounds, seed, valid, skip } = arguments[0];
// A page may lower limits and lock coins, and then there would be nothing left to pay with.
const wholeOnly = ["cmd_set_limits", "cmd_set_coin_lock"];
let state = seed >>> 0 || 1;
const random = (n) => {
  state ^= state << 13; state >>>= 0; state ^= state >>> 17; state ^= state << 5; state >>>= 0;
  return state % n;
};
const hex = (n) => Array.from({ length: n }, () => random(16).toString(16)).join("");
const scalars = [
  () => null, () => true, () => random(2 ** 31), () => -1, () => 1.5, () => 2 ** 53, () => 1e308, () => "", () => "\\u0000", () => "\\u202e",
  () => hex(32), () => hex(64), () => hex(64) + ":0", () => "../../etc/passwd", () => "x".repeat(5000), () => "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080",
  () => "<script>", () => [], () => ({}), () => "__proto__", () => [[[[[[[[]]]]]]]], () => "cancel", () => "reveal",
];
const scalar = () => scalars[random(scalars.length)]();
const names = ["req", "answer", "key", "events", "wallet_id", "draft_id", "request_id", "txid", "name", "text", "label", "path", "url", "network", "limit", "options", "title", "message", "__proto__", "value"];
const thing = (depth) => {
  if (depth === 0 || random(3) > 0) return scalar();
  const made = {};
  for (let i = random(6); i >= 0; i -= 1) made[names[random(names.length)]] = thing(depth - 1);
  return made;
};
const bent = (whole) => {
  const copy = JSON.parse(JSON.stringify(whole));
  const inside = copy.req && typeof copy.req === "object" ? copy.req : copy;
  const keys = Object.keys(inside);
  if (keys.length === 0) return thing(2);
  const key = keys[random(keys.length)];
  if (random(2)) inside[key] = thing(1);
  else if (random(2)) delete inside[key];
  else inside["more_" + hex(4)] = scalar();
  return copy;
};
const attack = { total: 0, done: 0, by: {}, answered: {}, bad: [], open: new Map(), texts: 0 };
window.__attack = attack;
const list = [];
for (let round = 0; round < rounds; round += 1) {
  for (const command of commands) {
    // What is refused by name alone is tried less often than what looks at its arguments.
    if (skip.includes(command) || (!command.startsWith("cmd_") && round % 6 > 0)) continue;
    const whole = valid[command];
    const kind = whole && (round % 3 === 0 || wholeOnly.includes(command)) ? "valid" : whole && round % 3 === 1 ? "bent" : "random";
    let payload = kind === "valid" ? JSON.parse(JSON.stringify(whole)) : kind === "bent" ? bent(whole) : thing(3);
    if (kind === "random" && (payload === null || typeof payload !== "object")) payload = random(8) === 0 ? new Uint8Array([random(256), 1, 2]) : { req: payload };
    if (payload?.req?.request_id && kind === "valid") payload.req.request_id = hex(32);
    list.push([command, kind, payload]);
  }
}
attack.total = list.length;
const judge = (command, kind, outcome, value, here) => {
  const name = outcome === "answer" ? "answers" : typeof value === "string" ? "denials" : "typed errors";
  attack.by[name] = (attack.by[name] ?? 0) + 1;
  if (outcome === "answer") attack.answered[command] = (attack.answered[command] ?? 0) + 1;
  const typed = value && typeof value.code === "string" && typeof value.message === "string" && typeof value.retry === "boolean";
  const denied = typeof value === "string" && /not allowed|not found|invalid args|missing|not permitted|denied|Command|plugin/i.test(value);
  if (outcome === "refused" && !typed && !denied) attack.bad.push([command, kind, String(JSON.stringify(value)).slice(0, 200)]);
  if (outcome === "answer" && !valid[command] && !command.startsWith("cmd_")) attack.bad.push([command, kind, "was answered"]);
  // What the engine itself would not send did not reach anybody.
  const out = here || (outcome === "refused" && typeof value === "string" && /not allowed|not found/.test(value));
  if (!granted.includes(command) && !out) attack.bad.push([command, kind, "is not this window's: " + outcome + ", " + String(JSON.stringify(value)).slice(0, 200)]);
};
const one = async ([command, kind, payload], id) => {
  attack.open.set(id, command);
  try {
    judge(command, kind, "answer", await window.__TAURI_INTERNALS__.invoke(command, payload));
  } catch (error) {
    const here = error instanceof Error;
    judge(command, kind, "refused", here ? error.message + " Command" : error, here);
  }
  attack.open.delete(id);
  attack.done += 1;
};
let next = 0;
const worker = async () => {
  while (next < list.length) await one(list[next], next++);
};
for (let i = 0; i < 24; i += 1) worker();
`;

/** Tries to reach a server by everything that a page has for it. \`arguments[0]\` is its port. */
export const REACH = `
const port = arguments[0];
const done = arguments[arguments.length - 1];
const to = (what) => "http://127.0.0.1:" + port + "/" + what;
const tried = [];
const attempt = (name, work) => {
  try {
    const going = work();
    tried.push(name);
    if (going?.catch) going.catch(() => undefined);
  } catch (error) {
    tried.push(name + ": " + String(error).slice(0, 60));
  }
};
const add = (tag, attributes, where = document.head) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  where.append(element);
  return element;
};
attempt("fetch", () => fetch(to("fetch")));
attempt("fetch, no-cors", () => fetch(to("no-cors"), { mode: "no-cors", method: "POST", body: "secret" }));
attempt("fetch, keepalive", () => fetch(to("keepalive"), { keepalive: true, method: "POST", body: "x", mode: "no-cors" }));
attempt("fetch, file", () => fetch("file:///etc/passwd"));
attempt("XMLHttpRequest", () => { const request = new XMLHttpRequest(); request.open("GET", to("xhr")); request.send(); });
attempt("WebSocket", () => new WebSocket("ws://127.0.0.1:" + port + "/ws"));
attempt("EventSource", () => new EventSource(to("events")));
attempt("sendBeacon", () => navigator.sendBeacon(to("beacon"), "x"));
attempt("Image", () => { new Image().src = to("image"); });
for (const rel of ["prefetch", "preload", "preconnect", "dns-prefetch", "modulepreload", "stylesheet", "icon", "manifest", "prerender", "apple-touch-icon"]) {
  attempt("link " + rel, () => add("link", { rel, href: to("link-" + rel), as: "fetch", crossorigin: "" }));
  attempt("link " + rel + ", plain", () => add("link", { rel, href: to("plain-" + rel), as: "image" }));
}
attempt("script", () => { const script = document.createElement("script"); try { script.src = to("script"); } catch {} document.head.append(script); });
attempt("style", () => { const style = document.createElement("style"); style.textContent = "@import url(" + to("import") + ");"; document.head.append(style); });
attempt("style attribute", () => add("div", { style: "background:url(" + to("background") + ")" }, document.body));
attempt("inline style", () => { const box = add("div", {}, document.body); box.style.backgroundImage = "url(" + to("inline") + ")"; });
attempt("constructed sheet", () => { const sheet = new CSSStyleSheet(); sheet.replaceSync("body{background-image:url(" + to("sheet") + ")}"); document.adoptedStyleSheets = [sheet]; });
attempt("FontFace", () => new FontFace("evil", "url(" + to("font") + ")").load());
for (const tag of ["video", "audio", "iframe", "embed", "track", "input"]) attempt(tag, () => add(tag, { src: to(tag), type: tag === "input" ? "image" : "" }, document.body));
attempt("video poster", () => add("video", { poster: to("poster") }, document.body));
attempt("object", () => add("object", { data: to("object") }, document.body));
attempt("svg image", () => { const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"); const image = document.createElementNS("http://www.w3.org/2000/svg", "image"); image.setAttribute("href", to("svg")); svg.append(image); document.body.append(svg); });
attempt("form", () => { const form = add("form", { action: to("form"), method: "post" }, document.body); form.submit(); });
attempt("ping", () => add("a", { href: "#", ping: to("ping") }, document.body).click());
attempt("a download", () => add("a", { href: to("download"), download: "x" }, document.body).click());
attempt("a target", () => add("a", { href: to("blank"), target: "_blank" }, document.body).click());
attempt("Worker", () => new Worker(to("worker")));
attempt("SharedWorker", () => new SharedWorker(to("shared")));
attempt("service worker", () => navigator.serviceWorker.register(to("service")));
attempt("own service worker", () => navigator.serviceWorker.register("/assets/any.js"));
attempt("import", () => import(to("import-module")));
attempt("blob worker", () => new Worker(URL.createObjectURL(new Blob(["fetch('" + to("blob-worker") + "')"]))));
attempt("eval", () => (0, eval)("fetch('" + to("eval") + "')"));
attempt("timer", () => setTimeout("fetch('" + to("timer") + "')", 0));
attempt("WebRTC", () => { const peer = new RTCPeerConnection({ iceServers: [{ urls: "stun:127.0.0.1:" + port }, { urls: "turn:127.0.0.1:" + port + "?transport=tcp", username: "a", credential: "b" }] }); peer.createDataChannel("x"); return peer.createOffer().then((offer) => peer.setLocalDescription(offer)); });
attempt("WebTransport", () => new WebTransport("https://127.0.0.1:" + port + "/transport"));
attempt("meta refresh", () => add("meta", { "http-equiv": "refresh", content: "0;url=" + to("refresh") }));
attempt("base", () => add("base", { href: to("base/") }));
attempt("srcdoc", () => { const frame = document.createElement("iframe"); try { frame.srcdoc = "<img src=" + to("srcdoc") + ">"; } catch {} document.body.append(frame); });
attempt("notification", () => new Notification("x", { icon: to("notification") }));
attempt("XSLT", () => { const node = document.createProcessingInstruction("xml-stylesheet", "href='" + to("xslt") + "'"); document.insertBefore(node, document.documentElement); });
setTimeout(() => done(tried), 1500);
`;

/** Tries to leave the page by address. */
export const LEAVE = `
const [how, to] = arguments;
if (how === "href") location.href = to;
else if (how === "assign") location.assign(to);
else if (how === "replace") location.replace(to);
else if (how === "link") { const link = document.createElement("a"); link.href = to; document.body.append(link); link.click(); }
`;

/** Asks for what is not one's own with requests made by hand. Returns those that got anything. */
export const FORGE = `
const done = arguments[arguments.length - 1];
const got = [];
const ask = async (name, realm, headers, command = "cmd_list_wallets") => {
  try {
    // A request without the key is answered by nobody.
    const late = new Promise((done) => setTimeout(done, 400));
    const answer = await Promise.race([late, realm.fetch("ipc://localhost/" + command, { method: "POST", body: "{}", headers: { "Content-Type": "application/json", "Tauri-Callback": "1", "Tauri-Error": "2", ...headers } })]);
    if (!answer) return;
    const text = await answer.text();
    if (answer.ok && answer.headers.get("Tauri-Response") === "ok") got.push(name + ": " + text.slice(0, 80));
  } catch {
    // Refused by the engine.
  }
};
const frame = (attributes) => new Promise((ready) => {
  const element = document.createElement("iframe");
  for (const [name, value] of Object.entries(attributes)) { try { element.setAttribute(name, value); } catch (error) { /* Trusted types. */ } }
  element.onload = element.onerror = () => ready(element);
  document.body.append(element);
  setTimeout(() => ready(element), 400);
});
(async () => {
  await ask("no key", window, {});
  await ask("wrong key", window, { "Tauri-Invoke-Key": "0".repeat(20) });
  await ask("empty key", window, { "Tauri-Invoke-Key": "" });
  await ask("foreign origin", window, { "Tauri-Invoke-Key": "x", Origin: "https://evil.example" });
  for (const [name, attributes] of [
    ["blank", {}],
    ["own page", { src: "tauri://localhost/index.html" }],
    ["console", { src: "tauri://localhost/console.html" }],
    ["sealed page", { src: "tauri://localhost/sealed/index.html" }],
    ["sandboxed", { sandbox: "allow-scripts", src: "tauri://localhost/index.html" }],
    ["sandboxed, same origin", { sandbox: "allow-scripts allow-same-origin", src: "tauri://localhost/index.html" }],
    ["srcdoc", { srcdoc: "<script>1</script>" }],
    ["data", { src: "data:text/html,<script>fetch('ipc://localhost/cmd_list_wallets',{method:'POST'})</script>" }],
  ]) {
    const element = await frame(attributes);
    try {
      const inner = element.contentWindow;
      if (inner.document?.querySelector("#root, #sealed")) got.push(name + ": one of the program's pages in a frame");
      if (inner.__TAURI_INTERNALS__) {
        const told = await Promise.race([inner.__TAURI_INTERNALS__.invoke("cmd_sealed_task", { key: "" }).catch(() => undefined), new Promise((late) => setTimeout(late, 500))]);
        if (told !== undefined) got.push(name + ": the sealed page's task");
      }
      await ask(name, inner, {});
    } catch {
      // Another origin.
    }
    element.remove();
  }
  for (const [name, target] of [["_blank", "about:blank"], ["console", ""], ["sealed", ""], ["sealed", "tauri://localhost/sealed/index.html"], ["main", "https://example.com"]]) {
    if (window.open(target, name === "main" ? "_blank" : name)) got.push("window.open " + name + " " + target);
  }
  done(got);
})();
`;

/** Bends what every script stands on, as far as the engine lets it. */
export const TAMPER = `
const stolen = (window.__stolen = []);
const wrap = (holder, name) => {
  const real = holder[name];
  try {
    holder[name] = function (...args) {
      stolen[stolen.length % 999] = name;
      return Reflect.apply(real, this, args);
    };
  } catch {}
};
for (const [holder, name] of [[Array.prototype, "map"], [Array.prototype, "push"], [Promise.prototype, "then"], [Map.prototype, "get"], [JSON, "stringify"], [JSON, "parse"], [Headers.prototype, "set"], [window, "fetch"]]) wrap(holder, name);
const failed = [];
try { Object.prototype.polluted = 1; } catch {}
if ({}.polluted) failed.push("Object.prototype was changed");
for (const name of ["invoke", "ipc", "postMessage", "transformCallback", "runCallback"]) {
  const before = window.__TAURI_INTERNALS__[name];
  try { window.__TAURI_INTERNALS__[name] = () => "mine"; } catch {}
  try { Object.defineProperty(window.__TAURI_INTERNALS__, name, { value: () => "mine" }); } catch {}
  if (window.__TAURI_INTERNALS__[name] !== before) failed.push(name + " was replaced");
}
return failed;
`;
