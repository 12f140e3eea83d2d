// A hostile script in the real web view of each window: it owns the page and does with it what it can.

import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";

import { root } from "../lib/driver.mjs";
import { until } from "../lib/until.mjs";
import { WalletWindow } from "../lib/wallet-window.mjs";
import { goTo } from "../screens/history.mjs";
import { ELSEWHERE, Session, create } from "./canary.mjs";
import { hostileConsole } from "./hostile-console.mjs";
import { CALLS, FORGE, LEAVE, REACH, TAMPER } from "./lib/attack.mjs";
import { Eyes, helpers, mainProcess, told } from "./lib/eyes.mjs";
import { heard, listen } from "./lib/recorder.mjs";
import { validCalls } from "./lib/valid.mjs";

const ROUNDS = 48;

const NAMES = readFileSync(join(root, "src-tauri/src/command_names.rs"), "utf8");
const namesIn = (text) => text.match(/"cmd_[a-z_]+"/g).map((name) => name.slice(1, -1));
/** The commands of a window. */
const commandsOf = (window) => namesIn(NAMES.slice(NAMES.indexOf(`${window}_COMMANDS`)).split("];")[0]);

/** Gives each window what waits for it alone; nobody grants it. */
const OPEN = "plugin:__TAURI_CHANNEL__|fetch";

/** Every command of every window and plugin, and some that there are not. */
function commands() {
  const own = namesIn(NAMES);
  const manifests = JSON.parse(readFileSync(join(root, "gen/schemas/acl-manifests.json"), "utf8"));
  const plugins = Object.entries(manifests).flatMap(([plugin, { permissions }]) =>
    Object.values(permissions ?? {}).flatMap(({ commands: { allow } }) => allow.map((name) => `plugin:${plugin.replace(/^core:/, "")}|${name}`)),
  );
  const all = [...own, ...plugins.filter((name) => !name.startsWith("plugin:__app-acl__")), "plugin:navigation-guard|any", OPEN, "cmd_that_is_not_there", "", "../cmd_list_wallets"];
  return [...new Set(all)];
}

