import { render, screen, waitFor } from "@solidjs/testing-library";
import { describe, expect, it, vi } from "vitest";
import { App } from "./app";
import { IpcError } from "./ipc/error";
import { makeFakeBackend, scenarioOf, type FakeBackend } from "./ipc/fake";
import { testPlatform } from "./test-platform";
import { TESTID } from "./testids";

const ADDRESS = "bcrt1pqqqsyqcyq5rqwzqfpg9scrgwpugpzysnzs23v9ccrydpk8qarc0s5kzq8e";

const platform = testPlatform();

function open(words: string, path = "/"): FakeBackend {
  window.location.hash = path;
  const backend = makeFakeBackend({ ...scenarioOf(new URLSearchParams(`fake=${words}`)), latency: 0 });
  render(() => <App backend={backend} platform={platform} />);
  return backend;
}

const byId = (id: string): Promise<HTMLElement> => screen.findByTestId(id);
const firstOf = async (id: string): Promise<HTMLElement> => (await screen.findAllByTestId(id))[0]!;
const type = (element: HTMLElement, text: string): void => {
  (element as HTMLInputElement).value = text;
  element.dispatchEvent(new InputEvent("input", { bubbles: true }));
};
const calls = (backend: FakeBackend, command: string) => backend.calls.filter((call) => call.command === command);

describe("before there is a wallet", () => {
  it("welcomes, creates, and asks to back up", async () => {
    const backend = open("new");
    (await byId(TESTID.welcomeNew)).click();
    type(await byId(TESTID.createName), "Everyday");
    (await byId(TESTID.createSubmit)).click();
    await byId(TESTID.backupPrompt);
    expect(screen.getByTestId(TESTID.app).dataset["vault"]).toBe("open");
    const [call] = calls(backend, "cmd_create_wallet");
    expect(call?.request[0]).toMatchObject({ name: "Everyday", network: "regtest", script_type: "taproot" });
    expect((call?.request[0] as { request_id: string }).request_id).toMatch(/^[0-9a-f]{32}$/);
  });

  it("does not create a wallet without a name", async () => {
    const backend = open("new", "/create");
    type(await byId(TESTID.createName), "  ");
    (await byId(TESTID.createSubmit)).click();
    await screen.findByText("Give it a name.");
    expect(calls(backend, "cmd_create_wallet")).toHaveLength(0);
  });

  it("shows which window to look at while Rust waits for a passphrase", async () => {
    open("new,held", "/create");
    (await byId(TESTID.createSubmit)).click();
    expect((await byId(TESTID.awaiting)).dataset["what"]).toBe("passphrase_new");
  });

  it("sends a failed creation again under the same id, and a changed one under another", async () => {
    const backend = open("new,declined", "/create");
    const submit = await byId(TESTID.createSubmit);
    submit.click();
    await byId(TESTID.errorNotice);
    (await byId(TESTID.createSubmit)).click();
    await waitFor(() => expect(calls(backend, "cmd_create_wallet")).toHaveLength(2));
    await waitFor(() => expect(screen.getByTestId<HTMLButtonElement>(TESTID.createSubmit).disabled).toBe(false));
    type(await byId(TESTID.createName), "Other");
    (await byId(TESTID.createSubmit)).click();
    await waitFor(() => expect(calls(backend, "cmd_create_wallet")).toHaveLength(3));
    const ids = calls(backend, "cmd_create_wallet").map((call) => (call.request[0] as { request_id: string }).request_id);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
  });
});

