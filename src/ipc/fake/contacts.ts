import { IpcError } from "../error";
import type { ChosenContact, Conflict, Contact, ContactAddress, Network } from "../types";
import { fakeAddress } from "./chance";
import type { Scenario } from "./scenario";
import type { World } from "./world";

const LONG = "Gemeinschaftlicher Wohnungsbauverein am alten Hafen, Hausgeld 12";

/** Whom the owner pays. Only what Rust would let count counts here as well. */
export function makeFakeContacts(scenario: Scenario, world: World) {
  const address = (part: Partial<ContactAddress> = {}): ContactAddress => ({
    id: `${scenario.network}/${world.chance.hex(32)}`, address: fakeAddress(world.chance, scenario.network), network: scenario.network, counts: true, from: null, before: null, ...part,
  });
  const contact = (name: string | null, addresses: ContactAddress[], note: string | null = null): Contact => ({ id: world.chance.hex(32), name, note, addresses });
  const other: Network = scenario.network === "signet" ? "regtest" : "signet";
  let contacts: Contact[] = [];
  if (scenario.contacts !== "none") {
    contacts = [
      contact("Harbour bakery", [address()], "Cakes for birthdays"),
      contact(LONG, [address(), address({ network: other, id: `${other}/${world.chance.hex(32)}` })]),
      contact("Mira", [address()]),
    ];
  }
  if (scenario.contacts === "waiting") {
    const changed = address();
    const renamed = address();
    contacts = [
      contact(null, [address({ counts: false, from: "Phone of Ada" })]),
      ...contacts,
      contact("Landlord", [{ ...changed, address: fakeAddress(world.chance, scenario.network), counts: false, from: "Kitchen laptop", before: { address: changed.address, name: "Landlord" } }], "Rent"),
      contact("Pia", [address({ counts: false, from: "Kitchen laptop" })]),
      contact("Tailor", [{ ...renamed, counts: false, from: "Kitchen laptop", before: { address: renamed.address, name: "Bob's café" } }]),
      contact("Vera", [address({ counts: false })]),
    ];
  }
  // The payments that are shown went to somebody who is kept, so that a name stands beside them.
  const payee = contacts.find((each) => each.name === "Harbour bakery");
  const paid = world.transactions.find((tx) => tx.direction === "outgoing");
  if (payee && paid?.address) payee.addresses = payee.addresses.map((each) => ({ ...each, address: paid.address ?? each.address }));

  const mira = contacts.find((each) => each.name === "Mira");
  let conflicts: Conflict[] = [];
  if (scenario.conflict && mira) {
    const at = world.now() - 4_000;
    conflicts = [
      {
        on: { kind: "contact_name", contact_id: mira.id }, shown: { text: "Mira", device: "Kitchen laptop", at }, because: "later",
        beside: [{ text: "Mira from the harbour", device: "Phone", at: at - 700 }],
      },
    ];
  }
  const find = (id: string): Contact => {
    const found = contacts.find((each) => each.id === id);
    if (!found) throw new IpcError("unknown_contact", "there is no such contact");
    return found;
  };
  const put = (changed: Contact): Contact => {
    contacts = [...contacts.filter((each) => each.id !== changed.id), changed].sort((a, b) => (a.name ?? "").localeCompare(b.name ?? ""));
    return changed;
  };
  const read = (text: string): string => {
    const found = /^(?:bitcoin:)?([a-z0-9]{14,90})/i.exec(text.trim())?.[1];
    if (found === undefined) throw new IpcError("bad_address", "this is no address");
    if (scenario.network === "regtest" && found.startsWith("bc1")) throw new IpcError("wrong_network", "the address is for bitcoin");
    if (whose(found) !== null) throw new IpcError("contact_kept", "this address is kept already");
    return found;
  };
  /** The name of whose address it is, if that counts here. */
  const whose = (text: string | null): string | null =>
    contacts.find((each) => each.addresses.some((it) => it.counts && it.address === text))?.name ?? null;
  return {
    whose,
    conflicts: (): Conflict[] => conflicts,
    /** Takes what was chosen of a contact; `false`: it is about something else. */
    settled: (on: Conflict["on"], text: string | null): boolean => {
      if (on.kind !== "contact_name") return false;
      conflicts = [];
      put({ ...find(on.contact_id), name: text });
      return true;
    },
    handlers: {
      cmd_list_contacts: (req: { after?: string | null; limit?: number | null; search?: string | null }) => {
        const asked = req.search?.toLowerCase() ?? "";
        const found = contacts.filter((each) =>
          [each.name ?? "", each.note ?? "", ...each.addresses.map((it) => it.address)].some((text) => text.toLowerCase().includes(asked)),
        );
        return { contacts: found, next: null, total: found.length };
      },
      cmd_add_contact: (req: { name: string; note: string | null; address: string }) => put(contact(req.name, [address({ address: read(req.address) })], req.note)),
      cmd_rename_contact: (req: { contact_id: string; name: string; note: string | null }) => put({ ...find(req.contact_id), name: req.name, note: req.note }),
      cmd_keep_contact_address: (req: { contact_id: string; instead_of: string | null; address: string }) => {
        const known = find(req.contact_id);
        const kept = address({ address: read(req.address) });
        const addresses = req.instead_of === null ? [...known.addresses, kept] : known.addresses.map((it) => (it.id === req.instead_of ? { ...kept, id: it.id } : it));
        return put({ ...known, addresses });
      },
      cmd_compare_contact: (req: { contact_id: string; address_id: string }) => {
        const known = find(req.contact_id);
        const addresses = known.addresses.map((it) => (it.id === req.address_id ? { ...it, counts: true, from: null, before: null } : it));
        return put({ ...known, addresses });
      },
      cmd_remove_contact_address: (req: { contact_id: string; address_id: string }) => {
        const known = find(req.contact_id);
        put({ ...known, addresses: known.addresses.filter((it) => it.id !== req.address_id) });
        return null;
      },
      cmd_remove_contact: (req: { contact_id: string }) => {
        contacts = contacts.filter((each) => each.id !== find(req.contact_id).id);
        return null;
      },
      cmd_choose_contact: (req: { contact_id: string; address_id: string | null }): ChosenContact => {
        const known = find(req.contact_id);
        const chosen = known.addresses.find((it) => (req.address_id === null ? it.counts : it.id === req.address_id));
        if (!chosen?.counts) throw new IpcError("contact_not_compared", "compare it on this device first");
        return { contact_id: known.id, name: known.name ?? "", address: chosen.address, network: chosen.network, mine: false, paid_before: chosen.address === paid?.address };
      },
    },
  };
}
