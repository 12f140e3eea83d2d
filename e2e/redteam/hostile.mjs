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
import { CALLS, FORGE, LEAVE, REACH, TAMPER } from "./lib/attack.mjs";
import { Eyes, helpers, mainProcess, told } from "./lib/eyes.mjs";
import { heard, listen } from "./lib/recorder.mjs";

const ROUNDS = 48;

/** Every command of every window and plugin, and some that there are not. */
function commands() {
  const own = readFileSync(join(root, "src-tauri/src/command_names.rs"), "utf8").match(/"cmd_[a-z_]+"/g).map((name) => name.slice(1, -1));
  const manifests = JSON.parse(readFileSync(join(root, "gen/schemas/acl-manifests.json"), "utf8"));
  const plugins = Object.entries(manifests).flatMap(([plugin, { permissions }]) =>
    Object.values(permissions ?? {}).flatMap(({ commands: { allow } }) => allow.map((name) => `plugin:${plugin.replace(/^core:/, "")}|${name}`)),
  );
  const all = [...own, ...plugins.filter((name) => !name.startsWith("plugin:__app-acl__")), "plugin:navigation-guard|any", "plugin:__TAURI_CHANNEL__|fetch", "cmd_that_is_not_there", "", "../cmd_list_wallets"];
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

/** What a page sends when it means it. */
function validCalls({ wallet, draft, address, txid, outpoint, port }) {
  const id = "0".repeat(32);
  const intent = { req: { request_id: id, wallet_id: wallet } };
  const ref = { req: { wallet_id: wallet } };
  return {
    cmd_set_passphrase: intent, cmd_enrol_keychain: intent, cmd_remove_keychain: intent, cmd_export_wallet: intent, cmd_import_wallet: intent, cmd_backup_wallet: intent,
    cmd_keychain_status: {}, cmd_get_limits: {}, cmd_list_wallets: {}, cmd_unlock_wallet: { req: null },
    cmd_set_limits: { req: { per_payment: null, per_day: null } }, cmd_sync_wallet: { req: { wallet_id: wallet, full: false } }, cmd_cancel_sync: ref,
    cmd_create_wallet: { req: { request_id: id, name: "Evil", network: "regtest", script_type: null } },
    cmd_restore_wallet: { req: { request_id: id, name: "Evil", network: "regtest", script_type: "taproot" } },
    cmd_select_wallet: ref, cmd_get_wallet_info: ref, cmd_show_words: ref, cmd_check_words: ref, cmd_get_balance: { req: { wallet_id: wallet, address: null } },
    cmd_get_addresses: ref, cmd_generate_address: { req: { request_id: id, wallet_id: wallet, label: null } }, cmd_get_transaction_history: ref,
    cmd_get_transaction: { req: { wallet_id: wallet, txid } }, cmd_get_tx_status: { req: { wallet_id: wallet, txid } }, cmd_get_unspent_outputs: ref,
    cmd_get_fee_estimates: ref, cmd_get_draft: { req: { draft_id: draft } }, cmd_list_drafts: ref,
    cmd_create_draft: { req: { request_id: id, wallet_id: wallet, recipients: [{ address: ELSEWHERE, amount: 10_000 }], fee_rate: null, coins: null, label: null, replaces: null } },
    cmd_bump_transaction: { req: { request_id: id, wallet_id: wallet, txid, fee_rate: "5" } },
    cmd_send_transaction: { req: { draft_id: draft } }, cmd_sign_transaction: { req: { draft_id: draft } },
    cmd_cancel_transaction: { req: { request_id: id, wallet_id: wallet, txid, draft_id: null, fee_rate: null } },
    cmd_parse_payment: { req: { wallet_id: wallet, text: `bitcoin:${address}?amount=1` } }, cmd_make_qr: { req: { text: "evil" } },
    cmd_set_label: { req: { wallet_id: wallet, kind: "address", target: address, label: "evil" } },
    cmd_set_coin_lock: { req: { wallet_id: wallet, outpoint, locked: false } }, cmd_get_backend: ref,
    cmd_set_backend: { req: { network: "regtest", kind: "esplora", url: `http://127.0.0.1:${port}/api` } },
    cmd_get_circle: {}, cmd_list_conflicts: {}, cmd_dismiss_circle_notice: { place_id: null }, cmd_list_places: {},
    cmd_found_circle: { req: { request_id: id, name: "Evil" } }, cmd_host_pairing: { steps: "__CHANNEL__:1", req: { request_id: id, give_keys: true } },
    cmd_type_pairing_digits: { req: { digits: "123456" } }, cmd_cancel_pairing: {},
    cmd_join_pairing: { steps: "__CHANNEL__:2", req: { request_id: id, name: "Evil", code: Array(8).fill("abandon").join(" "), at: [`127.0.0.1:${port}`] } },
    cmd_take_keys: { steps: "__CHANNEL__:3", req: { request_id: id, code: Array(8).fill("abandon").join(" "), at: [`127.0.0.1:${port}`] } },
    cmd_list_sweeps: {}, cmd_begin_sweep: { req: { request_id: id, wallet_id: wallet } },
    cmd_draft_sweep: { req: { request_id: id, wallet_id: wallet, fee_rate: null, locked: "move" } },
    cmd_finish_sweep: { req: { request_id: id, wallet_id: wallet } }, cmd_waive_sweep: { req: { request_id: id, wallet_id: wallet } },
    cmd_remove_device: { req: { request_id: id, device_id: id } }, cmd_take_wallet: { req: { request_id: id, wallet_id: id } },
    cmd_list_notices: { req: { all: true } }, cmd_dismiss_notice: { req: { notice_id: id } }, cmd_get_backup_health: {}, cmd_prove_backup: { req: { request_id: id, choose: true } },
    cmd_make_recovery_words: intent, cmd_cancel_recover_circle: {},
    cmd_recover_circle: { steps: "__CHANNEL__:4", req: { request_id: id, place: { kind: "webdav", url: `http://127.0.0.1:${port}/`, user: null } } },
    cmd_export_labels: intent, cmd_read_labels: intent, cmd_export_descriptors: intent, cmd_read_descriptors: intent,
    cmd_take_labels: { req: { request_id: id, read_id: id, differing: "take_theirs" } }, cmd_set_place_password: { req: { request_id: id, place_id: id } },
    cmd_settle_conflict: { req: { on: { kind: "wallet_name", wallet_id: wallet }, text: "evil" } },
    cmd_add_place: { req: { request_id: id, place: { kind: "webdav", url: `http://127.0.0.1:${port}/`, user: "evil" } } },
    cmd_remove_place: { req: { place_id: id } }, cmd_sync_places: { req: { place_id: null } }, cmd_cancel_sync_places: {},
    cmd_get_link: {}, cmd_dismiss_link: { req: { number: 1 } },
    cmd_open_scan: {}, cmd_close_scan: { req: { scan: 1 } }, cmd_scan_frame: { bytes: "AQAAAAIAAQAJCQ==" }, cmd_scan_image: { bytes: "AQAAAGV2aWw=" },
    cmd_scan_file: { req: { scan: 1 } }, cmd_scan_clipboard: { req: { scan: 1 } }, cmd_scan_natively: { req: { scan: 1 } }, cmd_scan_text: { req: { scan: 1, text: "evil" } },
    cmd_take_scanned: { req: { request_id: id, scan: 1 } }, cmd_import_scanned: { req: { request_id: id, scan: 1 } }, cmd_watch_scanned: { req: { request_id: id, scan: 1, name: "Evil", network: "regtest", script_type: "segwit" } }, cmd_show_draft: { req: { draft_id: draft, code: "ur", density: "low", from: 0 } },
    cmd_report_page_error: { req: { kind: "error", message: "evil" } },
    cmd_open_console: {},
    cmd_sealed_task: { key: "BAAA" }, cmd_sealed_answer: { answer: "AAAA" },
  };
}

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
    // The console may be open as well.
    for (const handle of (await this.browser.handles()).filter((each) => each !== this.window.main)) {
      try {
        await this.browser.switchTo(handle);
        const [stop] = await this.browser.all("#cancel");
        if (stop) await this.browser.click(stop);
      } catch {
        // It closed meanwhile.
      } finally {
        await this.browser.switchTo(this.window.main);
      }
    }
  }

  /** Calls everything from the page that is driven now. */
  async calls(valid, rounds, skip) {
    await this.browser.run(CALLS, { commands: commands(), rounds, seed: this.seed, valid, skip });
    const end = await until(
      "every call to be answered",
      async () => {
        if (this.isMain) await this.closeSealed();
        const now = await this.browser.run("const { total, done, by, bad, open } = window.__attack; return { total, done, by, bad, open: [...open.values()].slice(0, 9) }");
        this.state = now;
        return now.done === now.total && now;
      },
      { seconds: 150 },
    ).catch(async (error) => {
      const said = (await heard(this.browser)).filter((line) => !/^(answer|event) /.test(line)).slice(-9);
      throw new Error(`${error.message}; ${JSON.stringify(this.state)}; ${said.join("\n").slice(0, 3000)}`);
    });
    assert.deepEqual(end.bad, []);
    assert.ok((!this.isMain || end.by.answers > 0) && end.by.denials > 0 && end.by["typed errors"] > 0, JSON.stringify(end.by));
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
  attack.isMain = true;
  const before = consent.questions.length;
  const main = await attack.calls(valid, ROUNDS, ["cmd_lock_wallet", "cmd_set_settings", "cmd_frontend_ready"]);
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
  await until("the limit on questions to pass", async () => {
    const before = consent.questions.length;
    consent.next("agree");
    await window.browser.run(`window.__TAURI_INTERNALS__.invoke("cmd_show_words", { req: {} }).catch(() => undefined); return 1`);
    const opened = await until("the sealed window", async () => (await window.browser.handles()).length > 1, { seconds: 2 }).catch(() => false);
    if (!opened) consent.forget();
    return opened && consent.questions.length > before;
  }, { seconds: 90 });
  await session.window.sealed(async (sealed) => {
    attack.isMain = false;
    await listen(window.browser);
    const inside = await attack.calls({ cmd_sealed_task: { key: "BAAA" }, cmd_sealed_answer: { answer: "AAAA" } }, 12, []).catch((error) => {
      throw new Error(`in the sealed window: ${error.message}`);
    });
    console.log(`# from the sealed window: ${inside.total} calls, ${JSON.stringify(inside.by)}`);
    await attack.leave("the sealed window");
    assert.deepEqual(await window.browser.runAsync(FORGE), []);
    await window.browser.runAsync(REACH, spy.port);
    assert.deepEqual(spy.seen, [], "somebody came");
    await attack.browser.press("Escape").catch((error) => {
      // The window may be gone before the key is let go.
      if (error.code !== "no such window") throw error;
    });
  });
  await nothingSpent();
  yield "a_hostile_script_in_the_sealed_window_reaches_no_command_of_the_other_and_no_server";

  await session.send("0.01");
  spy.close();
  yield "after_all_of_it_the_wallet_pays_once";
  await window.close();
}
