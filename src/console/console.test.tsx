import { cleanup, render, screen, waitFor } from "@solidjs/testing-library";
import { afterEach, describe, expect, it, vi } from "vitest";
import { IpcError } from "../ipc/error";
import { makeEventHub } from "../ipc/events";
import type { Platform } from "../platform/platform";
import { App } from "./app";
import type { Command } from "./ipc/backend";
import { makeFakeConsole, scenarioOf, type FakeConsole } from "./ipc/fake";
import type { ConsoleEvent } from "./ipc/types";
import { CID } from "./testids";

const ADDRESS = "bcrt1pqqqsyqcyq5rqwzqfpg9scrgwpugpzysnzs23v9ccrydpk8qarc0s5kzq8e";
const platform: Platform = {
  copy: () => Promise.resolve(true),
  paste: () => Promise.resolve(undefined),
  tick: () => undefined,
  isApple: false,
  now: () => Math.floor(Date.now() / 1000),
};

function open(words = "", path = "/"): FakeConsole {
  window.location.hash = path;
  const backend = makeFakeConsole({ ...scenarioOf(new URLSearchParams(`fake=${words}`)), latency: 0 });
  render(() => <App backend={backend} platform={platform} />);
  return backend;
}

const byId = (id: string): Promise<HTMLElement> => screen.findByTestId(id);
const firstOf = async (id: string): Promise<HTMLElement> => (await screen.findAllByTestId(id))[0]!;
const type = (element: HTMLElement, text: string): void => {
  (element as HTMLInputElement).value = text;
  element.dispatchEvent(new InputEvent("input", { bubbles: true }));
};
const count = (backend: FakeConsole, command: Command): number => backend.calls.filter((call) => call.command === command).length;
/** How often each command was called since `from`. */
const since = (backend: FakeConsole, from: number): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { command } of backend.calls.slice(from)) counts[command] = (counts[command] ?? 0) + 1;
  return counts;
};
const search = async (text: string): Promise<void> => {
  const field = await byId(CID.search);
  type(field, text);
  field.closest("form")!.requestSubmit();
};

describe("the overview", () => {
  it("shows the tip, the blocks, what waits and the node", async () => {
    const backend = open();
    expect((await byId(CID.height)).dataset["height"]).toBe("214");
    expect(await screen.findAllByTestId(CID.blockColumn)).toHaveLength(6);
    await byId(CID.histogram);
    expect((await byId(CID.line)).textContent).toContain("214");
    expect((await byId(CID.band)).dataset["network"]).toBe("regtest");
    expect(count(backend, "cmd_get_blockchain_info")).toBe(1);
  });

  it("asks nothing before Rust has answered that it listens", async () => {
    window.location.hash = "/";
    const backend = makeFakeConsole({ ...scenarioOf(new URLSearchParams()), latency: 0 });
    let answer: (() => void) | undefined;
    const ready = backend.ready.bind(backend);
    backend.ready = async (onEvent) => {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return ready(onEvent);
    };
    render(() => <App backend={backend} platform={platform} />);
    await waitFor(() => expect(answer).toBeDefined());
    expect(backend.calls).toEqual([]);
    answer?.();
    await byId(CID.height);
  });

  it("loses nothing that came while it began", async () => {
    window.location.hash = "/";
    const backend = makeFakeConsole({ ...scenarioOf(new URLSearchParams()), latency: 0 });
    const ready = backend.ready.bind(backend);
    backend.ready = async (onEvent) => {
      const snapshot = await ready(onEvent);
      // Newer than the snapshot, and heard before it is.
      backend.scenario.line = "fell";
      backend.emit({ type: "stale", tags: ["health"] });
      return snapshot;
    };
    render(() => <App backend={backend} platform={platform} />);
    expect((await byId(CID.problem)).dataset["kind"]).toBe("height_fell");
    expect(count(backend, "cmd_get_health")).toBe(1);
  });

  it("says why the first word failed, and begins again", async () => {
    window.location.hash = "/";
    const backend = makeFakeConsole({ ...scenarioOf(new URLSearchParams()), latency: 0 });
    const ready = backend.ready.bind(backend);
    backend.ready = vi.fn(ready).mockRejectedValueOnce(new IpcError("unreachable", "not yet"));
    render(() => <App backend={backend} platform={platform} />);
    const failure = await byId(CID.failure);
    expect(failure.dataset["code"]).toBe("unreachable");
    failure.querySelector("button")!.click();
    await byId(CID.height);
  });

  it("draws how far a node is that loads the chain", async () => {
    open("syncing");
    await byId(CID.sync);
    expect(screen.getByRole("meter").getAttribute("aria-valuetext")).toBe("38.2 % checked");
    expect((await byId(CID.problem)).dataset["kind"]).toBe("initial_download");
  });

  it("says that a node does not tell instead of zero", async () => {
    open("discreet");
    expect(await screen.findAllByText("The node does not tell")).toHaveLength(2);
  });
});

