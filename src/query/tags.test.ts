import { describe, expect, it } from "vitest";
import { commandTags } from "../../gen/cache-tags";
import { commands } from "../../gen/bindings";
import { bindingName } from "../ipc/tauri";
import { makeQueryClient } from "./client";
import { tagsOfEvent } from "./events";
import { keysOfTag, keysOfTags, staleAfter } from "./tags";

describe("tags", () => {
  it("lead to the commands whose answers they are about", () => {
    expect(keysOfTag("balance")).toEqual([["cmd_get_balance"]]);
    expect(keysOfTag("history")).toContainEqual(["cmd_get_transaction_history"]);
    expect(keysOfTag("history")).toContainEqual(["cmd_get_transaction"]);
    expect(keysOfTags(["history", "history"])).toHaveLength(keysOfTag("history").length);
  });

  it("of a payment that was sent make all money stale", () => {
    expect(staleAfter("cmd_send_transaction")).toEqual(expect.arrayContaining(["balance", "history", "coins", "drafts"]));
    expect(staleAfter("cmd_get_balance")).toEqual([]);
  });

  it("of an event are those of what it changes", () => {
    expect(tagsOfEvent({ type: "stale", tags: ["fees"] })).toEqual(["fees"]);
    expect(tagsOfEvent({ type: "confirmed", wallet_id: "w", txid: "t", height: 1 })).toEqual(
      expect.arrayContaining(["balance", "history"]),
    );
    expect(tagsOfEvent({ type: "locked" })).toEqual([]);
  });

  it("are declared for commands that exist", () => {
    for (const command of Object.keys(commandTags)) expect(Object.keys(commands)).toContain(bindingName(command));
  });
});

describe("the cache", () => {
  const client = () => {
    const seen = { session: 0, failures: [] as string[] };
    const made = makeQueryClient({
      onSessionStale: () => {
        seen.session += 1;
        return Promise.resolve();
      },
      onFailure: (error) => void seen.failures.push(error.code),
    });
    return { made, seen };
  };

  it("holds an answer until a command makes it stale", async () => {
    const { made, seen } = client();
    const balance = ["cmd_get_balance", { wallet_id: "w" }] as const;
    const fees = ["cmd_get_fee_estimates", { wallet_id: "w" }] as const;
    made.setQueryData(balance, { total: 1 });
    made.setQueryData(fees, { fast: 1 });
    await made.getMutationCache().build(made, { mutationFn: () => Promise.resolve(1), meta: { command: "cmd_send_transaction" } }).execute(undefined);
    expect(made.getQueryState(balance)?.isInvalidated).toBe(true);
    expect(made.getQueryState(fees)?.isInvalidated).toBe(false);
    expect(seen.session).toBe(0);
  });

  it("takes a failed command for one that may have worked, and tells unless the screen does", async () => {
    const { made, seen } = client();
    const drafts = ["cmd_list_drafts", { wallet_id: "w" }] as const;
    made.setQueryData(drafts, []);
    const fail = (quiet: boolean) =>
      made
        .getMutationCache()
        .build(made, { mutationFn: () => Promise.reject(new Error("no")), meta: { command: "cmd_send_transaction", quiet } })
        .execute(undefined)
        .catch(() => undefined);
    await fail(true);
    expect(made.getQueryState(drafts)?.isInvalidated).toBe(true);
    expect(seen.failures).toEqual([]);
    await fail(false);
    expect(seen.failures).toEqual(["unknown"]);
  });

  it("has the session asked anew before the mutation is done", async () => {
    const { made, seen } = client();
    await made.getMutationCache().build(made, { mutationFn: () => Promise.resolve(1), meta: { command: "cmd_create_wallet" } }).execute(undefined);
    expect(seen.session).toBe(1);
  });
});