describe("the node console", () => {
  it("is opened by name, and this page knows nothing else of it", async () => {
    const backend = open("ready", "/more");
    (await byId(TESTID.openConsole)).click();
    await waitFor(() => expect(calls(backend, "cmd_open_console")).toHaveLength(1));
  });

  it("is a place of its own on a phone, left when its view closes", async () => {
    const backend = open("handset", "/more");
    (await byId(TESTID.openConsole)).click();
    await byId(TESTID.consoleAgain);
    expect(window.location.hash).toBe("#/node");
    expect(calls(backend, "cmd_open_console")).toHaveLength(1);
    backend.emit({ type: "console_closed" });
    await byId(TESTID.openConsole);
    expect(window.location.hash).toBe("#/more");
    // Somebody who is elsewhere by then stays there.
    backend.emit({ type: "console_closed" });
    expect(window.location.hash).toBe("#/more");
    expect(calls(backend, "cmd_open_console")).toHaveLength(1);
  });

  it("says on a phone why it did not open, and opens when asked again", async () => {
    const backend = open("handset,failed", "/more");
    (await byId(TESTID.openConsole)).click();
    const notice = await byId(TESTID.errorNotice);
    expect(notice.dataset["code"]).toBe("internal");
    expect(calls(backend, "cmd_open_console")).toHaveLength(1);
    backend.scenario.failed = false;
    notice.querySelector<HTMLButtonElement>(".notice-actions button")?.click();
    await byId(TESTID.consoleAgain);
    expect(calls(backend, "cmd_open_console")).toHaveLength(2);
  });

  it("has no place of its own where windows are", async () => {
    const backend = open("ready", "/node");
    await byId(TESTID.openConsole);
    await waitFor(() => expect(window.location.hash).toBe("#/more"));
    expect(calls(backend, "cmd_open_console")).toHaveLength(0);
  });
});

describe("home", () => {
  it("shows the balance, its freshness and the network", async () => {
    const backend = open("ready");
    const total = backend.world.coins.reduce((sum, coin) => sum + coin.amount, 0);
    expect((await byId(TESTID.balance)).dataset["sats"]).toBe(String(total));
    expect((await byId(TESTID.freshness)).dataset["height"]).toBe("1204");
    expect((await byId(TESTID.networkBand)).textContent).toContain("worth nothing");
  });

  it("draws an unknown balance as a dash, never as zero", async () => {
    open("unknown");
    const balance = await byId(TESTID.balance);
    expect(balance.textContent).toContain("—");
    expect(balance.textContent).not.toContain("0");
    expect(balance.dataset["sats"]).toBeUndefined();
  });

  it("waits, fails and is empty in words", async () => {
    open("loading");
    await firstOf(TESTID.skeleton);
    expect(screen.queryByTestId(TESTID.balance)).toBeNull();
  });

  it("says what a failure means for the money", async () => {
    open("failed");
    const notice = await firstOf(TESTID.errorNotice);
    expect(notice.dataset["code"]).toBe("damaged");
    expect(notice.textContent).toContain("Nothing was changed.");
    expect(screen.queryByTestId(TESTID.balance)).toBeNull();
  });

  it("keeps the old picture when the server is away, and says how old it is", async () => {
    open("offline");
    (await byId(TESTID.freshness)).click();
    const banner = await byId(TESTID.staleBanner);
    await waitFor(() => expect(banner.textContent).toMatch(/As of block 1,204, 3 hours ago/));
    expect((await byId(TESTID.balance)).dataset["sats"]).toBeDefined();
  });

  it("gets coins on the sandbox and shows them without being told to", async () => {
    const backend = open("empty");
    (await byId(TESTID.getCoins)).click();
    await waitFor(() => expect(screen.getByTestId(TESTID.balance).dataset["sats"]).toBe("100000000"));
    expect((await firstOf(TESTID.txRow)).dataset["txid"]).toBe(backend.world.transactions[0]?.txid);
  });
});

describe("lock", () => {
  it("takes away every screen and every answer", async () => {
    const backend = open("ready");
    await byId(TESTID.balance);
    (await firstOf(TESTID.lock)).click();
    await byId(TESTID.unlock);
    expect(screen.queryByTestId(TESTID.balance)).toBeNull();
    expect(document.body.textContent).not.toContain("Everyday");
    // A lock by hand does not ask for the passphrase by itself.
    expect(calls(backend, "cmd_unlock_wallet")).toHaveLength(0);
    const before = calls(backend, "cmd_get_balance").length;
    (await byId(TESTID.unlock)).click();
    await byId(TESTID.balance);
    expect(calls(backend, "cmd_get_balance").length).toBe(before + 1);
  });

  it("follows when Rust locks by itself", async () => {
    const backend = open("ready");
    await byId(TESTID.balance);
    backend.emit({ type: "locked" });
    await byId(TESTID.unlock);
  });

  it("asks for the passphrase at the start", async () => {
    const backend = open("locked");
    await byId(TESTID.balance);
    expect(calls(backend, "cmd_unlock_wallet")).toHaveLength(1);
  });
});