describe("a node that is not well", () => {
  it.each([
    ["unauthorized", "unauthorized"],
    ["cookie", "no_cookie"],
    ["dead", "unreachable"],
    ["busy", "busy"],
    ["noproxy", "no_proxy"],
  ])("%s: says what it sees", async (scenario, kind) => {
    open(scenario);
    expect((await byId(CID.problem)).dataset["kind"]).toBe(kind);
    await byId(CID.failure);
    expect(screen.getByTestId(CID.app).dataset["line"]).toBe("down");
    expect(screen.queryByTestId(CID.height)).toBeNull();
  });

  it("slow: says so above every view, and shows what it shows", async () => {
    open("slow");
    const problem = await byId(CID.problem);
    expect(problem.dataset["kind"]).toBe("slow");
    expect(problem.querySelector(".words")!.textContent).toContain("6 s");
    await byId(CID.height);
    expect(screen.getByTestId(CID.app).dataset["line"]).toBe("up");
    expect(document.querySelector(".view-old")).toBeNull();
  });

  it("pruned: of removed blocks shows what the header says, and draws nothing as empty", async () => {
    open("pruned");
    const columns = await screen.findAllByTestId(CID.blockColumn);
    const removed = columns.map((column) => column.dataset["removed"]);
    expect(removed).toEqual(["false", "false", "false", "false", "true", "true"]);
    expect(columns[4]!.getAttribute("aria-label")).toMatch(/removed by the node/);
    expect(columns[4]!.querySelector(".column-all")).toBeNull();
    expect(columns[3]!.querySelector(".column-all")).not.toBeNull();
    columns[4]!.click();
    expect((await byId(CID.found)).dataset["code"]).toBe("node_block_removed");
  });

  it("pruned: a line of a removed block says so in place of how full it is", async () => {
    open("pruned", "/blocks");
    const rows = await screen.findAllByTestId(CID.blockRow);
    const of = (gone: string) => rows.filter((row) => row.dataset["removed"] === gone);
    expect(of("false")).toHaveLength(4);
    expect(of("true")[0]!.textContent).toContain("Removed by the node");
    expect(of("true")[0]!.querySelector(".meter-all")).toBeNull();
  });

  it("fell: says that it cannot be relied upon, and what it said", async () => {
    open("fell");
    const problem = await byId(CID.problem);
    expect(problem.dataset["kind"]).toBe("height_fell");
    expect(problem.querySelector(".words")!.textContent).toMatch(/was/);
    expect(screen.getByTestId(CID.app).dataset["line"]).toBe("troubled");
  });

  it("otherchain: leads to where it is set again", async () => {
    open("otherchain");
    const problem = await byId(CID.problem);
    expect(problem.dataset["kind"]).toBe("other_chain");
    expect(problem.querySelector("a")!.getAttribute("href")).toContain("/connection");
  });

  it.each(["lost", "giant", "nonsense", "otherchain"])("%s: keeps the last good picture, marked as old", async (scenario) => {
    open(scenario);
    expect((await byId(CID.old)).textContent).toContain("12 minutes ago");
    expect((await byId(CID.height)).dataset["height"]).toBe("214");
    expect(document.querySelector(".view-old")).not.toBeNull();
  });

  it("leads to the connection when no node is set, and nowhere else", async () => {
    const backend = open("notset", "/blocks");
    const unset = await byId(CID.unset);
    expect(count(backend, "cmd_get_blocks")).toBe(0);
    unset.querySelector("button")!.click();
    await byId(CID.url);
  });

  it("keeps the picture when the line is lost while one looks, and recovers by itself", async () => {
    const backend = open();
    await byId(CID.height);
    await byId(CID.histogram);
    backend.scenario.line = "lost";
    const from = backend.calls.length;
    backend.emit({ type: "connection_lost", error: { code: "unreachable", message: "gone", retry: true }, last_answer: 1 });
    expect((await byId(CID.problem)).dataset["kind"]).toBe("unreachable");
    expect(since(backend, from)).toEqual({ cmd_get_health: 1 });
    expect(screen.getByTestId(CID.height).dataset["height"]).toBe("214");
    expect(screen.getByTestId(CID.live).textContent).toBe("The node does not answer any more");
    await byId(CID.old);

    backend.scenario.line = "up";
    backend.emit({ type: "connection_restored", after: 9 });
    await waitFor(() => expect(screen.queryByTestId(CID.problem)).toBeNull());
    await waitFor(() => expect(screen.queryByTestId(CID.old)).toBeNull());
    expect(screen.getByTestId(CID.app).dataset["line"]).toBe("up");
  });

  it("an answer that failed to be renewed stays, marked as old", async () => {
    const backend = open("", "/blocks");
    await firstOf(CID.blockRow);
    backend.scenario.line = "dead";
    backend.emit({ type: "stale", tags: ["blocks"] });
    await byId(CID.old);
    expect(screen.getAllByTestId(CID.blockRow)[0]!.dataset["height"]).toBe("214");
  });
});

