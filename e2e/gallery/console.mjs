// The console's views in every state: name, scenario, path, what to do before the picture.
const id = (name) => `[data-testid="${name}"]`;
const ADDRESS = "bcrt1pqqqsyqcyq5rqwzqfpg9scrgwpugpzysnzs23v9ccrydpk8qarc0s5kzq8e";

const first = (testId, until) => async (page) => {
  await page.locator(id(testId)).first().click();
  await page.waitForSelector(id(until));
};
const search = (text) => async (page) => {
  await page.keyboard.press("/");
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
};
const sends = async (page) => {
  await page.fill(id("node-send-to"), ADDRESS);
  await page.fill(id("node-send-amount"), "0.05");
  await page.click(id("node-send-submit"));
};

export const CONSOLE_SHOTS = [
  ["overview", "up", "/"],
  ["overview-bitcoin", "bitcoin", "/"],
  ["overview-syncing", "syncing", "/"],
  ["overview-loading", "loading", "/"],
  ["overview-lost", "lost", "/"],
  ["overview-dead", "dead", "/"],
  ["overview-unauthorized", "unauthorized", "/"],
  ["overview-cookie", "cookie", "/"],
  ["overview-otherchain", "otherchain", "/"],
  ["overview-fell", "fell", "/"],
  ["overview-nonsense", "nonsense", "/"],
  ["overview-busy", "busy", "/"],
  ["overview-slow", "slow", "/"],
  ["overview-noproxy", "noproxy", "/"],
  ["overview-pruned", "pruned", "/"],
  ["overview-warns", "warns,alone", "/"],
  ["overview-discreet", "discreet,calm", "/"],
  ["overview-unset", "notset", "/"],
  ["overview-phone", "phone", "/"],
  ["blocks", "up", "/blocks"],
  ["blocks-bitcoin", "bitcoin", "/blocks"],
  ["blocks-lost", "lost", "/blocks"],
  ["blocks-pruned", "pruned", "/blocks"],
  ["blocks-loading", "loading", "/blocks"],
  ["block", "up", "/blocks", first("console-block-row", "console-block")],
  ["block-header", "bitcoin", "/blocks", async (page) => {
    await first("console-block-row", "console-block")(page);
    await page.getByText("Header").click();
  }],
  ["block-none", "up", "/block/999999"],
  ["block-dead", "dead", "/block/100"],
  ["mempool", "up", "/mempool"],
  ["mempool-bitcoin", "bitcoin", "/mempool"],
  ["mempool-crowded", "crowded", "/mempool"],
  ["mempool-table", "up", "/mempool", (page) => page.getByText("As a table").click()],
  ["mempool-none", "calm", "/mempool"],
  ["mempool-lost", "lost", "/mempool"],
  ["tx", "up", "/block/213", async (page) => {
    await page.locator(id("console-tx-row")).nth(1).click();
    await page.waitForSelector(id("console-tx"));
  }],
  ["tx-scripts", "up", "/block/213", async (page) => {
    await page.locator(id("console-tx-row")).nth(1).click();
    await page.waitForSelector(id("console-tx"));
    await page.locator("summary", { hasText: "Script" }).first().click();
    await page.locator(".pair").scrollIntoViewIfNeeded();
  }],
  ["tx-coinbase", "up", "/block/213", first("console-tx-row", "console-tx")],
  ["tx-waiting", "up", "/mempool", first("console-pool-row", "console-tx")],
  ["tx-none", "up", `/tx/${"0".repeat(63)}1`],
  ["address", "up", "/block/213", async (page) => {
    await page.locator(id("console-tx-row")).nth(1).click();
    await page.waitForSelector(id("console-tx"));
    await page.locator(".script-address").last().click();
    await page.waitForSelector(id("console-address"));
  }],
  ["address-no-index", "plain", `/address/${ADDRESS}`],
  ["address-empty", "up", `/address/${ADDRESS}`],
  ["search-none", "up", "/", search("ab".repeat(32))],
  ["search-short", "up", "/", search("abcdef0123456789")],
  ["search-form", "up", "/", search("what is this")],
  ["mine", "up", "/mine"],
  ["mine-done", "up", "/mine", async (page) => {
    await page.fill(id("mine-address"), ADDRESS);
    await page.fill(id("mine-count"), "3");
    await page.click(id("mine-submit"));
    await page.waitForSelector(id("mined"));
    await page.locator(id("mined")).scrollIntoViewIfNeeded();
  }],
  ["faucet-paid", "up", "/mine", async (page) => {
    await page.fill(id("faucet-address"), ADDRESS);
    await page.click(id("faucet-submit"));
    await page.waitForSelector(id("faucet-paid"));
  }],
  ["mine-not", "bitcoin", "/mine"],
  ["mine-signet", "signet", "/mine"],
  ["wallets", "up", "/wallets"],
  ["wallets-fresh", "onewallet", "/wallets", async (page) => {
    await page.click(id("node-wallet-fresh"));
    await page.locator(id("node-wallet-fresh-address")).scrollIntoViewIfNeeded();
  }],
  ["wallets-none", "nowallets", "/wallets"],
  ["wallets-off", "walletless", "/wallets"],
  ["wallets-unloaded", "up", "/wallets", (page) => page.selectOption(id("node-wallet"), "cold")],
  ["wallets-send-asking", "up,held", "/wallets", sends],
  ["wallets-send-declined", "up,declined", "/wallets", async (page) => {
    await sends(page);
    await page.locator(id("console-failure")).scrollIntoViewIfNeeded();
  }],
  ["wallets-sent", "up", "/wallets", async (page) => {
    await sends(page);
    await page.locator(id("node-sent")).scrollIntoViewIfNeeded();
  }],
  ["connection", "bitcoin", "/connection"],
  ["connection-unset", "notset", "/connection"],
  ["connection-open", "regtest", "/connection", (page) => page.fill(id("node-url"), "http://node.example.org:8332")],
  ["connection-fault", "regtest", "/connection", (page) => page.fill(id("node-url"), "http://ada:secret@127.0.0.1:8332")],
  ["connection-asking", "regtest,held", "/connection", async (page) => {
    await page.fill(id("node-url"), "https://node.example.org");
    await page.click(id("node-url-submit"));
  }],
  ["connection-key-asking", "regtest,held", "/connection", (page) => page.click(id("node-key-submit"))],
  ["connection-checked", "bitcoin", "/connection", async (page) => {
    await page.click(id("node-check"));
    await page.locator(id("node-check-line")).last().scrollIntoViewIfNeeded();
  }],
  ["connection-refused", "unauthorized", "/connection", async (page) => {
    await page.click(id("node-check"));
    await page.locator(id("node-check-line")).last().scrollIntoViewIfNeeded();
  }],
  ...[["blocks", "blocks", "block-row"], ["mempool", "mempool", "pool-row"], ["wallets", "wallets", "address-row"]].map(([name, path, row]) => [
    `${name}-deep`, "deep", `/${path}`, async (page) => {
      await page.waitForSelector(id(`console-${row}`));
      for (let i = 0; i < 5; i += 1) {
        await page.mouse.move(180, 400);
        await page.mouse.wheel(0, 2500);
        await page.waitForTimeout(150);
      }
    },
  ]),
  ["blocks-torn", "torn", "/blocks", async (page) => {
    await page.waitForSelector(id("console-block-row"));
    await page.locator("[role=listitem]").last().scrollIntoViewIfNeeded();
    await page.mouse.wheel(0, 9000);
    await page.waitForSelector(id("console-more"));
    await page.locator(id("console-more")).scrollIntoViewIfNeeded();
  }],
  ["keys", "up", "/", (page) => page.keyboard.press("?")],
].map(([name, ...rest]) => [`console-${name}`, ...rest]);