describe("sending", () => {
  const toAmount = async (): Promise<void> => {
    type(await byId(TESTID.sendTo), ADDRESS);
    (await byId(TESTID.sendNext)).click();
    await byId(TESTID.sendAmount);
    await waitFor(() => expect(screen.getAllByTestId(TESTID.feeChoice).length).toBe(4));
  };

  it("goes from an address to a payment in three steps", async () => {
    const backend = open("ready", "/send");
    await toAmount();
    type(await byId(TESTID.sendAmount), "0.0425");
    (await byId(TESTID.sendNext)).click();
    expect((await byId(TESTID.draftAmount)).dataset["sats"]).toBe("4250000");
    expect((await byId(TESTID.draftRecipient)).dataset["address"]).toBe(ADDRESS);
    const [draft] = calls(backend, "cmd_create_draft");
    expect(draft?.request[0]).toMatchObject({ recipients: [{ address: ADDRESS, amount: 4_250_000 }], fee_rate: 9.2, coins: null });
    (await byId(TESTID.sendButton)).click();
    const sent = await byId(TESTID.sent);
    expect(sent.dataset["txid"]).toBe(backend.world.transactions[0]?.txid);
  });

  it("makes no draft of an amount that does not parse", async () => {
    const backend = open("ready", "/send");
    await toAmount();
    for (const typed of ["", "1,5", "0", "1e3", "99999"]) {
      type(await byId(TESTID.sendAmount), typed);
      (await byId(TESTID.sendNext)).click();
    }
    await screen.findByText(/You can spend up to/);
    expect(calls(backend, "cmd_create_draft")).toHaveLength(0);
  });

  it("says that an address is none before anything else", async () => {
    open("ready", "/send");
    type(await byId(TESTID.sendTo), "definitely not!");
    (await byId(TESTID.sendNext)).click();
    await screen.findByText(/This is not a bitcoin address/);
  });

  it("returns to the draft when its owner says no to the system", async () => {
    const backend = open("declined", "/send");
    await toAmount();
    type(await byId(TESTID.sendAmount), "0.01");
    (await byId(TESTID.sendNext)).click();
    (await byId(TESTID.sendButton)).click();
    expect((await byId(TESTID.errorNotice)).dataset["code"]).toBe("declined");
    expect(backend.world.drafts).toHaveLength(1);
    expect(screen.getByTestId<HTMLButtonElement>(TESTID.sendButton).disabled).toBe(false);
  });

  it("sends the same draft when it is sent again after the server was away", async () => {
    const backend = open("ready", "/send");
    await toAmount();
    type(await byId(TESTID.sendAmount), "0.01");
    (await byId(TESTID.sendNext)).click();
    await byId(TESTID.sendButton);
    backend.scenario.online = false;
    (await byId(TESTID.sendButton)).click();
    // Rust asks the server before it asks for a signature.
    expect((await byId(TESTID.errorNotice)).textContent).toContain("Nothing was sent");
    backend.scenario.online = true;
    (await byId(TESTID.sendButton)).click();
    await byId(TESTID.sent);
    const ids = calls(backend, "cmd_send_transaction").map((call) => (call.request[0] as { draft_id: string }).draft_id);
    expect(new Set(ids).size).toBe(1);
  });

  it("says of a signed draft that it may have arrived, once it is known how far it came", async () => {
    const backend = open("ready", "/send");
    await toAmount();
    type(await byId(TESTID.sendAmount), "0.01");
    (await byId(TESTID.sendNext)).click();
    await byId(TESTID.sendButton);
    backend.scenario.online = false;
    const said: string[] = [];
    const seen = new MutationObserver(() => said.push(screen.queryByTestId(TESTID.errorNotice)?.textContent ?? ""));
    seen.observe(document.body, { childList: true, subtree: true, characterData: true });
    // It is signed, and then the server does not answer.
    backend.world.drafts = backend.world.drafts.map((draft) => ({ ...draft, state: "signed" as const }));
    (await byId(TESTID.sendButton)).click();
    await screen.findByText(/it can only be paid once/);
    seen.disconnect();
    expect(said.join()).not.toContain("Nothing was sent");
  });

  it("spends what was chosen among the coins", async () => {
    const backend = open("ready", "/coins");
    const row = await firstOf(TESTID.coinRow);
    const box = row.querySelector<HTMLInputElement>("input[type=checkbox]");
    box?.click();
    (await byId(TESTID.coinsSpend)).click();
    await toAmount();
    type(await byId(TESTID.sendAmount), "0.01");
    (await byId(TESTID.sendNext)).click();
    await byId(TESTID.draftReview);
    expect(calls(backend, "cmd_create_draft")[0]?.request[0]).toMatchObject({ coins: [row.dataset["outpoint"]] });
  });
});