describe("events", () => {
  it("refresh exactly what changed", async () => {
    const backend = open();
    await byId(CID.height);
    await byId(CID.histogram);
    await screen.findAllByTestId(CID.blockColumn);
    for (const [tags, asked] of [
      [["mempool"], { cmd_get_mempool: 1 }],
      [["blocks"], { cmd_get_latest_blocks: 1 }],
      [["chain"], { cmd_get_blockchain_info: 1 }],
      [["health"], { cmd_get_health: 1 }],
      // Nothing of these is on this view.
      [["node_wallets"], {}],
      [["transactions", "config"], {}],
      [["chain", "mempool"], { cmd_get_blockchain_info: 1, cmd_get_mempool: 1 }],
    ] as const) {
      const from = backend.calls.length;
      backend.emit({ type: "stale", tags: [...tags] });
      await waitFor(() => expect(since(backend, from)).toEqual(asked));
      // Once more round the loop: nothing comes after.
      await new Promise((resolve) => setTimeout(resolve, 0));
      expect(since(backend, from)).toEqual(asked);
    }
  });

  it("a new transaction alone asks nothing, a block shows itself", async () => {
    const backend = open();
    await byId(CID.height);
    await byId(CID.histogram);
    const from = backend.calls.length;
    backend.emit({ type: "new_transactions", count: 2, txids: ["aa"] });
    expect(since(backend, from)).toEqual({});
    backend.mine();
    await waitFor(() => expect(screen.getByTestId(CID.line).textContent).toContain("215"));
    await waitFor(() => expect(screen.getByTestId(CID.height).dataset["height"]).toBe("215"));
    await waitFor(() => expect(screen.getAllByTestId(CID.blockColumn)[0]!.dataset["height"]).toBe("215"));
    expect(screen.getByTestId(CID.live).textContent).toContain("New block 215");
    expect(since(backend, from)).toEqual({ cmd_get_blockchain_info: 1, cmd_get_latest_blocks: 1, cmd_get_mempool: 1, cmd_get_health: 1 });
  });

  it("says that blocks were replaced", async () => {
    const backend = open();
    await byId(CID.height);
    backend.emit({ type: "new_block", height: 214, hash: "ab".repeat(32), time: 1, transactions: 1, replaced: 2 });
    await screen.findByText("2 blocks were replaced");
  });

  it("a command's own tags refresh what it changed", async () => {
    const backend = open("", "/mine");
    type(await byId(CID.mineAddress), ADDRESS);
    const silent = vi.spyOn(backend.chain.blocks, "unshift");
    const from = backend.calls.length;
    (await byId(CID.mineSubmit)).click();
    await byId(CID.mined);
    expect(silent).toHaveBeenCalledTimes(1);
    await waitFor(() => expect(since(backend, from)["cmd_get_mining_info"]).toBeGreaterThanOrEqual(1));
    expect(since(backend, from)["cmd_get_config"]).toBeUndefined();
  });
});

