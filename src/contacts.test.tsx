import { render, screen, waitFor, within } from "@solidjs/testing-library";
import { describe, expect, it } from "vitest";
import { App } from "./app";
import { choices, changedFrom, waiting } from "./features/contacts/model";
import { makeFakeBackend, scenarioOf, type FakeBackend } from "./ipc/fake";
import type { Contact, ContactAddress } from "./ipc/types";
import { testPlatform } from "./test-platform";
import { TESTID } from "./testids";

const NEW = "bcrt1pqqqsyqcyq5rqwzqfpg9scrgwpugpzysnzs23v9ccrydpk8qarc0s5kzq8e";

function open(words: string, path: string): FakeBackend {
  window.location.hash = path;
  const backend = makeFakeBackend({ ...scenarioOf(new URLSearchParams(`fake=${words}`)), latency: 0 });
  render(() => <App backend={backend} platform={testPlatform()} />);
  return backend;
}

const byId = (id: string): Promise<HTMLElement> => screen.findByTestId(id);
const type = (element: HTMLElement, text: string): void => {
  (element as HTMLInputElement).value = text;
  element.dispatchEvent(new InputEvent("input", { bubbles: true }));
};
const calls = (backend: FakeBackend, command: string) => backend.calls.filter((call) => call.command === command);
const named = (name: string): Promise<HTMLElement> =>
  waitFor(() => {
    const card = screen.queryAllByTestId(TESTID.contact).find((each) => each.getAttribute("aria-label") === name);
    if (!card) throw new Error(`nobody is called ${name}`);
    return card;
  });
/** Goes on once the fee rates are there. */
const goOn = async (): Promise<void> => {
  const next = await byId(TESTID.sendNext);
  await waitFor(() => expect(next).toHaveProperty("disabled", false));
  next.click();
};

describe("the contacts", () => {
  it("are empty at first and keep whom the system asked about", async () => {
    const backend = open("ready", "/contacts");
    await screen.findByText("Nobody is kept yet");
    (await byId(TESTID.contactAdd)).click();
    (await byId(TESTID.contactSubmit)).click();
    await screen.findByText("Give it a name.");
    await screen.findByText("Paste their address.");
    expect(calls(backend, "cmd_add_contact")).toHaveLength(0);
    type(await byId(TESTID.contactName), " Mum ");
    type(await byId(TESTID.contactAddress), ` ${NEW} `);
    (await byId(TESTID.contactSubmit)).click();
    const line = await byId(TESTID.contactLine);
    expect(line.dataset["counts"]).toBe("true");
    expect(calls(backend, "cmd_add_contact")[0]?.request[0]).toMatchObject({ name: "Mum", note: null, address: NEW });
  });

  it("keep nobody when its owner says no", async () => {
    open("declined", "/contacts");
    (await byId(TESTID.contactAdd)).click();
    type(await byId(TESTID.contactName), "Mum");
    type(await byId(TESTID.contactAddress), NEW);
    (await byId(TESTID.contactSubmit)).click();
    expect((await byId(TESTID.errorNotice)).dataset["code"]).toBe("declined");
    expect(screen.queryAllByTestId(TESTID.contact)).toHaveLength(0);
  });

  it("say what came from where, show the old address beside it, and let nothing of it be paid", async () => {
    const backend = open("contacts_waiting", "/contacts");
    expect((await byId(TESTID.contactsWaiting)).textContent).toContain("5 addresses came from elsewhere");
    const pia = await named("Pia");
    expect(pia.textContent).toContain("From Kitchen laptop, not yet compared");
    expect(within(pia).queryByTestId(TESTID.contactPay)).toBeNull();
    const landlord = await named("Landlord");
    expect(within(landlord).getByTestId(TESTID.contactBefore).textContent).toContain("You agreed to this one here");
    expect((await named("Tailor")).textContent).toContain("You agreed to this address here as “Bob's café”.");
    expect((await named("Vera")).textContent).toContain("From elsewhere, not yet compared");
    // Nobody's name would stand in the question.
    expect(within(await named("Without a name")).queryByTestId(TESTID.contactCompare)).toBeNull();
    within(pia).getByTestId(TESTID.contactCompare).click();
    await waitFor(async () => expect(within(await named("Pia")).queryByTestId(TESTID.contactPay)).not.toBeNull());
    expect(calls(backend, "cmd_compare_contact")).toHaveLength(1);
  });

  it("stay uncompared when its owner says no, and when asking fails", async () => {
    open("contacts_waiting,declined", "/contacts");
    within(await named("Pia")).getByTestId(TESTID.contactCompare).click();
    expect((await byId(TESTID.errorNotice)).dataset["code"]).toBe("declined");
    expect(within(await named("Pia")).queryByTestId(TESTID.contactPay)).toBeNull();
  });

  it("are found, renamed, given another address and removed", async () => {
    const backend = open("contacts", "/contacts");
    await named("Mira");
    type(await byId(TESTID.contactSearch), "mir");
    await waitFor(() => expect(screen.getAllByTestId(TESTID.contact)).toHaveLength(1));
    within(await named("Mira")).getByTestId(TESTID.contactEdit).click();
    type(await byId(TESTID.contactName), "Mira of the harbour");
    (await byId(TESTID.contactSave)).click();
    const card = await named("Mira of the harbour");
    within(card).getByTestId(TESTID.contactEdit).click();
    type((await screen.findAllByTestId(TESTID.contactOtherAddress))[0]!, NEW);
    (await screen.findAllByTestId(TESTID.contactKeepAddress))[0]!.click();
    await waitFor(() => expect(calls(backend, "cmd_keep_contact_address")).toHaveLength(1));
    expect(calls(backend, "cmd_keep_contact_address")[0]?.request[0]).toMatchObject({ address: NEW });
    await waitFor(() => expect(screen.getByTestId(TESTID.contactLine).dataset["address"]).toBe(NEW));
    const remove = await byId(TESTID.contactRemove);
    remove.click();
    expect(calls(backend, "cmd_remove_contact")).toHaveLength(0);
    (await byId(TESTID.contactRemove)).click();
    await waitFor(() => expect(calls(backend, "cmd_remove_contact")).toHaveLength(1));
    await screen.findByText("Nobody is called so");
  });

  it("show another value of another device beside the name, and let its owner choose", async () => {
    const backend = open("contacts_conflict", "/contacts");
    const chip = await within(await named("Mira")).findByTestId(TESTID.conflictChip);
    expect(chip.textContent).toBe("Another value from Phone");
    chip.click();
    const values = await screen.findAllByTestId(TESTID.conflictValue);
    expect(values.map((value) => value.querySelector(".row-title")?.textContent)).toEqual(["Mira", "Mira from the harbour"]);
    within(values[1]!).getByRole("button").click();
    await named("Mira from the harbour");
    expect(calls(backend, "cmd_settle_conflict")[0]?.request[0]).toMatchObject({ on: { kind: "contact_name" }, text: "Mira from the harbour" });
    expect(screen.queryByTestId(TESTID.conflictChip)).toBeNull();
  });

  it("tell a failure and offer to ask again", async () => {
    open("failed", "/contacts");
    expect((await byId(TESTID.errorNotice)).dataset["code"]).toBe("damaged");
  });
});