describe("a payment", () => {
  it("that waits can be cancelled, and leads to what takes its place", async () => {
    const backend = open("pending");
    const pending = backend.world.transactions.find((tx) => tx.status === "pending" && tx.direction === "outgoing");
    window.location.hash = `/activity/${pending?.txid ?? ""}`;
    (await byId(TESTID.txCancel)).click();
    (await byId(TESTID.txCancelConfirm)).click();
    await waitFor(() => expect(screen.getByTestId(TESTID.tx).dataset["txid"]).toBe(backend.world.transactions[0]?.txid));
    expect(calls(backend, "cmd_cancel_transaction")[0]?.request[0]).toMatchObject({ txid: pending?.txid, draft_id: null });
  });

  it("of ten thousand draws only the rows in view", async () => {
    open("many", "/activity");
    await firstOf(TESTID.txRow);
    expect((await byId(TESTID.historyCount)).textContent).toBe("10,000 payments");
    expect(screen.getAllByTestId(TESTID.txRow).length).toBeLessThan(80);
  });

  it("that came in is told in a note", async () => {
    const backend = open("ready");
    await byId(TESTID.balance);
    backend.emit({ type: "received", wallet_id: "w", txid: "ab", amount: backend.world.coins[0]!.amount, confirmed: false });
    expect((await byId(TESTID.toast)).textContent).toContain("is coming in");
  });
});

describe("the page", () => {
  it("asks for nothing before the handshake", async () => {
    const backend = open("ready");
    expect(backend.calls).toHaveLength(0);
    await byId(TESTID.balance);
  });

  it("says so when Rust does not answer, and tries again", async () => {
    window.location.hash = "/";
    const backend = makeFakeBackend({ ...scenarioOf(new URLSearchParams("fake=ready")), latency: 0 });
    let refused = false;
    const first = { ...backend, ready: (listen: Parameters<typeof backend.ready>[0]) => {
      if (refused) return backend.ready(listen);
      refused = true;
      return Promise.reject(new IpcError("forbidden", "not allowed"));
    } };
    render(() => <App backend={first} platform={platform} />);
    expect((await byId(TESTID.errorNotice)).dataset["code"]).toBe("forbidden");
    screen.getByText("Try again").click();
    await byId(TESTID.balance);
  });

  it("keeps settings that Rust kept", async () => {
    const backend = open("ready", "/settings");
    const unit = await byId(TESTID.settingUnit);
    unit.querySelector<HTMLInputElement>("[data-choice=sats] input")?.click();
    await waitFor(() => expect(calls(backend, "cmd_set_settings")).toHaveLength(1));
    expect(calls(backend, "cmd_set_settings")[0]?.request[0]).toMatchObject({ unit: "sats", theme: "system" });
  });

  it("offers presence in place of the passphrase where the keychain asks each time", async () => {
    const backend = open("presence", "/settings");
    type(await byId(TESTID.limitPresence), "0.0005");
    (await byId(TESTID.limitSave)).click();
    await waitFor(() => expect(calls(backend, "cmd_set_limits")).toHaveLength(1));
    expect(calls(backend, "cmd_set_limits")[0]?.request[0]).toEqual({ per_payment: null, per_day: null, by_presence: 50_000 });
  });

  it("offers it nowhere else", async () => {
    const backend = open("ready", "/settings");
    type(await byId(TESTID.limitDay), "0.001");
    (await byId(TESTID.limitSave)).click();
    await waitFor(() => expect(calls(backend, "cmd_set_limits")).toHaveLength(1));
    expect(screen.queryByTestId(TESTID.limitPresence)).toBeNull();
    expect(calls(backend, "cmd_set_limits")[0]?.request[0]).toEqual({ per_payment: null, per_day: 100_000, by_presence: null });
  });
});