/** What the page itself listens to on the window. */
const KINDS = ["keydown", "hashchange", "popstate", "resize", "scroll"];

/** Views, and what each shows once it was answered. */
const VIEWS = [["/", CID.height], ["/mempool", CID.poolRow], ["/blocks", CID.blockRow], ["/mine", CID.mineSubmit]] as const;

describe("listeners", () => {
  const restores: (() => void)[] = [];
  afterEach(() => restores.splice(0).forEach((restore) => restore()));

  it("are all gone after a hundred mounts", async () => {
    let live = 0;
    for (const target of [window, document]) {
      const add = target.addEventListener.bind(target) as EventTarget["addEventListener"];
      const remove = target.removeEventListener.bind(target) as EventTarget["removeEventListener"];
      // A listener that is added twice is there once, so each is counted by what it is.
      const there = new Set<unknown>();
      const added = vi.spyOn(target, "addEventListener").mockImplementation((...args: Parameters<typeof add>) => {
        if (KINDS.includes(args[0])) {
          if (!there.has(args[1])) live += 1;
          there.add(args[1]);
        }
        add(...args);
      });
      const removed = vi.spyOn(target, "removeEventListener").mockImplementation((...args: Parameters<typeof remove>) => {
        if (there.delete(args[1])) live -= 1;
        remove(...args);
      });
      restores.push(() => added.mockRestore(), () => removed.mockRestore());
    }
    const backend = makeFakeConsole({ ...scenarioOf(new URLSearchParams()), latency: 0 });
    const hub = makeEventHub<ConsoleEvent>();
    let during = 0;
    for (let round = 0; round < 100; round += 1) {
      const [path, shown] = VIEWS[round % VIEWS.length]!;
      window.location.hash = path;
      render(() => <App backend={backend} platform={platform} hub={hub} />);
      // What it shows listens as well.
      await screen.findAllByTestId(shown);
      expect(backend.listening()).toBe(1);
      during = Math.max(during, live);
      cleanup();
      expect(backend.listening()).toBe(0);
    }
    expect(hub.count()).toBe(0);
    expect(during).toBeGreaterThan(0);
    expect(live).toBe(0);
    // Nobody is left who would ask.
    const from = backend.calls.length;
    backend.emit({ type: "stale", tags: ["chain", "blocks", "mempool", "health"] });
    expect(since(backend, from)).toEqual({});
  }, 240_000);

  it("of views go with the views", async () => {
    window.location.hash = "/";
    const backend = makeFakeConsole({ ...scenarioOf(new URLSearchParams()), latency: 0 });
    const hub = makeEventHub<ConsoleEvent>();
    render(() => <App backend={backend} platform={platform} hub={hub} />);
    await byId(CID.height);
    const listening = hub.count();
    for (let round = 0; round < 100; round += 1) {
      window.location.hash = round % 2 === 0 ? "/mempool" : "/";
      await screen.findByRole("heading", { level: 1, name: round % 2 === 0 ? "Mempool" : "Overview" });
    }
    expect(hub.count()).toBe(listening);
    const from = backend.calls.length;
    backend.emit({ type: "stale", tags: ["mempool"] });
    await waitFor(() => expect(since(backend, from)).toEqual({ cmd_get_mempool: 1 }));
  });
});