describe("the send screen", () => {
  it("offers those whose address counts here, and fills what Rust gave", async () => {
    const backend = open("contacts_waiting", "/send");
    (await byId(TESTID.contactChoose)).click();
    const options = await screen.findAllByTestId(TESTID.contactOption);
    const names = options.map((option) => option.textContent);
    expect(names).toHaveLength(3);
    expect(names.join()).not.toMatch(/Pia|Landlord|Tailor|Vera/);
    options[0]?.click();
    expect((await byId(TESTID.payee)).textContent).toBe("Harbour bakery");
    // The bakery was paid at this address before.
    expect((await byId(TESTID.paidBefore)).textContent).toContain("A new address is better");
    type(await byId(TESTID.sendAmount), "0.01");
    await goOn();
    await byId(TESTID.draftReview);
    expect((await byId(TESTID.payee)).textContent).toBe("Harbour bakery");
    (await byId(TESTID.sendButton)).click();
    await byId(TESTID.sent);
    expect(screen.queryByTestId(TESTID.contactKeep)).toBeNull();
    expect(calls(backend, "cmd_choose_contact")).toHaveLength(1);
  });

  it("says nothing of a contact to choose before one counts", async () => {
    open("ready", "/send");
    (await byId(TESTID.contactChoose)).click();
    await screen.findByText("Nobody can be chosen yet");
  });

  it("offers after a payment to a new address to keep it", async () => {
    open("contacts", "/send");
    type(await byId(TESTID.sendTo), NEW);
    (await byId(TESTID.sendNext)).click();
    type(await byId(TESTID.sendAmount), "0.01");
    expect(screen.queryByTestId(TESTID.paidBefore)).toBeNull();
    await goOn();
    await byId(TESTID.draftReview);
    expect(screen.queryByTestId(TESTID.payee)).toBeNull();
    (await byId(TESTID.sendButton)).click();
    (await byId(TESTID.contactKeep)).click();
    expect((await byId(TESTID.contactAddress)) as HTMLTextAreaElement).toHaveProperty("value", NEW);
    type(await byId(TESTID.contactName), "New tailor");
    (await byId(TESTID.contactSubmit)).click();
    await waitFor(() => expect(screen.queryByTestId(TESTID.contactKeep)).toBeNull());
  });
});

describe("what is known of a contact's addresses", () => {
  const address = (part: Partial<ContactAddress>): ContactAddress => ({ id: "regtest/1", address: "a", network: "regtest", counts: true, from: null, before: null, ...part });
  const contact = (addresses: ContactAddress[]): Contact => ({ id: "1", name: "Mum", note: null, addresses });

  it("chooses only what counts and is of the wallet's network", () => {
    const all = [contact([address({}), address({ counts: false }), address({ network: "bitcoin" })])];
    expect(choices(all, "regtest")).toHaveLength(1);
    expect(waiting(all)).toBe(1);
  });

  it("tells a changed address from a changed name", () => {
    expect(changedFrom(address({}))).toBeUndefined();
    expect(changedFrom(address({ counts: false, before: { address: "b", name: "Mum" } }))).toEqual({ address: "b" });
    expect(changedFrom(address({ counts: false, before: { address: "a", name: "Dad" } }))).toEqual({ name: "Dad" });
  });
});