it("test ids are each used for one thing", () => {
  const ids = Object.values(TESTID);
  expect(new Set(ids).size).toBe(ids.length);
});

describe("for keyboards and screen readers", () => {
  const key = (init: KeyboardEventInit): boolean =>
    (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...init }));

  it("names the screens' places, heads and lists by role", async () => {
    open("pending");
    await byId(TESTID.balance);
    expect(screen.getAllByRole("navigation", { name: "Screens" }).length).toBeGreaterThan(0);
    expect(screen.getByRole("main")).toBeTruthy();
    expect(screen.getByRole("heading", { level: 1, name: "Home of Everyday" })).toBeTruthy();
    expect(screen.getByRole("note").textContent).toContain("practice coins");
    const scrub = await screen.findByRole("slider", { name: "Balance over time" });
    expect(scrub.getAttribute("aria-valuetext")).toMatch(/BTC$/);
    expect(screen.getByRole("table", { name: /Balance after each/ })).toBeTruthy();
    expect(screen.getAllByRole("link", { current: "page" }).map((link) => link.textContent)).toContain("Home");
  });

  it("gives the focus back to what opened a sheet", async () => {
    open("ready");
    const opener = (await screen.findAllByRole("button", { name: /Keyboard shortcuts/ }))[0]!;
    opener.focus();
    opener.click();
    const sheet = await screen.findByRole("dialog", { name: "Keyboard shortcuts" });
    await waitFor(() => expect(sheet.contains(document.activeElement)).toBe(true));
    screen.getByRole("button", { name: "Close" }).click();
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await waitFor(() => expect(document.activeElement).toBe(opener));
  });

  it("goes where one types", async () => {
    open("ready");
    await byId(TESTID.balance);
    key({ key: "k", ctrlKey: true });
    const field = await screen.findByRole("combobox", { name: /Type where to go/ });
    await waitFor(() => expect(document.activeElement).toBe(field));
    type(field, "addr");
    const options = await screen.findAllByRole("option");
    expect(options.map((option) => option.textContent)).toEqual(["Addresses"]);
    expect(field.getAttribute("aria-activedescendant")).toBe(options[0]!.id);
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    await screen.findByRole("heading", { level: 1, name: "Addresses" });
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  it("hands a new screen the focus, outside a wallet too", async () => {
    open("new");
    (await byId(TESTID.welcomeNew)).click();
    await byId(TESTID.createName);
    await waitFor(() => expect(document.activeElement?.id).toBe("main"));
  });

  it("leaves the focus to who is writing when the session is told anew", async () => {
    const backend = open("ready", "/send");
    const field = await byId(TESTID.sendTo);
    field.focus();
    const ready = vi.spyOn(backend, "ready");
    backend.emit({ type: "stale", tags: ["session"] });
    expect(ready).toHaveBeenCalledOnce();
    await ready.mock.results[0]?.value;
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    expect(document.activeElement).toBe(field);
  });

  it("says what failed, what it means for the money and what to do, once", async () => {
    open("failed");
    await screen.findByText(/Nothing happened to them/);
    const alerts = screen.getAllByRole("alert");
    expect(alerts).toHaveLength(1);
    expect(alerts[0]?.textContent).toMatch(/damaged.*Nothing was changed\..*Do not delete it/);
  });
});