describe("search", () => {
  it("finds a block by height and by hash", async () => {
    const backend = open();
    await search("200");
    expect((await byId(CID.block)).dataset["hash"]).toBe(backend.chain.blocks.find(({ row }) => row.height === 200)!.row.hash);
    await search(backend.chain.blocks[3]!.row.hash);
    await waitFor(() => expect(screen.getByTestId(CID.block).dataset["hash"]).toBe(backend.chain.blocks[3]!.row.hash));
  });

  it("finds a transaction in a block and one that waits", async () => {
    const backend = open();
    const mined = backend.chain.blocks[2]!.transactions[1]!.txid;
    await search(mined);
    expect((await byId(CID.tx)).dataset["txid"]).toBe(mined);
    const waiting = backend.chain.pool[0]!.row.txid;
    await search(`${waiting}:0`);
    await waitFor(() => expect(screen.getByTestId(CID.tx).dataset["txid"]).toBe(waiting));
    await screen.findByText("While it waits");
  });

  it("finds an address, and asks before a long look", async () => {
    const backend = open("plain");
    await search(ADDRESS);
    expect((await byId(CID.address)).dataset["address"]).toBe(ADDRESS);
    const button = await byId(CID.scan);
    expect(backend.calls.at(-1)?.request[0]).toMatchObject({ address: ADDRESS, scan: false });
    button.click();
    await screen.findByText("Unspent in blocks");
    expect(backend.calls.at(-1)?.request[0]).toMatchObject({ address: ADDRESS, scan: true });
  });

  it("says what it looked for when there is nothing", async () => {
    const backend = open();
    await byId(CID.height);
    const from = backend.calls.length;
    await search("ab".repeat(32));
    expect((await byId(CID.found)).textContent).toMatch(/a block with this hash and for a transaction with this id/);
    expect(since(backend, from)).toMatchObject({ cmd_get_block_by_hash: 1, cmd_get_transactions: 1 });
    await search("what is this?");
    await waitFor(() => expect(screen.getByTestId(CID.found).textContent).toMatch(/no height/));
    await search("999999");
    await screen.findByText("No such block");
  });

  it("is reached by a key", async () => {
    open();
    const field = await byId(CID.search);
    window.dispatchEvent(new KeyboardEvent("keydown", { key: "/", bubbles: true }));
    expect(document.activeElement).toBe(field);
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "m", bubbles: true }));
    expect(window.location.hash).not.toContain("mempool");
  });

  it("hands the focus to what it found", async () => {
    open();
    const field = await byId(CID.search);
    field.focus();
    await search("200");
    await byId(CID.block);
    await waitFor(() => expect(document.activeElement?.id).toBe("main"));
  });

  it("a list is walked with arrows", async () => {
    open("", "/blocks");
    await firstOf(CID.blockRow);
    const press = (key: string) => document.activeElement!.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    const at = () => (document.activeElement as HTMLElement).dataset["height"];
    screen.getAllByTestId(CID.blockRow)[0]!.focus();
    press("ArrowDown");
    expect(at()).toBe("213");
    // The last of the first page.
    press("End");
    expect(at()).toBe("165");
    press("ArrowDown");
    expect(at()).toBe("165");
    press("Home");
    expect(at()).toBe("214");
  });
});

/** An address of the fake that many transactions pay to. */
const BUSY = makeFakeConsole(scenarioOf(new URLSearchParams("fake=deep"))).chain.addresses[3]!;