/** A server that nobody may reach, on TCP and UDP. */
async function watch() {
  const seen = [];
  const server = createServer((socket) => {
    socket.once("data", (data) => seen.push(data.toString("latin1").split("\r\n")[0]));
    socket.on("error", () => undefined);
    seen.push("a connection");
    setTimeout(() => socket.destroy(), 200);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  const udp = createSocket("udp4", (message) => seen.push(`a datagram of ${message.length} bytes`));
  await new Promise((done) => udp.bind(port, "127.0.0.1", done));
  return { port, seen, close: () => (server.close(), udp.close()) };
}

/** Does to the page that is driven what a script in it could do. */
class Attack {
  constructor(session, spy, seed) {
    Object.assign(this, { session, spy, seed, window: session.window, browser: session.window.browser });
  }

  call(command, request) {
    return this.browser.runAsync(
      `const done = arguments[2]; window.__TAURI_INTERNALS__.invoke(arguments[0], arguments[1]).then((value) => done({ value }), (error) => done({ error }))`,
      command,
      request,
    );
  }

  /** Closes the sealed window as a person does who did not ask for it. */
  async closeSealed() {
    // The console or the wallet's window is open as well.
    for (const handle of (await this.browser.handles()).filter((each) => each !== this.here)) {
      try {
        await this.browser.switchTo(handle);
        const [stop] = await this.browser.all("#sealed #cancel");
        if (stop) await this.browser.click(stop);
      } catch {
        // It closed meanwhile.
      } finally {
        await this.browser.switchTo(this.here);
      }
    }
  }

  /** Calls everything from the page that is driven now, which is that of a window. */
  async calls(label, valid, rounds, skip) {
    this.here = await this.browser.handle();
    await this.browser.run(CALLS, { commands: commands(), granted: [...commandsOf(label), OPEN], rounds, seed: this.seed, valid, skip });
    const end = await until(
      "every call to be answered",
      async () => {
        if (label !== "SEALED") await this.closeSealed();
        const now = await this.browser.run("const { total, done, by, answered, bad, open } = window.__attack; return { total, done, by, answered, bad, open: [...open.values()].slice(0, 9) }");
        this.state = now;
        return now.done === now.total && now;
      },
      { seconds: 150 },
    ).catch(async (error) => {
      const said = (await heard(this.browser)).filter((line) => !/^(answer|event) /.test(line)).slice(-9);
      throw new Error(`${error.message}; ${JSON.stringify(this.state)}; ${said.join("\n").slice(0, 3000)}`);
    });
    assert.deepEqual(end.bad.slice(0, 30), []);
    assert.ok((label === "SEALED" || end.by.answers > 0) && end.by.denials > 0 && end.by["typed errors"] > 0, JSON.stringify(end.by));
    return end;
  }

  async leave(where) {
    await this.browser.run("window.__here = 1");
    const before = (await this.browser.url()).split("#")[0];
    const { port } = this.spy;
    for (const to of [
      `http://127.0.0.1:${port}/gone`, `https://127.0.0.1:${port}/gone`, "https://example.invalid/", "file:///etc/passwd", "data:text/html,gone", "about:blank", "javascript:void(window.__here=0)",
      "tauri://evil.example/", "ipc://localhost/cmd_list_wallets", "view-source:tauri://localhost/", "mailto:a@example.invalid",
    ]) {
      for (const how of ["href", "assign", "replace", "link"]) {
        await this.browser.run(LEAVE, how, to).catch(() => undefined);
        assert.equal(await this.browser.run("return window.__here"), 1, `${where} left by ${how} to ${to}`);
      }
    }
    await this.browser.run(LEAVE, "href", await this.browser.run("return URL.createObjectURL(new Blob(['gone'], { type: 'text/html' }))")).catch(() => undefined);
    // A navigation that was let through replaces the page a moment later.
    const tried = await this.browser.runAsync(`setTimeout(arguments[0], 500, "later")`);
    assert.equal(tried, "later");
    assert.equal(await this.browser.run("return window.__here"), 1, `${where} was left`);
    assert.equal((await this.browser.url()).split("#")[0], before);
  }
}

export async function* hostile(world) {
  const { scratch, consent, chain } = world;
  const seed = Number(process.env.SATCHEL_SEED ?? (Date.now() % 2 ** 31));
  console.log(`# SATCHEL_SEED=${seed}`);
  const eyes = await Eyes.draw(scratch);
  const home = join(scratch, "home");
  await mkdir(join(scratch, "backups"));
  const window = await WalletWindow.open({ ...world, home });
  world.window = window;
  const session = new Session(world, eyes, window, home);
  session.main = await mainProcess(home);
  session.page = helpers(session.main).find(({ kind }) => kind === "web").pid;
  await create(session);
  await goTo(window, "/");
  await session.receive(5_000_000);

  const spy = await watch();
  const attack = new Attack(session, spy, seed);
  const [wallet] = (await attack.call("cmd_list_wallets", {})).value;
  const address = (await attack.call("cmd_generate_address", { req: { request_id: "1".repeat(32), wallet_id: wallet.id, label: null } })).value.address;
  const [coin] = (await attack.call("cmd_get_unspent_outputs", { req: {} })).value.coins;
  const draft = (await attack.call("cmd_create_draft", { req: { request_id: "2".repeat(32), wallet_id: wallet.id, recipients: [{ address: ELSEWHERE, amount: 1_000_000 }], fee_rate: null, coins: null, label: null, replaces: null } })).value.id;
  const valid = validCalls({ wallet: wallet.id, draft, address, txid: coin.outpoint.split(":")[0], outpoint: coin.outpoint, port: spy.port });
  const nothingSpent = async () => {
    assert.deepEqual(await chain.mempool(), []);
    const { value } = await attack.call("cmd_get_transaction_history", { req: { wallet_id: wallet.id, direction: "outgoing" } });
    assert.deepEqual(value.transactions, []);
  };

  await listen(window.browser);
  assert.deepEqual(await window.browser.run(TAMPER), []);
  yield "the_bridge_is_not_replaced_by_a_script_that_bends_what_it_stands_on";

  consent.away = true;
  const before = consent.questions.length;
  const main = await attack.calls("MAIN", valid, ROUNDS, ["cmd_lock_wallet", "cmd_set_settings", "cmd_frontend_ready"]);
  console.log(`# from the main window: ${main.total} calls, ${JSON.stringify(main.by)}, ${consent.questions.length - before} questions`);
  await nothingSpent();
  const words = await heard(window.browser);
  const { hits } = await eyes.look([home], { "the answers": await eyes.text(words) });
  assert.equal(told(hits), "");
  yield "thousands_of_calls_from_the_main_window_spend_nothing_and_tell_nothing";

  consent.away = false;
  let answer;
  const asked = consent.questions.length;
  consent.next(new Promise((done) => (answer = done)));
  await window.browser.run(
    `window.__raced = []; for (let i = 0; i < 100; i += 1) window.__TAURI_INTERNALS__.invoke(i % 2 ? "cmd_send_transaction" : "cmd_sign_transaction", { req: { draft_id: arguments[0] } }).then(() => window.__raced.push("answered"), (error) => window.__raced.push(error.code))`,
    draft,
  );
  await until("the question", () => consent.questions.length > asked, { seconds: 10 }).catch(async (error) => {
    throw new Error(`${error.message}; ${await window.browser.run("return window.__raced")}`);
  });
  answer("decline");
  const raced = await until("a hundred answers", async () => {
    const codes = await window.browser.run("return window.__raced");
    return codes.length === 100 && codes;
  });
  assert.equal(consent.most, 1, "one question at a time");
  assert.ok(raced.every((code) => ["declined", "confirm_busy", "asked_too_often"].includes(code)), [...new Set(raced)].join());
  const again = [];
  for (let i = 0; i < 20; i += 1) again.push((await attack.call("cmd_send_transaction", { req: { draft_id: draft } })).error.code);
  assert.ok(again.includes("asked_too_often"), again.join());
  assert.ok(consent.questions.length - asked < 20, `${consent.questions.length - asked} questions`);
  await nothingSpent();
  yield "a_hundred_sends_at_once_ask_one_question_and_a_no_makes_the_next_wait";

  assert.deepEqual(await window.browser.runAsync(FORGE), []);
  yield "no_frame_no_forged_request_and_no_new_window_reaches_a_command";

  await attack.leave("the main window");
  yield "no_navigation_leaves_the_main_window";

  const tried = await window.browser.runAsync(REACH, spy.port);
  console.log(`# ${tried.length} ways to the network`);
  assert.deepEqual(spy.seen, [], "somebody came");
  yield "no_request_of_the_main_window_reaches_a_server";

  const kept = await window.browser.runAsync(`
    const done = arguments[0];
    (async () => done({
      local: localStorage.length, session: sessionStorage.length, cookie: document.cookie,
      databases: (await indexedDB.databases?.().catch(() => [])) ?? [], caches: (await globalThis.caches?.keys().catch(() => [])) ?? [],
    }))()`);
  assert.deepEqual(kept, { local: 0, session: 0, cookie: "", databases: [], caches: [] });
  yield "windows_share_no_storage_that_one_could_read_of_the_other";

  await window.browser.reload();
  await window.find("balance", "[data-sats]");
  yield* hostileConsole(attack, { ...world, home, valid });
  await nothingSpent();

  const open = (await window.browser.handles()).length;
  await until("the limit on questions to pass", async () => {
    const before = consent.questions.length;
    consent.next("agree");
    await window.browser.run(`window.__TAURI_INTERNALS__.invoke("cmd_show_words", { req: {} }).catch(() => undefined); return 1`);
    const opened = await until("the sealed window", async () => (await window.browser.handles()).length > open, { seconds: 2 }).catch(() => false);
    if (!opened) consent.forget();
    return opened && consent.questions.length > before;
  }, { seconds: 90 });
  await session.window.sealed(async (sealed) => {
    await listen(window.browser);
    const inside = await attack.calls("SEALED", valid, 12, []).catch((error) => {
      throw new Error(`in the sealed window: ${error.message}`);
    });
    console.log(`# from the sealed window: ${inside.total} calls, ${JSON.stringify(inside.by)}`);
    await attack.leave("the sealed window");
    assert.deepEqual(await window.browser.runAsync(FORGE), []);
    await window.browser.runAsync(REACH, spy.port);
    assert.deepEqual(spy.seen, [], "somebody came");
    await sealed.escape();
  });
  await nothingSpent();
  yield "a_hostile_script_in_the_sealed_window_reaches_no_command_of_the_other_and_no_server";

  await session.send("0.01");
  spy.close();
  yield "after_all_of_it_the_wallet_pays_once";
  await window.close();
}
