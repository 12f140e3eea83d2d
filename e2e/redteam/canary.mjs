// The canary scan: a session with secrets drawn for it, and a search for each of them, in every form, wherever it may
// not be. `the_scan_finds_no_secret_outside` and the other steps are named in docs/threat-model.md.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { until } from "../lib/until.mjs";
import { WalletWindow } from "../lib/wallet-window.mjs";
import { goTo } from "../screens/history.mjs";
import { Eyes, helpers, mainProcess, told } from "./lib/eyes.mjs";
import { heard, listen } from "./lib/recorder.mjs";

export const ELSEWHERE = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";

/** What a person does with secrets, from an empty home to a locked one. */
export class Session {
  constructor(world, eyes, window, home) {
    Object.assign(this, world, { eyes, window, home });
    this.passphrases = eyes.secrets.passphrases;
    this.vault = this.passphrases.vault;
    this.replies = [];
    this.sealedProcesses = new Set();
  }

  /** Opens the window on a home, and learns which processes are its own. */
  static async open(world, eyes, home) {
    const window = await WalletWindow.open({ ...world, home });
    world.window = window;
    await listen(window.browser);
    const session = new Session(world, eyes, window, home);
    session.main = await mainProcess(home);
    session.page = helpers(session.main).find(({ kind }) => kind === "web").pid;
    return session;
  }

  async sealed(work) {
    await this.window.sealed(async (sealed) => {
      await listen(this.window.browser);
      for (const { pid, kind } of helpers(this.main)) if (kind === "web" && pid !== this.page) this.sealedProcesses.add(pid);
      const note = async () => this.replies.push(...(await heard(this.window.browser)));
      await work(sealed, note);
    });
  }

  /** Types texts into the sealed window and submits. */
  type(fields) {
    return this.sealed(async (sealed) => {
      for (const [css, text] of Object.entries(fields)) await sealed.fill(css, text);
      await sealed.submit();
    });
  }

  choose(text) {
    return this.type({ "#passphrase": text, "#passphrase-again": text });
  }

  prove() {
    return this.type({ "#passphrase": this.vault });
  }

  async send(amount) {
    const { window, consent } = this;
    await window.press("nav-send");
    await window.fill("send-to", ELSEWHERE);
    await window.press("send-next");
    await window.fill("send-amount", amount);
    await window.press("send-next");
    await window.find("draft-review");
    consent.next("agree");
    await window.press("send-button");
    await this.prove();
    await window.attribute("sent", "data-txid");
    await this.chain.mine();
  }

  async receive(amount) {
    const { window, chain } = this;
    await window.press("nav-receive");
    const address = await window.attribute("address", "data-address");
    await chain.faucet(address, amount);
    await window.press("nav-home");
    await window.sats("balance", amount);
  }
}

export async function create(session) {
  const { window, consent } = session;
  await window.press("welcome-new");
  await window.fill("create-name", "Made");
  await window.press("create-submit");
  await session.choose(session.vault);
  await window.find("backup-prompt");
  consent.next("agree");
  await window.press("backup-show-words");
  await session.prove();
  await session.sealed(async (sealed, note) => {
    await window.browser.click(await sealed.one("#reveal"));
    await until("the words to be shown", async () => window.browser.run("return !document.querySelector('#done')?.disabled"));
    await note();
    await sealed.done();
  });
}

async function restore(session) {
  const { window, eyes } = session;
  await goTo(window, "/restore");
  await window.fill("create-name", "Typed");
  await window.press("create-submit");
  await session.prove();
  await session.sealed(async (sealed) => {
    for (const [i, word] of eyes.secrets.words.entries()) await sealed.fill(`#word-${i + 1}`, word);
    await sealed.says("#verdict", /^These words fit together/);
    await sealed.submit();
    // Nobody was ever paid there: the usual kind is offered.
    await sealed.one("#kind-taproot:checked");
    await sealed.submit();
  });
  await until("the restored wallet", async () => (await window.browser.run("return location.hash")) === "#/");
}

async function checkWords(session) {
  // Only the words that were typed are known to this script; those that the wallet made never come here.
  const { window, eyes } = session;
  await goTo(window, "/backup");
  await window.press("backup-check-words");
  await session.prove();
  await session.sealed(async (sealed) => {
    await sealed.answerWords(eyes.secrets.words);
    await sealed.submit();
  });
}

async function changePassphrase(session) {
  const { window, consent, passphrases } = session;
  await goTo(window, "/settings");
  consent.next("agree");
  await window.press("change-passphrase");
  await session.type({ "#current": session.vault, "#passphrase": passphrases.changed, "#passphrase-again": passphrases.changed });
  session.vault = passphrases.changed;
}

async function files(session, exported, backups) {
  const { window, consent, passphrases } = session;
  await goTo(window, "/backup");
  consent.next(exported, "agree");
  await window.press("export");
  await session.choose(passphrases.file);
  await session.prove();
  await until("the export", () => existsSync(exported));
  await goTo(window, "/backup");
  consent.next(backups, "agree");
  await window.press("backup-now");
  await session.choose(passphrases.backup);
  await session.prove();
  await window.find("backup-result");
  consent.next(exported);
  await window.press("import");
  await session.prove();
  await session.type({ "#passphrase": passphrases.file });
}