describe("lists", () => {
  /** Scrolls to a row of the only list. */
  const scrollTo = (row: number): void => {
    vi.spyOn(HTMLElement.prototype, "getBoundingClientRect").mockImplementation(function (this: HTMLElement) {
      const top = this.classList.contains("virtual") ? -row * 71 : 0;
      return { top, left: 0, right: 400, bottom: top, width: 400, height: 0, x: 0, y: top, toJSON: () => "" };
    });
    window.dispatchEvent(new Event("scroll"));
  };
  const rows = (id: string): number => screen.getAllByTestId(id).length;

  it.each([
    ["/blocks", CID.blockRow, "cmd_get_blocks", "", [null, "50", "100"]],
    ["/mempool", CID.poolRow, "cmd_get_mempool", "deep", [null, "100", "200"]],
    ["/wallets", CID.addressRow, "cmd_get_addresses_admin", "onewallet,deep", [null, "100", "200"]],
    [`/address/${BUSY}`, CID.txRow, "cmd_get_address_transactions", "deep", [null, "25", "50"]],
    ["/block/210", CID.txRow, "cmd_get_block_by_hash", "deep", [null, "50", "100"]],
  ] as const)("%s: comes a page at a time as one scrolls, and is drawn as far as it is in view", async (path, id, command, words, marks) => {
    const backend = open(words, path);
    await firstOf(id);
    const asked = () => backend.calls.filter((call) => call.command === command && !(call.request[0] as { fresh?: unknown }).fresh)
      .map((call) => (call.request[0] as { after?: string | null }).after ?? null);
    const size = Number(marks[1]);
    expect(rows(id)).toBeLessThan(40);
    for (const after of [1, 2]) {
      scrollTo(size * after - 5);
      await waitFor(() => expect(asked()).toContain(marks[after]));
    }
    await waitFor(() => expect(rows(id)).toBeGreaterThan(8));
    expect(rows(id)).toBeLessThan(40);
    expect(asked().slice(0, 3)).toEqual(marks);
    expect(new Set(asked()).size).toBe(asked().length);
  });

  it("offer to go on where a page did not come, and do not ask by themselves for ever", async () => {
    const backend = open("", "/blocks");
    await firstOf(CID.blockRow);
    backend.scenario.line = "dead";
    scrollTo(45);
    const button = await byId(CID.more);
    const from = backend.calls.length;
    scrollTo(46);
    scrollTo(47);
    expect(since(backend, from)["cmd_get_blocks"]).toBeUndefined();
    backend.scenario.line = "up";
    button.click();
    await waitFor(() => expect(screen.queryByTestId(CID.more)).toBeNull());
    expect(since(backend, from)["cmd_get_blocks"]).toBe(1);
  });

  it("say when they are empty", async () => {
    open("calm", "/mempool");
    expect((await byId("empty")).textContent).toContain("Nothing waits");
  });
});

