// The same script in the console's window, which is let in at a node with a key that it must not learn.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { choose, closeConsole, goToView, openConsole } from "../lib/console-window.mjs";
import { until } from "../lib/until.mjs";
import { FORGE, REACH, TAMPER } from "./lib/attack.mjs";
import { helpers, told } from "./lib/eyes.mjs";
import { heard, listen } from "./lib/recorder.mjs";

const ROUNDS = 24;

/** Types the key to the node where keys are typed. */
async function letIn(session, page, user, key) {
  await goToView(page, "/connection");
  await choose(page, "node-key-kind", "login");
  await page.fill("node-key-user", user);
  session.consent.next("agree");
  await page.press("node-key-submit");
  await page.sealed(async (sealed) => {
    await sealed.fill("#passphrase", key);
    await sealed.submit();
  });
  await page.find("node-key-state", '[data-set="true"]');
}

export async function* hostileConsole(attack, { consent, chain, node, home, valid }) {
  const { session, spy, browser, window } = attack;
  const { eyes } = session;
  // The main window's script may have opened it.
  if ((await browser.handles()).length > 1) {
    const [handle] = (await browser.handles()).filter((each) => each !== window.main);
    await closeConsole(window, { main: handle });
  }
  const [user, key] = readFileSync(join(node, ".cookie"), "utf8").trim().split(":");
  await eyes.know("node", key);
  const web = () => helpers(session.main).filter(({ kind }) => kind === "web").map(({ pid }) => pid);
  const others = web();
  const page = await openConsole(window);
  const [process] = web().filter((pid) => !others.includes(pid));
  await listen(browser);
  await letIn(session, page, user, key);
  await page.find("app", '[data-line="up"]');

  assert.deepEqual(await browser.run(TAMPER), []);
  consent.away = true;
  const before = consent.questions.length;
  const { total, by, answered } = await attack.calls("CONSOLE", valid, ROUNDS, ["cmd_close_console", "cmd_console_ready"]);
  console.log(`# from the console's window: ${total} calls, ${JSON.stringify(by)}, ${consent.questions.length - before} questions`);
  consent.away = false;
  yield "a_hostile_script_in_the_console_s_window_reaches_its_own_commands_and_no_other_window_s";

  // The faucet and mining ask nobody, on regtest alone.
  for (const command of ["cmd_get_health", "cmd_get_config"]) assert.ok(answered[command] > 0, command);
  for (const command of ["cmd_send_transaction_admin", "cmd_set_base_url", "cmd_set_api_key"]) assert.equal(answered[command], undefined, command);
  assert.deepEqual(await chain.mempool(), []);
  const config = await attack.call("cmd_get_config", {});
  assert.deepEqual([config.value.url, config.value.user, config.value.key_set], [chain.url, user, true]);
  yield "it_pays_nothing_out_of_the_node_and_sets_no_other_node_without_its_owner";

  const { hits, secrets } = await eyes.look([home], {
    "what the console's page was told": await eyes.text(await heard(browser)),
    "the memory of the console's web process": `memory:${process}`,
    "the home": `files:${home}`,
  });
  assert.ok(secrets > 0);
  assert.equal(told(hits), "");
  yield "the_key_to_the_node_and_the_wallet_s_secrets_are_nowhere_where_it_reads";

  assert.deepEqual(await browser.runAsync(FORGE), []);
  await attack.leave("the console's window");
  await browser.runAsync(REACH, spy.port);
  assert.deepEqual(spy.seen, [], "somebody came");
  yield "it_forges_no_request_leaves_its_page_for_none_and_reaches_no_server";

  await browser.reload();
  await until("the console again", () => page.there("console-height"));
  await closeConsole(window, page);
}