/** Begins to share, and names a server as the place to meet at which nobody listens: its password is typed all the same. */
async function meet(session) {
  const { window, consent, passphrases } = session;
  await goTo(window, "/devices");
  await window.press("devices-begin");
  await window.fill("devices-begin-name", "Desk");
  await window.press("devices-begin-submit");
  await session.prove();
  await window.press("place-add");
  await window.press("place-kind", " [data-choice=webdav]");
  await window.fill("place-url", "http://127.0.0.1:9/dav/");
  await window.fill("place-user", "ada");
  consent.next("agree");
  await window.press("place-submit");
  await session.type({ "#passphrase": passphrases.place });
  await window.find("error-notice", '[data-code="place_unreachable"]');
}

export async function lock(session) {
  const { window } = session;
  await goTo(window, "/");
  await window.press("lock");
  await until("the lock", async () => (await window.attribute("app", "data-vault")) === "locked");
}

async function unlock(session) {
  const { window, passphrases } = session;
  if (!(await window.browser.handles()).some((each) => each !== window.main)) await window.press("unlock");
  await session.sealed(async (sealed, note) => {
    await sealed.fill("#passphrase", passphrases.wrong);
    await sealed.submit();
    await sealed.error();
    await note();
    await sealed.fill("#passphrase", session.vault);
    await sealed.submit();
  });
  await window.find("balance", "[data-sats]");
}

/** Everything that could hold what it must not, by name. */
export async function places(session, { exported, backups, profile }, { main }) {
  const { eyes, window, lines, consent, home } = session;
  const told = await heard(window.browser);
  const of = (...kinds) => told.filter((line) => kinds.some((kind) => line.startsWith(`${kind} `)));
  const said = { "the page's answers": of("answer"), "the page's events": of("event"), "the page's console": told.filter((line) => !/^(answer|event) /.test(line)) };
  const all = {
    ...Object.fromEntries(await Promise.all(Object.entries(said).map(async ([name, lines]) => [name, await eyes.text(lines)]))),
    "what the sealed page was told": await eyes.text(session.replies),
    "the log": await eyes.text(lines),
    "the system's dialogs": await eyes.text(consent.questions.map((question) => JSON.stringify(question))),
    "the home": `files:${home}`,
    "the person's other files": `files:${profile}`,
    "the clipboard": "clipboard",
  };
  if (existsSync(exported)) all["the export"] = `files:${exported}`;
  if (existsSync(backups)) all["the backups"] = `files:${backups}`;
  for (const { pid, kind } of helpers(session.main)) {
    if (kind === "web") all[`the memory of web process ${pid}${pid === session.page ? ", the page's" : ""}`] = `memory:${pid}`;
    if (kind === "network") all[`the memory of network process ${pid}`] = `memory:${pid}`;
  }
  if (main) all["the memory of the wallet's process"] = `memory:${session.main}`;
  return all;
}

export async function* canary(world) {
  const { scratch } = world;
  const eyes = await Eyes.draw(scratch);
  const [home, exported, backups] = ["home", "exported.satchel", "backups"].map((name) => join(scratch, name));
  await mkdir(backups);
  const session = await Session.open(world, eyes, home);
  const { window } = session;

  await create(session);
  await goTo(window, "/");
  await session.receive(5_000_000);
  await session.send("0.01");
  await restore(session);
  await checkWords(session);
  await session.receive(3_000_000);
  await session.send("0.002");
  await changePassphrase(session);
  await files(session, exported, backups);
  await lock(session);
  await unlock(session);
  await session.send("0.001");
  yield "a_session_with_fresh_secrets_goes_through";

  // While it is open it holds what opens the database, and nothing that opens a seed (ADR 0008).
  const inside = () => eyes.look([home], { "the memory of the open wallet's process": `memory:${session.main}` });
  const beyond = ({ hits }, ...known) => told(hits.filter(({ secret }) => !known.includes(secret)));
  const alone = await inside();
  assert.equal(beyond(alone, "database key"), "");
  assert.ok(alone.hits.length > 0, "the database key of an open wallet is in memory; not seeing it is being blind");
  yield "an_open_wallet_holds_the_database_key_and_no_other_secret";

  // Sharing adds the key that passwords of places are sealed under (ADR 0017), and none of the passwords.
  await meet(session);
  const sharing = await inside();
  assert.equal(beyond(sharing, "database key", "bundle key"), "");
  yield "an_open_wallet_that_shares_holds_the_key_of_sharing_too_and_no_password_of_a_place";

  const gone = (pid) => !helpers(session.main).some((each) => each.pid === pid);
  await until("the sealed windows' processes to end", () => [...session.sealedProcesses].every(gone));
  assert.ok(session.sealedProcesses.size >= 10, `it was opened in ${session.sealedProcesses.size} processes`);
  yield "each_sealed_window_had_a_process_of_its_own_that_ended_with_it";

  const known = { exported, backups, profile: world.profile };
  const open = await eyes.look([home], await places(session, known, { main: false }));
  console.log(`# ${open.needles} forms of ${open.secrets} secrets, in ${JSON.stringify(open.bytes)}`);
  assert.equal(told(open.hits), "");
  yield "an_open_wallet_has_no_secret_outside_its_process";

  await lock(session);
  if ((await window.browser.handles()).length > 1) {
    // The window that asks for the passphrase again.
    await window.sealed((sealed) => sealed.leave());
  }
  const locked = await eyes.look([home], await places(session, known, { main: true }));
  console.log(`# after the lock, in ${JSON.stringify(locked.bytes)}`);
  assert.equal(told(locked.hits), "");
  yield "a_locked_wallet_has_no_secret_anywhere";
  await window.close();
}