describe("the connection", () => {
  it("has no field for a secret, and keeps none", async () => {
    const backend = open("regtest", "/connection");
    const state = await byId(CID.keyState);
    expect(state.dataset["set"]).toBe("true");
    expect(document.querySelectorAll("input[type=password]")).toHaveLength(0);
    const kind = (await byId(CID.keyKind)) as HTMLSelectElement;
    for (const chosen of ["authorization", "api_key", "cookie_file", "none", "cookie", "login"]) {
      kind.value = chosen;
      kind.dispatchEvent(new Event("change", { bubbles: true }));
      expect(document.querySelectorAll("input[type=password]")).toHaveLength(0);
    }
    type(await byId(CID.keyUser), "grace");
    (await byId(CID.keySubmit)).click();
    await waitFor(() => expect(count(backend, "cmd_set_api_key")).toBe(1));
    const { request } = backend.calls.find((call) => call.command === "cmd_set_api_key")!;
    expect(request).toEqual([{ request_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string, key: { kind: "login", user: "grace" } }]);
    expect(window.localStorage.length + window.sessionStorage.length).toBe(0);
  });

  it("refuses a name and a password in an address before they go anywhere", async () => {
    const backend = open("regtest", "/connection");
    type(await byId(CID.url), "http://ada:secret@127.0.0.1:8332");
    await screen.findByText(/Leave name and password out/);
    (await byId(CID.url)).closest("form")!.requestSubmit();
    expect(count(backend, "cmd_set_base_url")).toBe(0);
    expect(JSON.stringify(backend.calls)).not.toContain("secret");
  });

  it("warns of an open way and leaves the answer to the system", async () => {
    const backend = open("regtest,held", "/connection");
    type(await byId(CID.url), "http://node.example.org:8332");
    await byId(CID.openWarning);
    (await byId(CID.urlSubmit)).click();
    expect((await byId(CID.awaiting)).dataset["what"]).toBe("url");
    expect(count(backend, "cmd_set_base_url")).toBe(1);
    type(await byId(CID.url), "http://127.0.0.1:8332/x");
    await waitFor(() => expect(screen.queryByTestId(CID.openWarning)).toBeNull());
  });

  it("a refusal changes nothing, and who tries again wants it anew: Rust takes each id once", async () => {
    const backend = open("regtest,declined", "/connection");
    type(await byId(CID.url), "https://node.example.org");
    for (const calls of [1, 2]) {
      (await byId(CID.urlSubmit)).click();
      await waitFor(() => expect(count(backend, "cmd_set_base_url")).toBe(calls));
      expect((await byId(CID.failure)).dataset["code"]).toBe("declined");
      await waitFor(() => expect(screen.getByTestId<HTMLButtonElement>(CID.urlSubmit).disabled).toBe(false));
    }
    type(await byId(CID.url), "https://other.example.org");
    (await byId(CID.urlSubmit)).click();
    await waitFor(() => expect(count(backend, "cmd_set_base_url")).toBe(3));
    const ids = backend.calls.filter((call) => call.command === "cmd_set_base_url").map((call) => (call.request[0] as { request_id: string }).request_id);
    expect(new Set(ids).size).toBe(3);
  });

  it("takes a proxy's address, and nothing that is none", async () => {
    const backend = open("regtest", "/connection");
    type(await byId(CID.proxy), "127.0.0.1:9050");
    await screen.findByText(/A proxy’s address begins/);
    (await byId(CID.proxy)).closest("form")!.requestSubmit();
    expect(count(backend, "cmd_set_base_url")).toBe(0);
    type(await byId(CID.proxy), "socks5h://127.0.0.1:9050");
    (await byId(CID.urlSubmit)).click();
    await waitFor(() => expect(count(backend, "cmd_set_base_url")).toBe(1));
    expect(backend.calls.find((call) => call.command === "cmd_set_base_url")!.request[0]).toMatchObject({ proxy: "socks5h://127.0.0.1:9050" });
  });

  it("checks line by line; what is not known is neither good nor bad", async () => {
    open("unauthorized", "/connection");
    (await byId(CID.check)).click();
    const lines = await screen.findAllByTestId(CID.checkLine);
    expect(lines.map((line) => line.dataset["ok"])).toEqual(["true", "false", "unknown", "unknown", "unknown", "unknown", "unknown"]);
    expect((await byId(CID.failure)).dataset["code"]).toBe("node_unauthorized");
  });
});

describe("the node's wallets", () => {
  it("send only what was typed, after the system's question, once", async () => {
    const backend = open("onewallet", "/wallets");
    type(await byId(CID.sendTo), ` ${ADDRESS} `);
    type(await byId(CID.sendAmount), "0.05");
    type(await byId(CID.sendRate), "2.5");
    (await byId(CID.sendSubmit)).click();
    await byId(CID.sent);
    const { request } = backend.calls.find((call) => call.command === "cmd_send_transaction_admin")!;
    expect(request[0]).toMatchObject({ wallet: "savings", address: ADDRESS, amount: 5_000_000, fee_rate: 2.5, subtract_fee: false });
    expect((await byId(CID.sendTo) as HTMLInputElement).value).toBe("");
  });

  it("does not send what is no amount", async () => {
    const backend = open("onewallet", "/wallets");
    type(await byId(CID.sendTo), ADDRESS);
    for (const amount of ["0", "1,5", "-1", "0.123456789", ""]) {
      type(await byId(CID.sendAmount), amount);
      (await byId(CID.sendSubmit)).closest("form")!.requestSubmit();
    }
    expect(count(backend, "cmd_send_transaction_admin")).toBe(0);
  });

  it("says that it waits for the system", async () => {
    open("onewallet,held", "/wallets");
    type(await byId(CID.sendTo), ADDRESS);
    type(await byId(CID.sendAmount), "0.05");
    (await byId(CID.sendSubmit)).click();
    expect((await byId(CID.awaiting)).dataset["what"]).toBe("send");
  });

  it("hands out an address once for each wish", async () => {
    const backend = open("onewallet", "/wallets");
    (await byId(CID.walletFresh)).click();
    expect((await byId(CID.freshAddress)).dataset["address"]).toBeTruthy();
    const fresh = backend.calls.filter((call) => call.command === "cmd_get_addresses_admin" && (call.request[0] as { fresh?: unknown }).fresh);
    expect(fresh).toHaveLength(1);
  });

  it("makes one only by a name that the node takes", async () => {
    const backend = open("nowallets", "/wallets");
    type(await byId(CID.walletName), "../etc");
    (await byId(CID.walletCreateSubmit)).closest("form")!.requestSubmit();
    expect(count(backend, "cmd_create_wallet_admin")).toBe(0);
    type(await byId(CID.walletName), "spare");
    (await byId(CID.walletCreateSubmit)).click();
    await waitFor(() => expect(count(backend, "cmd_create_wallet_admin")).toBe(1));
    expect((await byId(CID.walletChoice) as HTMLSelectElement).value).toBe("spare");
  });

  it("say that a node has none at all", async () => {
    open("walletless", "/wallets");
    await screen.findByText("This node has no wallets");
  });
});

describe("mining", () => {
  it("is offered where it works, and told why not elsewhere", async () => {
    const backend = open("bitcoin", "/mine");
    await byId(CID.mineNot);
    expect(screen.queryByTestId(CID.mineSubmit)).toBeNull();
    expect(screen.queryByTestId(CID.faucetSubmit)).toBeNull();
    expect(count(backend, "cmd_generate_to_address")).toBe(0);
  });

  it("has coins to practise with on regtest, as many as are wanted, once for each wish", async () => {
    const backend = open("", "/mine");
    type(await byId(CID.faucetAddress), ` ${ADDRESS} `);
    type(await byId(CID.faucetAmount), "0.25");
    (await byId(CID.faucetSubmit)).click();
    expect((await byId(CID.faucetPaid)).textContent).toContain("The coins are there");
    const paid = backend.calls.filter((call) => call.command === "cmd_pay_from_faucet");
    expect(paid).toHaveLength(1);
    expect(paid[0]!.request[0]).toMatchObject({ address: ADDRESS, amount: 25_000_000 });
    for (const amount of ["0", "", "1,5"]) {
      type(await byId(CID.faucetAmount), amount);
      (await byId(CID.faucetSubmit)).closest("form")!.requestSubmit();
    }
    expect(count(backend, "cmd_pay_from_faucet")).toBe(1);
  });

  it("takes no more than a thousand blocks", async () => {
    const backend = open("", "/mine");
    type(await byId(CID.mineAddress), ADDRESS);
    for (const blocks of ["0", "1001", "x", "-1", "1.5"]) {
      type(await byId(CID.mineCount), blocks);
      (await byId(CID.mineSubmit)).closest("form")!.requestSubmit();
    }
    expect(count(backend, "cmd_generate_to_address")).toBe(0);
  });
});
